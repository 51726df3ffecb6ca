"""What holds a thing, as CIM says it: one container, those that follow from it, and those beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from graph_api.readmodel.snapshot import Snapshot
from schema.registry import EntityKind
from schema.relationships import RelationshipKind

STATIONS = (EntityKind.SUBSTATION, EntityKind.DISTRIBUTION_STATION)
_ORDER = (EntityKind.BAY, EntityKind.VOLTAGE_LEVEL, *STATIONS, EntityKind.FEEDER)
"""Containers of equipment, the narrowest first."""


class Containers(NamedTuple):
    """Indexes of containers: the one that is named, those beside it, and an area that a line runs through."""

    main: int | None
    beside: Sequence[int]
    area: int | None


def containers_of(graph: Snapshot, index: int, *, feeders: bool) -> Containers:
    """The containers of equipment or of a node."""
    holders = graph.targets(index, RelationshipKind.CONTAINED_IN)
    order = _ORDER if feeders else _ORDER[:-1]
    known = sorted(
        (each for each in holders if graph.kind(each) in order),
        key=lambda each: (order.index(graph.kind(each)), graph.id(each)),
    )
    area = next((each for each in holders if graph.kind(each) is EntityKind.AREA), None)
    if not known:
        return Containers(None, (), area)
    main, *more = known
    implied = {main, *above(graph, main)}
    beside: list[int] = []
    for each in more:
        if each not in implied:
            beside.append(each)
            implied.update((each, *above(graph, each)))
    return Containers(main, beside, None)


def above(graph: Snapshot, index: int) -> list[int]:
    """What a bay or voltage level is part of."""
    if graph.kind(index) not in (EntityKind.BAY, EntityKind.VOLTAGE_LEVEL):
        return []
    return [
        each
        for each in graph.targets(index, RelationshipKind.CONTAINED_IN)
        if graph.kind(each) in (EntityKind.VOLTAGE_LEVEL, *STATIONS)
    ]


def first_of(graph: Snapshot, index: int, *kinds: EntityKind) -> int | None:
    """The first container of one of these kinds."""
    holders = graph.targets(index, RelationshipKind.CONTAINED_IN)
    return next((each for kind in kinds for each in holders if graph.kind(each) is kind), None)
