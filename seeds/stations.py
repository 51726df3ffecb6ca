"""Sources, 110 kV stations, their transformers and 10 kV bus sections."""

from __future__ import annotations

from collections.abc import Iterator

from schema import grid
from schema.relationships import RelationshipKind
from schema.vocabulary import AreaClass, Construction, CorridorType, SwitchPosition, TransformerUse
from seeds import names
from seeds.city import PREFIX, STATIONS_PER_SOURCE, City, Line, Point, at, length_between, shifted
from seeds.row import Row, inside, link, terminals

CITY_AREA = f"{PREFIX}:AREA:0"
ROMAN = ("", "Ⅰ", "Ⅱ")
HIGH_TRANSFER_S, MEDIUM_TRANSFER_S = 2.5, 4.0
"""Delays of the automatic bus transfers (备自投): that of 10 kV waits for that of 110 kV."""


def area_of(station: int) -> str:
    """Id of a station's service area."""
    return f"{PREFIX}:AREA:{station}"


def station_of(station: int) -> str:
    """Id of a 110 kV station."""
    return f"{PREFIX}:SUB:{station}"


def bus_node(station: int, bus: int) -> str:
    """Node of a 10 kV bus section."""
    return f"{PREFIX}:CN:S{station}:M{bus}"


def exit_trench(station: int) -> str:
    """Trench that the cables of a station leave through."""
    return f"{PREFIX}:COR:S{station}"


def risk_group(station: int) -> str:
    """Low ground near a station whose cabinets are flooded together."""
    return f"{PREFIX}:RISK:{station}"


def sources(city: City) -> Iterator[Row]:
    """The 220 kV stations that feed the city, and the city's area."""
    yield Row(grid.Area(id=CITY_AREA, name="临江市", area_class=AreaClass.CITY))
    for number in range(1, city.sources + 1):
        pair, side = divmod(number - 1, 2)
        first = pair * STATIONS_PER_SOURCE + 1
        place = shifted(city.station_point(first), -0.02, 0.03 if side else -0.03)
        yield from _source(number, f"220kV{names.source(number)}变", place)


def _source(number: int, name: str, place: Point) -> Iterator[Row]:
    where = at(place)
    station = f"{PREFIX}:SRC:{number}"
    node = f"{PREFIX}:CN:SRC{number}"
    part = inside(station)
    yield Row(grid.Substation(id=station, name=name, nominal_kv=220, **where), (inside(CITY_AREA),))
    yield Row(grid.ConnectivityNode(id=node), (part,))
    yield Row(
        grid.EnergySource(id=f"{PREFIX}:ES:{number}", name=f"{name}110kV电源", nominal_kv=110, **where),
        (*terminals(node), part),
    )
    yield Row(
        grid.BusbarSection(id=f"{PREFIX}:BUS:SRC{number}", name=f"{name}110kV母线", nominal_kv=110, **where),
        (*terminals(node), part),
    )


def station(city: City, number: int) -> Iterator[Row]:
    """A 110 kV station: two lines in, two transformers, two 10 kV bus sections with an open coupler between.

    The couplers of both voltages close by themselves for an infeed of theirs that lost voltage.
    """
    place = city.station_point(number)
    where = at(place)
    label = names.station(number)
    name = f"110kV{label}变"
    me = station_of(number)
    yield Row(
        grid.Area(id=area_of(number), name=f"{label}供电区", area_class=_area_class(number)), (inside(CITY_AREA),)
    )
    yield Row(
        grid.Substation(id=me, name=name, aliases=(f"{label}变",), nominal_kv=110, **where),
        (inside(area_of(number)),),
    )
    yield Row(
        grid.Corridor(id=exit_trench(number), name=f"{label}变出线电缆沟", corridor_type=CorridorType.TRENCH, **where)
    )
    yield Row(grid.RiskGroup(id=risk_group(number), name=f"{label}低洼易涝片区", note="暴雨时柜体可能同时进水"))
    for side in (1, 2):
        yield from _infeed(number, side, place)
        yield from _bus(number, side, place, name)
    for voltage, code, above in ((110, "H", 110), (10, "M", 10)):
        coupler = grid.Breaker(
            id=f"{PREFIX}:CB:S{number}:{code}0",
            name=f"{name}{voltage}kV母分{'1100' if voltage == 110 else '1000'}断路器",
            number="1100" if voltage == 110 else "1000",
            nominal_kv=above,
            normal_position=SwitchPosition.OPEN,
            remote_controlled=True,
            note="备自投投入",
            **where,
        )
        ends = terminals(f"{PREFIX}:CN:S{number}:{code}1", f"{PREFIX}:CN:S{number}:{code}2")
        yield Row(coupler, (*ends, inside(me)))


def _area_class(station: int) -> AreaClass:
    return AreaClass.RURAL if station % 5 == 0 else AreaClass.CITY


