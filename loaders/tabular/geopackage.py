"""GeoPackage (OGC 12-128) as tables: a layer a table, its rows as they are, its geometry longitude and latitude.

The file is opened read-only and unchanging, so that nothing in it runs or is written beside it; only plain tables that
it lists as layers are read, no views and no virtual tables.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import apsw

from loaders.tabular.features import Features, cells_of, grouped
from schema.errors import LoadError
from schema.words import say

WGS84 = frozenset({4326, 4490, 4979, 0, -1})
"""Systems of coordinates that are read as they are: WGS 84, CGCS2000 (some centimetres from it), and none named."""
_ENVELOPES = (0, 32, 48, 48, 64)
"""Bytes of the envelope before a geometry, by the code in its flags."""
_POINT, _LINE, _LINES = 1, 2, 5
_NAMES = {3: "Polygon", 4: "MultiPoint", 6: "MultiPolygon", 7: "GeometryCollection"}
_LAYERS = """
    SELECT c.table_name, g.column_name, g.srs_id FROM gpkg_contents AS c
    LEFT JOIN gpkg_geometry_columns AS g ON g.table_name = c.table_name
    JOIN sqlite_master AS m ON m.name = c.table_name AND m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'
    WHERE c.data_type IN ('features', 'attributes') ORDER BY c.table_name
"""

_VIEWS = """
    SELECT c.table_name FROM gpkg_contents AS c JOIN sqlite_master AS m ON m.name = c.table_name
    WHERE c.data_type IN ('features', 'attributes') AND (m.type = 'view' OR m.sql LIKE 'CREATE VIRTUAL%')
    ORDER BY c.table_name
"""


def layers_of(path: Path) -> tuple[list[Features], list[str]]:
    """The layers of a file, and the names of those that are views or virtual tables, of which nothing is read.

    Raises LoadError for a file that is no GeoPackage, or has places in another system.
    """
    _check_closed(path)
    uri = f"file:{quote(str(path.resolve()))}?immutable=1"
    try:
        book = apsw.Connection(uri, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
        try:
            book.pragma("trusted_schema", False)
            layers = list(book.execute(_LAYERS))
            found = [
                grouped(str(name), list(_rows(path, book, str(name), column, srs))) for name, column, srs in layers
            ]
            return found, [str(name) for (name,) in book.execute(_VIEWS)]
        finally:
            book.close()
    except apsw.Error as error:
        raise LoadError(
            say("{path} is no GeoPackage that can be read ({what}). Export it again.", path=path.name, what=str(error))
        ) from error


def _check_closed(path: Path) -> None:
    """Raise LoadError where what was written last stands in a file of its own beside it."""
    beside = path.with_name(f"{path.name}-wal")
    if beside.is_file() and beside.stat().st_size:
        raise LoadError(
            say(
                "{path} is still open in another program: what was written last stands in {beside}. Close it there "
                "(as in QGIS by closing the project), so that this file goes, and load again.",
                path=path.name,
                beside=beside.name,
            )
        )


def _rows(
    path: Path, book: apsw.Connection, table: str, geometry: str | None, srs: int | None
) -> Iterator[tuple[int, dict[str, str], str]]:
    if geometry is not None and srs not in WGS84:
        raise LoadError(
            say(
                "{path}#{layer} is in the coordinate system {name}. Export it in WGS 84 (EPSG:4326).",
                path=path.name,
                layer=table,
                name=f"EPSG:{srs}",
            )
        )
    quoted = table.replace('"', '""')
    columns = list(book.execute(f'PRAGMA table_info("{quoted}")'))
    names = [str(column[1]) for column in columns]
    keys = {str(column[1]) for column in columns if column[5] and str(column[1]).casefold() in ("fid", "ogc_fid")}
    for row, values in enumerate(book.execute(f'SELECT * FROM "{quoted}"'), start=2):  # noqa: S608 (quoted above)
        told = {
            name: value
            for name, value in zip(names, values, strict=True)
            if name != geometry and name not in keys and not isinstance(value, bytes)
        }
        shape = values[names.index(geometry)] if geometry in names else None
        cells, odd = cells_of({"properties": told, "geometry": _geometry(shape) if isinstance(shape, bytes) else None})
        yield row, cells, odd


def _geometry(blob: bytes) -> dict[str, Any] | None:
    """A geometry of a GeoPackage as GeoJSON has it; None for an empty one, its type alone for one that is not read."""
    try:
        magic, flags = blob[:2], blob[3]
        if magic != b"GP" or flags & 0b10000:
            return None
        start = 8 + _ENVELOPES[(flags >> 1) & 0b111]
        kind, coordinates, _ = _shape(blob, start)
    except (IndexError, struct.error):
        return {"type": "damaged"}
    return {"type": kind, "coordinates": coordinates}


def _shape(blob: bytes, at: int) -> tuple[str, Any, int]:
    order = "<" if blob[at] else ">"
    (code,) = struct.unpack_from(f"{order}I", blob, at + 1)
    kind, dimensions = code % 1000, 2 + (code // 1000 in (1, 2)) + 2 * (code // 1000 == 3)
    at += 5
    if kind == _POINT:
        return "Point", _position(blob, at, order), at + 8 * dimensions
    (count,) = struct.unpack_from(f"{order}I", blob, at)
    at += 4
    if kind == _LINE:
        step = 8 * dimensions
        ends = [_position(blob, at, order), _position(blob, at + step * (count - 1), order)] if count else []
        return "LineString", ends, at + step * count
    if kind != _LINES:
        return _NAMES.get(kind, f"type {kind}"), None, at
    lines = []
    for _ in range(count):
        _, ends, at = _shape(blob, at)
        lines.append(ends)
    return "MultiLineString", lines, at


def _position(blob: bytes, at: int, order: str) -> list[float]:
    return list(struct.unpack_from(f"{order}2d", blob, at))
