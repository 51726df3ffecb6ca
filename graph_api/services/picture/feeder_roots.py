"""Roots: where the drawing of a feeder begins, and whose drawing is meant by a thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from graph_api.errors import InvalidInput
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.picture.growth import Growth, distance_to_supply, feeder_of, walked
from schema.registry import BUSBARS, CONDUCTING, EntityKind
from schema.relationships import RelationshipKind
from schema.words import say

_CONNECTS: Final = RelationshipKind.CONNECTS
_NODE: Final = EntityKind.CONNECTIVITY_NODE
_ELECTRIC: Final = CONDUCTING | {_NODE}
MOST_FEEDERS = 12
"""Feeders that stand in one picture."""


def feeders_meant(graph: Snapshot, things: Iterable[int]) -> list[int]:
    """The feeders that things are of, each once, in their order; equipment of none stands for itself.

    Raises InvalidInput for what has nothing to do with a feeder, and for too many.
    """
    found = dict.fromkeys(each for thing in things for each in _meant(graph, thing))
    if len(found) > MOST_FEEDERS:
        raise InvalidInput(
            say(
                "These are {count} feeders: one picture shows at most {most}; name fewer.",
                count=len(found),
                most=MOST_FEEDERS,
            ),
            argument="of",
        )
    return list(found)


def _meant(graph: Snapshot, thing: int) -> Sequence[int]:
    kind = graph.kind(thing)
    if kind is EntityKind.FEEDER:
        return (thing,)
    found = _feeders_about(graph, thing, kind)
    if found:
        return found
    if kind in _ELECTRIC:
        near = next((at for each in walked(graph, thing, -1) if (at := feeder_of(graph, each)) >= 0), None)
        return (thing if near is None else near,)
    raise InvalidInput(
        say(
            "{thing} is of no feeder that could be drawn: name a feeder, its plant, a station or a customer.",
            thing=graph.name(thing) or graph.id(thing),
        ),
        argument="of",
    )


def _feeders_about(graph: Snapshot, thing: int, kind: EntityKind) -> Sequence[int]:
    starting = [each for each in graph.sources(thing, RelationshipKind.STARTS_AT) if _is_feeder(graph, each)]
    if starting:
        return starting
    if kind is EntityKind.SUBSTATION:
        return sorted(filter(lambda each: _is_feeder(graph, each), graph.sources(thing, RelationshipKind.CONTAINED_IN)))
    if kind is EntityKind.CUSTOMER:
        points = graph.targets(thing, RelationshipKind.HAS_RECEIVING_POINT)
        return [at for point in points for at in _feeders_about(graph, point, EntityKind.RECEIVING_POINT)]
    if kind is EntityKind.RECEIVING_POINT:
        supplies = graph.targets(thing, RelationshipKind.FED_BY)
        return [at for supply in supplies for at in _feeders_about(graph, supply, EntityKind.SUPPLY_SOURCE)]
    if kind is EntityKind.SUPPLY_SOURCE:
        return [*graph.targets(thing, RelationshipKind.FROM_FEEDER)]
    own = feeder_of(graph, thing)
    return () if own < 0 else (own,)


def _is_feeder(graph: Snapshot, index: int) -> bool:
    return graph.kind(index) is EntityKind.FEEDER


def grow_feeder(growth: Growth, feeder: int) -> list[int]:
    """Grow what a feeder feeds in the normal diagram: the roots of its trees. Equipment stands for itself.

    Its plant that hangs on no head comes as trees of their own.
    """
    graph = growth.graph
    if graph.kind(feeder) in _ELECTRIC:
        return growth.grow(_standing(graph, feeder))
    plant, roots = _plant(graph, feeder), list[int]()
    for head in graph.targets(feeder, RelationshipKind.STARTS_AT):
        if graph.kind(head) in _ELECTRIC:
            roots += growth.grow(_standing(graph, head), at=_before(graph, head, plant), feeder=feeder)
    for piece in plant:
        if piece not in growth.parent and _standing(graph, piece) not in growth.parent:
            roots += growth.grow(_standing(graph, piece), feeder=feeder)
    return roots


def _standing(graph: Snapshot, piece: int) -> int:
    """A piece; of a busbar the node that it stands on, which is drawn as the busbar."""
    nodes = graph.targets(piece, _CONNECTS) if graph.kind(piece) in BUSBARS else ()
    return nodes[0] if nodes else piece


def _before(graph: Snapshot, head: int, plant: Sequence[int]) -> int | None:
    """The node that a head is fed at: of those that its feeder's plant does not touch that nearest to a supply.

    None where no supply is near.
    """
    nodes = [*dict.fromkeys(graph.targets(head, _CONNECTS))]
    if graph.kind(head) is _NODE or len(nodes) < 2:
        return None
    own = {node for each in plant if each != head for node in graph.targets(each, _CONNECTS)}
    free = [node for node in nodes if node not in own] or nodes
    near = {node: at for node in free if (at := distance_to_supply(graph, node, head)) is not None}
    return min(near, key=lambda node: (near[node], graph.id(node))) if near else None


def _plant(graph: Snapshot, feeder: int) -> list[int]:
    """What conducts in a feeder and in the stations on it, in order of id."""
    todo, found = [feeder], list[int]()
    for holder in todo:
        for each in graph.sources(holder, RelationshipKind.CONTAINED_IN):
            kind = graph.kind(each)
            if kind in CONDUCTING:
                found.append(each)
            elif kind is EntityKind.DISTRIBUTION_STATION:
                todo.append(each)
    return sorted(found, key=graph.id)
