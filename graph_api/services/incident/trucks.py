"""发电车: trucks at the access points of a customer, beside what open work orders have already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.records import WorkOrder
from graph_api.services.incident.room import found, open_incidents
from graph_api.services.plans.trucks import TruckFit, TruckReason, Trucks, access_points_of, not_free, trucks_at
from schema.incident import Incident
from schema.registry import EntityKind
from schema.vehicle import Vehicle
from schema.words import Sentence, say


def trucks_of(model: ReadModel, index: int, kw: float | None = None, *, exercise: bool = False) -> list[Trucks]:
    """Trucks at an access point, or at each of a customer's. `exercise`: what exercises have sent counts, and nothing
    real; else the other way round. Raises InvalidInput for anything else."""
    graph = model.graph
    if graph.kind(index) is EntityKind.ACCESS_POINT:
        points = [index]
    elif graph.kind(index) is EntityKind.CUSTOMER:
        points = list(access_points_of(graph, index))
    else:
        thing = graph.name(index) or graph.id(index)
        raise InvalidInput(say("{thing} is no customer and no access point. Send one.", thing=thing), argument="of")
    busy = at_work(model, exercise=exercise)
    return [trucks_at(graph, each, kw, busy) for each in points]


def at_work(model: ReadModel, *, exercise: bool) -> dict[int, Sentence]:
    """Vehicles that open work orders have, by index, and which those are."""
    has: dict[int, Sentence] = {}
    for number, order in _sent(model, exercise=exercise):
        index = None if order.vehicle is None else model.graph.find(order.vehicle)
        if index is not None:
            has[index] = say("work order {order} of {incident} has it", order=order.number, incident=number)
    return has


def _sent(model: ReadModel, *, exercise: bool) -> Iterator[tuple[str, WorkOrder]]:
    for each in open_incidents(model):
        if each.state is not None and each.state.opened.exercise is exercise:
            number = model.graph.get(Incident, each.incident).number
            yield from ((number, order) for order in each.state.work_orders if order.is_open)


def unfit_reasons(model: ReadModel, vehicle: int, things: Iterable[str], *, exercise: bool) -> list[Sentence]:
    """Why a vehicle is not to be sent there: it is not free, or does not fit what is named, or a customer's access
    points (one that fits is enough); [] = nothing speaks against it."""
    graph = model.graph
    busy = at_work(model, exercise=exercise).get(vehicle)
    if held := [each.sentence for each in not_free(graph.get(Vehicle, vehicle), busy)]:
        return held
    for thing in found(graph, things):
        if graph.kind(thing) in (EntityKind.ACCESS_POINT, EntityKind.CUSTOMER):
            here = [truck for each in trucks_of(model, thing, exercise=exercise) for truck in each.trucks]
            mine = [each for each in here if each.vehicle == vehicle]
            if mine and all(each.fit is TruckFit.UNFIT for each in mine):
                return [each.sentence for each in mine[0].reasons if each.kind is not TruckReason.NOT_RECORDED]
    return []
