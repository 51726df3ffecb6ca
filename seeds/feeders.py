"""10 kV feeders: head breaker, trunk with cabinets or poles, laterals with fuses, ties to other feeders."""

from __future__ import annotations

from collections.abc import Iterator

from schema import grid
from schema.relationships import RelationshipKind
from schema.vocabulary import Construction, StationType
from seeds import bays, names
from seeds.bays import Bay, has_switching_station, unit
from seeds.city import (
    POLES_PER_SPAN,
    POSITIONS,
    PREFIX,
    SHARED_SPANS,
    City,
    Line,
    Point,
    at,
    between,
    length_between,
)
from seeds.laterals import lateral
from seeds.row import Row, inside, link, terminals
from seeds.stations import bus_node, exit_trench, head_of, risk_group, station_of
from seeds.ties import ties


def feeder(city: City, line: Line) -> Iterator[Row]:
    """Everything of a feeder but its customers."""
    dice = city.dice(f"feeder {line.number}")
    yield from _head(city, line)
    yield from _towers(city, line)
    for position in range(1, POSITIONS + 1):
        yield from _pole(city, line, position) if line.overhead else _cabinet(city, line, position)
        for branch in range(1, dice.randint(2, 3) + 1):
            yield from lateral(city, line, position, branch, dice)
    yield from _indicators(city, line)
    yield from ties(city, line)


def _head(city: City, line: Line) -> Iterator[Row]:
    place = city.station_point(line.station)
    yield Row(
        grid.Feeder(
            id=line.id,
            name=line.name,
            aliases=(line.short, f"{line.short[:-1]}{line.number}线", f"{line.number}线"),
            number=str(line.number),
            nominal_kv=10,
            rated_current_a=500,
            dedicated=False,
            construction=Construction.OVERHEAD if line.overhead else Construction.CABLE,
        ),
        (inside(station_of(line.station)), *link(RelationshipKind.STARTS_AT, head_of(line))),
    )
    yield Row(grid.ConnectivityNode(id=f"{PREFIX}:CN:{line.number}:H"))
    yield Row(
        grid.Breaker(
            id=head_of(line),
            name=f"110kV{names.station(line.station)}变{line.full}{line.number}断路器",
            number=str(line.number),
            nominal_kv=10,
            remote_controlled=True,
            rated_current_a=1250,
            reclosing=line.overhead,
            **at(place),
        ),
        (
            *terminals(bus_node(line.station, line.bus), f"{PREFIX}:CN:{line.number}:H"),
            inside(station_of(line.station)),
        ),
    )


def _span(city: City, line: Line, position: int) -> tuple[Point, Point]:
    start = city.station_point(line.station) if position == 1 else city.line_point(line, position - 1)
    return start, city.line_point(line, position)


def _trunk(city: City, line: Line, position: int, start: str, end: str, risk: RelationshipKind, *shared: str) -> Row:
    span = _span(city, line, position)
    return Row(
        grid.ACLineSegment(
            id=f"{PREFIX}:SEG:{line.number}:{position}",
            name=bays.trunk(line, position),
            nominal_kv=10,
            length_m=length_between(*span),
            construction=Construction.OVERHEAD if line.overhead else Construction.CABLE,
            rated_current_a=500,
            conductor="JKLYJ-240" if line.overhead else "YJV22-3×300",
            **between(*span),
        ),
        (*terminals(start, end), inside(line.id), *link(risk, *shared)),
    )


def poles_of(line: Line, position: int) -> range:
    """Numbers of the poles of one span, the switch's own last."""
    return range(line.pole(position - 1) + 1, line.pole(position) + 1)


def tower_of(line: Line, position: int, pole: int) -> str:
    """Id of a pole of one span; the first spans of places 3 and 4 share theirs."""
    owner = f"S{line.station}D" if position <= SHARED_SPANS else str(line.number)
    return f"{PREFIX}:TWR:{owner}:{pole}"


def _towers(city: City, line: Line) -> Iterator[Row]:
    if not line.overhead:
        return
    first = Line(line.station, 3)
    for position in range(1 if line == first else SHARED_SPANS + 1, POSITIONS + 1):
        for pole in poles_of(line, position):
            name = f"{line.full}{pole}号杆"
            if position <= SHARED_SPANS and city.has(Line(line.station, 4)):
                name = f"{line.full}/{Line(line.station, 4).short}同杆{pole}号杆"
            place = at(city.pole_point(line, pole))
            yield Row(grid.Tower(id=tower_of(line, position, pole), name=name, number=str(pole), **place))


