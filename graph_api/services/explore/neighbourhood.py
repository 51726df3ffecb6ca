"""Explore relationships: shortest paths, neighbourhoods, and any part of the graph as a networkx graph for planners.

Relationships are walked in both directions: a question such as "how are these two related" has no direction.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Edge, Snapshot
from graph_api.readmodel.things import Thing, Things
from schema.codec import properties
from schema.relationships import RelationshipKind
from schema.words import say

if TYPE_CHECKING:
    import networkx as nx

MAX_HOPS = 40
MAX_PATHS = 50
MAX_NEIGHBOURS = 5_000
BUDGET = 200_000
"""Entities looked at before a search gives up and says so."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path: over which relationship to which entity."""

    kind: RelationshipKind
    key: str
    outgoing: bool
    to: int


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship between two entities."""

    kind: RelationshipKind
    source: Thing
    target: Thing
    key: str


@dataclass(frozen=True, slots=True)
class Path:
    """A path without repeated entities."""

    start: int
    hops: tuple[Hop, ...]

    @property
    def length(self) -> int:
        """Relationships on it."""
        return len(self.hops)

    @property
    def entities(self) -> Things:
        """Entities on it, both ends included, in order."""
        return (self.start, *(hop.to for hop in self.hops))

    @property
    def relationships(self) -> tuple[Link, ...]:
        """Relationships on it, in order."""
        ends = pairwise(self.entities)
        return tuple(
            Link(hop.kind, here, there, hop.key) if hop.outgoing else Link(hop.kind, there, here, hop.key)
            for hop, (here, there) in zip(self.hops, ends, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths found, shortest first."""

    nodes: tuple[Path, ...]
    truncated: bool
    """True if there may be more: the asked number was reached, or the search gave up after BUDGET entities."""


@dataclass(frozen=True, slots=True)
class Subgraph:
    """Entities around one, nearest first, with every walked relationship kind among them."""

    entities: Things
    distances: tuple[int, ...]
    relationships: tuple[Link, ...]
    truncated: bool
    """True if `limit` left entities out."""


def find_paths(
    model: ReadModel,
    start: int,
    end: int,
    *,
    via: Collection[RelationshipKind] | None = None,
    max_hops: int = 10,
    first: int = 5,
) -> Paths:
    """The `first` shortest paths of at most `max_hops` relationships between two entities.

    `via` walks only those relationship kinds. Of equal length, in order of relationship kind and ids.
    Raises InvalidInput for numbers out of range.
    """
    _in_range("maxHops", max_hops, MAX_HOPS)
    _in_range("first", first, MAX_PATHS)
    graph = model.graph
    left, complete = _distances(graph, end, via, max_hops)
    if start not in left:
        return Paths((), truncated=not complete)
    found = list(islice(_by_length(graph, start, end, via, max_hops, left), first + 1))
    complete = complete and None not in found
    return Paths(tuple(path for path in found[:first] if path), truncated=len(found) > first or not complete)


def find_neighbourhood(
    model: ReadModel,
    of: int,
    *,
    hops: int = 1,
    via: Collection[RelationshipKind] | None = None,
    limit: int = 200,
) -> Subgraph:
    """Up to `limit` entities within `hops` relationships of one, and the relationships among them."""
    _in_range("hops", hops, MAX_HOPS)
    _in_range("limit", limit, MAX_NEIGHBOURS)
    graph = model.graph
    distance = {of: 0}
    queue = deque([of])
    truncated = False
    while queue and not truncated:
        at = queue.popleft()
        if distance[at] == hops:
            continue
        for edge in _ordered(graph, at, via):
            if edge.other in distance:
                continue
            if len(distance) == limit:
                truncated = True
                break
            distance[edge.other] = distance[at] + 1
            queue.append(edge.other)
    links = tuple(
        Link(edge.kind, index, edge.other, edge.key)
        for index in distance
        for edge in _ordered(graph, index, via)
        if edge.outgoing and edge.other in distance
    )
    return Subgraph(tuple(distance), tuple(distance.values()), links, truncated)


def to_networkx(model: ReadModel, indexes: Iterable[int] | None = None) -> nx.MultiDiGraph[str]:
    """The graph, or the part of it between `indexes`, for the planner's own studies.

    Nodes are ids with `kind` and the entity's fields as attributes; edges have `kind` and, as their key, (kind, key).
    """
    import networkx as nx  # a tenth of a second, which no other question here needs

    graph = model.graph
    chosen = list(graph.indexes() if indexes is None else dict.fromkeys(indexes))
    members = set(chosen)
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph(revision=graph.revision)
    for index in chosen:
        made.add_node(graph.id(index), kind=str(graph.kind(index)), **properties(graph.entity(index)))
    for index in chosen:
        for edge in graph.edges(index):
            if edge.outgoing and edge.other in members:
                key = (str(edge.kind), edge.key)
                made.add_edge(graph.id(index), graph.id(edge.other), key=key, kind=str(edge.kind))
    return made


def _in_range(name: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise InvalidInput(
            say("{name} must be between 1 and {most}, but is {value}.", name=name, most=most, value=value),
            argument=name,
        )


def _ordered(graph: Snapshot, index: int, via: Collection[RelationshipKind] | None) -> list[Edge]:
    edges = [edge for edge in graph.edges(index) if via is None or edge.kind in via]
    edges.sort(key=lambda edge: (edge.kind.value, edge.key, not edge.outgoing, graph.id(edge.other)))
    return edges


def _distances(
    graph: Snapshot, end: int, via: Collection[RelationshipKind] | None, max_hops: int
) -> tuple[dict[int, int], bool]:
    """Hops to `end` of every entity within `max_hops`; False if the budget cut it short."""
    distance = {end: 0}
    queue = deque([end])
    while queue:
        at = queue.popleft()
        if distance[at] == max_hops:
            break
        for edge in graph.edges(at):
            if edge.other in distance or (via is not None and edge.kind not in via):
                continue
            if len(distance) == BUDGET:
                return distance, False
            distance[edge.other] = distance[at] + 1
            queue.append(edge.other)
    return distance, True


def _by_length(
    graph: Snapshot,
    start: int,
    end: int,
    via: Collection[RelationshipKind] | None,
    max_hops: int,
    left: dict[int, int],
) -> Iterator[Path | None]:
    """Paths in order of length, the true distance to the end bounding what is left; a last None = gave up."""
    order = 0
    heap: list[tuple[int, int, int, tuple[Hop, ...]]] = [(left[start], order, start, ())]
    while heap:
        if order > BUDGET:
            yield None
            return
        _, _, at, hops = heapq.heappop(heap)
        if at == end:
            yield Path(start, hops)
            continue
        visited = {start, *(hop.to for hop in hops)}
        for edge in _ordered(graph, at, via):
            rest = left.get(edge.other)
            if rest is None or edge.other in visited or len(hops) + 1 + rest > max_hops:
                continue
            order += 1
            hop = Hop(edge.kind, edge.key, edge.outgoing, edge.other)
            heapq.heappush(heap, (len(hops) + 1 + rest, order, edge.other, (*hops, hop)))
