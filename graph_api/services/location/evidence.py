"""Evidence (故障信息): reports of a fault, what in the grid each speaks of, and what has to be set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, unique

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Things
from graph_api.services.location.rates import EXPLAINING
from graph_api.services.outage.dead_before import Operated
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.failing import equipment_of
from graph_api.services.outage.impact import find_impact
from schema.grid import FaultIndicator
from schema.registry import CONDUCTING, SWITCHES, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import EvidenceKind, LoadsFed
from schema.words import Sentence, say

MOST = 1_000
"""Reports that one question may bring."""
CLOCK_ERROR = timedelta(minutes=5)
"""A report may be this far in the future: clocks differ."""
OLDEST = timedelta(hours=24)
"""Reports older than this before the time asked about belong to something else."""

DEVICE_KINDS = frozenset({EvidenceKind.TRIP, EvidenceKind.FUSE})
PASSING_KINDS = frozenset({EvidenceKind.INDICATOR, EvidenceKind.CURRENT})
SUPPLY_KINDS = frozenset({EvidenceKind.METER, EvidenceKind.CALL, EvidenceKind.VOLTAGE})
OF_CUSTOMERS = frozenset({EntityKind.CUSTOMER, EntityKind.RECEIVING_POINT})
_NO_FUSE = frozenset({EntityKind.BREAKER, EntityKind.RECLOSER})
_NOBODY_THERE = SWITCHES | {EntityKind.AC_LINE_SEGMENT, EntityKind.ENERGY_SOURCE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One report.

    `positive` is whether it says that there is something: tripped, blown, current passed, no power, fault found.
    `towards` is the node that the current left to, for an indicator that tells the direction. `reclosed` is whether a
    device that tripped was closed again and held (None = nobody tried, or it tripped again).
    """

    kind: EvidenceKind
    things: Things
    positive: bool = True
    at: datetime | None = None
    towards: int | None = None
    reclosed: bool = False
    key: str = ""
    """The asker's own name of the report."""
    source: str = ""
    """Who or what says so; "" = not said. Where two sources differ about one thing, both are weighed."""
    recorded: bool = False
    """Whether it is a position that the graph holds, and nobody's report to the asker."""
    stale: timedelta | None = None
    """Of a recorded position, how long before the loss it was told; None = at the loss or after it."""


@unique
class Reason(StrEnum):
    """Why a report was set aside."""

    REPEATED = "REPEATED"
    SUPERSEDED = "SUPERSEDED"
    FUTURE = "FUTURE"
    TOO_OLD = "TOO_OLD"
    NOT_SUCH_A_THING = "NOT_SUCH_A_THING"
    UNKNOWN_THING = "UNKNOWN_THING"
    DEAD_BEFORE = "DEAD_BEFORE"
    EXPLAINED = "EXPLAINED"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A report that was not weighed, why, and what can be done."""

    evidence: Evidence
    reason: Reason
    message: str
    because: tuple[Operated, ...] = ()
    """Switches that stood open, for which what it speaks of was without supply before."""


@dataclass(slots=True, kw_only=True)
class Sorted:
    """Reports by what they speak of: each with the equipment that it is about."""

    may_hang: dict[int, list[int]] = field(default_factory=dict)
    """Where supplies without a place may hang of which reports speak."""
    seeds: set[int] = field(default_factory=set)
    """Devices whose recorded trip is asked about where nothing else was reported."""
    passing: list[tuple[Evidence, int]] = field(default_factory=list)
    latching: list[tuple[Evidence, int]] = field(default_factory=list)
    """Of indicators that reset while there is voltage: they show where current passed and supply was lost."""
    devices: list[tuple[Evidence, int]] = field(default_factory=list)
    supply: list[tuple[Evidence, tuple[int, ...]]] = field(default_factory=list)
    patrols: list[tuple[Evidence, tuple[int, ...]]] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)

    @property
    def around(self) -> set[int]:
        """Equipment that any report speaks of; recorded positions are looked for around it, and add nothing."""
        single = {index for each, index in (*self.passing, *self.latching, *self.devices) if not each.recorded}
        places = (*self.may_hang.values(), *(indexes for _, indexes in (*self.supply, *self.patrols)))
        return single.union(self.seeds, *places)

    @property
    def weighed(self) -> tuple[Evidence, ...]:
        """Reports that are weighed."""
        groups = (self.passing, self.latching, self.devices, self.supply, self.patrols)
        return tuple(evidence for group in groups for evidence, _ in group)


def sort_out(model: ReadModel, evidence: Sequence[Evidence], at: datetime) -> Sorted:
    """Reports that can be weighed, and those set aside with the reason. Of one source's reports the newest counts.

    Raises InvalidInput for more than 1,000 reports or a report without any thing.
    """
    if len(evidence) > MOST:
        raise InvalidInput(
            say(
                "{count:,} reports were given; give at most {most:,}, those of one incident.",
                count=len(evidence),
                most=MOST,
            )
        )
    found = Sorted()
    explained: set[int] = set()
    for each in evidence:
        if each.kind in EXPLAINING:
            explained.update(place for thing in each.things for place in _without(model, thing, at))
    for each in _newest(evidence, at, found.set_aside):
        try:
            _place(model, each, found, explained)
        except InvalidInput as error:
            found.set_aside.append(SetAside(evidence=each, reason=Reason.NOT_SUCH_A_THING, message=error.message))
    return found


def cannot_report(model: ReadModel, each: Evidence) -> str | None:
    """Why these things cannot report this, as a person is nobody's supply; None = they can."""
    try:
        _place(model, each, Sorted(), set())
    except InvalidInput as error:
        return error.message
    return None


