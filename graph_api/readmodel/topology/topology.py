"""Topology: how supply runs through the grid at one revision, and what happens when parts of it fail."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph_api.errors import InvalidInput
from graph_api.readmodel.snapshot import POSITION_CODES, Snapshot
from graph_api.readmodel.topology.adjacency import expanded
from graph_api.readmodel.topology.components import touching, walk
from graph_api.readmodel.topology.dominators import chain, dominators, totals_below
from graph_api.readmodel.topology.feeders import Feeding, feeding
from graph_api.readmodel.topology.flood import flood, zone
from graph_api.readmodel.topology.jit import Flags, Ints
from graph_api.readmodel.topology.network import NO_VERTICES, Network, read, same_network, without
from graph_api.readmodel.topology.outage import Delta, Doubt, Outage
from graph_api.readmodel.topology.remaining import Remaining
from graph_api.readmodel.topology.scratch import ScratchPool
from graph_api.readmodel.topology.world import World, conducting, energised
from schema.vocabulary import SwitchPosition

Assumption = tuple[int, SwitchPosition]


class _Assumed(NamedTuple):
    """What assumptions change in each world: vertices that conduct in addition, vertices that do no longer."""

    added_worse: Ints
    cut_worse: Ints
    added_better: Ints
    cut_better: Ints
    unknown: Ints
    """Vertices of the switches of unknown position that are left."""


class Topology:
    """Supply paths at one revision, spoken of in snapshot indexes. Immutable; safe to share between threads.

    A thing is live if it is reached from an EnergySource in service over equipment in service through closed
    switches. Switches of unknown position count as open (the worse world); answers say where that matters.
    Questions about an index that is neither conducting equipment nor a ConnectivityNode are answered with "no":
    dead, nothing above, nothing below; to remove such a thing is InvalidInput.
    """

    def __init__(self, network: Network, states: npt.NDArray[np.uint8], scratch_pool: ScratchPool) -> None:
        self._network = network
        self._states = states
        self._scratch_pool = scratch_pool
        conducts = conducting(network, states, unknown_closed=False)
        closed = conducting(network, states, unknown_closed=True)
        self._unknown = np.flatnonzero(closed != conducts).astype(np.int32)
        self._worse = energised(network, conducts)
        self._better = energised(network, closed) if self._unknown.size else self._worse
        self._above, self._place, self._span, self._slots, self._block = dominators(
            network.starts, network.arcs, conducts, self._worse.roots
        )

    @classmethod
    def build(cls, graph: Snapshot) -> Topology:
        """Topology of a whole snapshot, linear in its size."""
        network = read(graph)
        return cls(network, graph.states(), ScratchPool(network.size))

    def advanced(self, graph: Snapshot, changed: Collection[int]) -> Topology:
        """Topology of a later snapshot that numbers its entities alike and differs in the changed indexes only.

        Keeps the network if nothing but switch positions and service states changed, and everything if not even these.
        """
        kinds, states = graph.kind_codes(), graph.states()
        network = same_network(self._network, graph, kinds, changed)
        if network is None:
            return Topology.build(graph)
        before = np.zeros(states.size, np.uint8)
        before[: self._states.size] = self._states
        if not np.array_equal(states, before):
            return Topology(network, states, self._scratch_pool)
        later = copy(self)
        later._network, later._states = network, states
        return later

    def assuming(self, assume: Sequence[Assumption]) -> Topology:
        """Topology as it would be with these switch positions; InvalidInput for what is no switch."""
        if not assume:
            return self
        states = self._states.copy()
        for index, position in assume:
            self._must_be_switch(index)
            states[index] = POSITION_CODES[position] << 1 | states[index] & 1
        return Topology(self._network, states, self._scratch_pool)

    def energised(self, index: int) -> bool:
        """Whether an index is live now, in the worse world."""
        vertex = self._network.vertex_of[index]
        return bool(vertex >= 0 and self._worse.live.place[vertex] >= 0)

    def opened(self, removed: Collection[int], assume: Sequence[Assumption] = ()) -> Outage:
        """What happens if these are out of service and nothing else happens.

        `assume` gives switches another position during the event; `lost` still compares with what is true now.
        """
        vertices = self._vertices(removed)
        assumed = self._assumed(assume)
        if vertices.size == 1 and not assume and self._worse.conducts[vertices[0]]:
            change = Delta(np.sort(self._below(int(vertices[0]))), NO_VERTICES)
        else:
            change, _ = self._flooded(self._worse, np.append(vertices, assumed.cut_worse), assumed.added_worse)
        better = change
        if assumed.unknown.size or self._unknown.size:
            better, _ = self._flooded(self._better, np.append(vertices, assumed.cut_better), assumed.added_better)
        return self._outage(vertices, NO_VERTICES, change, better, assumed, assume)

    def faulted(
        self, removed: Collection[int], assume: Sequence[Assumption] = (), stuck: Collection[int] = ()
    ) -> Outage:
        """What happens if these have a short circuit: selective protection opens first, then what is left loses supply.

        The zone is all that is joined to them through closed devices that cannot break fault current. Equipment out of
        service is joined to nothing; a faulted switch joins both its sides, whatever its position. Closed breaking
        devices around the zone open if they are live without it. `stuck` devices do not break: the zone goes on.
        """
        vertices, fails = self._vertices(removed), self._vertices(stuck)
        assumed = self._assumed(assume)
        network, worse, better = self._network, self._worse, self._better
        idle = self._out_of_service(vertices)
        seeds = without(vertices, idle)
        doubtful = bool(assumed.unknown.size or self._unknown.size)
        inside, border = self._zone(better, seeds, idle, assumed.added_better, assumed.cut_better, fails)
        change, tripped = self._flooded(worse, np.append(inside, assumed.cut_worse), assumed.added_worse, border)
        other = change
        if doubtful:
            least, rim = self._zone(worse, seeds, idle, assumed.added_worse, assumed.cut_worse, fails)
            joined = without(least, idle)
            with self._scratch_pool.lease() as scratch:
                near = touching(network.starts, network.arcs, assumed.unknown, joined, scratch.marks)
            removed_too = np.concatenate((least, near, assumed.cut_better))
            other, _ = self._flooded(better, removed_too, assumed.added_better, rim)
        return self._outage(inside, tripped, change, other, assumed, assume)

    def cut_out(self, removed: Collection[int], fixed: Collection[int] = ()) -> tuple[list[int], list[int]]:
        """The smallest part around these that switches can cut out, and the closed switches to open for it; ascending.

        Any switch in service counts, but for the `fixed` ones; unknown positions count as closed. Indexes of all
        members of the part, and of the switches.
        """
        network, vertices, fails = self._network, self._vertices(removed), self._vertices(fixed)
        idle = self._out_of_service(vertices)
        seeds = without(vertices, idle)
        none, ends = NO_VERTICES, network.is_switch
        inside, border = self._zone(self._better, seeds, idle, none, none, fails, ends)
        return np.sort(network.indexes(inside)).tolist(), np.sort(network.indexes(border)).tolist()

    def single_points(self, index: int) -> list[int]:
        """Equipment each of which alone cuts an index off, nearest first, without itself; [] if it is dead."""
        vertex = self._live_vertex(index)
        return [] if vertex is None else self._network.equipment_above(self._above, vertex)

    def common_single_points(self, indexes: Iterable[int]) -> list[int]:
        """Equipment each of which alone cuts all of these off that are live now, nearest to the first of them first."""
        vertices = [vertex for vertex in map(self._live_vertex, indexes) if vertex is not None]
        if not vertices:
            return []
        first, *others = (chain(self._above, vertex) for vertex in vertices)
        for other in others:
            first = first[np.isin(first, other)]
        return self._equipment(first)

    def path_up(self, index: int) -> list[int]:
        """A shortest supply path from an index to a source, as equipment in this order, itself first; [] if dead."""
        vertex = self._live_vertex(index)
        if vertex is None:
            return []
        above = chain(self._worse.live.parent, vertex)
        return self._equipment(np.append(np.int32(vertex), above).astype(np.int32))

    def trace_up(self, index: int) -> list[int]:
        """Equipment on any supply path without repetition from the sources to an index, nearest first; [] if dead.

        Exact: the blocks (rings) of the grid between the index and a root above all sources.
        """
        vertex = self._live_vertex(index)
        if vertex is None:
            return []
        spine = np.append(np.int32(vertex), chain(self._above, vertex)).astype(np.int32)
        starts, members = self._blocks
        within = [members[starts[block] : starts[block + 1]] for block in self._block[spine].tolist()]
        return self._equipment(self._walk(spine[:1], np.concatenate((spine, *within))))

    def trace_down(self, *indexes: int) -> list[int]:
        """Equipment that loses supply if these open together, nearest first, without themselves; [] if dead."""
        vertices = [vertex for vertex in map(self._live_vertex, indexes) if vertex is not None]
        seeds = np.unique(np.array(vertices, np.int32))
        one = int(seeds[0]) if seeds.size == 1 else -1
        lost = self._below(one) if one >= 0 else self._flooded(self._worse, seeds, NO_VERTICES)[0].lost
        return self._equipment(self._walk(seeds, lost)[seeds.size :]) if lost.size > seeds.size else []

    def below(self, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Per index, the weights of all that loses supply if it opens, itself included; 0 where it is dead.

        `weights` has a place per index. In a radial grid with powers as weights this is the flow through each device.
        """
        vertex_of, known = self._network.vertex_of, self._network.vertex_of >= 0
        held = np.zeros(self._network.size)
        np.add.at(held, vertex_of[known], weights[: vertex_of.size][known])
        return np.where(known, totals_below(self._place, self._span, self._slots, held)[vertex_of], 0.0)

    def island(self, index: int) -> list[int]:
        """Equipment joined to an index by what conducts, live or dead, nearest first, itself included."""
        vertex = int(self._network.vertex_of[index])
        if vertex < 0:
            return []
        if not self._worse.conducts[vertex]:
            return self._equipment(np.array([vertex], np.int32))
        return self._equipment(self._walk(np.array([vertex], np.int32), NO_VERTICES))

    def open_points(self, indexes: Collection[int]) -> list[tuple[int, tuple[int, ...]]]:
        """Switches that stand open, or may, beside or among these, and the nodes on their far sides; ascending.

        A far side is a node that none of these touches; a switch with both its sides among these has none.
        """
        network = self._network
        conducts = self._worse.conducts > 0
        own = network.vertex_of[np.fromiter(indexes, np.int64, len(indexes))]
        own = own[own >= 0]
        near = expanded(own[conducts[own]], network.starts, network.arcs)
        inside = np.unique(np.concatenate((own[conducts[own]], near[conducts[near]]))).astype(np.int32)
        standing = np.flatnonzero((self._states & 1 > 0) & (self._states > 1)).astype(np.int32)
        standing = standing[~conducts[network.vertex_of[standing]]]
        with self._scratch_pool.lease() as scratch:
            beside = touching(network.starts, network.arcs, network.vertex_of[standing], inside, scratch.marks)
        found = np.sort(network.indexes(np.union1d(beside, own[~conducts[own]]).astype(np.int32)))
        found = found[np.isin(found, standing)]
        return [(index, self._far_sides(index, inside)) for index in found.tolist()]

    def _far_sides(self, index: int, inside: Ints) -> tuple[int, ...]:
        network = self._network
        at = network.vertex_of[index]
        ends = network.arcs[network.starts[at] : network.starts[at + 1]]
        return tuple(network.members[network.member_starts[ends[~np.isin(ends, inside)]]].tolist())

    def feeders(self, index: int) -> tuple[int, ...]:
        """Feeders that feed an index now, ascending; () if it is dead or above all feeder heads."""
        vertex = self._live_vertex(index)
        return () if vertex is None else self._feeding.of(vertex)

    def feeders_among(self, indexes: Ints) -> tuple[int, ...]:
        """Feeders that feed any of these now, ascending; `indexes` of shape (n,)."""
        vertices = self._network.vertex_of[indexes]
        return self._feeding.among(vertices[vertices >= 0])

    @cached_property
    def _feeding(self) -> Feeding:
        return feeding(self._network, self._worse)

    @cached_property
    def _blocks(self) -> tuple[Ints, Ints]:
        """Vertices sorted by block, and where each block starts."""
        live = np.flatnonzero(self._block >= 0).astype(np.int32)
        starts = np.zeros(self._network.size + 1, np.int64)
        np.cumsum(np.bincount(self._block[live], minlength=self._network.size), out=starts[1:])
        return starts.astype(np.int32), live[np.argsort(self._block[live], kind="stable")]

    def _must_be_switch(self, index: int) -> None:
        if not (0 <= index < self._states.size and self._states[index] >> 1):
            raise InvalidInput("A position can be assumed for switches only; leave other equipment out.", index=index)

    def _vertices(self, indexes: Collection[int]) -> Ints:
        """Vertices of these indexes, each once, ascending."""
        if not len(indexes):
            return NO_VERTICES
        wanted = np.fromiter(indexes, np.int64, len(indexes))
        if np.any(wanted < 0) or np.any(wanted >= self._network.vertex_of.size):
            raise InvalidInput("There is no such index in this snapshot.")
        vertices = self._network.vertex_of[wanted]
        if np.any(vertices < 0):
            at = int(wanted[np.argmin(vertices)])
            raise InvalidInput("Only conducting equipment and connectivity nodes can fail; name those.", index=at)
        return vertices if vertices.size == 1 else np.unique(vertices)

    def _assumed(self, assume: Sequence[Assumption]) -> _Assumed:
        if not assume:
            return _Assumed(NO_VERTICES, NO_VERTICES, NO_VERTICES, NO_VERTICES, self._unknown)
        last = dict(assume)
        lists: tuple[list[int], ...] = ([], [], [], [])
        unknown = set(self._unknown.tolist())
        for index, position in last.items():
            self._must_be_switch(index)
            vertex = int(self._network.vertex_of[index])
            unknown.discard(vertex)
            in_service = bool(self._states[index] & 1)
            if in_service and position is SwitchPosition.UNKNOWN:
                unknown.add(vertex)
            for world, at, closed in (
                (self._worse, 0, position is SwitchPosition.CLOSED),
                (self._better, 2, position is not SwitchPosition.OPEN),
            ):
                before, after = bool(world.conducts[vertex]), in_service and closed
                if before != after:
                    lists[at if after else at + 1].append(vertex)
        added, cut, added_better, cut_better, left = (
            np.array(vertices, np.int32) for vertices in (*lists, sorted(unknown))
        )
        return _Assumed(added, cut, added_better, cut_better, left)

    def _out_of_service(self, vertices: Ints) -> Ints:
        """Those of which any member is equipment out of service, ascending."""
        network = self._network
        members = network.indexes(vertices)
        idle = network.are_equipment(members) & ((self._states[members] & 1) == 0)
        return np.unique(network.vertex_of[members[idle]]) if idle.any() else NO_VERTICES

    def _below(self, vertex: int) -> Ints:
        """Vertices that lose supply if one opens, itself included; none if it is dead."""
        at = self._place[vertex]
        return self._slots[at : at + self._span[vertex]] if at >= 0 else NO_VERTICES

    def _zone(
        self, world: World, seeds: Ints, idle: Ints, added: Ints, cut: Ints, stuck: Ints, ends: Flags | None = None
    ) -> tuple[Ints, Ints]:
        starts, arcs = self._network.starts, self._network.arcs
        ends = self._network.breaks if ends is None else ends
        with self._scratch_pool.lease() as scratch:
            return zone(starts, arcs, world.conducts, ends, seeds, idle, added, cut, stuck, *scratch[:3])

    def _flooded(self, world: World, removed: Ints, added: Ints, border: Ints = NO_VERTICES) -> tuple[Delta, Ints]:
        """What changes in a world, and the border devices that trip."""
        network, live = self._network, world.live
        with self._scratch_pool.lease() as scratch:
            lost, gained, tripped, again = flood(
                network.starts, network.arcs, world.conducts, world.is_source, live.place, live.span, live.slots,
                removed, added, border, *scratch[:3],
            )  # fmt: skip
        if again:
            change, _ = self._flooded(world, np.append(removed, tripped), added)
            return change, tripped
        return Delta(np.sort(lost), np.sort(gained)), tripped

    def _outage(
        self,
        inside: Ints,
        tripped: Ints,
        change: Delta,
        better: Delta,
        assumed: _Assumed,
        assume: Sequence[Assumption],
    ) -> Outage:
        network = self._network
        opened = np.sort(network.indexes(tripped))
        doubt = None
        if assumed.unknown.size or self._unknown.size:
            doubt = Doubt(network, self._scratch_pool, self._undecided(change, better), assumed.unknown)
        return Outage(
            lost=np.sort(network.indexes(change.lost)),
            zone=np.sort(network.indexes(inside)),
            tripped=opened,
            single_phase=tuple(index for index in opened.tolist() if network.is_fuse(index)),
            _network=network,
            _place=self._worse.live.place,
            _gained=change.gained,
            _doubt=doubt,
            _after=partial(self._after, change, np.append(inside, tripped), assume if assumed.added_worse.size else ()),
        )

    def _after(self, change: Delta, removed: Ints, added: Sequence[Assumption]) -> Remaining:
        """What is left after a change; where assumptions add to the grid, as seen from a grid that has them."""
        grid = self.assuming(added)
        lost = grid._flooded(grid._worse, removed, NO_VERTICES)[0].lost if added else change.lost
        return Remaining(grid._network, grid._worse, grid._place, grid._span, lost, self._scratch_pool)

    @cached_property
    def _in_doubt(self) -> Ints:
        """Vertices that are live now only in the better world."""
        return np.flatnonzero((self._better.live.place >= 0) & (self._worse.live.place < 0)).astype(np.int32)

    def _undecided(self, change: Delta, better: Delta) -> Ints:
        """Vertices dead after the event in the worse world and live in the better one, ascending."""
        candidates = np.unique(np.concatenate((self._in_doubt, change.lost, better.gained)))
        dead = ~change.alive(self._worse.live.place, candidates)
        return candidates[dead & better.alive(self._better.live.place, candidates)]

    def _live_vertex(self, index: int) -> int | None:
        vertex = int(self._network.vertex_of[index])
        return vertex if vertex >= 0 and self._worse.live.place[vertex] >= 0 else None

    def _walk(self, seeds: Ints, within: Ints) -> Ints:
        network = self._network
        with self._scratch_pool.lease() as scratch:
            return walk(
                network.starts, network.arcs, self._worse.conducts, within, seeds, scratch.marks, scratch.queue
            )  # fmt: skip

    def _equipment(self, vertices: Ints) -> list[int]:
        return self._network.equipment_among(vertices)
