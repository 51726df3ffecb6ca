"""GraphStatus: what the answers hold for, and how fresh the data of each source system is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import strawberry

from graph_api.actor import ActorKind
from graph_api.graphql.context import Context, Info
from graph_api.graphql.execution.outward import without_folders
from graph_api.graphql.fields import answers, resolved
from graph_api.graphql.projection import shown, shows
from graph_api.live import foreign_edits as foreign
from graph_api.live.graph import LiveStatus
from graph_api.services.explore import freshness
from schema.numbers import Revision
from schema.registry import KINDS, EntityKind


@shows(foreign.ForeignEdit, description="外部改动: an entity that somebody changed in the store past this program.")
class ForeignEdit:
    """An edit by others."""

    id: strawberry.ID = shown("标识: id of the entity.")
    found_at: datetime = shown("发现时间: when a sweep found it.")
    refused: str | None = shown("拒绝原因: why it cannot be taken over and is served as it was; null = reloaded.")
    element: str | None = shown(
        "数据库内部编号: 被拒绝的节点或关系在数据库中的编号。 The database's own id of what is refused."
    )
    mend: str | None = shown(
        "修复语句: 用来修复的 Cypher 语句，有 $ 参数的须先填写。 A Cypher statement that mends what is refused: as it "
        "was, where that is known; else it asks by a parameter (`$label`), and changes nothing without it."
    )
    stands: bool = shown(
        "仍未修复: 目前仍被拒绝。 True while it is refused; false once it is mended, or was taken over."
    )


def _told(name: str, description: str) -> Any:
    """What a store or file says, with the folders of this machine for its own user alone."""

    def resolve(self: Any, info: Info) -> str | None:
        told: str | None = getattr(self, name)
        is_here = info.context.principal.actor.kind is ActorKind.LOCAL
        return told if told is None or is_here else without_folders(told)

    return resolved(resolve, description)


@shows(LiveStatus, description="存储状态: the durable store behind this process.")
class StoreStatus:
    """The store."""

    @answers("类型: sqlite or neo4j.")
    def kind(self: Any) -> str:
        """Which kind of store."""
        return str(self.store)

    @answers("图谱库标识: 图谱库的标识，其副本保留该标识。 Identity of the store, which its copies keep.")
    def uuid(self: Any, info: Info) -> str:
        """Which store."""
        return info.context.graph.store_uuid

    reachable: bool = shown("可达: false = reads go on with what is in memory, writes fail.")
    since: datetime = shown("自: since when it is (not) reachable.")
    last_error = _told("last_error", "最近错误: why it is not reachable or not followed.")
    writable: bool = shown(
        "可写: 磁盘已满、只读或故障，以及数据库不可达或被替换时为 false，查询不受影响。 False while its disk is full, "
        "failing or may only be read, and while it is away or replaced; questions are answered on."
    )
    write_trouble = _told(
        "write_trouble", "写入问题: 不能写入的原因，正常时为空。 Why no change can be made; null if all is well."
    )
    snapshot_trouble = _told(
        "snapshot_trouble",
        "快照文件问题: 快照文件不能使用或写入的原因，正常时为空。 Why the snapshot file cannot be used or written; "
        "null if all is well.",
    )
    foreign_edits: list[ForeignEdit] = shown(
        "外部改动: 目前未采纳的全部改动，以及最近 50 项其他改动，新的在前。 Edits that were made past this program: "
        "all that are refused now, and the last 50 others, newest first."
    )
    set_aside: int = shown(
        "未采纳数: 目前不能采纳的外部改动所涉及的节点和关系数，修复后减少。 How many nodes and relationships "
        "that others made or changed cannot be taken over now; falls as they are mended."
    )


@strawberry.type(description="数量: 某一类型的实体数。 How many things of one kind there are.")
class KindCount:
    """Size of a kind."""

    kind: EntityKind = strawberry.field(description="类型: 实体的类型。 Kind of thing.")
    count: int = strawberry.field(description="数量: 该类型的实体数。 How many there are.")


@shows(freshness.SourceFreshness, description="数据更新时间: 某一源系统的最新数据。 Newest data of one source system.")
class SourceFreshness:
    """How old a source system's data is."""

    system: str = shown("源系统: 源系统的名称。 Name of the system.")
    as_of: datetime | None = shown(
        "数据时间: 数据所对应的最新时间，源系统给出时才有。 Newest time its data was true at, if it says so."
    )
    loaded_at: datetime = shown("入库时间: 最近一次入库的时间。 When it was last loaded.")
    files: int = shown("文件数: 从该系统入库的文件数。 Files loaded from it.")
    rows_taken: int = shown("入库行数: 各文件最近一次入库的行数。 Rows taken of the newest load of each of its files.")
    rows_rejected: int = shown(
        "未入库行数: 各文件最近一次入库时的未入库记录数。 Rows rejected of the newest load of each of its files."
    )


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


def _store_of(context: Context) -> LiveStatus:
    """The store; what others edited past this program is told to who sees the whole."""
    health = context.status()
    return health if context.graph.is_whole else replace(health, foreign_edits=(), set_aside=0)


def graph_status(context: Context) -> GraphStatus:
    """State of the pinned graph and of the store."""
    graph = context.graph
    counts = [(kind, len(graph.of_kind(kind))) for kind in KINDS]
    return GraphStatus(
        revision=Revision(graph.revision),
        as_of=graph.changed_at,
        age_seconds=max(0.0, (context.now - graph.changed_at).total_seconds()),
        entities=graph.entity_count,
        relationships=graph.relationship_count,
        kinds=[KindCount(kind=kind, count=count) for kind, count in counts if count],
        store=_store_of(context),  # type: ignore[arg-type]
        freshness=freshness.freshness_of(graph),  # type: ignore[arg-type]
    )
