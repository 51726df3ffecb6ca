"""Topology: how supply runs through the grid at one revision, and what happens when parts of it fail."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.numbers import Vertex
from graph_api.readmodel.report_columns import POSITION_OF_CODE
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology.adjacency import expanded
from graph_api.readmodel.topology.components import touching, walk
from graph_api.readmodel.topology.events import Assumption, assuming, cut_out, faulted, opened
from graph_api.readmodel.topology.jit import Ints
from graph_api.readmodel.topology.lineage import chain, totals_below
from graph_api.readmodel.topology.network import NO_VERTICES, read, same_network
from graph_api.readmodel.topology.outage import Outage
from graph_api.readmodel.topology.scratch import ScratchPool
from graph_api.readmodel.topology.state import TopologyState
from graph_api.readmodel.topology.unplaced import Unplaced
from graph_api.readmodel.topology.world import World
from schema.vocabulary import SwitchPosition


class Topology:
    """Supply paths at one revision, spoken of in snapshot indexes. Immutable; safe to share between threads.

    A thing is live if it is reached from an EnergySource in service over equipment in service through closed
    switches. Switches of unknown position count as open (the worse world); answers say where that matters.
    Questions about an index that is neither conducting equipment nor a ConnectivityNode are answered with "no":
    dead, nothing above, nothing below; to remove such a thing is InvalidInput.
    """

    def __init__(self, state: TopologyState) -> None:
        self.state = state
        """What is answered from, for indexes made of it (single_faults, short_circuits)."""

    @classmethod
    def build(cls, graph: Snapshot) -> Topology:
        """Topology of a whole snapshot, linear in its size."""
        network = read(graph)
        return cls(TopologyState.of(network, graph.states(), ScratchPool(network.size)))

    def advanced(self, graph: Snapshot, changed: Collection[int]) -> Topology:
        """Topology of a later snapshot that numbers its entities alike and differs in the changed indexes only.

        Keeps the network if nothing but switch positions and service states changed, and everything if not even these.
        """
        kinds, positions = graph.kind_codes(), graph.states()
        network = same_network(self.state.network, graph, kinds, changed)
        if network is None:
            return Topology.build(graph).warmed_up()
        before = np.zeros(positions.size, np.uint8)
        before[: self.state.positions.size] = self.state.positions
        if not np.array_equal(positions, before):
            return Topology(TopologyState.of(network, positions, self.state.scratch_pool)).warmed_up()
        return Topology(self.state.with_indexes(network, positions))

    @property
    def unplaced(self) -> Unplaced:
        """Supplies of which only the feeder is known."""
        return self.state.network.unplaced

    def warmed_up(self) -> Topology:
        """Itself, once what nearly every question needs is made, so that the first one does not wait for it."""
        self.state.dominators  # noqa: B018  (made when first looked at)
        return self

    def assuming(self, assume: Sequence[Assumption]) -> Topology:
        """Topology as it would be with these switch positions; InvalidInput for what is no switch."""
        return Topology(assuming(self.state, assume)) if assume else self

    def energised(self, index: int) -> bool:
        """Whether an index is live now, in the worse world; a supply without a place: wherever it may hang."""
        vertex = self.state.network.vertex_of[index]
        return bool(vertex >= 0 and self.state.worse.live.place[vertex] >= 0) and self._everywhere(
            index, self.state.worse
        )

    def places_of(self, supply: int) -> list[int]:
        """One thing at each place where a supply without a place may hang; [] for any other."""
        places, network = self.unplaced.places_of(supply), self.state.network
        if places is None:
            return []
        found: list[int] = network.members[network.member_starts[places]].tolist()
        return found

    def partly_dead(self, supplies: Iterable[int]) -> tuple[int, ...]:
        """Feeders of those of these supplies without a place of which some places are live now, and not all."""
        live, found = self.state.worse.live.place, dict[int, None]()
        for supply in supplies:
            places = self.unplaced.places_of(supply)
            if places is not None and (live[places] >= 0).any() and not (live[places] >= 0).all():
                found[self.unplaced.feeder_of[supply]] = None
        return tuple(found)

    def may_be_energised(self, index: int) -> bool:
        """Whether an index is live now in any world."""
        vertex = self.state.network.vertex_of[index]
        return bool(vertex >= 0 and self.state.better.live.place[vertex] >= 0) and self._everywhere(
            index, self.state.better
        )

    def _everywhere(self, index: int, world: World) -> bool:
        """Whether all places are live where a supply without one may hang; of any other index nothing is asked."""
        if index not in self.unplaced.feeder_of:
            return True
        places = self.unplaced.places_of(index)
        return places is not None and bool(places.size and (world.live.place[places] >= 0).all())

    def position(self, index: int) -> SwitchPosition:
        """The position that a switch has here; InvalidInput for what is no switch."""
        self.state.must_be_switch(index)
        return POSITION_OF_CODE[int(self.state.positions[index] >> 1)]

    def opened(self, removed: Collection[int], assume: Sequence[Assumption] = ()) -> Outage:
        """What happens if these are out of service and nothing else happens.

        `assume` gives switches another position during the event; `lost` still compares with what is true now.
        """
        return opened(self.state, removed, assume)

    def may_lose(self, removed: Collection[int], indexes: Ints) -> npt.NDArray[np.bool_]:
        """Per live index, whether `opened(removed)` may take it: far cheaper than the answer, and never a miss.

        What does not hang on any of the removed in the forest of supply paths keeps the path that it has there.
        """
        live, vertex_of = self.state.worse.live, self.state.network.vertex_of
        unplaced = np.isin(indexes, list(self.unplaced.feeder_of))
        if self.state.worse.joins or unplaced.all():
            return np.ones(indexes.size, np.bool_)
        vertices = self.state.removable(removed)
        starts, ends = live.place[vertices], live.place[vertices] + live.span[vertices]
        at = live.place[vertex_of[indexes]]
        begun = np.sort(starts[starts >= 0]).searchsorted(at, "right")
        over = np.sort(ends[starts >= 0]).searchsorted(at, "right")
        found: npt.NDArray[np.bool_] = (begun > over) | unplaced
        return found

    def faulted(
        self, removed: Collection[int], assume: Sequence[Assumption] = (), stuck: Collection[int] = ()
    ) -> Outage:
        """What happens if these have a short circuit: selective protection opens first, then what is left loses supply.

        The zone is all that is joined to them through closed devices that cannot break fault current. Equipment out of
        service is joined to nothing; a faulted switch joins both its sides, whatever its position. Closed breaking
        devices around the zone open if they are live without it. `stuck` devices do not break: the zone goes on.
        """
        return faulted(self.state, removed, assume, stuck)

    def cut_out(self, removed: Collection[int], fixed: Collection[int] = ()) -> tuple[list[int], list[int]]:
        """The smallest part around these that switches can cut out, and the closed switches to open for it; ascending.

        Any switch in service counts, but for the `fixed` ones; unknown positions count as closed. Indexes of all
        members of the part, and of the switches.
        """
        return cut_out(self.state, removed, fixed)

    def single_points(self, index: int) -> list[int]:
        """Equipment each of which alone cuts an index off, nearest first, without itself; [] if it is dead."""
        vertex = self.state.live_vertex(index)
        return [] if vertex is None else self.state.network.equipment_above(self.state.dominators.parent, vertex)

    def common_single_points(self, indexes: Iterable[int]) -> list[int]:
        """Equipment each of which alone cuts all of these off that are live now, nearest to the first of them first."""
        vertices = self.state.live_vertices(indexes)
        if not vertices:
            return []
        first, *others = (chain(self.state.dominators.parent, vertex) for vertex in vertices)
        for other in others:
            first = first[np.isin(first, other)]
        return self._equipment(first)

    def path_up(self, index: int) -> list[int]:
        """A shortest supply path from an index to a source, as equipment in this order, itself first; [] if dead."""
        vertex = self.state.live_vertex(index)
        if vertex is None:
            return []
        above = chain(self.state.worse.live.parent, vertex)
        return self._equipment(np.append(np.int32(vertex), above).astype(np.int32))

    def trace_up(self, index: int) -> list[int]:
        """Equipment on any supply path without repetition from the sources to an index, nearest first; [] if dead.

        Exact: the blocks (rings) of the grid between the index and a root above all sources.
        """
        vertex = self.state.live_vertex(index)
        if vertex is None:
            return []
        spine = np.append(np.int32(vertex), chain(self.state.dominators.parent, vertex)).astype(np.int32)
        starts, members = self.state.blocks
        within = [members[starts[block] : starts[block + 1]] for block in self.state.dominators.block[spine].tolist()]
        return self._equipment(self.state.walked(spine[:1], np.concatenate((spine, *within))))

    def trace_down(self, *indexes: int) -> list[int]:
        """Equipment that loses supply if these open together, nearest first, without themselves; [] if dead."""
        vertices = self.state.live_vertices(indexes)
        seeds = np.unique(np.array(vertices, np.int32))
        lost = (
            self.state.dominators.below(Vertex(int(seeds[0])))
            if seeds.size == 1 and not self.state.worse.joins
            else self.state.flooded(self.state.worse, seeds, NO_VERTICES)[0].lost
        )
        return self._equipment(self.state.walked(seeds, lost)[seeds.size :]) if lost.size > seeds.size else []

    def below(self, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Per index, the weights of all that loses supply if it opens, itself included; 0 where it is dead.

        `weights` has a place per index. In a radial grid with powers as weights this is the flow through each device.
        """
        vertex_of, known = self.state.network.vertex_of, self.state.network.vertex_of >= 0
        dominators, held = self.state.dominators, np.zeros(self.state.network.size)
        np.add.at(held, vertex_of[known], weights[: vertex_of.size][known])
        return np.where(known, totals_below(dominators.place, dominators.span, dominators.slots, held)[vertex_of], 0.0)

    def island(self, index: int) -> list[int]:
        """Equipment joined to an index by what conducts, live or dead, nearest first, itself included."""
        vertex = int(self.state.network.vertex_of[index])
        if vertex < 0:
            return []
        if not self.state.worse.conducts[vertex]:
            return self._equipment(np.array([vertex], np.int32))
        return self._equipment(self.state.walked(np.array([vertex], np.int32), NO_VERTICES))

    def sources_beyond(self, indexes: Collection[int], *, through_customers: bool) -> list[int]:
        """EnergySources that any switches could join to any of these, in whatever position they are and in service or
        not; ascending."""
        network = self.state.network
        vertices = network.vertex_of[np.fromiter(indexes, np.int64, len(indexes))]
        passes = np.ones(network.size, np.uint8)
        passes[network.vertex_of[network.supplies]] = through_customers
        with self.state.scratch_pool.lease() as scratch:
            reached = walk(
                network.starts, network.arcs, passes, NO_VERTICES, vertices[vertices >= 0], scratch.marks, scratch.queue
            )
        return sorted(set(network.indexes(reached).tolist()).intersection(network.sources.tolist()))

    def sourceless(self) -> Ints:
        """Indexes of what no switches, in whatever position, could join to an EnergySource; ascending."""
        network = self.state.network
        with self.state.scratch_pool.lease() as scratch:
            reached = walk(
                network.starts, network.arcs, np.ones(network.size, np.uint8), NO_VERTICES,
                network.vertex_of[network.sources], scratch.marks, scratch.queue,
            )  # fmt: skip
        return np.sort(network.indexes(np.setdiff1d(np.arange(network.size, dtype=np.int32), reached)))

    def open_points(self, indexes: Collection[int]) -> list[tuple[int, tuple[int, ...]]]:
        """Switches that stand open, or may, beside or among these, and the nodes on their far sides; ascending.

        A far side is a node that none of these touches; a switch with both its sides among these has none.
        """
        network = self.state.network
        conducts = self.state.worse.conducts > 0
        own = network.vertex_of[np.fromiter(indexes, np.int64, len(indexes))]
        own = own[own >= 0]
        near = expanded(own[conducts[own]], network.starts, network.arcs)
        inside = np.unique(np.concatenate((own[conducts[own]], near[conducts[near]]))).astype(np.int32)
        standing = np.flatnonzero((self.state.positions & 1 > 0) & (self.state.positions > 1)).astype(np.int32)
        standing = standing[~conducts[network.vertex_of[standing]]]
        with self.state.scratch_pool.lease() as scratch:
            beside = touching(network.starts, network.arcs, network.vertex_of[standing], inside, scratch.marks)
        found = np.sort(network.indexes(np.union1d(beside, own[~conducts[own]]).astype(np.int32)))
        found = found[np.isin(found, standing)]
        return [(index, self._far_sides(index, inside)) for index in found.tolist()]

    def _far_sides(self, index: int, inside: Ints) -> tuple[int, ...]:
        network = self.state.network
        at = network.vertex_of[index]
        ends = network.arcs[network.starts[at] : network.starts[at + 1]]
        return tuple(network.members[network.member_starts[ends[~np.isin(ends, inside)]]].tolist())

    def feeders(self, index: int) -> tuple[int, ...]:
        """Feeders that feed an index now, ascending; () if it is dead or above all feeder heads."""
        vertex = self.state.live_vertex(index)
        if vertex is None:
            return ()
        feeder = self.unplaced.feeder_of.get(index, -1)
        return (feeder,) if feeder in self.unplaced.undrawn else self.state.feeding.of(vertex)

    def feeders_among(self, indexes: Ints) -> tuple[int, ...]:
        """Feeders that feed any of these now, ascending; `indexes` of shape (n,)."""
        vertices = self.state.network.vertex_of[indexes]
        found = self.state.feeding.among(vertices[vertices >= 0])
        undrawn = np.intersect1d(indexes, self.unplaced.undrawn).tolist() if self.unplaced.undrawn else []
        return tuple(sorted({*found, *undrawn})) if undrawn else found

    def _equipment(self, vertices: Ints) -> list[int]:
        return self.state.network.equipment_among(vertices)
