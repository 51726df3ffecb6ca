"""What one row makes: its entities, checked, and told from those that were taken before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from loaders.report import FileAccount
from loaders.source import Reading
from loaders.tabular.future import told_ahead
from loaders.tabular.ledger import Things
from loaders.tabular.made import Link, Made
from loaders.tabular.values import Cell, faulty
from schema.checked import of_checked
from schema.entity import Entity
from schema.registry import CLASS_OF, SWITCHES, EntityKind
from schema.validation import fault_of
from schema.words import say


class WrongRowError(Exception):
    """A row that cannot be taken: the column, what stands there, why, and what to do."""

    def __init__(self, column: str, value: str, reason: str, remedy: str) -> None:
        super().__init__(column)
        self.column, self.value, self.reason, self.remedy = column, value, reason, remedy


@dataclass(slots=True)
class New:
    """Entities that a row makes, by id, with their kinds and marks in the same order.

    A mark tells repeats from contradictions; one that may be made by other rows too has none (0).
    """

    first: EntityKind
    """Kind of what the row stands for."""
    entities: dict[str, Entity] = field(default_factory=dict)
    kinds: list[EntityKind] = field(default_factory=list)
    marks: dict[str, int] = field(default_factory=dict)
    repeated: int = 0
    """Things of the row that an earlier one made with the same content."""

    @property
    def repeats(self) -> bool:
        """Whether an earlier row said all that this one says."""
        return self.repeated > 0 and not any(self.marks.values())

    def is_own(self, ident: str) -> bool:
        """Whether no other row makes this one."""
        return self.marks.get(ident, 0) != 0


class Entities:
    """Makes the entities of rows."""

    def __init__(self, reading: Reading, taken: Things, accounts: Sequence[FileAccount]) -> None:
        self._reading, self._taken, self._accounts = reading, taken, accounts

    def of(
        self,
        row: int,
        made: Sequence[Made],
        links: Sequence[Link],
        load: int,
        columns: Mapping[str, str],
        cell: Cell | None,
    ) -> New:
        """What a row makes that was not taken before. Raises WrongRowError."""
        new = New(made[0].kind)
        leads = hash(tuple(links))
        for kind, fields, shared, checked in made:
            ident = fields["id"]
            if ident in new.entities:
                if shared:
                    continue
                reason = say("the row makes two things with this id")
                remedy = say("Correct the keys that the ids are made of.")
                raise WrongRowError(columns.get("id", "id"), ident, reason, remedy)
            first = self._taken.taken(ident)
            if first is not None and shared and first.kind is kind:
                continue
            mark = 0 if shared else hash((kind, frozenset(fields.items()), leads))
            if first is not None:
                if first.kind is kind and first.mark == mark:
                    new.repeated += 1
                    continue
                reason = say(
                    "{file} row {row} has the same id with other content; that row was taken",
                    file=self._accounts[first.place].file,
                    row=first.row,
                )
                raise WrongRowError(
                    columns.get("id", "id"), ident, reason, say("Delete one, or give it an id of its own.")
                )
            try:
                entity = _made(kind, fields, checked, load, row)
            except ValidationError as error:
                fault = fault_of(error, fields)
                value = faulty(kind, fault, columns, cell)
                remedy = say("Correct the value in the source system.")
                raise WrongRowError(columns.get(fault.field, fault.field), value, fault.reason, remedy) from error
            if kind in SWITCHES and (told := told_ahead(entity, self._reading)):
                raise WrongRowError(columns.get("position_at", "position_at"), *told)
            new.entities[ident] = entity
            new.kinds.append(kind)
            new.marks[ident] = mark
        return new


def _made(kind: EntityKind, fields: dict[str, Any], checked: dict[str, Any] | None, load: int, row: int) -> Entity:
    if checked is None:
        return CLASS_OF[kind](**fields, load=load, row=row)
    return of_checked(CLASS_OF[kind], {**checked, "load": load, "row": row})
