"""Now (当前): the state of a customer by all that was reported, what an under-voltage release holds open included."""

from __future__ import annotations

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.releases import held_now
from graph_api.services.outage.supply_state import CustomerState, GridState, customer_state, standing_state


def present_grid(model: ReadModel) -> GridState:
    """What is live now, and what a release holds open."""
    return GridState(model.topology.energised, held=held_now(model))


def present_state(model: ReadModel, customer: int) -> CustomerState:
    """State of a customer now."""
    held = held_now(model)
    if held and any(supply.index in held for point in model.customers.points_of(customer) for supply in point.supplies):
        return customer_state(model, customer, present_grid(model))
    return standing_state(model, customer)
