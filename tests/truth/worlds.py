"""Before, at the loss and now, in every world of the switches whose position nobody knows.

The design (4), *Position*: "with an UNKNOWN on the way both worlds are computed: the answer is the worse *change* ...
and says dependsOn"; *Three times*; issue 11 A1 (what was reported after `since` is undone) and A2 ("all 2^k worlds by
brute force: worst state, worst change, and nobody missing who is hit in at least one").

A switch is UNKNOWN by one report (or by its normal diagram), and by that report it has one position in a world,
however often it is asked: before and now share it unless another report lies between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

from tests.truth.customers import (
    Situation,
    home,
    in_service,
    inner_supplies,
    refreshed,
    settled,
    stands_closed,
    wired,
)
from tests.truth.grid import (
    NONE,
    Effect,
    Ids,
    energised,
    faulted,
    opened,
    things_of,
    with_automatic_transfers,
)
from tests.truth.net import Net, Position, Report

MOST_UNKNOWN = 12
"""issue 11 A2: exact up to 12 unknown switches on the way."""

Unknown = tuple[str, int]
"""A switch and the number of the report that says UNKNOWN; -1 = the normal diagram, -2 = an assumption."""
World = Mapping[Unknown, bool]
"""Whether each unknown switch is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What is asked: things, what happens to them, when, and what is known of the devices around."""

    things: tuple[str, ...]
    cause: str = "FAULTED"
    since: float | None = None
    """Moment of loss; None = when the first of the tripped devices last opened, else the moment that is asked about."""
    tripped: Ids = NONE
    stuck: Ids = NONE
    assume: Mapping[str, Position] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moments:
    """One world: the grid before the event, as the event left it, and as it stands now."""

    world: World
    before: Situation
    at_loss: Situation
    now: Situation
    trips: Ids
    dips: tuple[tuple[str, float], ...] = ()
    unknown: Ids = NONE
    """Switches of unknown position now."""


def since_of(net: Net, event: Event, at: float) -> float:
    """The moment of loss."""
    if event.since is not None:
        return event.since
    openings = (_last_opening(net, switch, at) for switch in event.tripped)
    return min((opening for opening in openings if opening is not None), default=at)


def _last_opening(net: Net, switch: str, at: float) -> float | None:
    """When a device was last reported open after having been closed; it may have been closed again since."""
    found: float | None = None
    was_open = False
    for report in sorted((r for r in net.reports if r.switch == switch and r.at <= at), key=lambda r: (r.at, r.number)):
        if report.position is Position.OPEN and not was_open:
            found = report.at
        was_open = report.position is Position.OPEN
    return found


def _latest(reports: Iterable[Report]) -> dict[str, Report]:
    """The report that counts of each switch: the latest time, of one time the last recorded."""
    found: dict[str, Report] = {}
    for report in sorted(reports, key=lambda report: (report.at, report.number)):
        found[report.switch] = report
    return found


def positions_before(net: Net, event: Event, at: float) -> dict[str, tuple[Position, int]]:
    """Positions at the moment of loss: "positions reported later are undone"; tripped devices count as closed."""
    since = since_of(net, event, at)
    reports = (report for report in net.reports if report.at <= since)
    found = {switch.id: (switch.normal, -1) for switch in net.switches}
    found |= {switch: (report.position, report.number) for switch, report in _latest(reports).items()}
    found |= dict.fromkeys(event.tripped, (Position.CLOSED, -2))
    return found | {switch: (position, -2) for switch, position in event.assume.items()}


def positions_since(net: Net, event: Event, at: float) -> dict[str, tuple[Position, int]]:
    """Positions reported after the loss and not after `at`: only those switches of which there is such a report."""
    since = since_of(net, event, at)
    reports = (
        report
        for report in net.reports
        if report.at <= at
        and (report.at > since or (report.switch in event.tripped and report.at >= since))
        and report.switch not in event.assume
    )
    return {switch: (report.position, report.number) for switch, report in _latest(reports).items()}


def reported_closed(net: Net, event: Event, at: float) -> Ids:
    """Switches that stand closed by what was reported, whatever a release or an automatic transfer has opened since."""
    latest = positions_before(net, event, at) | positions_since(net, event, at)
    return frozenset(each for each, (position, _) in latest.items() if position is Position.CLOSED) - event.tripped


def worlds(*positions: Mapping[str, tuple[Position, int]]) -> Iterator[World]:
    """Every world of the switches that are UNKNOWN in any of these. More than 12 raise ValueError."""
    unknown = sorted(
        {
            (switch, number)
            for known in positions
            for switch, (position, number) in known.items()
            if position is Position.UNKNOWN
        }
    )
    if len(unknown) > MOST_UNKNOWN:
        raise ValueError(f"{len(unknown)} unknown switches: brute force stops at {MOST_UNKNOWN}")
    for closed in product((True, False), repeat=len(unknown)):
        yield dict(zip(unknown, closed, strict=True))


def closed_in(positions: Mapping[str, tuple[Position, int]], world: World) -> Ids:
    """Switches that are closed in a world."""
    return frozenset(
        switch
        for switch, (position, number) in positions.items()
        if position is Position.CLOSED or (position is Position.UNKNOWN and world[switch, number])
    )


def moments(net: Net, event: Event, at: float = 0.0) -> list[Moments]:
    """The three times in every world."""
    event = replace(event, since=since_of(net, event, at))
    before, since = positions_before(net, event, at), positions_since(net, event, at)
    return [_moments(net, event, before, since, world, at) for world in worlds(before, since)]


def start(net: Net, closed: Ids, carried_by: Mapping[str, Ids] | None = None) -> Situation:
    """A grid without an event, releases and automatic transfers settled."""
    return settled(net, Situation(closed, live=energised(net, closed), carried_by=carried_by or {}))


def taken_over(
    net: Net, carried_by: Mapping[str, Ids], positions: Mapping[str, tuple[Position, int]]
) -> dict[str, Ids]:
    """What carries points without wires, once positions of their supplies are reported.

    A supply of which no switch is recorded stands for its own: "open the one, then close the other" is reported of it.
    """
    found = dict(carried_by)
    for point in net.points.values():
        told = {supply: positions[supply][0] for supply in point.supplies if supply in positions}
        if not told or wired(net, point):
            continue
        normally = frozenset(home(net, point))
        closed = {supply for supply, position in told.items() if position is Position.CLOSED}
        carrying = (found.get(point.id, normally) | closed) - (told.keys() - closed)
        found.pop(point.id, None)
        if carrying != normally:
            found[point.id] = carrying
    return found


def _moments(
    net: Net,
    event: Event,
    positions: Mapping[str, tuple[Position, int]],
    since: Mapping[str, tuple[Position, int]],
    world: World,
    at: float,
) -> Moments:
    before = start(net, closed_in(positions, world), taken_over(net, {}, positions))
    before = refreshed(net, replace(before, released=before.released | _held_before(net, event, world)))
    effect = effect_of(net, event, before)
    lost = replace(before, closed=effect.closed, gone=effect.gone, live=effect.live)
    at_loss = settled(net, lost, frozenset(vertex for vertex, _ in effect.dips))
    held = _held_since(net, event, at_loss, world, at)
    now = _now(net, event, replace(at_loss, released=held), since, world) if since else at_loss
    latest = {**positions, **since}
    unknown = frozenset(switch for switch, (position, _) in latest.items() if position is Position.UNKNOWN)
    return Moments(world, before, at_loss, now, effect.trips, effect.dips, unknown)


def effect_of(net: Net, event: Event, before: Situation) -> Effect:
    """What the event does to the grid."""
    things = things_of(net, event.things, event.cause)
    if event.cause == "OPENED":
        return opened(net, before.closed, things)
    effect = faulted(net, before.closed, things, event.stuck)
    return with_automatic_transfers(net, Effect(NONE, NONE, before.closed, before.live), things, effect, event.stuck)


def _held_before(net: Net, event: Event, world: World) -> Ids:
    """Supplies that a release holds open when the event comes: it opens at every loss, and what was reported closed
    after the last one is closed. "Earlier faults included": what they left open is open."""
    since, held = event.since or 0.0, NONE
    for at, done in _acts(net, -1e18, since):
        known = {switch.id: (switch.normal, -1) for switch in net.switches}
        known |= {switch: (report.position, report.number) for switch, report in done.items()}
        if at == since:
            known |= dict.fromkeys(event.tripped, (Position.CLOSED, -2))
        known |= {switch: (position, -2) for switch, position in event.assume.items()}
        closed = frozenset(each for each, what in known.items() if _is_closed(each, what, world))
        stands = Situation(closed, live=energised(net, closed), carried_by=taken_over(net, {}, known))
        held = _without(net, held, done, at) | _without_voltage(net, stands)
    return held


def _held_since(net: Net, event: Event, at_loss: Situation, world: World, at: float) -> Ids:
    """The same after the loss, with the event still there: issue 11 A4, "a step by the customer's electrician after
    supply returns", whenever it returns."""
    held = at_loss.released
    for moment, done in _acts(net, event.since or 0.0, at, event.tripped):
        known = {
            switch: (report.position, report.number) for switch, report in done.items() if switch not in event.assume
        }
        closed = frozenset(each for each, what in known.items() if _is_closed(each, what, world))
        stands = replace(at_loss, closed=(at_loss.closed - set(known)) | closed, released=held)
        stands = replace(stands, carried_by=taken_over(net, at_loss.carried_by, known))
        held = _without(net, held, done, moment) | _without_voltage(net, with_event(net, event, stands))
    return held


