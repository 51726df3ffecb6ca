"""What the equipment along a feeder is called: bays of ring main units by number, switches by their pole.

A bay's number is that of its unit and its own: 401 comes in, 402 goes out, 403 and 404 tie, 405 to 407 feed laterals,
408 and the following feed customers. On an overhead feeder a switch is called after the pole that it stands on.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from seeds import names
from seeds.city import FEEDERS_PER_STATION, INCIDENT_LINE, POSITIONS, City, Line
from seeds.profiles import customers_of
from seeds.specs import CustomerSpec

SWITCHING_STATION_AT = 2
"""Position of the switching station (开关站) of the feeders that have one."""
INCOMING, OUTGOING, TIE, TIED = 1, 2, 3, 4
_LATERALS = 4
_CUSTOMERS = 7
_LANES_PER_POSITION = 3


class Bay(NamedTuple):
    """A bay or pole-mounted switch: its full name, its number, and what a line's end calls it."""

    name: str
    number: str
    end: str


def has_switching_station(line: Line, position: int) -> bool:
    """Whether a position is a switching station instead of a ring main unit."""
    return line.place in (7, 8) and position == SWITCHING_STATION_AT


def unit(line: Line, position: int) -> str:
    """What stands at a position: ring main unit, switching station, or pole."""
    if line.overhead:
        return f"{line.pole(position)}号杆"
    return "开关站" if has_switching_station(line, position) else f"{position}号环网柜"


def bay(line: Line, position: int, number: int, purpose: str = "") -> Bay:
    """Bay `number` of the unit at a position of a cable feeder; `purpose` in brackets, as the label on its door."""
    code = f"{position}{number:02}"
    end = f"{unit(line, position)}{code}间隔"
    return Bay(f"{line.full}{end}{f'（{purpose}）' if purpose else ''}", code, end)


def incoming(line: Line, position: int) -> Bay:
    """The bay that the trunk comes in by."""
    before = unit(line, position - 1) if position > 1 else f"{names.station(line.station)}变"
    return bay(line, position, INCOMING, f"至{before}")


def outgoing(line: Line, position: int) -> Bay:
    """The bay that the trunk goes on by."""
    return bay(line, position, OUTGOING, f"至{unit(line, position + 1)}")


def trunk(line: Line, position: int) -> str:
    """The trunk between a position and the one before: from bay to bay, or from pole to pole."""
    if line.overhead:
        return f"{line.full}{line.pole(position - 1) + 1}号杆～{line.pole(position)}号杆"
    start = f"{names.station(line.station)}变{line.number}断路器"
    if position > 1:
        start = outgoing(line, position - 1).end
    return f"{line.full}{start}～{incoming(line, position).end}电缆"


def lane_of(line: Line, position: int, branch: int) -> str:
    """The place that a lateral is called after."""
    serial = (line.station - 1) * FEEDERS_PER_STATION + line.place - 1
    return names.lane((serial * POSITIONS + position - 1) * _LANES_PER_POSITION + branch - 1)


def lateral(line: Line, position: int, branch: int) -> Bay:
    """The fused start of a lateral: a bay of the unit, or the first pole behind the T."""
    lane = lane_of(line, position, branch)
    if line.overhead:
        start = f"{lateral_line(line, position, branch)}1号杆跌落式熔断器"
        return Bay(start, f"{line.pole(position)}-{branch}", start)
    return bay(line, position, _LATERALS + branch, f"{lane}支线")


def lateral_line(line: Line, position: int, branch: int) -> str:
    """The lateral's line: from the bay, or from the pole that it turns off at."""
    lane = lane_of(line, position, branch)
    if line.overhead:
        return f"{line.full}{line.pole(position)}号杆T接{lane}支线"
    return f"{bay(line, position, _LATERALS + branch).name}{lane}支线"


def tie(line: Line, other: Line, position: int) -> Bay:
    """The open switch of a tie, at the feeder that makes it."""
    if line.overhead:
        end = f"{unit(line, position)}联络开关"
        return Bay(f"{line.full}{end}（联络{other.short}）", f"{line.number}-{other.number}", unit(line, position))
    return bay(line, position, TIE, f"联络{other.short}")


def tied(line: Line, other: Line, position: int) -> Bay:
    """The closed switch at the tie's other end, at the feeder `line`; one that several tie to has a bay for each."""
    if line.overhead:
        end = f"{unit(line, position)}联络侧开关"
        return Bay(f"{line.full}{end}（联络{other.short}）", f"{other.number}-{line.number}-2", unit(line, position))
    number = TIED if other.place in (line.place, line.place - 1) else 90 + other.place
    return bay(line, position, number, f"联络{other.short}")


def customer_bay(city: City, spec: CustomerSpec, number: int) -> Bay:
    """The bay at the feeder that a customer's supply (from 1) starts at: what the utility still owns."""
    supply = spec.supplies[number - 1]
    line, position = supply.line, supply.position
    place = _places(city, line.station)[spec.number, number]
    if line.overhead:
        end = f"{unit(line, position)}分界开关"
        return Bay(f"{line.full}{end}（{spec.name}）", f"{line.pole(position)}-{3 + place}", end)
    return bay(line, position, _CUSTOMERS + place, spec.name)


def boundary(city: City, spec: CustomerSpec, number: int) -> str:
    """产权分界点: where the customer's property begins."""
    line, end = spec.supplies[number - 1].line, customer_bay(city, spec, number).end
    what = "负荷侧电缆终端" if line.overhead else "出线电缆终端"
    return f"{line.full}{end}{what}（电源侧属供电企业，负荷侧属客户）"


@lru_cache(maxsize=4)
def _specs(city: City, station: int) -> tuple[CustomerSpec, ...]:
    return tuple(spec for line in city.lines(station) for spec in customers_of(city, line))


@lru_cache(maxsize=4)
def _places(city: City, station: int) -> dict[tuple[int, int], int]:
    """Place, from 1, of every supply at its position of a station's feeders, by customer and supply.

    Supplies come from customers of the station itself, of the station before it and from the hand-written ones.
    """
    before = (station - 2) % city.stations + 1
    places: dict[tuple[int, int], int] = {}
    taken: Counter[tuple[Line, int]] = Counter()
    for owner in sorted({station, before, INCIDENT_LINE.station}):
        for spec in _specs(city, owner):
            for number, supply in enumerate(spec.supplies, 1):
                if supply.line.station == station:
                    taken[supply.line, supply.position] += 1
                    places[spec.number, number] = taken[supply.line, supply.position]
    return places
