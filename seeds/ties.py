"""Ties between feeders: who ties to whom, the open switch, the cable, and the closed switch at its other end."""

from __future__ import annotations

from collections.abc import Iterator

from schema import grid
from schema.vocabulary import Construction, SwitchPosition
from seeds import bays
from seeds.bays import SWITCHING_STATION_AT
from seeds.city import POSITIONS, PREFIX, City, Line, at, between, length_between
from seeds.row import Row, inside, terminals


def partner(city: City, line: Line) -> Line | None:
    """The feeder of another station that this one ties to at its end; None if the other one makes the tie."""
    if line.station % 2 == 0:
        return None
    station = line.station + 1 if line.station < city.stations else 1
    other = Line(station, line.place)
    return other if city.has(other) else Line(station, 1)


def ties(city: City, line: Line) -> Iterator[Row]:
    """The ties that a feeder makes."""
    other = partner(city, line)
    if other is not None:
        yield from _tie(city, line, other, POSITIONS)
    neighbour = Line(line.station, line.place + 1)
    if line.place == 7 and city.has(neighbour):
        yield from _tie(city, line, neighbour, SWITCHING_STATION_AT)
    if line.place == 5 and city.has(neighbour):
        yield from _tie(city, line, neighbour, 4)


def _tie(city: City, line: Line, other: Line, position: int) -> Iterator[Row]:
    """An open switch here, a cable, and a closed switch at the other feeder."""
    here, there = city.line_point(line, position), city.line_point(other, position)
    code = f"{line.number}-{other.number}"
    opened, closed = bays.tie(line, other, position), bays.tied(other, line, position)
    near_end, far_end = f"{PREFIX}:CN:{code}:1", f"{PREFIX}:CN:{code}:2"
    yield Row(grid.ConnectivityNode(id=near_end))
    yield Row(grid.ConnectivityNode(id=far_end))
    yield Row(
        grid.LoadBreakSwitch(
            id=f"{PREFIX}:TIE:{code}",
            name=opened.name,
            number=opened.number,
            nominal_kv=10,
            normal_position=SwitchPosition.OPEN,
            remote_controlled=line.place % 2 == 1,
            rated_current_a=630,
            **at(here),
        ),
        (*terminals(line.node(position), near_end), inside(line.cabinet(position))),
    )
    yield Row(
        grid.ACLineSegment(
            id=f"{PREFIX}:SEG:{code}",
            name=f"{line.full}{opened.end}～{other.short}{closed.end}联络电缆",
            nominal_kv=10,
            length_m=length_between(here, there),
            construction=Construction.CABLE,
            **between(here, there),
        ),
        (*terminals(near_end, far_end), inside(line.id)),
    )
    yield Row(
        grid.LoadBreakSwitch(
            id=f"{PREFIX}:SW:{code}",
            name=closed.name,
            number=closed.number,
            nominal_kv=10,
            rated_current_a=630,
            **at(there),
        ),
        (*terminals(far_end, other.node(position)), inside(other.cabinet(position))),
    )
