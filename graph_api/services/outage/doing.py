"""What an event (事件) does to the grid of before: what it opens, what loses supply, what transfers make of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology import Assumption, Outage
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.failing import Failing, failing
from graph_api.services.outage.grid_transfers import Transferred, transferred
from schema.vocabulary import SwitchPosition


def outage_of(before: ReadModel, event: Event, fails: Failing, positions: tuple[Assumption, ...]) -> Outage:
    """What the event does to the grid of before with these positions in it.

    A feeder that is FAULTED has its fault right behind its head.
    """
    if event.cause is Cause.OPENED:
        return before.topology.opened((*fails.equipment, *fails.heads), positions)
    return before.topology.faulted(fails.places, positions, event.stuck)


def opened_by_one(before: ReadModel, event: Event) -> set[int]:
    """What each of several faults alone opens: a fuse between two trips on the one that came first."""
    if len(event.things) < 2:
        return set()
    alone = (outage_of(before, event, failing(before, (thing,)), ()) for thing in event.things)
    return {at for outage in alone for at in outage.tripped.tolist()}


def transferred_by(before: ReadModel, event: Event, fails: Failing, fault: Outage) -> Transferred:
    """What automatic transfers of the grid make of a fault; where nothing is faulty nothing else happens."""
    if event.cause is Cause.OPENED:
        return Transferred(outage=fault, positions={}, dips=())

    def again(positions: tuple[Assumption, ...]) -> Outage:
        return outage_of(before, event, fails, positions)

    return transferred(before, fault, again, fails.equipment, event.stuck)


def moved_on_trips(
    before: ReadModel, event: Event, fails: Failing, tripped: Collection[int]
) -> dict[int, SwitchPosition]:
    """What automatic transfers of the grid move where these have tripped, and all else of the event is sound again."""
    if event.cause is Cause.OPENED:
        return {}
    opened = tuple((at, SwitchPosition.OPEN) for at in sorted(tripped))

    def again(positions: tuple[Assumption, ...]) -> Outage:
        if not fails.equipment:
            return before.topology.opened((), opened + positions)
        return outage_of(before, event, fails, opened + positions)

    return transferred(before, again(()), again, fails.equipment, event.stuck).positions


def refusing(before: ReadModel, event: Event, fails: Failing, fault: Outage) -> frozenset[int]:
    """Of what is named as stuck those switches that an automatic transfer would have operated, had they not been."""
    asked: frozenset[int] = frozenset()
    tripping = set(event.stuck).intersection(fault.zone.tolist())
    while event.stuck:
        then = replace(event, stuck=tuple(sorted(tripping | asked)))
        found = asked.union(transferred_by(before, then, fails, fault).positions).intersection(event.stuck)
        if found <= asked:
            break
        asked |= found
    return asked
