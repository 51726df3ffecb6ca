"""Where buses are, if their coordinates are places on earth: told by the lengths of the lines between them.

pandapower keeps drawings (x = 3, y = 7) and places (longitude, latitude) in the same column. Distances between places
fit the lengths of lines; those of a drawing do not.
"""

from __future__ import annotations

import json
from statistics import median
from typing import Any

from loaders.pandapower_json.tables import Row, Tables, finite
from schema.distances import Place, kilometres

SHORTEST, LONGEST = 0.02, 2.0
"""Straight distance as a share of the length of a line, in the middle of all lines of a network: wide, as lengths are
often rough; one step of a drawing is 111 km on earth, far beyond."""


def places_of(tables: Tables) -> tuple[dict[int, Place], str]:
    """The place of each bus, and why there is none ("" where there are, or no coordinates at all)."""
    points = {row.index: point for row in tables.of("bus") if (point := _point(row.cells.get("geo"))) is not None}
    for row in tables.of("bus_geodata"):
        x, y = finite(row.cells.get("x")), finite(row.cells.get("y"))
        if x is not None and y is not None:
            points.setdefault(row.index, (x, y))
    if not points:
        return {}, ""
    if any(abs(x) > 180 or abs(y) > 90 for x, y in points.values()):
        return {}, "range"
    if all(x * 2 == int(x * 2) and y * 2 == int(y * 2) for x, y in points.values()):
        return {}, "grid"
    ratios = [ratio for row in tables.of("line") if (ratio := _ratio(row, points)) is not None]
    if not ratios:
        return {}, "few"
    return (points, "") if SHORTEST <= median(ratios) <= LONGEST else ({}, "length")


def _point(geo: Any) -> Place | None:
    """The coordinates of a GeoJSON point, written as text or not."""
    if isinstance(geo, str):
        try:
            geo = json.loads(geo)
        except (ValueError, RecursionError):
            return None
    pair = geo.get("coordinates") if isinstance(geo, dict) else None
    if not isinstance(pair, list) or len(pair) < 2:
        return None
    x, y = finite(pair[0]), finite(pair[1])
    return None if x is None or y is None else (x, y)


def _ratio(row: Row, points: dict[int, Place]) -> float | None:
    length = row.number("length_km")
    ends = [points.get(int(bus)) for name in ("from_bus", "to_bus") if (bus := row.number(name)) is not None]
    if not length or length <= 0 or len(ends) != 2 or ends[0] is None or ends[1] is None:
        return None
    return kilometres(ends[0], ends[1]) / length
