"""Affected set of an incident (受影响范围): who is hit by now, as an entry keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.acts import acts_of
from graph_api.services.incident.contents import Affected, Dark, Hit
from graph_api.services.incident.room import event_of
from graph_api.services.incident.state import IncidentState
from graph_api.services.outage.counting import unnamed_loads
from graph_api.services.outage.event import Event
from graph_api.services.outage.impact import Impact, find_impact
from schema.canonical import canonical_digest

DIGEST_BYTES = 8


def impact_of(model: ReadModel, state: IncidentState, at: datetime) -> Impact | None:
    """Who is hit by the event of an incident at a moment; None while no equipment is known.

    Raises InvalidInput where the event does not fit the grid, as a device that is named as tripped and never opened.
    """
    event = worked_event(model, state, at)
    return None if event is None else find_impact(model, event)


def worked_event(model: ReadModel, state: IncidentState, at: datetime) -> Event | None:
    """The event of an incident with what was operated for it and for others. Raises InvalidInput as the event does."""
    event = event_of(model, state, at)
    return None if event is None else replace(event, acts=acts_of(model, state))


def affected_of(model: ReadModel, state: IncidentState, at: datetime) -> Affected | None:
    """The same as an entry keeps it. Raises InvalidInput as `impact_of`."""
    impact = impact_of(model, state, at)
    return None if impact is None else kept(impact)


def kept(impact: Impact) -> Affected:
    """An impact as an entry keeps it: all customers in their order, and what it adds up to."""
    hits = tuple(_hit(impact, customer) for _, customer in impact.customers())
    summary = impact.summary
    facts = {
        "customers": sorted((each.customer, each.state, each.loads_fed, each.back, each.deadline) for each in hits),
        "areas": (summary.areas.count, summary.areas.households),
    }
    return Affected(
        revision=impact.revision,
        digest=canonical_digest("affected", 1, facts, DIGEST_BYTES).hex(),
        customers=hits,
        area_count=summary.areas.count,
        households=summary.areas.households,
        lost_kw=round(summary.lost_kw, 1),
        exact=impact.exact,
        dark=_dark(impact),
    )


def _dark(impact: Impact) -> tuple[Dark, ...]:
    """Public areas and other loads that the event has left dark, as `summary` counts them."""
    found = unnamed_loads(impact.model, impact.left_dark)
    return tuple(Dark(impact.model.graph.id(at), round(kw, 3), is_area) for at, kw, is_area in found)


def _hit(impact: Impact, customer: int) -> Hit:
    affected = impact.affected(customer)
    urgent = affected.most_urgent
    return Hit(
        customer=impact.model.graph.id(customer),
        state=affected.state,
        loads_fed=affected.loads_fed,
        back=affected.back,
        deadline=None if urgent is None else urgent.deadline,
        kw=affected.change.newly_unfed_kw,
    )
