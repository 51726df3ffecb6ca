"""Rows about the grid: building the topology, impact, what-if against pandapower, single points."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from itertools import cycle, islice

import networkx as nx
import numpy as np

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology import Topology, all_single_points
from graph_api.services.outage.impact import Cause, ImpactSummary
from graph_api.services.risk.contingencies import screen_contingencies
from graph_api.services.risk.stakes import Stakes
from schema.registry import CONDUCTING, EntityKind
from tests.bench import peers
from tests.bench.network import NOW
from tests.bench.report import Row, against, timed, times
from tests.events import impact_on

Dead = Callable[[int], set[int]]
SUPPLIES = 10_000
MOST_FOR_RUSTWORKX = 400_000
"""Vertices beyond which the peers' dominators are left out: they take minutes."""


def size_of(graph: Snapshot) -> str:
    """A network's size in words."""
    return f"{graph.entity_count + graph.relationship_count:,} elements"


def installed(name: str) -> bool:
    """Whether a peer is here."""
    return find_spec(name) is not None


def build_rows(graph: Snapshot) -> Iterator[Row]:
    """How long the topology takes from nothing."""
    Topology.build(graph)
    middle, _ = times(partial(Topology.build, graph) for _ in range(5))
    wires = peers.wiring(graph)
    theirs = timed(partial(nx.node_connected_component, peers.to_nx(wires), peers.ROOT))
    yield Row(
        what="topology from a snapshot, dominators included", size=size_of(graph), value=middle, unit="ms",
        **against("networkx, what is energised alone, graph ready", middle, theirs),
    )  # fmt: skip


def impact_rows(model: ReadModel, count: int, target_ms: float | None = None) -> Iterator[Row]:
    """Impact of any equipment, as the service answers it: order, totals and the first page's keys."""
    graph = model.graph
    chance = random.Random(1)
    equipment = [index for kind in sorted(CONDUCTING) for index in graph.of_kind(kind)]

    def ask(things: list[int], cause: Cause) -> ImpactSummary:
        impact = impact_on(model, things, NOW, cause=cause)
        impact.customers()
        return impact.summary

    for cause in (Cause.OPENED, Cause.FAULTED):
        for several in (1, 3):
            events = [chance.sample(equipment, several) for _ in range(count)]
            first = [timed(partial(ask, things, cause)) for things in events]
            taken = [timed(partial(ask, things, cause)) for things in events]
            feeders = [len(ask(things, cause).feeders) for things in events]
            usual = [each for each, hit in zip(taken, feeders, strict=True) if hit <= several]
            yield Row(
                what=f"impact, {cause.value.lower()}, {several} at once, service level", size=size_of(graph),
                value=float(np.percentile(usual, 50)), p99=float(np.percentile(usual, 99)), unit="ms",
                target=target_ms, judged="p99",
                note=f"any of {len(equipment):,}, {len(usual)} times, up to a feeder each; "
                f"p99 of all {count}, whole stations too: {np.percentile(taken, 99):.3g}; "
                f"asked for the first time: {np.percentile(first, 99):.3g}",
            )  # fmt: skip


def after_rows(graph: Snapshot, count: int) -> Iterator[Row]:
    """Single points of a supply that is still live after something beside its way was lost."""
    topology = Topology.build(graph)
    chance = random.Random(3)
    supplies = [index for index in graph.of_kind(EntityKind.SUPPLY_SOURCE) if topology.energised(index)]
    equipment = [index for kind in sorted(CONDUCTING) for index in graph.of_kind(kind)]
    asked = []
    while len(asked) < count:
        supply = chance.choice(supplies)
        beside = chance.choice(topology.single_points(supply))
        outage = topology.opened([beside, *chance.sample(equipment, 2)])
        left = [other for other in chance.sample(supplies, 20) if outage.live(other)]
        asked += [partial(outage.single_points, other) for other in left[:1]]
    asked[0]()
    middle, worst = times(asked)
    yield Row(
        what="single points of one supply after three elements are lost", size=size_of(graph), value=middle,
        p99=worst, unit="ms", note=f"{count} events",
    )  # fmt: skip


def what_if_rows(graph: Snapshot, asked: int, target: float | None = None) -> Iterator[Row]:
    """One element opened: who is dead? The same elements and the same answers as the peers."""
    topology, wires = Topology.build(graph), peers.wiring(graph)
    nodes = set(wires.nodes)
    joining = sorted(index for index in wires.conducting if len(set(wires.terminals[index])) == 2)
    chosen = random.Random(2).sample(joining, min(asked, len(joining)))

    def dead(index: int) -> set[int]:
        outage = topology.opened([index])
        return {node for node in nodes if not outage.live(node)}

    def ask(index: int) -> object:
        return topology.opened([index]).lost

    ours, _ = times(partial(ask, index) for index in chosen * 20)
    grid = peers.to_nx(wires)

    def by_networkx(index: int) -> set[int]:
        rest = nx.restricted_view(grid, [index], [])
        return nodes - nx.node_connected_component(rest, peers.ROOT)

    size = f"{len(nodes):,} buses"
    theirs, _ = times(partial(by_networkx, index) for index in chosen[:3])
    assert all(by_networkx(index) == dead(index) for index in chosen[:3])
    yield Row(what="what if one element opens", size=size, value=ours, unit="ms", **against("networkx", ours, theirs))
    if installed("pandapower"):
        net = peers.PandapowerNet(graph, wires)
        theirs, _ = times(partial(net.dead_without, index) for index in chosen)
        assert all(net.dead_without(index) == dead(index) for index in chosen)
        compared = against("pandapower unsupplied_buses", ours, theirs)
        yield Row(what="what if one element opens", size=size, value=ours, unit="ms", **compared)
        yield Row(
            what="times faster than pandapower", size=size, value=compared["ratio"], unit="x", target=target,
            at_least=True, note=f"{len(chosen)} elements, answers equal",
        )  # fmt: skip
        yield from _all_opened(graph, topology, nodes, wires, theirs, dead, chosen)


