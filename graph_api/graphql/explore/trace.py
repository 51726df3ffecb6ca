"""Trace: where supply comes from and what hangs on a thing, as the API shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import strawberry

from graph_api.graphql.context import Context, Info
from graph_api.graphql.entities import ConductingEquipment, Customer, Entity, Feeder
from graph_api.graphql.enums import described
from graph_api.graphql.fields import After, First, answers
from graph_api.graphql.lists.connections import Connection, Paging
from graph_api.graphql.lists.cursors import query_hash
from graph_api.graphql.outage.event import SwitchAssumption
from graph_api.services.explore import trace as service
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


@strawberry.type(description="开环点: a switch that stands open beside the traced part, and what is behind it.")
class OpenPoint:
    """An open point."""

    switch: Entity = strawberry.field(description="开关: the switch.")
    position: SwitchPosition = strawberry.field(description="位置: OPEN or UNKNOWN.")
    live_beyond: bool = strawberry.field(description="对侧带电: true if closing it joins the part to a supply.")
    feeders: list[Feeder] = strawberry.field(description="对侧馈线: feeders that feed its far side now.")


@strawberry.type(description="追踪: what a trace found.")
class Trace:
    """The answer."""

    found: strawberry.Private[service.Trace]

    direction: TraceDirection = strawberry.field(description="方向: which way it went.")
    energised: bool = strawberry.field(description="带电: whether the start is live now.")

    @answers("起点: equipment that the start stands for.")
    def begins(self, info: Info) -> list[ConductingEquipment]:
        """Where it began."""
        return info.context.things(self.found.begins)

    @answers("设备: what was found, nearest first; connectivity nodes are left out.")
    def equipment(self, info: Info, first: First = 50, after: After = None) -> Connection[Entity]:
        """What was found."""
        return _page(info.context, self.found, "equipment", self.found.equipment, first, after)

    @answers("客户: customers whose supplies are among it, nearest first; none for UP and PATH.")
    def customers(self, info: Info, first: First = 50, after: After = None) -> Connection[Customer]:
        """Customers found."""
        return _page(info.context, self.found, "customers", self.found.customers, first, after)

    @answers("上级电源: sources among it.")
    def sources(self, info: Info) -> list[ConductingEquipment]:
        """Sources found."""
        return info.context.things(self.found.sources)

    @answers("馈线: feeders that feed the start, and with DOWN and ISLAND what was found.")
    def feeders(self, info: Info) -> list[Feeder]:
        """Feeders."""
        return info.context.things(self.found.feeders)

    @answers("开环点: switches that stand open beside it, by which it could be fed from elsewhere.")
    def open_points(self, info: Info) -> list[OpenPoint]:
        """Open points."""
        graph = info.context.graph
        return [
            OpenPoint(
                switch=graph.entity(point.switch),
                position=point.position,
                live_beyond=point.live_beyond,
                feeders=info.context.things(point.feeders),
            )
            for point in self.found.open_points
        ]

    @answers("取决于: switches of unknown position that decide this answer.")
    def depends_on(self, info: Info) -> list[ConductingEquipment]:
        """Switches in doubt."""
        return info.context.things(self.found.depends_on)


def trace_from(context: Context, start: str, direction: TraceDirection, assume: Sequence[SwitchAssumption]) -> Trace:
    """Follow the supply of a thing."""
    graph = context.graph
    positions = [(graph.index(each.switch), each.position) for each in assume]
    found = service.trace(context.model, graph.index(start), direction, positions)
    return Trace(found=found, direction=direction, energised=found.energised)


def _page(
    context: Context, found: service.Trace, what: str, indexes: Sequence[int], first: int, after: str | None
) -> Connection[Any]:
    """A page in the order found; the key is the place, which holds for one revision."""
    graph = context.graph
    asked = {"list": what, "direction": found.direction, "from": graph.id(found.start), "revision": graph.revision}
    paging = Paging.of(first, after, at=context.now, revision=graph.revision, query=query_hash("trace", asked))
    return paging.cut_sorted(enumerate(indexes), lambda pair: (pair[0],), lambda pair: graph.entity(pair[1]))
