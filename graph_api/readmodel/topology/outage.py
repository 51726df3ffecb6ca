"""Outage: what an event does to the grid, as compared with now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from graph_api.lazy import cached_property
from graph_api.readmodel.numbers import Vertex
from graph_api.readmodel.topology.components import regions, touching
from graph_api.readmodel.topology.flood import Delta
from graph_api.readmodel.topology.jit import Ints
from graph_api.readmodel.topology.network import NO_VERTICES, Network
from graph_api.readmodel.topology.remaining import Remaining
from graph_api.readmodel.topology.scratch import ScratchPool


def _holds(ascending: Ints, value: int) -> bool:
    at = int(ascending.searchsorted(value))
    return at < ascending.size and bool(ascending[at] == value)


class Doubt:
    """Which vertices have another answer if all unknown switches are closed than if all are open, and what decides."""

    def __init__(self, network: Network, scratch_pool: ScratchPool, vertices: Ints, unknown: Ints) -> None:
        self.vertices = vertices
        """Vertices dead in the worse world and live in the better one, ascending."""
        self._network = network
        self._scratch_pool = scratch_pool
        self._unknown = unknown
        self._deciding: dict[int, tuple[int, ...]] = {}

    def deciding(self, vertex: Vertex) -> tuple[int, ...]:
        """Indexes of the unknown switches in or beside the undecided region of a vertex, ascending."""
        region = self._region_of.get(vertex)
        if region is None:
            return ()
        if region not in self._deciding:
            self._deciding[region] = self._in_or_beside(region)
        return self._deciding[region]

    @cached_property
    def _regions(self) -> tuple[Ints, Ints]:
        with self._scratch_pool.lease() as scratch:
            return regions(self._network.starts, self._network.arcs, self.vertices, scratch.marks, scratch.queue)

    @cached_property
    def _region_of(self) -> dict[int, int]:
        vertices, bounds = self._regions
        sizes = np.diff(bounds)
        return dict(zip(vertices.tolist(), np.repeat(np.arange(sizes.size), sizes).tolist(), strict=True))

    def _in_or_beside(self, region: int) -> tuple[int, ...]:
        vertices, bounds = self._regions
        inside = vertices[bounds[region] : bounds[region + 1]]
        with self._scratch_pool.lease() as scratch:
            beside = touching(self._network.starts, self._network.arcs, self._unknown, inside, scratch.marks)
        switches = np.union1d(np.intersect1d(inside, self._unknown), beside).astype(np.int32)
        return tuple(np.sort(self._network.indexes(switches)).tolist())


FEW = 2_000
"""Elements that an outage of a feeder or two takes."""


@dataclass(frozen=True)
class Outage:
    """What an event does. Arrays hold snapshot indexes, ascending; they include ConnectivityNodes.

    Of the two worlds that unknown positions allow, the worse one counts, before the event as well as after it:
    what only an unknown switch may be feeding now is not live now, and so cannot be lost.
    """

    lost: Ints
    """Live before and dead now; what was removed and what tripped included."""
    zone: Ints
    """What was removed; for a fault, all that is joined to it through what cannot break fault current."""
    tripped: Ints
    """Devices that open because of a fault."""
    single_phase: tuple[int, ...]
    """Fuses among them: each phase opens by itself, and the answer takes all as open."""
    network: Network = field(repr=False)
    place: Ints = field(repr=False)
    """Per vertex its place in the forest of what was live before; -1 for what was dead."""
    gained_vertices: Ints = field(repr=False)
    """Dead before and live now, as vertices."""
    doubt: Doubt | None = field(repr=False)
    """What switches of unknown position decide; None where there are none."""
    remaining: Callable[[], Remaining] = field(repr=False)
    """Derives what is left of the grid."""

    def is_lost(self, index: int) -> bool:
        """Whether an index was live before and is dead now, in the worse world."""
        few = self._few
        return _holds(self.lost, index) if few is None else index in few

    def live(self, index: int) -> bool:
        """Whether an index is live after the event, in the worse world; a supply without a place: wherever it may
        hang."""
        return self._is_live(index) and (index not in self.network.unplaced.feeder_of or self._everywhere(index))

    def _everywhere(self, index: int) -> bool:
        """Whether all places are live where a supply without one may hang."""
        places = self.network.unplaced.places_of(index)
        return places is not None and bool(places.size and self.alive(places).all())

    def alive(self, vertices: Ints) -> npt.NDArray[np.bool_]:
        """Per vertex, whether it is live after the event, in the worse world."""
        change = Delta(self._lost_vertices, self.gained_vertices)
        return np.asarray(change.alive(self.place, vertices))

    @cached_property
    def _lost_vertices(self) -> Ints:
        return np.unique(self.network.vertex_of[self.lost]).astype(np.int32)

    def _is_live(self, index: int) -> bool:
        few = self._few
        if few is not None and index in few:
            return False
        vertex = int(self.network.vertex_of[index])
        if vertex < 0:
            return False
        if self.place[vertex] >= 0:
            return few is not None or not _holds(self.lost, index)
        return _holds(self.gained_vertices, vertex)

    def single_points(self, index: int) -> list[int]:
        """Equipment each of which alone cuts an index off after the event, nearest first; [] if it is dead then."""
        return self.common_single_points((index,))

    def common_single_points(self, indexes: Iterable[int]) -> list[int]:
        """Equipment each of which alone cuts off all of these that are live after the event, nearest first."""
        vertices = [Vertex(int(self.network.vertex_of[index])) for index in indexes if self.live(index)]
        return self._left.single_points(vertices) if vertices else []

    @cached_property
    def _few(self) -> frozenset[int] | None:
        """What is lost as a set, which is asked faster than an array; None where making it takes longer."""
        return frozenset(self.lost.tolist()) if self.lost.size <= FEW else None

    @cached_property
    def _left(self) -> Remaining:
        return self.remaining()

    @cached_property
    def gained(self) -> Ints:
        """Dead before and live now, by what is assumed closed."""
        return np.sort(self.network.indexes(self.gained_vertices))

    @cached_property
    def maybe(self) -> Ints:
        """Dead after the event in the worse world and live in the better one: some unknown switch decides."""
        return np.sort(self.network.indexes(self.doubt.vertices)) if self.doubt else NO_VERTICES

    @property
    def undecided(self) -> bool:
        """Whether there are switches of unknown position, which may decide an answer."""
        return self.doubt is not None

    def depends_on(self, index: int) -> tuple[int, ...]:
        """Indexes of the switches of unknown position that touch the undecided region of an index; () if it is decided.

        Every switch whose position alone can turn the answer is among them; some may be that cannot.
        """
        doubt = self.doubt
        if doubt is None:
            return ()
        places = self.network.unplaced.places_of(index)
        if places is None:
            return doubt.deciding(Vertex(int(self.network.vertex_of[index])))
        return tuple(sorted({at for vertex in places.tolist() for at in doubt.deciding(Vertex(vertex))}))
