"""Restoration (恢复供电): plans that a switching operator would sign, each played through before it is shown.

    case ── building ──▶ operations ── scheduling ──▶ steps in time ── play ──▶ who is back when, accounts
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Things
from graph_api.services.outage.event import Event
from graph_api.services.outage.interlocks import without_interlock
from graph_api.services.restoration.accounts import Played, accounts_of, waits
from graph_api.services.restoration.at_customers import change_over_by_hand
from graph_api.services.restoration.border import border_of, cut_out_by, feed_ends_at
from graph_api.services.restoration.building import Building
from graph_api.services.restoration.case import Case
from graph_api.services.restoration.checking import ask_for_transfers, check_first, deciding
from graph_api.services.restoration.choices import choices_of
from graph_api.services.restoration.faulty_inside import part_inside
from graph_api.services.restoration.generators import back_before, bring_generators, trucks_coming
from graph_api.services.restoration.going_on import PutOn, gone_on
from graph_api.services.restoration.growing import Objective
from graph_api.services.restoration.half_parted import half_parted
from graph_api.services.restoration.limits import limits_of
from graph_api.services.restoration.making_safe import cut_of, make_safe
from graph_api.services.restoration.needless import leave_out_needless
from graph_api.services.restoration.operations import Operation
from graph_api.services.restoration.plan import PlanStep, RestorationPlan
from graph_api.services.restoration.play import Gain, Play, Unsafe
from graph_api.services.restoration.playing import perform
from graph_api.services.restoration.returning import after_repair
from graph_api.services.restoration.scheduling import Slot, in_time, scheduled
from graph_api.services.restoration.sound_again import put_on_before, take_off_first
from graph_api.services.restoration.wording import StepAction, StillOutReason
from schema.durations import DURATIONS, Means
from schema.words import say

_AT_CUSTOMERS = frozenset({StepAction.TRANSFER, StepAction.RELEASE, StepAction.CLOSE, StepAction.GENERATOR})
__all__ = ["Objective", "RestorationPlan", "best_plan", "plan_restoration", "restoration_of"]


def plan_restoration(model: ReadModel, event: Event) -> list[RestorationPlan]:
    """Plans to cut a fault out and feed the rest again, one per objective that leads to other steps.

    The first is the one for the most important customers. They start from the positions of now. Raises InvalidInput as
    `find_impact`.
    """
    return _plans(Case.of(model, event))


def _plans(case: Case) -> list[RestorationPlan]:
    first, building = _plan(case, Objective.MOST_IMPORTANT)
    plans = [first]
    for found in _others(case, first) if building.growing.too_much or _waits_for_a_tie(first) else ():
        if not any(_same(found, other) for other in plans):
            plans.append(found)
    return plans


def _others(case: Case, first: RestorationPlan) -> list[RestorationPlan]:
    """Plans for the other objectives. Growing part by part may end below what another objective's plan feeds, and what
    is fed from afar in minutes may bar a disconnector that would lead to more."""
    power, fewest = (_plan(case, each)[0] for each in (Objective.MOST_POWER, Objective.FEWEST_OPERATIONS))
    slower = _plan(case, Objective.MOST_POWER, in_stages=False)[0]
    most = max((power, first, fewest, slower), key=lambda plan: plan.kw)
    return [replace(most, objective=Objective.MOST_POWER), fewest]


def _waits_for_a_tie(plan: RestorationPlan) -> bool:
    return any(each.reason is StillOutReason.DISCONNECTOR_TIE for each in plan.still_out)


def restoration_of(model: ReadModel, event: Event) -> RestorationPlan:
    """The plan for the most important customers, with the others as its alternatives, and what it does not dare."""
    case = Case.of(model, event)
    first, *others = _plans(case)
    return replace(first, alternatives=tuple(others), choices=choices_of(case, first))


def best_plan(model: ReadModel, event: Event) -> RestorationPlan:
    """The plan for the most important customers alone. Raises InvalidInput as `plan_restoration`."""
    return _plan(Case.of(model, event), Objective.MOST_IMPORTANT)[0]


def _same(one: RestorationPlan, other: RestorationPlan) -> bool:
    return {(step.action, step.target) for step in one.steps} == {(step.action, step.target) for step in other.steps}


def _plan(case: Case, objective: Objective, *, in_stages: bool = True) -> tuple[RestorationPlan, Building]:
    left: PutOn = {}
    begun = gone_on(case, lambda earlier: _planned(earlier, objective, in_stages), left)
    if begun is not None:
        ask_for_transfers(begun, case)
    if begun is not None and (found := _written(case, objective, begun)) is not None:
        return found, begun
    building = _planned(case, objective, in_stages)
    building.left = left | building.left
    ask_for_transfers(building, case)
    if (found := _written(case, objective, building)) is not None:
        return found, building
    raise InvalidInput(say("No order of switching was found that is safe at every step; nothing is advised."))


def _planned(case: Case, objective: Objective, in_stages: bool) -> Building:
    """From how all stands; what was put on for what is sound again by now is taken off first. Once all is repaired no
    generator comes to whom the way back feeds before it is there."""
    building = _after_repairs(case, objective, in_stages)
    coming = trucks_coming(building) if case.situation.repaired else {}
    if not coming:
        return building
    without = _after_repairs(case, objective, in_stages, without=frozenset(coming))
    plan = _written(case, objective, without)
    sooner = frozenset() if plan is None else back_before(plan, coming)
    return _after_repairs(case, objective, in_stages, without=sooner) if sooner else building


def _after_repairs(
    case: Case, objective: Objective, in_stages: bool, without: frozenset[int] = frozenset()
) -> Building:
    building = _made(case, objective, in_stages, without=without)
    put_on = put_on_before(case, lambda earlier: _planned(earlier, objective, in_stages))
    take_off_first(building, put_on)
    if case.event.repairs and (first := _slower_by_the_grid(case, building)):
        building = _made(case, objective, in_stages, first=first, without=without)
        take_off_first(building, put_on)
    return building


def _made(
    case: Case,
    objective: Objective,
    in_stages: bool,
    left_closed: frozenset[int] = frozenset(),
    first: Sequence[int] = (),
    without: frozenset[int] = frozenset(),
) -> Building:
    building = _built(case, objective, first, left_closed, in_stages=in_stages)
    first = list(dict.fromkeys((*first, *_slower_by_the_grid(case, building))))
    if first:
        building = _built(case, objective, first, left_closed, in_stages=in_stages)
    decided_by = deciding(building)
    bring_generators(building, without)
    make_safe(building)
    leave_out_needless(building, decided_by)
    if found := half_parted(building) - left_closed:
        return _made(case, objective, in_stages, left_closed | found, first, without)
    check_first(building, deciding(building) | decided_by)  # what is opened for the place of work gives back, too
    return building


def _built(
    case: Case, objective: Objective, first: Sequence[int], left_closed: frozenset[int], *, in_stages: bool
) -> Building:
    building = Building(case, objective, left_closed)
    part_inside(building)
    building.build(first, in_stages=in_stages)
    return building


def _slower_by_the_grid(case: Case, building: Building) -> list[int]:
    """Receiving points that could change over now, by telephone, before the grid has them back; in order of need."""
    slots = scheduled(building.operations)
    play = case.play()
    able = [
        point
        for point, known in play.points.items()
        if any(share - play.now[point].get(load, 0.0) > 1e-9 for load, share in play.was[point].items())
        and change_over_by_hand(known, play.live, play.dead) is not None
    ]
    back = _times_back(building, slots, play)
    minutes = DURATIONS[Means.BY_TELEPHONE].first_min
    return [point for point in able if back.get(play.owner[point], minutes + 1) > minutes]


def _times_back(building: Building, slots: Sequence[Slot], play: Play) -> dict[int, float]:
    """Minutes until each customer is back for good by these operations."""
    found: dict[int, float] = {}
    for number in in_time(building.operations, slots):
        try:
            gain = perform(play, building.operations[number])
        except Unsafe:
            return found
        found.update(dict.fromkeys(gain.customers, slots[number].end))
    return found


def _written(case: Case, objective: Objective, building: Building) -> RestorationPlan | None:
    """The plan as it is played from now; None where no order is safe at every step."""
    operations = building.operations
    started = case.play()
    for in_parallel in (True, False):
        slots = scheduled(operations, in_parallel=in_parallel)
        order = in_time(operations, slots) if in_parallel else list(range(len(operations)))
        play = case.play()
        try:
            steps = [
                _step(case, place, operations[number], slots[number], perform(play, operations[number]))
                for place, number in enumerate(order, 1)
            ]
        except Unsafe:
            continue
        break
    else:
        return None
    cut, back = cut_of(building), after_repair(building, play)
    fed_first = _fed_first(case, play, order, operations)
    on_return = frozenset(at for step in back for at in (*step.restored, *step.areas))
    played = Played(started, play, fed_first, on_return, _carried_first(case, play, order, operations))
    accounts = accounts_of(building, case, played, steps)
    return RestorationPlan(
        revision=case.model.graph.revision,
        objective=objective,
        equipment=case.event.things,
        situation=case.situation,
        starts=case.event.at,
        steps=tuple(steps),
        accounts=accounts,
        cut_out=cut_out_by(building, cut),
        bounded_by=border_of(building, cut),
        operated_by=tuple(
            sorted({s.target for s in steps if s.action is StepAction.OPEN and s.target in border_of(building, cut)})
        ),
        feed_ends_at=feed_ends_at(building),
        positions=tuple(sorted(play.positions.items())),
        after_repair=back,
        limits=tuple(limits_of(case, play, accounts)),
        dead_before=case.impact.dead_before,
        may_have_tripped=case.impact.may_have_tripped,
    )


def _fed_first(case: Case, ended: Play, order: Sequence[int], operations: Sequence[Operation]) -> dict[int, int]:
    """Customers that had nothing before the event and have some in the end, with the place of the step from which they
    have in each world that gives them any."""
    play = case.play()
    waiting = {thing for thing in case.rank if play.had_nothing(thing) and not ended.had_nothing(thing)}
    last = {thing: _dark_worlds(ended, thing) for thing in waiting}
    found: dict[int, int] = {}
    for place, number in enumerate(order if waiting else (), 1):
        perform(play, operations[number])
        ready = {thing for thing in waiting - found.keys() if _dark_worlds(play, thing) <= last[thing]}
        found.update(dict.fromkeys(ready, place))
    return found


def _dark_worlds(play: Play, thing: int) -> frozenset[int]:
    """The worlds in which a customer had nothing and has nothing."""
    return frozenset(number for number, each in enumerate(play.worlds or (play,)) if each.had_nothing(thing))


def _carried_first(case: Case, ended: Play, order: Sequence[int], operations: Sequence[Operation]) -> dict[int, int]:
    """Customers that are out at the end with a source of their own in each such world, with the place of the step from
    which that holds for good in every world."""
    play = case.play()
    own = [thing for thing in case.rank if ended.is_out(thing) and not waits(ended, thing)]
    found: dict[int, int] = {}
    for place, number in enumerate(order if own else (), 1):
        found.update((thing, place) for thing in own if waits(play, thing))
        perform(play, operations[number])
    return found


def _without_interlock(case: Case, operation: Operation) -> Things:
    """What nothing keeps apart where a customer changes over, closes again or takes a generator."""
    if operation.point is None or operation.action not in _AT_CUSTOMERS:
        return ()
    customer = int(case.before.customers.accounts.customer_of_point[operation.point])
    return without_interlock(case.before, customer)


def _step(case: Case, order: int, operation: Operation, slot: Slot, gain: Gain) -> PlanStep:
    return PlanStep(
        order=order,
        action=operation.action,
        target=operation.target,
        doer=operation.doer,
        asked_at=case.event.at,
        purpose=operation.purpose,
        start_min=slot.start,
        end_min=slot.end,
        track=slot.track,
        opens=operation.opens,
        closes=operation.closes,
        supplies=operation.supplies,
        restored=gain.customers,
        areas=gain.areas,
        kw=gain.kw,
        without_interlock=_without_interlock(case, operation),
    )