def _without(model: ReadModel, thing: int, at: datetime) -> Iterable[int]:
    """All that is without power where this thing is, by plan or for arrears: also what is fed through it, and wherever
    a customer notices in whose network it is, or whose loads it leaves unfed, all of them or some."""
    own, kind, accounts = set(outlets(model, thing)), model.graph.kind(thing), model.customers.accounts
    if kind in _NOTICE:
        return own
    if accounts.owns(thing) and kind is not EntityKind.SUPPLY_SOURCE:
        return own.union(outlets(model, int(accounts.owner[thing])))
    impact = find_impact(model, Event(things=(thing,), cause=Cause.OPENED, at=at))
    hit = (customer for _, customer in impact.customers())
    unfed = (customer for customer in hit if impact.affected(customer).loads_fed is not LoadsFed.ALL)
    own.update(place for customer in unfed for place in outlets(model, customer))
    return own.union(impact.outage.lost.tolist())


_NOTICE = frozenset({EntityKind.CUSTOMER, EntityKind.RECEIVING_POINT})
"""What is nobody's way to others."""


def outlets(model: ReadModel, thing: int) -> tuple[int, ...]:
    """Where somebody notices that a thing has no power: a customer's loads if they are recorded, else its supplies."""
    graph = model.graph
    if graph.kind(thing) in (EntityKind.CUSTOMER, EntityKind.RECEIVING_POINT):
        points: Iterable[int] = [thing]
        if graph.kind(thing) is EntityKind.CUSTOMER:
            points = graph.targets(thing, RelationshipKind.HAS_RECEIVING_POINT)
        inside = (each for point in points for each in graph.sources(point, RelationshipKind.CONTAINED_IN))
        loads = tuple(sorted(each for each in inside if graph.kind(each) is EntityKind.LOAD))
        if loads:
            return loads
    return equipment_of(model, thing)


def _newest(evidence: Iterable[Evidence], at: datetime, aside: list[SetAside]) -> list[Evidence]:
    """Reports of a time that counts, the newest of each source, in the order given."""
    kept: dict[tuple[EvidenceKind, tuple[int, ...], str], Evidence] = {}
    for each in evidence:
        if not each.things:
            raise InvalidInput(say("A report names nothing; say which thing it speaks of."), id=each.key)
        if each.at is not None and each.at > at + CLOCK_ERROR:
            aside.append(
                SetAside(evidence=each, reason=Reason.FUTURE, message=say("It is from the future: check its time."))
            )
        elif each.at is not None and each.at < at - OLDEST:
            aside.append(
                SetAside(
                    evidence=each, reason=Reason.TOO_OLD, message=say("It is older than a day: ask about its own time.")
                )
            )
        else:
            key = (each.kind, tuple(sorted(each.things)), each.source.strip())
            before = kept.get(key)
            if before is None:
                kept[key] = each
                continue
            older, newer = sorted((before, each), key=lambda one: one.at or at)
            same = older.positive == newer.positive and older.towards == newer.towards
            reason = Reason.REPEATED if same else Reason.SUPERSEDED
            message = say("The same was reported again.") if same else say("A later report of the same says otherwise.")
            aside.append(SetAside(evidence=older, reason=reason, message=message))
            kept[key] = newer
    return list(kept.values())


