"""Needless (多余操作): openings that something opened after them has made good for nothing.

    cut ─ DS1? ─ L2 ─ CB2 ─ L3 ─ CB3/ ─ live      CB2 was to be opened so that DS1 has no voltage; CB3 has tripped, and
                                                  DS1 has none: CB2 is left as it is
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator

from graph_api.services.restoration.border import border_of
from graph_api.services.restoration.building import Building
from graph_api.services.restoration.making_safe import cut_of
from graph_api.services.restoration.play import Play, Unsafe
from graph_api.services.restoration.playing import perform
from graph_api.services.restoration.wording import StepAction


def leave_out_needless(plan: Building) -> None:
    """Strike out what is opened for the place of work away from its border, where all else is as safe without it.

    What gave a source back its part stays open: closed, the source would have to carry more.
    """
    cut = cut_of(plan)
    border = {*(at for at in border_of(plan, cut) if not _parts_nothing(plan, at, cut)), *_locked(plan)}
    for number in reversed(range(len(plan.operations))):
        each = plan.operations[number]
        is_away = each.later and each.action is StepAction.OPEN and each.point is None and each.target not in border
        if (
            is_away
            and not plan.feeds(number)
            and (without := _played(plan, number)) is not None
            and _same(plan, without)
        ):
            _strike_out(plan, number, without)


def _parts_nothing(plan: Building, switch: int, cut: frozenset[int]) -> bool:
    """Whether what lies on either side hangs together with the fault all the same."""
    joint = plan.case.region.joints.get(switch)
    return joint is not None and cut.issuperset(joint.ends)


def _locked(plan: Building) -> Iterator[int]:
    return (each.target for each in plan.operations if each.action is StepAction.LOCK)


def _played(plan: Building, left_out: int) -> Play | None:
    """All but one operation; None where that is not safe."""
    play = plan.case.play()
    try:
        for number, each in enumerate(plan.operations):
            if number != left_out:
                perform(play, each)
    except Unsafe:
        return None
    return play


def _same(plan: Building, without: Play) -> bool:
    """Whether the same are out, and the same is dead that is cut out."""
    people = (*plan.case.rank, *plan.play.areas)
    dead = all(not without.live(at) for at in plan.case.worked_on)
    return dead and all(plan.play.is_out(at) is without.is_out(at) for at in people)


def _strike_out(plan: Building, number: int, without: Play) -> None:
    switch = plan.operations[number].target
    plan.play = without
    plan.grid.closed.add(switch)
    plan.grid.unknown |= {switch}.intersection(plan.case.unknown())
    del plan.operations[number]
    for each in plan.operations:
        each.needs = {need - (need > number) for need in each.needs if need != number}
