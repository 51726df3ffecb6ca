"""Customers: site, receiving point, incoming supplies, and what is known of their inside."""

from __future__ import annotations

from collections.abc import Iterator

from schema import customer, grid
from schema.relationships import RelationshipKind
from schema.vocabulary import (
    AreaClass,
    Construction,
    CorridorType,
    Importance,
    Interlock,
    Ownership,
    TransferMode,
)
from seeds.bays import boundary, customer_bay
from seeds.city import City, Point, at, length_between, near, shifted
from seeds.customer_network import incomer_node, inside_rows, transfer_bay
from seeds.row import Link, Row, inside, link, terminals
from seeds.specs import Arrangement, CustomerSpec, Supply
from seeds.stations import area_of

_NOTES = {Importance.TEMPORARY: "考试、会议、赛事期间按临时性重要电力用户管理，其余时间按普通客户管理"}


def customer_rows(city: City, spec: CustomerSpec) -> Iterator[Row]:
    """Everything of one customer but its people and its plan."""
    first = spec.supplies[0]
    dice = city.dice(f"place {spec.number}")
    place = near(city.line_point(first.line, first.position), dice)
    where = at(place)
    point, site = spec.part("RP"), spec.part("SITE")
    yield Row(_account(spec, dice.random()), _account_links(spec, point, site))
    address = f"临江市{first.line.short[:-2]}路{dice.randint(1, 400)}号"
    yield Row(customer.Site(id=site, name=f"{spec.name}用电地址", address=address, **where))
    if spec.shared_trench is not None:
        yield Row(
            grid.Corridor(id=spec.part("COR"), name=spec.shared_trench, corridor_type=CorridorType.TRENCH, **where)
        )
    yield Row(_receiving_point(spec, place, dice.random()), _point_links(spec, site))
    for number, supply in enumerate(spec.supplies, 1):
        yield from _supply(city, spec, number, supply, shifted(place, 0.0001 * number, 0.0))
    if spec.arrangement is not Arrangement.UNKNOWN:
        yield from inside_rows(city, spec, place)


def supply_label(spec: CustomerSpec, number: int) -> str:
    """What a customer calls a supply: its number, its role, and the feeder that the ledger has it from."""
    supply = spec.supplies[number - 1]
    return f"{number}号{'主供' if supply.role == 'MAIN' else '备用'}电源（{supply.line.name}）"


def supply_id(spec: CustomerSpec, number: int) -> str:
    """Id of a customer's supply, counted from 1."""
    return spec.part("SS", f"-{number}")


def _account(spec: CustomerSpec, luck: float) -> customer.Customer:
    kva = sum(supply.kva for supply in spec.supplies if supply.role == "MAIN") or spec.supplies[0].kva
    first = spec.supplies[0].line
    return customer.Customer(
        id=spec.id,
        name=spec.name,
        aliases=spec.aliases,
        number=f"66{spec.number:08d}",
        importance=spec.importance,
        key_account=True,
        industry=spec.industry,
        area_class=AreaClass.RURAL if first.station % 5 == 0 else AreaClass.CITY,
        contract_kva=kva,
        note=_NOTES.get(spec.importance),
        running_kva=kva,
        high_consumption=spec.industry in ("冶金", "建材", "造纸"),
        restricted_industry=spec.industry == "冶金",
        arrears_risk=luck < 0.03,
        alternative_energy="屋顶光伏" if luck > 0.9 else None,
        supply_code=_code(spec, luck),
    )


def _code(spec: CustomerSpec, luck: float) -> str:
    """Supply type as the marketing system has it; once in a while it is wrong, as such fields are."""
    lines = [supply.line for supply in spec.supplies]
    if spec.number > 100 and 0.5 < luck < 0.53:
        return "3"
    if len(lines) == 1:
        return "0"
    if len({line.station for line in lines}) > 1:
        return "3"
    return "2" if len({line.bus for line in lines}) > 1 else "1"


