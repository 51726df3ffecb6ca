"""State of an incident as the API shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import strawberry

from graph_api.graphql.context import Info
from graph_api.graphql.entities import (
    Contact,
    Customer,
    Entity,
    Incident,
    Person,
    ServiceCommitment,
    Switch,
    Team,
    Vehicle,
)
from graph_api.graphql.entities.arguments import LanguageArgument
from graph_api.graphql.enums import Language, clauses, described
from graph_api.graphql.fields import After, First, answers
from graph_api.graphql.incident.checklists import Checklist
from graph_api.graphql.incident.escalations import IncidentEscalation, IncidentNotice, WaitingEscalation
from graph_api.graphql.incident.figures import CustomerInterruption, IncidentFigures
from graph_api.graphql.lists.connections import Connection, Paging
from graph_api.graphql.lists.cursors import query_hash
from graph_api.graphql.location.fault_location import FaultLocation
from graph_api.graphql.outage.impact import Impact
from graph_api.graphql.projection import shown, shown_always_freely, shown_freely, shows
from graph_api.graphql.restoration.plan import RestorationPlan
from graph_api.services.incident import clocks, left, parts, view
from graph_api.services.incident.evidence import reports_of
from graph_api.services.incident.planning import plan_of
from graph_api.services.location import locate
from graph_api.services.outage.event import Cause
from schema.incident_terms import CallOutcome, ClockState, IncidentLevel, WorkOrderState
from schema.numbers import Revision
from schema.vocabulary import EvidenceKind, LoadsFed, SupplyState
from schema.words import Labels, say, text_of

described(left.LeftKind, clauses(left.LeftKind))


@shows(
    parts.ReportView,
    description="已登记故障信息: 仍有效的一条故障信息。 A report of the fault that counts.",
)
class IncidentEvidence:
    """A report."""

    entry: int = shown("记录序号: 在时间线中的序号，供撤回使用。 Order of its entry, for `withdrawEvidence`.")
    evidence_kind: EvidenceKind = shown("类型: 信息类型。 What kind of report.")
    things: list[Entity] = shown("对象: 信息所指的对象。 What it speaks of.")
    positive: bool = shown("是否如此: 为 false 表示否定。 False = it says that it is not so.")
    towards: Entity | None = shown("方向: 电流流向的节点，没有时为空。 Where the current left to; null if not said.")
    reclosed: bool = shown("重合成功: 跳闸后重合成功。 Whether the device held when closed again.")
    at: datetime = shown("时间: 发生的时刻。 When it was so.")
    source = shown_freely("source", "来源: 消息来源，没有时为空。 By what means it is known; null = not said.")


@shows(parts.WorkOrderTime, description="工单时间: 工单到达某一状态的时刻。 When a work order reached a state.")
class WorkOrderTime:
    """A state and its time."""

    state: WorkOrderState = shown("状态: 到达的状态。 The state.")
    at: datetime = shown("时间: 到达的时刻。 When.")


@shows(parts.WorkOrderView, description="工单: 派给班组或人员的一项工作。 Work that was given to a crew.")
class WorkOrder:
    """A work order."""

    number: int = shown("工单号: 事件内的工单号，自 1 起。 Number in its incident, from 1.")
    task = shown_always_freely("task", "任务: 要做的工作。 What is to be done.")
    state: WorkOrderState = shown("状态: 目前的状态。 How far it is.")
    is_open: bool = shown("未完成: 班组尚未回单时为 true。 True until the crew has reported back.")
    things: list[Entity] = shown("地点: 工作所在的对象。 Where it is to be done.")
    team: Team | None = shown("班组: 承担的班组，没有时为空。 Team that does it; null if none is named.")
    person: Person | None = shown("人员: 承担的人员，没有时为空。 Person who does it; null if none is named.")
    vehicle: Vehicle | None = shown(
        "车辆: 所派的车辆，没有时为空。 Vehicle that is taken there; null if none is named."
    )
    former_incident: Incident | None = shown(
        "原事件: 随其并入的事件，本事件自有的工单为空。 The incident that it came with by a join; null = of this one."
    )
    former_number: int | None = shown("原工单号: 在原事件内的工单号。 Its number there; null if it is of this one.")
    times: list[WorkOrderTime] = shown("时间: 到达各状态的时刻，按先后排列。 When it reached which state, in order.")


@shows(parts.CallView, description="联系记录: 一次电话联系及结果。 A call, and what came of it.")
class IncidentCall:
    """A call."""

    entry: int = shown("记录序号: 在时间线中的序号。 Order of its entry in the timeline.")
    person: Person | None = shown("被联系人: 人员已删除时为空。 Who was called; null if that person is gone.")
    contact: Contact | None = shown("号码: 所拨的号码，未登记时为空。 What was dialled; null if not said.")
    outcome: CallOutcome = shown("结果: 联系结果。 What came of it.")
    at: datetime = shown("时间: 联系的时刻。 When.")
    by = shown_always_freely("by", "记录人: 联系或记录的人。 Who called.")


@shows(parts.HitView, description="当时的受影响客户: 按当时所算留存。 An affected customer as it was worked out then.")
class RecordedCustomer:
    """A customer."""

    listed: ClassVar[str] = "customers that were affected then"

    customer_id: strawberry.ID = shown("客户标识: 客户的标识。 Id of the customer, also of one that is gone.")
    customer: Customer | None = shown("客户: 已删除时为空。 The customer; null if it is gone.")
    state: SupplyState = shown("供电状态: 当时的供电状态。 Supply state then.")
    loads_fed: LoadsFed = shown("负荷供电情况: 当时由电网供电的负荷情况。 What the grid fed then.")
    back: bool = shown("已恢复: 当时失电负荷已全部恢复供电。 Whether it was fed again as before.")
    deadline: datetime | None = shown("时限: 最紧迫负荷的时限，没有时为空。 Of its most urgent load; null = none.")


@shows(
    parts.AffectedView,
    description="留存的影响范围: 受影响客户最近一次变化时所算的结果。 Who was affected when that last changed, as "
    "it was kept then.",
)
class RecordedAffected:
    """Who was affected."""

    at: datetime = shown("时间: 算出的时刻。 When it was worked out.")
    revision: Revision = shown("版本号: 所依据的图谱版本。 Revision of the graph that it was true of.")
    total_count: int = shown("总户数: 受影响客户数，含已恢复者。 Affected customers, those that were back included.")
    out_count: int = shown("未全部供电户数: 负荷未由电网全部供电的客户数。 Customers whose loads were not all fed.")
    back_count: int = shown("已恢复户数: 已恢复供电的客户数。 Customers that were fed again as before.")
    area_count: int = shown("停电台区数: 失电的公用台区数。 Public areas without supply.")
    households: int = shown("停电户数: 这些台区的居民户数。 Households of these.")
    lost_kw: float = shown("失电负荷: 已知失电负荷，单位为 kW。 Power known to be unfed. [kW]")
    exact: bool = shown("已穷尽: 含义同影响范围的该字段。 As `exact` of an impact.")

    @answers("客户: 按当时的次序。 The customers, in the order of then.")
    def customers(self: Any, info: Info, first: First = 50, after: After = None) -> Connection[RecordedCustomer]:
        """Who."""
        query = query_hash("recordedCustomers", {"at": self.at, "digest": self.affected.digest})
        context = info.context
        paging = Paging.of(first, after, at=context.now, revision=context.graph.revision, query=query)
        hits = self.hits
        if not context.graph.is_whole:
            hits = [each for each in hits if context.graph.number(each.customer_id) is not None]
        return paging.cut_sorted(enumerate(hits), lambda each: (each[0],), lambda each: each[1])


@shows(
    clocks.Clock,
    description="时限: 一张工单的一项服务时限。 A service clock: a commitment and a work order.",
)
class ServiceClock:
    """A clock."""

    work_order: int = shown("工单号: 事件内的工单号。 Number of the work order.")
    commitment: ServiceCommitment = shown("服务承诺: 所依据的服务承诺。 The commitment that it comes from.")
    began_at: datetime = shown("起算时间: 起算的时刻。 From when on it runs.")
    due_at: datetime = shown("到期时间: 时限到期的时刻。 When it is due.")
    ended_at: datetime | None = shown("终止时间: 完成的时刻，计时中为空。 When it was kept; null while it runs.")
    state: ClockState = shown("状态: 计时中、按时或超时。 How it stands.")
    warned: bool = shown("将到期: 计时中且已到提醒时刻。 Whether it runs and is near its end.")
    remaining_seconds: float | None = shown(
        "剩余时间: 距到期的时间，已超时为负，已完成为空，单位为 s。 Until it is due, negative once over; null for what "
        "has ended. [s]"
    )


@shows(left.Left, description="未了事项: 事件尚不能结案的一项原因。 Something that is left open.")
class Left:
    """What is left."""

    kind: left.LeftKind = shown("类型: 何事未了。 What kind.")
    count: int = shown("数量: 涉及的数量。 How many.")

    @answers("说明: 何事未了、如何办理。 What, and what to do.")
    def text(self: Any, info: Info, lang: LanguageArgument = Language.ZH) -> str:
        """In words."""
        if not info.context.graph.is_whole:  # the words name some of those that are left
            return text_of(say("{what}: {count}.", what=Labels(self.kind.en, self.kind.zh), count=self.count), lang)
        return text_of(self.text, lang)


@shows(
    view.IncidentView,
    description="事件状态: 应急事件在某一时刻的状态，由时间线的记录推得。 An incident at a moment: worked out of the "
    "entries of its timeline.",
)
class IncidentState:
    """The state."""

    incident: Incident = shown("应急事件: 所属的应急事件。 The incident.")
    at: datetime = shown("所示时刻: 所显示的时刻；影响范围和未了事项按此时刻的电网。 Moment that is shown.")
    is_open: bool = shown("未结: 尚在处置时为 true。 True while it is worked on.")
    title = shown_always_freely("title", "标题: 一句话说明。 What it is about.")
    level: IncidentLevel | None = shown("响应级别: 未定级时为空。 Response level; null if none was declared.")
    cause: Cause = shown("原因: 故障或退出运行。 What happened to the equipment.")
    since: datetime = shown("失电时刻: 时限由此起算。 Moment of loss: deadlines run from it.")
    opened_at: datetime = shown("立案时间: 立案的时刻。 When it was opened.")
    opened_by = shown_always_freely("opened_by", "立案人: 由谁立案。 Who opened it.")
    closed_at: datetime | None = shown("结案时间: 未结时为空。 When it was closed; null while it is open.")
    closed_by = shown_freely("closed_by", "结案人: 未结时为空。 Who closed it; null while it is open.")
    commander: Person | None = shown("指挥人: 未指定时为空。 Who leads it; null if nobody is named.")
    unsigned: int | None = shown(
        "待签字交接: 接班人尚未签字的交接记录序号，没有时为空。 Order of the hand-over that who leads it has not "
        "signed; null = none."
    )
    equipment: list[Entity] = shown("设备: 立案时所指的设备。 What it was opened on.")
    tripped: list[Switch] = shown("已跳闸: 因此跳闸的设备。 What tripped on it.")
    stuck: list[Switch] = shown("拒动: 拒动的设备。 What failed to trip.")
    fault: list[Entity] = shown("故障设备: 已确认的故障设备，未确认或无故障时为空列表。 What is faulty, as confirmed.")
    no_fault: bool = shown("无故障: 已确认没有故障时为 true。 True if it was found that there is no fault.")
    fault_at: datetime | None = shown("故障确认时间: 未确认时为空。 When that was confirmed; null if it was not.")
    sound: list[Entity] = shown("已修复设备: 故障设备中已修复的。 What of `fault` is sound again.")
    repaired_at: datetime | None = shown(
        "修复时间: 故障设备全部恢复完好的时刻，未修复时为空。 From when on all that was faulty is sound; null while "
        "it is not."
    )
    evidence: list[IncidentEvidence] = shown("故障信息: 仍有效的故障信息。 Reports that count.")
    reported_out: list[Entity] = shown(
        "报修停电: 最近一次报修称停电、而按所知并未因本事件停电的客户、台区。 Customers and public areas whose last "
        "call says that there is no power, though nothing that is known here has taken it."
    )
    work_orders: list[WorkOrder] = shown("工单: 按工单号排列。 Work orders, by number.")
    clocks: list[ServiceClock] = shown("时限: 各工单的服务时限，先到期者在前。 Service clocks, the soonest due first.")
    checklists: list[Checklist] = shown(
        "处置程序清单: 已启动的处置程序，按启动先后。 Procedures that were started, in that order."
    )
    calls: list[IncidentCall] = shown("联系记录: 按先后排列。 Calls, in order.")
    impact: Impact | None = shown(
        "影响范围: 按所示时刻的电网计算；设备未知或按当时所知显示时为空。 Who is affected by the grid of that moment; "
        "null while no equipment is known, and as it was known: see `recorded`."
    )
    recorded: RecordedAffected | None = shown(
        "留存的影响范围: 当时所知的受影响客户，没有时为空。 Who was affected as it was known then; null if "
        "none was kept."
    )

    @answers(
        "故障定位: 按有效的故障信息和跳闸设备判断；没有信息时为空。 Where the fault can be, by the reports that "
        "count and what tripped; null without any."
    )
    def location(self: Any, info: Info) -> FaultLocation | None:
        """Where."""
        context, known = info.context, reports_of(self)
        if not known or not context.graph.is_whole:
            return None
        found: Any = locate(context.model, known, self.at, rates=context.rates(), assume=(), since=self.since)
        return found  # type: ignore[no-any-return]

    @answers(
        "恢复方案: 按确认的故障（未确认时按立案设备），其他未结事件的故障一并隔离；已修复的部分恢复送电并恢复正常方式；"
        "设备未知或并非故障时为空。 How to cut it out and feed the rest, together with the faults of other open "
        "incidents, and back to normal once it is repaired; null while nothing is known to be faulty."
    )
    def restoration(self: Any, info: Info) -> RestorationPlan | None:
        """How to restore."""
        return plan_of(info.context.whole, self.incident, self.state, self.at)  # type: ignore[return-value]

    off_normal: list[Switch] = shown(
        "未恢复正常方式: 为本事件操作或跳闸、所示时刻仍不在正常位置的开关。 What was operated for it, or tripped, and "
        "stands otherwise than in the normal diagram at that moment."
    )
    refused: list[Switch] = shown(
        "无法操作: 已登记无法操作、此后也未操作的开关，恢复方案不使用。 Switches that were said to be inoperable and "
        "were not operated since: plans go without them."
    )
    unacknowledged_since: datetime | None = shown(
        "待确认起始: 自此时起待确认，已确认或已结时为空。 From when on it waits to be acknowledged; null once it is, "
        "or closed."
    )
    acknowledged_at: datetime | None = shown("确认时间: 最近一次确认的时刻，没有时为空。 When it was; null = never.")
    acknowledged_by = shown_freely("acknowledged_by", "确认人: 最近一次由谁确认，没有时为空。 By whom; null if never.")
    escalations: list[IncidentEscalation] = shown("升级通知: 按先后排列。 Whom it was escalated to, in order.")
    waiting: list[WaitingEscalation] = shown(
        "待升级: 仍无人确认时将触发的规则，先到期者在前。 Rules that tell somebody unless it is acknowledged, the "
        "soonest first."
    )
    notices: list[IncidentNotice] = shown("通知: 按首次发送先后排列。 Messages, in the order in which they were sent.")
    figures: IncidentFigures = shown("事件指标: 由处置记录得出。 Times, and what was not supplied.")

    @answers(
        "客户停电时间: 曾未全部供电的客户，先失电者在前；并入的、拆出的均自其失电时刻起。 Whom it ever left "
        "without full supply and how long, in the order of loss; of what was joined or split off from its own loss on."
    )
    def interruptions(
        self: Any, info: Info, first: First = 50, after: After = None
    ) -> Connection[CustomerInterruption]:
        """Who, and how long."""
        context = info.context
        query = query_hash(
            "interruptions", {"incident": context.model.graph.id(self.incident), "entries": self.entry_count}
        )
        paging = Paging.of(first, after, at=context.now, revision=context.graph.revision, query=query)
        gaps = self.gaps
        if not context.graph.is_whole:
            gaps = [each for each in gaps if context.graph.number(each.customer_id) is not None]
        return paging.cut_sorted(enumerate(gaps), lambda each: (each[0],), lambda each: each[1])

    reason = shown_freely("reason", "结案原因: 有未了事项仍结案的原因，没有时为空。 Why it was closed all the same.")
    left: list[Left] = shown(
        "未了事项: 尚不能结案的原因；已结的，结案时尚未了的事项。 Why it is not over; once closed, what was left "
        "open then."
    )
    joined_into: Incident | None = shown("并入事件: 所并入的事件，未并入时为空。 What it was joined into; null = none.")
    split_from: Incident | None = shown(
        "拆自事件: 立案前所属的事件，并非拆分而来时为空。 What it was a part of until it was opened; null = of none."
    )
    entry_count: int = shown("记录数: 据以推得的记录数。 Entries that this is worked out of.")
    unread: list[int] = shown(
        "无法读取的记录: 被他人改动而无法读取的记录序号。 Orders of entries that were changed past this program."
    )
