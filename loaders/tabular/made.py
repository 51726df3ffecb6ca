"""What a row stands for: entities, and relationships that it leads by."""

from __future__ import annotations

from typing import Any, NamedTuple

from schema.registry import EntityKind
from schema.relationships import RelationshipKind


class Made(NamedTuple):
    """An entity that a row stands for. A shared one is made by whichever row names it first.

    `checked`: its fields as their checks give them (schema.checked.of_checked); None where they were not checked.
    """

    kind: EntityKind
    fields: dict[str, Any]
    shared: bool = False
    checked: dict[str, Any] | None = None


class Link(NamedTuple):
    """A relationship that a row stands for, and the column it was read from."""

    kind: RelationshipKind
    source: str
    target: str
    key: str
    column: str


class Where(NamedTuple):
    """The account, row and column that a relationship was read from; `whole`: the row is nothing else."""

    place: int
    row: int
    column: str
    whole: bool
