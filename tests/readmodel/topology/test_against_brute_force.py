"""Topology agrees with brute force over every world of unknown positions, on thousands of small random networks."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from functools import partial

import networkx as nx
import numpy as np
import pytest

from graph_api.readmodel.topology import Assumption, Outage, Topology
from schema.grid import BusbarSection
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition
from tests.readmodel.topology.oracle import After, Oracle, World, random_network

Event = Callable[[World], After]
POSITIONS = (SwitchPosition.CLOSED, SwitchPosition.OPEN, SwitchPosition.UNKNOWN)


def things(numbers: Iterable[int]) -> set[int]:
    return {int(number) for number in numbers}


def agree(topology: Topology, oracle: Oracle, outage: Outage, event: Event, assume: list[Assumption]) -> None:
    """An outage says what its event does in all worlds."""
    before = oracle.reached(oracle.conducting(next(oracle.worlds())))
    unknown = oracle.unknown(assume)
    worlds = list(oracle.worlds(assume))
    after = [event(world).live for world in worlds]
    surely, possibly = set.intersection(*after), set.union(*after)
    vertices = set(oracle.joined.nodes)
    assert things(outage.lost) == before - surely
    assert things(outage.maybe) == possibly - surely
    assert {index for index in vertices if outage.live(index)} == surely
    assert {index for index in vertices if outage.is_lost(index)} == before - surely
    assert {index for index in vertices if topology.energised(index)} == before
    assert things(outage.gained) == surely - before
    by_world = {tuple(world[switch] for switch in unknown): live for world, live in zip(worlds, after, strict=True)}
    deciding: dict[int, set[int]] = {index: set() for index in vertices}
    for key, live in by_world.items():
        for at, switch in enumerate(unknown):
            if not key[at]:
                for index in live ^ by_world[(*key[:at], True, *key[at + 1 :])]:
                    deciding[index].add(switch)
    for index in vertices:
        depends = set(outage.depends_on(index))
        assert deciding[index] <= depends <= set(unknown)
        assert bool(depends) == (index in possibly - surely)


def events(seed: int, oracle: Oracle, sizes: tuple[int, ...]) -> Iterable[tuple[list[int], list[Assumption]]]:
    chance = random.Random(seed)
    vertices = sorted(oracle.joined.nodes)
    switches = list(next(oracle.worlds()))
    for size in sizes:
        assume = [(index, chance.choice(POSITIONS)) for index in switches if chance.random() < 0.2]
        yield chance.sample(vertices, min(size, len(vertices))), chance.choice([[], assume])


@pytest.mark.parametrize("part", range(10))
def test_opened(part: int) -> None:
    for seed in range(part * 60, part * 60 + 60):
        graph = random_network(seed, unknown=seed % 5)
        topology, oracle = Topology.build(graph), Oracle(graph)
        for removed, assume in events(seed, oracle, (0, 1, 1, 2, 3)):
            outage = topology.opened(removed, assume)
            agree(topology, oracle, outage, partial(oracle.opened, removed=removed), assume)
            assert things(outage.zone) == oracle.together(removed)
            assert outage.tripped.size == 0


@pytest.mark.parametrize("part", range(2))
def test_what_may_be_lost_is_never_less_than_what_is(part: int) -> None:
    spared = 0
    for seed in range(part * 100, part * 100 + 100):
        graph = random_network(seed, unknown=seed % 3)
        topology, oracle = Topology.build(graph), Oracle(graph)
        live = np.array([index for index in sorted(oracle.joined.nodes) if topology.energised(index)], np.int32)
        worst = next(oracle.worlds())
        for removed, _ in events(seed, oracle, (0, 1, 2, 3)):
            may = things(live[topology.may_lose(removed, live)])
            assert things(live) - oracle.opened(worst, removed).live <= may
            spared += live.size - len(may)
    assert spared > 1000, "it says something: much is never in reach"


@pytest.mark.parametrize("part", range(10))
def test_faulted(part: int) -> None:
    for seed in range(part * 60, part * 60 + 60):
        graph = random_network(seed, unknown=seed % 5)
        topology, oracle = Topology.build(graph), Oracle(graph)
        for removed, assume in events(seed, oracle, (1, 1, 2, 3)):
            chance = random.Random(seed)
            stuck = [index for index in next(oracle.worlds()) if chance.random() < 0.2]
            outage = topology.faulted(removed, assume, stuck)
            event = partial(oracle.faulted, removed=removed, stuck=stuck)
            agree(topology, oracle, outage, event, assume)
            every = {**next(oracle.worlds(assume)), **dict.fromkeys(oracle.unknown(assume), True)}
            zone = event(every).zone
            worst = {s: closed if s not in oracle.unknown(assume) else s in zone for s, closed in every.items()}
            assert things(outage.zone) == event(worst).zone == zone
            assert things(outage.tripped) == event(worst).tripped


@pytest.mark.parametrize("part", range(5))
def test_single_points_and_traces(part: int) -> None:
    for seed in range(part * 60, part * 60 + 60):
        graph = random_network(seed)
        topology, oracle = Topology.build(graph), Oracle(graph)
        world = next(oracle.worlds())
        live = oracle.reached(oracle.conducting(world))
        equipment = set(oracle.all)
        cuts = {index: live - oracle.opened(world, [index]).live for index in live}
        rooted = oracle.conducting(world)
        sources = [i for i in live if type(oracle.all.get(i)).__name__ == "EnergySource"]
        for index in oracle.joined.nodes:
            own = oracle.together([index])
            points = topology.single_points(index)
            assert set(points) == {i for i in equipment & live if index in cuts[i]} - own
            assert points == sorted(points, key=lambda i: (len(cuts[i]), points.index(i)))
            assert set(topology.trace_down(index)) == (cuts.get(index, set()) & equipment) - own
            path = topology.path_up(index)
            assert bool(path) == (index in live)
            if path:
                assert path[-1] in sources
                stands = [i for i in own if i not in oracle.all] or [index]
                hops = nx.multi_source_dijkstra_path_length(rooted, sources)[stands[0]]
                assert sum(not isinstance(oracle.all[i], BusbarSection) for i in path) == (hops + 2) // 2
            assert set(topology.trace_up(index)) == on_supply_paths(rooted, sources, index, oracle, live)
            island = nx.node_connected_component(rooted, index) if index in rooted else own
            assert set(topology.island(index)) == island & equipment
        pair = random.Random(seed).sample(sorted(oracle.joined.nodes), 2)
        alive = [set(topology.single_points(index)) for index in pair if index in live]
        assert set(topology.common_single_points(pair)) == (set.intersection(*alive) if alive else set())


def on_supply_paths(conducting: nx.Graph, sources: list[int], index: int, oracle: Oracle, live: set[int]) -> set[int]:
    """Equipment on simple paths of the graph of vertices (a node with its busbars is one) up to a root above all."""
    if index not in live:
        return set()
    first = {i: min(oracle.with_me[i]) for i in oracle.joined.nodes}
    merged = nx.Graph()
    merged.add_nodes_from(first[i] for i in conducting.nodes)
    merged.add_edges_from((first[a], first[b]) for a, b in conducting.edges if first[a] != first[b])
    merged.add_edges_from((-1, first[source]) for source in sources)
    found: set[int] = set()
    merged.add_edge(-2, first[index])
    merged.add_edge(-2, -1)
    for block in nx.biconnected_components(merged):
        if {-1, -2} <= block:
            found |= {i for i in block if i >= 0}
    return oracle.together(found) & set(oracle.all)


@pytest.mark.parametrize("part", range(5))
def test_feeders(part: int) -> None:
    for seed in range(part * 60, part * 60 + 60):
        graph = random_network(seed, feeders=1 + seed % 4)
        topology, oracle = Topology.build(graph), Oracle(graph)
        expected = feeders_by_hand(oracle)
        for index in oracle.joined.nodes:
            assert set(topology.feeders(index)) == expected.get(index, set())
            assert list(topology.feeders(index)) == sorted(topology.feeders(index))


def feeders_by_hand(oracle: Oracle) -> dict[int, set[int]]:
    graph = oracle.graph
    conducting = oracle.conducting(next(oracle.worlds()))
    live = oracle.reached(conducting)
    starting: dict[int, set[int]] = {}
    for feeder in graph.of_kind(EntityKind.FEEDER):
        for head in graph.targets(feeder, RelationshipKind.STARTS_AT):
            for index in oracle.with_me[head] & live:
                starting.setdefault(index, set()).add(feeder)
    found = {index: set(feeders) for index, feeders in starting.items()}
    between = conducting.subgraph(live - starting.keys())
    for part in nx.connected_components(between):
        if any(type(oracle.all.get(index)).__name__ == "EnergySource" for index in part):
            continue
        without = nx.Graph(conducting)
        without.remove_nodes_from(part)
        still = oracle.reached(without)
        for index in part:
            found[index] = {
                feeder
                for head, feeders in starting.items()
                if head in still and any(near in part for near in conducting[head])
                for feeder in feeders
            }
    return found
