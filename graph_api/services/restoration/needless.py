"""Needless (多余操作): operations without which the same people are back no later, and all is as safe.

    cut ─ DS1? ─ L2 ─ CB2 ─ L3 ─ CB3/ ─ live      CB2 was to be opened so that DS1 has no voltage; CB3 has tripped, and
                                                  DS1 has none: CB2 is left as it is
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from graph_api.services.restoration.border import border_of
from graph_api.services.restoration.building import Building
from graph_api.services.restoration.checking import deciding, with_checks
from graph_api.services.restoration.course import Course, course_of
from graph_api.services.restoration.groups import LAST
from graph_api.services.restoration.making_safe import cut_of
from graph_api.services.restoration.operations import Operation
from graph_api.services.restoration.wording import StepAction


def leave_out_needless(plan: Building, decided_by: Mapping[int, int]) -> None:
    """Strike out, the last first, what the grid is switched for nothing, until nothing is left of it.

    What is opened at the border of what is cut out, or locked, stays; so does what gave a source back its part: closed,
    the source would have to carry more. What is looked at then, as no step makes sure of it, makes nobody later, unless
    somebody has more by it; at `decided_by` somebody looks in any case.
    """
    while any(_is_struck_out(plan, number, decided_by) for number in _candidates(plan)):
        pass


def _is_struck_out(plan: Building, number: int, decided_by: Mapping[int, int]) -> bool:
    as_planned = _course(plan, decided_by)
    if as_planned is None or plan.operations[number].target in as_planned.gave:
        return False
    without = course_of(plan.case, _rest(plan.operations, number))
    if without is None or not without.is_as_good_as(as_planned) or not _is_as_dead(plan, without):
        return False
    if not without.is_carried():
        return False
    take_back = plan.stands()
    _strike_out(plan, number, without)
    looked_at = _course(plan, decided_by)
    if looked_at is not None and (looked_at.is_as_good_as(as_planned) or looked_at.feeds_more_than(as_planned)):
        return True
    take_back()
    return False


def _course(plan: Building, decided_by: Mapping[int, int]) -> Course | None:
    """The course with all that is looked at."""
    return course_of(plan.case, with_checks(plan, {**deciding(plan), **decided_by}))


def _candidates(plan: Building) -> Iterator[int]:
    """Openings of the grid away from the border of the cut, and closings where positions are unknown: others were made
    only as they give somebody supply."""
    cut = cut_of(plan)
    border = {*(at for at in border_of(plan, cut) if not _parts_nothing(plan, at, cut)), *_locked(plan)}
    for number in reversed(range(len(plan.operations))):
        each = plan.operations[number]
        if each.point is not None or (plan.feeds(number) and each.later):
            continue
        opened = each.action is StepAction.OPEN and each.target not in border
        if opened or (each.action is StepAction.CLOSE and plan.play.worlds):
            yield number


def _parts_nothing(plan: Building, switch: int, cut: frozenset[int]) -> bool:
    """Whether what lies on either side hangs together with the fault all the same."""
    joint = plan.case.region.joints.get(switch)
    return joint is not None and cut.issuperset(joint.ends)


def _locked(plan: Building) -> Iterator[int]:
    return (each.target for each in plan.operations if each.action is StepAction.LOCK)


def _rest(operations: list[Operation], left_out: int) -> list[Operation]:
    """All but one, each with what it needs of them."""
    return [
        replace(each, needs={need - (need > left_out) for need in each.needs if need != left_out})
        for number, each in enumerate(operations)
        if number != left_out
    ]


def _is_as_dead(plan: Building, without: Course) -> bool:
    """Whether where people work has no voltage."""
    return all(not without.play.live(at) for at in plan.case.worked_on)


def _strike_out(plan: Building, number: int, without: Course) -> None:
    switch = plan.operations[number].target
    plan.play = without.play
    plan.grid.closed.add(switch)
    plan.grid.unknown |= {switch}.intersection(plan.case.unknown())
    plan.operations[:] = _rest(plan.operations, number)
    for each in plan.operations:
        each.rank = min(each.rank, *(plan.case.rank.get(at, LAST) for at in without.gave.get(each.target, ())), LAST)
