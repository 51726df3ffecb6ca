"""The board as the API shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from graph_api.graphql.context import Info
from graph_api.graphql.entities import Incident
from graph_api.graphql.fields import First, answers
from graph_api.graphql.incident.state import IncidentCall, ServiceClock, WorkOrder
from graph_api.graphql.lists.connections import most
from graph_api.graphql.projection import shown, shows
from graph_api.services.incident import board
from schema.numbers import Revision


@shows(board.BoardClock, description="值班台时限: 尚未完成的时限及所属事件。 A clock that nobody has met yet.")
class BoardClock:
    """A clock."""

    incident: Incident = shown("应急事件: 所属的应急事件。 The incident.")
    clock: ServiceClock = shown("时限: 服务时限。 The clock.")


@shows(board.BoardOrder, description="值班台工单: 尚未回单的工单及所属事件。 A work order that is not reported back.")
class BoardWorkOrder:
    """A work order."""

    incident: Incident = shown("应急事件: 所属的应急事件。 The incident.")
    work_order: WorkOrder = shown("工单: 工单。 The work order.")


@shows(board.BoardCall, description="值班台未联系上: 联系后至今未接通的人员。 Somebody who was called and not reached.")
class BoardCall:
    """A call."""

    incident: Incident = shown("应急事件: 所属的应急事件。 The incident.")
    call: IncidentCall = shown("联系记录: 最近一次联系。 The last call.")


@shows(
    board.Board,
    description="值班台: 全部未结事件、时限、工单和未联系上的人员。 All open incidents, what runs out next, who works, "
    "whom nobody has reached.",
)
class Board:
    """The board."""

    at: datetime = shown("时刻: 所示的时刻。 Moment that it is of.")
    revision: Revision = shown("版本号: 所依据的图谱版本。 Revision of the graph that it is true of.")
    as_of: datetime = shown("数据时间: 该版本形成的时间。 When that revision was made.")
    incidents: list[Incident] = shown("未结事件: 危害大的在前。 Open incidents, by harm.")

    @answers("时限: 尚未完成的时限，先到期者在前。 Clocks that nobody has met yet, the soonest due first.")
    def clocks(self: Any, info: Info, first: First = 50) -> list[BoardClock]:
        """What runs out."""
        holds = info.context.graph.holds
        found: list[BoardClock] = [each for each in self.clocks if holds(each.incident)][: most(first)]
        return found

    work_orders: list[BoardWorkOrder] = shown("工单: 尚未回单的工单。 Work orders that are not reported back.")
    not_reached: list[BoardCall] = shown("未联系上: 最近一次联系未接通的人员。 Whom nobody has reached yet.")
