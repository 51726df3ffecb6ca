"""Kernels over connected parts: components between feeder heads, walks from a start, regions in doubt.

[G1] - B1 - CB1 - L1 - LS1/ - L2 - CB2 - B2 - [G2]     without the heads CB1 and CB2: {G1 B1} {L1} {L2} {B2 G2}
"""

from __future__ import annotations

import numpy as np

from graph_api.readmodel.topology.jit import Flags, Ints, compiled, compiled_loop
from graph_api.readmodel.topology.marking import clear, lined_up, mark


@compiled_loop
def _labelled(starts: Ints, arcs: Ints, inside: Flags, label: Ints, queue: Ints) -> int:
    """Write the number of its component to each vertex inside, whose label is -1: how many components there are."""
    count = 0
    for start in range(len(label)):
        if not inside[start] or label[start] >= 0:
            continue
        label[start] = count
        queue[0] = start
        head, tail = 0, 1
        while head < tail:
            vertex = queue[head]
            head += 1
            for near in arcs[starts[vertex] : starts[vertex + 1]]:
                if inside[near] and label[near] < 0:
                    label[near] = count
                    queue[tail] = near
                    tail += 1
        count += 1
    return count


@compiled
def components(starts: Ints, arcs: Ints, inside: Flags) -> tuple[Ints, int]:
    """Number of the component of each vertex among those inside (-1 for the others), and how many there are.

    0 - 1 - 2   inside=[1,0,1]   ->   ([0,-1,1], 2)
    """
    label = np.full(inside.size, -1, np.int32)
    count = _labelled(starts, arcs, inside, label, np.empty(inside.size, np.int32))
    return label, count


@compiled
def walk(starts: Ints, arcs: Ints, conducts: Flags, within: Ints, seeds: Ints, marks: Flags, queue: Ints) -> Ints:
    """Vertices reached from the seeds, nearest first; only those of `within`, unless it is empty (then all).

    `marks` is all 0 before and after; `queue` is scratch space of shape (vertices,).

    1 - 0 - 2 - 3   seeds=[0], within=[2, 3]   ->   [0, 2, 3]
    """
    allowed, seen = 1, 2
    mark(marks, within, allowed)
    head, tail = 0, lined_up(marks, seeds, seen, queue, 0)
    while head < tail:
        vertex = queue[head]
        head += 1
        for arc in range(starts[vertex], starts[vertex + 1]):
            near = arcs[arc]
            if not conducts[near] or marks[near] & seen or (within.size and not marks[near] & allowed):
                continue
            marks[near] |= seen
            queue[tail] = near
            tail += 1
    found = queue[:tail].copy()
    clear(marks, found)
    clear(marks, within)
    return found


@compiled
def touching(starts: Ints, arcs: Ints, candidates: Ints, region: Ints, marks: Flags) -> Ints:
    """Those candidates that have a neighbour in the region. `marks` is all 0 before and after.

    0 - 1 - 2 - 3   candidates=[1, 3], region=[0]   ->   [1]
    """
    mark(marks, region, 1)
    found = np.empty(candidates.size, np.int32)
    count = 0
    for vertex in candidates:
        for arc in range(starts[vertex], starts[vertex + 1]):
            if marks[arcs[arc]]:
                found[count] = vertex
                count += 1
                break
    clear(marks, region)
    return found[:count].copy()


@compiled
def regions(starts: Ints, arcs: Ints, vertices: Ints, marks: Flags, queue: Ints) -> tuple[Ints, Ints]:
    """The vertices in order of their connected regions, and where each region starts (with the end of the last).

    `marks` is all 0 before and after; `queue` is scratch space of shape (vertices,).

    0 - 1 - 2   3 - 4   vertices=[4, 0, 3]   ->   ([4, 3, 0], [0, 2, 3])
    """
    mark(marks, vertices, 1)
    bounds = np.empty(vertices.size + 1, np.int32)
    count, head, tail = 0, 0, 0
    for start in vertices:
        if marks[start] != 1:
            continue
        bounds[count] = tail
        count += 1
        marks[start] = 2
        queue[tail] = start
        tail += 1
        while head < tail:
            vertex = queue[head]
            head += 1
            for arc in range(starts[vertex], starts[vertex + 1]):
                near = arcs[arc]
                if marks[near] == 1:
                    marks[near] = 2
                    queue[tail] = near
                    tail += 1
    bounds[count] = tail
    found = queue[:tail].copy()
    clear(marks, found)
    return found, bounds[: count + 1].copy()
