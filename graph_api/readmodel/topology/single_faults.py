"""Every single fault of a grid at once: places that protection treats alike are one case, with one answer.

    [G1] - CB1 - L1 - LS1 - L2 - CB2 - L3        L1, LS1, L2 are one case: CB1 opens, all from CB1 on goes dark
                                                 L3: CB2 opens      CB2: it cannot break its own fault, CB1 opens
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.topology.adjacency import expanded
from graph_api.readmodel.topology.components import components
from graph_api.readmodel.topology.jit import Ints
from graph_api.readmodel.topology.lineage import chains, meeting
from graph_api.readmodel.topology.network import NO_VERTICES, Network
from graph_api.readmodel.topology.outage import Outage
from graph_api.readmodel.topology.state import TopologyState
from graph_api.readmodel.topology.topology import Topology

Mask = npt.NDArray[np.bool_]
_FAR = np.iinfo(np.int32).max


class SingleFaults(NamedTuple):
    """Cases of one fault each; all numbers are snapshot indexes. What could take nothing with it is in none."""

    members: list[Ints]
    """Equipment of each case, ascending."""
    entry: Ints
    """The one device that opens, above all that the case takes: `Topology.below` it is the answer. -1 = see `apart`."""
    apart: dict[int, Outage]
    """Answers of the cases that several devices, or none, break."""


def single_faults(topology: Topology) -> SingleFaults:
    """All faults on one piece of equipment in service, grouped; each answer is that of `Topology.faulted`.

    Linear in the size of the grid, but for the cases that no single device above all of them breaks.
    """
    state = topology.state
    network, place = state.network, state.dominators.place
    plain = ((state.better.conducts > 0) & (network.breaks == 0)).astype(np.uint8)
    joined_gates, joining = _joining(state)
    plain[joined_gates] = 0
    label, count = components(network.starts, network.arcs, plain)
    zones = _sole(state, *_borders(state, label), label, count)
    # a device that breaks or stands open belongs to no zone: its own fault joins the zones on its sides
    lone = np.flatnonzero(label < 0).astype(np.int32)
    lone = lone[~np.isin(lone, state.out_of_service(lone))]
    sides, near = _arcs(state, lone)
    live = np.bincount(label[(label >= 0) & (place >= 0)], minlength=count) > 0
    beside = (label[near] >= 0) & np.append(live, False)[label[near]]
    joined = _joined(state, zones, lone, sides[beside], label[near[beside]])
    touched = (place[lone] >= 0) | np.isin(lone, sides[beside])
    groups = [*_split(label, live), *(lone[at : at + 1] for at in np.flatnonzero(touched))]
    entries = np.concatenate((zones[live], joined[touched]))
    if joining.size:
        alone = [at for at, vertices in enumerate(groups) if np.isin(vertices, joining).any()]
        entries[alone] = -1
    return _answered(topology, groups, entries)


def _joining(state: TopologyState) -> tuple[Ints, Ints]:
    """Gates that customers' closed devices join, and all that lies at or behind them: each fault there is its own."""
    gates = state.network.gates
    at = [gate for join in (*state.worse.joins, *state.better.joins) for gate in join.gates]
    mine = np.isin(gates.at, at)
    inside = np.flatnonzero(np.isin(gates.group_of, np.unique(gates.group[mine]))) if mine.any() else NO_VERTICES
    return gates.at[mine], np.concatenate((inside, gates.supply[mine])).astype(np.int32)


def switch_sections(topology: Topology) -> list[Ints]:
    """Live equipment in parts between switches, whatever these can break; indexes, ascending in each part."""
    state = topology.state
    network, place = state.network, state.dominators.place
    plain = ((state.worse.conducts > 0) & (network.is_switch == 0)).astype(np.uint8)
    label, count = components(network.starts, network.arcs, plain)
    live = np.bincount(label[(label >= 0) & (place >= 0)], minlength=count) > 0
    return [part for part in _equipment(network, [*_split(label, live)]) if part.size]


def _answered(topology: Topology, groups: Sequence[Ints], entries: Ints) -> SingleFaults:
    state = topology.state
    network = state.network
    members: list[Ints] = []
    chosen: list[int] = []
    apart: dict[int, Outage] = {}
    for equipment, entry in zip(_equipment(network, groups), entries.tolist(), strict=True):
        if not equipment.size:
            continue
        if entry < 0:
            outage = topology.faulted([int(equipment[0])])
            if not outage.lost.size:
                continue
            apart[len(members)] = outage
        chosen.append(int(network.members[network.member_starts[entry]]) if entry >= 0 else -1)
        members.append(equipment)
    return SingleFaults(members, np.array(chosen, np.int32), apart)


def _equipment(network: Network, groups: Sequence[Ints]) -> list[Ints]:
    """Indexes of the equipment at the vertices of each group, ascending in each."""
    if not groups:
        return []
    vertices = np.concatenate(groups)
    group = np.repeat(np.arange(len(groups)), [each.size for each in groups])
    found = network.indexes(vertices)
    group = np.repeat(group, network.member_starts[vertices + 1] - network.member_starts[vertices])
    mine = network.are_equipment(found)
    found, group = found[mine], group[mine]
    return np.split(found[np.lexsort((found, group))], np.searchsorted(group, np.arange(1, len(groups))))


def _split(label: Ints, live: Mask) -> Iterator[Ints]:
    """Vertices of each live zone."""
    inside = np.flatnonzero(label >= 0).astype(np.int32)
    inside = inside[live[label[inside]]]
    order = inside[np.argsort(label[inside], kind="stable")]
    starts = np.flatnonzero(np.diff(label[order], prepend=-1))
    yield from np.split(order, starts[1:]) if order.size else ()


