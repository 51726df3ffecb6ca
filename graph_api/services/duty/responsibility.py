"""Responsibility (供电保障责任): who answers for a thing at a time, through what, how to reach them, where nobody does.

Each role is resolved on its own: the nearest assignments win, and all of one distance stay. On duty comes before
standby, standby before off duty, A before B. Validity and shifts are half-open: [start, end).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing, Things
from graph_api.services.duty.roster import AT_WORK, Holder, Roster
from graph_api.services.duty.scopes import Layers, layers_of
from graph_api.services.duty.terms import book_of, interval_of
from schema.people import Assignment, Organisation
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.requirements import ANSWERED, required_roles
from schema.vocabulary import DutyState, GapReason, Rank, ResponsibilityRole

_ORDER = {role: place for place, role in enumerate(ResponsibilityRole)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityRow:
    """A role and who holds it. Numbers are snapshot indexes.

    `through` is the thing that the assignment covers, `distance` its layer (0 = the thing itself); `contacts` in order
    of calling. `shift` is the roster row that says `duty`, `lent_to` the other team that it names. `gap` says why this
    holder cannot be reached; in a row without group and person, that nobody holds it.
    `backup` are those of the next layer that can be reached, where nobody of this one can.
    """

    role: ResponsibilityRole
    through: Thing
    distance: int
    assignment: Thing | None = None
    group: Thing | None = None
    person: Thing | None = None
    rank: Rank | None = None
    duty: DutyState = DutyState.NOT_ROSTERED
    shift: Thing | None = None
    lent_to: Thing | None = None
    contacts: Things = ()
    gap: GapReason | None = None
    backup: tuple[ResponsibilityRow, ...] = ()

    @property
    def named(self) -> Things:
        """Everybody and everything that the row names."""
        one = (self.through, self.assignment, self.group, self.person, self.shift, self.lent_to)
        return (*(each for each in one if each is not None), *self.contacts)

    @property
    def on_duty(self) -> bool:
        """Whether a shift of duty says so; standby is none."""
        return self.duty is DutyState.DUTY


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityTable:
    """Everybody who answers for a thing at a time; `gaps` has one row per required role that cannot be reached.

    `of` is what it is of (indexes). That of several things has the table of each in `parts`.
    """

    at: datetime
    of: Things
    rows: tuple[ResponsibilityRow, ...]
    gaps: tuple[ResponsibilityRow, ...]
    parts: tuple[ResponsibilityTable, ...] = ()
    named: frozenset[Thing] = frozenset()
    """Everybody and everything that the rows of one thing's table of all roles name."""


TABLES: Final = Derivation[tuple[int, int], ResponsibilityTable]("who answers for a thing", most=1_000)
"""By interval and index. They depend on what feeds it, too."""


def named_by(rows: Iterable[ResponsibilityRow]) -> frozenset[Thing]:
    """Everybody and everything that rows name."""
    return frozenset(each for row in rows for one in (row, *row.backup) for each in one.named)


def role_order(role: ResponsibilityRole) -> int:
    """Place of a role in a table."""
    return _ORDER[role]


def is_answered(graph: Snapshot, index: int) -> bool:
    """Whether anybody can answer for a thing: plant, customers, companies, and whatever an assignment covers."""
    cls = graph.kind(index).cls
    return cls.group in ANSWERED or cls is Organisation or bool(graph.sources(index, RelationshipKind.COVERS))


def responsibility_of(
    model: ReadModel, index: int, at: datetime, roles: Collection[ResponsibilityRole] | None = None
) -> ResponsibilityTable:
    """Who answers for a thing at a time; of these roles only, if given."""
    return Responsibilities(model, at).of(index, roles)


