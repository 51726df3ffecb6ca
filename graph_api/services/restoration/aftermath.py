"""Aftermath (隔离后): who is still out when the fault is cut out and the grid is switched as the first plan says."""

from __future__ import annotations

from dataclasses import replace

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.impact import Impact, Moment, find_impact, impact_of
from graph_api.services.outage.situation import situation_of
from graph_api.services.outage.supply_state import GridState
from graph_api.services.restoration.planning import best_plan


def answer(model: ReadModel, event: Event) -> Impact:
    """Whom an event hits, whatever its cause. Raises InvalidInput as `find_impact` and, ISOLATED, as `isolate`."""
    return impact_when_isolated(model, event) if event.cause is Cause.ISOLATED else find_impact(model, event)


def impact_when_isolated(model: ReadModel, event: Event) -> Impact:
    """Who is still out after switching. What customers or mobile generators do is not counted.

    Raises InvalidInput as `isolate`.
    """
    plan = best_plan(model, event)
    cut, found = plan.isolation, situation_of(model, replace(event, cause=Cause.FAULTED))
    outage = found.before.topology.opened(cut.cut, plan.positions)
    grid_state = GridState(outage.live, frozenset(cut.cut), dict(plan.positions))
    after = Moment(outage, grid_state)
    return impact_of(replace(found, event=event), after, after, (*cut.to_open, *cut.locked_open))
