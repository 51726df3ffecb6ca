"""Every single fault at once says what each fault by itself says, on random networks."""

from __future__ import annotations

import random

import numpy as np
import pytest

from graph_api.readmodel.topology import Topology, all_single_points, common_tops, single_faults
from tests.drawing import draw, ids
from tests.readmodel.topology.oracle import Oracle, random_network


def answers(topology: Topology) -> dict[int, set[int]]:
    """What each piece of equipment's fault takes; nothing where it is in no case."""
    cases = single_faults(topology)
    found: dict[int, set[int]] = {}
    for number, members in enumerate(cases.members):
        entry = int(cases.entry[number])
        lost = topology.opened([entry]).lost if entry >= 0 else cases.apart[number].lost
        for member in members.tolist():
            assert member not in found
            found[member] = set(lost.tolist())
    return found


@pytest.mark.parametrize("part", range(5))
def test_cases_are_what_each_fault_does(part: int) -> None:
    for seed in range(part * 150, part * 150 + 150):
        graph = random_network(seed, unknown=seed % 4)
        topology, oracle = Topology.build(graph), Oracle(graph)
        found = answers(topology)
        before = oracle.reached(oracle.conducting(next(oracle.worlds())))
        for index in oracle.all:
            after = [oracle.faulted(world, [index]).live for world in oracle.worlds()]
            assert found.get(index, set()) == before - set.intersection(*after), (seed, graph.id(index))


@pytest.mark.parametrize("part", range(2))
def test_the_common_top_is_the_nearest_single_point(part: int) -> None:
    for seed in range(part * 100, part * 100 + 100):
        graph = random_network(seed)
        topology = Topology.build(graph)
        live = [index for index in graph.indexes() if topology.energised(index)]
        groups = [live[at : at + 2] for at in range(len(live) - 1)]
        for (one, other), top in zip(groups, common_tops(topology, groups), strict=True):
            tops = {index for index in live if {one, other} <= set(topology.opened([index]).lost.tolist())}
            assert (top in tops) == bool(tops)
            if tops:
                smallest = min(topology.opened([index]).lost.size for index in tops)
                assert topology.opened([top]).lost.size == smallest


@pytest.mark.parametrize("part", range(2))
def test_all_single_points_in_one_pass(part: int) -> None:
    for seed in range(part * 100, part * 100 + 100):
        graph = random_network(seed)
        topology, chance = Topology.build(graph), random.Random(seed)
        live = [index for index in graph.indexes() if topology.energised(index)]
        groups = [chance.sample(live, min(size, len(live))) for size in (0, 1, 2, 2, 3)]
        starts = np.append(0, np.cumsum([len(group) for group in groups])).astype(np.int32)
        indexes = np.array([index for group in groups for index in group], np.int32)
        bounds, points = all_single_points(topology, indexes, starts)
        for number, group in enumerate(groups):
            found = points[bounds[number] : bounds[number + 1]].tolist()
            assert found == topology.common_single_points(group)


def test_a_radial_feeder() -> None:
    graph = draw("G1 - B1 - CB1 - L1 - LS1 - L2 - CB2 - L3 - EC1\nL2 - LS2/ - B2 - G2")
    topology = Topology.build(graph)
    cases = single_faults(topology)
    opening = {
        graph.id(int(member)): graph.id(int(entry)) if entry >= 0 else "-"
        for members, entry in zip(cases.members, cases.entry, strict=True)
        for member in members
    }
    assert opening == dict.fromkeys(["G1", "B1", "CB1", "LS2", "B2", "G2"], "-") | {
        "L1": "CB1", "LS1": "CB1", "L2": "CB1", "CB2": "CB1", "L3": "CB2", "EC1": "CB2",
    }  # fmt: skip
    assert ids(graph, cases.apart[int(np.flatnonzero(cases.entry < 0)[0])].lost) >= {"G1", "B1"}
