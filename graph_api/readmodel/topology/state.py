"""The state of the grid that answers are read from: what conducts, what is live and what each thing hangs on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from graph_api.errors import InvalidInput
from graph_api.lazy import cached_property
from graph_api.readmodel.numbers import Vertex
from graph_api.readmodel.topology.components import walk
from graph_api.readmodel.topology.dominators import Dominators, dominators
from graph_api.readmodel.topology.feeders import Feeding, feeding
from graph_api.readmodel.topology.flood import Delta, flood, zone
from graph_api.readmodel.topology.gates import Join
from graph_api.readmodel.topology.jit import Flags, Ints
from graph_api.readmodel.topology.network import NO_VERTICES, Network, without
from graph_api.readmodel.topology.scratch import ScratchPool
from graph_api.readmodel.topology.world import World, conducting, settled
from schema.words import say


@dataclass(frozen=True)
class TopologyState:
    """Everything a `Topology` knows. Immutable; arrays are read only by agreement."""

    network: Network
    positions: npt.NDArray[np.uint8]
    """Service state and position per index, as of `Snapshot.states`."""
    unknown: Ints
    """Vertices of the switches in service whose position is not known, ascending."""
    worse: World
    """Unknown positions taken as open: what answers count with."""
    better: World
    """Unknown positions taken as closed; `worse` itself where there are none."""
    scratch_pool: ScratchPool = field(repr=False)

    @classmethod
    def of(cls, network: Network, positions: npt.NDArray[np.uint8], scratch_pool: ScratchPool) -> TopologyState:
        """The state of a network with these positions, linear in its size."""
        conducts = conducting(network, positions, unknown_closed=False)
        closed = conducting(network, positions, unknown_closed=True)
        unknown = np.flatnonzero(closed != conducts).astype(np.int32)
        worse = settled(network, conducts)
        return cls(
            network=network,
            positions=positions,
            unknown=unknown,
            worse=worse,
            better=settled(network, closed) if unknown.size else worse,
            scratch_pool=scratch_pool,
        )

    def with_indexes(self, network: Network, positions: npt.NDArray[np.uint8]) -> TopologyState:
        """The same supply for a later numbering of indexes; what was derived from it stays derived."""
        later = copy(self)
        vars(later).update(network=network, positions=positions)
        return later

    @cached_property
    def dominators(self) -> Dominators:
        """What each live vertex of the worse world hangs on."""
        network, worse = self.network, self.worse
        return Dominators(*dominators(network.starts, network.arcs, worse.conducts, worse.roots))

    @cached_property
    def feeding(self) -> Feeding:
        """Which feeders feed what."""
        return feeding(self.network, self.worse)

    @cached_property
    def blocks(self) -> tuple[Ints, Ints]:
        """Where each block starts among the live vertices sorted by block, and these."""
        block = self.dominators.block
        live = np.flatnonzero(block >= 0).astype(np.int32)
        starts = np.zeros(self.network.size + 1, np.int64)
        np.cumsum(np.bincount(block[live], minlength=self.network.size), out=starts[1:])
        return starts.astype(np.int32), live[np.argsort(block[live], kind="stable")]

    @cached_property
    def in_doubt(self) -> Ints:
        """Vertices that are live now only in the better world."""
        return np.flatnonzero((self.better.live.place >= 0) & (self.worse.live.place < 0)).astype(np.int32)

    def live_vertex(self, index: int) -> Vertex | None:
        """Vertex of an index that is live in the worse world, else None."""
        vertex = Vertex(int(self.network.vertex_of[index]))
        return vertex if vertex >= 0 and self.worse.live.place[vertex] >= 0 else None

    def live_vertices(self, indexes: Iterable[int]) -> list[Vertex]:
        """Vertices of those indexes that are live in the worse world, in their order."""
        return [vertex for vertex in map(self.live_vertex, indexes) if vertex is not None]

    def removable(self, indexes: Collection[int]) -> Ints:
        """Vertices of these indexes, each once, ascending; InvalidInput for what is no part of the grid."""
        if not len(indexes):
            return NO_VERTICES
        wanted = np.fromiter(indexes, np.int64, len(indexes))
        if np.any(wanted < 0) or np.any(wanted >= self.network.vertex_of.size):
            raise InvalidInput(say("There is no such index in this snapshot."))
        vertices = self.network.vertex_of[wanted]
        if np.any(vertices < 0):
            at = int(wanted[np.argmin(vertices)])
            raise InvalidInput(say("Only conducting equipment and connectivity nodes can fail; name those."), index=at)
        return vertices if vertices.size == 1 else np.unique(vertices)

    def must_be_switch(self, index: int) -> None:
        """Raises InvalidInput for what is no switch."""
        if not (0 <= index < self.positions.size and self.positions[index] >> 1):
            raise InvalidInput(
                say(
                    "A position can be assumed for switches only; leave other equipment out. For a feeder, name the "
                    "breaker at its head."
                ),
                index=index,
            )

    def out_of_service(self, vertices: Ints) -> Ints:
        """Those of which any member is equipment out of service, ascending."""
        members = self.network.indexes(vertices)
        idle = self.network.are_equipment(members) & ((self.positions[members] & 1) == 0)
        return np.unique(self.network.vertex_of[members[idle]]) if idle.any() else NO_VERTICES

    def zone(
        self, world: World, seeds: Ints, idle: Ints, added: Ints, cut: Ints, stuck: Ints, ends: Flags | None = None
    ) -> tuple[Ints, Ints]:
        """The zone around some seeds and the devices at its border (see `flood.zone`); `ends` = what bounds it.

        A fault of the grid enters a customer and does not leave it by another supply; one inside leaves it by all.
        """
        gates = self.network.gates
        if not gates.at.size:
            return self._zone(world, seeds, idle, added, cut, stuck, ends)
        if not (gates.group_of[seeds] >= 0).any():
            found, border = self._zone(world, seeds, idle, added, cut, stuck, ends)
            if not gates.is_supply[found].any():
                return found, border
        own = np.unique(gates.group_of[seeds])
        left = gates.at[np.isin(gates.group, own)]
        added, barred = np.union1d(added, left).astype(np.int32), without(np.unique(cut), left)
        entered = np.isin(gates.group, own)
        while True:
            found, border = self._zone(world, seeds, idle, added, barred, stuck, ends)
            shut = (world.conducts[gates.at] == 0) & ~np.isin(gates.at, added) | np.isin(gates.at, barred)
            fresh = shut & ~entered & np.isin(gates.supply, found)
            if not fresh.any():
                return found, border
            entered |= fresh
            others = np.isin(gates.group, gates.group[fresh]) & ~entered
            added = np.union1d(added, gates.at[fresh]).astype(np.int32)
            barred = np.union1d(without(barred, gates.at[fresh]), gates.at[others]).astype(np.int32)

    def _zone(
        self, world: World, seeds: Ints, idle: Ints, added: Ints, cut: Ints, stuck: Ints, ends: Flags | None
    ) -> tuple[Ints, Ints]:
        starts, arcs = self.network.starts, self.network.arcs
        ends = self.network.breaks if ends is None else ends
        with self.scratch_pool.lease() as scratch:
            return zone(starts, arcs, world.conducts, ends, seeds, idle, added, cut, stuck, *scratch[:3])

    def flooded(
        self,
        world: World,
        removed: Ints,
        added: Ints,
        border: Ints = NO_VERTICES,
        joins: Sequence[Join] | None = None,
    ) -> tuple[Delta, Ints]:
        """What changes in a world, and the border devices that trip.

        An inside that several supplies are joined to lives on another of them where that on which it hung is lost.
        """
        change, tripped = self._flooded(world, removed, added, border)
        for join in world.joins if joins is None else joins:
            if join.primary < 0:
                continue
            gates = self.network.gates
            held = np.isin(gates.at, join.gates)
            mine, alive = gates.at[held], change.alive(world.live.place, gates.supply[held])
            if alive.any() and not alive[mine == join.primary].any():
                other = mine[alive][:1]
                removed = np.append(np.setdiff1d(removed, other), np.int32(join.primary)).astype(np.int32)
                added = np.append(added, without(other, added)).astype(np.int32)
                change, tripped = self._flooded(world, removed, added, border)
        return change, tripped

    def _flooded(self, world: World, removed: Ints, added: Ints, border: Ints) -> tuple[Delta, Ints]:
        network, live = self.network, world.live
        with self.scratch_pool.lease() as scratch:
            lost, gained, tripped, again = flood(
                network.starts, network.arcs, world.conducts, world.is_source, live.place, live.span, live.slots,
                removed, added, border, *scratch[:3],
            )  # fmt: skip
        if again:
            change, _ = self._flooded(world, np.append(removed, tripped), added, NO_VERTICES)
            return change, tripped
        return Delta(np.sort(lost), np.sort(gained)), tripped

    def walked(self, seeds: Ints, within: Ints) -> Ints:
        """Vertices reached from the seeds in the worse world, nearest first; of `within` only, unless it is empty."""
        network = self.network
        with self.scratch_pool.lease() as scratch:
            return walk(
                network.starts, network.arcs, self.worse.conducts, within, seeds, scratch.marks, scratch.queue
            )  # fmt: skip
