"""Shapefiles: records as rows, shapes as places, encodings and systems of coordinates as what stands beside says."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapefile

from schema.errors import LoadError
from schema.grid import ACLineSegment, Substation, Tower
from tests.cli.conftest import Shell
from tests.loaders.tables import read

WGS84 = 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],UNIT["Degree",0.01]]'
CGCS = 'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.25]]]'
GAUSS = f'PROJCS["CGCS2000_3_Degree_GK_CM_120E",{CGCS},PROJECTION["Gauss_Kruger"]]'
BEIJING = 'GEOGCS["GCS_Beijing_1954",DATUM["D_Beijing_1954",SPHEROID["Krasovsky_1940",6378245.0,298.3]]]'
GCJ = 'GEOGCS["GCJ-02",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]]'


@contextmanager
def written(
    path: Path, kind: int, fields: Sequence[tuple[Any, ...]], encoding: str = "utf-8", prj: str = WGS84, cpg: str = ""
) -> Iterator[shapefile.Writer]:
    """A shapefile to write records into, with what stands beside it."""
    path.parent.mkdir(exist_ok=True)
    with shapefile.Writer(str(path), shapeType=kind, encoding=encoding) as book:
        for field in fields:
            book.field(*field)
        yield book
    if prj:
        path.with_suffix(".prj").write_text(prj)
    if cpg:
        path.with_suffix(".cpg").write_text(cpg)


def stations(path: Path, **more: Any) -> Path:
    with written(
        path, shapefile.POINT, [("id", "C", 10), ("name", "C", 40), ("nominal_kv", "N", 8, 2)], **more
    ) as book:
        book.point(113.5, 23.25)
        book.record("S1", "东山变电站", 110)
        book.null()
        book.record("S2", "西山", 10.5)
    return path


@pytest.mark.parametrize(
    "more",
    [{}, {"encoding": "gbk"}, {"encoding": "gbk", "cpg": "936"}, {"cpg": "UTF-8"}, {"prj": CGCS}, {"prj": ""}],
    ids=["utf-8", "gbk", "cpg 936", "cpg UTF-8", "cgcs2000", "no prj"],
)
def test_points_and_names_in_any_encoding(tmp_path: Path, more: dict[str, Any]) -> None:
    found = read(stations(tmp_path / "Substation.shp", **more))
    one, two = found.entities["S1"], found.entities["S2"]
    assert isinstance(one, Substation)
    assert isinstance(two, Substation)
    assert (one.name, one.nominal_kv, one.longitude, one.latitude) == ("东山变电站", 110, 113.5, 23.25)
    assert (two.name, two.nominal_kv, two.longitude) == ("西山", 10.5, None)
    assert not found.report.rejects


def test_a_language_driver_says_gbk(tmp_path: Path) -> None:
    path = stations(tmp_path / "Substation.shp", encoding="gbk")
    table = path.with_suffix(".dbf")
    content = bytearray(table.read_bytes())
    content[29] = 0x4D
    table.write_bytes(content)
    assert read(path).entities["S1"].name == "东山变电站"


def test_lines_have_their_ends(tmp_path: Path) -> None:
    path = tmp_path / "ACLineSegment.shp"
    with written(path, shapefile.POLYLINEZ, [("id", "C", 10)]) as book:
        book.linez([[[113.0, 23.0, 1.0], [113.1, 23.1, 1.0], [113.2, 23.3, 1.0]]])
        book.record("L1")
    line = read(path).entities["L1"]
    assert isinstance(line, ACLineSegment)
    assert (line.longitude, line.latitude, line.end_longitude, line.end_latitude) == (113.0, 23.0, 113.2, 23.3)


def test_dates_and_shapes_that_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "Tower.shp"
    with written(path, shapefile.POLYGON, [("id", "C", 10), ("note", "D")]) as book:
        book.poly([[[113.0, 23.0], [113.0, 23.1], [113.1, 23.1], [113.0, 23.0]]])
        book.record("T1", date(2026, 3, 5))
    found = read(path)
    tower = found.entities["T1"]
    assert isinstance(tower, Tower)
    assert (tower.note, tower.longitude) == ("2026-03-05", None)
    assert found.report.accounts[0].unread == ("geometry (Polygon)",)


def test_a_folder_and_an_archive_of_them(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    path = stations(folder / "Substation.shp", encoding="gbk")
    (folder / "Substation.shp.xml").write_text("<metadata/>")
    (folder / "read.me").write_text("x")
    found = read(folder)
    assert found.entities.keys() == {"S1", "S2"}
    assert [each.file for each in found.report.accounts if each.not_read] == ["read.me"]
    packed = tmp_path / "set.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for each in folder.iterdir():
            archive.write(each, f"layers/{each.name}")
    again = read(packed)
    assert again.entities["S1"].name == "东山变电站"
    assert [each.file for each in again.report.accounts if each.not_read] == ["set.zip/layers/read.me"]
    shell = Shell(tmp_path)
    named = sorted(str(each) for each in folder.iterdir() if each.suffix != ".me")
    assert shell.json("load", "--dry-run", *named)["difference"]["added"]["SUBSTATION"] == 2
    assert shell.json("load", str(packed))["difference"]["added"]["SUBSTATION"] == 2
    path.with_suffix(".dbf").unlink()
    with pytest.raises(LoadError, match=r"no \.dbf beside it"):
        read(path)


@pytest.mark.parametrize(("prj", "said"), [(GAUSS, "CGCS2000_3_Degree"), (BEIJING, "Beijing_1954"), (GCJ, "GCJ-02")])
def test_other_systems_are_refused_by_name(tmp_path: Path, prj: str, said: str) -> None:
    with pytest.raises(LoadError, match=said):
        read(stations(tmp_path / "Substation.shp", prj=prj))


def test_what_is_damaged_or_in_another_encoding(tmp_path: Path) -> None:
    path = stations(tmp_path / "Substation.shp", encoding="gbk", cpg="UTF-8")
    with pytest.raises(LoadError, match="--encoding"):
        read(path)
    path.with_suffix(".cpg").write_text("no such thing")
    with pytest.raises(LoadError, match="no shapefile that can be read"):
        read(path)
    path.with_suffix(".cpg").unlink()
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(LoadError, match="no shapefile that can be read"):
        read(path)
