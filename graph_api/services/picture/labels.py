"""Labels (标注): the short text at a symbol, and the figures under it.

    10kV滨江一线1号环网柜105间隔丹裕巷支线, of 10kV滨江一线1021线     105, else 1号环网柜105间隔丹裕巷支线
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator

from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.picture.growth import STATIONS, feeder_of, station_of
from graph_api.services.picture.parts import Edge, Node
from graph_api.services.picture.terms import PictureSymbol
from schema import customer, grid
from schema.entity import Entity
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import Importance
from schema.words import Labels, say

_FEWEST = 4
"""A shared beginning shorter than this is no name of where it stands."""


def label_of(graph: Snapshot, node: Node) -> str:
    """The text at a symbol."""
    if node.thing is None or node.symbol is PictureSymbol.JUNCTION:
        return node.label
    if node.symbol is PictureSymbol.ZONE:
        return say("{count} things folded", count=node.folded)
    entity = graph.entity(node.thing)
    if isinstance(entity, customer.SupplySource):
        return _customer_of(graph, node.thing) or entity.name
    if isinstance(entity, grid.Switch) and entity.number:
        return entity.number
    if node.symbol is PictureSymbol.BUSBAR and station_of(graph, node.thing, EntityKind.DISTRIBUTION_STATION) >= 0:
        return ""
    return _without_place(graph, node.thing, entity.name)


def detail_of(graph: Snapshot, node: Node) -> str:
    """Ratings and amounts at a symbol, parted by spaces."""
    if node.symbol is PictureSymbol.ZONE:
        return say("{count} customers", count=node.customers)
    if node.thing is None or node.symbol is PictureSymbol.JUNCTION:
        return ""
    return _joined(_figures(graph, node.thing, graph.entity(node.thing)))


def line_label(graph: Snapshot, edge: Edge) -> str:
    """Length and conductor of a line, taken together."""
    lines = [entity for thing in edge.things if isinstance(entity := graph.entity(thing), grid.ACLineSegment)]
    length = sum(line.length_m or 0.0 for line in lines)
    conductors = dict.fromkeys(line.conductor for line in lines if line.conductor)
    return " ".join(([f"{length:,.0f} m"] if length else []) + [*conductors][:1])


def _figures(graph: Snapshot, thing: int, entity: Entity) -> Iterator[str]:
    match entity:
        case grid.PowerTransformer(rated_kva=float(kva)):
            yield f"{kva:,.0f} kVA"
        case grid.EnergyConsumer():
            if entity.customer_count:
                yield say("{count} households", count=f"{entity.customer_count:,}")
            if entity.kw:
                yield f"{entity.kw:,.0f} kW"
        case customer.SupplySource():
            yield from _supply(graph, thing, entity)
        case customer.Load():
            yield Labels(entity.grade.en, entity.grade.zh)
            if entity.kw:
                yield f"{entity.kw:,.0f} kW"
            if entity.permitted_interruption_s is not None:
                yield say("at most {minutes} min off", minutes=f"{entity.permitted_interruption_s / 60:,.4g}")
        case customer.EmergencySource():
            if entity.kw:
                yield f"{entity.kw:,.0f} kW"
            if not entity.in_service:
                yield say("out of service")
        case customer.AccessPoint(nominal_kv=float(kv)):
            yield f"{kv:,.4g} kV"
        case grid.GeneratingUnit(kw=float(kw)):
            yield f"{kw:,.0f} kW"


def _supply(graph: Snapshot, thing: int, supply: customer.SupplySource) -> Iterator[str]:
    for account in _accounts(graph, thing):
        if account.importance is not Importance.ORDINARY:
            yield Labels(account.importance.en, account.importance.zh)
    yield Labels(supply.role.en, supply.role.zh)
    if supply.capacity_kva:
        yield f"{supply.capacity_kva:,.0f} kVA"


def _customer_of(graph: Snapshot, supply: int) -> str:
    return next((account.name for account in _accounts(graph, supply)), "")


def _accounts(graph: Snapshot, supply: int) -> Iterator[customer.Customer]:
    for point in graph.sources(supply, RelationshipKind.FED_BY):
        for at in graph.sources(point, RelationshipKind.HAS_RECEIVING_POINT):
            yield graph.get(customer.Customer, at)


def owner_of(graph: Snapshot, thing: int) -> int:
    """The customer in whose receiving point a thing stands; -1 for none."""
    for holder in graph.targets(thing, RelationshipKind.CONTAINED_IN):
        if graph.kind(holder) is EntityKind.RECEIVING_POINT:
            return next(iter(graph.sources(holder, RelationshipKind.HAS_RECEIVING_POINT)), -1)
    return -1


def _without_place(graph: Snapshot, thing: int, name: str) -> str:
    """A name without that of the station or feeder that it begins with."""
    for holder in (station_of(graph, thing, *STATIONS), feeder_of(graph, thing), owner_of(graph, thing)):
        if holder >= 0:
            shared = _shared(name, graph.name(holder))
            if shared >= _FEWEST and shared < len(name):
                return name[shared:]
    return name


def _shared(name: str, other: str) -> int:
    """How far two names begin alike, no number cut in two."""
    count = 0
    for one, two in zip(name, other, strict=False):
        if one != two:
            break
        count += 1
    while 0 < count < len(name) and name[count - 1].isdigit() and not _ends_alike(name, other, count):
        count -= 1
    return count


def _ends_alike(name: str, other: str, count: int) -> bool:
    """Whether the number before a place ends there in both."""
    return not name[count].isdigit() and not (count < len(other) and other[count].isdigit())


def _joined(texts: Iterator[str]) -> str:
    found = [*texts]
    text = found[0] if found else ""
    for each in found[1:]:
        text = say("{one} {other}", one=text, other=each)
    return text
