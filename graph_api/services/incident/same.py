"""The same night (同一事件): which open incidents are about what another one would be opened for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import msgspec
import numpy as np

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.incident.affected import impact_of
from graph_api.services.incident.places import feeders_about
from graph_api.services.incident.room import Told, found, open_incidents
from graph_api.services.incident.state import IncidentState
from graph_api.services.outage.event import Cause
from graph_api.services.outage.failing import equipment_of
from graph_api.services.outage.trips import stands_open
from schema.registry import EntityKind


def about_the_same(model: ReadModel, state: IncidentState, at: datetime, *, exercise: bool) -> list[Told]:
    """Open incidents that share equipment, a feeder or a customer with one as it would be opened, or whose trips are
    why its equipment is dead. Raises InvalidInput where the event does not fit the grid."""
    things = found(model.graph, (*state.equipment, *state.tripped))
    impact = impact_of(model, _as_told(model, state), at)
    customers = _customers_at(model, things)
    reasons = {*things, *feeders_about(model.graph, things)}
    if impact is not None:
        customers |= {customer for _, customer in impact.customers()}
        reasons |= {each.switch for dead in impact.dead_before for each in dead.cut_off_by}
    return [
        other
        for other in open_incidents(model)
        if other.state is not None and other.state.opened.exercise is exercise
        if reasons & _reasons_of(model.graph, other.state) or customers & _hit_by(model.graph, other.state)
    ]


def _as_told(model: ReadModel, state: IncidentState) -> IncidentState:
    """The incident with those trips alone that the grid knows of; where it knows of none, what tripped is out."""
    known = [each for each in state.tripped if stands_open(model, model.graph.index(each))]
    if state.equipment or known:
        return replace(state, tripped=tuple(known))
    return replace(
        state, tripped=(), equipment=state.tripped, opened=msgspec.structs.replace(state.opened, cause=Cause.OPENED)
    )


def _reasons_of(graph: Snapshot, state: IncidentState) -> set[int]:
    things = found(graph, (*state.equipment, *state.tripped, *(state.fault or ())))
    return {*things, *feeders_about(graph, things)}


def _hit_by(graph: Snapshot, state: IncidentState) -> set[int]:
    return set(found(graph, (each.customer for each in state.affected.customers))) if state.affected else set()


def _customers_at(model: ReadModel, things: tuple[int, ...]) -> set[int]:
    """Customers that are named themselves, or at whose supplies or plant the things lie."""
    named = {each for each in things if model.graph.kind(each) is EntityKind.CUSTOMER}
    plant = [each for thing in things for each in equipment_of(model, thing)]
    return named | set(model.customers.accounts.customers_of(np.array(plant, np.int32)).tolist())
