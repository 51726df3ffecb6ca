"""Going on (续排方案): the rest of a plan that has been begun.

    loss ── plan ── step 1 ── step 2 ── now       what was reported since is all of the plan: the rest of it stands

Asked again in the middle of itself, a plan made anew could choose another way and drop what it has promised. So the
plan of an earlier moment is made again, what was done of it is struck out, and the rest is played from now. Where
something else was done, it is the plan from after that act; where no plan fits what was done, a new one is made.
"""  # fmt: skip

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from graph_api.errors import InvalidInput
from graph_api.services.restoration.building import Building
from graph_api.services.restoration.case import Case
from graph_api.services.restoration.operations import Operation
from graph_api.services.restoration.play import Play
from graph_api.services.restoration.scheduling import scheduled
from graph_api.services.restoration.wording import StepAction
from schema.positions import PositionReport
from schema.vocabulary import SwitchPosition

PutOn = dict[tuple[StepAction, int], Operation]
_CLOSES = (StepAction.RELEASE, StepAction.CLOSE)
_TRANSFER = StepAction.TRANSFER
MOST_BEGINNINGS = 3
"""Moments of which the plan is made again, at most."""


def gone_on(case: Case, planned: Callable[[Case], Building], left: PutOn) -> Building | None:
    """The plan that was begun, without what was done of it; None where what was reported is no beginning of one.

    Into `left`, by what they are on, go locks and earths that plans which were left by then have put on: nobody records
    them, so they may be on. With a repair another plan begins.
    """
    moment = max([case.situation.since, *(moment for _, moment in case.event.repairs)])
    for _ in range(MOST_BEGINNINGS):
        acts = [each for each in case.situation.operated_since if each.at > moment]
        if not acts:
            return None
        try:
            earlier = Case.of(case.model, replace(case.event, at=moment, since=case.situation.since))
            building = planned(earlier)
        except InvalidInput:
            return None
        done, other = _done(building, earlier.play(), acts)
        if other is None:
            now = case.play()
            done -= _fallen_again(building, now, done)
            building.left = left | building.left
            _strike_out(building, done | _of_no_concern(building, now))
            return building if done else None
        left.update(_put_on(building, (other - moment).total_seconds() / 60))
        moment = other
    return None


def _put_on(building: Building, minutes: float) -> Iterator[tuple[tuple[StepAction, int], Operation]]:
    """Locks and earths that a plan has begun to put on by so many minutes after its start."""
    for operation, slot in zip(building.operations, scheduled(building.operations), strict=True):
        if operation.action in (StepAction.LOCK, StepAction.EARTH) and slot.start <= minutes:
            yield (operation.action, operation.target), operation


def _fallen_again(building: Building, now: Play, done: set[int]) -> set[int]:
    """Of these what a later loss has undone: a release has opened again what a customer had closed, or what was closed
    has tripped on the fault."""
    closed = {n: each for n, each in enumerate(building.operations) if n in done and each.action in _CLOSES}
    released = {
        number
        for number, each in closed.items()
        if each.point in now.points and not now.points[each.point].released.isdisjoint(each.supplies)
    }
    tripped = set(now.outage.tripped.tolist())
    return released | {number for number, each in closed.items() if not tripped.isdisjoint(each.closes)}


def _of_no_concern(building: Building, now: Play) -> set[int]:
    """What was to be done at customers whom nothing concerns any more, and change-overs of who has all supply again."""
    at = [(n, each.action, each.point) for n, each in enumerate(building.operations) if each.point is not None]
    gone = {n for n, _, point in at if point not in now.points}
    return gone | {n for n, action, point in at if n not in gone and action is _TRANSFER and not now.lacks(point)}


def _strike_out(building: Building, done: set[int]) -> None:
    kept = [number for number in range(len(building.operations)) if number not in done]
    place = {number: new for new, number in enumerate(kept)}
    building.operations = [building.operations[number] for number in kept]
    for operation in building.operations:
        operation.needs = {place[need] for need in operation.needs if need in place}


def _done(building: Building, started: Play, acts: list[PositionReport]) -> tuple[set[int], datetime | None]:
    """Numbers of operations that were done, and when something else was, if it was."""
    number = building.case.model.graph.number
    said: dict[int, deque[PositionReport]] = {}
    for act in acts:
        if (switch := number(act.switch)) is not None:
            said.setdefault(switch, deque()).append(act)
    done, moved = set[int](), set[int]()

    def agrees(switch: int, position: SwitchPosition) -> bool:
        those = said.get(switch, deque())
        while those and those[0].position is not position and _stood(started, switch, those[0].position):
            those.popleft()  # said again how it stood
        return bool(those) and those[0].position is position

    for place, operation in enumerate(building.operations):
        moves = list(_moves(operation))
        if moves and all(agrees(switch, position) for switch, position in moves):
            done.add(place)
            for at, _ in moves:
                moved.add(at)
                said[at].popleft()
    others = [
        act.at for at, those in said.items() for act in those if at in moved or not _stood(started, at, act.position)
    ]
    return done, min(others, default=None)


def _moves(operation: Operation) -> Iterator[tuple[int, SwitchPosition]]:
    yield from ((at, SwitchPosition.OPEN) for at in operation.opens)
    yield from ((at, SwitchPosition.CLOSED) for at in operation.closes)


def _stood(started: Play, switch: int, position: SwitchPosition) -> bool:
    """Whether it was so already: by a trip, or by what customers' own switches had answered."""
    inside = (point.positions[switch] for point in started.points.values() if switch in point.positions)
    return next(inside, started.positions.get(switch)) is position
