"""The same network for networkx, rustworkx and pandapower, so that answers and times can be compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import networkx as nx

from graph_api.readmodel.snapshot import Snapshot
from schema.grid import BusbarSection, ConductingEquipment, EnergySource, Switch
from schema.registry import CONDUCTING, SWITCHES, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition

ROOT = -1
"""A node above all sources, for algorithms that want one root."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """A grid in plain terms: terminals, what conducts, sources; all in snapshot indexes."""

    nodes: list[int]
    terminals: dict[int, tuple[int, ...]]
    """Nodes of each piece of equipment."""
    conducting: set[int]
    """Equipment in service, closed if it can be open."""
    sources: list[int]
    busbars: set[int]


def wiring(graph: Snapshot) -> Wiring:
    """Read the grid from a snapshot, through nothing but its public door."""
    terminals, conducting, busbars = dict[int, tuple[int, ...]](), set[int](), set[int]()
    for kind in CONDUCTING:
        for index in graph.of_kind(kind):
            entity = graph.get(ConductingEquipment, index)
            terminals[index] = tuple(graph.targets(index, RelationshipKind.CONNECTS))
            closed = not isinstance(entity, Switch) or entity.current_position is SwitchPosition.CLOSED
            if entity.in_service and closed:
                conducting.add(index)
            if isinstance(entity, BusbarSection):
                busbars.add(index)
    sources = [index for index in terminals if isinstance(graph.entity(index), EnergySource) and index in conducting]
    return Wiring(list(graph.of_kind(EntityKind.CONNECTIVITY_NODE)), terminals, conducting, sources, busbars)


def edges(wires: Wiring) -> Iterable[tuple[int, int]]:
    """Conducting equipment to its nodes, and the root to the sources; a busbar in service is its node's pendant."""
    yield from ((ROOT, source) for source in wires.sources)
    yield from ((index, node) for index in wires.conducting for node in wires.terminals[index])


def to_nx(wires: Wiring) -> nx.Graph[int]:
    """As a networkx graph under ROOT."""
    made: nx.Graph[int] = nx.Graph()
    made.add_node(ROOT)
    made.add_nodes_from(wires.nodes)
    made.add_edges_from(edges(wires))
    return made


def nx_dominators(graph: nx.Graph[int]) -> dict[int, int]:
    """Immediate dominators from ROOT by networkx."""
    found: dict[int, int] = nx.immediate_dominators(graph.to_directed(as_view=True), ROOT)
    return found


def rx_dominators(wires: Wiring) -> dict[int, int]:
    """Immediate dominators from ROOT by rustworkx, its graph built on the way."""
    import rustworkx as rx

    pairs = list(edges(wires))
    names = sorted({end for pair in pairs for end in pair})
    number = {name: place for place, name in enumerate(names)}
    made = rx.PyDiGraph(multigraph=False)
    made.add_nodes_from(names)
    both = [(number[a], number[b]) for a, b in pairs]
    made.extend_from_edge_list([*both, *((b, a) for a, b in both)])
    found = rx.immediate_dominators(made, number[ROOT])
    return {names[at]: names[above] for at, above in found.items()}


def chain(dominators: dict[int, int], index: int) -> list[int]:
    """What stands above a vertex, nearest first, without ROOT."""
    found = []
    above = dominators.get(index, ROOT)
    while above != ROOT:
        found.append(above)
        above = dominators[above]
    return found


class PandapowerNet:
    """The network in pandapower: nodes are buses, what joins two is a line, or a switch if it can open."""

    def __init__(self, graph: Snapshot, wires: Wiring) -> None:
        import pandapower as pp

        self.net: Any = pp.create_empty_network()
        buses = pp.create_buses(self.net, len(wires.nodes), vn_kv=10.0)
        self.bus = dict(zip(wires.nodes, map(int, buses), strict=True))
        self.node = {bus: node for node, bus in self.bus.items()}
        joined = {index: ends for index, ends in wires.terminals.items() if len(set(ends)) == 2}
        assert all(len(set(ends)) <= 2 for ends in wires.terminals.values()), "only two-winding transformers here"
        switches = {index: ends for index, ends in joined.items() if graph.kind(index) in SWITCHES}
        lines = {index: ends for index, ends in joined.items() if index not in switches}
        made = pp.create_lines_from_parameters(
            self.net, [self.bus[a] for a, _ in lines.values()], [self.bus[b] for _, b in lines.values()],
            length_km=0.1, r_ohm_per_km=0.1, x_ohm_per_km=0.1, c_nf_per_km=0, max_i_ka=1,
            in_service=[index in wires.conducting for index in lines],
        )  # fmt: skip
        self.line = dict(zip(lines, map(int, made), strict=True))
        made = pp.create_switches(
            self.net, [self.bus[a] for a, _ in switches.values()], [self.bus[b] for _, b in switches.values()],
            et="b", closed=[index in wires.conducting for index in switches],
        )  # fmt: skip
        self.switch = dict(zip(switches, map(int, made), strict=True))
        for source in wires.sources:
            for node in wires.terminals[source]:
                pp.create_ext_grid(self.net, self.bus[node])

    def dead_without(self, index: int) -> set[int]:
        """Nodes that are dead if a line or switch is open, by `unsupplied_buses`."""
        from pandapower.topology import unsupplied_buses

        table, column, at = (
            (self.net.line, "in_service", self.line[index])
            if index in self.line
            else (self.net.switch, "closed", self.switch[index])
        )
        before = table.at[at, column]
        table.at[at, column] = False
        try:
            return {self.node[int(bus)] for bus in unsupplied_buses(self.net)}
        finally:
            table.at[at, column] = before