def _cabinet(city: City, line: Line, position: int) -> Iterator[Row]:
    """A ring main unit, or at one position a switching station, with the cable that leads to it."""
    point = city.line_point(line, position)
    me = line.cabinet(position)
    node, entry, before = line.node(position), f"{line.node(position)}I", f"{PREFIX}:CN:{line.number}:H"
    station = has_switching_station(line, position)
    label = f"{line.full}{unit(line, position)}"
    shared = link(RelationshipKind.SHARES_RISK, risk_group(line.station)) if position == 5 else ()
    kind = StationType.SWITCHING_STATION if station else StationType.RING_MAIN_UNIT
    switch: type[grid.Switch] = grid.Breaker if station else grid.LoadBreakSwitch
    yield Row(grid.DistributionStation(id=me, name=label, station_type=kind, **at(point)), (inside(line.id), *shared))
    yield Row(grid.ConnectivityNode(id=node))
    yield Row(grid.ConnectivityNode(id=entry))
    if position > 1:
        before = f"{line.node(position - 1)}O"
        yield Row(grid.ConnectivityNode(id=before))
        yield Row(
            _switch(
                line,
                switch,
                f"O{position - 1}",
                bays.outgoing(line, position - 1),
                city.line_point(line, position - 1),
            ),
            (*terminals(line.node(position - 1), before), inside(line.cabinet(position - 1))),
        )
    trench = (exit_trench(line.station),) if position == 1 else ()
    yield _trunk(city, line, position, before, entry, RelationshipKind.ROUTED_IN, *trench)
    yield Row(
        _switch(line, switch, f"I{position}", bays.incoming(line, position), point),
        (*terminals(entry, node), inside(me)),
    )
    yield Row(
        grid.BusbarSection(
            id=f"{PREFIX}:BUS:{line.number}:{position}", name=f"{label}母线", nominal_kv=10, **at(point)
        ),
        (*terminals(node), inside(me)),
    )


def _switch(line: Line, cls: type[grid.Switch], code: str, bay: Bay, point: Point) -> grid.Switch:
    return cls(
        id=f"{PREFIX}:SW:{line.number}:{code}",
        name=bay.name,
        number=bay.number,
        nominal_kv=10,
        remote_controlled=code.startswith("I"),
        rated_current_a=630,
        **at(point),
    )


_POLE_SWITCHES: dict[int, tuple[type[grid.Switch], str]] = {
    1: (grid.Disconnector, "隔离开关"),
    3: (grid.Recloser, "重合器"),
}


def _pole(city: City, line: Line, position: int) -> Iterator[Row]:
    """A pole switch with the span that leads to it; the third one is a recloser."""
    node, entry = line.node(position), f"{line.node(position)}I"
    before = f"{PREFIX}:CN:{line.number}:H" if position == 1 else line.node(position - 1)
    yield Row(grid.ConnectivityNode(id=node))
    yield Row(grid.ConnectivityNode(id=entry))
    towers = [tower_of(line, position, pole) for pole in poles_of(line, position)]
    yield _trunk(city, line, position, before, entry, RelationshipKind.CARRIED_BY, *towers)
    cls, kind = _POLE_SWITCHES.get(position, (grid.LoadBreakSwitch, "开关"))
    pole = unit(line, position)
    yield Row(
        _switch(
            line,
            cls,
            f"I{position}",
            Bay(f"{line.full}{pole}{kind}", f"{line.pole(position)}", pole),
            city.line_point(line, position),
        ),
        (*terminals(entry, node), inside(line.id)),
    )


def _indicators(city: City, line: Line) -> Iterator[Row]:
    for position in (2, 4, 6):
        place = city.line_point(line, position)
        end = bays.incoming(line, position).end
        if line.overhead:
            pole = poles_of(line, position)[POLES_PER_SPAN // 2]
            place, end = city.pole_point(line, pole), f"{pole}号杆"
        yield Row(
            grid.FaultIndicator(
                id=f"{PREFIX}:FI:{line.number}:{position}",
                name=f"{line.full}{end}故障指示器",
                directional=position == 2,
                **at(place),
            ),
            (*link(RelationshipKind.MONITORS, f"{PREFIX}:SEG:{line.number}:{position}"), inside(line.id)),
        )
