"""What devices see of a fault: drawn cases, and brute force over random networks."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from graph_api.readmodel.topology import ShortCircuits, Topology
from schema.registry import FAULT_BREAKING, EntityKind
from schema.relationships import RelationshipKind
from tests.drawing import draw, ids
from tests.readmodel.topology.oracle import Oracle, random_network

FEEDER = """
    F1 = CB1
    F2 = CB2
    G1 - CB0 - B1 - CB1 - L1 - LS1 - n1 - L2 - RC1 - L3
    n1 - FU1 - L4 - LD1
    B1 - CB2 - L9
"""


def seen(text: str, around: str) -> tuple[ShortCircuits, dict[str, int]]:
    graph = draw(text)
    sight = ShortCircuits(Topology.build(graph), [graph.index(name) for name in around.split()])
    return sight, {graph.id(index): at for at, index in enumerate(sight.candidates.tolist())}


def opened(text: str, around: str, at: str) -> list[set[str]]:
    graph = draw(text)
    sight, place = seen(text, around)
    return [ids(graph, opening) for opening in sight.openings(int(sight.zone[place[at]]))]


def passed(text: str, by: str) -> set[str]:
    graph = draw(text)
    sight, place = seen(text, by)
    return {name for name, at in place.items() if sight.passing(graph.index(by))[at]}


def test_candidates_are_on_the_feeder_and_between_it_and_the_next_device_above():
    _, place = seen(FEEDER, "L4")
    assert set(place) == {"CB1", "L1", "LS1", "L2", "RC1", "L3", "FU1", "L4", "LD1", "B1", "CB2"}


@pytest.mark.parametrize(
    ("at", "devices"),
    [
        ("L1", [{"CB1"}, {"CB0"}]),
        ("RC1", [{"CB1"}, {"CB0"}]),
        ("L3", [{"RC1"}, {"CB1"}, {"CB0"}]),
        ("LD1", [{"FU1"}, {"CB1"}, {"CB0"}]),
        ("B1", [{"CB0"}]),
        ("CB1", [{"CB0"}]),
    ],
)
def test_the_nearest_device_opens_or_the_next_above_where_it_refuses(at: str, devices: list[set[str]]):
    assert opened(FEEDER, "L4", at) == devices


def test_current_passes_what_lies_above_a_fault():
    assert passed(FEEDER, "LS1") == {"LS1", "L2", "RC1", "L3", "FU1", "L4", "LD1"}
    assert passed(FEEDER, "L3") == {"L3"}


def test_a_ring_passes_current_both_ways_and_direction_tells_where():
    ring = "F1 = CB1\nG1 - CB1 - n1 - L1 - n2 - L2 - n3 - L3 - n1\nn3 - L5"
    assert passed(ring, "L1") == {"L1", "L2", "L3", "L5"}
    graph = draw(ring)
    sight, place = seen(ring, "L1")
    towards = sight.passing_towards(graph.index("L1"), graph.index("n2"))
    assert {name for name, at in place.items() if towards[at]} == {"L2", "L3", "L5"}
    back = sight.passing_towards(graph.index("L1"), graph.index("n1"))
    assert not back.any()
    across = sight.passing_towards(graph.index("L2"), graph.index("n2"))
    assert {name for name, at in place.items() if across[at]} == {"L1"}


def test_several_devices_open_for_what_is_fed_from_both_sides():
    both = "F1 = CB1\nF2 = CB2\nG1 - CB1 - L1 - L2 - CB2 - G2"
    assert opened(both, "L1", "L2") == [{"CB1", "CB2"}]
    assert opened("F1 = CB1\nG1 - CB1 - L1", "L1", "CB1") == []


def test_nothing_is_seen_by_what_is_dead_or_unknown():
    graph = draw(FEEDER + "\nL3 - LS9/ - L8")
    sight = ShortCircuits(Topology.build(graph), [graph.index("L4")])
    assert not sight.passing(graph.index("L8")).any()
    assert not sight.passing(graph.index("F1")).any()
    assert not sight.passing_towards(graph.index("L8"), graph.index("LS9~L8")).any()
    assert not sight.dark([[graph.index("L8")]]).any()


def test_dark_is_what_hangs_below_what_opened():
    graph = draw(FEEDER)
    sight, place = seen(FEEDER, "L4")
    dark = sight.dark([[graph.index("LD1")], [graph.index("L3")], [graph.index("LD1"), graph.index("L9")]])
    assert dark[sight.zone[place["L4"]]].tolist() == [[True, False, False], [True, True, False], [True, True, True]]
    assert dark[sight.zone[place["L1"]]][0].tolist() == [True, True, False]


@pytest.mark.parametrize("part", range(6))
def test_against_brute_force(part: int) -> None:
    checked = 0
    for seed in range(part, 480, 6):
        graph = random_network(seed, feeders=2)
        oracle, topology = Oracle(graph), Topology.build(graph)
        world = next(oracle.worlds())
        conducting = oracle.conducting(world)
        live = oracle.reached(conducting)
        equipment = [index for index in oracle.all if index in live]
        if not equipment:
            continue
        sight = ShortCircuits(topology, equipment[:2])
        assert set(equipment[:2]) <= set(sight.candidates.tolist())
        dark = sight.dark([[index] for index in equipment])
        merged = paths_graph(oracle, conducting, live)
        for at, index in enumerate(sight.candidates.tolist()):
            # a breaking device counts as part of what stands above it
            if graph.kind(index) not in FAULT_BREAKING:
                after = oracle.faulted(world, [index])
                openings = sight.openings(int(sight.zone[at]))
                assert (set(openings[0]) if openings else set()) == {
                    each for each in after.tripped if each in oracle.all
                }
                if openings:
                    lost = {each for place, each in enumerate(equipment) if dark[sight.zone[at], 0, place]}
                    assert lost >= set(equipment) - after.live - after.zone
            checked += 1
        if seed % 3 == 0:
            for index in equipment[:3]:
                expected = {x for x in sight.candidates.tolist() if on_path(merged, oracle, index, x)}
                assert set(sight.candidates[sight.passing(index)].tolist()) == expected
    assert checked > 100


def paths_graph(oracle: Oracle, conducting: nx.Graph, live: set[int]) -> nx.Graph:
    """The live grid with a root above its sources; what shares a vertex is one."""
    graph = nx.Graph()
    for one, other in conducting.subgraph(live).edges:
        a, b = min(oracle.with_me[one]), min(oracle.with_me[other])
        if a != b:
            graph.add_edge(a, b)
    for index in live:
        graph.add_node(min(oracle.with_me[index]))
        if oracle.graph.kind(index) is EntityKind.ENERGY_SOURCE:
            graph.add_edge("root", min(oracle.with_me[index]))
    return graph


def on_path(graph: nx.Graph, oracle: Oracle, index: int, fault: int) -> bool:
    at, end = min(oracle.with_me[index]), min(oracle.with_me[fault])
    return at == end or any(at in path for path in nx.all_simple_paths(graph, "root", end))


@pytest.mark.parametrize("part", range(3))
def test_direction_against_brute_force(part: int) -> None:
    checked = 0
    for seed in range(part, 300, 3):
        graph = random_network(seed, feeders=1)
        oracle = Oracle(graph)
        conducting = oracle.conducting(next(oracle.worlds()))
        live = oracle.reached(conducting)
        equipment = [index for index in oracle.all if index in live]
        if not equipment:
            continue
        sight = ShortCircuits(Topology.build(graph), equipment)
        merged = paths_graph(oracle, conducting, live)
        for index in equipment[:3]:
            for node in graph.targets(index, RelationshipKind.CONNECTS):
                if node not in live or min(oracle.with_me[node]) == min(oracle.with_me[index]):
                    continue
                found = set(sight.candidates[sight.passing_towards(index, node)].tolist())
                at, to = min(oracle.with_me[index]), min(oracle.with_me[node])
                expected = set()
                for fault in sight.candidates.tolist():
                    end = min(oracle.with_me[fault])
                    paths = nx.all_simple_paths(merged, "root", end) if end != at else ()
                    if any(at in path and path.index(to) == path.index(at) + 1 for path in paths if to in path):
                        expected.add(fault)
                assert found >= expected, (seed, index, node)
                assert len(nx.cycle_basis(merged)) > 1 or found == expected, (seed, index, node)
                checked += 1
    assert checked > 20


def test_arrays_have_a_place_per_candidate():
    sight, _ = seen(FEEDER, "L4")
    assert sight.candidates.dtype == np.int32
    assert sight.zone.shape == sight.candidates.shape
    assert sight.zone_count == len(set(sight.zone.tolist()))
