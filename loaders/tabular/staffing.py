"""Shifts that wait for their people: one whose people nobody knows reaches no one, and is not made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from schema.entity import Entity


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
