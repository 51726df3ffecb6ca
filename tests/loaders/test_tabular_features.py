"""GeoJSON: features as rows, by the kind that they name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from loaders.tabular import features
from schema.errors import LoadError
from schema.grid import ACLineSegment, Substation
from tests.loaders.tables import Read, read


def feature(geometry: object, **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def shape(kind: str, coordinates: object) -> dict[str, object]:
    return {"type": kind, "coordinates": coordinates}


def collection(tmp_path: Path, *made: object, name: str = "places.geojson", **more: object) -> Read:
    (tmp_path / name).write_text(json.dumps({"type": "FeatureCollection", "features": made, **more}), "utf-8")
    return read(tmp_path / name)


def test_points_and_ends_of_lines_are_places(tmp_path: Path) -> None:
    found = collection(
        tmp_path,
        feature(shape("Point", [118.78, 32.04, 5.0]), kind="Substation", id="S1", name="滨江变", nominal_kv=110),
        feature(
            shape("LineString", [[118.7, 32], [118.71, 32.01], [118.72, 32.02]]),
            类型="线路段",
            id="L1",
            aliases=["a;b"],
        ),
        {**feature(shape("MultiLineString", [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]), kind="ACLineSegment"), "id": "L2"},
        feature(None, kind="Substation", id="S2", nominal_kv=35.5, note={"a": 1}, name=None),
        feature(
            shape("Polygon", [[[0, 0], [1, 1], [0, 1], [0, 0]]]),
            kind="Substation",
            id="S3",
            longitude=118.5,
            latitude=32,
        ),
        feature(shape("Point", [32.04, 118.78]), kind="Substation", id="S4"),
        feature(shape("LineString", []), kind="Substation", id="S5"),
    )
    s1, s2, s3, l1, l2 = (found.entities[each] for each in ("S1", "S2", "S3", "L1", "L2"))
    assert isinstance(s1, Substation)
    assert isinstance(s2, Substation)
    assert isinstance(s3, Substation)
    assert isinstance(l1, ACLineSegment)
    assert isinstance(l2, ACLineSegment)
    assert (s1.name, s1.nominal_kv, s1.longitude, s1.latitude, s1.row) == ("滨江变", 110, 118.78, 32.04, 2)
    assert (s2.nominal_kv, s2.longitude, s2.note, s3.longitude) == (35.5, None, '{"a":1}', 118.5)
    assert (l1.longitude, l1.latitude, l1.end_longitude, l1.end_latitude) == (118.7, 32, 118.72, 32.02)
    assert (l2.latitude, l2.end_longitude, l1.aliases) == (2, 7, ("a;b",))
    assert found.rejected == [(7, "latitude", "118.78")]
    unread = {each.file: each.unread for each in found.report.accounts}
    assert unread["places.geojson#Substation"] == ("geometry (LineString)", "geometry (Polygon)")


def test_a_file_may_be_named_like_its_kind(tmp_path: Path) -> None:
    found = collection(tmp_path, feature(shape("Point", [118, 32]), id="S1", 名称="站"), name="变电站.geojson")
    assert isinstance(found.entities["S1"], Substation)
    assert found.report.accounts[0].file == "变电站.geojson"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1", "no GeoJSON that can be read"),
        ("{}", "no GeoJSON FeatureCollection"),
        ('{"type": "FeatureCollection", "features": [1]}', "no GeoJSON that can be read"),
        ("[" * 100_000, "no GeoJSON that can be read"),
        ('{"type": "FeatureCollection", "crs": {"properties": {"name": "EPSG:3857"}}}', "EPSG:3857"),
        ('{"type": "FeatureCollection", "features": []}', "No table to load"),
        ('{"type": "FeatureCollection", "features": [{"properties": {"kind": "Sea"}}]}', "no kind of entity"),
    ],
)
def test_what_cannot_be_used_says_why(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "places.geojson").write_text(text, "utf-8")
    with pytest.raises(LoadError, match=said):
        read(tmp_path / "places.geojson")


def test_a_system_that_is_wgs84_is_taken_and_a_large_file_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    made = feature(shape("Point", [118, 32]), kind="Substation", id="S1")
    assert "S1" in collection(tmp_path, made, crs=crs).entities
    monkeypatch.setattr(features, "LARGEST_BYTES", 10)
    with pytest.raises(LoadError, match="Split it"):
        read(tmp_path / "places.geojson")


def test_a_byte_order_mark_is_no_content(tmp_path: Path) -> None:
    text = json.dumps({"type": "FeatureCollection", "features": [feature(None, id="S1")]})
    (tmp_path / "Substation.geojson").write_text(text, "utf-8-sig")
    assert set(read(tmp_path / "Substation.geojson").entities) == {"S1"}
