"""What an event does to a state of the grid: things taken out of service, short circuits, parts cut out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from graph_api.readmodel.numbers import Vertex
from graph_api.readmodel.snapshot import POSITION_CODES
from graph_api.readmodel.topology.components import touching
from graph_api.readmodel.topology.flood import Delta
from graph_api.readmodel.topology.gates import Join, joins_of
from graph_api.readmodel.topology.jit import Ints
from graph_api.readmodel.topology.network import NO_VERTICES, without
from graph_api.readmodel.topology.outage import Doubt, Outage
from graph_api.readmodel.topology.remaining import Remaining
from graph_api.readmodel.topology.state import TopologyState
from graph_api.readmodel.topology.world import World
from schema.vocabulary import SwitchPosition

Assumption = tuple[int, SwitchPosition]
"""A switch, as index, and the position it is taken to have."""


class Assumed(NamedTuple):
    """What assumptions change in each world: vertices that conduct in addition, vertices that do no longer."""

    added_worse: Ints
    cut_worse: Ints
    added_better: Ints
    cut_better: Ints
    unknown: Ints
    """Vertices of the switches of unknown position that are left."""
    joins_worse: Sequence[Join]
    joins_better: Sequence[Join]
    """Supplies that customers' closed devices join then."""


def assuming(state: TopologyState, assume: Sequence[Assumption]) -> TopologyState:
    """The state as it would be with these switch positions; InvalidInput for what is no switch."""
    if not assume:
        return state
    positions = state.positions.copy()
    for index, position in _of_switches(state, assume):
        state.must_be_switch(index)
        positions[index] = POSITION_CODES[position] << 1 | positions[index] & 1
    return TopologyState.of(state.network, positions, state.scratch_pool)


def opened(state: TopologyState, removed: Collection[int], assume: Sequence[Assumption]) -> Outage:
    """See `Topology.opened`."""
    vertices = state.removable(removed)
    assumed = assumed_in(state, assume)
    if vertices.size == 1 and not assume and not state.worse.joins and state.worse.conducts[vertices[0]]:
        change = Delta(np.sort(state.dominators.below(Vertex(int(vertices[0])))), NO_VERTICES)
    else:
        removed_all = np.append(vertices, assumed.cut_worse)
        change, _ = state.flooded(state.worse, removed_all, assumed.added_worse, joins=assumed.joins_worse)
    better = change
    if assumed.unknown.size or state.unknown.size:
        removed_all = np.append(vertices, assumed.cut_better)
        better, _ = state.flooded(state.better, removed_all, assumed.added_better, joins=assumed.joins_better)
    doubt = _doubt(state, change, better, assumed)
    return _outage(state, vertices, NO_VERTICES, change, doubt, _after(state, change, vertices, assumed, assume))


def faulted(
    state: TopologyState, removed: Collection[int], assume: Sequence[Assumption], stuck: Collection[int]
) -> Outage:
    """See `Topology.faulted`."""
    vertices, fails = state.removable(removed), state.removable(stuck)
    assumed = assumed_in(state, assume)
    network, worse, better = state.network, state.worse, state.better
    idle = state.out_of_service(vertices)
    seeds = without(vertices, idle)
    doubtful = bool(assumed.unknown.size or state.unknown.size)
    inside, border = state.zone(better, seeds, idle, assumed.added_better, assumed.cut_better, fails)
    gone = np.append(inside, assumed.cut_worse)
    change, tripped = state.flooded(worse, gone, assumed.added_worse, border, assumed.joins_worse)
    other = change
    if doubtful:
        least, rim = state.zone(worse, seeds, idle, assumed.added_worse, assumed.cut_worse, fails)
        joined = without(least, idle)
        with state.scratch_pool.lease() as scratch:
            near = touching(network.starts, network.arcs, assumed.unknown, joined, scratch.marks)
        removed_too = np.concatenate((least, near, assumed.cut_better))
        other, _ = state.flooded(better, removed_too, assumed.added_better, rim, assumed.joins_better)
    doubt = _doubt(state, change, other, assumed)
    after = _after(state, change, np.append(inside, tripped), assumed, assume)
    return _outage(state, inside, tripped, change, doubt, after)


def cut_out(state: TopologyState, removed: Collection[int], fixed: Collection[int]) -> tuple[list[int], list[int]]:
    """See `Topology.cut_out`."""
    network, vertices, fails = state.network, state.removable(removed), state.removable(fixed)
    idle = state.out_of_service(vertices)
    seeds = without(vertices, idle)
    none, ends = NO_VERTICES, network.is_switch
    inside, border = state.zone(state.better, seeds, idle, none, none, fails, ends)
    return np.sort(network.indexes(inside)).tolist(), np.sort(network.indexes(border)).tolist()


