"""Kernel that finds what each thing's supply hangs on.

    [G1] - CB1 - n1 - L1 - n2 - S1      S1 hangs on n2, n2 on n1 (the ring L1/L2 has no single point), n1 on CB1
                  \\- L2 -/

The graph is undirected, so one depth-first pass with low points (block-cut tree) from a root above all sources gives
the immediate dominator of every live vertex: the nearest one whose removal alone cuts it off.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from graph_api.readmodel.numbers import Vertex
from graph_api.readmodel.topology.jit import Flags, Ints, compiled


class Dominators(NamedTuple):
    """The dominator forest of what is live; arrays of shape (vertices,) but for `slots`."""

    parent: Ints
    """Nearest vertex whose removal alone cuts a vertex off; -1 for none and for what is dead."""
    place: Ints
    """Position in `slots`; -1 for what is dead."""
    span: Ints
    """Number of vertices that lose supply with a vertex, itself included: slots[place : place + span]."""
    slots: Ints
    """Live vertices so ordered that what hangs on one vertex is a slice."""
    block: Ints
    """Two vertices with the same parent and equal block lie on a common ring; -1 for what is dead."""

    def below(self, vertex: Vertex) -> Ints:
        """Vertices that lose supply if one opens, itself included; none if it is dead."""
        at = self.place[vertex]
        return self.slots[at : at + self.span[vertex]] if at >= 0 else self.slots[:0]


@compiled
def dominators(starts: Ints, arcs: Ints, conducts: Flags, sources: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """The dominator forest from a root above all sources, as `Forest`, and blocks: (parent, place, span, slots, block).

    parent is the immediate dominator, -1 if that is the root; two vertices below the same dominator with equal
    `block` lie on a common ring (block names one of its vertices).

    0=source - 1 - 2 - 4   ring of 1, 2, 3   ->   parent=[-1,0,1,1,2] block=[0,1,2,2,4]
                \\- 3 -/
    """
    size = conducts.size
    above = np.full(size, -1, np.int32)
    found = np.zeros(size, np.int32)
    low = np.zeros(size, np.int32)
    order = np.empty(size, np.int32)
    arc_of = starts[:-1].copy()
    is_source = np.zeros(size, np.uint8)
    for source in sources:
        is_source[source] = 1
    count = 0
    for source in sources:
        if not conducts[source] or found[source]:
            continue
        order[count] = source
        count += 1
        found[source] = count
        low[source] = 0
        vertex = source
        while vertex >= 0:
            if arc_of[vertex] < starts[vertex + 1]:
                near = arcs[arc_of[vertex]]
                arc_of[vertex] += 1
                if not conducts[near]:
                    continue
                if found[near] == 0:
                    above[near] = vertex
                    order[count] = near
                    count += 1
                    found[near] = count
                    low[near] = 0 if is_source[near] else count
                    vertex = near
                elif found[near] < low[vertex]:
                    low[vertex] = found[near]
            else:
                back = above[vertex]
                if back >= 0 and low[vertex] < low[back]:
                    low[back] = low[vertex]
                vertex = back
    parent = np.full(size, -1, np.int32)
    block = np.full(size, -1, np.int32)
    span = np.zeros(size, np.int32)
    for at in range(count):
        vertex = order[at]
        back = above[vertex]
        span[vertex] = 1
        if back < 0:
            block[vertex] = vertex
        elif low[vertex] >= found[back]:
            parent[vertex] = back
            block[vertex] = vertex
        else:
            parent[vertex] = parent[back]
            block[vertex] = block[back]
    for at in range(count - 1, -1, -1):
        if parent[order[at]] >= 0:
            span[parent[order[at]]] += span[order[at]]
    place = np.full(size, -1, np.int32)
    slots = np.empty(count, np.int32)
    free = low
    place_of_root = 0
    for at in range(count):
        vertex = order[at]
        back = parent[vertex]
        if back < 0:
            place[vertex] = place_of_root
            place_of_root += span[vertex]
        else:
            place[vertex] = free[back]
            free[back] += span[vertex]
        free[vertex] = place[vertex] + 1
        slots[place[vertex]] = vertex
    return parent, place, span, slots, block
