"""Scopes (责任范围): what a thing lies in and is supplied from, layer by layer, nearest first.

    customer → receiving point → feeder → substation → area → wider area → company

    F1 ── L1 ──/ open ── L2 ──[tie closed]── F2     L2 is of F1, which it belongs to; then of F2, which feeds it now
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable

from graph_api.readmodel.model import ReadModel
from graph_api.services.explore.open_points import feeders_of
from schema.grid import ConductingEquipment, Switch
from schema.registry import CONDUCTING, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import Ownership, SwitchPosition

Layers = tuple[tuple[int, ...], ...]

_NEAR = (EntityKind.DISTRIBUTION_STATION, EntityKind.RECEIVING_POINT)


def layers_of(model: ReadModel, index: int) -> Layers:
    """The thing itself, then what it lies in and is supplied from; each layer ascends, each thing is in its nearest.

    Feeders of plant are those that it belongs to, of a tie also those that meet there, then those that feed it now.
    Feeders of a customer are those that feed its supplies now; while they are dead, those of the ledger.
    """
    near, supplies = _near(model, index)
    own = _own_feeders(model, index)
    fed = _feeders(model, index, supplies)
    if not own or _is_tie(model, index):
        own |= fed
    feeders = own | fed
    seen = {index}
    layers: list[tuple[int, ...]] = [(index,)]

    def put(those: Iterable[int]) -> tuple[int, ...]:
        fresh = tuple(sorted(set(those) - seen))
        seen.update(fresh)
        if fresh:
            layers.append(fresh)
        return fresh

    put(near)
    put(own)
    put(fed)
    around = tuple(dict.fromkeys((index, *near, *feeders, *supplies)))
    stations = put(_containers(model, around, EntityKind.SUBSTATION) or _stations_joined(model, index))
    wider: tuple[int, ...] = (*around, *stations)
    while areas := put(_containers(model, wider, EntityKind.AREA)):
        wider = (*wider, *areas)
    while companies := put(_containers(model, wider, EntityKind.ORGANISATION)):
        wider = (*wider, *companies)
    return tuple(layers)


def _near(model: ReadModel, index: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The customer and receiving point of what lies at them, a station on a feeder; and the supplies concerned."""
    graph = model.graph
    kind = graph.kind(index)
    points: tuple[int, ...]
    if kind is EntityKind.CUSTOMER:
        points = tuple(graph.targets(index, RelationshipKind.HAS_RECEIVING_POINT))
    elif kind is EntityKind.RECEIVING_POINT:
        points = (index,)
    elif kind is EntityKind.SUPPLY_SOURCE:
        points = tuple(graph.sources(index, RelationshipKind.FED_BY))
    else:
        held = tuple(graph.targets(index, RelationshipKind.CONTAINED_IN))
        points = tuple(at for at in held if graph.kind(at) is EntityKind.RECEIVING_POINT)
        if not points:
            behind = _supplies_behind(model, index)
            around = tuple(at for at in held if graph.kind(at) in _NEAR)
            points = tuple(
                dict.fromkeys(point for at in behind for point in graph.sources(at, RelationshipKind.FED_BY))
            )
            owners = (each for at in points for each in graph.sources(at, RelationshipKind.HAS_RECEIVING_POINT))
            return tuple(dict.fromkeys((*around, *points, *owners))), behind
    customers = (each for at in points for each in graph.sources(at, RelationshipKind.HAS_RECEIVING_POINT))
    supplies = (each for at in points for each in graph.targets(at, RelationshipKind.FED_BY))
    concerned = (index,) if kind is EntityKind.SUPPLY_SOURCE else tuple(dict.fromkeys(supplies))
    return tuple(dict.fromkeys((*points, *customers))), concerned


def _supplies_behind(model: ReadModel, index: int) -> tuple[int, ...]:
    """Of a customer's own plant before its supplies, as its incoming cable: the supplies that it leads to."""
    graph, found = model.graph, list[int]()
    todo, seen = [index] if _is_a_customers(model, index) else [], {index}
    while todo:
        for node in graph.targets(todo.pop(), RelationshipKind.CONNECTS):
            for other in graph.sources(node, RelationshipKind.CONNECTS):
                if other not in seen and _is_a_customers(model, other):
                    seen.add(other)
                    (found if graph.kind(other) is EntityKind.SUPPLY_SOURCE else todo).append(other)
    return tuple(found)


def _is_a_customers(model: ReadModel, index: int) -> bool:
    entity = model.graph.entity(index)
    return isinstance(entity, ConductingEquipment) and entity.ownership is Ownership.CUSTOMER


def _own_feeders(model: ReadModel, index: int) -> set[int]:
    """The feeders that a piece of plant belongs to; none for what is no plant, and for what belongs to none."""
    is_plant = model.graph.kind(index) in CONDUCTING and model.graph.kind(index) is not EntityKind.SUPPLY_SOURCE
    return _containers(model, (index,), EntityKind.FEEDER) if is_plant else set()


def _is_tie(model: ReadModel, index: int) -> bool:
    switch = model.graph.entity(index)
    return isinstance(switch, Switch) and switch.normal_position is SwitchPosition.OPEN


def _feeders(model: ReadModel, index: int, supplies: Iterable[int]) -> set[int]:
    graph = model.graph
    asked = [index, *supplies] if graph.kind(index) in CONDUCTING else list(supplies)
    if graph.kind(index) is EntityKind.CONNECTIVITY_NODE:
        asked = [index]
    found: set[int] = set()
    for each in asked:
        fed = feeders_of(model, each)
        found.update(fed or graph.targets(each, RelationshipKind.FROM_FEEDER))
        if not fed:
            found.update(_containers(model, (each,), EntityKind.FEEDER))
    if not asked:
        found.update(_containers(model, (index,), EntityKind.FEEDER))
    return found


def _stations_joined(model: ReadModel, index: int) -> set[int]:
    """The stations that a line between stations joins; none for anything else."""
    graph, found = model.graph, set[int]()
    todo, seen = [index] if graph.kind(index) is EntityKind.AC_LINE_SEGMENT else [], {index}
    while todo:
        for node in graph.targets(todo.pop(), RelationshipKind.CONNECTS):
            for other in set(graph.sources(node, RelationshipKind.CONNECTS)) - seen:
                seen.add(other)
                stations = _containers(model, (other,), EntityKind.SUBSTATION)
                found |= stations
                if not stations and graph.kind(other) is EntityKind.AC_LINE_SEGMENT:
                    todo.append(other)
    return found


def _containers(model: ReadModel, those: Iterable[int], kind: EntityKind) -> set[int]:
    """Containers of a kind that hold any of these, over any number of steps through other kinds."""
    graph = model.graph
    todo = list(those)
    seen, found = set(todo), set[int]()
    while todo:
        for at in graph.targets(todo.pop(), RelationshipKind.CONTAINED_IN):
            if at in seen:
                continue
            seen.add(at)
            if graph.kind(at) is kind:
                found.add(at)
            elif graph.kind(at) not in (EntityKind.AREA, EntityKind.ORGANISATION):
                todo.append(at)
    return found