def _account_links(spec: CustomerSpec, point: str, site: str) -> tuple[Link, ...]:
    return (
        inside(area_of(spec.supplies[0].line.station)),
        *link(RelationshipKind.HAS_SITE, site),
        *link(RelationshipKind.HAS_RECEIVING_POINT, point),
    )


def _receiving_point(spec: CustomerSpec, place: Point, luck: float) -> customer.ReceivingPoint:
    double = len(spec.supplies) > 1
    return customer.ReceivingPoint(
        id=spec.part("RP"),
        name=f"{spec.name}受电点",
        number=f"{spec.number:06d}-1",
        nominal_kv=10,
        interlock=Interlock.BOTH if double and luck < 0.8 else (Interlock.NONE if double else None),
        transfer=spec.transfer,
        transfer_seconds=spec.transfer_s,
        load_kw=float(sum(load.kw for load in spec.loads) or spec.load_kw),
        undervoltage_release=luck < 0.3,
        longitude=place[0],
        latitude=place[1],
    )


def _point_links(spec: CustomerSpec, site: str) -> tuple[Link, ...]:
    bay = transfer_bay(spec)
    feeds = (supply_id(spec, number) for number in range(1, len(spec.supplies) + 1))
    return (
        *link(RelationshipKind.LOCATED_AT, site),
        *link(RelationshipKind.FED_BY, *feeds),
        *(link(RelationshipKind.TRANSFERS_BY, bay) if bay and spec.transfer is not TransferMode.NONE else ()),
    )


def _supply(city: City, spec: CustomerSpec, number: int, supply: Supply, place: Point) -> Iterator[Row]:
    """Bay at the feeder, cable, and the incoming supply at its end."""
    line = supply.line
    start = city.line_point(line, supply.position)
    after_bay, before = (spec.part("CN", f"-{number}{end}") for end in "AB")
    bay = customer_bay(city, spec, number)
    yield Row(grid.ConnectivityNode(id=after_bay))
    yield Row(grid.ConnectivityNode(id=before))
    yield Row(
        _bay_class(spec, supply)(
            id=spec.part("CB", f"-{number}"),
            name=bay.name,
            number=bay.number,
            nominal_kv=10,
            longitude=start[0],
            latitude=start[1],
        ),
        (*terminals(line.node(supply.position), after_bay), inside(line.cabinet(supply.position))),
    )
    shared = (spec.part("COR"),) if spec.shared_trench is not None else ()
    yield Row(
        grid.ACLineSegment(
            id=spec.part("SEG", f"-{number}"),
            name=f"{line.full}{bay.end}～{spec.name}{number}号进线柜电缆",
            nominal_kv=10,
            length_m=length_between(start, place),
            construction=Construction.CABLE,
            conductor="YJV22-3×240",
            ownership=Ownership.CUSTOMER,
            in_service=not supply.under_maintenance,
            note="电缆中间接头检修" if supply.under_maintenance else None,
            longitude=start[0],
            latitude=start[1],
            end_longitude=place[0],
            end_latitude=place[1],
        ),
        (*terminals(after_bay, before), inside(line.id), *link(RelationshipKind.ROUTED_IN, *shared)),
    )
    known = spec.arrangement is not Arrangement.UNKNOWN
    ends = (before, incomer_node(spec, number)) if known else (before,)
    yield Row(
        customer.SupplySource(
            id=supply_id(spec, number),
            name=f"{spec.name}{supply_label(spec, number)}",
            nominal_kv=10,
            role=supply.role,
            capacity_kva=supply.kva,
            incoming="架空线转电缆" if line.overhead else "电缆",
            boundary=boundary(city, spec, number),
            ownership=Ownership.CUSTOMER,
            longitude=place[0],
            latitude=place[1],
        ),
        (*terminals(*ends), *link(RelationshipKind.FROM_FEEDER, line.id), inside(spec.part("RP"))),
    )


def _bay_class(spec: CustomerSpec, supply: Supply) -> type[grid.Switch]:
    if spec.importance is not Importance.ORDINARY:
        return grid.Breaker
    return grid.Fuse if supply.line.overhead else grid.LoadBreakSwitch
