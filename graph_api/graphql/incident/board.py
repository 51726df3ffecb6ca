"""The board as the API shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from graph_api.graphql.context import Info
from graph_api.graphql.entities import Customer, Entity, Incident, Person, Team
from graph_api.graphql.fields import First, answers
from graph_api.graphql.incident.state import IncidentCall, ServiceClock, WorkOrder
from graph_api.graphql.lists.connections import most
from graph_api.graphql.outage.impact import ImportanceCount
from graph_api.graphql.projection import shown, shown_always_freely, shows
from graph_api.services.duty import on_duty
from graph_api.services.incident import board, harm
from schema.incident_terms import IncidentLevel
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


@shows(harm.Due, description="保安时限: 客户最紧迫负荷的时限。 When the most urgent load of a customer comes to harm.")
class CustomerDeadline:
    """A deadline."""

    at: datetime = shown("时限: 负荷受损的时刻。 When it comes to harm.")
    customer: Customer = shown("客户: 该负荷所属客户。 Whose load it is.")


@shows(
    board.BoardLine,
    description="值班台事件: 一起未结事件的概要；户数按受影响客户最近一次变化时所算。 An open incident in one line; "
    "counts are of when who is affected last changed, and of everybody whatever the scope.",
)
class BoardLine:
    """A line."""

    incident: Incident = shown("应急事件: 应急事件。 The incident.")
    title = shown_always_freely("title", "标题: 一句话说明。 What it is about.")
    level: IncidentLevel | None = shown("响应级别: 未定级时为空。 Response level; null if none was declared.")
    since: datetime = shown("失电时刻: 时限由此起算。 Moment of loss: deadlines run from it.")
    places: list[Entity] = shown(
        "所在线路: 所涉线路，不涉及线路时为厂站；设备未知时为报修者所在线路。 Feeders that it is about, as recorded; "
        "stations where it is about none; while no equipment is known, the feeders of who called."
    )
    commander: Person | None = shown("指挥人: 未指定时为空。 Who leads it; null if nobody is named.")
    unacknowledged_since: datetime | None = shown(
        "待确认起始: 自此时起待确认，已确认时为空。 From when on it waits to be acknowledged; null once it is."
    )
    unsigned: int | None = shown(
        "待签字交接: 接班人尚未签字的交接记录序号，没有时为空。 Order of the hand-over that who leads it has not "
        "signed; null = none."
    )
    repaired_at: datetime | None = shown(
        "修复时间: 未修复时为空。 From when on all that was faulty is sound; else null."
    )
    by_importance: list[ImportanceCount] = shown(
        "未复电客户: 负荷未全部供电和报修停电的客户，按重要等级，特级在前。 Customers whose loads the grid does not "
        "all feed, those who call that they have no power counted in, by class, special class first."
    )
    reported_count: int = shown(
        "报修停电数: 其中按所知并未因本事件停电的报修客户及台区数。 Customers and public areas that call that they "
        "have no power, though nothing known here has taken it."
    )
    affected_at: datetime | None = shown(
        "影响范围时间: 以下各数算出的时间，尚未算出时为空。 When the counts below were worked out; null = not yet."
    )
    total_count: int = shown("受影响户数: 含已恢复者。 Customers whom it has hit, those that are back included.")
    out_count: int = shown("未全部供电户数: 负荷未由电网全部供电的客户数。 Customers whose loads are not all fed.")
    back_count: int = shown("已恢复户数: 已恢复供电的客户数。 Customers that are fed again as before.")
    area_count: int = shown("停电台区数: 失电的公用台区数。 Public areas without supply.")
    households: int = shown("停电户数: 这些台区的居民户数。 Households of these.")
    lost_kw: float = shown("失电负荷: 已知失电负荷，单位为 kW。 Power known to be unfed. [kW]")

    @answers(
        "下一保安时限: 尚未到的最近时限及其客户，没有时为空。 The next deadline of a load that has not passed; null = "
        "none."
    )
    def next_deadline(self: Any, info: Info) -> CustomerDeadline | None:
        """The next one of whom one sees."""
        holds, ahead = info.context.graph.holds, self.harm.ahead(self.view.at)
        found: Any = next((each for each in ahead if holds(each.customer)), None)
        return found  # type: ignore[no-any-return]

    passed_count: int = shown(
        "已过保安时限数: 未复电且最紧迫负荷已过时限的客户数。 Customers that are out and past the deadline of their "
        "most urgent load."
    )
    next_clock: ServiceClock | None = shown(
        "下一服务时限: 尚未完成的时限中最先到期的，可能已超时，没有时为空。 The clock that nobody has met and that is "
        "due first, late or not; null = none."
    )
    overdue_count: int = shown("超时数: 尚未完成且已超时的服务时限数。 Clocks that nobody has met and that are late.")
    open_orders: int = shown("未回单数: 尚未回单的工单数。 Work orders that are not reported back.")


@shows(
    on_duty.TeamOnDuty,
    description="当班班组: 一个班组的当班人员及换班时间。 Who of a team works now, until when, and who comes then.",
)
class TeamOnDuty:
    """A team."""

    team: Team = shown("班组: 班组。 The team.")
    on_duty: list[Person] = shown("值班: 当班人员，无人时为空列表。 Who is on duty; empty = nobody.")
    standby: list[Person] = shown("待命: 备班待命人员。 Who is on standby.")
    until: datetime | None = shown(
        "至: 当班或待命人员变动的时间，其后没有排班时为空。 When who works changes; null = nothing later is rostered."
    )
    next_on_duty: list[Person] = shown("接班: 其后值班的人员，无人时为空列表。 Who is on duty then; empty = nobody.")


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

    lines: list[BoardLine] = shown("事件概要: 各未结事件一行，次序同上。 The same, each in one line, in that order.")
    on_duty: list[TeamOnDuty] = shown(
        "当班: 所示时刻各班组的当班人员。 Who works at that moment, of each team that is rostered."
    )

    @answers("时限: 尚未完成的时限，先到期者在前。 Clocks that nobody has met yet, the soonest due first.")
    def clocks(self: Any, info: Info, first: First = 50) -> list[BoardClock]:
        """What runs out."""
        holds = info.context.graph.holds
        found: list[BoardClock] = [each for each in self.clocks if holds(each.incident)][: most(first)]
        return found

    work_orders: list[BoardWorkOrder] = shown("工单: 尚未回单的工单。 Work orders that are not reported back.")
    not_reached: list[BoardCall] = shown("未联系上: 最近一次联系未接通的人员。 Whom nobody has reached yet.")
