"""Search, paths and neighbourhoods as the API shows them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import strawberry

from graph_api.graphql.context import Context
from graph_api.graphql.entities import Entity
from graph_api.graphql.lists.connections import Connection, PageInfo, Paging
from graph_api.graphql.lists.cursors import query_hash
from graph_api.graphql.projection import shown, shows
from graph_api.readmodel.search import Hit
from graph_api.services.explore import neighbourhood as explore
from graph_api.services.explore import paths, search
from graph_api.services.explore.links import Link
from schema.registry import EntityKind
from schema.relationships import RelationshipKind


@shows(Hit, description="搜索命中: one thing found, and by which of its texts.")
class SearchHit:
    """A found thing."""

    entity: Entity = shown("实体: the thing found.")
    score: float = shown("得分: how well it fits, 0 to about 106; higher is better.")
    field: str = shown("字段: which text fitted: name, aliases, number, pinyin, initials, phone ...")
    matched: str = shown("匹配文本: that text; of a telephone number its last digits only.")


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
    truncated: bool = strawberry.field(
        description="已截断: 相符的对象多于所列时为 true，请再输入文字。 True if more fit than are kept: type more."
    )


BY_NUMBER = "Contact.value (search)"
"""In the audit: that somebody learnt whose a number is."""


def search_entities(
    context: Context, text: str, kinds: Collection[EntityKind] | None, first: int, after: str | None
) -> SearchConnection:
    """A page of hits."""
    graph = context.graph
    query = query_hash("search", {"text": text, "kinds": None if kinds is None else sorted(kinds)})
    paging = Paging.of(first, after, at=context.now, revision=graph.revision, query=query)
    result = search.find(context.model, text, kinds, context.seen_contacts)
    found: Connection[Any] = paging.cut_sorted(
        result.hits,
        lambda hit: (-hit.score, len(graph.name(hit.index)), graph.name(hit.index), graph.id(hit.index)),
        lambda hit: hit,
    )
    for hit in found.nodes:
        if hit.field == "phone":
            context.saw(BY_NUMBER, graph.id(hit.index))
    return SearchConnection(
        nodes=found.nodes,
        edges=[SearchEdge(node=edge.node, cursor=edge.cursor) for edge in found.edges()],
        page_info=found.page_info(),
        total_count=found.total,
        revision_changed=found.revision_changed(),
        truncated=result.truncated,
    )


@shows(Link, description="关系: one relationship, read from source to target.")
class Relationship:
    """A relationship."""

    kind: RelationshipKind = shown("关系类型: what it means.")
    key: str = shown("键: what tells it from others of its kind between the same two; a terminal's number.")
    source: Entity = shown("起点: where it starts.")
    target: Entity = shown("终点: where it ends.")


@shows(
    paths.Path,
    description="路径: a way through the graph without repeated things; relationships are walked both ways.",
)
class EntityPath:
    """A path."""

    length: int = shown("长度: relationships on the path.")
    entities: list[Entity] = shown("途经: things on the path, both ends included, in order.")
    relationships: list[Relationship] = shown("关系: relationships on the path, in order.")


@shows(paths.Paths, description="路径集: shortest paths between two things, shortest first.")
class PathConnection:
    """Paths."""

    nodes: list[EntityPath] = shown("内容: the paths.")
    truncated: bool = shown("已截断: true if there may be more: ask for more, or for fewer hops.")


def find_paths(
    context: Context, start: str, end: str, via: Collection[RelationshipKind] | None, max_hops: int, first: int
) -> PathConnection:
    """Shortest paths between two things."""
    start_at, end_at = context.graph.index(start), context.graph.index(end)
    return paths.find_paths(  # type: ignore[return-value]
        context.model, start_at, end_at, via=via, max_hops=max_hops, first=first
    )


@shows(explore.Subgraph, description="邻域: things around one, nearest first, and the relationships among them.")
class Subgraph:
    """A part of the graph."""

    entities: list[Entity] = shown("实体: the thing itself and its neighbours, nearest first.")
    distances: list[int] = shown("距离: hops to each of `entities`, in the same order.")
    relationships: list[Relationship] = shown("关系: relationships among them.")
    truncated: bool = shown("已截断: true if `limit` left things out.")


def find_neighbourhood(
    context: Context, of: str, hops: int, via: Collection[RelationshipKind] | None, limit: int
) -> Subgraph:
    """What is around a thing."""
    return explore.find_neighbourhood(  # type: ignore[return-value]
        context.model, context.graph.index(of), hops=hops, via=via, limit=limit
    )
