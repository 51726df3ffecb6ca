"""Worlds (各种可能): what an event does for each way in which switches of unknown position may stand.

    [G1] - CB1 - L1 - LS1? - L2 - S2     a fault on L1: where LS1 is closed S2 falls with it, where it is open S2 was
                                         dead before: LS1 is on the way, and there are two worlds

All worlds are seen from the state in which every unknown switch is open; each costs by the region concerned.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.topology.components import touching
from graph_api.readmodel.topology.events import Assumption, assumed_in, joined_in
from graph_api.readmodel.topology.flood import Delta
from graph_api.readmodel.topology.gates import Join
from graph_api.readmodel.topology.jit import Flags, Ints, compiled
from graph_api.readmodel.topology.marking import clear, lined_up, mark
from graph_api.readmodel.topology.network import NO_VERTICES, without
from graph_api.readmodel.topology.state import TopologyState

_LOST, _GAINED, _ADDED, _CUT, _SEEN = 1, 2, 4, 8, 16


@dataclass(frozen=True, slots=True)
class Happening:
    """What happens: these have a short circuit, or are out of service; `stuck` fail to trip. Indexes."""

    removed: Sequence[int]
    faulted: bool
    stuck: Collection[int] = ()


class Scene(NamedTuple):
    """One moment of one world: how it differs from the state with all unknown open, the fault's zone, what tripped."""

    delta: Delta
    zone: Ints
    """Indexes."""
    tripped: Ints
    """Indexes."""


QUIET = Delta(NO_VERTICES, NO_VERTICES)


@compiled
def dead_around(
    starts: Ints,
    arcs: Ints,
    conducts: Flags,
    added: Ints,
    cut: Ints,
    place: Ints,
    lost: Ints,
    gained: Ints,
    seeds: Ints,
    marks: Flags,
    queue: Ints,
) -> Ints:
    """The seeds, and what is dead and joined to them over what conducts and is dead.

    Dead is what has no place, or is lost, and not gained. `added` conduct and `cut` do not, whatever `conducts` says.
    `marks` is all 0 before and after; `queue` is scratch space of shape (vertices,).

    0 - 1 - 2 - 3   place=[-1, -1, 0, 1], lost=[2], seeds=[0]   ->   [0, 1, 2]
    """
    mark(marks, lost, _LOST)
    mark(marks, gained, _GAINED)
    mark(marks, added, _ADDED)
    mark(marks, cut, _CUT)
    head, tail = 0, lined_up(marks, seeds, _SEEN, queue, 0)
    while head < tail:
        vertex = queue[head]
        head += 1
        for arc in range(starts[vertex], starts[vertex + 1]):
            near = arcs[arc]
            flags = marks[near]
            if flags & (_SEEN | _CUT) or not (conducts[near] or flags & _ADDED):
                continue
            if not flags & _LOST and (place[near] >= 0 or flags & _GAINED):
                continue
            marks[near] |= _SEEN
            queue[tail] = near
            tail += 1
    found = queue[:tail].copy()
    clear(marks, found)
    clear(marks, lost)
    clear(marks, gained)
    clear(marks, added)
    clear(marks, cut)
    return found


