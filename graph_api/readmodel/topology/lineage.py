"""Kernels over forests of vertices: what stands above a vertex, what meets above several, sums up and down.

0 > 1, 0 > 2, 2 > 3      above 3: 2, 0      1 and 3 meet at 0      below 2: 2, 3
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.topology.jit import Flags, Ints, compiled

Floats = npt.NDArray[np.float64]


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


def totals_below(place: Ints, span: Ints, slots: Ints, weights: Floats) -> Floats:
    """Per vertex, the weights of all below it in a forest, itself included; 0 for what is not in it.

    0 > 1, 0 > 2   weights=[1, 2, 4]   ->   [7, 2, 4]
    """
    sums = np.concatenate(([0.0], np.cumsum(weights[slots])))
    at = np.maximum(place, 0)
    totals: Floats = np.where(place >= 0, sums[at + span] - sums[at], 0.0)
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


@compiled
def meeting(parent: Ints, place: Ints, span: Ints, vertices: Ints, starts: Ints) -> Ints:
    """Per group of vertices of a forest, the nearest vertex above or among them that all hang on; -1 = none.

    0 > 1, 0 > 2, 2 > 3   groups [1, 3], [2, 3]   ->   [0, 2]
    """
    found = np.full(starts.size - 1, -1, np.int32)
    for group in range(starts.size - 1):
        begin, end = starts[group], starts[group + 1]
        if begin == end:
            continue
        lowest, highest = place[vertices[begin]], place[vertices[begin]]
        for at in range(begin, end):
            lowest = min(lowest, place[vertices[at]])
            highest = max(highest, place[vertices[at]])
        top = vertices[begin]
        while top >= 0 and not (place[top] <= lowest and highest < place[top] + span[top]):
            top = parent[top]
        found[group] = top
    return found


@compiled
def chains(parent: Ints, tops: Ints) -> tuple[Ints, Ints]:
    """Per top, itself and what stands above it in a forest, nearest first; one after the other, and where each starts.

    parent=[-1,0,1,1], tops=[2, -1, 0]   ->   ([2, 1, 0, 0], [0, 3, 3, 4])
    """
    bounds = np.zeros(tops.size + 1, np.int32)
    for at in range(tops.size):
        bounds[at + 1] = bounds[at]
        vertex = tops[at]
        while vertex >= 0:
            bounds[at + 1] += 1
            vertex = parent[vertex]
    found = np.empty(bounds[-1], np.int32)
    for at in range(tops.size):
        vertex = tops[at]
        for place in range(bounds[at], bounds[at + 1]):
            found[place] = vertex
            vertex = parent[vertex]
    return found, bounds


@compiled
def sums_above(parent: Ints, slots: Ints, weights: Floats) -> Floats:
    """Per vertex of a forest, the weights from its root down to it; 0 for what is not in it.

    parent=[-1,0,1], slots=[0,1,2], weights=[1,2,4]   ->   [1, 3, 7]
    """
    sums = np.zeros(parent.size)
    for vertex in slots:
        sums[vertex] = weights[vertex]
        if parent[vertex] >= 0:
            sums[vertex] += sums[parent[vertex]]
    return sums


@compiled
def standing_above(parent: Ints, chosen: Flags, vertices: Ints, levels: int) -> Ints:
    """Per vertex, itself and the nearest chosen ones above, of shape (vertices, levels); the last again if fewer.

    parent=[-1,0,1,2], chosen=[1,1,0,1], vertices=[3], levels=3   ->   [[3, 1, 0]]
    """
    found = np.empty((vertices.size, levels), np.int32)
    # of a vertex that was passed on the way up: the nearest chosen one above, -1 = none, -2 = not passed yet
    known = np.full(parent.size, -2, np.int32)
    for at in range(vertices.size):
        vertex = vertices[at]
        for level in range(levels):
            found[at, level] = vertex
            stop = parent[vertex]
            while stop >= 0 and not chosen[stop] and known[stop] == -2:
                stop = parent[stop]
            above = stop if stop < 0 or chosen[stop] else known[stop]
            passed = parent[vertex]
            while passed != stop:
                known[passed] = above
                passed = parent[passed]
            if above >= 0:
                vertex = above
    return found
