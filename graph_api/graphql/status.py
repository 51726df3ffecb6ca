"""GraphStatus: what the answers hold for, and how fresh the data of each source system is."""

from __future__ import annotations

from datetime import datetime

import strawberry

from graph_api.graphql.context import Context
from graph_api.graphql.entities.computed import loads_of
from graph_api.live.graph import LiveStatus
from schema.numbers import Revision
from schema.registry import KINDS, EntityKind


@strawberry.type(description="外部改动: an entity that somebody changed in the store past this program.")
class ForeignEdit:
    """An edit by others."""

    id: strawberry.ID = strawberry.field(description="标识: id of the entity.")
    found_at: datetime = strawberry.field(description="发现时间: when a sweep found it.")
    refused: str | None = strawberry.field(
        description="拒绝原因: why it cannot be taken over and is served as it was; null = reloaded."
    )


@strawberry.type(description="存储状态: the durable store behind this process.")
class StoreStatus:
    """The store."""

    kind: str = strawberry.field(description="类型: sqlite or neo4j.")
    reachable: bool = strawberry.field(description="可达: false = reads go on with what is in memory, writes fail.")
    since: datetime = strawberry.field(description="自: since when it is (not) reachable.")
    last_error: str | None = strawberry.field(description="最近错误: why it is not reachable or not followed.")
    foreign_edits: list[ForeignEdit] = strawberry.field(
        description="外部改动: the last 50 edits that were made past this program, newest first."
    )


@strawberry.type(description="数量: how many things of one kind there are.")
class KindCount:
    """Size of a kind."""

    kind: EntityKind = strawberry.field(description="类型: kind of thing.")
    count: int = strawberry.field(description="数量: how many there are.")


@strawberry.type(description="数据更新时间: newest data of one source system.")
class SourceFreshness:
    """How old a source system's data is."""

    system: str = strawberry.field(description="源系统: name of the system.")
    as_of: datetime | None = strawberry.field(description="数据时间: newest time its data was true at, if it says so.")
    loaded_at: datetime = strawberry.field(description="入库时间: when it was last loaded.")
    files: int = strawberry.field(description="文件数: files loaded from it.")


@strawberry.type(description="图谱状态: revision that this answer holds for, its age and size, the store, the sources.")
class GraphStatus:
    """State of the graph."""

    revision: Revision = strawberry.field(description="版本号: revision of this answer.")
    as_of: datetime = strawberry.field(description="截至: when that revision was committed.")
    age_seconds: float = strawberry.field(description="数据距今时长: time since then. [s]")
    entities: int = strawberry.field(description="实体数: entities in the graph.")
    relationships: int = strawberry.field(description="关系数: relationships in the graph.")
    kinds: list[KindCount] = strawberry.field(description="各类数量: entities by kind, kinds that occur.")
    store: StoreStatus = strawberry.field(description="存储: the durable store.")
    freshness: list[SourceFreshness] = strawberry.field(description="数据更新时间: by source system, by name.")


def graph_status(context: Context) -> GraphStatus:
    """State of the pinned graph and of the store."""
    graph, live = context.graph, context.live.status()
    counts = [(kind, len(graph.of_kind(kind))) for kind in KINDS]
    return GraphStatus(
        revision=Revision(graph.revision),
        as_of=graph.changed_at,
        age_seconds=max(0.0, (context.now - graph.changed_at).total_seconds()),
        entities=graph.entity_count,
        relationships=graph.relationship_count,
        kinds=[KindCount(kind=kind, count=count) for kind, count in counts if count],
        store=_store_status(live),
        freshness=_freshness(context),
    )


def _store_status(live: LiveStatus) -> StoreStatus:
    edits = [
        ForeignEdit(id=strawberry.ID(edit.id), found_at=edit.found_at, refused=edit.refused)
        for edit in live.foreign_edits
    ]
    return StoreStatus(
        kind=live.store, reachable=live.reachable, since=live.since, last_error=live.last_error, foreign_edits=edits
    )


def _freshness(context: Context) -> list[SourceFreshness]:
    loads = loads_of(context.model).values()
    found = []
    for system in sorted({load.system for load in loads}):
        own = [load for load in loads if load.system == system]
        found.append(
            SourceFreshness(
                system=system,
                as_of=max((load.as_of for load in own if load.as_of), default=None),
                loaded_at=max(load.loaded_at for load in own),
                files=len(own),
            )
        )
    return found
