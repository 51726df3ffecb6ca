"""Affected customers (受影响客户): what an event does to one customer, and until when it bears it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing, Things
from graph_api.readmodel.topology import Outage
from graph_api.services.outage.feeding import Transfer
from graph_api.services.outage.supply_state import (
    CustomerState,
    Endurance,
    GridState,
    PointState,
    customer_state,
    endurances,
    limits_not_recorded,
    present_state,
)
from graph_api.services.plans.procedures import procedure_by_unfed, procedure_for
from schema.vocabulary import LoadsFed, SupplyState


@dataclass(frozen=True, slots=True)
class LoadDeadline:
    """When a critical load comes to harm after a loss."""

    endurance: Endurance
    loss: datetime

    @property
    def load(self) -> Thing:
        """The load."""
        return self.endurance.load

    @property
    def permitted_seconds(self) -> float:
        """Longest gap without harm."""
        return self.endurance.permitted_s

    @property
    def seconds_from_loss(self) -> float:
        """From the loss to harm."""
        return self.endurance.seconds

    @property
    def deadline(self) -> datetime:
        """The moment of harm."""
        return self.loss + timedelta(seconds=self.endurance.seconds)

    @property
    def bridged_by(self) -> Things:
        """Emergency sources that are counted on."""
        return self.endurance.bridged_by

    @property
    def not_counted(self) -> Things:
        """Emergency sources that may hold longer but cannot be counted on."""
        return self.endurance.not_counted


@dataclass(frozen=True, slots=True, kw_only=True)
class PointChange:
    """A receiving point before and after, with what its critical loads endure, shortest first."""

    before: PointState
    after: PointState
    endurances: tuple[Endurance, ...]
    limits_not_recorded: Things
    """Security loads among what it leaves unfed whose permitted interruption nobody recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChange:
    """What an event does to a customer, whenever it happens: it is worked out once per pattern of live supplies."""

    customer: int
    before: CustomerState
    after: CustomerState
    points: tuple[PointChange, ...]
    shortest: Endurance | None
    """Of all critical loads."""
    newly_unfed_kw: float | None
    """Power in kW that the event leaves unfed; None if that of any point is not known."""
    urgent_unknown: Things
    """Security loads left unfed without a recorded limit: urgent, though nobody knows until when."""
    changed: bool
    """Whether the event makes any difference to the customer."""


@dataclass(frozen=True, slots=True)
class AffectedReceivingPoint:
    """A receiving point (受电点) before and after an event."""

    change: PointChange
    loss: datetime

    @property
    def receiving_point(self) -> Thing:
        """The receiving point."""
        return self.change.after.point.index

    @property
    def state(self) -> SupplyState:
        """After the event."""
        return self.change.after.state

    @property
    def before(self) -> SupplyState:
        """Before the event."""
        return self.change.before.state

    @property
    def loads_fed(self) -> LoadsFed:
        """What the grid feeds after the event."""
        return self.change.after.loads_fed

    @property
    def lost_sources(self) -> Things:
        """Supplies without voltage."""
        return self.change.after.lost

    @property
    def live_sources(self) -> Things:
        """Supplies with voltage."""
        return self.change.after.live

    @property
    def transfer(self) -> Transfer | None:
        """The change-over made or awaited."""
        return self.change.after.transfer

    @property
    def shed(self) -> Things:
        """Loads that the supplies left cannot carry."""
        return self.change.after.shed

    @property
    def on_emergency_source(self) -> bool:
        """Whether own sources carry what the grid does not."""
        return self.change.after.on_emergency_source

    @property
    def deadlines(self) -> tuple[LoadDeadline, ...]:
        """Of critical loads, soonest first."""
        return tuple(LoadDeadline(each, self.loss) for each in self.change.endurances)


