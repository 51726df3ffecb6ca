"""Kernel that finds what each thing's supply hangs on.

    [G1] - CB1 - n1 - L1 - n2 - S1      S1 hangs on n2, n2 on n1 (the ring L1/L2 has no single point), n1 on CB1
                  \\- L2 -/

The graph is undirected, so one depth-first pass with low points (block-cut tree) from a root above all sources gives
the immediate dominator of every live vertex: the nearest one whose removal alone cuts it off.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.topology.jit import Flags, Ints, compiled


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


@compiled
def chain(parent: Ints, vertex: int) -> Ints:
    """What stands above a vertex in a forest, nearest first, without itself.

    parent=[-1,0,1,1], vertex 3   ->   [1, 0]
    """
    length = 0
    above = parent[vertex]
    while above >= 0:
        length += 1
        above = parent[above]
    found = np.empty(length, np.int32)
    above = parent[vertex]
    for at in range(length):
        found[at] = above
        above = parent[above]
    return found


def totals_below(place: Ints, span: Ints, slots: Ints, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Per vertex, the weights of all below it in a forest, itself included; 0 for what is not in it.

    0 > 1, 0 > 2   weights=[1, 2, 4]   ->   [7, 2, 4]
    """
    sums = np.concatenate(([0.0], np.cumsum(weights[slots])))
    at = np.maximum(place, 0)
    totals: npt.NDArray[np.float64] = np.where(place >= 0, sums[at + span] - sums[at], 0.0)
    return totals


@compiled
def members_above(
    parent: Ints, vertex: int, member_starts: Ints, members: Ints, kinds: Flags, wanted: npt.NDArray[np.bool_]
) -> Ints:
    """Members, of wanted kinds, of what stands above a vertex in a forest, nearest first, without its own.

    parent=[-1,0,1,1], vertex 3, members {0: [7], 1: [4, 9]}, all wanted   ->   [4, 9, 7]
    """
    count = 0
    above = parent[vertex]
    while above >= 0:
        count += member_starts[above + 1] - member_starts[above]
        above = parent[above]
    found = np.empty(count, np.int32)
    count = 0
    above = parent[vertex]
    while above >= 0:
        for at in range(member_starts[above], member_starts[above + 1]):
            if wanted[kinds[members[at]]]:
                found[count] = members[at]
                count += 1
        above = parent[above]
    return found[:count]
