"""The components of a power-grid-model data set (JSON, version 1), as plain rows.

{"version": "1.0", "type": "input", "is_batch": false, "attributes": {"node": ["id", "u_rated"]},
 "data": {"node": [[1, 10500.0], {"id": 2, "u_rated": 10500.0}]}}
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from schema.codec import UNREADABLE
from schema.errors import LoadError
from schema.system_reasons import reason
from schema.words import say

_PEEK = 4096
_MARK = b'"is_batch"'
LARGEST_BYTES = 1 << 30


class Row(NamedTuple):
    """One component: its class, its id, its place in the list of its class (from 1), and its attributes."""

    cls: str
    id: int
    place: int
    cells: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Name of the row, as line:3."""
        return f"{self.cls}:{self.id}"

    def number(self, name: str) -> float | None:
        """A number; None for none."""
        value = self.cells.get(name)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def power(self, name: str) -> float | None:
        """A power of one phase, or the sum of three; None where any is not said."""
        value = self.cells.get(name)
        parts = value if isinstance(value, list) else [value]
        figures = [each for each in parts if isinstance(each, int | float) and not isinstance(each, bool)]
        return float(sum(figures)) if len(figures) == len(parts) else None


class Components(NamedTuple):
    """Rows by class, and rows that are none."""

    rows: dict[str, list[Row]]
    unusable: list[tuple[str, int, str]]
    """Class, place and id of rows whose id is no whole number, or stands twice."""


def is_power_grid_model(path: Path) -> bool:
    """Whether a JSON file is a data set of power-grid-model, by its beginning or its end."""
    with path.open("rb") as file:
        head = file.read(_PEEK)
        file.seek(max(path.stat().st_size - _PEEK, 0))
        return _MARK in head or _MARK in file.read(_PEEK)


class _DataSet(msgspec.Struct):
    is_batch: bool
    data: dict[str, list[dict[str, Any] | list[Any]]] | list[Any]
    version: str = ""
    type: str = "input"
    attributes: dict[str, list[str]] = {}


def read_components(path: Path) -> Components:
    """The components of a file. Raises LoadError for what is no input data, with what to do."""
    if path.stat().st_size > LARGEST_BYTES:
        raise LoadError(say("{path} is larger than {most} MiB. Split it.", path=path.name, most=LARGEST_BYTES >> 20))
    found, attributes = _data_set(path)
    rows: dict[str, list[Row]] = {}
    unusable: list[tuple[str, int, str]] = []
    taken: set[int] = set()
    for cls, components in found.items():
        rows[cls] = []
        names = attributes.get(cls, [])
        for place, each in enumerate(components, 1):
            if isinstance(each, list) and len(each) != len(names):
                unusable.append((cls, place, ""))
                continue
            cells = dict(zip(names, each, strict=True)) if isinstance(each, list) else each
            number = cells.get("id")
            if type(number) is not int or number in taken:
                unusable.append((cls, place, "" if number is None else str(number)))
                continue
            taken.add(number)
            rows[cls].append(Row(cls, number, place, cells))
    return Components(rows, unusable)


def _data_set(path: Path) -> tuple[dict[str, list[dict[str, Any] | list[Any]]], dict[str, list[str]]]:
    try:
        found = msgspec.json.decode(path.read_bytes().removeprefix(BOM_UTF8), type=_DataSet)
    except OSError as error:
        raise LoadError(
            say("{path}: {what}. Check the path and its permissions.", path=path, what=reason(error))
        ) from error
    except UNREADABLE as error:
        raise _no_data_set(path, str(error)) from error
    if found.is_batch or found.type != "input":
        raise LoadError(
            say(
                "{path} holds {what} of power-grid-model, and no grid. Load the input data that it belongs to.",
                path=path.name,
                what=say("scenarios (is_batch)") if found.is_batch else say("data of type {type}", type=found.type),
            ),
            file=path.name,
        )
    if not found.version.startswith("1"):
        raise LoadError(
            say(
                "{path} is of version {version} of power-grid-model's format; version 1 is read.",
                path=path.name,
                version=found.version or "-",
            ),
            file=path.name,
        )
    if isinstance(found.data, list):
        raise _no_data_set(path, say("no lists of components"))
    return found.data, found.attributes


def _no_data_set(path: Path, what: str) -> LoadError:
    return LoadError(
        say(
            "{path} is no data set of power-grid-model that can be read ({what}). Write it anew: "
            'power_grid_model.utils.json_serialize_to_file("grid.json", input_data).',
            path=path.name,
            what=what,
        ),
        file=path.name,
    )
