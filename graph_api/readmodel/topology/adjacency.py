"""Kernels that number vertices and lay out who neighbours whom.

    G1 - n1 - L1 - n2      arcs of n1: G1, L1; numbered outwards from G1: G1=0 n1=1 L1=2 n2=3
"""  # fmt: skip

from __future__ import annotations

import numpy as np

from graph_api.readmodel.topology.jit import Ints, compiled, compiled_beside


def _sorted(size: int, one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """`neighbours` by sorting: some ten times faster than its loop interpreted, slower than its machine code."""
    kept = one != other
    ends = np.column_stack((one[kept], other[kept]))
    of, near = ends.ravel(), ends[:, ::-1].ravel()
    starts = np.zeros(size + 1, np.int32)
    np.cumsum(np.bincount(of, minlength=size), out=starts[1:])
    return starts, near[np.argsort(of, kind="stable")].astype(np.int32)


@compiled_beside(_sorted)
def neighbours(size: int, one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Adjacency of an undirected graph of `size` vertices from its edges; loops are dropped.

    0 - 1 - 2   edges one=[0,1] other=[1,2]   ->   starts=[0,1,3,4] arcs=[1, 0,2, 1]
    """
    starts = np.zeros(size + 1, np.int32)
    for edge in range(one.size):
        if one[edge] != other[edge]:
            starts[one[edge] + 1] += 1
            starts[other[edge] + 1] += 1
    for vertex in range(size):
        starts[vertex + 1] += starts[vertex]
    arcs = np.empty(starts[size], np.int32)
    free = starts[:-1].copy()
    for edge in range(one.size):
        a, b = one[edge], other[edge]
        if a != b:
            arcs[free[a]] = b
            free[a] += 1
            arcs[free[b]] = a
            free[b] += 1
    return starts, arcs


@compiled
def numbering(starts: Ints, arcs: Ints, seeds: Ints) -> Ints:
    """New number of each vertex: breadth first from the seeds, then from whatever is left.

    3 - 0 - 2   1   seeds=[3]   ->   [1, 3, 2, 0]
    """
    size = starts.size - 1
    number = np.full(size, -1, np.int32)
    queue = np.empty(size, np.int32)
    head, tail = 0, 0
    for start in range(seeds.size + size):
        seed = seeds[start] if start < seeds.size else start - seeds.size
        if number[seed] < 0:
            number[seed] = tail
            queue[tail] = seed
            tail += 1
        if start + 1 < seeds.size:
            continue
        while head < tail:
            vertex = queue[head]
            head += 1
            for arc in range(starts[vertex], starts[vertex + 1]):
                near = arcs[arc]
                if number[near] < 0:
                    number[near] = tail
                    queue[tail] = near
                    tail += 1
    return number


def _gathered(vertices: Ints, starts: Ints, members: Ints) -> Ints:
    counts = starts[vertices + 1] - starts[vertices]
    ends = np.cumsum(counts)
    shifts = np.repeat(starts[vertices] - ends + counts, counts)
    found: Ints = members[np.arange(shifts.size) + shifts]
    return found


@compiled_beside(_gathered)
def expanded(vertices: Ints, starts: Ints, members: Ints) -> Ints:
    """Members of all these vertices, one vertex after the other.

    vertices=[2, 0] with members {0: [7], 2: [4, 9]}   ->   [4, 9, 7]
    """
    total = 0
    for vertex in vertices:
        total += starts[vertex + 1] - starts[vertex]
    found = np.empty(total, np.int32)
    place = 0
    for vertex in vertices:
        for at in range(starts[vertex], starts[vertex + 1]):
            found[place] = members[at]
            place += 1
    return found