def _borders(state: TopologyState, label: Ints) -> tuple[Ints, Ints]:
    """Pairs of zone and live breaking device beside it."""
    network = state.network
    devices = np.flatnonzero((network.breaks > 0) & (state.better.conducts > 0) & (state.dominators.place >= 0))
    one, near = _arcs(state, devices.astype(np.int32))
    known = label[near] >= 0
    pairs = np.unique(np.stack((label[near][known], one[known])), axis=1)
    return pairs[0], pairs[1]


def _sole(state: TopologyState, zone: Ints, device: Ints, label: Ints, count: int) -> Ints:
    place, span = state.dominators.place, state.dominators.span
    lowest, highest = np.full(count, _FAR, np.int64), np.full(count, -1, np.int64)
    inside = np.flatnonzero((label >= 0) & (place >= 0))
    np.minimum.at(lowest, label[inside], place[inside])
    np.maximum.at(highest, label[inside], place[inside])
    order = np.lexsort((place[device], zone))
    zone, device = zone[order], device[order]
    first = np.flatnonzero(np.diff(zone, prepend=-1))
    entry = np.full(count, -1, np.int32)
    entry[zone[first]] = device[first]
    np.maximum.at(highest, zone, place[device])
    above = (entry >= 0) & (place[entry] < lowest) & (highest < place[entry] + span[entry])
    above[above] = _opens_one_way(state, label, np.flatnonzero(above), entry[above])
    return np.where(above, entry, -1).astype(np.int32)


def _opens_one_way(state: TopologyState, label: Ints, zones: npt.NDArray[np.int64], devices: Ints) -> Mask:
    """Whether a device has just one conducting side that is not the zone: opening it cuts off nothing but the zone."""
    network = state.network
    counts = network.starts[devices + 1] - network.starts[devices]
    owner = np.repeat(np.arange(devices.size), counts)
    near = expanded(devices, network.starts, network.arcs)
    outside = (state.worse.conducts[near] > 0) & (label[near] != zones[owner])
    found: Mask = np.bincount(owner[outside], minlength=devices.size) == 1
    return found


def _joined(state: TopologyState, zones: Ints, lone: Ints, sides: Ints, labels: Ints) -> Ints:
    """Per lone device the vertex of the one device that breaks its own fault; -1 = not one.

    Certain where all live zones beside it but one hang on it alone, and one other device breaks for that one.
    `sides` and `labels` are pairs of lone device and live zone beside it.
    """
    place, span = state.dominators.place, state.dominators.span
    pairs = np.unique(np.stack((np.searchsorted(lone, sides), labels)), axis=1)
    number, entry = pairs[0], zones[pairs[1]]
    own = lone[number]
    upper = (entry != own) | (place[own] < 0)
    found = np.full(lone.size, -1, np.int32)
    once = np.bincount(number[upper], minlength=lone.size) == 1
    rows = np.flatnonzero(upper & once[number] & (entry >= 0))
    first, at = place[entry[rows]], place[own[rows]]
    rows = rows[(at < 0) | ((at >= first) & (at < first + span[entry[rows]]))]
    found[number[rows]] = entry[rows]
    return found


def _arcs(state: TopologyState, vertices: Ints) -> tuple[Ints, Ints]:
    """Pairs of these vertices and their neighbours."""
    starts = state.network.starts
    counts = starts[vertices + 1] - starts[vertices]
    return np.repeat(vertices, counts), expanded(vertices, starts, state.network.arcs)


def common_tops(topology: Topology, groups: Iterable[Sequence[int]]) -> list[int]:
    """Per group of live indexes, the nearest thing whose loss alone takes all of them: itself for one; -1 = none."""
    state = topology.state
    network = state.network
    vertices: list[int] = []
    starts = [0]
    for group in groups:
        vertices.extend(network.vertex_of[list(group)].tolist())
        starts.append(len(vertices))
    tops = meeting(
        state.dominators.parent,
        state.dominators.place,
        state.dominators.span,
        np.array(vertices, np.int32),
        np.array(starts, np.int32),
    )
    return [int(network.members[network.member_starts[top]]) if top >= 0 else -1 for top in tops.tolist()]


def all_single_points(topology: Topology, indexes: Ints, starts: Ints) -> tuple[Ints, Ints]:
    """The common single points of many groups of live indexes in one pass, nearest first: (where each starts, points).

    Group g is `indexes[starts[g]:starts[g + 1]]`, the live supplies of one customer, say; its points are equipment, as
    of `Topology.common_single_points`.
    """
    state = topology.state
    network = state.network
    vertices = network.vertex_of[indexes]
    tops = meeting(
        state.dominators.parent,
        state.dominators.place,
        state.dominators.span,
        vertices,
        starts,
    )
    # where one of a group stands above all others of it, the points stand above that one
    owner = np.repeat(np.arange(tops.size), np.diff(starts))
    own = np.unique(owner[vertices == tops[owner]])
    tops[own] = state.dominators.parent[tops[own]]
    found, bounds = chains(state.dominators.parent, tops)
    members = expanded(found, network.member_starts, network.members)
    counts = network.member_starts[found + 1] - network.member_starts[found]
    chosen = network.are_equipment(members)
    before = np.append(0, np.cumsum(chosen))[np.append(0, np.cumsum(counts))[bounds]]
    return before.astype(np.int32), members[chosen]


def depth_first(topology: Topology, indexes: Sequence[int]) -> list[int]:
    """Live indexes in the order in which what hangs on one thing stands together."""
    state = topology.state
    place = state.dominators.place[state.network.vertex_of[list(indexes)]]
    return [indexes[at] for at in np.argsort(place, kind="stable").tolist()]
