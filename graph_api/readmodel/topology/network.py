"""The grid as arrays: vertices, who neighbours whom, and what each index of the snapshot is among them.

B1 stands on n1, CB1 joins n1 and n2     vertices: {B1 n1} {CB1} {n2}     arcs: {B1 n1}-{CB1}, {CB1}-{n2}
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.numbers import Vertex
from graph_api.readmodel.snapshot import NO_ENTITY, Snapshot
from graph_api.readmodel.topology.adjacency import expanded, neighbours, numbering
from graph_api.readmodel.topology.gates import Boundary, Gates, boundaries, gates_of, may_run_parallel
from graph_api.readmodel.topology.jit import Flags, Ints, expect
from graph_api.readmodel.topology.lineage import members_above
from graph_api.readmodel.topology.unplaced import NO_UNPLACED, Unplaced, undrawn_in, unplaced_in
from schema.registry import BUSBARS, CONDUCTING, FAULT_BREAKING, KINDS, SWITCHES, EntityKind
from schema.relationships import RelationshipKind

Mask = npt.NDArray[np.bool_]
NO_VERTICES = np.empty(0, np.int32)


def _table(kinds: Iterable[EntityKind]) -> Mask:
    """For each kind code, whether it is one of these kinds."""
    chosen = set(kinds)
    table = np.zeros(NO_ENTITY + 1, np.bool_)
    table[[code for code, kind in enumerate(KINDS) if kind in chosen]] = True
    return table


_EQUIPMENT, _BUSBAR, _BREAKS = (_table(kinds) for kinds in (CONDUCTING, BUSBARS, FAULT_BREAKING))
_NODE, _SOURCE = _table([EntityKind.CONNECTIVITY_NODE]), _table([EntityKind.ENERGY_SOURCE])
_SUPPLY, _POINT = _table([EntityKind.SUPPLY_SOURCE]), _table([EntityKind.RECEIVING_POINT])
_FUSE, _SWITCH = _table([EntityKind.FUSE]), _table(SWITCHES)
_WIRED = _table([*CONDUCTING, EntityKind.CONNECTIVITY_NODE, EntityKind.FEEDER])


class Network(NamedTuple):
    """What of the grid does not change when a switch does. Vertices are numbered breadth first from the sources."""

    kinds: npt.NDArray[np.uint8]
    """Kind code per index."""
    vertex_of: Ints
    """Vertex per index, -1 for what is none."""
    starts: Ints
    """Where the arcs of a vertex start; one longer than the number of vertices."""
    arcs: Ints
    """Neighbouring vertices."""
    member_starts: Ints
    """Where the members of a vertex start."""
    members: Ints
    """Indexes that share a vertex: a node with the busbars that stand on it, else one."""
    breaks: Flags
    """Vertices that can break fault current."""
    is_switch: Flags
    """Vertices that are switches."""
    feeders: Ints
    """Feeder indexes, one per head."""
    heads: Ints
    """Vertex of that feeder's head."""
    gates: Gates
    """Where insides meet the grid that could join several supplies."""
    unplaced: Unplaced = NO_UNPLACED
    """Supplies of which only the feeder is known."""

    @property
    def size(self) -> int:
        """Number of vertices."""
        return self.breaks.size

    @property
    def equipment(self) -> Mask:
        """Per index, whether it is conducting equipment."""
        return np.asarray(_EQUIPMENT[self.kinds])

    def are_equipment(self, indexes: Ints) -> Mask:
        """Per index of these, whether it is conducting equipment."""
        return np.asarray(_EQUIPMENT[self.kinds[indexes]])

    @property
    def sources(self) -> Ints:
        """Indexes of energy sources, and of feeders of which nothing is drawn: these are taken to have voltage."""
        return np.append(np.flatnonzero(_SOURCE[self.kinds]), self.unplaced.undrawn).astype(np.int32)

    @property
    def supplies(self) -> Ints:
        """Indexes of customers' supplies."""
        return np.flatnonzero(_SUPPLY[self.kinds]).astype(np.int32)

    def is_supply(self, index: int) -> bool:
        """Whether the index is a customer's supply: its position is no matter of the grid."""
        return bool(_SUPPLY[self.kinds[index]])

    def drawn(self) -> dict[int, set[int]]:
        """What vertices are tied to only because a supply without a place is drawn there."""
        found: dict[int, set[int]] = {}
        supplies, behind = self.unplaced.wires()
        for one, other in zip(self.vertex_of[supplies].tolist() if supplies else (), behind, strict=True):
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
        return found

    def is_fuse(self, index: int) -> bool:
        """Whether the index is a fuse."""
        return bool(_FUSE[self.kinds[index]])

    def indexes(self, vertices: Ints) -> Ints:
        """Indexes of all members of these vertices, in the order of the vertices."""
        return expanded(vertices, self.member_starts, self.members)

    def equipment_among(self, vertices: Ints) -> list[int]:
        """Indexes of the equipment among the members of these vertices, in their order."""
        found = self.indexes(vertices)
        chosen: list[int] = found[self.are_equipment(found)].tolist()
        return chosen

    def equipment_above(self, parent: Ints, vertex: Vertex) -> list[int]:
        """Indexes of the equipment above a vertex in a forest of vertices, nearest first, without its own."""
        above = members_above(parent, vertex, self.member_starts, self.members, self.kinds, _EQUIPMENT)
        found: list[int] = above.tolist()
        return found


