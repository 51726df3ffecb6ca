"""What things hang on after an event: exact against brute force, with one to three removals."""

from __future__ import annotations

import random

import pytest

from graph_api.readmodel.topology import Assumption, Outage, Topology
from schema.vocabulary import SwitchPosition
from tests.drawing import draw, ids
from tests.readmodel.topology.oracle import Oracle, random_network

POSITIONS = tuple(SwitchPosition)


def by_hand(oracle: Oracle, outage: Outage, assume: list[Assumption]) -> dict[int, set[int]]:
    """For each thing live after the event, the equipment without which it is dead."""
    left = oracle.conducting(next(oracle.worlds(assume)))
    left.remove_nodes_from({int(index) for index in (*outage.zone, *outage.tripped)})
    live = oracle.reached(left)
    points: dict[int, set[int]] = {index: set() for index in live}
    for equipment in oracle.all.keys() & live:
        own = oracle.together([equipment])
        without = left.copy()
        without.remove_nodes_from(own)
        for index in live - oracle.reached(without) - own:
            points[index].add(equipment)
    return points


def order_holds(points: list[int], expected: dict[int, set[int]]) -> bool:
    """Nearest first: what hangs on fewest stands nowhere before what it hangs on."""
    depths = [len(expected[point]) for point in points]
    return depths == sorted(depths, reverse=True)


@pytest.mark.parametrize("part", range(10))
def test_single_points_after_an_event(part: int) -> None:
    for seed in range(part * 40, part * 40 + 40):
        chance = random.Random(seed)
        graph = random_network(seed, unknown=seed % 3)
        topology, oracle = Topology.build(graph), Oracle(graph)
        vertices = sorted(oracle.joined.nodes)
        switches = list(next(oracle.worlds()))
        for size in (0, 1, 2, 3):
            removed = chance.sample(vertices, min(size, len(vertices)))
            assume = [(index, chance.choice(POSITIONS)) for index in switches if chance.random() < 0.3]
            for assumed in ([], assume):
                for event in (topology.opened, topology.faulted):
                    outage = event(removed, assumed)
                    expected = by_hand(oracle, outage, assumed)
                    for index in vertices:
                        points = outage.single_points(index)
                        assert set(points) == expected.get(index, set())
                        assert len(points) == len(set(points))
                        assert order_holds(points, expected)
                    pair = chance.sample(vertices, 2)
                    alive = [expected[index] for index in pair if index in expected]
                    common = set.intersection(*alive) if alive else set()
                    assert set(outage.common_single_points(pair)) == common


DOUBLE = """
    G1 - CB1 - L1 - B1 - CB3 - L3 - n1 - S1>C1
    G2 - CB2 - L2 - B1
    B1 - CB4 - L4 - n1
    n1 - LS5/ - L5 - G3
"""


def test_redundancy_that_an_event_takes_away() -> None:
    graph = draw(DOUBLE)
    topology = Topology.build(graph)
    supply = graph.index("S1")
    assert ids(graph, topology.single_points(supply)) == {"B1"}
    one = topology.opened([graph.index("L3")])
    assert [graph.id(index) for index in one.single_points(supply)] == ["L4", "CB4", "B1"]
    two = topology.opened([graph.index("L3"), graph.index("L1")])
    assert [graph.id(index) for index in two.single_points(supply)] == [
        "L4", "CB4", "B1", "L2", "CB2", "G2",
    ]  # fmt: skip
    tie = topology.opened([graph.index("L3")], [(graph.index("LS5"), SwitchPosition.CLOSED)])
    assert tie.single_points(supply) == []
    assert topology.opened([graph.index("B1")]).single_points(supply) == []
