"""GeoPackage: layers as tables, geometries as places; nothing in the file runs."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest

from schema.errors import LoadError
from schema.grid import ACLineSegment, Substation
from tests.loaders.tables import read

_BASE = """
CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
"""


_LAYER = """
CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY, geom BLOB, {columns});
INSERT INTO gpkg_contents VALUES ('{name}', 'features');
INSERT INTO gpkg_geometry_columns VALUES ('{name}', 'geom', {srs});
"""


def layer(name: str, columns: str, srs: int = 4326) -> str:
    return _LAYER.format(name=name, columns=columns, srs=srs)


def wkb(kind: int, *numbers: float, count: int | None = None, order: str = "<") -> bytes:
    head = struct.pack(f"{order}BI", order == "<", kind)
    return (
        head
        + (b"" if count is None else struct.pack(f"{order}I", count))
        + struct.pack(f"{order}{len(numbers)}d", *numbers)
    )


def geometry(shape: bytes, *, envelope: int = 0, empty: bool = False) -> bytes:
    sizes = (0, 32, 48, 48, 64)
    flags = 1 | envelope << 1 | empty << 4
    return b"GP\0" + bytes([flags]) + struct.pack("<i", 4326) + bytes(sizes[envelope]) + shape


def package(path: Path, script: str, *rows: tuple[str, tuple[object, ...]]) -> Path:
    with closing(sqlite3.connect(path)) as book:
        book.executescript(_BASE + script)
        for statement, values in rows:
            book.execute(statement, values)
        book.commit()
    return path


def test_layers_are_tables_and_geometries_places(tmp_path: Path) -> None:
    lines = wkb(5, count=2) + wkb(2, 1, 2, 3, 4, count=2) + wkb(1002, 5, 6, 0, 7, 8, 0, count=2)
    put = "INSERT INTO Substation VALUES (?, ?, ?, ?, ?)"
    path = package(
        tmp_path / "grid.gpkg",
        layer("Substation", "id TEXT, name TEXT, nominal_kv REAL") + layer("线路段", "标识 TEXT, photo BLOB"),
        (put, (1, geometry(wkb(1, 118.78, 32.04)), "S1", "滨江变", 110.0)),
        (put, (2, geometry(wkb(1001, 118, 32, 9, order=">"), envelope=1), "S2", None, 35.5)),
        (put, (3, geometry(wkb(3, count=0)), "S3", "面", None)),
        (put, (4, geometry(b"", empty=True), "S4", "空", None)),
        (put, (5, b"XX", "S5", "坏", None)),
        (put, (6, geometry(b"\1\1"), "S6", "断", None)),
        (put, (7, geometry(wkb(1, 32.04, 118.78)), "S7", "反", None)),
        (
            "INSERT INTO 线路段 VALUES (1, ?, 'L1', ?)",
            (geometry(wkb(2, 118.7, 32, 118.71, 32.01, 118.72, 32.02, count=3)), b"x"),
        ),
        ("INSERT INTO 线路段 VALUES (2, ?, 'L2', NULL)", (geometry(lines),)),
        ("INSERT INTO 线路段 VALUES (3, ?, 'L3', NULL)", (geometry(wkb(2, count=0)),)),
    )
    found = read(path)
    s1, s2, l1, l2 = (found.entities[each] for each in ("S1", "S2", "L1", "L2"))
    assert isinstance(s1, Substation)
    assert isinstance(s2, Substation)
    assert isinstance(l1, ACLineSegment)
    assert isinstance(l2, ACLineSegment)
    assert (s1.name, s1.nominal_kv, s1.longitude, s1.latitude) == ("滨江变", 110, 118.78, 32.04)
    assert (s2.nominal_kv, s2.longitude, s2.latitude) == (35.5, 118, 32)
    assert (l1.longitude, l1.end_longitude, l1.end_latitude) == (118.7, 118.72, 32.02)
    assert (l2.longitude, l2.latitude, l2.end_longitude, l2.end_latitude) == (1, 2, 7, 8)
    assert found.rejected == [(8, "latitude", "118.78")]
    unread = {each.file: each.unread for each in found.report.accounts}
    assert unread["grid.gpkg#Substation"] == ("geometry (Polygon)", "geometry (damaged)")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["grid.gpkg"], "nothing is written beside it"


_TRAPS = """
INSERT INTO Substation VALUES (1, NULL, 'S1');
CREATE VIEW Feeder AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n;
INSERT INTO gpkg_contents VALUES ('Feeder', 'attributes');
CREATE TRIGGER t AFTER INSERT ON Substation BEGIN DELETE FROM gpkg_contents; END;
"""


def test_views_and_triggers_do_nothing(tmp_path: Path) -> None:
    found = read(package(tmp_path / "grid.gpkg", layer("Substation", "id TEXT") + _TRAPS))
    assert set(found.entities) == {"S1"}


_VIEW = """
CREATE TABLE real (id TEXT); INSERT INTO real VALUES ('F1'); CREATE VIEW Feeder AS SELECT id FROM real;
INSERT INTO gpkg_contents VALUES ('Feeder', 'attributes');
"""


def test_a_view_that_is_listed_as_a_layer_is_named(tmp_path: Path) -> None:
    found = read(package(tmp_path / "grid.gpkg", layer("Substation", "id TEXT") + _VIEW))
    assert [each.file for each in found.report.accounts if "a view" in each.not_read] == ["grid.gpkg#Feeder"]
    with pytest.raises(LoadError, match=r"grid2\.gpkg#Feeder: it is a view"):
        read(package(tmp_path / "grid2.gpkg", _VIEW))


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"hello" * 100, "no GeoPackage that can be read"), (None, "EPSG:3857"), (b"", "0 bytes")],
)
def test_what_cannot_be_used_says_why(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "grid.gpkg"
    if content is None:
        package(path, layer("Substation", "id TEXT", srs=3857))
    else:
        path.write_bytes(content)
    with pytest.raises(LoadError, match=said):
        read(path)


def test_one_that_is_still_open_elsewhere_is_refused(tmp_path: Path) -> None:
    path = package(tmp_path / "grid.gpkg", layer("Substation", "id TEXT"))
    with closing(sqlite3.connect(path)) as book:
        book.execute("PRAGMA journal_mode = wal")
        book.execute("INSERT INTO Substation VALUES (2, NULL, 'S2')")
        book.commit()
        with pytest.raises(LoadError, match=r"still open in another program.*grid\.gpkg-wal"):
            read(path)
    assert set(read(path).entities) == {"S2"}


def test_a_database_that_is_no_geopackage(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "grid.gpkg")) as book:
        book.execute("CREATE TABLE t (x)")
    with pytest.raises(LoadError, match="gpkg_contents"):
        read(tmp_path / "grid.gpkg")


def test_a_layer_without_features_and_kind_is_passed_over(tmp_path: Path) -> None:
    put = "INSERT INTO Substation VALUES (1, NULL, 'S1')"
    path = package(tmp_path / "a.gpkg", layer("Substation", "id TEXT") + layer("草 稿", "x TEXT"), (put, ()))
    found = read(path)
    assert set(found.entities) == {"S1"}
    assert [each.file for each in found.report.accounts if each.not_read] == ["a.gpkg#草 稿"]
