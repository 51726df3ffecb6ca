"""发电车与接入点匹配: which generator trucks can feed a customer at an access point, and of the others why not.

    access point ─ATTACHES_TO─▶ bus ─▶ loads behind it (not beyond the supplies, never up a transformer)
    truck: free? voltage = · power ≥ what they need · cable ≥ way · a connector in common  ──▶ FITS | UNSURE | UNFIT
"""  # fmt: skip

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import unique

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing, Things
from schema.customer import AccessPoint, CustomerTransformer, Load, SupplySource
from schema.distances import kilometres
from schema.grid import ConductingEquipment, Located, Switch
from schema.people import compact
from schema.record_terms import VehicleState, VehicleType
from schema.registry import CONDUCTING, EntityKind
from schema.relationships import RelationshipKind
from schema.vehicle import Vehicle
from schema.vocabulary import SwitchPosition, Term
from schema.words import Sentence, say

_LOW_KV = 1.0
"""Up to here an access point is of low voltage: what it feeds lies on its side of the transformers."""
_CONNECTORS = re.compile(r"[、,，;；/]")
_GENERATORS = frozenset({VehicleType.GENERATOR_TRUCK, VehicleType.UPS_TRUCK})


@unique
class TruckFit(Term):
    """匹配结论: 发电车能否接入。 Whether a truck can feed at an access point."""

    FITS = "FITS", "可用", "fits and is free", "K"
    UNSURE = "UNSURE", "待核实", "nothing speaks against it, but something is not recorded", "K"
    UNFIT = "UNFIT", "不可用", "does not fit, or is not free", "K"


@unique
class TruckReason(Term):
    """匹配原因: 不可用或待核实的原因。 Why a truck does not fit, or may not."""

    UNAVAILABLE = "UNAVAILABLE", "车辆停用", "the truck is not usable", "duty record: 状态"
    SENT_OUT = "SENT_OUT", "车辆已出动", "the truck is sent out", "duty record: 状态"
    AT_WORK = "AT_WORK", "已派往其他工单", "an open work order has it", "K"
    VOLTAGE = "VOLTAGE", "电压不符", "it feeds at another voltage", "generator truck access guide"
    POWER = "POWER", "功率不足", "its power is less than the loads need", "K"
    CABLE = "CABLE", "电缆不够长", "its cable is shorter than the way", "generator truck access guide"
    CONNECTOR = "CONNECTOR", "接口不符", "it has no connector that fits", "generator truck access guide"
    NOT_RECORDED = "NOT_RECORDED", "未登记", "something that decides is not recorded", "K"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, in words."""

    kind: TruckReason
    sentence: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Truck:
    """A truck at an access point."""

    vehicle: Thing
    fit: TruckFit
    reasons: tuple[Reason, ...]
    """Empty where it fits."""
    distance_km: float | None
    """As the crow flies; None where either place is not recorded."""
    spare_kw: float | None
    """What of its power is left; None where either is not recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trucks:
    """Every generator truck at an access point: those that fit first, those that stand by, the nearest first."""

    access_point: Thing
    loads: Things
    """What it feeds."""
    needed_kw: float | None
    """What these need; None where nothing says so."""
    least: bool
    """Whether the power of some of them is not recorded, so that it is the least that they need."""
    trucks: tuple[Truck, ...]


def trucks_at(
    graph: Snapshot, access_point: int, kw: float | None = None, at_work: Mapping[int, Sentence] | None = None
) -> Trucks:
    """Match all trucks with an access point. `kw` is what is needed if that is another amount than that of the
    security loads behind it (of all loads, where none is one); `at_work` says which trucks open work orders have."""
    loads = _fed(graph, access_point)
    needed, least = (kw, False) if kw is not None else _needed(graph, loads)
    busy = at_work or {}
    made = [
        _truck(graph, access_point, each, needed, busy.get(each))
        for each in graph.of_kind(EntityKind.VEHICLE)
        if graph.get(Vehicle, each).vehicle_type in _GENERATORS
    ]
    made.sort(key=lambda each: _by_use(graph, each))
    return Trucks(access_point=access_point, loads=loads, needed_kw=needed, least=least, trucks=tuple(made))


def access_points_of(graph: Snapshot, customer: int) -> Iterator[int]:
    """Access points of a customer."""
    for point in graph.targets(customer, RelationshipKind.HAS_RECEIVING_POINT):
        for each in graph.sources(point, RelationshipKind.CONTAINED_IN):
            if graph.kind(each) is EntityKind.ACCESS_POINT:
                yield each


def _by_use(graph: Snapshot, truck: Truck) -> tuple[int, bool, float, str]:
    vehicle = graph.get(Vehicle, truck.vehicle)
    away = math.inf if truck.distance_km is None else truck.distance_km
    return list(TruckFit).index(truck.fit), vehicle.state is not VehicleState.STANDBY, away, vehicle.id


def _truck(graph: Snapshot, access_point: int, index: int, needed: float | None, work: Sentence | None) -> Truck:
    vehicle, point = graph.get(Vehicle, index), graph.get(AccessPoint, access_point)
    against = [*not_free(vehicle, work), *_against(vehicle, point, needed)]
    unknown = [_not_recorded(what) for what in _unknown(vehicle, point, needed)]
    fit = TruckFit.UNFIT if against else TruckFit.UNSURE if unknown else TruckFit.FITS
    spare = None if vehicle.kw is None or needed is None else vehicle.kw - needed
    away = _distance_km(vehicle, point)
    return Truck(vehicle=index, fit=fit, reasons=(*against, *unknown), distance_km=away, spare_kw=spare)


