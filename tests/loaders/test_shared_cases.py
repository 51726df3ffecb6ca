"""The small files of the shared cases: what is live in each is what a trace written apart from the loaders says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from loaders.cim import CimSource
from loaders.source import Reading
from tests.loaders.cim_truth import Truth
from tests.loaders.pandapower_text import ReadNet
from tests.loaders.test_cim_sets import live_in
from tests.shared_data import ROOT

CASES = ROOT.parent / "cases" / "files"
MODELS = {
    "cim01": ("cim01_EQ.xml", "cim01_SSH.xml"),
    "cim03": ("cim03_low_voltage_in_volts.xml",),
    "cim05": ("cim05_additional_container.xml",),
    "cim14": ("cim14_usage_points.xml",),
    "cim19": ("cim19_equivalent_injection_feeds.xml",),
}
SOURCES = {"cim19": ("EI",)}
NETS = {
    "pp01_two_switches_one_end": {0},
    "pp02_impedance_branch": None,
    "pp03_bus_out_of_service": {0},
    "pp09_other_loads": None,
    "pp20_nan_load": None,
}


def case(name: str) -> Path:
    path = CASES / name
    if not path.exists():
        pytest.skip(f"the shared cases are not here ({name})")
    return path


@pytest.mark.parametrize("name", MODELS)
def test_cim_models(name: str) -> None:
    paths = [case(each) for each in MODELS[name]]
    source, entities, links = CimSource(paths, "case", sources=SOURCES.get(name, ())), [], []
    for made in source.batches(Reading()):
        entities += made.entities
        links += made.relationships
    found = live_in(entities, links)
    assert found == Truth(*paths).live(*SOURCES.get(name, ()))
    assert len(found) > 1


def supplied(path: Path) -> set[int]:
    """Buses that an external grid reaches, by the tables of the file alone."""
    tables = {
        name: [dict(zip(["index", *held["columns"]], [index, *row], strict=True)) for index, row in rows]
        for name, each in json.loads(path.read_text(encoding="utf-8"))["_object"].items()
        if isinstance(each, dict) and each.get("_class") == "DataFrame"
        for held in [json.loads(each["_object"])]
        for rows in [list(zip(held["index"], held["data"], strict=True))]
    }

    def rows(name: str) -> list[dict[str, Any]]:
        return [row for row in tables.get(name, []) if row.get("in_service", True)]

    graph = nx.Graph()
    graph.add_nodes_from(row["index"] for row in rows("bus"))
    opened = {(row["et"], row["element"], row["bus"]) for row in tables.get("switch", []) if not row["closed"]}
    for table, kind, ends in (
        ("line", "l", ("from_bus", "to_bus")),
        ("trafo", "t", ("hv_bus", "lv_bus")),
        ("impedance", "", ("from_bus", "to_bus")),
    ):
        for row in rows(table):
            buses = [row[end] for end in ends]
            if all(bus in graph and (kind, row["index"], bus) not in opened for bus in buses):
                graph.add_edge(*buses)
    for row in tables.get("switch", []):
        if row["et"] == "b" and row["closed"] and row["bus"] in graph and row["element"] in graph:
            graph.add_edge(row["bus"], row["element"])
    feeding = [row["bus"] for row in rows("ext_grid") if row["bus"] in graph]
    return {bus for root in feeding for bus in nx.node_connected_component(graph, root)}


@pytest.mark.parametrize("name", NETS)
def test_pandapower_networks(name: str) -> None:
    path = case(f"{name}.json")
    made = ReadNet(path)
    assert made.live() == supplied(path)
    assert made.live()
    assert NETS[name] is None or made.live() == NETS[name]
