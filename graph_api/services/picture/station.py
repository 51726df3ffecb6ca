"""Inside of a station (站内接线图): incoming lines, busbars of each voltage, transformers, bays of the feeders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from graph_api.errors import InvalidInput
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.picture.growth import Growth
from graph_api.services.picture.parts import Placed
from graph_api.services.picture.schematic import schematic
from schema.grid import ConductingEquipment
from schema.registry import BUSBARS, CONDUCTING, EntityKind
from schema.relationships import RelationshipKind
from schema.words import say

_CONNECTS: Final = RelationshipKind.CONNECTS
_STATIONS: Final = frozenset({EntityKind.SUBSTATION, EntityKind.DISTRIBUTION_STATION})
_PARTS: Final = frozenset({EntityKind.VOLTAGE_LEVEL, EntityKind.BAY})


def station_meant(graph: Snapshot, things: Sequence[int]) -> int:
    """The station that is named, or that a named thing stands in. Raises InvalidInput for none, and for several."""
    found = {at for thing in things for at in _around(graph, thing)}
    if len(found) != 1:
        raise InvalidInput(say("Name one station, or a thing in it: a picture shows one station."), argument="of")
    return found.pop()


def _around(graph: Snapshot, thing: int) -> Sequence[int]:
    todo = [thing]
    for each in todo:
        if graph.kind(each) in _STATIONS:
            return (each,)
        todo += [at for at in graph.targets(each, RelationshipKind.CONTAINED_IN) if at not in todo]
    return ()


def station(graph: Snapshot, index: int) -> Placed:
    """The drawing of a station."""
    within = _equipment(graph, index)
    growth = Growth(graph, within=within)
    begins = _begins(graph, sorted(within, key=graph.id))
    roots = [root for piece in begins if piece not in growth.parent for root in growth.grow(piece)]
    growth.settle()
    return schematic(growth, roots, {}, _labels(graph, within))


def _equipment(graph: Snapshot, station: int) -> frozenset[int]:
    todo, found = [station], set[int]()
    for holder in todo:
        for each in graph.sources(holder, RelationshipKind.CONTAINED_IN):
            if graph.kind(each) in CONDUCTING:
                found.add(each)
            elif graph.kind(each) in _PARTS:
                todo.append(each)
    return frozenset(found)


def _begins(graph: Snapshot, within: Sequence[int]) -> list[int]:
    """Where its trees begin: sources, lines from outside at the highest voltage, then its busbars, then the rest."""
    inside = frozenset(within)
    kv = {piece: graph.get(ConductingEquipment, piece).nominal_kv or 0.0 for piece in within}
    highest = max(kv.values(), default=0.0)
    sources = [piece for piece in within if graph.kind(piece) is EntityKind.ENERGY_SOURCE]
    coming = [
        node
        for piece in within
        if kv[piece] == highest and not graph.sources(piece, RelationshipKind.STARTS_AT)
        for node in graph.targets(piece, _CONNECTS)
        if _outside(graph, node, inside) and not any(graph.kind(each) in BUSBARS for each in _at(graph, node))
    ]
    bars = [node for piece in within if graph.kind(piece) in BUSBARS for node in graph.targets(piece, _CONNECTS)]
    bars.sort(key=lambda node: -max(kv[each] for each in _at(graph, node) if each in inside))
    rest = [piece for piece in within if graph.kind(piece) not in BUSBARS or not graph.targets(piece, _CONNECTS)]
    return [*sources, *coming, *bars, *rest]


def _at(graph: Snapshot, node: int) -> Sequence[int]:
    return graph.sources(node, _CONNECTS)


def _outside(graph: Snapshot, node: int, inside: frozenset[int]) -> list[int]:
    """What hangs on a node and is not of the station."""
    return [each for each in dict.fromkeys(_at(graph, node)) if each not in inside]


def _labels(graph: Snapshot, within: frozenset[int]) -> dict[int, str]:
    """Of nodes that lead out, and of switches at them, what they lead to: a feeder, else a line."""
    found = dict[int, str]()
    for piece in within:
        feeders = graph.sources(piece, RelationshipKind.STARTS_AT)
        for node in graph.targets(piece, _CONNECTS):
            others = _outside(graph, node, within)
            if others:
                leads = feeders[0] if feeders else others[0]
                found[node] = found[piece] = graph.name(leads) or graph.id(leads)
    return found