def _infeed(number: int, side: int, place: Point) -> Iterator[Row]:
    source = 2 * ((number - 1) // STATIONS_PER_SOURCE) + side
    operating = f"{1200 + number * 10 + side}"
    line = f"110kV{names.source(source)[0]}{names.station(number)[0]}线"
    name = f"{line}{operating}线"
    away = shifted(place, -0.01, 0.01 if side == 2 else -0.01)
    here = at(place)
    there = at(away)
    line_start, line_end = (f"{PREFIX}:CN:S{number}:{code}{side}" for code in ("A", "B"))
    yield Row(grid.ConnectivityNode(id=line_start))
    yield Row(grid.ConnectivityNode(id=line_end))
    yield Row(
        grid.Breaker(
            id=f"{PREFIX}:CB:S{number}:A{side}",
            name=f"220kV{names.source(source)}变{line}{operating}断路器",
            number=operating,
            nominal_kv=110,
            **there,
        ),
        (*terminals(f"{PREFIX}:CN:SRC{source}", line_start), inside(f"{PREFIX}:SRC:{source}")),
    )
    towers = [f"{PREFIX}:TWR:S{number}:{side}:{tower}" for tower in (1, 2)]
    for index, tower in enumerate(towers, 1):
        spot = shifted(away, 0.003 * index, 0.0)
        yield Row(
            grid.Tower(id=tower, name=f"{name}{index}号塔", number=str(index), longitude=spot[0], latitude=spot[1])
        )
    yield Row(
        grid.ACLineSegment(
            id=f"{PREFIX}:SEG:S{number}:{side}",
            name=name,
            nominal_kv=110,
            length_m=length_between(away, place) * 4,
            construction=Construction.OVERHEAD,
            rated_current_a=600,
            conductor="LGJ-240",
            end_longitude=place[0],
            end_latitude=place[1],
            **there,
        ),
        (*terminals(line_start, line_end), *link(RelationshipKind.CARRIED_BY, *towers)),
    )
    yield Row(
        grid.Breaker(
            id=f"{PREFIX}:CB:S{number}:B{side}",
            name=f"110kV{names.station(number)}变{line}{operating}断路器",
            number=operating,
            nominal_kv=110,
            auto_transfer_s=HIGH_TRANSFER_S,
            **here,
        ),
        (
            *terminals(line_end, f"{PREFIX}:CN:S{number}:H{side}"),
            *link(RelationshipKind.AUTO_CLOSES, f"{PREFIX}:CB:S{number}:H0"),
            inside(station_of(number)),
        ),
    )


def _bus(number: int, side: int, place: Point, name: str) -> Iterator[Row]:
    me = inside(station_of(number))
    where = at(place)
    high, medium, low_side = (f"{PREFIX}:CN:S{number}:{code}{side}" for code in ("H", "M", "T"))
    for node in (high, medium, low_side):
        yield Row(grid.ConnectivityNode(id=node), (me,))
    yield Row(
        grid.BusbarSection(
            id=f"{PREFIX}:BUS:S{number}:H{side}", name=f"{name}110kV{ROMAN[side]}段母线", nominal_kv=110, **where
        ),
        (*terminals(high), me),
    )
    yield Row(
        grid.PowerTransformer(
            id=f"{PREFIX}:TR:S{number}:{side}",
            name=f"{name}{side}号主变",
            number=f"{side}T",
            nominal_kv=110,
            secondary_kv=10.5,
            rated_kva=50_000,
            use=TransformerUse.MAIN,
            **where,
        ),
        (*terminals(high, low_side), me),
    )
    yield Row(
        grid.Breaker(
            id=f"{PREFIX}:CB:S{number}:T{side}",
            name=f"{name}{side}号主变100{side}断路器",
            number=f"100{side}",
            nominal_kv=10,
            remote_controlled=True,
            rated_current_a=3150,
            auto_transfer_s=MEDIUM_TRANSFER_S,
            **where,
        ),
        (*terminals(low_side, medium), *link(RelationshipKind.AUTO_CLOSES, f"{PREFIX}:CB:S{number}:M0"), me),
    )
    yield Row(
        grid.BusbarSection(
            id=f"{PREFIX}:BUS:S{number}:{side}", name=f"{name}10kV{ROMAN[side]}段母线", nominal_kv=10, **where
        ),
        (*terminals(medium), me),
    )
    yield Row(
        grid.ShuntCompensator(
            id=f"{PREFIX}:CAP:S{number}:{side}", name=f"{name}10kV{side}号电容器组", nominal_kv=10, **where
        ),
        (*terminals(medium), me),
    )


def head_of(line: Line) -> str:
    """Id of the breaker that a feeder starts at."""
    return f"{PREFIX}:CB:{line.number}"
