"""One step of a plan in the API, with who does it."""

from __future__ import annotations

from dataclasses import replace

from graph_api.graphql.context import Info
from graph_api.graphql.duty.responsibility import RoleAnswer
from graph_api.graphql.entities import Customer, Entity, Switch
from graph_api.graphql.entities.arguments import LanguageArgument
from graph_api.graphql.enums import Language, described
from graph_api.graphql.fields import answers
from graph_api.graphql.projection import shown, shown_to_all, shows
from graph_api.services.duty.doers import held_by
from graph_api.services.restoration import plan as service
from graph_api.services.restoration.operated import operated_of
from graph_api.services.restoration.reclosing import blocked_by
from graph_api.services.restoration.wording import StepAction, StepPurpose, step_text
from schema.vocabulary import ResponsibilityRole

for _vocabulary in (StepAction, StepPurpose):
    described(_vocabulary, {term.name: f"{term.zh}。 {term.en.capitalize()}." for term in _vocabulary})


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

    @answers("作业组: 执行本步的人手；同一组一次只做一件事。 Whose hands do it; one track does one thing at a time.")
    def track(self: service.PlanStep, info: Info) -> str:  # type: ignore[misc]
        """Its name, without the id of a customer that is not there for who asks."""
        graph = info.context.graph
        return " ".join(part for part in self.track.split(" ") if graph.is_whole or _may_be_told(info, part))

    target: Entity = shown_to_all("操作设备: 所操作的开关、开关柜或应急接入点。 Switch, bay or access point.")

    opens: list[Entity] = shown_to_all(
        "断开: 本步断开的开关，先断后合。 Switches that it opens, before it closes others."
    )
    closes: list[Entity] = shown_to_all("合上: 本步合上的开关。 Switches that it closes.")
    supplies: list[Entity] = shown_to_all("电源: 客户切换到的或恢复的供电电源。 Supplies that a customer takes.")
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

    without_interlock: list[Entity] = shown_to_all(
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
        blocked = blocked_by(info.context.whole.graph, self)
        info.context.graph.admit(blocked)
        return info.context.things(blocked)

    @answers(
        "执行人: 所问时刻当值的执行人及电话。 Who does it: the person on duty at the time asked about, with number and "
        "deputy."
    )
    def done_by(self: service.PlanStep, info: Info) -> RoleAnswer:  # type: ignore[misc]
        """Whom to call."""
        tables, accounts = info.context.responsibilities(self.asked_at), info.context.whole.customers.accounts
        # a supply's own feeder may have nobody; the customer's other one, which a change-over leaves, does
        customer = (int(accounts.owner[self.target]),) if accounts.owns(self.target) else ()
        return held_by(tables, self.doer, (self.target, *self.supplies, *customer))  # type: ignore[return-value]

    @answers(
        "操作内容: 以一句话写出本步操作，动词按本单位用语。 The step as a sentence, with the verbs of this utility."
    )
    def text(self: service.PlanStep, info: Info, lang: LanguageArgument = Language.ZH) -> str:  # type: ignore[misc]
        """The step in words."""
        operated = operated_of(info.context.whole, self)
        if operated.customer is not None and info.context.graph.number(operated.customer.id) is None:
            operated = replace(operated, customer=None)
        return step_text(self.action, self.purpose, operated, lang, info.context.words)


def _may_be_told(info: Info, part: str) -> bool:
    """Whether a part of a track's name is no id, or that of a thing that is there."""
    return info.context.whole.graph.number(part) is None or info.context.graph.number(part) is not None
