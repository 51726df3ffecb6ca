"""Kernel that finds what is energised, as a breadth-first forest whose subtrees are slices.

[G1] - CB1 - n1 - L1      one tree: CB1 hangs on G1, n1 on CB1, L1 on n1; the slice of n1 is (n1, L1)
              \\- L2/      an open switch or anything behind it belongs to no tree: place -1
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from graph_api.readmodel.topology.jit import Flags, Ints, compiled, compiled_loop


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


@compiled_loop
def _reached(starts: Ints, arcs: Ints, conducts: Flags, sources: Ints, parent: Ints, span: Ints, queue: Ints) -> int:
    """Line up what the sources reach, with parents and sizes of subtrees: how many vertices."""
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
        for near in arcs[starts[vertex] : starts[vertex + 1]]:
            if conducts[near] and span[near] == 0:
                span[near] = 1
                parent[near] = vertex
                queue[tail] = near
                tail += 1
    for at in range(tail - 1, roots - 1, -1):
        span[parent[queue[at]]] += span[queue[at]]
    return tail


@compiled_loop
def placed(order: Ints, parent: Ints, span: Ints, place: Ints, free: Ints, slots: Ints) -> None:
    """Give each vertex of a forest its place, so that every subtree is a slice of `slots`; `order` has parents first.

    `free` is scratch space of shape (vertices,).

    0 > 1, 0 > 2, 1 > 3   order=[0, 1, 2, 3], span=[4, 2, 1, 1]   ->   slots=[0, 1, 3, 2], place=[0, 1, 3, 2]
    """
    place_of_root = 0
    for at in range(len(slots)):
        vertex = order[at]
        above = parent[vertex]
        if above < 0:
            own = place_of_root
            place_of_root += span[vertex]
        else:
            own = free[above]
            free[above] = own + span[vertex]
        place[vertex] = own
        free[vertex] = own + 1
        slots[own] = vertex


@compiled
def grow(starts: Ints, arcs: Ints, conducts: Flags, sources: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """The breadth-first forest from the sources over what conducts: (parent, place, span, slots).

    0=source - 1 - 2/ - 3   ->   parent=[-1,0,-1,-1] place=[0,1,-1,-1] span=[2,1,0,0] slots=[0,1]
    """
    size = conducts.size
    parent, place = np.full(size, -1, np.int32), np.full(size, -1, np.int32)
    span, queue = np.zeros(size, np.int32), np.empty(size, np.int32)
    count = _reached(starts, arcs, conducts, sources, parent, span, queue)
    slots = np.empty(count, np.int32)
    placed(queue, parent, span, place, np.empty(size, np.int32), slots)
    return parent, place, span, slots