@dataclass(frozen=True, slots=True)
class AffectedCustomer:
    """A customer whom an event hits, as the answer shows it."""

    model: ReadModel
    outage: Outage
    loss: datetime
    change: CustomerChange
    depends_on: Things = ()
    """Switches of unknown position that decide this answer."""
    fault_inside: bool = False
    """Whether the fault is in the customer's own network (客户内部故障): its supplies do not say how it fares."""

    @property
    def customer(self) -> Thing:
        """The customer."""
        return self.change.customer

    @property
    def state(self) -> SupplyState:
        """Of the worst receiving point after the event."""
        return self.change.after.state

    @property
    def before(self) -> SupplyState:
        """Of the worst receiving point before the event."""
        return self.change.before.state

    @property
    def loads_fed(self) -> LoadsFed:
        """What the grid feeds after the event."""
        return self.change.after.loads_fed

    @property
    def on_emergency_source(self) -> bool:
        """Whether own sources carry what the grid does not."""
        return self.change.after.on_emergency_source

    @property
    def most_urgent(self) -> LoadDeadline | None:
        """The soonest deadline of a critical load."""
        shortest = self.change.shortest
        return None if shortest is None else LoadDeadline(shortest, self.loss)

    @property
    def limits_not_recorded(self) -> Things:
        """Security loads left unfed whose permitted interruption nobody recorded."""
        return self.change.urgent_unknown

    @property
    def receiving_points(self) -> tuple[AffectedReceivingPoint, ...]:
        """Each receiving point."""
        return tuple(AffectedReceivingPoint(point, self.loss) for point in self.change.points)

    @property
    def awaiting_transfer(self) -> Transfer | None:
        """A transfer that somebody has to make by hand."""
        return self.change.after.awaiting_transfer

    @property
    def single_point(self) -> Thing | None:
        """What alone would take all supplies that are still live: a single one itself, else the nearest that all hang
        on; None if no one thing would, or nothing is live any more.
        """
        live = [
            supply.stands_for
            for point in self.change.points
            for supply in point.after.point.supplies
            if supply.index in point.after.live
        ]
        common = live if len(live) == 1 else self.outage.common_single_points(live)
        return common[0] if common else None

    @property
    def not_redundant(self) -> bool:
        """Whether one more failure of a single thing takes all supplies that are still live."""
        return self.single_point is not None

    @property
    def procedure(self) -> Thing | None:
        """The procedure of the customer's approved plan: for this state, or for what a fault inside leaves unfed."""
        if self.fault_inside:
            return procedure_by_unfed(self.model.graph, self.customer, self.loads_fed)
        return procedure_for(self.model.graph, self.customer, self.state)


CHANGES: Final = Derivation[tuple[int, tuple[tuple[bool, ...], ...]], CustomerChange](
    "changes of customers by which supplies of each receiving point are live", most=200_000
)


def change_of(model: ReadModel, customer: int, grid_state: GridState) -> CustomerChange:
    """What a state of the grid does to a customer, compared with the present."""
    points = model.customers.points_of(customer)
    if any(map(grid_state.touches, points)):
        return _worked_out(model, customer, grid_state)
    # which supplies are live says all, whatever took the others: worked out once a revision
    key = customer, tuple(map(grid_state.pattern, points))
    return model.memo.recall(CHANGES, key, lambda: _worked_out(model, customer, grid_state))


def deciding(outage: Outage, change: CustomerChange) -> tuple[int, ...]:
    """Switches of unknown position that decide what happens to a customer, ascending."""
    if not outage.undecided:
        return ()
    found = {
        switch
        for point in change.points
        for supply in point.after.point.supplies
        if supply.stands_for >= 0
        for switch in outage.depends_on(supply.stands_for)
    }
    return tuple(sorted(found))


def _worked_out(model: ReadModel, customer: int, grid_state: GridState) -> CustomerChange:
    before, after = present_state(model, customer), customer_state(model, customer, grid_state)
    points = tuple(
        PointChange(
            before=one,
            after=other,
            endurances=tuple(endurances(one, other)),
            limits_not_recorded=limits_not_recorded(one, other),
        )
        for one, other in zip(before.points, after.points, strict=True)
    )
    every = [each for point in points for each in point.endurances]
    return CustomerChange(
        customer=customer,
        before=before,
        after=after,
        points=points,
        shortest=min(every, key=lambda each: (each.seconds, each.load), default=None),
        newly_unfed_kw=_newly_unfed_kw(points),
        urgent_unknown=tuple(load for point in points for load in point.limits_not_recorded),
        changed=any(map(_differs, points)),
    )


def _differs(point: PointChange) -> bool:
    before, after = point.before, point.after
    return (before.live, before.fed, before.loads_fed) != (after.live, after.fed, after.loads_fed)


def _newly_unfed_kw(points: Iterable[PointChange]) -> float | None:
    """Power in kW that the event leaves unfed; None if that of any point is not known."""
    total = 0.0
    for point in points:
        after, before = point.after.unfed_kw, point.before.unfed_kw
        if after is None or before is None:
            return None
        total += max(after - before, 0.0)
    return total