class Worlds:
    """What an event does to one state in each of its worlds. Safe to share between threads."""

    def __init__(self, state: TopologyState, event: Happening) -> None:
        self.state = state
        self._removed, self._stuck = state.removable(event.removed), state.removable(event.stuck)
        self._idle = state.out_of_service(self._removed)
        self._seeds = without(self._removed, self._idle)
        self.faulted = event.faulted

    def on_the_way(self, assume: Sequence[Assumption], lost: Ints = NO_VERTICES) -> tuple[Ints, Ints]:
        """Indexes of the unknown switches that can matter, ascending, and the vertices that can be dead after it.

        Whatever other unknown switches do, the event takes the same. `assume` are positions in the event; `lost` are
        indexes of what it took at first, that may be back.
        """
        state, network = self.state, self.state.network
        given = assumed_in(state, assume)
        inside, border = self._removed, NO_VERTICES
        if self.faulted:
            inside, border = state.zone(
                state.better, self._seeds, self._idle, given.added_better, given.cut_better, self._stuck
            )
        gone = np.append(inside, given.cut_worse)
        change, _ = state.flooded(state.worse, gone, given.added_worse, border, given.joins_worse)
        taken = network.vertex_of[lost]
        still = taken[~change.alive(state.worse.live.place, taken)]
        with state.scratch_pool.lease() as scratch:
            region = dead_around(
                network.starts, network.arcs, state.better.conducts, given.added_better, given.cut_better,
                state.worse.live.place, change.lost, change.gained, np.append(inside, still),
                scratch.marks, scratch.queue,
            )  # fmt: skip
            beside = touching(network.starts, network.arcs, given.unknown, region, scratch.marks)
        near = np.union1d(beside, np.intersect1d(given.unknown, region)).astype(np.int32)
        return np.sort(network.indexes(near)), region

    def before(self, closed: Collection[int]) -> Delta:
        """The state with these unknown switches closed (indexes)."""
        if not closed:
            return QUIET
        added, cut, joins = self._placed(dict.fromkeys(closed, True))
        return self.state.flooded(self.state.worse, cut, added, joins=joins)[0]

    def after(self, closed: Mapping[int, bool]) -> Scene:
        """What the event leaves with these switches closed or open (indexes), all other unknown ones open."""
        state = self.state
        added, cut, joins = self._placed(closed)
        inside, border = self._removed, NO_VERTICES
        if self.faulted:
            inside, border = state.zone(state.worse, self._seeds, self._idle, added, cut, self._stuck)
        change, tripped = state.flooded(state.worse, np.append(inside, cut), added, border, joins)
        return Scene(change, state.network.indexes(inside), state.network.indexes(tripped))

    def spread(self, scene: Scene, closed: Mapping[int, bool]) -> Scene:
        """A scene whose zone and trips are of one world, with these positions of another."""
        zone, tripped = (
            self.state.network.vertex_of[np.asarray(each, np.int64)] for each in (scene.zone, scene.tripped)
        )
        added, cut, joins = self._placed(closed)
        gone = np.unique(np.concatenate((zone, tripped, cut))).astype(np.int32)
        change, _ = self.state.flooded(self.state.worse, gone, added, joins=joins)
        return Scene(change, scene.zone, scene.tripped)

    def live(self, delta: Delta, vertices: Ints) -> npt.NDArray[np.bool_]:
        """Whether each of these vertices is live in a moment; -1 is not."""
        alive = delta.alive(self.state.worse.live.place, vertices)
        return np.asarray(alive & (vertices >= 0))

    def lost(self, before: Delta, after: Delta) -> Ints:
        """Vertices that are live before and dead after, in one world; ascending."""
        fell = np.setdiff1d(before.gained, after.gained)
        fell = fell[self.state.worse.live.place[fell] < 0]
        return np.union1d(after.lost, fell).astype(np.int32)

    def _placed(self, closed: Mapping[int, bool]) -> tuple[Ints, Ints, Sequence[Join]]:
        """Vertices that conduct besides those of the state with all unknown open, those that no longer do, and what
        customers join."""
        state, added, cut = self.state, list[int](), list[int]()
        for index, is_closed in closed.items():
            vertex = int(state.network.vertex_of[index])
            if vertex < 0 or not state.positions[index] >> 1:
                continue  # a supply that stands for its own incoming switch conducts in the grid as before
            conducts, would = bool(state.worse.conducts[vertex]), is_closed and bool(state.positions[index] & 1)
            if conducts != would:
                (added if would else cut).append(vertex)
        joins = joined_in(state, state.worse, added, cut)
        return np.array(added, np.int32), np.array(cut, np.int32), joins
