"""Restoration in the API: switching that feeds again what can be fed."""

from __future__ import annotations

from datetime import datetime

from graph_api.graphql.context import Info
from graph_api.graphql.duty.responsibility import RoleAnswer
from graph_api.graphql.entities import Customer, Entity, Switch
from graph_api.graphql.entities.arguments import LanguageArgument
from graph_api.graphql.enums import Language, described
from graph_api.graphql.fields import MAY_HAVE_TRIPPED, answers
from graph_api.graphql.outage.impact import DeadBefore
from graph_api.graphql.projection import shown, shows
from graph_api.services.duty.doers import held_by
from graph_api.services.restoration import plan as service
from graph_api.services.restoration.growing import Objective
from graph_api.services.restoration.operated import operated_of
from graph_api.services.restoration.reclosing import blocked_by
from graph_api.services.restoration.wording import StepAction, StepPurpose, StillOutReason, step_text
from schema.numbers import Revision
from schema.vocabulary import ResponsibilityRole

for _vocabulary in (StepAction, StepPurpose, StillOutReason):
    described(_vocabulary, {term.name: f"{term.zh}。 {term.en.capitalize()}." for term in _vocabulary})
described(
    Objective,
    {
        "MOST_IMPORTANT": "重要客户优先 · the most urgent customers first",
        "MOST_POWER": "恢复负荷最多 · as much power as can be",
        "FEWEST_OPERATIONS": "操作最少 · whole parts by one switch each",
    },
)


@shows(service.PlanStep, description="操作步骤: 恢复方案中的一步。 One step of a plan.")
class RestorationStep:
    """A step."""

    order: int = shown(
        "序号: 从 1 开始，按开始时间排列；同时开始的步骤并行。 From 1; steps that start together run in parallel."
    )
    action: StepAction = shown("操作: 本步的操作方式。 What is done.")
    doer: ResponsibilityRole = shown(
        "执行岗位: 执行本步的岗位，具体人员向操作设备查询。 Role that does it; ask the target who that is."
    )
    purpose: StepPurpose = shown("目的: 本步操作的目的。 What it is for.")
    kw: float = shown(
        "恢复负荷: 本步恢复供电的负荷，单位为 kW，不明时为 0。 Power that it feeds "
        "again, in kW; 0 where it is not known."
    )

    start_min: float = shown("开始: 自方案开始起，单位为 min，路途时间除外。 Minutes from the start of the plan.")
    end_min: float = shown("结束: 自方案开始起，单位为 min。 Minutes from the start of the plan.")
    track: str = shown(
        "作业组: 执行本步的人手；同一组一次只做一件事。 Whose hands do it; one track does one thing at a time."
    )

    target: Entity = shown("操作设备: 所操作的开关、开关柜或应急接入点。 Switch, bay or access point.")

    opens: list[Entity] = shown("断开: 本步断开的开关，先断后合。 Switches that it opens, before it closes others.")
    closes: list[Entity] = shown("合上: 本步合上的开关。 Switches that it closes.")
    supplies: list[Entity] = shown("电源: 客户切换到的或恢复的供电电源。 Supplies that a customer takes.")
    areas: list[Entity] = shown("恢复台区: 本步后恢复供电的台区。 Public areas that are fed again by it.")

    restored: list[Customer] = shown(
        "恢复客户: 本步后负荷全部恢复供电的客户，最紧迫者在前。 Customers all of whose "
        "loads are fed again by it, the most urgent first."
    )

    interrupted: list[Customer] = shown(
        "短时停电客户: 修复后恢复正常运行方式时，本步使其短时停电的客户，由后续步骤恢复；"
        "本步为客户切换时，停电自断开至合上为止。 "
        "On the way back after the repair: customers without load for a moment, until a later step; of a change-over "
        "back, between its opening and its closing."
    )
    interrupted_areas: list[Entity] = shown("短时停电台区: 同上，公用台区。 The same of public areas.")
    interrupted_min: float | None = shown(
        "短时停电时长（分钟）: 本步自身结束停电时（客户切换，先断后合）；由后续步骤恢复的为空。 Minutes of that where "
        "the step itself ends it (a change-over); null: until a later step."
    )

    without_interlock: list[Entity] = shown(
        "无联锁: 该客户处无联锁的受电点、自备电源，操作时须防止倒送电。 "
        "Receiving points and own sources there that nothing but care keeps apart."
    )

    @answers(
        "退出重合闸: 合闸前须先退出其自动重合闸的开关，防止再次重合于故障或有人工作的线路；"
        "修复后由“投入重合闸”一步恢复。 "
        "Switches that it closes and whose automatic re-closing is taken out of service first; a step after the repair "
        "puts it in again (`RECLOSING_ON`)."
    )
    def reclosing_blocked(self: service.PlanStep, info: Info) -> list[Switch]:  # type: ignore[misc]
        """What would close again by itself."""
        graph = info.context.graph
        return [graph.entity(at) for at in blocked_by(graph, self)]  # type: ignore[misc]

    @answers(
        "执行人: 所问时刻当值的执行人及电话。 Who does it: the person on duty at the time asked about, with number and "
        "deputy."
    )
    def done_by(self: service.PlanStep, info: Info) -> RoleAnswer:  # type: ignore[misc]
        """Whom to call."""
        tables, accounts = info.context.responsibilities(self.asked_at), info.context.model.customers.accounts
        # a supply's own feeder may have nobody; the customer's other one, which a change-over leaves, does
        customer = (int(accounts.owner[self.target]),) if accounts.owns(self.target) else ()
        return held_by(tables, self.doer, (self.target, *self.supplies, *customer))  # type: ignore[return-value]

    @answers(
        "操作内容: 以一句话写出本步操作，动词按本单位用语。 The step as a sentence, with the verbs of this utility."
    )
    def text(self: service.PlanStep, info: Info, lang: LanguageArgument = Language.ZH) -> str:  # type: ignore[misc]
        """The step in words."""
        operated = operated_of(info.context.model, self)
        return step_text(self.action, self.purpose, operated, lang, info.context.words)


