"""Rows as files in the plain format: one CSV per kind of entity, columns named like the schema's fields."""

from __future__ import annotations

import csv
import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from schema.entity import Entity
from schema.registry import KIND_OF, EntityKind
from schema.relationships import ENDS, RelationshipKind
from seeds.row import Link, Row

SEPARATOR = ";"
_NOT_WRITTEN = ("load", "row", "overrides")
_LARGEST_TERMINAL = 2


def columns_of(kind: EntityKind) -> list[str]:
    """Columns of a kind's file: fields, then relationships that leave the kind."""
    fields = [field.name for field in dataclasses.fields(kind.cls) if field.name not in _NOT_WRITTEN]
    links = [name.value.lower() for name, ends in ENDS.items() if kind in ends.sources]
    if "connects" in links:
        place = links.index("connects")
        links[place : place + 1] = [f"connects_{number}" for number in range(1, _LARGEST_TERMINAL + 1)]
    return fields + links


def _cell(value: object) -> object:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case tuple():
            return SEPARATOR.join(value)
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


class PlainFiles:
    """Writes rows to a folder, each to the file of its kind; a file appears with its first row.

    What stands in the folder's files is overwritten. Memory does not grow with the number of rows.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = ExitStack()
        self._writers: dict[type[Entity], Callable[[Row], None]] = {}
        self.entities: Counter[EntityKind] = Counter()
        self.relationships: Counter[RelationshipKind] = Counter()

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._open.close()

    def write(self, rows: Iterable[Row]) -> None:
        """Append rows to their files."""
        for row in rows:
            write = self._writers.get(type(row.entity))
            if write is None:
                write = self._writers[type(row.entity)] = self._writer(KIND_OF[type(row.entity)])
            write(row)

    def _writer(self, kind: EntityKind) -> Callable[[Row], None]:
        # A mark at the start lets a spreadsheet see that the file is UTF-8.
        file = self._open.enter_context(
            (self._folder / f"{kind.label}.csv").open("w", encoding="utf-8-sig", newline="")
        )
        sheet = csv.writer(file, lineterminator="\n")
        columns = columns_of(kind)
        sheet.writerow(columns)
        fields = [field.name for field in dataclasses.fields(kind.cls) if field.name in columns]
        places = {name: place for place, name in enumerate(columns)}
        blank: list[Any] = [""] * (len(columns) - len(fields))

        def write(row: Row) -> None:
            cells = [_cell(getattr(row.entity, name)) for name in fields] + blank
            for link in row.links:
                _add(cells, places, link)
                self.relationships[link[0]] += 1
            sheet.writerow(cells)
            self.entities[kind] += 1

        return write


def _add(cells: list[Any], places: dict[str, int], link: Link) -> None:
    kind, target, key = link
    place = places[f"{kind.value.lower()}_{key}" if key else kind.value.lower()]
    cells[place] = f"{cells[place]}{SEPARATOR}{target}" if cells[place] else target
