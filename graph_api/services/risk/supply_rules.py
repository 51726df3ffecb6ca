"""Class against supply (重要等级与供电配置): what each receiving point has, held against the rules of its class."""

from __future__ import annotations

from graph_api.readmodel.customers import LoadFacts, Point
from graph_api.readmodel.model import ReadModel
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.supply_rules import SupplyDemand
from schema.vocabulary import TransferMode


def measured(model: ReadModel, point: Point, demand: SupplyDemand) -> float | None:
    """How much a receiving point has of what a rule demands; None where nothing there asks for it."""
    if demand is SupplyDemand.SUPPLIES:
        return float(sum(each.in_service for each in point.supplies))
    if demand is SupplyDemand.STATIONS:
        return float(len(stations_of(model, point)))
    secured = [load for load in point.loads if load.security and load.in_service]
    if demand is SupplyDemand.EMERGENCY_SHARE:
        needed = sum(load.kw or 0.0 for load in secured)
        return sum(each.kw or 0.0 for each in point.backups) / needed if needed else None
    hurried = [load for load in secured if load.permitted_s is not None]
    if not hurried:
        return None
    return sum(_bridged(point, load) for load in hurried) / len(hurried)


def stations_of(model: ReadModel, point: Point) -> set[int]:
    """Substations that feed a receiving point now: of each live supply, the first on its way to the source."""
    found = set()
    for supply in point.supplies:
        if supply.in_service and supply.stands_for >= 0:
            station = _station_above(model, supply.stands_for)
            found.update([station] if station is not None else [])
    return found


def _station_above(model: ReadModel, end: int) -> int | None:
    graph = model.graph
    for each in model.topology.path_up(end):
        todo = [each]
        while todo:
            at = todo.pop()
            if graph.kind(at) is EntityKind.SUBSTATION:
                return at
            # a feeder belongs to the station that it starts at, but may be fed from another now
            holders = graph.targets(at, RelationshipKind.CONTAINED_IN)
            todo.extend(holder for holder in holders if graph.kind(holder) is not EntityKind.FEEDER)
    return None


def _bridged(point: Point, load: LoadFacts) -> bool:
    """Whether an automatic transfer, or a source of the customer's own that backs the load, is quick enough."""
    permitted = load.permitted_s or 0.0
    transfers = point.transfer is TransferMode.AUTOMATIC and len(point.supplies) > 1
    if transfers and point.transfer_s is not None and point.transfer_s <= permitted:
        return True
    return any(
        load.index in each.loads and (each.stores_energy or (each.automatic and each.start_s <= permitted))
        for each in point.backups
    )
