"""Affected customers (受影响客户): what an event does to one customer, and until when it bears it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing, Things
from graph_api.readmodel.topology import Outage
from graph_api.services.outage.back import restored_by
from graph_api.services.outage.changes import CustomerChange, Hit, PointChange
from graph_api.services.outage.feeding import Transfer
from graph_api.services.outage.interlocks import without_interlock
from graph_api.services.outage.losses import Losses
from graph_api.services.outage.own_sources import OwnSource
from graph_api.services.outage.situation import Situation
from graph_api.services.outage.supply_state import Endurance, own_sources
from graph_api.services.plans.procedures import procedure_by_unfed, procedure_for
from schema.vocabulary import LoadsFed, SupplyState


@dataclass(frozen=True, slots=True)
class LoadDeadline:
    """When a critical load comes to harm after a loss."""

    endurance: Endurance
    loss: datetime
    at: datetime
    """The moment that the answer is for."""

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
    def remaining_seconds(self) -> float:
        """From the moment of the answer to harm; negative once it is past."""
        return round((self.deadline - self.at).total_seconds(), 1)

    @property
    def bridged_by(self) -> Things:
        """Emergency sources that are counted on."""
        return self.endurance.bridged_by

    @property
    def not_counted(self) -> Things:
        """Emergency sources that may hold longer but cannot be counted on."""
        return self.endurance.not_counted


@dataclass(frozen=True, slots=True)
class AffectedReceivingPoint:
    """A receiving point (受电点) before and after an event."""

    change: PointChange
    losses: Mapping[int, datetime]
    """Since when each load that comes to harm is unfed."""
    at: datetime

    @property
    def receiving_point(self) -> Thing:
        """The receiving point."""
        return self.change.after.point.index

    @property
    def state(self) -> SupplyState:
        """Now."""
        return self.change.after.state

    @property
    def before(self) -> SupplyState:
        """Before the event."""
        return self.change.before.state

    @property
    def loads_fed(self) -> LoadsFed:
        """What the grid feeds now."""
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
        found = [LoadDeadline(each, self.losses[each.load], self.at) for each in self.change.endurances]
        return tuple(sorted(found, key=lambda each: (each.deadline, each.load)))


@dataclass(frozen=True, slots=True)
class AtLoss:
    """A customer right after the event, before anybody acted."""

    state: SupplyState
    loads_fed: LoadsFed


@dataclass(frozen=True, slots=True)
class AffectedCustomer:
    """A customer whom an event hits, as the answer shows it: as it is now, beside before and at the loss."""

    situation: Situation
    outage: Outage
    """Of now."""
    hit: Hit
    losses: Losses
    fault_inside: bool = False
    """Whether the fault is in the customer's own network (客户内部故障): its supplies do not say how it fares."""
    place_unknown: Things = ()
    """Feeders on which nobody knows where it hangs, and where that decides how it is hit: it is told at the worst."""

    @property
    def model(self) -> ReadModel:
        """Of the grid before the event."""
        return self.situation.before

    @property
    def loss(self) -> datetime:
        """Since when loads that come to harm are unfed; the moment of loss where none do."""
        return min(self.losses.of(self.hit).values(), default=self.situation.since)

    @property
    def at(self) -> datetime:
        """The moment that the answer is for."""
        return self.situation.event.at

    @property
    def change(self) -> CustomerChange:
        """From before to now."""
        return self.hit.now

    @property
    def at_loss(self) -> AtLoss:
        """What the event did."""
        after = self.hit.at_loss.after
        return AtLoss(after.state, after.loads_fed)

    @property
    def back(self) -> bool:
        """Whether all loads are fed again that the event took."""
        return self.hit.back

    @property
    def depends_on(self) -> Things:
        """Switches of unknown position that decide this answer."""
        return self.hit.depends_on

    @property
    def restored_by(self) -> Things:
        """The switches closed since without which it would not be back; () for who is not."""
        return restored_by(self.situation, self.customer) if self.back else ()

    @property
    def own_sources(self) -> tuple[OwnSource, ...]:
        """Emergency sources at the loads that the event interrupts, and why each counts or not."""
        return tuple(each for point in self.change.points for each in own_sources(point.before, point.after))

    @property
    def without_interlock(self) -> Things:
        """Receiving points with several supplies, and own sources, that nothing keeps from being joined."""
        return without_interlock(self.model, self.customer)

    @property
    def customer(self) -> Thing:
        """The customer."""
        return self.change.customer

    @property
    def state(self) -> SupplyState:
        """Of the worst receiving point now."""
        return self.change.after.state

    @property
    def before(self) -> SupplyState:
        """Of the worst receiving point before the event."""
        return self.hit.at_loss.before.state

    @property
    def loads_fed(self) -> LoadsFed:
        """What the grid feeds now."""
        return self.change.after.loads_fed

    @property
    def on_emergency_source(self) -> bool:
        """Whether own sources carry what the grid does not."""
        return self.change.after.on_emergency_source

    @property
    def most_urgent(self) -> LoadDeadline | None:
        """The soonest deadline of a critical load."""
        urgent = self.losses.urgent(self.hit)
        return None if urgent is None else LoadDeadline(*urgent, self.at)

    @property
    def limits_not_recorded(self) -> Things:
        """Security loads left unfed whose permitted interruption nobody recorded."""
        return self.change.urgent_unknown

    @property
    def receiving_points(self) -> tuple[AffectedReceivingPoint, ...]:
        """Each receiving point."""
        since = self.losses.of(self.hit)
        return tuple(AffectedReceivingPoint(point, since, self.at) for point in self.change.points)

    @property
    def released(self) -> Things:
        """Supplies that are live again behind a release that nobody has closed, of all points."""
        return tuple(supply for point in self.change.points for supply in point.after.released)

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
        outage = self.outage
        if self.hit.world and not all(map(outage.live, live)):  # another world is the worse one for this customer
            outage = self.situation.now_in(self.hit.world)
        common = live if len(live) == 1 else outage.common_single_points(live)
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
