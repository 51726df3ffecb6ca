"""Which feeders feed what: the live grid cut at the feeder heads.

[G1] - B1 - CB1 - L1 - CB3 - L2     heads: CB1 of F1, CB3 of F3     L1 is fed by F1, L2 by F3, B1 by none
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from graph_api.readmodel.numbers import Vertex
from graph_api.readmodel.topology.adjacency import neighbours
from graph_api.readmodel.topology.components import components
from graph_api.readmodel.topology.dominators import dominators
from graph_api.readmodel.topology.jit import Ints
from graph_api.readmodel.topology.network import Network
from graph_api.readmodel.topology.world import World


class Feeding(NamedTuple):
    """Feeders per component of the live grid without the feeder heads."""

    component: Ints
    """Component per vertex; -1 for heads and for what is dead."""
    feeders: dict[int, tuple[int, ...]]
    """Indexes of the feeders that feed a component, ascending; without components that hold a source themselves."""
    starting: dict[int, tuple[int, ...]]
    """Indexes of the feeders that start at a live vertex, ascending."""

    def of(self, vertex: Vertex) -> tuple[int, ...]:
        """Feeders that feed a vertex; at a head, those that start there."""
        return self.starting.get(vertex) or self.feeders.get(int(self.component[vertex]), ())

    def among(self, vertices: Ints) -> tuple[int, ...]:
        """Feeders that feed any of these vertices or start at one, ascending."""
        component = self.component[vertices]
        fed = {feeder for part in np.unique(component).tolist() for feeder in self.feeders.get(part, ())}
        outside = vertices[component < 0].tolist()
        return tuple(sorted(fed.union(*(self.starting.get(vertex, ()) for vertex in outside))))


def feeding(network: Network, world: World) -> Feeding:
    """Cut the live grid at its feeder heads and see which heads feed which part.

    A head feeds a component that it touches unless it gets its own supply only through that component.
    """
    live = world.live.place >= 0
    starting: dict[int, tuple[int, ...]] = {}
    for head, feeder in sorted(zip(network.heads.tolist(), network.feeders.tolist(), strict=True)):
        if live[head]:
            starting[head] = (*starting.get(head, ()), feeder)
    heads = np.array(list(starting), np.int32)
    inside = live.astype(np.uint8)
    inside[heads] = 0
    component, count = components(network.starts, network.arcs, inside)
    part = component.copy()
    part[heads] = np.arange(count, count + heads.size, dtype=np.int32)
    touches = [
        (part[head], part[near])
        for head in heads.tolist()
        for near in network.arcs[network.starts[head] : network.starts[head + 1]].tolist()
        if part[near] >= 0
    ]
    one, other = np.array(touches, np.int32).reshape(-1, 2).T.copy()
    starts, arcs = neighbours(count + heads.size, one, other)
    sources = np.unique(part[world.roots]).astype(np.int32)
    _, place, span, _, _ = dominators(starts, arcs, np.ones(count + heads.size, np.uint8), sources)
    found: dict[int, set[int]] = {}
    fed_inside = set(sources.tolist())
    for number, below in zip(one.tolist(), other.tolist(), strict=True):
        through = place[below] <= place[number] < place[below] + span[below]
        if below < count and below not in fed_inside and not through:
            found.setdefault(below, set()).update(starting[int(heads[number - count])])
    return Feeding(component, {below: tuple(sorted(those)) for below, those in found.items()}, starting)
