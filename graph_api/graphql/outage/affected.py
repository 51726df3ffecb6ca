"""Affected customers in the API: before and after, until when, what to do, who answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

from graph_api.graphql.context import Info
from graph_api.graphql.duty.responsibility import ResponsibilityRow, ResponsibilityTable
from graph_api.graphql.entities import (
    Customer,
    EmergencySource,
    Entity,
    Feeder,
    Load,
    Procedure,
    ReceivingPoint,
    SupplySource,
    Switch,
)
from graph_api.graphql.entities.arguments import LanguageArgument
from graph_api.graphql.enums import described
from graph_api.graphql.fields import about, answers
from graph_api.graphql.projection import shown, shown_to_all, shows
from graph_api.services.duty import calling
from graph_api.services.outage import affected, feeding
from graph_api.services.outage import own_sources as judged
from graph_api.services.outage.own_sources import OwnSourceVerdict
from graph_api.services.plans.procedures import only_drafts
from schema.vocabulary import LoadsFed, ResponsibilityRole, SupplyState
from schema.words import Language


@shows(
    affected.LoadDeadline,
    description="负荷断电时限: 重要负荷何时受到损害，此前由哪些电源支撑。 When a critical load "
    "comes to harm, and what bridges it until then.",
)
class LoadDeadline:
    """A deadline."""

    load: Load = shown("负荷: 所指的重要负荷。 The load.")
    permitted_seconds: float = shown(
        "允许断电时间: 负荷不受损害的最长断电时间，单位为秒。 Longest gap without harm. [s]"
    )
    seconds_from_loss: float = shown(
        "失电后可持续时间: 自失电时刻起至时限的时间，单位为秒。 From the loss to the deadline. [s]"
    )
    deadline: datetime = shown(
        "截止时间: 失电时刻加允许断电时间，再加蓄电池、发电机可支撑的时间。 Moment of "
        "loss + permitted interruption + what batteries and gensets bridge."
    )

    remaining_seconds: float = shown(
        "剩余时间: 自查询时刻至时限的时间，超过后为负，单位为秒。 From the moment that the answer is for to the "
        "deadline; negative once it has passed. [s]"
    )
    bridged_by: list[Entity] = shown("应急电源: 计入支撑时间的应急电源。 Emergency sources that are counted on.")
    not_counted: list[Entity] = shown(
        "未计入的应急电源: 保障该负荷但不予计入的应急电源，原因见 `ownSources`。 Other sources that back it and are "
        "not counted on; `ownSources` says why."
    )


described(
    OwnSourceVerdict,
    {each.name: f"{each.zh}。 {each.en}" for each in OwnSourceVerdict},
    "自备应急电源评价: 是否可依靠，不可依靠的原因。 Whether a source is counted on for a load, and why not.",
)


@shows(
    judged.OwnSource,
    description="自备应急电源: 某一负荷处的一台自备应急电源。 An emergency source at a load that the event interrupts.",
)
class OwnSource:
    """An own source."""

    source: EmergencySource = shown("电源: 自备应急电源。 The source.")
    load: Load = shown("负荷: 所保障的负荷。 The load that it backs.")
    counts: bool = shown("可依靠: 时限已计入该电源时为 true。 True if the deadline counts on it.")
    verdict: OwnSourceVerdict = shown("评价: 可依靠或不可依靠的原因。 Why it counts or not.")
    start_seconds: float = shown(
        "启动时间: 自失电（或人工启动）至供电的时间，单位为秒。 From the loss, or from when somebody starts "
        "it, to feeding. [s]"
    )

    @answers("说明: 所选语言的说明。 Whether it counts, in the language asked for.")
    def text(self: judged.OwnSource, info: Info, lang: LanguageArgument = Language.ZH) -> str:  # type: ignore[misc]
        """In words."""
        source = info.context.graph.name(self.source) or info.context.graph.id(self.source)
        return f"{source}：{self.verdict.zh}" if lang is Language.ZH else f"{source}: {self.verdict.en}"


@shows(
    feeding.Transfer,
    description="切换: 负荷改由另一路电源供电，自动完成或等待人工操作。 A change-over of loads "
    "to another supply, made by itself or awaited from somebody.",
)
class Transfer:
    """A change-over."""

    automatic: bool = shown(
        "自动: 自动切换为 true，须人工操作为 false。 True if it makes itself; false = somebody has to."
    )
    opens: list[Switch] = shown(
        "先断开的开关: 合闸前须先断开的开关柜（先断后合），防止倒送电。 Bays to open first, so that nothing runs back "
        "into a dead supply."
    )
    switches: list[Switch] = shown(
        "后合上的开关: 随后合上的开关柜；客户内部接线未登记时为空。 Bays to close then; empty where the inside is not "
        "recorded."
    )
    supplies_opened: list[SupplySource] = shown(
        "先断开的电源: 进线开关未建模时，先断开其进线的供电电源。 Supplies whose incoming switch, which nobody "
        "recorded, is opened first."
    )
    supplies_closed: list[SupplySource] = shown(
        "后合上的电源: 进线开关未建模时，随后合上其进线的供电电源；仅断开即可时为空。 Supplies whose incoming switch, "
        "which nobody recorded, is closed then; empty where opening is all."
    )
    supplies: list[SupplySource] = shown("电源: 接带负荷的带电电源。 Live supplies that take over.")
    feeds: list[Load] = shown(
        "恢复负荷: 切换后恢复供电的负荷（有登记时）。 Loads that get supply by it, where they are recorded."
    )
    seconds: float | None = shown(
        "切换时间: 自动切换所需时间，不明时为空，单位为秒。 Time of an automatic transfer; null = unknown. [s]"
    )
    doer: ResponsibilityRole = shown("执行岗位: 人工切换时由哪个岗位执行。 Who makes it, where it is made by hand.")


@shows(
    affected.AffectedReceivingPoint,
    description="受影响受电点: 一个受电点在事件前和目前的情况。 One receiving point before the event and now.",
)
class AffectedReceivingPoint:
    """A receiving point."""

    receiving_point: ReceivingPoint = shown("受电点: 所指的受电点。 The receiving point.")
    state: SupplyState = shown("供电状态: 目前的供电状态。 Now.")
    before: SupplyState = shown("事前状态: 事件前的供电状态。 Before the event.")
    loads_fed: LoadsFed = shown("负荷供电情况: 目前由电网供电的负荷情况。 What the grid feeds now.")
    lost_sources: list[SupplySource] = shown("失电电源: 已失电的供电电源。 Supplies without voltage.")
    live_sources: list[SupplySource] = shown("带电电源: 仍带电的供电电源。 Supplies with voltage.")
    transfer: Transfer | None = shown(
        "切换: 已完成或待执行的切换，没有时为空。 Change-over made or awaited; null if there is none."
    )
    shed: list[Load] = shown("切除负荷: 其余电源容量不足、须切除的负荷。 Loads that the supplies left cannot carry.")
    on_emergency_source: bool = shown(
        "自备电源供电: 电网未供电的负荷由自备电源供电。 Own sources carry what the grid does not."
    )
    deadlines: list[LoadDeadline] = shown(
        "负荷断电时限: 各重要负荷的时限，最早者在前。 Of critical loads, soonest first."
    )


@shows(
    affected.AtLoss,
    description="失电时的情况: 事件发生后、任何人操作之前客户的情况。 "
    "A customer right after the event, before anybody acted.",
)
class AtLoss:
    """At the loss."""

    state: SupplyState = shown(
        "供电状态: 失电时最严重的受电点的供电状态。 Of its worst receiving point, right after the event."
    )
    loads_fed: LoadsFed = shown("负荷供电情况: 失电时由电网供电的负荷情况。 What the grid fed right after the event.")


@shows(affected.AffectedCustomer, description="受影响客户: 受此事件影响的客户。 A customer whom the event hits.")
class AffectedCustomer:
    """A customer hit."""

    listed: ClassVar[str] = "affected customers"

    customer: Customer = shown("客户: 受影响的客户。 The customer.")
    state: SupplyState = shown("供电状态: 目前最严重的受电点的供电状态。 Of its worst receiving point, now.")
    before: SupplyState = shown(
        "事前状态: 事件前最严重的受电点的供电状态。 Of its worst receiving point, before the event."
    )
    loads_fed: LoadsFed = shown("负荷供电情况: 目前由电网供电的负荷情况。 What the grid feeds now.")
    at_loss: AtLoss = shown(
        "失电时: 事件造成的情况；此后无人操作时与目前相同。 What the event did; the same as now as long as "
        "nobody acted."
    )
    back: bool = shown(
        "已恢复: 因本事件失电的负荷已全部恢复供电；此类客户排在最后。 True if all loads are fed again that the event "
        "took; these come last."
    )
    restored_by: list[Switch] = shown_to_all(
        "恢复所凭开关: 失电后合上、使其恢复供电的开关；未恢复时为空。 Switches closed since the loss that "
        "feed it again; "
        "empty for who is not back."
    )
    fault_inside: bool = shown(
        "客户内部故障: 故障在客户内部网络时为 true，此时各路电源可能均带电，处置程序按失电的负荷选用。 True if the "
        "fault is in the customer's own network: its supplies may all be live; what is unfed picks the procedure."
    )
    on_emergency_source: bool = shown(
        "自备电源供电: 电网未供电的负荷由自备电源供电。 Own sources carry what the grid does not."
    )
    most_urgent: LoadDeadline | None = shown(
        "最紧迫时限: 重要负荷中最早到达的时限，未登记损害时为空。 Soonest deadline of "
        "a critical load; null if no harm is known."
    )

    limits_not_recorded: list[Load] = shown(
        "未登记断电时限的保安负荷: 失去供电且未登记允许断电时间的保安负荷，按最紧迫处理。 Security loads left "
        "unfed whose permitted interruption nobody recorded; the customer ranks as urgent."
    )

    receiving_points: list[AffectedReceivingPoint] = shown(
        "受电点: 各受电点在事件前和目前的情况。 Each receiving point before and now."
    )
    awaiting_transfer: Transfer | None = shown(
        "待切换: 须人工完成的切换，切换无效时为空。 Change-over that somebody has to "
        "make by hand; null if none would help."
    )
    own_sources: list[OwnSource] = shown(
        "自备应急电源: 各中断负荷处的自备应急电源，是否可依靠及原因。 Emergency sources at each load that is "
        "interrupted, and why each counts or not."
    )
    without_interlock: list[Entity] = shown(
        "无联锁: 切换或启动前须先确认已断开、防止倒送电者，即记录为无联锁的受电点和自备电源。 "
        "Receiving points with several supplies, and own sources, recorded without an interlock: nothing but care "
        "keeps a change-over or a start from feeding back."
    )
    released: list[SupplySource] = shown(
        "失压脱扣待合: 已恢复带电、但进线开关失压脱扣后尚未合上的供电电源，须由客户电工合上。 Supplies that are live "
        "again and feed nothing until the customer's electrician closes the incoming switch that released."
    )
    not_redundant: bool = shown(
        "无冗余: 再有单一元件失去即令全部带电电源失电时为 true，仅剩一路电源时亦然。 True if one more failure of a "
        "single thing takes all supplies that are still live; also where only one is left."
    )
    single_point: Entity | None = shown_to_all(
        "单点: 一旦失去即令全部带电电源失电者，仅剩一路时为该路电源，否则为最近的共用元件，没有时为空。 What alone "
        "would take all supplies that are still live: a single one itself, else the nearest that all hang on; null if "
        "there is none."
    )
    place_unknown: list[Feeder] = shown(
        "接入位置未录入的线路: 只知客户属于这些线路、不知接入何处，而接入位置决定本结果；按最不利的位置给出。 Feeders "
        "on which nobody knows where it hangs, and where that decides this answer: it is told at the worst."
    )
    depends_on: list[Switch] = shown_to_all(
        "取决于: 位置不明而决定本结果的开关；本结果按较严重的情况给出。 Switches of "
        "unknown position that decide this answer; it is the worse one."
    )

    @answers(
        "责任分解表: 该客户的责任人，默认按查询时刻。 Who answers for this customer, by default when the answer is for."
    )
    def responsibility(
        self: Any,
        info: Info,
        roles: Annotated[
            list[ResponsibilityRole] | None, about("责任岗位: 只看这些岗位，空值为全部。 Only these; null = all.")
        ] = None,
        at: Annotated[
            datetime | None, about("时间: 空值为查询时刻。 Null = the moment that the answer is for.")
        ] = None,
    ) -> ResponsibilityTable:
        """Who answers for the customer."""
        return info.context.table(self.customer, at or self.at, roles)  # type: ignore[return-value]

    @answers(
        "首要联系人: 应首先联系的人员，默认按查询时刻；无可联系人时为空。 Whom to call "
        "first about it: who changes its supply over, its manager, its contact."
    )
    def call_first(self: Any, info: Info) -> ResponsibilityRow | None:
        """Whom to call first; null if nobody can be called."""
        return calling.call_first(info.context.table(self.customer, self.at, None), self)  # type: ignore[return-value]

    @answers(
        "预案未审批: 有预案但各版本均未批准时为 true。 True if the customer has a "
        "plan, and no version of it is approved."
    )
    def plan_unapproved(self: Any, info: Info) -> bool:
        """Whether a plan waits for approval."""
        return only_drafts(info.context.graph, self.customer)

    procedure: Procedure | None = shown(
        "处置程序: 该客户已批准预案中对应此状态的程序，内部故障时按失电的负荷选用，没有时为空。 Procedure of the "
        "customer's approved plan for this state, or for what a fault inside leaves unfed; null if there is none."
    )
