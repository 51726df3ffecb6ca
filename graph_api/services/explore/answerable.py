"""Answerable: which questions what is loaded can answer, and what is missing for the others.

    Customer ─ has receiving point ─ ReceivingPoint ─ fed by ─ SupplySource ─ connects ─ live node
    A chain that ends anywhere before a live node makes a customer whom no impact finds.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from graph_api.readmodel.model import ReadModel
from schema.grid import Switch
from schema.people import Contact
from schema.registry import EntityKind, kinds_of
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition
from schema.words import Sentence, say

_SWITCHES = sorted(kinds_of(Switch))


@dataclass(frozen=True, slots=True)
class Answerable:
    """A question, the command that asks it, and what is missing for it (empty = nothing)."""

    question: Sentence
    command: str
    missing: tuple[Sentence, ...]


def answerable(model: ReadModel) -> list[Answerable]:
    """Every question with what is missing for it, in the order in which a newcomer gets to them."""
    return [Answerable(question, command, tuple(found(model))) for question, command, found in _QUESTIONS]


def _impact(model: ReadModel) -> Iterator[Sentence]:
    yield from _none(model, EntityKind.ENERGY_SOURCE, EntityKind.CUSTOMER)
    if not any(model.graph.of_kind(kind) for kind in _SWITCHES):
        yield _fill(EntityKind.BREAKER)
    yield from _lacking(model, EntityKind.ENERGY_SOURCE, RelationshipKind.CONNECTS)
    yield from _lacking(model, EntityKind.CUSTOMER, RelationshipKind.HAS_RECEIVING_POINT)
    yield from _lacking(model, EntityKind.RECEIVING_POINT, RelationshipKind.FED_BY)
    yield from _headless(model)
    supplies = model.graph.of_kind(EntityKind.SUPPLY_SOURCE)
    tied = {at: _tied(model, at) for at in supplies}
    loose = (at for at, to in tied.items() if to < 0)
    yield from _without(model, EntityKind.SUPPLY_SOURCE, "connects", loose)
    dead = [at for at, to in tied.items() if to < 0 or not model.topology.energised(to)]
    if dead:
        yield say(
            "{count:,} of {total:,} supplies are dead as they are connected, as {name}: `baodian trace --up` shows "
            "how far each leads",
            count=len(dead),
            total=len(supplies),
            name=model.graph.id(dead[0]),
        )


def _headless(model: ReadModel) -> Iterator[Sentence]:
    feeders = model.graph.of_kind(EntityKind.FEEDER)
    headless = [at for at in feeders if not model.graph.targets(at, RelationshipKind.STARTS_AT)]
    if headless:
        yield say(
            "{count:,} of {total:,} feeders do not say where they begin, as {name}: what trips, and how to feed the "
            "rest again, is not known. Fill starts_at (首端设备) in with the id of its first switch",
            count=len(headless),
            total=len(feeders),
            name=model.graph.id(headless[0]),
        )


def _tied(model: ReadModel, supply: int) -> int:
    """A supply that a terminal ties to the grid, or of whose feeder anything is drawn; -1 for any other."""
    wired = model.graph.targets(supply, RelationshipKind.CONNECTS)
    places = model.topology.unplaced.places_of(supply)
    return supply if wired or (places is not None and places.size) else -1


def _resupply(model: ReadModel) -> Iterator[Sentence]:
    graph = model.graph
    switches = [at for kind in _SWITCHES for at in graph.of_kind(kind)]
    if not any(graph.get(Switch, at).normal_position is SwitchPosition.OPEN for at in switches):
        yield say("no switch is normally open (normal_position 正常位置 OPEN), so there is no tie to feed from")
    yield from _empty(model, EntityKind.AC_LINE_SEGMENT, "rated_current_a")
    yield from _empty(model, EntityKind.RECEIVING_POINT, "load_kw")


def _who(model: ReadModel) -> Iterator[Sentence]:
    yield from _none(model, EntityKind.PERSON, EntityKind.ASSIGNMENT)
    yield from _lacking(model, EntityKind.ASSIGNMENT, RelationshipKind.COVERS)
    yield from _lacking(model, EntityKind.ASSIGNMENT, RelationshipKind.HELD_BY, RelationshipKind.OF_TEAM)
    yield from _lacking(model, EntityKind.PERSON, RelationshipKind.HAS_CONTACT)
    contacts = [model.graph.get(Contact, at) for at in model.graph.of_kind(EntityKind.CONTACT)]
    unverified = sum(contact.verified_on is None for contact in contacts)
    if unverified:
        yield say(
            "{count:,} of {total:,} numbers are not verified, and are not called: fill verified_on (核实日期) in",
            count=unverified,
            total=len(contacts),
        )


def _duty(model: ReadModel) -> Iterator[Sentence]:
    yield from _none(model, EntityKind.SHIFT)
    yield from _lacking(model, EntityKind.SHIFT, RelationshipKind.WORKED_BY, RelationshipKind.OF_TEAM)


def _urgency(model: ReadModel) -> Iterator[Sentence]:
    yield from _none(model, EntityKind.LOAD)
    yield from _empty(model, EntityKind.LOAD, "permitted_interruption_s")


def _plans(model: ReadModel) -> Iterator[Sentence]:
    yield from _none(model, EntityKind.EMERGENCY_PLAN)
    yield from _lacking(model, EntityKind.EMERGENCY_PLAN, RelationshipKind.HAS_VERSION)


_QUESTIONS: tuple[tuple[Sentence, str, Callable[[ReadModel], Iterator[Sentence]]], ...] = (
    (say("Who is hit when a piece fails?"), "impact", _impact),
    (say("Who answers for it, at which number?"), "who", _who),
    (say("Who is on duty?"), "who --at", _duty),
    (say("How can the rest be fed again?"), "resupply", _resupply),
    (say("How long can each one hold out?"), "impact", _urgency),
    (say("Which plan holds?"), "readiness", _plans),
)


def _fill(kind: EntityKind) -> Sentence:
    return say("nothing is there of {kind}: fill the sheet {kind} ({zh}) in", kind=kind.label, zh=kind.zh)


def _none(model: ReadModel, *kinds: EntityKind) -> Iterator[Sentence]:
    return (_fill(kind) for kind in kinds if not model.graph.of_kind(kind))


def _lacking(model: ReadModel, kind: EntityKind, *links: RelationshipKind) -> Iterator[Sentence]:
    lacking = (at for at in model.graph.of_kind(kind) if not any(model.graph.targets(at, link) for link in links))
    return _without(model, kind, " / ".join(link.value.lower() for link in links), lacking)


def _empty(model: ReadModel, kind: EntityKind, field: str) -> Iterator[Sentence]:
    empty = (at for at in model.graph.of_kind(kind) if getattr(model.graph.entity(at), field) is None)
    return _without(model, kind, field, empty)


def _without(model: ReadModel, kind: EntityKind, column: str, found: Iterable[int]) -> Iterator[Sentence]:
    without = list(found)
    if without:
        yield say(
            "{count:,} of {total:,} of {kind} have no {column}, as {name}",
            count=len(without),
            total=len(model.graph.of_kind(kind)),
            kind=f"{kind.label} ({kind.zh})",
            column=column,
            name=model.graph.id(without[0]),
        )
