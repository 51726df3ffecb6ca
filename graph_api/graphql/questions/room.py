"""Questions of the incident room: what is worked on, and how it stands."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from graph_api.errors import InvalidInput
from graph_api.graphql.context import Info
from graph_api.graphql.entities import Incident
from graph_api.graphql.fields import After, First, about, answers
from graph_api.graphql.incident.board import Board
from graph_api.graphql.incident.state import IncidentState  # noqa: F401  (the type behind `Incident.state`)
from graph_api.graphql.incident.trucks import AccessPointTrucks
from graph_api.graphql.lists.connections import Connection, Paging
from graph_api.graphql.lists.cursors import query_hash
from graph_api.services.incident import board as service
from graph_api.services.incident.order import IncidentFilter, ranked
from graph_api.services.incident.trucks import trucks_of
from schema.registry import EntityKind
from schema.words import say

_MOST_KW = 100_000


@strawberry.input(
    name="IncidentFilter",
    description="应急事件筛选: 未填写的条件不限。 Which ones; what is left out does not matter.",
)
class IncidentFilterInput:
    """Which incidents."""

    is_open: bool | None = strawberry.field(
        default=None, description="未结: true 为只看未结的，false 为只看已结的。 Open ones, or closed ones only."
    )
    exercise: bool | None = strawberry.field(
        default=None, description="演练: true 为只看演练，false 为不看演练。 Exercises, or real ones only."
    )


@strawberry.type
class RoomQuestions:
    """What a coordinator asks of the incidents."""

    @answers("应急事件: 按标识查应急事件，没有时为空。 The incident with this id; null if there is none.")
    def incident(
        self, info: Info, id: Annotated[strawberry.ID, about("标识: 应急事件的标识。 Id of the incident.")]
    ) -> Incident | None:
        """One."""
        graph = info.context.graph
        index = graph.find(id)
        if index is None or graph.kind(index) is not EntityKind.INCIDENT:
            return None
        found: Any = graph.entity(index)
        return found  # type: ignore[no-any-return]

    @answers(
        "值班台: 全部未结事件、时限、工单和未联系上的人员；演练与真实事件分开。 All open incidents, what is due "
        "next, who works, whom nobody has reached; exercises and what is real apart."
    )
    def board(
        self,
        info: Info,
        exercise: Annotated[bool, about("演练: true 为演练的值班台。 That of the exercises.")] = False,
    ) -> Board | None:
        """The board."""
        found: Any = service.Board(info.context.whole, info.context.now, exercise)
        return found  # type: ignore[no-any-return]

    @answers(
        "发电车匹配: 一个应急接入点或一户客户各接入点的全部发电车，按电压、功率、电缆、接口、状态逐项判断，近的在前。 "
        "Every generator truck at an access point, or at each of a customer's: whether it fits by voltage, power, "
        "cable, connector and state, and why not; the nearest first."
    )
    def generator_trucks(
        self,
        info: Info,
        of: Annotated[strawberry.ID, about("对象: 应急接入点或客户的标识。 Id of an access point or customer.")],
        kw: Annotated[
            float | None,
            about("所需功率: 单位为 kW，空值为所带保安负荷之和。 Power needed; null = of the security loads. [kW]"),
        ] = None,
        exercise: Annotated[
            bool, about("演练: true 时只计演练所派的车辆。 Whether what exercises have sent counts, and nothing real.")
        ] = False,
    ) -> list[AccessPointTrucks] | None:
        """Trucks."""
        if kw is not None and not 0 < kw <= _MOST_KW:
            raise InvalidInput(say("Send a power of more than 0 and at most 100,000 kW."), argument="kw")
        context = info.context
        found: Any = trucks_of(context.whole, context.graph.index(of), kw, exercise=exercise)
        return found  # type: ignore[no-any-return]

    @answers(
        "应急事件列表: 未结的在前，依次按未供电负荷最早到期、特级和一级客户、客户数排序。 Incidents by harm: open ones "
        "first, then by the next deadline of a load that is unfed, special and first class that are out, customers out."
    )
    def incidents(
        self,
        info: Info,
        filter: Annotated[
            IncidentFilterInput | None, about("筛选: 只看哪些，空值为全部。 Which ones; null = all.")
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[Incident] | None:
        """All of them."""
        context, chosen = info.context, filter or IncidentFilterInput()
        query = query_hash("incidents", {"filter": chosen})
        paging = Paging.of(first, after, at=context.now, revision=context.graph.revision, query=query)
        plain = IncidentFilter(is_open=chosen.is_open, exercise=chosen.exercise)
        found = [each for each in ranked(context.whole, plain) if context.graph.holds(each[1])]
        return paging.cut_keyed(found, lambda at: context.thing(at))
