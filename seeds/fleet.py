"""应急车辆: the generator trucks of the utility, and what else is sent to an incident, each with what it fits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from schema.record_terms import VehicleState, VehicleType
from schema.relationships import RelationshipKind
from schema.vehicle import Vehicle
from seeds import names
from seeds.city import PREFIX, City
from seeds.people import SHANGHAI
from seeds.row import Row, link

_QUICK, _LUGS, _MEDIUM = "快速接头 400A×4", "铜排压接", "10kV 可触摸电缆头"
_TRUCK, _UPS = VehicleType.GENERATOR_TRUCK, VehicleType.UPS_TRUCK
_LOW, _HIGH = 0.4, 10.0


class _Generator(NamedTuple):
    name: str
    kind: VehicleType
    state: VehicleState
    station: int
    """Whose yard it stands in."""
    kw: float
    kv: float
    connector: str
    cable_m: float


_GENERATORS = (
    _Generator("1号低压发电车", _TRUCK, VehicleState.STANDBY, 1, 400, _LOW, _QUICK, 50),
    _Generator("2号低压发电车", _TRUCK, VehicleState.STANDBY, 3, 500, _LOW, f"{_QUICK}、{_LUGS}", 80),
    _Generator("3号低压发电车", _TRUCK, VehicleState.STANDBY, 2, 200, _LOW, _QUICK, 50),
    _Generator("4号低压发电车", _TRUCK, VehicleState.STANDBY, 2, 400, _LOW, _LUGS, 50),
    _Generator("5号低压发电车", _TRUCK, VehicleState.OUT, 2, 500, _LOW, _QUICK, 80),
    _Generator("6号低压发电车", _TRUCK, VehicleState.UNAVAILABLE, 1, 800, _LOW, _QUICK, 100),
    _Generator("7号低压发电车", _TRUCK, VehicleState.STANDBY, 2, 400, _LOW, _QUICK, 25),
    _Generator("1号中压发电车", _TRUCK, VehicleState.RESERVE, 1, 1000, _HIGH, _MEDIUM, 100),
    _Generator("1号 UPS 电源车", _UPS, VehicleState.STANDBY, 1, 300, _LOW, _QUICK, 50),
)
"""4 feeders or more make one station, so a yard of one that is not there is the first one's."""


def fleet_rows(city: City) -> Iterator[Row]:
    """Every vehicle of the city."""
    for number, each in enumerate(_GENERATORS, 1):
        yield _generator(city, number, each)
    for number, (name, kind, team) in enumerate(
        (("1号应急指挥车", VehicleType.COMMAND, "REAR"), ("1号后勤车", VehicleType.LOGISTICS, "REAR")),
        len(_GENERATORS) + 1,
    ):
        yield _other(city, number, name, kind, 1, team)
    for station in range(1, city.stations + 1):
        name = f"{names.station(station)}抢修车"
        yield _other(city, 100 + station, name, VehicleType.REPAIR, station, f"REPAIR{station}")


def _generator(city: City, number: int, each: _Generator) -> Row:
    place = city.station_point(each.station if each.station <= city.stations else 1)
    return Row(
        Vehicle(
            id=f"{PREFIX}:VEH:{number}",
            name=each.name,
            vehicle_type=each.kind,
            plate=_plate(number),
            state=each.state,
            state_at=_reported(city),
            kw=each.kw,
            nominal_kv=each.kv,
            connector=each.connector,
            cable_m=each.cable_m,
            longitude=place[0],
            latitude=place[1],
        ),
        link(RelationshipKind.CREWED_BY, f"{PREFIX}:TEAM:POWER"),
    )


def _other(city: City, number: int, name: str, kind: VehicleType, station: int, team: str) -> Row:
    place = city.station_point(station)
    return Row(
        Vehicle(
            id=f"{PREFIX}:VEH:{number}",
            name=name,
            vehicle_type=kind,
            plate=_plate(number),
            state=VehicleState.STANDBY,
            state_at=_reported(city),
            longitude=place[0],
            latitude=place[1],
        ),
        link(RelationshipKind.CREWED_BY, f"{PREFIX}:TEAM:{team}"),
    )


def _plate(number: int) -> str:
    return f"临A·D{number:04d}"


def _reported(city: City) -> datetime:
    """When the duty room was last told: at the change of shift in the evening before."""
    return datetime.combine(city.today - timedelta(days=1), time(20), SHANGHAI).astimezone(UTC)
