"""Dressing: what stands somewhere gets its texts, which are kept, then its position and its state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Things
from graph_api.services.picture.conditions import Conditions
from graph_api.services.picture.labels import detail_of, label_of, line_label
from graph_api.services.picture.parts import Edge, Node, Placed
from graph_api.services.picture.terms import PictureCondition, PictureSymbol
from schema.grid import Switch
from schema.registry import SWITCHES
from schema.relationships import RelationshipKind

_USUAL = PictureCondition.LIVE
"""How most things are: what is so is not made anew."""


def lettered(graph: Snapshot, placed: Placed) -> Placed:
    """A drawing with what no switching changes: texts, normal positions, indicators; all of it as it normally is."""
    return replace(
        placed,
        nodes=tuple(_lettered(graph, node) for node in placed.nodes),
        edges=tuple(_lettered_edge(graph, edge) for edge in placed.edges),
    )


def dressed(conditions: Conditions, node: Node) -> Node:
    """A lettered node as it is now, or after the event."""
    if node.thing is None:
        condition = conditions.of(node.passes)
        return node if condition is node.condition else replace(node, condition=condition)
    condition = conditions.of(node.things)
    probability = conditions.probability(node.things)
    if node.normal_position is None:
        if condition is node.condition and probability is None:
            return node
        return replace(node, condition=condition, probability=probability)
    position, tripped = conditions.position(node.things[0]), conditions.tripped(node.things[0])
    if condition is node.condition and position is node.position and not tripped and probability is None:
        return node
    return replace(node, condition=condition, probability=probability, position=position, tripped=tripped)


def dressed_edge(conditions: Conditions, edge: Edge) -> Edge:
    """A lettered edge as it is now, or after the event."""
    condition, probability = conditions.of(edge.passes), conditions.probability(edge.passes)
    if condition is edge.condition and probability is None:
        return edge
    return replace(edge, condition=condition, probability=probability)


def _lettered(graph: Snapshot, node: Node) -> Node:
    if node.thing is None:
        return replace(node, condition=_USUAL)
    return replace(
        node,
        label=node.label or label_of(graph, node),
        detail=detail_of(graph, node),
        condition=_USUAL,
        indicators=indicators_at(graph, node.things),
        **_switch(graph, node),
    )


def _lettered_edge(graph: Snapshot, edge: Edge) -> Edge:
    return replace(
        edge,
        label=line_label(graph, edge) if edge.things else "",
        condition=_USUAL,
        indicators=indicators_at(graph, edge.things),
    )


def _switch(graph: Snapshot, node: Node) -> dict[str, Any]:
    thing = node.thing
    if thing is None or node.symbol is PictureSymbol.ZONE or graph.kind(thing) not in SWITCHES:
        return {}
    switch = graph.get(Switch, thing)
    normal = switch.normal_position
    return {"position": normal, "normal_position": normal, "telemetered": switch.remote_controlled}


def indicators_at(graph: Snapshot, things: Things) -> Things:
    """Fault indicators that watch any of these."""
    return tuple(at for thing in things for at in graph.sources(thing, RelationshipKind.MONITORS))
