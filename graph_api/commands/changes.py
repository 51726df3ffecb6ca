"""Changes (变更): what a person asks to be changed, checked against the graph and made into a batch.

Nothing is written here. A change is planned on one revision; the versions that it was planned on go with it, so that
the store refuses it if somebody else changed the same thing meanwhile.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pydantic import ValidationError

from graph_api.errors import ErrorCode
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.grid import Switch
from schema.people import Assignment, Person
from schema.registry import SWITCHES, EntityKind
from schema.relationships import Relationship, RelationshipKey, RelationshipKind
from schema.vocabulary import Rank, ResponsibilityRole, SwitchPosition

MOST_COVERED = 100
"""Things that one assignment may cover."""
MOST_TEXT = 100
"""Characters of a name or source."""
CLOCK_SKEW = timedelta(minutes=1)
"""How far a sender's clock may be ahead of ours."""
YEARS = (2000, 2199)
"""First and last year that a time may lie in; beyond it is a slip of the keyboard."""
_SHOWN = 60
_ASSIGNABLE_GROUPS = frozenset({"grid", "customer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a change cannot be made: `path` leads to the field of the input, the message says what to do.

    `id` and `version` (0 = it is not there) are given where another version was expected.
    """

    code: ErrorCode
    path: tuple[str, ...]
    message: str
    id: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change that can be made: the batch, and the versions it was planned on (0 = not there)."""

    batch: GraphBatch
    versions: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionReport:
    """A switch was found or brought in a position: who says so, by what means, since when (None = now)."""

    switch: str
    position: SwitchPosition
    by: str
    source: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentWish:
    """An assignment as it is to be: all of it, whatever it was before."""

    id: str
    role: ResponsibilityRole
    covers: tuple[str, ...]
    person: str | None = None
    team: str | None = None
    rank: Rank = Rank.A
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentEnd:
    """An assignment ends (None = now)."""

    id: str
    at: datetime | None = None


Planned = Edit | tuple[Problem, ...]
"""A change, or all that is wrong with it."""


@dataclass(slots=True)
class _Checks:
    """Collects what is wrong with an input."""

    graph: Snapshot
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, name: str, message: str, code: ErrorCode = ErrorCode.BAD_INPUT) -> None:
        """Note a problem with a field of the input."""
        self.problems.append(Problem(code=code, path=("input", *name.split(".")), message=message))

    def thing(self, name: str, entity_id: str, what: str) -> int | None:
        """Index of a thing that must be there."""
        index = self.graph.find(entity_id)
        if index is None:
            message = f"Nothing has the id {shown(entity_id)}. Look {what} up with `search` and send its `id`."
            self.refuse(name, message, ErrorCode.UNKNOWN_ENTITY)
        return index

    def of_kind(self, name: str, entity_id: str, kind: EntityKind, what: str) -> int | None:
        """Index of a thing that must be there and be of a kind."""
        index = self.thing(name, entity_id, what)
        if index is not None and self.graph.kind(index) is not kind:
            self.refuse(name, f"{self.called(index)} is no {kind.label}. Send the id of {what}.")
            return None
        return index

    def text(self, name: str, value: str) -> None:
        """A text that must say something."""
        if not value.strip():
            self.refuse(name, "This must not be empty.")
        elif len(value) > MOST_TEXT or any(unicodedata.category(char) in {"Cc", "Cs"} for char in value):
            self.refuse(name, f"This must be one line of at most {MOST_TEXT} characters.")

    def moment(self, name: str, value: datetime | None) -> bool:
        """A time that can be meant."""
        if value is not None and not YEARS[0] <= value.year <= YEARS[1]:
            self.refuse(name, f"Send a time in the years {YEARS[0]} to {YEARS[1]}, or none.")
            return False
        return True

    def called(self, index: int) -> str:
        """A thing as a message names it."""
        entity = self.graph.entity(index)
        return f"{type(entity).zh} {entity.name or entity.id}"


def shown(entity_id: str) -> str:
    """An id as a message repeats it, however long it is."""
    text = entity_id if len(entity_id) <= _SHOWN else f"{entity_id[:_SHOWN]}…"
    return "'" + text.encode("utf-8", "backslashreplace").decode() + "'"


def set_position(model: ReadModel, report: PositionReport, now: datetime) -> Planned:
    """A switch's current position; its normal position stays. An older report than the one that stands is refused."""
    graph, checks = model.graph, _Checks(model.graph)
    checks.text("by", report.by)
    checks.text("source", report.source)
    at = report.at or now
    if checks.moment("at", report.at) and at > now + CLOCK_SKEW:
        checks.refuse("at", "The time lies in the future. Leave `at` out if the switch is in this position now.")
    index = checks.thing("switch", report.switch, "the switch")
    if index is None:
        return tuple(checks.problems)
    if graph.kind(index) not in SWITCHES:
        checks.refuse("switch", f"{checks.called(index)} is no switch. Send a breaker, switch, disconnector or fuse.")
        return tuple(checks.problems)
    before = graph.get(Switch, index)
    if before.position_at is not None and not checks.problems and at < before.position_at:
        newer = f"{before.current_position.value} since {before.position_at.isoformat(timespec='seconds')}"
        checks.refuse("at", f"A newer report stands: {newer}. Leave `at` out if this is its position now.")
    if checks.problems:
        return tuple(checks.problems)
    after = replace(
        before,
        position=report.position,
        position_by=report.by.strip(),
        position_source=report.source.strip(),
        position_at=at,
    )
    return Edit(batch=GraphBatch(entities=[after]), versions={before.id: graph.version(index)})


def upsert_assignment(model: ReadModel, wish: AssignmentWish) -> Planned:
    """An assignment as it is to be: a new one, or the one of this id with all that was asked replaced."""
    graph, checks = model.graph, _Checks(model.graph)
    index = graph.find(wish.id)
    if index is not None and graph.kind(index) is not EntityKind.ASSIGNMENT:
        checks.refuse("id", f"{checks.called(index)} is no assignment. Send another id, or none for a new assignment.")
    person, team = _holders(checks, wish)
    covered = _scope(checks, wish.covers)
    times = [checks.moment("validFrom", wish.valid_from), checks.moment("validTo", wish.valid_to)]
    if all(times) and wish.valid_from is not None and wish.valid_to is not None and wish.valid_from >= wish.valid_to:
        checks.refuse("validTo", "It ends before it begins. Send a `validTo` after `validFrom`, or none.")
    if checks.problems:
        return tuple(checks.problems)
    made = _made(graph, index, wish)
    if isinstance(made, tuple):
        return made
    targets = {
        RelationshipKind.HELD_BY: person,
        RelationshipKind.OF_TEAM: team,
        RelationshipKind.COVERS: covered,
    }
    batch = GraphBatch(entities=[made])
    for kind, wanted in targets.items():
        _relink(batch, graph, index, made, kind, {graph.id(at) for at in wanted})
    return Edit(batch=batch, versions={made.id: 0 if index is None else graph.version(index)})


def end_assignment(model: ReadModel, end: AssignmentEnd, now: datetime) -> Planned:
    """An assignment's end; what has ended already stays as it is."""
    graph, checks = model.graph, _Checks(model.graph)
    at = end.at or now
    timely = checks.moment("at", end.at)
    index = checks.of_kind("id", end.id, EntityKind.ASSIGNMENT, "the assignment")
    if index is None or not timely:
        return tuple(checks.problems)
    before = graph.get(Assignment, index)
    if before.valid_from is not None and at < before.valid_from:
        begins = before.valid_from.isoformat(timespec="seconds")
        checks.refuse("at", f"It would end before it begins ({begins}). Send a later time.")
    elif before.valid_to is not None and before.valid_to <= at:
        ended = before.valid_to.isoformat(timespec="seconds")
        checks.refuse("at", f"It ends at {ended} already. To let it run longer, use `upsertAssignment`.")
    if checks.problems:
        return tuple(checks.problems)
    after = replace(before, valid_to=at)
    return Edit(batch=GraphBatch(entities=[after]), versions={before.id: graph.version(index)})


def _holders(checks: _Checks, wish: AssignmentWish) -> tuple[list[int], list[int]]:
    if wish.person is None and wish.team is None:
        checks.refuse("person", "Nobody holds it. Send `person`, `team` or both.")
    person = team = None
    if wish.person is not None:
        person = checks.of_kind("person", wish.person, EntityKind.PERSON, "the person")
        if person is not None and not checks.graph.get(Person, person).active:
            checks.refuse("person", f"{checks.called(person)} has left. Send somebody who is active.")
    if wish.team is not None:
        team = checks.of_kind("team", wish.team, EntityKind.TEAM, "the team")
    return _present(person), _present(team)


def _present(index: int | None) -> list[int]:
    return [] if index is None else [index]


def _scope(checks: _Checks, covers: tuple[str, ...]) -> list[int]:
    if not 0 < len(covers) <= MOST_COVERED:
        checks.refuse("covers", f"Send 1 to {MOST_COVERED} things that it covers.")
        return []
    found = []
    for place, each in enumerate(covers):
        name = f"covers.{place}"
        index = checks.thing(name, each, "the thing")
        if index is None:
            continue
        kind = checks.graph.kind(index)
        if kind.cls.group not in _ASSIGNABLE_GROUPS and kind is not EntityKind.ORGANISATION:
            remedy = "Send equipment, a station, feeder, area, organisation, customer or part of one."
            checks.refuse(name, f"Nobody can answer for {checks.called(index)}. {remedy}")
        found.append(index)
    return found


def _made(graph: Snapshot, index: int | None, wish: AssignmentWish) -> Assignment | tuple[Problem, ...]:
    if index is not None:
        before = graph.get(Assignment, index)
        return replace(before, role=wish.role, rank=wish.rank, valid_from=wish.valid_from, valid_to=wish.valid_to)
    try:
        made = Assignment(
            id=wish.id, role=wish.role, rank=wish.rank, valid_from=wish.valid_from, valid_to=wish.valid_to
        )
    except ValidationError:
        made = None
    if made is None or made.id != wish.id:
        message = "An id has 1 to 128 bytes, no blanks around it and no control characters. Send another id, or none."
        return (Problem(code=ErrorCode.BAD_INPUT, path=("input", "id"), message=message),)
    return made


def _relink(
    batch: GraphBatch, graph: Snapshot, index: int | None, made: Entity, kind: RelationshipKind, wanted: set[str]
) -> None:
    """Put what is missing and take away what is too much; what stands already keeps where it came from."""
    edges = () if index is None else graph.edges(index)
    held = [
        RelationshipKey(kind, made.id, graph.id(edge.other), edge.key)
        for edge in edges
        if edge.outgoing and edge.kind is kind
    ]
    missing = wanted - {link.target for link in held}
    batch.relationships += [Relationship(kind=kind, source=made.id, target=target) for target in sorted(missing)]
    batch.delete_relationships += [link for link in held if link.target not in wanted]