def read(graph: Snapshot) -> Network:
    """The network of a snapshot, linear in its size."""
    kinds = graph.kind_codes()
    equipment, nodes = _EQUIPMENT[kinds], _NODE[kinds]
    ends, at = graph.pairs(RelationshipKind.CONNECTS)
    raw = np.full(kinds.size, -1, np.int32)
    own = equipment | nodes
    standing = _BUSBAR[kinds[ends]]
    own[ends[standing]] = False
    own[undrawn_in(graph)] = True
    raw[own] = np.arange(int(own.sum()), dtype=np.int32)
    raw[ends[standing]] = raw[at[standing]]
    size = int(own.sum())
    one, other = raw[ends], raw[at]
    starts, arcs = neighbours(size, one, other)
    expect(arcs.size)
    found = _boundaries(graph, kinds, ends, at, raw, (starts, arcs))
    gated = [each for each in found if not each.parallel]
    unplaced = unplaced_in(graph, kinds, raw, starts, arcs)
    if gated:
        at_gate = np.arange(size, size + len(gated), dtype=np.int32)
        size += len(gated)
        one, other = _with_gates(ends, at, raw, gated, at_gate)
    if unplaced.behind:
        supplies, behind = unplaced.wires()
        one, other = np.append(one, raw[supplies]), np.append(other, np.array(behind, np.int32))
    if gated or unplaced.behind:
        starts, arcs = neighbours(size, one, other)
    number = numbering(starts, arcs, raw[_SOURCE[kinds]])
    starts, arcs = neighbours(size, number[one], number[other])
    gates_at = number[at_gate] if gated else NO_VERTICES
    vertex_of = np.where(raw >= 0, number[raw], -1).astype(np.int32) if size else raw
    indexes = np.flatnonzero(vertex_of >= 0).astype(np.int32)
    order = np.argsort(vertex_of[indexes], kind="stable")
    member_starts = np.zeros(size + 1, np.int32)
    np.cumsum(np.bincount(vertex_of[indexes], minlength=size), out=member_starts[1:])
    breaks = np.zeros(size, np.uint8)
    breaks[vertex_of[_BREAKS[kinds]]] = 1
    is_switch = np.zeros(size, np.uint8)
    is_switch[vertex_of[_SWITCH[kinds]]] = 1
    feeders, heads = graph.pairs(RelationshipKind.STARTS_AT)
    known = vertex_of[heads] >= 0
    return Network(
        kinds=kinds,
        vertex_of=vertex_of,
        starts=starts,
        arcs=arcs,
        member_starts=member_starts,
        members=indexes[order],
        breaks=breaks,
        is_switch=is_switch,
        feeders=feeders[known],
        heads=vertex_of[heads[known]],
        gates=gates_of(found, vertex_of, gates_at, starts, arcs),
        unplaced=unplaced.numbered(number, member_starts, indexes[order]),
    )