def _place(model: ReadModel, each: Evidence, found: Sorted, explained: set[int]) -> None:
    graph = model.graph
    if each.kind in DEVICE_KINDS:
        (device,) = _one(model, each)
        if graph.kind(device) not in SWITCHES:
            raise InvalidInput(
                say("{device} is no switching device, so it cannot trip or blow.", device=graph.id(device))
            )
        if each.kind is EvidenceKind.FUSE and graph.kind(device) in _NO_FUSE:
            raise InvalidInput(say("{device} has no fuse: report a trip of it.", device=graph.id(device)))
        found.devices.append((each, device))
    elif each.kind in PASSING_KINDS:
        _must_be(model, each, lambda kind: kind not in OF_CUSTOMERS, say("shows no fault current: name the indicator."))
        (equipment,) = _one(model, each)
        _must_leave_towards(model, equipment, each.towards)
        (found.latching if _resets(model, each.things) else found.passing).append((each, equipment))
    elif each.kind is EvidenceKind.PATROL:
        found.patrols.append((each, tuple(_walked(model, each.things))))
    elif each.kind in SUPPLY_KINDS:
        if each.kind is EvidenceKind.CALL:
            _must_be(
                model,
                each,
                lambda kind: kind not in _NOBODY_THERE,
                say("has nobody who calls: name the customer, the area or its transformer."),
            )
        places = tuple(index for thing in each.things for index in outlets(model, thing))
        if each.positive and explained.issuperset(places):
            message = say("Supply is off there by plan or for arrears: it says nothing of a fault.")
            found.set_aside.append(SetAside(evidence=each, reason=Reason.EXPLAINED, message=message))
        else:
            found.supply.append((each, places))
            unplaced = (place for place in places if model.topology.unplaced.places_of(place) is not None)
            found.may_hang.update((place, model.topology.places_of(place)) for place in unplaced)


def _must_be(model: ReadModel, each: Evidence, right: Callable[[EntityKind], bool], otherwise: Sentence) -> None:
    """Raises InvalidInput for a report from a thing that cannot give it."""
    for thing in each.things:
        if not right(model.graph.kind(thing)):
            raise InvalidInput(say("{thing} {otherwise}", thing=model.graph.id(thing), otherwise=otherwise))


def _one(model: ReadModel, each: Evidence) -> tuple[int, ...]:
    equipment = {index for thing in each.things for index in equipment_of(model, thing)}
    if len(equipment) != 1:
        names = ", ".join(model.graph.id(thing) for thing in each.things)
        raise InvalidInput(
            say(
                "{names} stands for {count} pieces of equipment; name the one that reported.",
                names=names,
                count=len(equipment),
            )
        )
    return tuple(equipment)


def _must_leave_towards(model: ReadModel, equipment: int, towards: int | None) -> None:
    """Raises InvalidInput for a direction that the current cannot leave a piece of equipment in."""
    nodes = model.graph.targets(equipment, RelationshipKind.CONNECTS)
    if towards is not None and towards not in nodes:
        id = model.graph.id
        raise InvalidInput(
            say(
                "{node} is no end of {equipment}: name one of its nodes as the direction, {nodes}, or none.",
                node=id(towards),
                equipment=id(equipment),
                nodes=", ".join(map(id, nodes)),
            )
        )


def _walked(model: ReadModel, things: Iterable[int]) -> set[int]:
    """Equipment that a crew looked at: a feeder stands for all that it feeds."""
    graph = model.graph
    found: set[int] = set()
    for thing in things:
        if graph.kind(thing) is EntityKind.FEEDER:
            heads = graph.targets(thing, RelationshipKind.STARTS_AT)
            found.update(heads, model.topology.trace_down(*heads))
        else:
            found.update(index for index in equipment_of(model, thing) if graph.kind(index) in CONDUCTING)
    return found


def _resets(model: ReadModel, things: Iterable[int]) -> bool:
    """Whether an indicator shows only where supply was lost as well."""
    entities = map(model.graph.entity, things)
    return any(isinstance(entity, FaultIndicator) and entity.resets_with_voltage for entity in entities)
