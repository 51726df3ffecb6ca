"""Trace: where supply comes from, what hangs on a thing, what it is joined to, and from where else it could be fed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import POSITION_CODES
from graph_api.readmodel.things import Thing, Things
from graph_api.readmodel.topology import Assumption, Outage, Topology
from graph_api.services.outage.failing import equipment_of
from graph_api.services.outage.unfed import has_no_source
from schema.registry import SWITCHES, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition


class TraceDirection(StrEnum):
    """追踪方向: which way to go from the start."""

    UP = "UP"
    """上游: everything on any supply path up to the sources."""
    DOWN = "DOWN"
    """下游: everything that loses supply if the start opens."""
    ISLAND = "ISLAND"
    """拓扑岛: everything that the start is joined to by what conducts, live or dead."""
    PATH = "PATH"
    """供电路径: one shortest supply path, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """开环点: a switch that stands open beside the traced part, and what is behind it."""

    switch: Thing
    position: SwitchPosition
    """OPEN or UNKNOWN."""
    live_beyond: bool
    """Whether the far side is live: closing the switch joins the part to a supply. False if both sides are inside."""
    feeders: Things
    """Feeders that feed the far side now, ascending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What a trace found; all numbers are snapshot indexes, each once."""

    direction: TraceDirection
    start: Thing
    energised: bool
    """Whether any equipment of the start is live, in the worse world of unknown positions."""
    no_source: bool
    """Whether no source is recorded that any switches could join to it: then its being dead says nothing."""
    begins: Things
    """Equipment that the start stands for; of a ConnectivityNode what is connected to it."""
    equipment: tuple[int, ...]
    """What was found, nearest first; without ConnectivityNodes; DOWN without the start's own."""
    sources: Things
    """EnergySources among it."""
    feeders: Things
    """Feeders that feed the start, and with DOWN and ISLAND what was found, ascending."""
    open_points: tuple[OpenPoint, ...]
    customers: tuple[int, ...]
    """Customers whose supplies are among it (the start's own included), nearest first; () for UP and PATH."""
    perhaps: Things
    """Of these customers those of whom only the feeder is known, and that may hang on a part of it that is not among
    what was found."""
    depends_on: Things
    """Switches of unknown position beside it or deciding whether the start is live, ascending."""


def trace(model: ReadModel, index: int, direction: TraceDirection, assume: Sequence[Assumption] = ()) -> Trace:
    """Follow the supply of an entity; containers stand for their equipment (see `equipment_of`).

    `assume` gives switches another position for this question. Raises InvalidInput for what has no equipment by its
    kind, and for an assumption about what is no switch.
    """
    topology = model.topology.assuming(assume)
    begins = equipment_of(model, index)
    found = _follow(topology, begins, direction)
    both = tuple(dict.fromkeys((*begins, *found)))
    kind = model.graph.kind(index)
    is_live = any(map(topology.energised, begins))
    downwards = direction in (TraceDirection.DOWN, TraceDirection.ISLAND)
    positions = dict(assume)
    points = tuple(_open_points(model, topology, both, positions))
    if direction is TraceDirection.DOWN and is_live:
        points = tuple(_below(model, topology.opened(begins), points))
    doubt = topology.opened(())
    unknown = {point.switch for point in points if point.position is SwitchPosition.UNKNOWN}
    unknown.update(switch for begin in begins for switch in doubt.depends_on(begin))
    loose = _may_hang(model, topology, begins, both, direction) if downwards else {}
    return Trace(
        direction=direction,
        start=index,
        energised=is_live,
        no_source=not is_live and has_no_source(model, begins),
        begins=_at_node(model, index) if kind is EntityKind.CONNECTIVITY_NODE else begins,
        equipment=found,
        sources=tuple(each for each in found if model.graph.kind(each) is EntityKind.ENERGY_SOURCE),
        feeders=_feeders(topology, both if downwards else begins),
        open_points=points,
        customers=customers_of(model, (*both, *loose)) if downwards else (),
        perhaps=customers_of(model, (each for each, all_of_it in loose.items() if not all_of_it)),
        depends_on=tuple(sorted(unknown)),
    )


def _may_hang(
    model: ReadModel, topology: Topology, begins: Things, found: Things, direction: TraceDirection
) -> dict[int, bool]:
    """Supplies of which only the feeder is known that may hang on what was found, and whether they cannot elsewhere."""
    unplaced = topology.unplaced
    if not unplaced.feeder_of:
        return {}
    if direction is TraceDirection.DOWN:
        reached = topology.opened(begins).lost.tolist()
    else:
        conducts = (
            each
            for each in found
            if model.graph.kind(each) not in SWITCHES or topology.position(each) is SwitchPosition.CLOSED
        )
        reached = [at for each in conducts for at in (each, *model.graph.targets(each, RelationshipKind.CONNECTS))]
    reached = {at for at in reached if model.graph.kind(at) is not EntityKind.SUPPLY_SOURCE}
    supplies = unplaced.supplies_at(np.fromiter(reached, np.int32, len(reached)))
    return {each: reached.issuperset(topology.places_of(each)) for each in supplies}


def _at_node(model: ReadModel, node: int) -> Things:
    """Equipment connected to a node, ascending."""
    return tuple(sorted(set(model.graph.sources(node, RelationshipKind.CONNECTS))))


def customers_of(model: ReadModel, equipment: Iterable[int]) -> tuple[int, ...]:
    """Customers whose supply sources are among this equipment, each once, in this order."""
    graph = model.graph
    return tuple(
        dict.fromkeys(
            customer
            for index in equipment
            if graph.kind(index) is EntityKind.SUPPLY_SOURCE
            for point in graph.sources(index, RelationshipKind.FED_BY)
            for customer in graph.sources(point, RelationshipKind.HAS_RECEIVING_POINT)
        )
    )


def _follow(topology: Topology, begins: tuple[int, ...], direction: TraceDirection) -> tuple[int, ...]:
    match direction:
        case TraceDirection.DOWN:
            return tuple(topology.trace_down(*begins))
        case TraceDirection.UP:
            follow = topology.trace_up
        case TraceDirection.ISLAND:
            follow = topology.island
        case TraceDirection.PATH:
            follow = topology.path_up
    return tuple(dict.fromkeys(each for begin in begins for each in follow(begin)))


def _feeders(topology: Topology, equipment: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({feeder for index in equipment for feeder in topology.feeders(index)}))


def _open_points(
    model: ReadModel, topology: Topology, part: tuple[int, ...], positions: dict[int, SwitchPosition]
) -> Iterable[OpenPoint]:
    for switch, beyond in topology.open_points(part):
        code = model.graph.state(switch) >> 1
        position = positions.get(switch) or next(each for each, number in POSITION_CODES.items() if number == code)
        yield OpenPoint(
            switch=switch,
            position=position,
            live_beyond=any(map(topology.energised, beyond)),
            feeders=_feeders(topology, beyond),
        )


def _below(model: ReadModel, outage: Outage, points: Iterable[OpenPoint]) -> Iterable[OpenPoint]:
    """Those that touch what loses supply when the start opens; live beyond if a side of theirs stays live then.

    B1 - CB1 - L1 - LS1/ - B1    CB1 opens: LS1 could feed L1 again from B1
    B1 - CB9/ - B2               beside CB1, but not below it: no open point of it
    """
    for point in points:
        sides = model.graph.targets(point.switch, RelationshipKind.CONNECTS)
        if any(map(outage.is_lost, sides)):
            yield replace(point, live_beyond=any(map(outage.live, sides)))
