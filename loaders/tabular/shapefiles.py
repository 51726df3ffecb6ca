"""Shapefiles (.shp with .dbf, .prj and .cpg beside it) as tables: a record a row, its shape longitude and latitude."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from loaders.tabular.features import Features, cells_of, grouped
from schema.errors import LoadError
from schema.words import say

BESIDE = frozenset({".dbf", ".shx", ".prj", ".cpg", ".qpj", ".qix", ".sbn", ".sbx", ".qmd", ".xml"})
"""Suffixes of what stands beside a shapefile under its name."""
_NEAR = re.compile(
    r"WGS_?(19)?84|CGCS_?2000|CHINA(_GEODETIC_COORDINATE_SYSTEM)?_2000|SIRGAS_?2000|ETRS_?(19)?89|ITRF", re.I
)
"""Datums of which longitude and latitude are those of WGS 84 to a metre or better."""
_SHIFTED = re.compile(r"GCJ|BD-?_?09|MARS|BAIDU", re.IGNORECASE)
"""Coordinates of Chinese map services, shifted by hundreds of metres."""
_GBK = 0x4D
"""Language driver of a .dbf in GBK."""
_POINTS, _LINES = (1, 11, 21), (3, 13, 23)


def shapes_of(path: Path, encoding: str = "") -> list[Features]:
    """The records of a shapefile. Raises LoadError for one that is damaged, or has places in another system."""
    import shapefile  # costs 30 ms, and few load one

    _check_system(path)
    table = beside(path, ".dbf")
    if table is None:
        raise LoadError(say("{path} has no .dbf beside it, which holds its table. Put it there.", path=path.name))
    named = _encoding(path, table, encoding)
    try:
        with path.open("rb") as shapes, table.open("rb") as records:
            reader = shapefile.Reader(shp=shapes, dbf=records, encoding=named, encodingErrors="strict")
            return [grouped("", list(_rows(reader)))]
    except (shapefile.ShapefileException, struct.error, ValueError, OSError, IndexError, LookupError) as error:
        if "decode" in str(error):
            told = say(
                "{path} is not in the encoding {encoding}. Name the right one by --encoding.",
                path=table.name,
                encoding=named,
            )
        else:
            told = say(
                "{path} is no shapefile that can be read ({what}). Export it again.", path=path.name, what=str(error)
            )
        raise LoadError(told) from error


def beside(path: Path, suffix: str) -> Path | None:
    """The file beside a shapefile, in whatever case."""
    found = (each for each in path.parent.iterdir() if each.stem.casefold() == path.stem.casefold())
    return next((each for each in found if each.suffix.lower() == suffix), None)


def is_of_a_shape(item: Path) -> bool:
    """Whether a file stands beside a shapefile, and is read with it."""
    return item.suffix.lower() in BESIDE and item.is_file() and _shape_of(item) is not None


def without_shares(given: Sequence[Path]) -> list[Path]:
    """Files as they are named, without those that are read with a shapefile that is named, too: 变电站.*"""
    shapes = {path for path in given if path.suffix.lower() == ".shp"}
    return [path for path in given if not shapes or not is_of_a_shape(path) or _shape_of(path) not in shapes]


def _shape_of(item: Path) -> Path | None:
    return beside(item.with_name(item.name.partition(".")[0] + ".x"), ".shp")


def _check_system(path: Path) -> None:
    """Raise LoadError where the .prj names a system whose figures are no longitude and latitude of WGS 84."""
    told = beside(path, ".prj")
    text = "" if told is None else told.read_text("utf-8", "replace").strip()
    found = re.match(r'(\w+)\s*\[\s*"([^"]*)"', text)
    if found is None:
        return
    geographic = found[1].upper() in ("GEOGCS", "GEOGCRS", "GEODCRS")
    if not geographic or not _NEAR.search(text) or _SHIFTED.search(text):
        raise LoadError(
            say(
                "{path} is in the coordinate system {name}. Export it in WGS 84 (EPSG:4326).",
                path=path.name,
                name=found[2],
            )
        )


def _encoding(path: Path, table: Path, named: str) -> str:
    """Of the texts: as somebody said, as the .cpg or the .dbf itself says, else UTF-8 where all of it is that."""
    if named:
        return named
    told = beside(path, ".cpg")
    name = "" if told is None else told.read_text("ascii", "replace").strip()
    if name:
        number = re.fullmatch(r"(?:ANSI|CP|WINDOWS)?[ -]?(\d+)", name, re.IGNORECASE)
        page = f"cp{number[1]}" if number else name
        return {"cp936": "gb18030", "cp65001": "utf-8"}.get(page.lower(), page)
    content = table.read_bytes()
    if len(content) > 29 and content[29] == _GBK:
        return "gb18030"
    start = int.from_bytes(content[8:10], "little")
    try:
        content[start:].decode()
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _rows(reader: Any) -> Iterator[tuple[int, dict[str, str], str]]:
    names = [field[0] for field in reader.fields if field[0] != "DeletionFlag"]
    for row, (shape, record) in enumerate(zip(reader.iterShapes(), reader.iterRecords(), strict=True), start=2):
        told = {name: _plain(value) for name, value in zip(names, record, strict=True)}
        yield (row, *cells_of({"properties": told, "geometry": _geometry(shape)}))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.strip() if isinstance(value, str) else value


def _geometry(shape: Any) -> dict[str, Any] | None:
    """A shape as GeoJSON has it; None for none, its type alone for one that is not read."""
    points = [[float(each[0]), float(each[1])] for each in shape.points[:1] + shape.points[-1:]]
    if shape.shapeType in _POINTS and points:
        return {"type": "Point", "coordinates": points[0]}
    if shape.shapeType in _LINES and points:
        return {"type": "LineString", "coordinates": points}
    return None if not points else {"type": str(shape.shapeTypeName).title()}