def assumed_in(state: TopologyState, assume: Sequence[Assumption]) -> Assumed:
    """What positions change in the worlds with all unknown switches open, and with all closed."""
    if not assume:
        none, worse, better = NO_VERTICES, state.worse.joins, state.better.joins
        return Assumed(none, none, none, none, state.unknown, worse, better)
    lists: tuple[list[int], ...] = ([], [], [], [])
    unknown = set(state.unknown.tolist())
    for index, position in dict(_of_switches(state, assume)).items():
        state.must_be_switch(index)
        vertex = int(state.network.vertex_of[index])
        unknown.discard(vertex)
        in_service = bool(state.positions[index] & 1)
        if in_service and position is SwitchPosition.UNKNOWN:
            unknown.add(vertex)
        for world, at, closed in (
            (state.worse, 0, position is SwitchPosition.CLOSED),
            (state.better, 2, position is not SwitchPosition.OPEN),
        ):
            before, after = bool(world.conducts[vertex]), in_service and closed
            if before != after:
                lists[at if after else at + 1].append(vertex)
    joins = [joined_in(state, world, lists[at], lists[at + 1]) for world, at in ((state.worse, 0), (state.better, 2))]
    added, cut, added_better, cut_better, left = (
        np.array(vertices, np.int32) for vertices in (*lists, sorted(unknown))
    )
    return Assumed(added, cut, added_better, cut_better, left, *joins)


def _of_switches(state: TopologyState, assume: Sequence[Assumption]) -> list[Assumption]:
    """Without those of customers' supplies, which stand for switches that nobody drew: behind them is no grid."""
    return [each for each in assume if each[0] < 0 or not state.network.is_supply(each[0])]


def joined_in(state: TopologyState, world: World, added: list[int], cut: list[int]) -> Sequence[Join]:
    """Supplies that customers join once these changes are made; the gates that follow are put to the changes."""
    network, gates = state.network, state.network.gates
    groups = set(gates.group_of[[*added, *cut]].tolist()) - {-1} if gates.at.size else set()
    if not groups:
        return world.joins
    conducts = world.conducts.copy()
    conducts[added], conducts[cut] = 1, 0
    live = world.live.place >= 0
    found = joins_of(gates, network.starts, network.arcs, conducts, live)
    mine = np.isin(gates.group, list(groups))
    touched = set(gates.at[mine].tolist())
    shut = {gate for join in found for gate in join.gates if gate != join.primary}
    for gate in sorted(touched):
        if gate in shut and world.conducts[gate]:
            cut.append(gate)
        elif gate not in shut and not world.conducts[gate]:
            added.append(gate)
    kept = [join for join in world.joins if touched.isdisjoint(join.gates)]
    return [*kept, *(join for join in found if not touched.isdisjoint(join.gates))]


def _outage(
    state: TopologyState,
    inside: Ints,
    tripped: Ints,
    change: Delta,
    doubt: Doubt | None,
    after: Callable[[], Remaining],
) -> Outage:
    network = state.network
    opening = np.sort(network.indexes(tripped))
    return Outage(
        lost=np.sort(network.indexes(change.lost)),
        zone=np.sort(network.indexes(inside)),
        tripped=opening,
        single_phase=tuple(index for index in opening.tolist() if network.is_fuse(index)),
        network=network,
        place=state.worse.live.place,
        gained_vertices=change.gained,
        doubt=doubt,
        remaining=after,
    )


def _doubt(state: TopologyState, change: Delta, better: Delta, assumed: Assumed) -> Doubt | None:
    """What is dead after the event in the worse world and live in the better one; None where no switch is unknown."""
    if not (assumed.unknown.size or state.unknown.size):
        return None
    candidates = np.unique(np.concatenate((state.in_doubt, change.lost, better.gained)))
    dead = ~change.alive(state.worse.live.place, candidates)
    undecided = candidates[dead & better.alive(state.better.live.place, candidates)]
    return Doubt(state.network, state.scratch_pool, undecided, assumed.unknown)


def _after(
    state: TopologyState, change: Delta, removed: Ints, assumed: Assumed, assume: Sequence[Assumption]
) -> Callable[[], Remaining]:
    """How to get what is left after a change."""
    return partial(_remaining, state, change, removed, assume if assumed.added_worse.size else ())


def _remaining(state: TopologyState, change: Delta, removed: Ints, added: Sequence[Assumption]) -> Remaining:
    """What is left after a change; where assumptions add to the grid, as seen from a grid that has them."""
    grid = assuming(state, added)
    lost = grid.flooded(grid.worse, removed, NO_VERTICES)[0].lost if added else change.lost
    return Remaining(grid.network, grid.worse, grid.dominators.place, grid.dominators.span, lost, grid.scratch_pool)
