"""Kernel that finds what is energised, as a breadth-first forest whose subtrees are slices.

[G1] - CB1 - n1 - L1      one tree: CB1 hangs on G1, n1 on CB1, L1 on n1; the slice of n1 is (n1, L1)
              \\- L2/      an open switch or anything behind it belongs to no tree: place -1
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from graph_api.readmodel.topology.jit import Flags, Ints, compiled


class Forest(NamedTuple):
    """A rooted forest over vertices; arrays of shape (vertices,)."""

    parent: Ints
    """Vertex above; -1 for roots and for what is in no tree."""
    place: Ints
    """Position in `slots`; -1 for what is in no tree (dead)."""
    span: Ints
    """Number of vertices of the subtree: it is slots[place : place + span]."""
    slots: Ints
    """Vertices so ordered that every subtree is a slice; only the first `number of live vertices` count."""


@compiled
def grow(starts: Ints, arcs: Ints, conducts: Flags, sources: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """The breadth-first forest from the sources over what conducts: (parent, place, span, slots).

    0=source - 1 - 2/ - 3   ->   parent=[-1,0,-1,-1] place=[0,1,-1,-1] span=[2,1,0,0] slots=[0,1]
    """
    size = conducts.size
    parent = np.full(size, -1, np.int32)
    place = np.full(size, -1, np.int32)
    span = np.zeros(size, np.int32)
    queue = np.empty(size, np.int32)
    tail = 0
    for source in sources:
        if conducts[source] and span[source] == 0:
            span[source] = 1
            queue[tail] = source
            tail += 1
    roots = tail
    head = 0
    while head < tail:
        vertex = queue[head]
        head += 1
        for arc in range(starts[vertex], starts[vertex + 1]):
            near = arcs[arc]
            if conducts[near] and span[near] == 0:
                span[near] = 1
                parent[near] = vertex
                queue[tail] = near
                tail += 1
    for at in range(tail - 1, roots - 1, -1):
        span[parent[queue[at]]] += span[queue[at]]
    slots = np.empty(tail, np.int32)
    free = np.empty(size, np.int32)
    place_of_root = 0
    for at in range(tail):
        vertex = queue[at]
        if at < roots:
            place[vertex] = place_of_root
            place_of_root += span[vertex]
        else:
            above = parent[vertex]
            place[vertex] = free[above]
            free[above] += span[vertex]
        free[vertex] = place[vertex] + 1
        slots[place[vertex]] = vertex
    return parent, place, span, slots
