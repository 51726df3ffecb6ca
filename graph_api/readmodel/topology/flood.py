"""Kernels for several removals at once: the fault's zone, and what is live after it.

    [G1] - CB1 - L1 - LS1 - L2 - LS2/ - L3 - CB2 - [G2]

    zone of L1: L1, LS1, L2 (LS1 cannot break a fault), bordered by CB1; after CB1 has opened, these four are lost;
    with LS1 open and LS2 closed instead, L1 alone is lost and L2 lives on from G2.

Cost follows the region concerned, not the size of the grid: only descendants of what is removed, in a forest of
supply paths, can lose supply, and the flood re-enters them from live neighbours outside.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.topology.adjacency import expanded
from graph_api.readmodel.topology.jit import Flags, Ints, compiled, compiled_beside, compiled_loop
from graph_api.readmodel.topology.marking import clear, lined_up, mark

ADDED = 1
CUT = 2
DOUBTFUL = 4
LIVE = 8
ZONE = 16
BORDER = 32


class Delta(NamedTuple):
    """How one world differs from now: vertices that lose supply, vertices that gain it; both ascending."""

    lost: Ints
    gained: Ints

    def alive(self, place: Ints, vertices: Ints) -> npt.NDArray[np.bool_]:
        """Per vertex, whether it is live after the change; `place` is the forest's of now."""
        before = place[vertices] >= 0
        after: npt.NDArray[np.bool_] = (before & ~_among(vertices, self.lost)) | _among(vertices, self.gained)
        return after


def _among(vertices: Ints, ascending: Ints) -> npt.NDArray[np.bool_]:
    if not ascending.size:
        return np.zeros(vertices.size, np.bool_)
    at = np.minimum(np.searchsorted(ascending, vertices), ascending.size - 1)
    found: npt.NDArray[np.bool_] = ascending[at] == vertices
    return found


@compiled_loop
def _widened(
    starts: Ints, arcs: Ints, conducts: Flags, breaks: Flags, marks: Flags, queue: Ints, rim: Ints, head: int, tail: int
) -> tuple[int, int]:
    """Widen the zone lined up in queue[head:tail] as far as it goes: where it ends, and the length of its `rim`."""
    edge = 0
    while head < tail:
        vertex = queue[head]
        head += 1
        for near in arcs[starts[vertex] : starts[vertex + 1]]:
            flags = marks[near]
            if flags & (CUT | ZONE | BORDER) or not (conducts[near] or flags & ADDED):
                continue
            if breaks[near] and not flags & LIVE:
                marks[near] = flags | BORDER
                rim[edge] = near
                edge += 1
            else:
                marks[near] = flags | ZONE
                queue[tail] = near
                tail += 1
    return tail, edge


@compiled
def zone(
    starts: Ints,
    arcs: Ints,
    conducts: Flags,
    breaks: Flags,
    seeds: Ints,
    idle: Ints,
    added: Ints,
    cut: Ints,
    stuck: Ints,
    marks: Flags,
    queue: Ints,
    rim: Ints,
) -> tuple[Ints, Ints]:
    """What is joined to the seeds through conducting vertices that cannot break a fault, and the breaking ones around.

    `added` conduct and `cut` do not, whatever `conducts` says; `stuck` do not break; `idle` belong to the zone but
    join nothing (out of service). `marks` is all 0 before and after; `queue` and `rim` are scratch space, (vertices,).

    0 - 1=breaker - 2 - 3=switch - 4   seeds=[4]   ->   ([4, 3, 2], [1])
    """
    mark(marks, added, ADDED)
    mark(marks, cut, CUT)
    mark(marks, stuck, LIVE)
    idling = lined_up(marks, idle, ZONE, queue, 0)
    tail = lined_up(marks, seeds, ZONE, queue, idling)
    tail, edge = _widened(starts, arcs, conducts, breaks, marks, queue, rim, idling, tail)
    inside, border = queue[:tail].copy(), rim[:edge].copy()
    clear(marks, inside)
    clear(marks, border)
    clear(marks, added)
    clear(marks, cut)
    clear(marks, stuck)
    return inside, border


def _doubted(place: Ints, span: Ints, slots: Ints, removed: Ints, marks: Flags, below: Ints) -> int:
    count = 0
    for vertex in removed[place[removed] >= 0].tolist():
        if not marks[vertex] & DOUBTFUL:
            subtree = slots[place[vertex] : place[vertex] + span[vertex]]
            fresh = subtree[marks[subtree] & DOUBTFUL == 0]
            marks[fresh] |= DOUBTFUL
            below[count : count + fresh.size] = fresh
            count += int(fresh.size)
    return count


@compiled_beside(_doubted)
def doubted(place: Ints, span: Ints, slots: Ints, removed: Ints, marks: Flags, below: Ints) -> int:
    """Mark what hangs on the removed in a forest as DOUBTFUL, and write it into `below`; how many that are.

    forest 0>1>2, removed=[1]   ->   2, below=[1, 2, ...]
    """
    count = 0
    for vertex in removed:
        if place[vertex] < 0:
            continue
        at = place[vertex]
        end = at + span[vertex]
        while at < end:
            under = slots[at]
            if marks[under] & DOUBTFUL:
                at += span[under]
            else:
                marks[under] |= DOUBTFUL
                below[count] = under
                count += 1
                at += 1
    return count


