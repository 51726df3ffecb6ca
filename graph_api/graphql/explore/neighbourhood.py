"""Search, paths and neighbourhoods as the API shows them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import strawberry

from graph_api.graphql.context import Context
from graph_api.graphql.entities import Entity
from graph_api.graphql.lists.connections import Connection, PageInfo, Paging
from graph_api.graphql.lists.cursors import query_hash
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.explore import neighbourhood as explore
from graph_api.services.explore import search
from schema.registry import EntityKind
from schema.relationships import RelationshipKind


@strawberry.type(description="搜索命中: one thing found, and by which of its texts.")
class SearchHit:
    """A found thing."""

    entity: Entity = strawberry.field(description="实体: the thing found.")
    score: float = strawberry.field(description="得分: how well it fits, 0 to about 106; higher is better.")
    field: str = strawberry.field(
        description="字段: which text fitted: name, aliases, number, pinyin, initials, phone ..."
    )
    matched: str = strawberry.field(description="匹配文本: that text; of a telephone number its last digits only.")


@strawberry.type(description="搜索命中及游标: one hit with its cursor.")
class SearchEdge:
    """A hit in its list."""

    node: SearchHit = strawberry.field(description="内容: the hit.")
    cursor: str = strawberry.field(description="游标: where it stands, for `after`.")


@strawberry.type(description="搜索结果: a page of hits, best first.")
class SearchConnection:
    """Hits."""

    nodes: list[SearchHit] = strawberry.field(description="内容: hits of this page.")
    edges: list[SearchEdge] = strawberry.field(description="内容及游标: hits of this page with their cursors.")
    page_info: PageInfo = strawberry.field(description="分页信息: where the page stands.")
    total_count: int = strawberry.field(description="总数: hits kept, at most 200.")
    revision_changed: bool = strawberry.field(
        description="版本已变: true if the graph changed since the cursor was given."
    )
    truncated: bool = strawberry.field(description="已截断: true if more things fit than are kept: type more.")


def search_entities(
    context: Context, text: str, kinds: Collection[EntityKind] | None, first: int, after: str | None
) -> SearchConnection:
    """A page of hits."""
    graph = context.graph
    query = query_hash("search", {"text": text, "kinds": None if kinds is None else sorted(kinds)})
    paging = Paging.of(first, after, at=context.now, revision=graph.revision, query=query)
    result = search.find(context.model, text, kinds)
    found: Connection[Any] = paging.cut_sorted(
        result.hits,
        lambda hit: (-hit.score, len(graph.name(hit.index)), graph.name(hit.index), graph.id(hit.index)),
        lambda hit: SearchHit(entity=graph.entity(hit.index), score=hit.score, field=hit.field, matched=hit.matched),
    )
    return SearchConnection(
        nodes=found.nodes,
        edges=[SearchEdge(node=edge.node, cursor=edge.cursor) for edge in found.edges()],
        page_info=found.page_info(),
        total_count=found.total,
        revision_changed=found.revision_changed(),
        truncated=result.truncated,
    )


@strawberry.type(description="关系: one relationship, read from source to target.")
class Relationship:
    """A relationship."""

    kind: RelationshipKind = strawberry.field(description="关系类型: what it means.")
    key: str = strawberry.field(
        description="键: what tells it from others of its kind between the same two; a terminal's number."
    )
    source: Entity = strawberry.field(description="起点: where it starts.")
    target: Entity = strawberry.field(description="终点: where it ends.")


@strawberry.type(
    description="路径: a way through the graph without repeated things; relationships are walked both ways."
)
class EntityPath:
    """A path."""

    length: int = strawberry.field(description="长度: relationships on the path.")
    entities: list[Entity] = strawberry.field(description="途经: things on the path, both ends included, in order.")
    relationships: list[Relationship] = strawberry.field(description="关系: relationships on the path, in order.")


@strawberry.type(description="路径集: shortest paths between two things, shortest first.")
class PathConnection:
    """Paths."""

    nodes: list[EntityPath] = strawberry.field(description="内容: the paths.")
    truncated: bool = strawberry.field(
        description="已截断: true if there may be more: ask for more, or for fewer hops."
    )


def find_paths(
    context: Context, start: str, end: str, via: Collection[RelationshipKind] | None, max_hops: int, first: int
) -> PathConnection:
    """Shortest paths between two things."""
    graph = context.graph
    found = explore.find_paths(
        context.model, graph.index(start), graph.index(end), via=via, max_hops=max_hops, first=first
    )
    return PathConnection(nodes=[_path(graph, path) for path in found.paths], truncated=found.truncated)


def _path(graph: Snapshot, path: explore.Path) -> EntityPath:
    entities = [graph.entity(path.start), *(graph.entity(hop.to) for hop in path.hops)]
    relationships = []
    for place, hop in enumerate(path.hops):
        ends = entities[place], entities[place + 1]
        source, target = ends if hop.outgoing else ends[::-1]
        relationships.append(Relationship(kind=hop.kind, key=hop.key, source=source, target=target))
    return EntityPath(length=len(path.hops), entities=entities, relationships=relationships)


@strawberry.type(description="邻域: things around one, nearest first, and the relationships among them.")
class Subgraph:
    """A part of the graph."""

    entities: list[Entity] = strawberry.field(description="实体: the thing itself and its neighbours, nearest first.")
    distances: list[int] = strawberry.field(description="距离: hops to each of `entities`, in the same order.")
    relationships: list[Relationship] = strawberry.field(description="关系: relationships among them.")
    truncated: bool = strawberry.field(description="已截断: true if `limit` left things out.")


def find_neighbourhood(
    context: Context, of: str, hops: int, via: Collection[RelationshipKind] | None, limit: int
) -> Subgraph:
    """What is around a thing."""
    graph = context.graph
    found = explore.find_neighbourhood(context.model, graph.index(of), hops=hops, via=via, limit=limit)
    return Subgraph(
        entities=[graph.entity(index) for index in found.indexes],
        distances=list(found.distances),
        relationships=[
            Relationship(
                kind=link.kind, key=link.key, source=graph.entity(link.source), target=graph.entity(link.target)
            )
            for link in found.links
        ],
        truncated=found.truncated,
    )
