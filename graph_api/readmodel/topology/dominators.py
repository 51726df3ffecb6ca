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
from graph_api.readmodel.topology.forest import placed
from graph_api.readmodel.topology.jit import Flags, Ints, compiled, compiled_loop


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


@compiled_loop
def _visited(
    starts: Ints,
    arcs: Ints,
    conducts: Flags,
    sources: Ints,
    is_source: Flags,
    above: Ints,
    found: Ints,
    low: Ints,
    order: Ints,
    arc_of: Ints,
) -> int:
    """One depth-first pass: `order` of visit, number of visit `found` (from 1), vertex `above`, low point `low`."""
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
            arc = arc_of[vertex]
            if arc < starts[vertex + 1]:
                near = arcs[arc]
                arc_of[vertex] = arc + 1
                if not conducts[near]:
                    continue
                seen = found[near]
                if seen == 0:
                    above[near] = vertex
                    order[count] = near
                    count += 1
                    found[near] = count
                    low[near] = 0 if is_source[near] else count
                    vertex = near
                elif seen < low[vertex]:
                    low[vertex] = seen
            else:
                back = above[vertex]
                if back >= 0 and low[vertex] < low[back]:
                    low[back] = low[vertex]
                vertex = back
    return count


@compiled_loop
def _hung(order: Ints, count: int, above: Ints, found: Ints, low: Ints, parent: Ints, block: Ints, span: Ints) -> None:
    """What each visited vertex hangs on, the ring that it lies on there, and how many hang on it."""
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
        vertex = order[at]
        if parent[vertex] >= 0:
            span[parent[vertex]] += span[vertex]


@compiled
def dominators(starts: Ints, arcs: Ints, conducts: Flags, sources: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """The dominator forest from a root above all sources, as `Forest`, and blocks: (parent, place, span, slots, block).

    parent is the immediate dominator, -1 if that is the root; two vertices below the same dominator with equal
    `block` lie on a common ring (block names one of its vertices).

    0=source - 1 - 2 - 4   ring of 1, 2, 3   ->   parent=[-1,0,1,1,2] block=[0,1,2,2,4]
                \\- 3 -/
    """
    size = conducts.size
    above, found, low = np.full(size, -1, np.int32), np.zeros(size, np.int32), np.zeros(size, np.int32)
    order, is_source = np.empty(size, np.int32), np.zeros(size, np.uint8)
    is_source[sources] = 1
    count = _visited(starts, arcs, conducts, sources, is_source, above, found, low, order, starts[:-1].copy())
    parent, block, span = np.full(size, -1, np.int32), np.full(size, -1, np.int32), np.zeros(size, np.int32)
    _hung(order, count, above, found, low, parent, block, span)
    place, slots = np.full(size, -1, np.int32), np.empty(count, np.int32)
    placed(order, parent, span, place, low, slots)
    return parent, place, span, slots, block