def _acts(net: Net, after: float, until: float, tripped: Ids = NONE) -> Iterator[tuple[float, dict[str, Report]]]:
    """What stands by reports after each time of one, and before that with only the openings of that time done: "open
    the one, then close the other"."""
    done: dict[str, Report] = {}
    told = [r for r in net.reports if r.at <= until and (r.at > after or (r.switch in tripped and r.at == after))]
    for at in sorted({report.at for report in told}):
        now = _latest(report for report in told if report.at == at)
        opening = {switch: report for switch, report in now.items() if report.position is not Position.CLOSED}
        if len(opening) < len(now):
            yield at, done | opening
        done |= now
        yield at, done


def _is_closed(switch: str, what: tuple[Position, int], world: World) -> bool:
    """Whether a position is closed in a world; what was unknown in the past, and is not any more, tells of no loss."""
    position, number = what
    return position is Position.CLOSED or (position is Position.UNKNOWN and world.get((switch, number), True))


def _without(net: Net, held: Ids, done: Mapping[str, Report], at: float) -> Ids:
    """Without what was reported closed at that time."""
    closed = {each for each, report in done.items() if report.at == at and report.position is Position.CLOSED}
    again = {supply for bay in closed if bay in net.inside for supply in inner_supplies(net, bay)}
    return held - again - closed