def _entered(
    starts: Ints, arcs: Ints, place: Ints, is_source: Flags, vertices: Ints, marks: Flags, queue: Ints, tail: int
) -> int:
    left = vertices[marks[vertices] & CUT == 0]
    near = expanded(left, starts, arcs)
    certain = np.concatenate(([0], np.cumsum((place[near] >= 0) & (marks[near] & DOUBTFUL == 0))))
    ends = np.cumsum(starts[left + 1] - starts[left])
    alive = (is_source[left] != 0) | (np.diff(certain[ends], prepend=0) > 0)
    fed = left[alive]
    marks[fed] |= LIVE
    queue[tail : tail + fed.size] = fed
    return tail + int(fed.size)


@compiled_beside(_entered)
def entered(
    starts: Ints, arcs: Ints, place: Ints, is_source: Flags, vertices: Ints, marks: Flags, queue: Ints, tail: int
) -> int:
    """Mark as LIVE, and line up, those of the vertices that are sources or have a neighbour whose supply is certain.

    [0] - 1 - 2 - 3 - [4]   2 and 1 doubtful, 3 live, vertices=[1, 2]   ->   queue=[2, ...], 1
    """
    for vertex in vertices:
        if marks[vertex] & CUT:
            continue
        alive = is_source[vertex] != 0
        if not alive:
            for arc in range(starts[vertex], starts[vertex + 1]):
                near = arcs[arc]
                if place[near] >= 0 and not marks[near] & DOUBTFUL:
                    alive = True
                    break
        if alive:
            marks[vertex] |= LIVE
            queue[tail] = vertex
            tail += 1
    return tail


@compiled_loop
def _relit(starts: Ints, arcs: Ints, conducts: Flags, place: Ints, marks: Flags, queue: Ints, tail: int) -> int:
    """Mark as LIVE, and line up, what the live vertices in queue[:tail] feed: where the queue ends."""
    head = 0
    while head < tail:
        vertex = queue[head]
        head += 1
        for near in arcs[starts[vertex] : starts[vertex + 1]]:
            flags = marks[near]
            if flags & (CUT | LIVE) or not (conducts[near] or flags & ADDED):
                continue
            if place[near] >= 0 and not flags & DOUBTFUL:
                continue
            marks[near] = flags | LIVE
            queue[tail] = near
            tail += 1
    return tail


@compiled
def flood(
    starts: Ints,
    arcs: Ints,
    conducts: Flags,
    is_source: Flags,
    place: Ints,
    span: Ints,
    slots: Ints,
    removed: Ints,
    added: Ints,
    border: Ints,
    marks: Flags,
    queue: Ints,
    scratch: Ints,
) -> tuple[Ints, Ints, Ints, bool]:
    """What changes when `removed` conduct no longer and `added` do: (lost, gained, tripped, again).

    place, span and slots are the forest of what is live now; `added` are distinct. `border` are devices that open if
    they are live then: these are `tripped`, and counted as lost; `again` is True if opening one cuts off more than
    itself, so that the answer has to be computed anew with the tripped ones among the removed. `marks`, `queue`,
    `scratch` as in `zone`.

    [0] - 1 - 2 - 3 - [4]   forest 0>1>2, 4>3; removed=[1]   ->   lost=[1] (2 is fed from 4), gained=[]
    """
    mark(marks, added, ADDED)
    mark(marks, removed, CUT)
    doubtful = doubted(place, span, slots, removed, marks, scratch)
    below = scratch[:doubtful]
    tail = entered(starts, arcs, place, is_source, below, marks, queue, 0)
    closing = added[(conducts[added] == 0) & (marks[added] & LIVE == 0)]
    tail = entered(starts, arcs, place, is_source, closing, marks, queue, tail)
    tail = _relit(starts, arcs, conducts, place, marks, queue, tail)
    again = False
    opened = 0
    tripped = np.empty(border.size, np.int32)
    for vertex in border:
        flags = marks[vertex]
        if flags & CUT or not (flags & LIVE or (place[vertex] >= 0 and not flags & DOUBTFUL)):
            continue
        tripped[opened] = vertex
        opened += 1
        others = 0
        for arc in range(starts[vertex], starts[vertex + 1]):
            near = arcs[arc]
            if not marks[near] & CUT and (conducts[near] or marks[near] & ADDED):
                others += 1
        if others > 1:
            again = True
    for vertex in tripped[:opened]:
        if marks[vertex] & DOUBTFUL == 0 and place[vertex] >= 0:
            scratch[doubtful] = vertex
            doubtful += 1
            marks[vertex] |= DOUBTFUL
        marks[vertex] |= BORDER
    below, fed = scratch[:doubtful], queue[:tail]
    lost = below[(marks[below] & LIVE == 0) | (marks[below] & BORDER != 0)]
    gained = fed[(place[fed] < 0) & (marks[fed] & BORDER == 0)]
    clear(marks, below)
    clear(marks, fed)
    clear(marks, added)
    clear(marks, removed)
    return lost, gained, tripped[:opened].copy(), again