class Responsibilities:
    """Answers for many things at one time: what is the same for others, in whichever request, is looked up once."""

    def __init__(self, model: ReadModel, at: datetime) -> None:
        self._model = model
        self._at = at
        self._interval = interval_of(model, at)
        book = book_of(model, self._interval)
        self._roster = Roster(model.graph, at, book.known)
        self._covering = book.covering
        self._known = model.memo.of(TABLES)

    @property
    def at(self) -> datetime:
        """The time that the answers are for."""
        return self._at

    def of(self, index: int, roles: Collection[ResponsibilityRole] | None = None) -> ResponsibilityTable:
        """The table of a thing."""
        key = self._interval, index
        table = self._known.get(key) or self._known.derive_alone(key, lambda: self._table(index))
        if table.at != self._at:
            table = replace(table, at=self._at)
        if roles is None:
            return table
        rows = tuple(row for row in table.rows if row.role in roles)
        gaps = tuple(row for row in table.gaps if row.role in roles)
        return replace(table, rows=rows, gaps=gaps, named=frozenset())

    def _table(self, index: int) -> ResponsibilityTable:
        layers = layers_of(self._model, index)
        by_role: dict[ResponsibilityRole, list[ResponsibilityRow]] = {}
        further: dict[ResponsibilityRole, list[ResponsibilityRow]] = {}
        for row in self._in_order(layers):
            nearest = by_role.setdefault(row.role, [])
            if not nearest or nearest[0].distance == row.distance:
                nearest.append(row)
            else:
                further.setdefault(row.role, []).append(row)
        required = required_roles(self._model.graph.entity(index))
        rows: list[ResponsibilityRow] = []
        gaps: list[ResponsibilityRow] = []
        for role in sorted(required | by_role.keys(), key=role_order):
            found = by_role.get(role)
            if not found:
                gaps.append(ResponsibilityRow(role=role, through=index, distance=0, gap=GapReason.NOBODY))
                rows.append(gaps[-1])
                continue
            found.sort(key=_calling_order)
            if all(row.gap for row in found):
                found[0] = replace(found[0], backup=_backup(further.get(role, [])))
                if role in required:
                    gaps.append(found[0])
            rows += found
        named = named_by((*rows, *gaps))
        return ResponsibilityTable(at=self._at, of=(index,), rows=tuple(rows), gaps=tuple(gaps), named=named)

    def _in_order(self, layers: Layers) -> Iterator[ResponsibilityRow]:
        for distance, layer in enumerate(layers):
            seen: set[tuple[ResponsibilityRole, int | None, int | None, Rank | None]] = set()
            for through in layer:
                for row in self._covers(through, distance):
                    holder = (row.role, row.group, row.person, row.rank)
                    if holder not in seen:
                        seen.add(holder)
                        yield row

    def _covers(self, through: int, distance: int) -> tuple[ResponsibilityRow, ...]:
        """Rows of the assignments that cover exactly this thing, so far away, and are valid."""
        rows = self._covering.get((through, distance))
        if rows is None:
            made = (
                self._own(through)
                if not distance
                else (replace(row, distance=distance) for row in self._covers(through, 0))
            )
            rows = self._covering[through, distance] = tuple(made)
        return rows

    def _own(self, through: int) -> Iterator[ResponsibilityRow]:
        graph = self._model.graph
        for index in graph.sources(through, RelationshipKind.COVERS):
            if graph.get(Assignment, index).holds(self._at):
                yield from self._rows(index, through)

    def _rows(self, index: int, through: int) -> Iterator[ResponsibilityRow]:
        graph = self._model.graph
        assignment = graph.get(Assignment, index)
        team = next(iter(graph.targets(index, RelationshipKind.OF_TEAM)), None)
        people = [at for at in graph.targets(index, RelationshipKind.HELD_BY) if graph.kind(at) is EntityKind.PERSON]
        holders = [self._roster.person(at, team) for at in people] if people else self._roster.team(team)
        for holder in holders:
            if holder is not None:
                yield _row(assignment, index, through, holder)


def _row(assignment: Assignment, index: int, through: int, holder: Holder) -> ResponsibilityRow:
    return ResponsibilityRow(
        role=assignment.role,
        through=through,
        distance=0,
        assignment=index,
        group=holder.team,
        person=holder.person,
        rank=assignment.rank,
        duty=holder.duty,
        shift=holder.shift,
        lent_to=holder.lent_to,
        contacts=holder.contacts,
        gap=holder.gap,
    )


def _calling_order(row: ResponsibilityRow) -> tuple[int, int, bool, int, int]:
    """Who can be reached first and who is on leave last, on duty first, A before B; then by place in the graph."""
    return (_reach(row), _readiness(row), row.rank is not Rank.A, row.group or 0, row.person or 0)


def _reach(row: ResponsibilityRow) -> int:
    return 2 if row.gap is GapReason.ON_LEAVE else int(row.gap is not None)


def _readiness(row: ResponsibilityRow) -> int:
    """On duty, on standby, at work for another team, else."""
    if row.duty not in AT_WORK:
        return 3
    return 2 if row.lent_to is not None else int(row.duty is DutyState.STANDBY)


def _backup(further: list[ResponsibilityRow]) -> tuple[ResponsibilityRow, ...]:
    """Those of the nearest further layer in which anybody can be reached."""
    ready = [row for row in further if row.gap is None]
    nearest = min((row.distance for row in ready), default=0)
    return tuple(sorted((row for row in ready if row.distance == nearest), key=_calling_order))
