"""Restoration in the API: switching that feeds again what can be fed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from graph_api.graphql.context import Info
from graph_api.graphql.entities import Customer, Entity, Switch
from graph_api.graphql.entities.arguments import LanguageArgument
from graph_api.graphql.enums import Language, described
from graph_api.graphql.fields import MAY_HAVE_TRIPPED, answers
from graph_api.graphql.outage.impact import DeadBefore
from graph_api.graphql.projection import shown, shown_to_all, shows
from graph_api.graphql.restoration.choices import NamedChoice
from graph_api.graphql.restoration.outside import PlanOutside, outside_of
from graph_api.graphql.restoration.steps import RestorationStep
from graph_api.services.restoration import plan as service
from graph_api.services.restoration.growing import Objective
from graph_api.services.restoration.wording import PlanLimit, StillOutReason
from schema.numbers import Revision

described(StillOutReason, {term.name: f"{term.zh}。 {term.en.capitalize()}." for term in StillOutReason})
described(PlanLimit, {term.name: f"{term.zh}。 {term.en.capitalize()}." for term in PlanLimit})
described(
    Objective,
    {
        "MOST_IMPORTANT": "重要客户优先 · the most urgent customers first",
        "MOST_POWER": "恢复负荷最多 · as much power as can be",
        "FEWEST_OPERATIONS": "操作最少 · whole parts by one switch each",
    },
)


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
    step: int = shown(
        "步骤: 自哪一步起；0 为失电时起。有开关位置不明时，按最不利情形计。 From which step; 0 = from the loss. Where "
        "it waits for a step as a switch of unknown position may stand: that step."
    )
    until: datetime | None = shown("可持续至: 只给出数据所知者。 Until when, as far as the data know.")
    sources: list[Entity] = shown("电源: 供电的自备应急电源。 The sources that carry it.")
    minute: float = shown(
        "时间: 自方案开始起至该步完成，单位为 min。 Minutes until that step is done; 0 = from the loss."
    )
    at: datetime | None = shown(
        "时刻: 该步预计完成的时刻，自失电时起由自备电源供电者为空。 When that is; null = from the loss."
    )
    deadline: datetime | None = shown("期限: 应在此前恢复供电。 Deadline that the step has to keep.")
    in_time: bool | None = shown(
        "是否及时: 无期限或自失电时起由自备电源供电者为空。 Whether before it; null without one."
    )


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
        "修复后步骤: 修复后巡线、恢复正常运行方式的步骤；分钟数自修复完成起计。 "
        "Once it is repaired: patrol, and back to normal; minutes run from the repair on."
    )
    bounded_by: list[Switch] = shown_to_all(
        "隔离边界: 隔离范围四周所有处于分位的开关。 Every open switch around what is cut out."
    )
    operated_by: list[Switch] = shown_to_all("隔离操作: 为隔离而断开的开关。 Those of them that steps open.")
    feed_ends_at: list[Entity] = shown_to_all(
        "无法隔开的电源: 没有开关能将其与故障隔开，供电到此为止。 "
        "Sources that no switch can part from the fault: the feed ends there."
    )
    accounts: PlanAccounts = shown(
        "停电对象归类: 每个受影响对象恰在一类之中。 Everybody whom the event hit, in one place each."
    )

    @answers(
        "范围外对象: 不在查询者可见范围内、因而未列出的客户和台区，只计数。 Customers and public areas that are out of "
        "the scope of who asks, and so not listed: counted."
    )
    def outside(self: Any, info: Info) -> PlanOutside:
        """Who is not named."""
        return outside_of(self.accounts, info.context.graph)  # type: ignore[return-value]

    cut_out: list[Entity] = shown_to_all("隔离范围: 修复之前须隔离的部分。 What is cut out until it is repaired.")

    still_out: list[StillOut] = shown(
        "未恢复对象: 方案未能恢复的客户、台区，客户在前，最紧迫者在前。 "
        "Whom it leaves out: customers, the most urgent first, then areas."
    )

    dead_before: list[DeadBefore] = shown(
        "事前已失电: 所询对象中事前已退出运行或已失电者及原因。 What was out of service or dead before, and why."
    )

    may_have_tripped: list[Switch] = shown_to_all(MAY_HAVE_TRIPPED)

    limits: list[PlanLimit] = shown(
        "未穷举之处: 方案中未逐一推演的方面，空列表表示均已推演。 What of it was not gone through one by one; empty "
        "where all was."
    )
    choices: list[NamedChoice] = shown(
        "须决定的方案: 方案本身不采用、须由值班调度员决定的做法：使另有供电的客户短时停电，以合上作联络的隔离开关。 "
        "What could be done beyond it by switching off people who have power; who decides it sees whom and how long."
    )
    alternatives: list[RestorationPlan] = shown(
        "其他方案: 目标不同且步骤不同的其他方案。 Plans for other objectives that lead to other steps."
    )
