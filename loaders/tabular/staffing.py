"""Shifts that wait for their people: one whose people nobody knows reaches no one, and is not made."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from loaders.tabular.made import Link
from schema.entity import Entity
from schema.registry import EntityKind
from schema.relationships import RelationshipKind


class Waiting:
    """Shifts of people who are told by name, until all names are known."""

    def __init__(self) -> None:
        self._rows: list[tuple[Entity, ...]] = []

    def __bool__(self) -> bool:
        return bool(self._rows)

    def hold(self, shifts: Sequence[Entity]) -> None:
        """Keep the shifts of a row back."""
        self._rows.append(tuple(shifts))

    def settled(self, staffed: Collection[str]) -> Iterator[tuple[list[Entity], list[str]]]:
        """Of each row the shifts that have somebody, and the ids of those that have nobody."""
        for shifts in self._rows:
            made = [shift for shift in shifts if shift.id in staffed]
            yield made, [shift.id for shift in shifts if shift.id not in staffed]


def has_unknown(links: Sequence[Link], kind: Callable[[str], EntityKind | None]) -> bool:
    """Whether a row names anybody on duty who is no person that was read; `kind` tells what an id is."""
    people = (link.target for link in links if link.kind is RelationshipKind.WORKED_BY)
    return any(kind(each) is not EntityKind.PERSON for each in people)
