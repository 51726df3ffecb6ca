"""`baodian export geojson`, and the way back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from graph_api.cli.session import read_model
from schema.batch import GraphBatch
from schema.customer import Site
from schema.entity import Entity
from schema.grid import ACLineSegment, Breaker, Substation
from schema.vocabulary import SwitchPosition
from tests.cli.conftest import Shell

PLACED: list[Entity] = [
    Substation(id="S1", name="滨江变", aliases=("BJ", "滨;江"), nominal_kv=110, longitude=118.78, latitude=32.04),
    ACLineSegment(
        id="L1", name="1至2号杆", length_m=9.5, longitude=118.1, latitude=32.1, end_longitude=118.2, end_latitude=32.2
    ),
    ACLineSegment(id="L2", longitude=118.1, latitude=32.1),
    Breaker(
        id="B1", name="开关", longitude=118, latitude=32, normal_position=SwitchPosition.OPEN,
        position=SwitchPosition.CLOSED, position_at=datetime(2026, 5, 1, tzinfo=UTC), position_source="遥信",
    ),
    Site(id="T1", name="院区", longitude=118.3, latitude=32.3),
]  # fmt: skip


def plain(store: str) -> dict[str, Entity]:
    graph = read_model(store).graph
    return {
        graph.id(at): replace(graph.entity(at), load=0, row=0)
        for at in graph.indexes()
        if type(graph.entity(at)) in (Substation, ACLineSegment, Breaker, Site)
    }


def test_what_has_a_place_goes_out_and_comes_back_as_it_was(shell: Shell, tmp_path: Path):
    shell.fill(GraphBatch(entities=[*PLACED, Substation(id="S2", name="无坐标")]))
    out = tmp_path / "places.geojson"
    told = shell.json("export", "geojson", "--out", str(out))
    assert told["features"] == {"Substation": 1, "ACLineSegment": 2, "Breaker": 1, "Site": 1}
    shapes = {each["id"]: each["geometry"]["type"] for each in json.loads(out.read_text("utf-8"))["features"]}
    assert shapes == {"S1": "Point", "L1": "LineString", "L2": "Point", "B1": "Point", "T1": "Point"}
    other = f"sqlite:///{tmp_path}/other.db"
    shell("load", str(out), "--store", other)
    before = plain(shell.store)
    del before["S2"]
    assert plain(other) == before


def test_one_kind_and_nothing_with_a_place(shell: Shell, tmp_path: Path):
    shell.fill(GraphBatch(entities=PLACED[:2]))
    out = tmp_path / "places.geojson"
    assert "1 Substation" in shell("export", "geojson", "--kind", "变电站", "--out", str(out)).stdout
    assert "Nothing has coordinates" in shell("export", "geojson", "--kind", "Feeder", "--out", str(out)).stderr
    assert ".geojson" in shell("export", "geojson", "--out", str(tmp_path / "x.json"), code=2).stderr
