"""Map of places (地理位置图): what has coordinates where it lies, in metres from the middle, north above.

Things at one place are one symbol, which has them all. A line that leaves what is shown goes to the rim, and names
where it leads. What has no coordinates is told beside, a customer by its own name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.picture.growth import STATIONS, feeder_of, station_of
from graph_api.services.picture.marks import symbol_of
from graph_api.services.picture.parts import Edge, Node, Placed, Spot
from graph_api.services.picture.scale import Scale
from graph_api.services.picture.terms import PictureSymbol
from schema.entity import Entity
from schema.grid import ACLineSegment, Located
from schema.registry import CONDUCTING, SWITCHES, EntityKind
from schema.relationships import RelationshipKind

_MOST: Final = 5_000
_CONNECTS: Final = RelationshipKind.CONNECTS
_HOLDS: Final = (
    (RelationshipKind.CONTAINED_IN, False),
    (RelationshipKind.HAS_RECEIVING_POINT, True),
    (RelationshipKind.FED_BY, True),
    (RelationshipKind.HAS_SITE, True),
)
_LEFT_OUT: Final = frozenset({EntityKind.CONNECTIVITY_NODE, EntityKind.CUSTOMER, EntityKind.RECEIVING_POINT})
_OF_CUSTOMERS: Final = frozenset({EntityKind.SUPPLY_SOURCE, EntityKind.SITE})
_FIRST: Final = (EntityKind.SUBSTATION, EntityKind.DISTRIBUTION_STATION, EntityKind.SUPPLY_SOURCE, EntityKind.SITE)
"""Of several things at one place the symbol is that of the first of these."""


def places(graph: Snapshot, things: Sequence[int]) -> Placed:
    """The map of some things, of what lies in them and of the customers on them."""
    held, truncated = _held(graph, things)
    found = list(dict.fromkeys([*held, *_supplies_on(graph, held)]))
    located = [at for at in found if isinstance(graph.entity(at), Located) and graph.kind(at) not in _LEFT_OUT]
    known = {at: spot for at in located if (spot := _spot(graph, at)) is not None}
    ends = {at: end for at in known if (end := _far_end(graph.entity(at))) is not None}
    places_ = {at: spot for at, spot in known.items() if at not in ends}
    leaving = dict(_leaving(graph, ends, known, set(places_.values()), frozenset(found)))
    inside = [spot for line in ends for spot in _ends(line, known, ends) if spot != leaving.get(line)]
    scale = Scale([*places_.values(), *inside])
    nodes = _nodes(graph, places_, scale)
    edges, beside = _Lines(graph, scale, nodes, leaving).drawn(known, ends)
    width, height = scale.size
    return Placed(
        nodes=(*nodes, *beside),
        edges=edges,
        width=width,
        height=height,
        truncated=truncated,
        unplaced=tuple(_unplaced(graph, located, known)),
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


def _supplies_on(graph: Snapshot, held: Sequence[int]) -> Iterator[int]:
    """Supplies of customers that are wired to these."""
    for piece in held:
        if graph.kind(piece) in CONDUCTING:
            for node in graph.targets(piece, _CONNECTS):
                yield from (at for at in graph.sources(node, _CONNECTS) if graph.kind(at) is EntityKind.SUPPLY_SOURCE)


def _customers(graph: Snapshot, thing: int) -> list[int]:
    """Whose a supply or a site is."""
    if graph.kind(thing) is EntityKind.SITE:
        return [*graph.sources(thing, RelationshipKind.HAS_SITE)]
    points = graph.sources(thing, RelationshipKind.FED_BY)
    return [each for point in points for each in graph.sources(point, RelationshipKind.HAS_RECEIVING_POINT)]


def _spot(graph: Snapshot, thing: int) -> Spot | None:
    """Its coordinates; those of its customer's site where a supply has none."""
    own = _degrees(graph.entity(thing))
    if own is not None or graph.kind(thing) is not EntityKind.SUPPLY_SOURCE:
        return own
    sites = [at for each in _customers(graph, thing) for at in graph.targets(each, RelationshipKind.HAS_SITE)]
    return next((spot for at in sites if (spot := _degrees(graph.entity(at))) is not None), None)


