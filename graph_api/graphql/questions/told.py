"""Root of all subscriptions: what is told when the graph changes.

Each is resolved anew at each revision, of what came after `Context.since`; where nothing of it changed it says so by
`Context.nothing_new`, and nothing is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import strawberry

from graph_api.errors import InvalidInput, UnknownEntity
from graph_api.graphql.context import Info
from graph_api.graphql.entities import Incident, TimelineEntry
from graph_api.graphql.fields import about, answers
from graph_api.graphql.incident.board import Board
from graph_api.graphql.projection import shown, shows
from graph_api.graphql.scalars import Bookmark
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing
from graph_api.services.incident import board as board_service
from graph_api.services.incident.news import newest_of_all, written_since
from schema.numbers import Revision
from schema.registry import EntityKind
from schema.words import say

AFTER = (
    "接续标记: 最近一次推送的 `bookmark`，从其后接续，不遗漏、不重复；空值先推送当前状态；其他库的予以拒绝。 "
    "`bookmark` of the last event: goes on after it without gap or repeat; null = what is so now comes first. One of "
    "another store is refused."
)
After = Annotated[Bookmark | None, about(AFTER)]
NOTHING = say("Nothing is new.")


@dataclass(frozen=True, slots=True)
class GraphNews:
    """The graph moved on."""

    revision: Revision
    bookmark: Bookmark
    as_of: datetime


@dataclass(frozen=True, slots=True)
class IncidentNews:
    """An incident moved on."""

    revision: Revision
    bookmark: Bookmark
    as_of: datetime
    incident: Thing
    entries: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class BoardNews:
    """The board moved on."""

    revision: Revision
    bookmark: Bookmark
    as_of: datetime
    board: board_service.Board


REVISION = "版本号: 推送所依据的图谱版本。 Revision that it is true of."
BOOKMARK = "接续标记: 断线后以此作为 `after` 接续。 After a broken line send it as `after`."
DATA_TIME = "数据时间: 该版本形成的时间。 When that revision was made."


@shows(GraphNews, description="图谱变更: 图谱已到新的版本。 The graph is at another revision.")
class GraphChange:
    """The graph moved on."""

    revision: Revision = shown(REVISION)
    bookmark: Bookmark = shown(BOOKMARK)
    as_of: datetime = shown(DATA_TIME)


@shows(
    IncidentNews,
    description="事件变更: 应急事件新增的处置记录及当前状态。 What was recorded of an incident, and how it stands.",
)
class IncidentChange:
    """An incident moved on."""

    revision: Revision = shown(REVISION)
    bookmark: Bookmark = shown(BOOKMARK)
    as_of: datetime = shown(DATA_TIME)
    incident: Incident = shown("应急事件: 所订阅的应急事件。 The incident.")
    entries: list[TimelineEntry] = shown(
        "新增记录: 上次推送之后录入的处置记录，按记录先后。 What was recorded since the last event, in that order."
    )


@shows(BoardNews, description="值班台变更: 值班台的当前内容。 The board as it is by now.")
class BoardChange:
    """The board moved on."""

    revision: Revision = shown(REVISION)
    bookmark: Bookmark = shown(BOOKMARK)
    as_of: datetime = shown(DATA_TIME)
    board: Board = shown("值班台: 值班台的当前内容。 The board.")


def _bookmark(graph: Snapshot) -> Bookmark:
    return Bookmark.of(graph.store_uuid, graph.revision)


@strawberry.type(
    description="订阅: 图谱变化时推送；每次推送注明版本号。 Told when the graph changes, by graphql-transport-ws or "
    "server-sent events; each event says its revision."
)
class Subscription:
    """What is pushed."""

    @answers("事件变更: 该事件有新的处置记录时推送。 Told whenever something was recorded of this incident.")
    def incident_changed(
        self,
        info: Info,
        id: Annotated[strawberry.ID, about("标识: 应急事件的标识。 Id of the incident.")],
        after: After = None,  # noqa: ARG002  (who subscribes is told what came after it: see Hub)
    ) -> IncidentChange:
        """An incident."""
        context = info.context
        graph, index = context.graph, context.graph.find(id)
        if index is None or graph.kind(index) is not EntityKind.INCIDENT:
            raise UnknownEntity(say("There is no incident {id}.", id=id))
        entries = tuple(written_since(graph, index, context.since))
        if context.since is not None and not entries:
            context.nothing_new = True
            raise InvalidInput(NOTHING)  # which nobody is told
        told: Any = IncidentNews(graph.revision, _bookmark(graph), graph.changed_at, index, entries)
        return told  # type: ignore[no-any-return]

    @answers("值班台变更: 任一应急事件有新的处置记录时推送。 Told when something was recorded of an incident.")
    def board_changed(
        self,
        info: Info,
        exercise: Annotated[bool, about("演练: true 为演练的值班台。 That of the exercises.")] = False,
        after: After = None,  # noqa: ARG002
    ) -> BoardChange:
        """The board."""
        context = info.context
        graph = context.graph
        if context.since is not None and newest_of_all(context.model, exercise=exercise) <= context.since:
            context.nothing_new = True
            raise InvalidInput(NOTHING)  # which nobody is told
        board = board_service.Board(context.whole, context.now, exercise)
        told: Any = BoardNews(graph.revision, _bookmark(graph), graph.changed_at, board)
        return told  # type: ignore[no-any-return]

    @answers("图谱变更: 图谱每到新的版本时推送。 Told whenever the graph is at another revision.")
    def graph_changed(self, info: Info, after: After = None) -> GraphChange:  # noqa: ARG002
        """The graph."""
        graph = info.context.graph
        told: Any = GraphNews(graph.revision, _bookmark(graph), graph.changed_at)
        return told  # type: ignore[no-any-return]
