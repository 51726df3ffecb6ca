"""Customers: the customers' side at one revision; points are read at first touch and kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import numpy as np

from graph_api.readmodel.customers.accounts import Accounts
from graph_api.readmodel.customers.incoming import incoming_report, normal_position, reported_supplies
from graph_api.readmodel.customers.point import INSIDE_KINDS, Point, home, read_point
from graph_api.readmodel.memo import Cache
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology.unplaced import NO_UNPLACED, Unplaced
from schema.customer import SwitchBay
from schema.registry import EntityKind, kinds_of
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition

_ACCOUNTED = INSIDE_KINDS | {
    EntityKind.CUSTOMER,
    EntityKind.RECEIVING_POINT,
    EntityKind.SUPPLY_SOURCE,
    EntityKind.EMERGENCY_SOURCE,
    EntityKind.FEEDER,
    EntityKind.ENERGY_CONSUMER,
}
_BAYS = kinds_of(SwitchBay)
CACHED_POINTS = 200_000
"""Receiving points, and customers, whose points are kept at least; at most twice as many."""


class Customers:
    """Customers, receiving points and supplies at one revision. Immutable but for what it keeps of what it has read."""

    def __init__(
        self,
        graph: Snapshot,
        accounts: Accounts | None = None,
        points: Cache[int, Point] | None = None,
        positions: dict[int, SwitchPosition] | None = None,
        unplaced: Unplaced = NO_UNPLACED,
    ) -> None:
        self._graph, self._unplaced = graph, unplaced
        self._accounts = accounts
        self._positions = positions or {}
        """Of switches inside, where they are taken to stand otherwise than recorded."""
        self._points = Cache[int, Point](CACHED_POINTS) if points is None else points
        self._of = Cache[int, tuple[Point, ...]](CACHED_POINTS)

    @classmethod
    def build(cls, graph: Snapshot, unplaced: Unplaced) -> Customers:
        """The customers' side of a whole snapshot, and what hangs where; read at first use."""
        return cls(graph, unplaced=unplaced)

    def advanced(self, graph: Snapshot, changed: Collection[int], unplaced: Unplaced) -> Customers:
        """The customers' side of a later snapshot that numbers its entities alike and differs in `changed` only.

        Keeps everything if nobody's side changed, and all but one customer's points if only bays were operated.
        """
        accounts = self._accounts
        if accounts is None or unplaced is not self._unplaced:
            return Customers(graph, unplaced=unplaced)
        touched = [index for index in changed if _kind(graph, index) in _ACCOUNTED or accounts.owns(index)]
        if not touched:
            return Customers(graph, accounts.of_later(graph), self._points, unplaced=unplaced)
        if any(_kind(graph, index) not in _BAYS or not accounts.owns(index) for index in touched):
            return Customers(graph, unplaced=unplaced)
        owners = {int(accounts.owner[index]) for index in touched}
        stale = {point for owner in owners for point in graph.targets(owner, RelationshipKind.HAS_RECEIVING_POINT)}
        points = self._points.without(stale.__contains__)
        return Customers(graph, accounts.of_later(graph), points, unplaced=unplaced)

    def assuming(self, assume: Sequence[tuple[int, SwitchPosition]]) -> Customers:
        """The customers' side as it would be with these positions; others than switches inside do not matter."""
        inside = {index: position for index, position in assume if self.accounts.owns(index)}
        if not inside:
            return self
        graph, accounts = self._graph, self.accounts
        owners = accounts.customers_of(np.fromiter(inside, np.int32, len(inside))).tolist()
        stale = {point for owner in owners for point in graph.targets(owner, RelationshipKind.HAS_RECEIVING_POINT)}
        points = self._points.without(stale.__contains__)
        return Customers(graph, accounts, points, self._positions | inside, self._unplaced)

    @property
    def accounts(self) -> Accounts:
        """Who stands behind which supply."""
        if self._accounts is None:
            self._accounts = Accounts(self._graph, self._unplaced)
        return self._accounts

    def point(self, index: int) -> Point:
        """A receiving point with all that lies behind it. Raises TypeError for an index that is none."""
        point = self._points.get(index)
        return (
            self._points.derive(index, lambda: read_point(self._graph, index, self._positions))
            if point is None
            else point
        )

    def incoming(self, supply: int) -> SwitchPosition | None:
        """Position of a supply's incoming switch, if it stands for that; None for all else."""
        if self._graph.kind(supply) is not EntityKind.SUPPLY_SOURCE:
            return None
        for at in self._graph.sources(supply, RelationshipKind.FED_BY):
            return next(each.position for each in self.point(at).supplies if each.index == supply)
        return None

    def incoming_at(self, moment: datetime) -> dict[int, SwitchPosition]:
        """Supplies whose incoming switch stood otherwise at that moment than here, with the position that it had."""
        graph, found = self._graph, dict[int, SwitchPosition]()
        for supply in reported_supplies(graph):
            for at in graph.sources(supply, RelationshipKind.FED_BY):
                supplies = self.point(at).supplies
                report = incoming_report(graph, supply, moment)
                then = normal_position(graph, supply, home(supplies)) if report is None else report.position
                if (self.incoming(supply) or then) is not then:
                    found[supply] = then
        return found

    def points_of(self, customer: int) -> tuple[Point, ...]:
        """A customer's receiving points."""
        points = self._of.get(customer)
        return self._of.derive(customer, lambda: self._read_points(customer)) if points is None else points

    def _read_points(self, customer: int) -> tuple[Point, ...]:
        return tuple(map(self.point, self._graph.targets(customer, RelationshipKind.HAS_RECEIVING_POINT)))


def _kind(graph: Snapshot, index: int) -> EntityKind | None:
    """Kind of an entity; None where it was deleted."""
    try:
        return graph.kind(index)
    except IndexError:  # came and went since the snapshot's columns were made
        return None