def _boundaries(
    graph: Snapshot, kinds: npt.NDArray[np.uint8], ends: Ints, at: Ints, raw: Ints, wiring: tuple[Ints, Ints]
) -> list[Boundary]:
    """Boundaries among these terminals that devices inside could join."""
    supplies = _SUPPLY[kinds[ends]]
    several = np.bincount(ends[supplies], minlength=kinds.size) > 1
    supplies &= several[ends]
    return boundaries(graph, ends[supplies], at[supplies], raw, wiring, raw[np.flatnonzero(_SOURCE[kinds])])


def _with_gates(ends: Ints, at: Ints, raw: Ints, gated: Sequence[Boundary], gates: Ints) -> tuple[Ints, Ints]:
    """The edges with a gate between each of these supplies and its node inside."""
    held = {(each.supply, each.inner): gate for each, gate in zip(gated, gates.tolist(), strict=True)}
    supplies = np.isin(ends, [each.supply for each in gated])
    through = [held.get((ends[spot], at[spot]), -1) for spot in np.flatnonzero(supplies).tolist()]
    one, other = raw[ends], raw[at]
    spots = np.flatnonzero(supplies)[np.array(through) >= 0]
    chosen = np.array([gate for gate in through if gate >= 0], np.int32)
    beyond = other[spots]
    other = other.copy()
    other[spots] = chosen
    return np.append(one, chosen), np.append(other, beyond)


def same_network(
    network: Network, graph: Snapshot, kinds: npt.NDArray[np.uint8], changed: Collection[int]
) -> Network | None:
    """The network of a later snapshot if it is wired as this one, else None.

    `kinds` are the later snapshot's; it numbers what it shares with the earlier one alike and may have more. A change
    of what shares its vertex (a busbar and its node) counts as rewired.
    """
    before = np.full(kinds.size, NO_ENTITY, np.uint8)
    if before.size < network.kinds.size:
        return None
    before[: network.kinds.size] = network.kinds
    other = kinds != before
    if np.any(other & (_WIRED[kinds] | _WIRED[before])):
        return None
    vertex_of = np.full(kinds.size, -1, np.int32)
    vertex_of[: network.vertex_of.size] = network.vertex_of
    later = network._replace(kinds=kinds, vertex_of=vertex_of)
    drawn = later.drawn()
    return later if all(_wired_alike(later, graph, index, drawn) for index in changed) else None


def _wired_alike(network: Network, graph: Snapshot, index: int, drawn: Mapping[int, set[int]]) -> bool:
    kind = network.kinds[index]
    if kind != NO_ENTITY and not network.unplaced.is_alike(graph, index, KINDS[kind]):
        return False
    if _POINT[kind] or _SUPPLY[kind]:
        supplies = [index] if _SUPPLY[kind] else graph.targets(index, RelationshipKind.FED_BY)
        if any(may_run_parallel(graph, each) != (each in network.gates.parallel) for each in supplies):
            return False
    if not _WIRED[kind]:
        return True
    if not _EQUIPMENT[kind] and not _NODE[kind]:
        heads = network.vertex_of[list(graph.targets(index, RelationshipKind.STARTS_AT))]
        return set(heads.tolist()) - {-1} == set(network.heads[network.feeders == index].tolist())
    vertex = network.vertex_of[index]
    if network.member_starts[vertex + 1] - network.member_starts[vertex] > 1:
        return False
    ends = (graph.targets if _EQUIPMENT[kind] else graph.sources)(index, RelationshipKind.CONNECTS)
    near = set(network.vertex_of[list(ends)].tolist()) - {int(vertex)} | drawn.get(int(vertex), set())
    gates = network.gates
    for spot in np.flatnonzero((gates.supply == vertex) | (gates.inner == vertex)).tolist():
        near = near - {int(gates.supply[spot]), int(gates.inner[spot])} | {int(gates.at[spot])}
    return near == set(network.arcs[network.starts[vertex] : network.starts[vertex + 1]].tolist())


def without(vertices: Ints, others: Ints) -> Ints:
    """Those that are not among the others; `vertices` ascending, and so is the result."""
    return np.setdiff1d(vertices, others).astype(np.int32) if others.size else vertices
