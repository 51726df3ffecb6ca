"""Aftermath (隔离后): who is still out when the fault is cut out and the grid is switched as the first plan says."""

from __future__ import annotations

from dataclasses import replace

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.hits import Moment
from graph_api.services.outage.impact import Impact, find_impact, impact_of
from graph_api.services.outage.possible import Possible, Switched
from graph_api.services.outage.supply_state import GridState


def answer(model: ReadModel, event: Event) -> Impact:
    """Whom an event hits, whatever its cause. Raises InvalidInput as `find_impact`."""
    return impact_when_isolated(model, event) if event.cause is Cause.ISOLATED else find_impact(model, event)


def impact_when_isolated(model: ReadModel, event: Event) -> Impact:
    """Who is still out after switching. What customers or mobile generators do is not counted.

    Raises InvalidInput as `find_impact`.
    """
    from graph_api.services.restoration.planning import best_plan  # what the other causes do not wait for

    plan = best_plan(model, event)
    outage = plan.situation.before.topology.opened(plan.cut_out, plan.positions)
    found, possible = replace(plan.situation, event=event), None
    if found.before.topology.state.unknown.size:
        possible = Possible(found, Switched(plan.cut_out, dict(plan.positions), outage))
        outage = possible.outages()[0]
    after = Moment(outage, GridState(outage.live, frozenset(plan.cut_out), dict(plan.positions)))
    return impact_of(found, after, after, plan.bounded_by, possible)