@shows(
    service.StillOut,
    description="未恢复对象: 方案执行后仍有负荷未恢复的客户、台区及原因。 Whom a plan leaves out, and why.",
)
class StillOut:
    """A customer or public area."""

    thing: Entity = shown("对象: 未恢复的客户或台区。 Customer or public area.")
    reason: StillOutReason = shown("原因: 未恢复的原因。 Why.")

    @answers("原因说明: 以一句话说明原因。 The reason as a sentence.")
    def text(self: service.StillOut, lang: LanguageArgument = Language.ZH) -> str:  # type: ignore[misc]
        """The reason in words."""
        return self.reason.label(lang)


@shows(service.Back, description="恢复供电: 何时恢复，是否在期限之内。 Who is back when, against which deadline.")
class Back:
    """A customer or public area that is fed again."""

    thing: Entity = shown("对象: 恢复的客户或台区。 Customer or public area.")
    step: int = shown("步骤: 恢复供电的步骤；0 为方案开始前已恢复。 At which step; 0 = before the plan began.")
    minute: float = shown("时间: 自方案开始起，单位为 min。 Minutes from the start of the plan.")
    at: datetime | None = shown("时刻: 预计恢复的时刻。 When, as planned.")
    deadline: datetime | None = shown("期限: 最紧迫负荷的期限。 Deadline of its most urgent load.")
    in_time: bool | None = shown("是否及时: 无期限时为空。 Whether before the deadline; null where none is known.")


@shows(
    service.OnOwn, description="自备电源供电: 由自备应急电源或发电车供电。 Carried by its own source or a generator."
)
class OnOwn:
    """A customer on its own source."""

    customer: Customer = shown("客户: 由自备电源供电的客户。 Who.")
    step: int = shown("步骤: 自哪一步起；0 为失电时起。 From which step; 0 = from the loss.")
    until: datetime | None = shown("可持续至: 只给出数据所知者。 Until when, as far as the data know.")
    sources: list[Entity] = shown("电源: 供电的自备应急电源。 The sources that carry it.")
    minute: float = shown(
        "时间: 自方案开始起至发电车供电，单位为 min。 Minutes until a generator takes over; 0 = own source."
    )
    at: datetime | None = shown(
        "时刻: 发电车预计供电的时刻，自备电源为空。 When a generator takes over; null = own source."
    )
    deadline: datetime | None = shown("期限: 发电车应在此前供电。 Deadline that a generator has to keep.")
    in_time: bool | None = shown("是否及时: 无期限或由自备电源供电时为空。 Whether before it; null without one.")