def _all_opened(
    graph: Snapshot,
    topology: Topology,
    nodes: set[int],
    wires: peers.Wiring,
    theirs: float,
    dead: Dead,
    chosen: list[int],
) -> Iterator[Row]:
    """Every element opened by itself: how many buses are dead then, added to those that are dead anyway."""
    weights = np.zeros(graph.size)
    weights[list(nodes)] = 1.0
    already = sum(not topology.energised(node) for node in nodes)
    ours = timed(lambda: topology.below(weights))
    counts = topology.below(weights)
    assert all(round(counts[index]) + already == len(dead(index)) for index in chosen)
    count = len(wires.conducting)
    yield Row(
        what=f"all {count:,} elements opened one by one", size=f"{len(nodes):,} buses", value=ours, unit="ms",
        **against("pandapower, extrapolated", ours, theirs * count),
        note=f"dead buses per element; pandapower's {theirs:,.0f} ms each, measured on {len(chosen)}, times {count:,}",
    )  # fmt: skip


def sweep_rows(model: ReadModel, target_s: float | None = None, target_ms: float | None = None) -> Iterator[Row]:
    """Every single fault in the grid, ranked, and the single points of all customers with several live supplies."""
    topology, size = model.topology, size_of(model.graph)
    screen_contingencies(model)
    middle, _ = times(partial(screen_contingencies, model) for _ in range(3))
    sweep = screen_contingencies(model)
    for case in random.Random(3).sample(sweep.contingencies, min(20, len(sweep.contingencies))):
        assert Stakes(model).of(topology.faulted([case.equipment[-1]]).lost).lost == case.loss.lost
    yield Row(
        what="N-1 sweep of all equipment, ranked", size=size, value=middle / 1000, unit="s", target=target_s,
        note=f"{sweep.swept:,} faults, {len(sweep.contingencies):,} different ones; 20 checked one by one",
    )  # fmt: skip
    supplies = [index for index in model.graph.of_kind(EntityKind.SUPPLY_SOURCE) if topology.energised(index)]
    chance = random.Random(4)
    groups = [chance.sample(supplies, 2) for _ in range(SUPPLIES)]
    flat = np.array(groups, np.int32).ravel()
    starts = np.arange(0, flat.size + 1, 2, dtype=np.int32)
    bounds, points = all_single_points(topology, flat, starts)
    for at in range(0, SUPPLIES, 100):
        assert points[bounds[at] : bounds[at + 1]].tolist() == topology.common_single_points(groups[at])
    middle, worst = times(partial(all_single_points, topology, flat, starts) for _ in range(20))
    yield Row(
        what=f"all single points of {SUPPLIES:,} dual-fed customers", size=size, value=middle, unit="ms", p99=worst,
        target=target_ms, note=f"random pairs of {len(supplies):,} live supplies; {points.size:,} points in all",
    )  # fmt: skip


def single_point_rows(graph: Snapshot) -> Iterator[Row]:
    """Single points of 10,000 supplies (again and again the same ones where there are fewer), from nothing."""
    supplies = list(islice(cycle(graph.of_kind(EntityKind.SUPPLY_SOURCE)), SUPPLIES))
    wires = peers.wiring(graph)
    topology = Topology.build(graph)

    def ask() -> None:
        built = Topology.build(graph)
        for supply in supplies:
            built.single_points(supply)

    def same(found: dict[int, int]) -> bool:
        equipment = wires.terminals.keys() - wires.busbars
        return all(
            [index for index in topology.single_points(supply) if index in equipment]
            == [index for index in peers.chain(found, supply) if index in equipment]
            for supply in set(supplies)
            if topology.energised(supply)
        )

    def peers_do(dominators: dict[int, int]) -> None:
        for supply in supplies:
            peers.chain(dominators, supply)

    ask()
    ours, _ = times(ask for _ in range(3))
    label, size = f"single points of {SUPPLIES:,} supplies, from nothing", size_of(graph)
    others = {
        "networkx": lambda: peers.nx_dominators(peers.to_nx(wires)),
        "rustworkx": lambda: peers.rx_dominators(wires),
    }
    for name, dominators in others.items():
        if not installed(name) or len(wires.terminals) > MOST_FOR_RUSTWORKX:
            continue
        theirs = timed(lambda work=dominators: peers_do(work()))  # type: ignore[misc]
        assert same(dominators())
        yield Row(what=label, size=size, value=ours, unit="ms", **against(name, ours, theirs))
