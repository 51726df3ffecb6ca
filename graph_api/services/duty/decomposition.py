"""Responsibility decomposition table (供电保障责任分解表): who answers for several things, nobody listed twice.

    things ──▶ their tables ──▶ a group per role and those who hold it, with all that they hold it for
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing
from graph_api.services.duty.responsibility import (
    Responsibilities,
    ResponsibilityRow,
    ResponsibilityTable,
    role_order,
)
from schema.people import Assignment, Person
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import GapReason, Rank, ResponsibilityRole


class ResponsibilityForm(StrEnum):
    """责任分解表形式: how the rows of a table of several things stand."""

    GROUPS = "GROUPS"
    CUSTOMERS = "CUSTOMERS"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityGroup:
    """A role and those who hold it together, for all of the things asked about that they hold it for.

    Rows in the order of calling. `members` are those of the team whom no row names (people, indexes); `areas` is what
    the assignments cover. `gap` says why nobody of them can be reached; a group without `leader` is held by nobody.
    """

    role: ResponsibilityRole
    team: Thing | None
    leader: ResponsibilityRow | None
    deputies: tuple[ResponsibilityRow, ...]
    others: tuple[ResponsibilityRow, ...]
    members: tuple[Thing, ...]
    areas: tuple[Thing, ...]
    about: tuple[Thing, ...]
    substitutes: tuple[ResponsibilityRow, ...]
    valid_to: datetime | None
    gap: GapReason | None


@dataclass(slots=True)
class _Draft:
    """A group in the making: its rows where they were met first, and where else."""

    rows: Sequence[ResponsibilityRow]
    areas: dict[Thing, None] = field(default_factory=dict)
    about: dict[Thing, None] = field(default_factory=dict)
    assignments: set[int] = field(default_factory=set)
    substitutes: dict[tuple[int | None, int | None], ResponsibilityRow] = field(default_factory=dict)


def decomposition(tables: Responsibilities, things: Sequence[Thing], form: ResponsibilityForm) -> ResponsibilityTable:
    """The table of several things. By groups, a holder stands once in each role; by things, once for each thing."""
    parts = tuple(tables.of(each) for each in things)
    rows = [row for part in parts for row in part.rows]
    gaps = [row for part in parts for row in part.gaps]
    if form is ResponsibilityForm.GROUPS:
        rows, gaps = _each_once(rows), _each_once(gaps)
    return ResponsibilityTable(at=tables.at, of=tuple(things), rows=tuple(rows), gaps=tuple(gaps), parts=parts)


def groups_of(graph: Snapshot, table: ResponsibilityTable) -> list[ResponsibilityGroup]:
    """The groups of a table, by role; within one, those who answer for the first thing first."""
    drafts: dict[tuple[object, ...], _Draft] = {}
    for part in table.parts or (table,):
        for held in _held_together(part.rows):
            key = (held[0].role, *((row.group, row.person, row.rank) for row in held))
            _take(drafts.setdefault(key, _Draft(held)), held, part.of)
    groups = [_group(graph, draft) for draft in drafts.values()]
    return sorted(groups, key=lambda group: role_order(group.role))


def _each_once(rows: Sequence[ResponsibilityRow]) -> list[ResponsibilityRow]:
    kept: dict[tuple[object, ...], ResponsibilityRow] = {}
    for row in rows:
        kept.setdefault((row.role, row.group, row.person, row.gap), row)
    return sorted(kept.values(), key=lambda row: role_order(row.role))


def _held_together(rows: Sequence[ResponsibilityRow]) -> Iterator[list[ResponsibilityRow]]:
    """The rows of each role, those of a team apart from those of another; people without one stand together."""
    for _, of_role in groupby(rows, key=lambda row: row.role):
        teams: dict[Thing | None, list[ResponsibilityRow]] = {}
        for row in of_role:
            teams.setdefault(row.group, []).append(row)
        yield from teams.values()


def _take(draft: _Draft, held: Sequence[ResponsibilityRow], about: Sequence[Thing]) -> None:
    draft.about.update(dict.fromkeys(about))
    for row in held:
        if row.assignment is not None:
            draft.areas[row.through] = None
            draft.assignments.add(row.assignment)
        for other in row.backup:
            draft.substitutes.setdefault((other.group, other.person), other)


def _group(graph: Snapshot, draft: _Draft) -> ResponsibilityGroup:
    first = draft.rows[0]
    named = [row for row in draft.rows if row.person is not None or row.group is not None]
    leader = next((row for row in named if row.rank is Rank.A), next(iter(named), None))
    rest = [row for row in named if row is not leader]
    ends = (graph.get(Assignment, at).valid_to for at in draft.assignments)
    return ResponsibilityGroup(
        role=first.role,
        team=first.group,
        leader=leader,
        deputies=tuple(row for row in rest if row.rank is Rank.B),
        others=tuple(row for row in rest if row.rank is not Rank.B),
        members=_members(graph, first.group, {row.person for row in named}),
        areas=tuple(draft.areas),
        about=tuple(draft.about),
        substitutes=tuple(draft.substitutes.values()),
        valid_to=min((end for end in ends if end is not None), default=None),
        gap=first.gap,
    )


def _members(graph: Snapshot, team: Thing | None, named: set[Thing | None]) -> tuple[Thing, ...]:
    if team is None:
        return ()
    people = (at for at in graph.sources(team, RelationshipKind.MEMBER_OF) if graph.kind(at) is EntityKind.PERSON)
    return tuple(at for at in people if at not in named and graph.get(Person, at).active)
