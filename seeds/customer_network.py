"""The network behind a customer's ownership boundary: buses, bays, transformers, loads, emergency sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import TypedDict

from schema import customer
from schema.grid import ConnectivityNode
from schema.relationships import RelationshipKind
from schema.vocabulary import EmergencySourceType, Interlock, Ownership, SwitchPosition, TransformerUse
from seeds.city import City, Point, shifted
from seeds.row import Link, Row, inside, link, terminals
from seeds.specs import Arrangement, Backup, CustomerSpec

_ROMAN = ("", "Ⅰ", "Ⅱ")


def incomer_node(spec: CustomerSpec, number: int) -> str:
    """Node between a supply and its incoming bay."""
    return spec.part("CN", f"-{number}I")


def transfer_bay(spec: CustomerSpec) -> str | None:
    """Id of the bay that closes to change over: the coupler, or the standby's incoming bay."""
    match spec.arrangement:
        case Arrangement.COUPLED:
            return bay_id(spec, 0)
        case Arrangement.STANDBY:
            return bay_id(spec, 2)
        case _:
            return None


def load_id(spec: CustomerSpec, place: int) -> str:
    """Id of a load by its place in the list, from 0."""
    return spec.part("LOAD", f"-{place + 1}")


def inside_rows(city: City, spec: CustomerSpec, place: Point) -> Iterator[Row]:
    """The inside of a customer whose arrangement is known."""
    buses = (1, 2) if spec.arrangement is Arrangement.COUPLED else (1,)
    for number in range(1, len(spec.supplies) + 1):
        bus = number if number in buses else 1
        waiting = spec.arrangement is Arrangement.STANDBY and number > 1
        yield Row(ConnectivityNode(id=incomer_node(spec, number)))
        ends = terminals(incomer_node(spec, number), _node(spec, "H", bus))
        yield _bay(spec, number, place, waiting, ends)
    if len(buses) == 2:
        ends = terminals(_node(spec, "H", 1), _node(spec, "H", 2))
        yield _bay(spec, 0, place, True, ends)
    for bus in buses:
        yield from _bus(spec, bus, shifted(place, 0.00005 * bus, 0.00005))
    yield from _loads(spec, place)
    yield from _emergency(city, spec, place)


def _node(spec: CustomerSpec, level: str, bus: int) -> str:
    return spec.part("CN", f"-{level}{bus}")


def bay_label(number: int) -> str:
    """What a customer's bay is called: the incoming one of a supply (from 1), or the coupler (0)."""
    return f"{number}号进线柜90{number}断路器" if number else "母联柜900断路器"


def bus_label(spec: CustomerSpec, level: str, bus: int) -> str:
    """What a customer's bus is called; one that is alone has no number of section."""
    return f"{level}{_ROMAN[bus]}段母线" if spec.arrangement is Arrangement.COUPLED else f"{level}母线"


def bay_id(spec: CustomerSpec, number: int) -> str:
    """Id of the incoming bay of a supply (from 1), or of the coupler (0)."""
    return spec.part("QF", f"-{number}")


def _bay(spec: CustomerSpec, number: int, place: Point, opened: bool, ends: tuple[Link, ...]) -> Row:
    return Row(
        customer.SwitchBay(
            id=bay_id(spec, number),
            name=f"{spec.name}{bay_label(number)}",
            number=f"90{number}",
            nominal_kv=10,
            normal_position=SwitchPosition.OPEN if opened else SwitchPosition.CLOSED,
            ownership=Ownership.CUSTOMER,
            longitude=place[0],
            latitude=place[1],
        ),
        (*ends, inside(spec.part("RP"))),
    )


def _bus(spec: CustomerSpec, bus: int, place: Point) -> Iterator[Row]:
    """A 10 kV bus, its transformer, and the 0.4 kV bus behind."""
    high, low = _node(spec, "H", bus), _node(spec, "L", bus)
    part = inside(spec.part("RP"))
    for node, level, kv in ((high, "10kV", 10.0), (low, "0.4kV", 0.4)):
        yield Row(ConnectivityNode(id=node))
        yield Row(
            customer.InternalBus(
                id=spec.part("IB", f"-{level[:-2]}-{bus}"),
                name=f"{spec.name}{bus_label(spec, level, bus)}",
                nominal_kv=kv,
                ownership=Ownership.CUSTOMER,
                longitude=place[0],
                latitude=place[1],
            ),
            (*terminals(node), part),
        )
    yield Row(
        customer.CustomerTransformer(
            id=spec.part("TR", f"-{bus}"),
            name=f"{spec.name}{bus}号变压器",
            nominal_kv=10,
            secondary_kv=0.4,
            rated_kva=spec.supplies[0].kva,
            use=TransformerUse.DEDICATED,
            ownership=Ownership.CUSTOMER,
            longitude=place[0],
            latitude=place[1],
        ),
        (*terminals(high, low), part),
    )


def _loads(spec: CustomerSpec, place: Point) -> Iterator[Row]:
    for index, load in enumerate(spec.loads):
        yield Row(
            customer.Load(
                id=load_id(spec, index),
                name=load.name,
                nominal_kv=0.4,
                kw=load.kw,
                grade=load.grade,
                security=load.security,
                permitted_interruption_s=load.permitted_s,
                ownership=Ownership.CUSTOMER,
                longitude=place[0],
                latitude=place[1],
            ),
            (*terminals(_node(spec, "L", load.bus)), inside(spec.part("RP"))),
        )


def _emergency(city: City, spec: CustomerSpec, place: Point) -> Iterator[Row]:
    part = inside(spec.part("RP"))
    for index, backup in enumerate(spec.backups, 1):
        yield Row(
            customer.EmergencySource(
                id=spec.part("EP", f"-{index}"),
                name=f"{spec.name}{backup.kind.zh}",
                source_type=backup.kind,
                kw=backup.kw,
                start_seconds=backup.start_s,
                endurance_minutes=backup.minutes,
                automatic=backup.automatic,
                in_service=backup.in_service,
                interlock=Interlock.BOTH if backup.kind is EmergencySourceType.GENSET else None,
                **_reported(city, spec, backup),
                longitude=place[0],
                latitude=place[1],
            ),
            (*link(RelationshipKind.BACKS, *(load_id(spec, load) for load in backup.loads)), part),
        )
    yield Row(
        customer.AccessPoint(
            id=spec.part("AP"),
            name=f"{spec.name}应急接入箱",
            nominal_kv=0.4,
            connector="快速接头 400A×4",
            cable_m=float(20 + spec.number % 5 * 10),
            notes=f"先拉开进线柜断路器，验明{bus_label(spec, '0.4kV', 1)}确无电压并挂牌，确认不会倒送电后接入",
            longitude=place[0],
            latitude=place[1],
        ),
        (*link(RelationshipKind.ATTACHES_TO, spec.part("IB", "-0.4-1")), part),
    )


class _Reported(TypedDict, total=False):
    started: bool
    fuel_minutes: float
    state_at: datetime


def _reported(city: City, spec: CustomerSpec, backup: Backup) -> _Reported:
    """What was reported of a generating set at its last monthly test: it stands, and what fuel is left."""
    if backup.kind is not EmergencySourceType.GENSET or not backup.in_service:
        return {}
    left = backup.minutes * (1 - spec.number % 4 * 0.2)
    tested = datetime.combine(city.today - timedelta(days=1 + spec.number % 28), time(10), UTC)
    return {"started": False, "fuel_minutes": float(round(left)), "state_at": tested}
