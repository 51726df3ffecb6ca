"""Restoration in the API: switching that feeds again what can be fed."""

from __future__ import annotations

from graph_api.graphql.context import Info
from graph_api.graphql.entities import Customer, Entity, Switch
from graph_api.graphql.entities.computed import LanguageArgument
from graph_api.graphql.enums import Language, described, labels
from graph_api.graphql.fields import MAY_HAVE_TRIPPED, answers
from graph_api.graphql.projection import shown, shows
from graph_api.services.restoration import planning as service
from graph_api.services.restoration.spreading import Objective
from graph_api.services.restoration.wording import StepAction, StepPurpose, StillOutReason, step_text
from schema.numbers import Revision
from schema.vocabulary import ResponsibilityRole

for _vocabulary in (StepAction, StepPurpose, StillOutReason):
    described(_vocabulary, labels(_vocabulary))
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

    order: int = shown("序号: 操作顺序，从 1 开始。 From 1.")
    action: StepAction = shown("操作: 本步的操作方式。 What is done.")
    doer: ResponsibilityRole = shown(
        "执行岗位: 执行本步的岗位，具体人员向操作设备查询。 Role that does it; ask the target who that is."
    )
    purpose: StepPurpose = shown("目的: 本步操作的目的。 What it is for.")
    kw: float = shown(
        "恢复负荷: 本步恢复供电的负荷，单位为 kW，不明时为 0。 Power that it feeds "
        "again, in kW; 0 where it is not known."
    )

    target: Entity = shown("操作设备: 所操作的开关、开关柜或应急接入点。 Switch, bay or access point.")

    restored: list[Customer] = shown(
        "恢复客户: 本步后负荷全部恢复供电的客户，最紧迫者在前。 Customers all of whose "
        "loads are fed again by it, the most urgent first."
    )

    @answers(
        "操作内容: 以一句话写出本步操作，动词按本单位用语。 The step as a sentence, with the verbs of this utility."
    )
    def text(self: service.PlanStep, info: Info, lang: LanguageArgument = Language.ZH) -> str:  # type: ignore[misc]
        """The step in words."""
        target = info.context.thing(self.target)
        return step_text(self.action, self.purpose, target, lang, info.context.words)


@shows(
    service.StillOut,
    description="未恢复客户: 方案执行后仍有负荷未恢复的客户及原因。 Whom a plan leaves without all loads, and why.",
)
class StillOut:
    """A customer."""

    customer: Customer = shown("客户: 未恢复的客户。 Who.")
    reason: StillOutReason = shown("原因: 未恢复的原因。 Why.")

    @answers("原因说明: 以一句话说明原因。 The reason as a sentence.")
    def text(self: service.StillOut, lang: LanguageArgument = Language.ZH) -> str:  # type: ignore[misc]
        """The reason in words."""
        return self.reason.label(lang)


@shows(
    service.RestorationPlan,
    description="恢复方案: 针对一个目标的操作方案，逐步经拓扑校核。 Switching for one "
    "objective, replayed on the topology after every step.",
)
class RestorationPlan:
    """A plan."""

    objective: Objective = shown("目标: 方案首先追求的目标。 What it looks for first.")
    revision: Revision = shown("版本号: 本方案所依据的图谱版本。 Revision of the graph that it is true of.")
    operations: int = shown("操作项数: 操作的电网开关项数。 Switches operated in the grid.")
    restored_count: int = shown("恢复客户数: 负荷全部恢复供电的客户数。 Customers all of whose loads are fed again.")
    kw: float = shown(
        "恢复负荷: 恢复供电的负荷，按已知值计，单位为 kW。 Power fed again, in kW, as far as it is known."
    )

    steps: list[RestorationStep] = shown(
        "步骤: 按顺序执行；停在任何一步，电网都是安全的。 In order; stop anywhere and the grid is safe."
    )

    cut_out: list[Entity] = shown("隔离范围: 修复之前须隔离的部分。 What is cut out until it is repaired.")

    still_out: list[StillOut] = shown(
        "未恢复客户: 方案未能恢复的客户，最紧迫者在前。 Whom it leaves out, the most urgent first."
    )

    may_have_tripped: list[Switch] = shown(MAY_HAVE_TRIPPED)

    alternatives: list[RestorationPlan] = shown(
        "其他方案: 目标不同且步骤不同的其他方案。 Plans for other objectives that lead to other steps."
    )