def _unplaced(graph: Snapshot, located: Sequence[int], known: Mapping[int, Spot]) -> list[int]:
    """What has no place: a customer itself, instead of its supplies and sites, where none of them has one."""
    shown = {each for at in known if graph.kind(at) in _OF_CUSTOMERS for each in _customers(graph, at)}
    found = list[int]()
    for at in located:
        if at not in known:
            whose = _customers(graph, at) if graph.kind(at) in _OF_CUSTOMERS else []
            found += [each for each in whose if each not in shown] if whose else [at]
    return list(dict.fromkeys(found))


def _degrees(entity: Entity) -> Spot | None:
    if not isinstance(entity, Located) or entity.longitude is None or entity.latitude is None:
        return None
    return entity.longitude, entity.latitude


def _far_end(entity: Entity) -> Spot | None:
    if not isinstance(entity, ACLineSegment) or entity.end_longitude is None or entity.end_latitude is None:
        return None
    return entity.end_longitude, entity.end_latitude


def _ends(line: int, known: Mapping[int, Spot], ends: Mapping[int, Spot]) -> tuple[Spot, Spot]:
    return known[line], ends[line]


def _leaving(
    graph: Snapshot, ends: Mapping[int, Spot], known: Mapping[int, Spot], stands: set[Spot], found: frozenset[int]
) -> Iterator[tuple[int, Spot]]:
    """Lines to what is not shown, as ties to other feeders, each with its end there: the one where nothing stands."""
    for line in ends:
        free = [spot for spot in _ends(line, known, ends) if spot not in stands]
        if len(free) == 1 and _beyond(graph, line, found) is not None:
            yield line, free[0]


def _beyond(graph: Snapshot, line: int, found: frozenset[int]) -> int | None:
    """What a line is wired to that is not shown."""
    for node in graph.targets(line, _CONNECTS):
        others = [at for at in graph.sources(node, _CONNECTS) if at not in found]
        if others:
            return others[0]
    return None


def _nodes(graph: Snapshot, known: Mapping[int, Spot], scale: Scale) -> list[Node]:
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


class _Lines:
    """Lines from end to end, to the rim where they leave, and ends where nothing else stands."""

    def __init__(self, graph: Snapshot, scale: Scale, nodes: Sequence[Node], leaving: Mapping[int, Spot]) -> None:
        self._graph, self._scale, self._leaving = graph, scale, leaving
        self._names = {(node.x, node.y): node.id for node in nodes}
        self._things = frozenset(at for node in nodes for at in node.things)
        self._beside = list[Node]()

    def drawn(self, known: Mapping[int, Spot], ends: Mapping[int, Spot]) -> tuple[tuple[Edge, ...], list[Node]]:
        """All lines, and what stands at their ends alone."""
        lines = frozenset(ends)
        edges = tuple(self._edge(line, _ends(line, known, ends), lines) for line in ends)
        return edges, self._beside

    def _edge(self, line: int, degrees: tuple[Spot, Spot], lines: frozenset[int]) -> Edge:
        one, other = (self._scale.at(each) for each in degrees)
        leaves = self._leaving.get(line)
        if leaves == degrees[0]:
            one = self._scale.cut(other, one)
        elif leaves == degrees[1]:
            other = self._scale.cut(one, other)
        for place, (spot, at) in enumerate(zip((one, other), degrees, strict=True), 1):
            if spot not in self._names:
                self._stand(line, place, spot, lines if leaves == at else None)
        return Edge(
            id=self._graph.id(line),
            source=self._names[one],
            target=self._names[other],
            points=(one, other),
            things=(line,),
            passes=(line,),
        )

    def _stand(self, line: int, place: int, spot: Spot, leaves: frozenset[int] | None) -> None:
        """An end of a line: a junction, or where it goes on to."""
        name = self._names[spot] = f"{self._graph.id(line)}/{place}"
        symbol = PictureSymbol.JUNCTION if leaves is None else PictureSymbol.NEIGHBOUR
        label = "" if leaves is None else self._led_to(line, leaves | self._things)
        self._beside.append(
            Node(id=name, symbol=symbol, x=spot[0], y=spot[1], passes=(line,), label=label, beside=True)
        )

    def _led_to(self, line: int, shown: frozenset[int]) -> str:
        """The name of where a line goes on: of the feeder, else of the station, else of what it is wired to."""
        beyond = _beyond(self._graph, line, shown)
        if beyond is None:
            return ""
        holders = (feeder_of(self._graph, beyond), station_of(self._graph, beyond, *STATIONS), beyond)
        at = next(each for each in holders if each >= 0)
        return self._graph.name(at) or self._graph.id(at)
