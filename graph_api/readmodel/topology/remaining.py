"""Kernel that finds what a thing's supply hangs on after an event, when several things are lost already.

    [G1] - CB1 - n1 - L1 - n2 - S1      with L2 lost, S1 hangs on n2, L1, n1 and CB1
                  \\- L2 -/

One supply path that is left is walked from the thing up. What leaves the path is flooded, and `reach` is the furthest
place on the path where a flood has come back: a vertex of the path that no flood has passed is a single point.
Dominators of before prune the floods: removals only take paths away, so what hung on a vertex alone still does.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from graph_api.readmodel.numbers import Vertex
from graph_api.readmodel.topology.jit import Flags, Ints, compiled
from graph_api.readmodel.topology.marking import clear, mark
from graph_api.readmodel.topology.network import Network
from graph_api.readmodel.topology.scratch import ScratchPool
from graph_api.readmodel.topology.world import World

LOST = 1
SEEN = 2
BROKEN = 4
ON_PATH = 8


@compiled
def remaining_path(
    starts: Ints,
    arcs: Ints,
    place: Ints,
    parent: Ints,
    above_place: Ints,
    above_span: Ints,
    vertex: int,
    marks: Flags,
    queue: Ints,
    rim: Ints,
) -> Ints:
    """A path from a vertex to a source over what is live and not marked LOST, itself first; empty if there is none.

    Goes breadth first to the nearest vertex whose path in the forest (`place`, `parent`) is whole, then up there.
    `marks` holds nothing but LOST, before and after; `queue` and `rim` are scratch space of shape (vertices,).

    [0] - 1 - 2 - [3]   forest 0>1, 3>2; LOST: 0   ->   path of 1: [1, 2, 3]
    """
    queue[0], rim[0] = vertex, -1
    marks[vertex] |= SEEN
    head, tail, whole = 0, 1, -1
    while head < tail:
        at = queue[head]
        step = at
        while step >= 0 and not marks[step] & (LOST | BROKEN):
            step = parent[step]
        if step < 0:
            whole = head
            break
        step = at
        while not marks[step] & (LOST | BROKEN):
            marks[step] |= BROKEN
            step = parent[step]
        for arc in range(starts[at], starts[at + 1]):
            near = arcs[arc]
            if place[near] < 0 or marks[near] & (LOST | SEEN):
                continue
            if above_place[at] < above_place[near] < above_place[at] + above_span[at]:
                continue
            marks[near] |= SEEN
            queue[tail], rim[tail] = near, head
            tail += 1
        head += 1
    length = 0
    slot = whole
    while slot >= 0:
        length += 1
        slot = rim[slot]
    sideways = length
    if whole >= 0:
        step = parent[queue[whole]]
        while step >= 0:
            length += 1
            step = parent[step]
    path = np.empty(length, np.int32)
    slot = whole
    for at in range(sideways - 1, -1, -1):
        path[at] = queue[slot]
        slot = rim[slot]
    for at in range(sideways, length):
        path[at] = parent[path[at - 1]]
    for slot in range(tail):
        step = queue[slot]
        marks[step] &= LOST | BROKEN
        while step >= 0 and marks[step] & BROKEN:
            marks[step] ^= BROKEN
            step = parent[step]
    return path


@compiled
def remaining_single_points(
    starts: Ints,
    arcs: Ints,
    is_source: Flags,
    place: Ints,
    parent: Ints,
    above_place: Ints,
    above_span: Ints,
    lost: Ints,
    vertex: int,
    marks: Flags,
    queue: Ints,
    rim: Ints,
    spot: Ints,
) -> Ints:
    """Vertices each of which alone cuts a vertex off once `lost` are dead, nearest first, without itself.

    place and parent are the forest of what was live before, above_place and above_span the dominators' of then.
    `marks` is all 0 before and after; `queue`, `rim` and `spot` are scratch space of shape (vertices,).

    [0] - 1 - 2 - 4   ring of 1, 2, 3; lost=[3]   ->   points of 4: [2, 1, 0]
           \\- 3 -/
    """
    mark(marks, lost, LOST)
    path = remaining_path(starts, arcs, place, parent, above_place, above_span, vertex, marks, queue, rim)
    root = path.size
    for at in range(root):
        marks[path[at]] |= ON_PATH
        spot[path[at]] = at
    points = np.empty(root, np.int32)
    count, reach, head, tail = 0, 0, 0, 0
    for at in range(root):
        step = path[at]
        if at > 0 and reach <= at:
            points[count] = step
            count += 1
        while True:
            for arc in range(starts[step], starts[step + 1]):
                near = arcs[arc]
                if place[near] < 0 or marks[near] & (LOST | SEEN):
                    continue
                if marks[near] & ON_PATH:
                    reach = max(reach, spot[near])
                elif not above_place[step] < above_place[near] < above_place[step] + above_span[step]:
                    if is_source[near]:
                        reach = root
                    marks[near] |= SEEN
                    queue[tail] = near
                    tail += 1
            if head == tail or reach == root:
                break
            step = queue[head]
            head += 1
        if reach == root:
            break
    clear(marks, path)
    clear(marks, queue[:tail])
    clear(marks, lost)
    return points[:count].copy()


class Remaining(NamedTuple):
    """What is left of the grid after an event that takes away, and adds nothing."""

    network: Network
    world: World
    above_place: Ints
    above_span: Ints
    lost: Ints
    """Vertices live before and dead now."""
    scratch_pool: ScratchPool

    def points(self, vertex: Vertex) -> Ints:
        """Vertices each of which alone cuts off a vertex that is live now, nearest first, without itself."""
        network, live = self.network, self.world.live
        with self.scratch_pool.lease() as scratch:
            return remaining_single_points(
                network.starts, network.arcs, self.world.is_source, live.place, live.parent,
                self.above_place, self.above_span, self.lost, vertex, *scratch,
            )  # fmt: skip

    def single_points(self, vertices: list[Vertex]) -> list[int]:
        """Equipment that all these live vertices hang on, nearest to the first of them first; [] for none."""
        if not vertices:
            return []
        first, *others = map(self.points, vertices)
        for other in others:
            first = first[np.isin(first, other)]
        return self.network.equipment_among(first)