def not_free(vehicle: Vehicle, work: Sentence | None) -> Iterator[Reason]:
    """Why it cannot be sent, whereto it may be; `work` says which open work order has it."""
    if vehicle.state is VehicleState.UNAVAILABLE:
        yield Reason(TruckReason.UNAVAILABLE, say("the truck is not usable"))
    if work is not None:
        yield Reason(TruckReason.AT_WORK, work)
    elif vehicle.state is VehicleState.OUT:
        yield Reason(TruckReason.SENT_OUT, say("the truck is sent out"))


def _against(vehicle: Vehicle, point: AccessPoint, needed: float | None) -> Iterator[Reason]:
    """What speaks against it, of what both have recorded."""
    if None not in (vehicle.nominal_kv, point.nominal_kv) and vehicle.nominal_kv != point.nominal_kv:
        text = say(
            "it feeds at {kv} kV, {needed} kV is needed", kv=f"{vehicle.nominal_kv:g}", needed=f"{point.nominal_kv:g}"
        )
        yield Reason(TruckReason.VOLTAGE, text)
    if vehicle.kw is not None and needed is not None and vehicle.kw < needed:
        text = say("it has {kw} kW, {needed} kW are needed", kw=f"{vehicle.kw:g}", needed=f"{needed:g}")
        yield Reason(TruckReason.POWER, text)
    if vehicle.cable_m is not None and point.cable_m is not None and vehicle.cable_m < point.cable_m:
        text = say(
            "it has {m} m of cable, {needed} m are needed", m=f"{vehicle.cable_m:g}", needed=f"{point.cable_m:g}"
        )
        yield Reason(TruckReason.CABLE, text)
    if vehicle.connector and point.connector and not _kinds(vehicle.connector) & _kinds(point.connector):
        text = say("it has {one}, {other} is needed", one=vehicle.connector, other=point.connector)
        yield Reason(TruckReason.CONNECTOR, text)


_RECORDED: tuple[tuple[Sentence, Callable[[Vehicle, AccessPoint], bool]], ...] = (
    (say("voltage of the truck"), lambda vehicle, _: vehicle.nominal_kv is not None),
    (say("voltage of the access point"), lambda _, point: point.nominal_kv is not None),
    (say("power of the truck"), lambda vehicle, _: vehicle.kw is not None),
    (say("cable of the truck"), lambda vehicle, _: vehicle.cable_m is not None),
    (say("cable needed"), lambda _, point: point.cable_m is not None),
    (say("connector of the truck"), lambda vehicle, _: bool(vehicle.connector)),
    (say("connector of the access point"), lambda _, point: bool(point.connector)),
    (say("state of the truck"), lambda vehicle, _: vehicle.state is not None),
)


def _unknown(vehicle: Vehicle, point: AccessPoint, needed: float | None) -> Iterator[Sentence]:
    """What decides and is not recorded."""
    yield from (what for what, known in _RECORDED if not known(vehicle, point))
    if needed is None:
        yield say("power of the loads")


def _not_recorded(what: Sentence) -> Reason:
    return Reason(TruckReason.NOT_RECORDED, say("not recorded: {what}", what=what))


def _kinds(connector: str) -> set[str]:
    """Types of connector, as they are compared."""
    return {compact(each).casefold().replace("×", "x") for each in _CONNECTORS.split(connector)} - {""}


def _needed(graph: Snapshot, loads: Things) -> tuple[float | None, bool]:
    """What the security loads need, or all where none is one; whether that is the least."""
    found = [graph.get(Load, each) for each in loads]
    counted = [each for each in found if each.security] or found
    known = [each.kw for each in counted if each.kw is not None]
    return (sum(known) if known else None), len(known) < len(counted)


def _fed(graph: Snapshot, access_point: int) -> Things:
    """Loads that a truck feeds there: behind its buses, as far as switches are closed, on its side of the supplies."""
    low = (graph.get(AccessPoint, access_point).nominal_kv or 0) <= _LOW_KV
    front = _nodes_of(graph, graph.targets(access_point, RelationshipKind.ATTACHES_TO))
    nodes, loads = set(front), set[int]()
    while front:
        equipment = {each for node in front for each in graph.sources(node, RelationshipKind.CONNECTS)}
        loads |= {each for each in equipment if graph.kind(each) is EntityKind.LOAD}
        passed = (each for each in equipment if _passes(graph, each, low=low))
        front = _nodes_of(graph, passed) - nodes
        nodes |= front
    return tuple(sorted(loads, key=graph.id))


def _nodes_of(graph: Snapshot, equipment: Iterable[int]) -> set[int]:
    return {node for each in equipment for node in graph.targets(each, RelationshipKind.CONNECTS)}


def _passes(graph: Snapshot, index: int, *, low: bool) -> bool:
    if graph.kind(index) not in CONDUCTING:
        return False
    thing = graph.get(ConductingEquipment, index)
    if isinstance(thing, SupplySource) or not thing.in_service:
        return False
    if isinstance(thing, CustomerTransformer):
        return not low
    return not isinstance(thing, Switch) or thing.current_position is SwitchPosition.CLOSED


def _distance_km(one: Located, other: Located) -> float | None:
    """Along the great circle; None where either has no place."""
    if one.longitude is None or one.latitude is None or other.longitude is None or other.latitude is None:
        return None
    return round(kilometres((one.longitude, one.latitude), (other.longitude, other.latitude)), 2)
