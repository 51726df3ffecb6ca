"""Parts of an incident as they are shown (事件内容): reports, work orders, calls, who was affected; with the things
behind their ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing, Things
from graph_api.services.incident.contents import Affected, Hit
from graph_api.services.incident.records import Call, Report, WorkOrder
from graph_api.services.incident.room import found
from schema.incident_terms import CallOutcome, WorkOrderState
from schema.vocabulary import EvidenceKind, LoadsFed, SupplyState


def the_one(model: ReadModel, id: str | None) -> Thing | None:
    """The thing with an id; None for none, and for one that is gone."""
    return None if id is None else model.graph.find(id)


@dataclass(frozen=True)
class ReportView:
    """A report of the fault that counts."""

    model: ReadModel = field(repr=False)
    report: Report

    @property
    def entry(self) -> int:
        """Order of its entry."""
        return self.report.entry

    @property
    def evidence_kind(self) -> EvidenceKind:
        """What kind of report."""
        return self.report.said.kind

    @property
    def positive(self) -> bool:
        """Whether it says that it is so."""
        return self.report.said.positive

    @property
    def reclosed(self) -> bool:
        """Whether the device held when closed again."""
        return self.report.said.reclosed

    @property
    def at(self) -> datetime:
        """When."""
        return self.report.at

    @property
    def source(self) -> str | None:
        """By what means."""
        return self.report.source

    @property
    def things(self) -> Things:
        """What it speaks of, as far as it is still there."""
        return found(self.model.graph, self.report.things)

    @property
    def towards(self) -> Thing | None:
        """Where the current left to."""
        return the_one(self.model, self.report.said.towards)


@dataclass(frozen=True)
class WorkOrderTime:
    """When a work order reached a state."""

    state: WorkOrderState
    at: datetime


@dataclass(frozen=True)
class WorkOrderView:
    """A work order."""

    model: ReadModel = field(repr=False)
    order: WorkOrder

    @property
    def number(self) -> int:
        """In its incident, from 1."""
        return self.order.number

    @property
    def task(self) -> str:
        """What is to be done."""
        return self.order.task

    @property
    def state(self) -> WorkOrderState:
        """How far it is."""
        return self.order.state

    @property
    def is_open(self) -> bool:
        """Whether something is left to do."""
        return self.order.is_open

    @property
    def things(self) -> Things:
        """Where."""
        return found(self.model.graph, self.order.things)

    @property
    def team(self) -> Thing | None:
        """Who does it."""
        return the_one(self.model, self.order.team)

    @property
    def person(self) -> Thing | None:
        """Who does it."""
        return the_one(self.model, self.order.person)

    @property
    def vehicle(self) -> Thing | None:
        """What is taken there."""
        return the_one(self.model, self.order.vehicle)

    @property
    def former_incident(self) -> Thing | None:
        """The incident that it came with, where that was joined into this one."""
        return None if self.order.former is None else the_one(self.model, self.order.former[0])

    @property
    def former_number(self) -> int | None:
        """Its number there."""
        return None if self.order.former is None else self.order.former[1]

    @property
    def times(self) -> list[WorkOrderTime]:
        """When it reached which state."""
        return [WorkOrderTime(*each) for each in self.order.times]


@dataclass(frozen=True)
class CallView:
    """A call."""

    model: ReadModel = field(repr=False)
    call: Call

    @property
    def entry(self) -> int:
        """Order of its entry."""
        return self.call.entry

    @property
    def outcome(self) -> CallOutcome:
        """What came of it."""
        return self.call.outcome

    @property
    def at(self) -> datetime:
        """When."""
        return self.call.at

    @property
    def by(self) -> str:
        """Who called."""
        return self.call.by

    @property
    def person(self) -> Thing | None:
        """Who was called; None if that person is gone."""
        return the_one(self.model, self.call.person)

    @property
    def contact(self) -> Thing | None:
        """The number that was dialled."""
        return the_one(self.model, self.call.contact)


@dataclass(frozen=True)
class HitView:
    """An affected customer as it was kept."""

    model: ReadModel = field(repr=False)
    hit: Hit

    @property
    def customer_id(self) -> str:
        """Id of the customer, also of one that is gone."""
        return self.hit.customer

    @property
    def customer(self) -> Thing | None:
        """The customer; None if it is gone."""
        return the_one(self.model, self.hit.customer)

    @property
    def state(self) -> SupplyState:
        """Supply state then."""
        return self.hit.state

    @property
    def loads_fed(self) -> LoadsFed:
        """What the grid fed."""
        return self.hit.loads_fed

    @property
    def back(self) -> bool:
        """Whether it was fed again as before."""
        return self.hit.back

    @property
    def deadline(self) -> datetime | None:
        """Of its most urgent load."""
        return self.hit.deadline


class AffectedCounts:
    """What is counted of `affected`."""

    affected: Affected

    @property
    def total_count(self) -> int:
        """Customers whom it has hit."""
        return len(self.affected.customers)

    @property
    def area_count(self) -> int:
        """Public areas without supply."""
        return self.affected.area_count

    @property
    def households(self) -> int:
        """Households of these."""
        return self.affected.households

    @property
    def lost_kw(self) -> float:
        """Power known to be unfed, in kW."""
        return self.affected.lost_kw


@dataclass(frozen=True)
class AffectedView(AffectedCounts):
    """Who was affected, as it was worked out then."""

    model: ReadModel = field(repr=False)
    affected: Affected
    at: datetime

    @property
    def revision(self) -> int:
        """Of the graph that it was true of."""
        return self.affected.revision

    @property
    def out_count(self) -> int:
        """Customers whose loads the grid did not all feed."""
        return sum(is_out(each) for each in self.affected.customers)

    @property
    def back_count(self) -> int:
        """Customers that were fed again as before."""
        return sum(each.back for each in self.affected.customers)

    @property
    def exact(self) -> bool:
        """Whether every world of unknown switches was gone through."""
        return self.affected.exact

    @property
    def hits(self) -> list[HitView]:
        """The customers, in the order of then."""
        return [HitView(self.model, each) for each in self.affected.customers]


def is_out(hit: Hit) -> bool:
    """Whether the grid does not feed all of a customer's loads."""
    return not hit.back and hit.loads_fed is not LoadsFed.ALL