def _without_voltage(net: Net, stands: Situation) -> Ids:
    """Supplies without voltage behind a release that was closed."""
    points = (point for point in net.points.values() if point.release)
    return frozenset(
        supply
        for point in points
        for supply in in_service(net, point)
        if supply not in stands.live and stands_closed(net, stands, point, supply)
    )


def _now(
    net: Net, event: Event, at_loss: Situation, since: Mapping[str, tuple[Position, int]], world: World
) -> Situation:
    reported = closed_in(since, world)
    closed = (at_loss.closed - set(since)) | reported
    carried_by = taken_over(net, at_loss.carried_by, since)
    kept = frozenset(switch for switch, (position, _) in since.items() if position is Position.OPEN)
    now = replace(at_loss, closed=closed, carried_by=carried_by, kept=kept)
    return with_event(net, event, now)


def with_event(net: Net, event: Event, situation: Situation) -> Situation:
    """The situation with the event still there: what is joined to the fault now is dead, and trips again if fed."""
    things = things_of(net, event.things, event.cause)
    if event.cause == "OPENED":
        effect = opened(net, situation.closed, things)
    else:
        effect = faulted(net, situation.closed, things, event.stuck)
    return settled(net, replace(situation, closed=effect.closed, gone=effect.gone, live=effect.live))
