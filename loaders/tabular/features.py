"""GeoJSON (RFC 7946) as tables: a feature a row, its properties the columns, its geometry longitude and latitude."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from loaders.tabular.names import plain_name
from schema.codec import UNREADABLE
from schema.errors import LoadError
from schema.words import say

LARGEST_BYTES = 1 << 29
_KINDS = frozenset(map(plain_name, ("kind", "类型")))
"""Properties that name the kind of a feature."""
_START, _END = ("longitude", "latitude"), ("end_longitude", "end_latitude")
_WGS84 = re.compile(r"CRS:?84|EPSG:*(4326|4490)$", re.IGNORECASE)
_LINES = {"LineString": 1, "MultiLineString": 2}
"""Geometries of which the ends are read, by how deep their positions lie."""


class _Collection(msgspec.Struct):
    type: str = ""
    features: list[dict[str, Any]] = []
    crs: Any = None


class Placed(NamedTuple):
    """One feature: its row (header = 1) and cells."""

    row: int
    cells: Sequence[str]


@dataclass(slots=True)
class Features:
    """The features of one kind ("" = none named)."""

    kind: str
    header: tuple[str, ...] = ()
    rows: list[Placed] = field(default_factory=list)
    unread: tuple[str, ...] = ()
    """Geometries that are not read."""


def features_of(path: Path) -> list[Features]:
    """The features of a file by the kind that they name. Raises LoadError for a file that is no FeatureCollection."""
    if path.stat().st_size > LARGEST_BYTES:
        raise LoadError(say("{path} is larger than {most} MiB. Split it.", path=path.name, most=LARGEST_BYTES >> 20))
    try:
        found = msgspec.json.decode(path.read_bytes().removeprefix(BOM_UTF8), type=_Collection)
    except UNREADABLE as error:
        raise LoadError(
            say("{path} is no GeoJSON that can be read ({what}). Export it again.", path=path.name, what=str(error))
        ) from error
    if found.type != "FeatureCollection":
        raise LoadError(say("{path} is no GeoJSON FeatureCollection. Export it as one.", path=path.name))
    _check_system(path, found.crs)
    groups: dict[str, list[tuple[int, dict[str, str], str]]] = {}
    for row, feature in enumerate(found.features, start=2):
        cells, odd = cells_of(feature)
        kind = next((cells.pop(name) for name in [*cells] if plain_name(name) in _KINDS), "")
        groups.setdefault(kind.strip(), []).append((row, cells, odd))
    return [grouped(kind, rows) for kind, rows in groups.items()]


def _check_system(path: Path, crs: Any) -> None:
    """Raise LoadError where an old file (2008) names a system of coordinates that is not WGS 84."""
    name = (
        str(crs["properties"].get("name", ""))
        if isinstance(crs, dict) and isinstance(crs.get("properties"), dict)
        else ""
    )
    if name and not _WGS84.search(name):
        raise LoadError(
            say(
                "{path} is in the coordinate system {name}. Export it in WGS 84 (EPSG:4326), as GeoJSON asks.",
                path=path.name,
                name=name,
            )
        )


def grouped(kind: str, rows: Sequence[tuple[int, Mapping[str, str], str]]) -> Features:
    """Features of one kind as a table: every property that any of them has is a column."""
    header = tuple(dict.fromkeys(name for _, cells, _ in rows for name in cells))
    odd = sorted({odd for _, _, odd in rows if odd})
    placed = [Placed(row, [cells.get(name, "") for name in header]) for row, cells, _ in rows]
    return Features(kind, header, placed, tuple(f"geometry ({each})" for each in odd))


def cells_of(feature: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    """Cells by column, and the type of a geometry that is not read."""
    properties = feature.get("properties")
    cells = {str(name): _text(value) for name, value in properties.items()} if isinstance(properties, dict) else {}
    if "id" in feature:
        cells.setdefault("id", _text(feature["id"]))
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict):
        return cells, ""
    ends = _ends(str(geometry.get("type")), geometry.get("coordinates"))
    if ends is None:
        return cells, str(geometry.get("type"))
    for names, position in zip((_START, _END), ends, strict=False):
        for name, figure in zip(names, position, strict=False):
            cells.setdefault(name, _text(figure))
    return cells, ""


def _ends(kind: str, coordinates: Any) -> list[list[Any]] | None:
    """First and last position of a line, the one of a point; None for anything else."""
    if kind == "Point":
        return [coordinates] if isinstance(coordinates, list) else None
    depth = _LINES.get(kind, 0)
    first, last = coordinates, coordinates
    for _ in range(depth):
        if not (isinstance(first, list) and isinstance(last, list) and first and last):
            return None
        first, last = first[0], last[-1]
    return [first, last] if depth and isinstance(first, list) and isinstance(last, list) else None


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list() if all(isinstance(each, str) for each in value):
            return msgspec.json.encode(value).decode() if value else ""
        case list() | dict():
            return msgspec.json.encode(value).decode()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
