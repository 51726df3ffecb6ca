"""What devices would see of a short circuit: which trip, what goes dark, and whom its current passes.

    [G1] - CB1 - L1 - LS1 - L2 - FU1 - L3      a fault on L2: CB1 trips, all is dark, LS1 sees the current
                      fi              fault on L3: FU1 blows, only L3 is dark, LS1 sees that current, too

One look over many places of fault at once: places in one protection zone trip the same devices.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph_api.lazy import cached_property
from graph_api.readmodel.topology.adjacency import expanded
from graph_api.readmodel.topology.components import components, regions, walk
from graph_api.readmodel.topology.jit import Ints
from graph_api.readmodel.topology.lineage import standing_above, sums_above
from graph_api.readmodel.topology.network import NO_VERTICES
from graph_api.readmodel.topology.topology import Topology
from schema.vocabulary import SwitchPosition

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
LEVELS = 3
"""Openings that are considered per zone: as designed, and what trips above when one or two devices refuse."""


class Opening(NamedTuple):
    """What protection does about a fault where no single device stands above it."""

    devices: tuple[int, ...]
    """Indexes, ascending."""
    lost: Ints
    """Vertices that go dark."""


class ShortCircuits:
    """Short circuits on live equipment around some things, and what each of them would show.

    `candidates` are indexes of equipment, ascending: all that is fed by the feeders that feed `around`, and what lies
    between these feeders' heads and the next devices above that break a fault. `zone` gives the number of each one's
    protection zone, from 0.
    """

    def __init__(self, topology: Topology, around: Collection[int]) -> None:
        self._topology, self._state = topology, topology.state
        self._network, self._forest = self._state.network, self._state.dominators
        self._live = self._forest.place >= 0
        network = self._network
        area = self._area(around)
        plain = area[network.breaks[area] == 0]
        self._label, _ = components(network.starts, network.arcs, (self._live & (network.breaks == 0)).astype(np.uint8))
        used = np.unique(self._label[plain])
        inside = np.flatnonzero(np.isin(self._label, used)).astype(np.int32)
        owners, devices = self._borders(inside)
        own = np.concatenate((inside, self._belonging(np.unique(devices), used)))
        equipment = np.sort(network.indexes(own))
        self.candidates: Ints = equipment[network.are_equipment(equipment)]
        self._at: Ints = network.vertex_of[self.candidates]
        self._used, self.zone = np.unique(self._label[self._at], return_inverse=True)
        kept, bordering = np.isin(self._label[inside], self._used), np.isin(owners, self._used)
        self._devices, self._together = self._opened(inside[kept], owners[bordering], devices[bordering])

    @property
    def zone_count(self) -> int:
        """Protection zones among the candidates."""
        return int(self._used.size)

    def passing(self, index: int) -> Mask:
        """Per candidate, whether the current of a fault there passes a piece of equipment, or the fault is on it.

        Exact: the equipment lies on a path without repetition from a source to the fault.
        """
        vertex = int(self._network.vertex_of[index])
        if vertex < 0 or not self._live[vertex]:
            return np.zeros(self.candidates.size, np.bool_)
        places = self._forest.place[self._at]
        if self._members[self._forest.block[vertex]] == 1:
            first = self._forest.place[vertex]
            return np.asarray((places >= first) & (places < first + self._forest.span[vertex]))
        ring = np.flatnonzero(self._forest.block == self._forest.block[vertex])
        edges = np.zeros(self._forest.slots.size + 1, np.int32)
        np.add.at(edges, self._forest.place[ring], 1)
        np.add.at(edges, self._forest.place[ring] + self._forest.span[ring], -1)
        return np.asarray(np.cumsum(edges)[places] > 0)

    def passing_towards(self, index: int, node: int) -> Mask:
        """Per candidate, whether the current of a fault there may leave a piece of equipment towards one of its nodes.

        What is reached from the node without the equipment and without what all its supply passes: exact in trees and
        single rings; in a mesh some of these faults may drive the current the other way only.
        """
        network = self._network
        vertex, next_to = int(network.vertex_of[index]), int(network.vertex_of[node])
        found = np.zeros(self.candidates.size, np.bool_)
        if vertex < 0 or not self._live[vertex] or next_to < 0 or not self._live[next_to]:
            return found
        conducts = self._state.worse.conducts.copy()
        above = int(self._forest.parent[vertex])
        conducts[[vertex] if above < 0 else [vertex, above]] = 0
        if conducts[next_to]:
            with self._state.scratch_pool.lease() as scratch:
                seeds = np.array([next_to], np.int32)
                reached = walk(network.starts, network.arcs, conducts, NO_VERTICES, seeds, scratch.marks, scratch.queue)
            found = np.isin(self._at, reached)
        return found

    def passing_weight(self, indexes: Ints, weights: Floats) -> Floats:
        """Per index, the weights of all candidates whose fault current passes it; `weights` has a place per candidate.

        1.0 on each of 3 candidates below a switch: 3.0
        """
        sums = self._summed(self._forest.place[self._at], weights)
        vertices = self._network.vertex_of[indexes]
        at = self._forest.place[vertices]
        found = np.where(at >= 0, sums[at + self._forest.span[vertices]] - sums[at], 0.0)
        for number in np.flatnonzero((at >= 0) & (self._members[self._forest.block[vertices]] > 1)).tolist():
            found[number] = weights[self.passing(int(indexes[number]))].sum()
        return found

    def dark_weight(self, indexes: Ints, weights: Floats) -> Floats:
        """Per index, the weights of all zones whose fault takes its supply; `weights` has a place per zone."""
        edges = np.zeros(self._forest.slots.size + 1)
        simple = np.ones(self.zone_count, np.bool_)
        for zone, joint in self._together.items():
            simple[zone] = False
            lost = self._forest.place[joint.lost]
            np.add.at(edges, lost, weights[zone])
            np.add.at(edges, lost + 1, -weights[zone])
        entry = self._devices[simple, 0]
        np.add.at(edges, self._forest.place[entry], weights[simple])
        np.add.at(edges, self._forest.place[entry] + self._forest.span[entry], -weights[simple])
        at = self._forest.place[self._network.vertex_of[indexes]]
        return np.where(at >= 0, np.cumsum(edges)[at], 0.0)

    def metres(self, lengths: Floats) -> Floats:
        """Per candidate, the lengths of all candidates on a shortest supply path to it, its own included.

        10.0, 20.0 on two lines in a row   ->   10.0, 30.0
        """
        live = self._state.worse.live
        held = np.zeros(self._network.size)
        np.add.at(held, self._at, lengths)
        return sums_above(live.parent, live.slots, held)[self._at]

    def openings(self, zone: int) -> tuple[tuple[int, ...], ...]:
        """Devices that may open for a fault in a zone, as indexes: as designed, then with the nearest one refusing, ...

        Where several devices have to open together only the designed opening is given; () if nothing can break it.
        """
        if zone in self._together:
            return (self._together[zone].devices,) if self._together[zone].devices else ()
        above = self._devices[zone]
        return tuple(
            tuple(self._network.equipment_among(np.array([device], np.int32)))
            for device in above[np.append(True, above[1:] != above[:-1])].tolist()
        )

    @property
    def openers(self) -> list[int]:
        """Indexes of all devices that may open for any of the candidates, ascending."""
        single = np.delete(self._devices, list(self._together), axis=0)
        alone = self._network.equipment_among(np.unique(single).astype(np.int32))
        return sorted({*alone, *(device for joint in self._together.values() for device in joint.devices)})

    def opening_weight(self, indexes: Ints, weights: Floats) -> Floats:
        """Per device, the weights of all zones and levels at which it opens; `weights` is of shape (zones, LEVELS)."""
        simple = np.ones(self.zone_count, np.bool_)
        simple[list(self._together)] = False
        held = np.bincount(
            self._devices[simple].ravel(), weights=weights[simple].ravel(), minlength=self._network.size
        ).astype(np.float64)
        for zone, joint in self._together.items():
            held[self._network.vertex_of[list(joint.devices)]] += weights[zone].sum()
        return np.asarray(held[self._network.vertex_of[indexes]])

    def opening(self, index: int) -> tuple[Mask, Mask]:
        """Where a device opens, and where it should have and refused, both of shape (zones, LEVELS)."""
        vertex = int(self._network.vertex_of[index])
        opens = self._devices == vertex
        for zone, joint in self._together.items():
            opens[zone] = index in joint.devices
        lower = np.zeros_like(opens)
        lower[:, 1:] = np.maximum.accumulate(opens[:, :-1], axis=1)
        return opens, lower & ~opens

    def dark(self, things: Sequence[Collection[int]]) -> Mask:
        """Whether all of each thing's indexes go dark, of shape (zones, LEVELS, things)."""
        first = self._forest.place[self._devices]
        last = first + self._forest.span[self._devices]
        dark = np.zeros((*first.shape, len(things)), np.bool_)
        for at, thing in enumerate(things):
            vertices = self._network.vertex_of[list(thing)]
            vertices = vertices[(vertices >= 0) & self._live[vertices]]
            if vertices.size:
                places = self._forest.place[vertices]
                dark[:, :, at] = np.all((places >= first[..., None]) & (places < last[..., None]), axis=2)
                for zone, joint in self._together.items():
                    dark[zone, :, at] = bool(np.isin(vertices, joint.lost).all())
        return dark

    def connected(self, indexes: Ints) -> list[Ints]:
        """These pieces of equipment in parts that hang together over nodes, without anything else between."""
        network = self._network
        vertices = network.vertex_of[indexes]
        _, near = self._arcs_of(vertices)
        within = np.unique(np.concatenate((vertices, near[~self._is_equipment[near]]))).astype(np.int32)
        with self._state.scratch_pool.lease() as scratch:
            found, bounds = regions(network.starts, network.arcs, within, scratch.marks, scratch.queue)
        parts = (network.indexes(found[one:other]) for one, other in pairwise(bounds.tolist()))
        return [part for each in parts if (part := np.intersect1d(each, indexes)).size]

    def beside(self, indexes: Ints) -> list[int]:
        """Equipment, live or dead, that shares a node with any of these, without them; ascending."""
        # parts are small: sets are faster than arrays here
        own = set(self._network.vertex_of[indexes].tolist())
        others = np.fromiter(self._around(self._around(own)) - own, np.int32)
        found = self._network.indexes(others)
        return sorted(set(found[self._network.are_equipment(found)].tolist()).difference(indexes.tolist()))

    def _around(self, vertices: Collection[int]) -> set[int]:
        """All neighbours of these vertices."""
        starts, arcs = self._network.starts, self._network.arcs
        return {other for vertex in vertices for other in arcs[starts[vertex] : starts[vertex + 1]].tolist()}

    @cached_property
    def _is_equipment(self) -> Mask:
        """Per vertex, whether it is a candidate that is not a node: a busbar is its node."""
        counts = self._network.member_starts[self._at + 1] - self._network.member_starts[self._at]
        found = np.zeros(self._network.size, np.bool_)
        found[self._at[counts == 1]] = True
        return found

    def _summed(self, places: Ints, weights: Floats) -> Floats:
        held = np.zeros(self._forest.slots.size)
        np.add.at(held, places, weights)
        return np.append(0.0, np.cumsum(held))

    @cached_property
    def _members(self) -> Ints:
        """Live vertices per block; 1 = a bridge."""
        block = self._forest.block
        return np.bincount(block[block >= 0], minlength=block.size).astype(np.int32)

    def _area(self, around: Collection[int]) -> Ints:
        """Live vertices whose zones hold all candidates."""
        network = self._network
        named = network.vertex_of[np.fromiter(around, np.int64, len(around))]
        named = np.unique(named[named >= 0])
        named = named[self._live[named]]
        feeding = self._state.feeding
        feeders = set(feeding.among(named))
        parts = [part for part, fed_by in feeding.feeders.items() if feeders.intersection(fed_by)]
        heads = [head for head, starting in feeding.starting.items() if feeders.intersection(starting)]
        fed = np.flatnonzero(np.isin(feeding.component, parts))
        _, beside = self._arcs_of(np.union1d(named, np.array(heads, np.int32)).astype(np.int32))
        return np.unique(np.concatenate((named, fed, beside[self._live[beside]]))).astype(np.int32)

    def _arcs_of(self, vertices: Ints) -> tuple[Ints, Ints]:
        """Pairs of these vertices and their neighbours."""
        starts = self._network.starts
        counts = starts[vertices + 1] - starts[vertices]
        return np.repeat(vertices, counts), expanded(vertices, starts, self._network.arcs)

    def _borders(self, inside: Ints) -> tuple[Ints, Ints]:
        """Pairs of zone label and live breaking device beside it."""
        one, other = self._arcs_of(inside)
        chosen = (self._network.breaks[other] > 0) & self._live[other]
        pairs = np.unique(np.stack((self._label[one[chosen]], other[chosen])), axis=1)
        return pairs[0], pairs[1]

    def _belonging(self, devices: Ints, used: Ints) -> Ints:
        """Devices whose own faults are broken as those of a used zone: of the zone above them."""
        place = self._forest.place
        one, other = self._arcs_of(devices)
        known = self._label[other] >= 0
        one, other = one[known], other[known]
        nearest = np.lexsort((place[other], one))
        first = nearest[np.unique(one[nearest], return_index=True)[1]]
        self._label[one[first]] = self._label[other[first]]
        return devices[np.isin(self._label[devices], used)]

    def _opened(self, inside: Ints, owners: Ints, devices: Ints) -> tuple[Ints, dict[int, Opening]]:
        """Per zone and level the device that opens, as vertex; and zones that need another opening.

        Where one device stands above all of a zone and above all other devices at its border, it alone opens.
        """
        zones = self._used.size
        place, span = self._forest.place, self._forest.span
        lowest, highest = np.full(zones, place.size, np.int64), np.full(zones, -1, np.int64)
        number = np.searchsorted(self._used, self._label[inside])
        np.minimum.at(lowest, number, place[inside])
        np.maximum.at(highest, number, place[inside])
        entry = np.full(zones, -1, np.int64)
        order = np.lexsort((place[devices], owners))
        owner = np.searchsorted(self._used, owners[order])
        with_device, first = np.unique(owner, return_index=True)
        entry[with_device] = devices[order][first]
        others = np.ones(order.size, np.bool_)
        others[first] = False
        np.maximum.at(highest, owner[others], place[devices[order]][others])
        above = place[entry] < lowest
        above &= (entry >= 0) & (highest < place[entry] + span[entry])
        found = np.zeros((zones, LEVELS), np.int32)
        found[above] = standing_above(self._forest.parent, self._network.breaks, entry[above].astype(np.int32), LEVELS)
        together = {
            zone: self._joint(int(inside[np.argmax(number == zone)])) for zone in np.flatnonzero(~above).tolist()
        }
        return found, together

    def _joint(self, vertex: int) -> Opening:
        """The opening of a zone, named by a vertex in it, that several devices, or none, have to break."""
        outage = self._topology.faulted([int(self._network.members[self._network.member_starts[vertex]])])
        return Opening(tuple(outage.tripped.tolist()), self._network.vertex_of[outage.lost])


def unknown_near(topology: Topology, around: Collection[int]) -> list[int]:
    """Switches of unknown position among what would feed these things, or be fed with them, if all were closed."""
    unknown = topology.state.network.equipment_among(topology.state.unknown)
    if not unknown:
        return []
    closed = topology.assuming([(switch, SwitchPosition.CLOSED) for switch in unknown])
    return sorted(set(unknown).intersection(ShortCircuits(closed, around).candidates.tolist()))
