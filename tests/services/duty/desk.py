"""People put together for a test of duty: teams, persons, assignments and shifts around a small grid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from graph_api.readmodel.model import ReadModel
from graph_api.services.duty.responsibility import ResponsibilityRow, ResponsibilityTable, responsibility_of
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.grid import Area
from schema.people import Assignment, Contact, Organisation, Person, Shift, Team
from schema.relationships import Relationship
from schema.relationships import RelationshipKind as R
from schema.vocabulary import GapReason, Importance, ShiftType
from schema.vocabulary import ResponsibilityRole as Role
from tests.drawing import draw

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

GRID = """
F1 = CB1
F1 @ SUB1
G1 - B1 - CB1 - L1 - S1>C1
B1 @ SUB1
"""


class Desk:
    """People put together for a test."""

    def __init__(self) -> None:
        self.entities: list[Entity] = [Area(id="A1"), Area(id="A0"), Organisation(id="ORG")]
        self.links: list[tuple[R, str, str]] = [
            (R.CONTAINED_IN, "SUB1", "A1"),
            (R.CONTAINED_IN, "A1", "A0"),
            (R.CONTAINED_IN, "A0", "ORG"),
        ]

    def team(self, name: str, verified: bool = True) -> None:
        """A team with a duty phone."""
        self._holder(Team(id=name, name=name), verified)

    def person(self, name: str, verified: bool = True, **fields: Any) -> None:
        """A person with a number."""
        self._holder(Person(id=name, name=name, **fields), verified)

    def _holder(self, holder: Entity, verified: bool) -> None:
        day = date(2026, 1, 1) if verified else None
        self.entities += [holder, Contact(id=f"{holder.id}:TEL", value="+8612900000001", verified_on=day)]
        self.links.append((R.HAS_CONTACT, holder.id, f"{holder.id}:TEL"))

    def assign(self, role: Role, covers: str, *, held_by: str = "", team: str = "", **fields: Any) -> None:
        """An assignment."""
        name = f"ASG:{len(self.entities)}"
        self.entities.append(Assignment(id=name, role=role, **fields))
        self.links.append((R.COVERS, name, covers))
        if held_by:
            self.links.append((R.HELD_BY, name, held_by))
        if team:
            self.links.append((R.OF_TEAM, name, team))

    def shift(self, person: str, start: int, end: int, team: str = "", kind: ShiftType = ShiftType.DUTY) -> None:
        """A shift from `start` to `end` hours after the time asked about."""
        name = f"SH:{len(self.entities)}"
        hours = timedelta(hours=1)
        self.entities.append(Shift(id=name, start=AT + start * hours, end=AT + end * hours, shift_type=kind))
        self.links.append((R.WORKED_BY, name, person))
        if team:
            self.links.append((R.OF_TEAM, name, team))

    def belongs(self, person: str, team: str) -> None:
        """A member of a team."""
        self.links.append((R.MEMBER_OF, person, team))

    def ask(self, thing: str = "C1", at: datetime = AT, roles: Iterable[Role] | None = None) -> Answer:
        """The table of a thing."""
        model = self.model()
        chosen = None if roles is None else frozenset(roles)
        return Answer(model, responsibility_of(model, model.graph.index(thing), at, chosen))

    def model(self, grid: str = GRID, **customers: dict[str, Any]) -> ReadModel:
        """The graph of these people and a grid with a first-class customer C1."""
        links = [Relationship(kind=kind, source=one, target=other) for kind, one, other in self.links]
        fields = {"C1": {"importance": Importance.FIRST}} | customers
        return ReadModel.build(draw(grid, GraphBatch(entities=self.entities, relationships=links), **fields))


class Answer:
    """A table, read by names."""

    def __init__(self, model: ReadModel, table: ResponsibilityTable) -> None:
        self.model, self.table = model, table

    def rows(self, role: Role) -> list[tuple[str | None, int, str]]:
        """Holder, distance and through of a role's rows."""
        return [
            (self.name(row), row.distance, self.model.graph.id(row.through))
            for row in self.table.rows
            if row.role is role
        ]

    def name(self, row: ResponsibilityRow) -> str | None:
        index = row.person if row.person is not None else row.group
        return None if index is None else self.model.graph.id(index)

    def gaps(self) -> dict[Role, GapReason | None]:
        """Reason of each gap."""
        return {row.role: row.gap for row in self.table.gaps}
