"""Dressing: what stands somewhere gets its texts, its position and its state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Things
from graph_api.services.picture.conditions import Conditions
from graph_api.services.picture.labels import detail_of, label_of, line_label
from graph_api.services.picture.parts import Edge, Node
from graph_api.services.picture.terms import PictureSymbol
from schema.grid import Switch
from schema.registry import SWITCHES
from schema.relationships import RelationshipKind


def dressed(graph: Snapshot, conditions: Conditions, node: Node) -> Node:
    """A node with all that is said of it."""
    if node.thing is None:
        return replace(node, condition=conditions.of(node.passes))
    return replace(
        node,
        label=node.label or label_of(graph, node),
        detail=detail_of(graph, node),
        condition=conditions.of(node.things),
        probability=conditions.probability(node.things),
        indicators=indicators_at(graph, node.things),
        **_switch(graph, conditions, node),
    )


def dressed_edge(graph: Snapshot, conditions: Conditions, edge: Edge) -> Edge:
    """An edge with all that is said of it."""
    return replace(
        edge,
        label=line_label(graph, edge) if edge.things else "",
        condition=conditions.of(edge.passes),
        probability=conditions.probability(edge.passes),
        indicators=indicators_at(graph, edge.things),
    )


def _switch(graph: Snapshot, conditions: Conditions, node: Node) -> dict[str, Any]:
    thing = node.thing
    if thing is None or node.symbol is PictureSymbol.ZONE or graph.kind(thing) not in SWITCHES:
        return {}
    switch = graph.get(Switch, thing)
    return {
        "position": conditions.position(thing),
        "normal_position": switch.normal_position,
        "telemetered": switch.remote_controlled,
        "tripped": conditions.tripped(thing),
    }


def indicators_at(graph: Snapshot, things: Things) -> Things:
    """Fault indicators that watch any of these."""
    return tuple(at for thing in things for at in graph.sources(thing, RelationshipKind.MONITORS))
