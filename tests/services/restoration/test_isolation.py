"""A fault cut out: what is opened, what is closed again, what stays dark; against brute force on random networks."""

from __future__ import annotations

import random

import networkx as nx
import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.restoration.isolation import Isolation, cut_out
from schema.grid import Switch
from schema.registry import EntityKind
from tests.drawing import draw, ids
from tests.readmodel.topology.oracle import Oracle, random_network

LINE = """
F1 = CB1
G1 - CB1 - L1 - DS1 - L2 - DS2 - L3 - LS9/ - L5 - CB9 - G2
L3 - FU1 - L4 - EC1
"""


def cut(fault: str, text: str = LINE, **options: list[str]) -> tuple[Isolation, dict[str, set[str]]]:
    graph = draw(text)
    model = ReadModel.build(graph)
    named = {name: [graph.index(each) for each in those] for name, those in options.items()}
    found = cut_out(model, [graph.index(fault)], **named)  # type: ignore[arg-type]
    return found, {
        "cut": ids(graph, found.cut),
        "open": ids(graph, found.to_open),
        "locked": ids(graph, found.locked_open),
        "close": ids(graph, found.to_close),
        "back": ids(graph, found.back_by_reclosing),
        "dark": ids(graph, found.dark),
    }


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (
            "L2",
            {"cut": "L2", "open": "DS1 DS2", "locked": "", "close": "CB1", "back": "CB1 L1", "dark": "L3 FU1 L4 EC1"},
        ),
        ("L1", {"cut": "L1", "open": "DS1", "locked": "CB1", "close": "", "back": "", "dark": "L2 DS2 L3 FU1 L4 EC1"}),
        ("L4", {"cut": "L4 EC1", "open": "", "locked": "FU1", "close": "", "back": "", "dark": ""}),
        (
            "L3",
            {"cut": "L3", "open": "DS2 FU1", "locked": "", "close": "CB1", "back": "CB1 L1 DS1 L2", "dark": "L4 EC1"},
        ),
    ],
)
def test_the_nearest_switches_cut_the_fault_out(fault: str, expected: dict[str, str]) -> None:
    _, found = cut(fault)
    assert found == {name: set(those.split()) for name, those in expected.items()}


def test_a_switch_that_cannot_be_operated_makes_the_part_larger() -> None:
    _, found = cut("L2", fixed=["DS1"])
    assert found["cut"] == {"L1", "DS1", "L2"}
    assert found["locked"] == {"CB1"}


def test_a_device_that_fails_to_trip_cannot_be_operated_either() -> None:
    _, found = cut("L4", stuck=["FU1"])
    assert found["cut"] == {"L3", "FU1", "L4", "EC1"}
    assert found["open"] == {"DS2"}


def test_remote_switches_come_first() -> None:
    graph = draw(LINE, DS2={"remote_controlled": True})
    found = cut_out(ReadModel.build(graph), [graph.index("L2")])
    assert [graph.id(index) for index in found.to_open] == ["DS2", "DS1"]


@pytest.mark.parametrize("part", range(4))
def test_nothing_smaller_can_be_cut_out(part: int) -> None:
    for seed in range(part * 50, part * 50 + 50):
        graph = random_network(seed)
        oracle, model = Oracle(graph), ReadModel.build(graph)
        equipment = [at for at in oracle.all if graph.kind(at) is EntityKind.AC_LINE_SEGMENT]
        if not equipment:
            continue
        fault = random.Random(seed).choice(equipment)
        found = cut_out(model, [fault])
        world = next(oracle.worlds())
        conducting = oracle.conducting(world)
        movable = {at for at, each in oracle.all.items() if isinstance(each, Switch)}
        together = nx.Graph(conducting)
        together.remove_nodes_from(oracle.together(movable - {fault}))
        expected = nx.node_connected_component(together, fault) if fault in together else oracle.together([fault])
        assert set(found.cut) == expected
        beside = {near for at in expected if at in conducting for near in conducting[at]} & movable
        assert set(found.to_open) | set(found.locked_open) == beside - expected
        conducting.remove_nodes_from(expected | oracle.together(beside))
        live = oracle.reached(conducting)
        before = oracle.reached(oracle.conducting(world))
        faulted = oracle.faulted(world, [fault]).live
        around = expected | beside
        assert set(found.back_by_reclosing.tolist()) - around == (live - faulted) - around
        assert set(found.dark.tolist()) == before - live - around
