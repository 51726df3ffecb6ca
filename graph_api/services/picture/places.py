"""Map of places (地理位置图): what has coordinates where it lies, in metres from the middle, north above.

Things at one place are one symbol, which has them all. What has no coordinates is told beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians
from typing import Final

from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.picture.marks import symbol_of
from graph_api.services.picture.parts import Edge, Node, Placed, Spot
from graph_api.services.picture.terms import PictureSymbol
from schema.entity import Entity
from schema.grid import ACLineSegment, Located
from schema.registry import SWITCHES, EntityKind
from schema.relationships import RelationshipKind

METRES_PER_DEGREE: Final = 111_195.0
"""On a sphere of 6,371 km."""
_SIDE: Final = 1_600.0
"""Units that the longer side of a map takes."""
_LEFT: Final = 80.0
_TOP: Final = 80.0
_MOST: Final = 5_000
_HOLDS: Final = (
    (RelationshipKind.CONTAINED_IN, False),
    (RelationshipKind.HAS_RECEIVING_POINT, True),
    (RelationshipKind.FED_BY, True),
    (RelationshipKind.HAS_SITE, True),
)
_LEFT_OUT: Final = frozenset({EntityKind.CONNECTIVITY_NODE, EntityKind.CUSTOMER, EntityKind.RECEIVING_POINT})
_FIRST: Final = (EntityKind.SUBSTATION, EntityKind.DISTRIBUTION_STATION, EntityKind.SITE, EntityKind.SUPPLY_SOURCE)
"""Of several things at one place the symbol is that of the first of these."""


def places(graph: Snapshot, things: Sequence[int]) -> Placed:
    """The map of some things and of what lies in them."""
    found, truncated = _held(graph, things)
    located = [at for at in found if isinstance(graph.entity(at), Located) and graph.kind(at) not in _LEFT_OUT]
    known = {at: spot for at in located if (spot := _degrees(graph.entity(at))) is not None}
    lines = [at for at in known if isinstance(graph.entity(at), ACLineSegment)]
    ends = {at: end for at in lines if (end := _far_end(graph.entity(at))) is not None}
    scale = _Scale([*known.values(), *ends.values()])
    nodes = _nodes(graph, {at: spot for at, spot in known.items() if at not in ends}, scale)
    edges, beside = _edges(graph, ends, known, scale, nodes)
    return Placed(
        nodes=(*nodes, *beside),
        edges=edges,
        width=scale.width + 2 * _LEFT,
        height=scale.height + 2 * _TOP,
        truncated=truncated,
        unplaced=tuple(at for at in located if at not in known),
    )


def _held(graph: Snapshot, things: Sequence[int]) -> tuple[list[int], bool]:
    """Things with what lies in them, each once; whether there was more."""
    todo = list(dict.fromkeys(things))
    seen = set(todo)
    for each in todo:
        if len(todo) > _MOST:
            return todo[:_MOST], True
        for kind, along in _HOLDS:
            near = graph.targets(each, kind) if along else graph.sources(each, kind)
            fresh = [at for at in near if at not in seen]
            seen.update(fresh)
            todo += fresh
    return todo, False


def _degrees(entity: Entity) -> Spot | None:
    if not isinstance(entity, Located) or entity.longitude is None or entity.latitude is None:
        return None
    return entity.longitude, entity.latitude


def _far_end(entity: Entity) -> Spot | None:
    if not isinstance(entity, ACLineSegment) or entity.end_longitude is None or entity.end_latitude is None:
        return None
    return entity.end_longitude, entity.end_latitude


class _Scale:
    """Degrees as places of the picture, true to scale around the middle."""

    def __init__(self, spots: Sequence[Spot]) -> None:
        east = [x for x, _ in spots] or [0.0]
        north = [y for _, y in spots] or [0.0]
        self._west, self._north = min(east), max(north)
        self._shrink = cos(radians((min(north) + max(north)) / 2))
        across = (max(east) - self._west) * self._shrink * METRES_PER_DEGREE
        down = (self._north - min(north)) * METRES_PER_DEGREE
        self._unit = _SIDE / max(across, down, 1.0)
        self.width, self.height = across * self._unit, down * self._unit

    def at(self, degrees: Spot) -> Spot:
        """Where coordinates are."""
        x = (degrees[0] - self._west) * self._shrink * METRES_PER_DEGREE * self._unit
        y = (self._north - degrees[1]) * METRES_PER_DEGREE * self._unit
        return round(_LEFT + x, 1), round(_TOP + y, 1)


def _nodes(graph: Snapshot, known: dict[int, Spot], scale: _Scale) -> list[Node]:
    """One symbol a place."""
    at: dict[Spot, list[int]] = {}
    for thing, spot in known.items():
        at.setdefault(scale.at(spot), []).append(thing)
    return [_node(graph, spot, sorted(things, key=lambda each: _rank(graph, each))) for spot, things in at.items()]


def _node(graph: Snapshot, spot: Spot, things: Sequence[int]) -> Node:
    kind = graph.kind(things[0])
    symbol = PictureSymbol.PLACE if kind in SWITCHES else symbol_of(graph, things[0])
    return Node(
        id=graph.id(things[0]),
        symbol=symbol,
        x=spot[0],
        y=spot[1],
        things=tuple(things),
        beside=True,
        silent=kind not in _FIRST,
    )


def _rank(graph: Snapshot, thing: int) -> tuple[int, str]:
    kind = graph.kind(thing)
    return _FIRST.index(kind) if kind in _FIRST else len(_FIRST), graph.id(thing)


def _edges(
    graph: Snapshot, ends: dict[int, Spot], known: dict[int, Spot], scale: _Scale, nodes: Sequence[Node]
) -> tuple[tuple[Edge, ...], list[Node]]:
    """Lines from end to end, and ends where nothing else stands."""
    names = {(node.x, node.y): node.id for node in nodes}
    beside = list[Node]()
    edges = list[Edge]()
    for line, far in ends.items():
        points = (scale.at(known[line]), scale.at(far))
        for place, spot in enumerate(points, 1):
            if spot not in names:
                names[spot] = f"{graph.id(line)}/{place}"
                beside.append(Node(id=names[spot], symbol=PictureSymbol.JUNCTION, x=spot[0], y=spot[1], passes=(line,)))
        source, target = (names[spot] for spot in points)
        edges.append(
            Edge(id=graph.id(line), source=source, target=target, points=points, things=(line,), passes=(line,))
        )
    return tuple(edges), beside
