"""Explore relationships: neighbourhoods, and any part of the graph as a networkx graph for planners.

Relationships are walked in both directions: a question such as "how are these two related" has no direction.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Things
from graph_api.services.explore.links import MAX_HOPS, Link, in_range
from graph_api.services.explore.paths import surroundings
from schema.codec import properties
from schema.relationships import RelationshipKind

if TYPE_CHECKING:
    import networkx as nx

MAX_NEIGHBOURS = 5_000


@dataclass(frozen=True, slots=True)
class Subgraph:
    """Entities around one, nearest first, with every walked relationship kind among them."""

    entities: Things
    distances: tuple[int, ...]
    relationships: tuple[Link, ...]
    truncated: bool
    """True if `limit` left entities out."""


def find_neighbourhood(
    model: ReadModel,
    of: int,
    *,
    hops: int = 1,
    via: Collection[RelationshipKind] | None = None,
    limit: int = 200,
) -> Subgraph:
    """Up to `limit` entities within `hops` relationships of one, and the relationships among them."""
    in_range("hops", hops, MAX_HOPS)
    in_range("limit", limit, MAX_NEIGHBOURS)
    around = surroundings(model, via)
    distance = {of: 0}
    unseen = np.ones(model.graph.size, np.bool_)
    unseen[of] = False
    queue = deque([of])
    truncated = False
    while queue and not truncated:
        at = queue.popleft()
        if distance[at] == hops:
            break
        for edge in around.edges(at, unseen):
            if edge.other in distance:
                continue
            if len(distance) == limit:
                truncated = True
                break
            distance[edge.other] = distance[at] + 1
            unseen[edge.other] = False
            queue.append(edge.other)
    chosen = ~unseen
    links = tuple(
        Link(edge.kind, index, edge.other, edge.key)
        for index in distance
        for edge in around.edges(index, chosen)
        if edge.outgoing
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
