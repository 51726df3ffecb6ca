"""Accounts (停电对象归类): everybody whom the event hit, in exactly one place.

Was not out, back at a step, on its own source or a generator from a step on, or still out for a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from graph_api.services.restoration.at_customers import lacks
from graph_api.services.restoration.building import Building
from graph_api.services.restoration.case import Case
from graph_api.services.restoration.checking import deciding_other_supplies, doubtful_around
from graph_api.services.restoration.making_safe import cut_of
from graph_api.services.restoration.own_sources import Held, held
from graph_api.services.restoration.plan import Back, OnOwn, PlanAccounts, PlanStep, StillOut
from graph_api.services.restoration.play import Play
from graph_api.services.restoration.wording import StepPurpose, StillOutReason
from schema.grid import Disconnector
from schema.relationships import RelationshipKind


@dataclass(frozen=True, slots=True)
class Played:
    """How the steps of a plan go."""

    started: Play
    """The case of now, before the first step."""
    ended: Play
    """After the last step."""
    fed_first: Mapping[int, int]
    """Customers that had nothing before the event and have some in the end, with the place of the step from which."""
    fed_on_return: frozenset[int]
    """Whom the way back after the repair gives all of it again."""
    carried_first: Mapping[int, int]
    """Customers whom their own source carries in some world, with the place of the step from which nobody of them waits
    in any; without a place from the loss on."""


def accounts_of(plan: Building, case: Case, played: Played, steps: Sequence[PlanStep]) -> PlanAccounts:
    """Where everybody stands."""
    started, ended = played.started, played.ended
    at_step = {thing: step for step in steps for thing in (*step.restored, *step.areas)}
    starts, trucks = case.event.at, _by_truck(plan, ended, steps)
    cut = plan.grid.cut(plan.case.may_operate)
    later = case.later.lost | case.later.unfed
    was_not, back, own, still = [], list[Back](), list[OnOwn](), list[StillOut]()
    for thing in (*case.rank, *started.areas):
        if ended.is_out(thing):
            found = _own(plan, ended, thing)
            if found is not None:
                place = played.carried_first.get(thing)
                own.append(found if place is None else _from_step(plan, starts, found, steps[place - 1]))
            else:
                on_return = case.situation.repaired and thing in played.fed_on_return
                why = StillOutReason.WAITS_FOR_RETURN if on_return else _why(plan, ended, thing, cut)
                still.append(StillOut(thing=thing, reason=why))
        elif thing in trucks:
            own.append(_by_generator(plan, starts, thing, trucks[thing]))
        elif thing in at_step:
            back.append(_back(plan, starts, thing, at_step[thing]))
        elif thing in played.fed_first:
            back.append(_back(plan, starts, thing, steps[played.fed_first[thing] - 1]))
        elif started.was_out(thing) or thing in later:
            back.append(Back(thing=thing, step=0, minute=0.0, deadline=_deadline(plan, thing), at=starts))
        elif started.had_nothing(thing) and ended.had_nothing(thing):
            still.append(StillOut(thing=thing, reason=StillOutReason.OUT_BEFORE))
        elif any(world.had_nothing(thing) for world in ended.worlds):
            decided = deciding_other_supplies(plan, thing) or doubtful_around(plan, thing)
            reason = StillOutReason.POSITION_UNKNOWN if decided else StillOutReason.OUT_BEFORE
            still.append(StillOut(thing=thing, reason=reason))
        elif thing in case.rank:  # an area that is out in no world was not hit: a transfer has fed it again at once
            was_not.append(thing)
    return PlanAccounts(was_not_out=tuple(was_not), back=tuple(back), on_own=tuple(own), still_out=tuple(still))


def _back(plan: Building, starts: datetime, thing: int, step: PlanStep) -> Back:
    return Back(
        thing=thing,
        step=step.order,
        minute=step.end_min,
        deadline=_deadline(plan, thing),
        at=starts + timedelta(minutes=step.end_min),
    )


def _by_generator(plan: Building, starts: datetime, thing: int, step: PlanStep) -> OnOwn:
    return OnOwn(
        customer=thing,
        step=step.order,
        until=None,
        sources=(step.target,),
        minute=step.end_min,
        at=starts + timedelta(minutes=step.end_min),
        deadline=_deadline(plan, thing),
    )


def _from_step(plan: Building, starts: datetime, own: OnOwn, step: PlanStep) -> OnOwn:
    """The same where somebody waits for a step in a world in which the source does not carry."""
    at = starts + timedelta(minutes=step.end_min)
    deadline = _deadline(plan, own.customer)
    return replace(own, step=step.order, minute=step.end_min, at=at, deadline=deadline)


def _deadline(plan: Building, thing: int) -> datetime | None:
    if thing not in plan.case.rank:
        return None
    urgent = plan.case.impact.affected(thing).most_urgent
    return None if urgent is None else urgent.deadline


def _by_truck(plan: Building, ended: Play, steps: Sequence[PlanStep]) -> dict[int, PlanStep]:
    """Customers that a mobile generator carries, with the step that connects it."""
    graph = plan.case.before.graph
    found = {}
    for step in steps:
        if step.purpose is StepPurpose.CONNECT_GENERATOR:
            points = graph.targets(step.target, RelationshipKind.CONTAINED_IN)
            found.update({ended.owner[point]: step for point in points if point in ended.owner})
    return found


def _own(plan: Building, ended: Play, thing: int) -> OnOwn | None:
    """The own source or generator that carries a customer, in every world that leaves it out; None if anything is left
    without."""
    if thing not in ended.points_of:
        return None
    found = [_held(each, thing) for each in ended.worlds or (ended,) if each.is_out(thing)]
    held = [each for each in found if each is not None]
    if len(held) < len(found):
        return None
    sources = dict.fromkeys(source for each in held for source in each.sources)
    seconds = [each.seconds for each in held if each.seconds is not None]
    until = plan.case.impact.affected(thing).loss + timedelta(seconds=min(seconds)) if seconds else None
    return OnOwn(customer=thing, step=0, until=until, sources=tuple(sources))


def waits(play: Play, thing: int) -> bool:
    """Whether a customer is out in some world without a source of its own that carries what is missing there."""
    return any(each.is_out(thing) and _held(each, thing) is None for each in play.worlds or (play,))


def _held(ended: Play, thing: int) -> Held | None:
    """What carries all that the event took of a customer and that is missing still."""
    sources: list[int] = []
    seconds: list[float] = []
    for point in ended.points_of[thing]:
        unfed = lacks(ended.was[point], ended.at_loss[point])
        if not lacks(ended.was[point], ended.now[point]):
            continue
        found = held(ended.before, ended.points[point].point, unfed, ended.dead)
        if found is None:
            return None
        sources += found.sources
        seconds += [] if found.seconds is None else [found.seconds]
    return Held(sources=tuple(sources), seconds=min(seconds, default=None))


def _why(plan: Building, ended: Play, thing: int, cut: frozenset[int]) -> StillOutReason:
    case = plan.case
    if thing in case.faulty_customers:
        return StillOutReason.FAULT_INSIDE
    if _may_hang_elsewhere(ended, thing):
        return StillOutReason.PLACE_UNKNOWN
    blocks = _blocks_of(plan, ended, thing)
    if not blocks & cut and _waits_for_work(plan, blocks, cut):
        return StillOutReason.OPEN_FOR_WORK
    if deciding_other_supplies(plan, thing):
        return StillOutReason.POSITION_UNKNOWN
    if blocks & cut:
        return StillOutReason.CUT_OUT
    if blocks & plan.growing.too_much or thing in plan.short:
        return StillOutReason.NO_CAPACITY
    if doubtful_around(plan, thing):
        return StillOutReason.POSITION_UNKNOWN
    if thing in ended.points_of and _has_supply(ended, thing):
        return StillOutReason.BY_HAND_ONLY
    if _waits_behind_disconnector(plan, blocks, cut):
        return StillOutReason.DISCONNECTOR_TIE
    return StillOutReason.CUT_OUT if blocks & cut_of(plan) else StillOutReason.NO_TIE


def _has_supply(play: Play, customer: int) -> bool:
    return any(
        supply.in_service and supply.stands_for >= 0 and play.live(supply.stands_for)
        for point in play.points_of[customer]
        if lacks(play.was[point], play.now[point])
        for supply in play.points[point].point.supplies
    )


def _may_hang_elsewhere(play: Play, customer: int) -> bool:
    """Whether a supply that has no place has voltage on a part of its feeder, and none on another."""
    points = (play.points[point].point for point in play.points_of.get(customer, ()))
    supplies = [supply.index for point in points for supply in point.supplies if supply.in_service]
    return bool(play.situation.anywhere.undecided(supplies, play.outage))


def _blocks_of(plan: Building, play: Play, thing: int) -> set[int]:
    region = plan.case.region
    if thing not in play.points_of:
        return region.blocks_at(thing)
    supplies = [s for point in play.points_of[thing] for s in play.points[point].point.supplies]
    return set[int]().union(*(region.blocks_at(s.stands_for) for s in supplies))


def _waits_for_work(plan: Building, blocks: set[int], cut: frozenset[int]) -> bool:
    """Whether what could feed the part that blocks hang together with stands open for work, or leads past such work."""
    grid, case = plan.grid, plan.case
    if blocks & case.workplaces:
        return True
    for block in blocks:
        island = grid.joined([block], lambda joint: not set(joint.ends) & cut)
        beside = grid.border(island)
        if any(joint.switch in case.for_work or set(joint.ends) & case.workplaces for joint in beside):
            return True
    return False


def _waits_behind_disconnector(plan: Building, blocks: set[int], cut: frozenset[int]) -> bool:
    """Whether what is live ends at a disconnector on the way to the part that blocks hang together with, also beyond
    sections that were dead before."""
    grid, seen, todo = plan.grid, set(cut), list(blocks)
    while todo:
        island = grid.joined([todo.pop()], lambda joint: not set(joint.ends) & cut)
        seen |= island
        ties = [joint for joint in grid.border(island) if joint.switch not in grid.closed and not joint.inside]
        if any(isinstance(tie.entity, Disconnector) and any(map(grid.is_live, tie.ends)) for tie in ties):
            return True
        todo += [end for tie in ties for end in tie.ends if end not in seen and not grid.is_live(end)]
    return False