@shows(
    service.PlanAccounts,
    description="停电对象归类: 每个受影响客户、台区恰在一类之中。 Everybody whom the event hit, in exactly one place.",
)
class PlanAccounts:
    """Where everybody stands."""

    was_not_out: list[Entity] = shown("未停电: 未失去负荷者。 Who lost no load.")
    back: list[Back] = shown("恢复供电: 由方案恢复者。 Who is back, at which step.")
    on_own: list[OnOwn] = shown("自备电源供电: 由自备电源供电者。 Who is on an own source or a generator.")
    still_out: list[StillOut] = shown("未恢复: 仍停电者及原因。 Who is still out, and why.")


@shows(
    service.RestorationPlan,
    description="恢复方案: 针对一个目标的操作方案，逐步经拓扑校核。 Switching for one "
    "objective, replayed on the topology after every step.",
)
class RestorationPlan:
    """A plan."""

    objective: Objective = shown("目标: 方案首先追求的目标。 What it looks for first.")
    revision: Revision = shown("版本号: 本方案所依据的图谱版本。 Revision of the graph that it is true of.")
    equipment: list[Entity] = shown(
        "故障对象: 所查询的故障对象；仅给出馈线时，按馈线出口故障处理。 What was asked about; a feeder alone is a "
        "fault right behind its head."
    )
    operations: int = shown(
        "操作项数: 断开、合上电网开关的次数，同一开关操作两次计两项；客户开关不计。 "
        "Openings and closings of the grid's switches by the steps, "
        "two where one is operated twice; customers' own switches are not among them."
    )
    customer_operations: int = shown(
        "客户操作项数: 断开、合上客户开关的次数，切换计断开和合上两项。 "
        "Openings and closings of customers' own switches, "
        "of a change-over both; a supply of which no switch is recorded stands for its own."
    )
    restored_count: int = shown("恢复客户数: 负荷全部恢复供电的客户数。 Customers all of whose loads are fed again.")
    kw: float = shown(
        "恢复负荷: 恢复供电的负荷，按已知值计，单位为 kW。 Power fed again, in kW, as far as it is known."
    )

    steps: list[RestorationStep] = shown(
        "步骤: 按顺序执行；停在任何一步，电网都是安全的。 In order; stop anywhere and the grid is safe."
    )

    minutes: float = shown("历时: 至最后一步恢复供电，单位为 min。 Minutes until the last step that feeds anybody.")
    starts: datetime = shown("开始时刻: 方案开始的时刻。 When it starts.")

    after_repair: list[RestorationStep] = shown(
        "修复后步骤: 修复后巡线、恢复正常运行方式的步骤，不含时间。 "
        "Once it is repaired: patrol, and back to normal; without times."
    )
    bounded_by: list[Switch] = shown(
        "隔离边界: 隔离范围四周所有处于分位的开关。 Every open switch around what is cut out."
    )
    operated_by: list[Switch] = shown("隔离操作: 为隔离而断开的开关。 Those of them that steps open.")
    feed_ends_at: list[Entity] = shown(
        "无法隔开的电源: 没有开关能将其与故障隔开，供电到此为止。 "
        "Sources that no switch can part from the fault: the feed ends there."
    )
    accounts: PlanAccounts = shown(
        "停电对象归类: 每个受影响对象恰在一类之中。 Everybody whom the event hit, in one place each."
    )

    cut_out: list[Entity] = shown("隔离范围: 修复之前须隔离的部分。 What is cut out until it is repaired.")

    still_out: list[StillOut] = shown(
        "未恢复对象: 方案未能恢复的客户、台区，客户在前，最紧迫者在前。 "
        "Whom it leaves out: customers, the most urgent first, then areas."
    )

    dead_before: list[DeadBefore] = shown(
        "事前已失电: 所询对象中事前已退出运行或已失电者及原因。 What was out of service or dead before, and why."
    )

    may_have_tripped: list[Switch] = shown(MAY_HAVE_TRIPPED)

    alternatives: list[RestorationPlan] = shown(
        "其他方案: 目标不同且步骤不同的其他方案。 Plans for other objectives that lead to other steps."
    )
