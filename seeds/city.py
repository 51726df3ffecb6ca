"""How large the city is, where its stations and feeders lie, and the dice that decide the rest.

Everything here is arithmetic on numbers, so that a feeder can be written without knowing any other: what is
attached to another feeder is known by its id alone.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from schema.vocabulary import Importance
from seeds import REFERENCE_FEEDERS, names

PREFIX = "LJ"
POSITIONS = 6
"""Ring main units or pole switches along every feeder."""
POLES_PER_SPAN = 9
"""Poles from one position of an overhead feeder to the next, about 55 m apart; the last one carries the switch."""
SHARED_SPANS = 2
"""Spans at the start of two overhead feeders of one station that hang on the same poles."""
FEEDERS_PER_STATION = 8
IMPORTANT = {Importance.SPECIAL: 6, Importance.FIRST: 54, Importance.SECOND: 98, Importance.TEMPORARY: 16}
"""Important customers of the city at its reference size: 174."""
OTHERS = 600
"""Other large customers at the reference size."""
STATIONS_PER_SOURCE = 6
ORIGIN = (118.0, 29.0)
"""South-west corner of the map; the place is arbitrary, the city does not exist."""
SPACING = 0.06
"""Degrees between stations."""

Point = tuple[float, float]
"""Longitude and latitude, degrees."""


class Where(TypedDict):
    """The fields of a place on the map."""

    longitude: float
    latitude: float


class Stretch(Where):
    """The fields of something that goes from one place to another."""

    end_longitude: float
    end_latitude: float


def at(point: Point) -> Where:
    """The fields of a point."""
    return {"longitude": point[0], "latitude": point[1]}


def between(start: Point, end: Point) -> Stretch:
    """The fields of a stretch."""
    return {"longitude": start[0], "latitude": start[1], "end_longitude": end[0], "end_latitude": end[1]}


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """A feeder: the station it starts at and its place there, both from 1."""

    station: int
    place: int

    @property
    def number(self) -> int:
        """Operating number: 1021 is the first feeder of station 2."""
        return 1000 + self.station * 10 + self.place

    @property
    def id(self) -> str:
        """Id of the Feeder."""
        return f"{PREFIX}:FDR:{self.number}"

    @property
    def short(self) -> str:
        """Name without voltage, as 滨江一线."""
        street = names.street((self.station - 1) * (FEEDERS_PER_STATION // 2) + (self.place - 1) // 2)
        return f"{street}{'二' if self.place % 2 == 0 else '一'}线"

    @property
    def full(self) -> str:
        """What the full name of its equipment begins with: voltage and name."""
        return f"10kV{self.short}"

    @property
    def name(self) -> str:
        """Double name: voltage, name and operating number."""
        return f"{self.full}{self.number}线"

    @property
    def overhead(self) -> bool:
        """Whether it is an overhead line; the others are cables with ring main units."""
        return self.place in (3, 4)

    @property
    def bus(self) -> int:
        """The bus section it starts at, 1 or 2."""
        return 2 - self.place % 2

    def node(self, position: int) -> str:
        """Id of the node at a position, where laterals, customers and ties attach."""
        return f"{PREFIX}:CN:{self.number}:P{position}"

    def pole(self, position: int) -> int:
        """Number of the pole at a position of an overhead feeder, counted from the supply end."""
        return POLES_PER_SPAN * position

    def cabinet(self, position: int) -> str:
        """Id of what contains the equipment at a position: the cabinet, or the feeder itself if overhead."""
        return self.id if self.overhead else f"{PREFIX}:RMU:{self.number}:{position}"


INCIDENT_LINE = Line(2, 1)
"""10kV滨江一线1021线, whose customers are written by hand (seeds.cast)."""


@dataclass(frozen=True, slots=True)
class City:
    """A city of a size, a seed and a day; all else follows from them."""

    feeders: int
    seed: int
    today: date

    def __post_init__(self) -> None:
        if self.feeders < 4:
            raise ValueError("a city has at least 4 feeders")

    @property
    def stations(self) -> int:
        """Number of 110 kV stations, at least two."""
        return max(2, math.ceil(self.feeders / FEEDERS_PER_STATION))

    @property
    def sources(self) -> int:
        """Number of 220 kV stations, an even number: every 110 kV station is fed from two of them."""
        return 2 * math.ceil(self.stations / STATIONS_PER_SOURCE)

    def places(self, station: int) -> int:
        """Number of feeders that start at a station."""
        whole, rest = divmod(self.feeders, self.stations)
        return whole + (station <= rest)

    def lines(self, station: int) -> Iterator[Line]:
        """Feeders of a station."""
        return (Line(station, place) for place in range(1, self.places(station) + 1))

    def has(self, line: Line) -> bool:
        """Whether the city has this feeder."""
        return 1 <= line.station <= self.stations and 1 <= line.place <= self.places(line.station)

    def rank(self, line: Line) -> int:
        """Place of a feeder among all of them, from 0."""
        whole, rest = divmod(self.feeders, self.stations)
        return (line.station - 1) * whole + min(line.station - 1, rest) + line.place - 1

    def dice(self, what: str) -> random.Random:
        """Random numbers for one thing, the same in whatever order things are made."""
        return random.Random(f"{self.seed}/{what}")

    def important(self) -> dict[Importance, int]:
        """Important customers by class."""
        return {importance: self._scaled(count) for importance, count in IMPORTANT.items()}

    def others(self) -> int:
        """Number of other large customers."""
        return self._scaled(OTHERS)

    def _scaled(self, count: int) -> int:
        return (count * self.feeders + REFERENCE_FEEDERS // 2) // REFERENCE_FEEDERS

    def station_point(self, station: int) -> Point:
        """Where a station lies: on a square grid."""
        side = math.isqrt(self.stations - 1) + 1
        row, column = divmod(station - 1, side)
        # A city of any size stays on the map of the northern hemisphere.
        step = min(SPACING, 20.0 / side)
        return (_rounded(ORIGIN[0] + (column + 0.5) * step), _rounded(ORIGIN[1] + (row + 0.5) * step))

    def line_point(self, line: Line, position: float) -> Point:
        """Where a position of a feeder lies; feeders leave their station like rays."""
        if line.place != 4:
            return _along(self.station_point(line.station), line.place, position)
        # It hangs on the poles of its neighbour before it turns off.
        shared = _along(self.station_point(line.station), 3, min(position, SHARED_SPANS))
        return _along(shared, line.place, max(0, position - SHARED_SPANS))

    def pole_point(self, line: Line, pole: int) -> Point:
        """Where a pole of an overhead feeder stands."""
        return self.line_point(line, pole / POLES_PER_SPAN)


def _along(start: Point, place: int, positions: float) -> Point:
    """A point so many positions away in the direction of a place, from 1."""
    angle = 2 * math.pi * (place - 1) / FEEDERS_PER_STATION + 0.2
    reach = 0.0045 * positions
    return (_rounded(start[0] + reach * math.cos(angle)), _rounded(start[1] + reach * math.sin(angle)))


def near(point: Point, dice: random.Random, reach: float = 0.0015) -> Point:
    """A point somewhere near another."""
    return (
        _rounded(point[0] + (dice.random() - 0.5) * 2 * reach),
        _rounded(point[1] + (dice.random() - 0.5) * 2 * reach),
    )


def shifted(point: Point, longitude: float, latitude: float) -> Point:
    """A point a little away from another."""
    return (_rounded(point[0] + longitude), _rounded(point[1] + latitude))


def length_between(start: Point, end: Point) -> float:
    """Metres between two points, with a tenth more for the route's bends; at least 20 m."""
    east = (end[0] - start[0]) * 111_320 * math.cos(math.radians(start[1]))
    north = (end[1] - start[1]) * 110_540
    return float(max(20, round(math.hypot(east, north) * 1.1)))


def _rounded(value: float) -> float:
    return round(value, 6)
