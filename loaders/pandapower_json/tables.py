"""The tables of a file written by pandapower.to_json, as plain rows.

A file names a Python module and class for each of its parts ("_module", "_class"); they are compared as words with
those that are expected, and never imported.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schema.errors import LoadError
from schema.system_reasons import reason
from schema.words import say


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its index in the file, and its cells by column; a cell that is null or NaN is None."""

    table: str
    index: int
    cells: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Name of the row in the file, as line:3."""
        return f"{self.table}:{self.index}"

    def text(self, column: str) -> str:
        """A cell as text in one line, "" where it is empty or no text."""
        value = self.cells.get(column)
        return " ".join(value.split()) if isinstance(value, str) else ""

    def number(self, column: str, default: float | None = None) -> float | None:
        """A cell as a number; `default` where there is no such column, None where it holds no finite number."""
        if column not in self.cells:
            return default
        return finite(self.cells[column])


@dataclass(slots=True)
class Tables:
    """All tables of a network that have rows; `unusable` rows have no index of their own."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    unusable: list[tuple[str, str]] = field(default_factory=list)
    """Table and index of rows whose index is no whole number, or one that stands twice."""

    def of(self, table: str) -> list[Row]:
        """The rows of a table."""
        return self.rows.get(table, [])


def finite(value: object) -> float | None:
    """A finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def whole(value: object) -> int | None:
    """A whole number (3, 3.0 or "3"), or None."""
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal() and len(value) < 20:
        return int(value)
    number = finite(value)
    return int(number) if number is not None and number == int(number) else None


def read_tables(path: Path) -> Tables:
    """The tables of a file. Raises LoadError with what to do if it is no network, or damaged."""
    net = _network(path)
    tables = Tables()
    for name, part in net.items():
        rows = _frame(path, name, part)
        taken: set[int] = set()
        for index, cells in rows:
            number = whole(index)
            if number is None or number in taken:
                tables.unusable.append((name, str(index)))
                tables.rows.setdefault(name, [])
                continue
            taken.add(number)
            tables.rows.setdefault(name, []).append(Row(name, number, cells))
    if not tables.of("bus"):
        raise LoadError(say("{path} is a pandapower network without any bus.", path=path.name), file=path.name)
    return tables


def _network(path: Path) -> dict[str, Any]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            found = json.load(file)
    except OSError as error:
        raise LoadError(
            say("{path}: {what}. Check the path and its permissions.", path=path, what=reason(error))
        ) from error
    except (ValueError, RecursionError) as error:
        raise _no_network(path, error) from error
    if isinstance(found, dict) and found.get("_class") == "pandapowerNet":
        found = found.get("_object")
        if isinstance(found, str):
            found = _parsed(path, found)
    if not isinstance(found, dict) or "bus" not in found:
        raise _no_network(path, say("no table of buses"))
    return found


def _no_network(path: Path, what: object) -> LoadError:
    return LoadError(
        say(
            "{path} is no network saved by pandapower.to_json ({what}). Save it anew there: pandapower.to_json(net, "
            '"net.json"), without encryption.',
            path=path.name,
            what=what,
        ),
        file=path.name,
    )


def _parsed(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _no_network(path, error) from error


def _frame(path: Path, name: str, part: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Index and cells of each row of a table; nothing for a part that is no table."""
    if not isinstance(part, dict):
        return
    orient = part.get("orient", "split")
    if "_class" in part:
        if part["_class"] not in ("DataFrame", "GeoDataFrame"):
            return
        part = part.get("_object")
    if isinstance(part, str):
        part = _parsed(path, part)
    if not isinstance(part, dict):
        return
    if {"columns", "index", "data"} <= part.keys():
        yield from _split(path, name, part)
    elif orient == "index":
        yield from ((index, dict(cells)) for index, cells in part.items() if isinstance(cells, dict))
    elif part and all(isinstance(column, dict) for column in part.values()):
        indexes = dict.fromkeys(index for column in part.values() for index in column)
        yield from ((index, {name: column.get(index) for name, column in part.items()}) for index in indexes)


def _split(path: Path, name: str, part: dict[str, Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    columns, index, data = part["columns"], part["index"], part["data"]
    whole_table = all(isinstance(each, list) for each in (columns, index, data)) and len(index) == len(data)
    if not whole_table or any(not isinstance(row, list) or len(row) != len(columns) for row in data):
        raise LoadError(
            say("{path}: table {table} is damaged: its rows do not fit its columns.", path=path.name, table=name),
            file=path.name,
        )
    heads = [str(column) for column in columns]
    for label, row in zip(index, data, strict=True):
        yield label, dict(zip(heads, row, strict=True))
