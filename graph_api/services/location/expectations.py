"""Expectations (应有信息): what each report should say for a fault in each place, and whose reports they are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology import ShortCircuits
from graph_api.readmodel.topology.short_circuits import LEVELS
from graph_api.services.location.evidence import Evidence, Sorted
from schema.registry import EntityKind
from schema.relationships import RelationshipKind

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Says = npt.NDArray[np.int8]
TRUE, FALSE, EITHER = 1, 0, -1
"""What a report should say: yes, no, or either."""


class Expectations:
    """What reports should say, by class: places that every report has to treat alike.

    `class_of` is the class of each candidate, `zone` the protection zone of each class. `could` has a place for each
    class, conduct of the protection, and report, in the order of `Sorted.weighed`.
    """

    def __init__(self, circuits: ShortCircuits, found: Sorted) -> None:
        self.circuits, self.found = circuits, found
        passing = self._passing()
        own = np.concatenate((passing, self._patrolled()), axis=1)
        _, first, class_of = np.unique(_keys(circuits.zone, own), return_index=True, return_inverse=True)
        self.class_of: Ints = class_of
        self.zone: Ints = circuits.zone[first].astype(np.int64)
        self.could: Says = self._could(own[first])

    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where the reports of each sort stand: passing, latching, devices, supply, patrols."""
        found = self.found
        groups = (found.passing, found.latching, found.devices, found.supply, found.patrols)
        sizes = [0, *(len(group) for group in groups)]
        ends = np.cumsum(sizes).tolist()
        return tuple(pairwise(ends))

    def _could(self, own: Bools) -> Says:
        (_, passing), (_, latching), devices, supply, patrols = self.spans()
        could = np.zeros((self.zone.size, LEVELS, patrols[1]), np.int8)
        could[:, :, :passing] = own[:, None, :passing]
        could[:, :, passing:latching] = own[:, None, passing:latching] & self._stays_dark()[self.zone]
        could[:, :, slice(*devices)] = self._tripping()[self.zone]
        could[:, :, slice(*supply)] = self._dark()[self.zone]
        could[:, :, slice(*patrols)] = own[:, None, latching:]
        return could

    def _passing(self) -> Bools:
        """Per candidate and report of passing current, whether it should have passed."""
        circuits = self.circuits
        seen = [
            circuits.passing(index) if each.towards is None else circuits.passing_towards(index, each.towards)
            for each, index in (*self.found.passing, *self.found.latching)
        ]
        return np.array(seen, np.bool_).reshape(len(seen), circuits.candidates.size).T

    def _patrolled(self) -> Bools:
        """Per candidate and patrol, whether it was walked."""
        walked = [np.isin(self.circuits.candidates, places) for _, places in self.found.patrols]
        return np.array(walked, np.bool_).reshape(len(walked), self.circuits.candidates.size).T

    def _tripping(self) -> Says:
        """Per zone, level and report of a device, whether it should have opened; either, for one that refused."""
        found = np.zeros((self.circuits.zone_count, LEVELS, len(self.found.devices)), np.int8)
        for at, (each, device) in enumerate(self.found.devices):
            opens, refused = self.circuits.opening(device)
            found[opens, at] = TRUE
            # a device that refused stands closed, and its position says so
            found[refused, at] = FALSE if each.recorded else EITHER
        return found

    def _dark(self) -> Says:
        """Per zone, level and report of supply, whether it should be off; not if what opened closed again and held."""
        dark = np.zeros((self.circuits.zone_count, LEVELS, len(self.found.supply)), np.int8)
        for at, (_, places) in enumerate(self.found.supply):
            dark[:, :, at] = self._dark_at(places)
        for each, device in self.found.devices:
            if each.positive and each.reclosed:
                opens, _ = self.circuits.opening(device)
                dark[opens] = FALSE
        return dark

    def _dark_at(self, places: Sequence[int]) -> Says:
        """Per zone and level, whether all of these should be off; either, where that depends on where one hangs."""
        placed = [place for place in places if place not in self.found.may_hang]
        every = [tuple(placed)] if placed else []
        surely = possibly = self.circuits.dark(every).all(axis=2)
        for supply in set(places) - set(placed):
            off = self.circuits.dark([(at,) for at in self.found.may_hang[supply]])
            surely, possibly = surely & off.all(axis=2), possibly & off.any(axis=2)
        return np.where(surely, TRUE, np.where(possibly, EITHER, FALSE)).astype(np.int8)

    def _stays_dark(self) -> Bools:
        """Per zone, level and report of an indicator that resets with voltage, whether there is none; as `_dark`."""
        dark = self.circuits.dark([(equipment,) for _, equipment in self.found.latching])
        for each, device in self.found.devices:
            if each.positive and each.reclosed:
                dark[self.circuits.opening(device)[0]] = False
        return dark


def customers_of(graph: Snapshot, report: Evidence) -> set[int]:
    """Customers that a report comes from."""
    found: set[int] = set()
    for thing in report.things:
        if graph.kind(thing) is EntityKind.CUSTOMER:
            found.add(thing)
        elif graph.kind(thing) is EntityKind.RECEIVING_POINT:
            found.update(graph.sources(thing, RelationshipKind.HAS_RECEIVING_POINT))
        elif graph.kind(thing) is EntityKind.SUPPLY_SOURCE:
            points = graph.sources(thing, RelationshipKind.FED_BY)
            found.update(
                each for point in points for each in graph.sources(point, RelationshipKind.HAS_RECEIVING_POINT)
            )
    return found


def customers_without_inside(graph: Snapshot, found: Sorted) -> list[int]:
    """Customers that report to be off, and of whom no load is recorded whose supply a fault inside could explain."""
    return sorted(
        {
            customer
            for report, places in found.supply
            if report.positive and not any(graph.kind(place) is EntityKind.LOAD for place in places)
            for customer in customers_of(graph, report)
        }
    )


def _keys(zone: npt.NDArray[np.int_], bits: Bools) -> npt.NDArray[np.void]:
    """One value per row that is equal where zone and bits are."""
    rows = np.concatenate((zone.astype(np.uint32)[:, None].view(np.uint8), np.packbits(bits, axis=1)), axis=1)
    return np.ascontiguousarray(rows).view(np.dtype((np.void, rows.shape[1]))).reshape(-1)
