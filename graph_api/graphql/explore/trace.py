"""Trace: where supply comes from and what hangs on a thing, as the API shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from graph_api.graphql.context import Context, Info
from graph_api.graphql.entities import ConductingEquipment, Customer, Entity, Feeder, Hazard
from graph_api.graphql.enums import described
from graph_api.graphql.explore.now import OpenSide
from graph_api.graphql.fields import After, First, answers
from graph_api.graphql.lists.connections import Connection, Paging
from graph_api.graphql.lists.cursors import query_hash
from graph_api.graphql.outage.event import SwitchAssumption, assumptions_of
from graph_api.graphql.projection import shown, shows
from graph_api.graphql.status import KindCount
from graph_api.services.explore import trace as service
from graph_api.services.explore.hazards import open_hazards
from graph_api.services.explore.open_points import open_point_of
from graph_api.services.explore.trace import TraceDirection
from schema.vocabulary import SwitchPosition

described(
    TraceDirection,
    {
        "UP": "上游 · everything on any supply path up to the sources",
        "DOWN": "下游 · everything that loses supply if the start opens",
        "ISLAND": "拓扑岛（电气岛） · everything joined to the start by what conducts, live or dead",
        "PATH": "供电路径 · one shortest supply path, in order",
    },
)


@shows(
    service.OpenPoint,
    description=(
        "开环点: 所追踪部分旁边处于分位的开关及其对侧。 A switch that stands open beside the traced "
        "part, and what is behind it."
    ),
)
class OpenPoint:
    """An open point."""

    switch: Entity = shown("开关: 处于分位的开关。 The switch.")
    position: SwitchPosition = shown("位置: 分或不明。 OPEN or UNKNOWN.")
    live_beyond: bool = shown("对侧带电: 合上后能否与电源连通。 True if closing it joins the part to a supply.")
    feeders: list[Feeder] = shown("对侧馈线: 当前给对侧供电的馈线。 Feeders that feed its far side now.")

    @answers(
        "两侧: 目前两侧的馈线和可转供容量，位置不明时为空列表。 Its sides as they are now, with what each can take; "
        "empty where its position is unknown."
    )
    def sides(self: Any, info: Info) -> list[OpenSide]:
        """Its sides."""
        found: Any = open_point_of(info.context.whole, self.switch)
        return [] if found is None else list(found.sides)


@shows(service.Trace, description="追踪: 追踪的结果。 What a trace found.")
class Trace:
    """The answer."""

    direction: TraceDirection = shown("方向: 追踪的方向。 Which way it went.")
    energised: bool = shown("带电: 起点当前是否带电。 Whether the start is live now.")
    no_source: bool = shown(
        "无上级电源: 未登记任何可与起点接通的上级电源时为 true，此时不带电只说明数据不全。 True if no source is "
        "recorded that any switches could join to the start: then not being live only says what was not loaded."
    )
    start: Entity = shown("追踪对象: 所查询的对象。 The thing that was asked about.")
    begins: list[ConductingEquipment] = shown("起点: 所查对象代表的设备。 Equipment that the start stands for.")

    @answers(
        "设备: 查得的设备，近的在前，不含连接节点。 What was found, nearest first; connectivity nodes are left out."
    )
    def equipment(self: Any, info: Info, first: First = 50, after: After = None) -> Connection[Entity]:
        """What was found."""
        return _page(info.context, self, "equipment", self.equipment, first, after)

    @answers(
        "客户: 供电电源在其中的客户，近的在前。 Customers whose supplies are among it, nearest first; "
        "none for UP and PATH."
    )
    def customers(self: Any, info: Info, first: First = 50, after: After = None) -> Connection[Customer]:
        """Customers found."""
        return _page(info.context, self, "customers", self.customers, first, after)

    @answers(
        "隐患缺陷: 起点和查得设备及其杆塔、通道、站房、馈线上未消除的隐患缺陷，危急的在前。 Open hazards and defects "
        "on the start, on what was found, and on the poles, routes, stations and feeders of it, the gravest first."
    )
    def hazards(self: Any, info: Info, first: First = 50, after: After = None) -> Connection[Hazard]:
        """Hazards on the way."""
        found = open_hazards(info.context.graph, (self.start, *self.begins, *self.equipment))
        return _page(info.context, self, "hazards", found, first, after)

    @answers(
        "接入位置未录入的客户: 上述客户中只知所属线路、可能不在其中的客户。 Of these customers those of whom only the "
        "feeder is known, and that may hang elsewhere on it."
    )
    def place_unknown(self: Any, info: Info, first: First = 50, after: After = None) -> Connection[Customer]:
        """Customers that may hang there."""
        return _page(info.context, self, "placeUnknown", self.perhaps, first, after)

    @answers("各类设备数: 查得的各类设备数量，最多的在前。 Equipment found by kind, the kind of most first.")
    def kinds(self: Any, info: Info) -> list[KindCount]:
        """Equipment by kind."""
        counts = Counter(map(info.context.graph.kind, self.equipment))
        return [KindCount(kind=kind, count=count) for kind, count in counts.most_common()]

    sources: list[ConductingEquipment] = shown("上级电源: 其中的上级电源。 Sources among it.")
    feeders: list[Feeder] = shown(
        "馈线: 给起点供电的馈线。 Feeders that feed the start, and with DOWN and ISLAND what was found."
    )
    open_points: list[OpenPoint] = shown(
        "开环点: 旁边处于分位、可由其他电源供电的开关。 Switches that stand open beside it, by which it "
        "could be fed from elsewhere."
    )
    depends_on: list[ConductingEquipment] = shown(
        "取决于: 位置不明、影响本结果的开关。 Switches of unknown position that decide this answer."
    )


def trace_from(
    context: Context, start: str, direction: TraceDirection, assume: Sequence[SwitchAssumption]
) -> service.Trace:
    """Follow the supply of a thing."""
    graph = context.graph
    positions = assumptions_of(context, assume)
    found = service.trace(context.whole, graph.index(start), direction, positions)
    if graph.is_whole:
        return found
    begins, equipment, customers, perhaps = (
        tuple(filter(graph.holds, each)) for each in (found.begins, found.equipment, found.customers, found.perhaps)
    )
    return replace(found, begins=begins, equipment=equipment, customers=customers, perhaps=perhaps)


def _page(
    context: Context, found: service.Trace, what: str, indexes: Sequence[int], first: int, after: str | None
) -> Connection[Any]:
    """A page in the order found; the key is the place, which holds for one revision."""
    graph = context.graph
    asked = {"list": what, "direction": found.direction, "from": graph.id(found.start), "revision": graph.revision}
    paging = Paging.of(first, after, at=context.now, revision=graph.revision, query=query_hash("trace", asked))
    return paging.cut_sorted(enumerate(indexes), lambda pair: (pair[0],), lambda pair: graph.entity(pair[1]))
