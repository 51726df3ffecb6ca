"""Check lists of an incident as the API shows them."""

from __future__ import annotations

from datetime import datetime

from graph_api.graphql.entities import Customer, Procedure, ProcedureStep
from graph_api.graphql.projection import shown, shown_always_freely, shown_freely, shows
from graph_api.services.incident import checklists
from schema.incident_terms import StepOutcome


@shows(
    checklists.StepView,
    description="清单步骤: 处置程序的一步及其执行情况。 A step, and what became of it.",
)
class ChecklistStep:
    """A step."""

    step: ProcedureStep = shown("处置步骤: 预案中的步骤。 The step of the plan.")
    due_at: datetime | None = shown("到期时间: 自启动起算，未规定时限时为空。 When it is due; null = no limit.")
    late: bool = shown("超时: 已超过时限时为 true。 Whether it was, or is, over its time limit.")
    outcome: StepOutcome | None = shown("结果: 尚未登记时为空。 What became of it; null = nothing was said yet.")
    taken_at: datetime | None = shown("执行时间: 尚未登记时为空。 When; null = nothing was said yet.")
    by = shown_freely("by", "记录人: 尚未登记时为空。 Who says so; null = nothing was said yet.")

    reason = shown_freely(
        "reason", "说明: 登记时的说明，不执行的为原因，没有时为空。 What was said with it, else null."
    )


@shows(
    checklists.ChecklistView,
    description="处置程序清单: 为客户启动的处置程序及各步执行情况。 A procedure that was started for a customer, step "
    "by step.",
)
class Checklist:
    """A check list."""

    customer: Customer | None = shown("客户: 已删除时为空。 The customer; null if it is gone.")
    procedure: Procedure | None = shown("处置程序: 预案已更换时为空。 The procedure; null if it is gone.")
    started_at: datetime = shown("启动时间: 各步时限由此起算。 From when its time limits run.")
    started_by = shown_always_freely("started_by", "启动人: 由谁启动。 Who started it.")
    runs: bool = shown("执行中: 为该客户最近启动且事件未结时为 true。 The customer's last one of an open incident.")
    open_count: int = shown("未登记步数: 执行中尚未登记的步数。 Steps of which nothing was said yet, while it runs.")
    steps: list[ChecklistStep] = shown("步骤: 按序号排列。 Its steps, in their order.")
