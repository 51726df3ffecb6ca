"""Restoration in the API: switching that feeds again what can be fed."""

from __future__ import annotations

from graph_api.graphql.context import Info
from graph_api.graphql.entities import Customer, Entity
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


@shows(service.PlanStep, description="操作步骤: one step of a plan.")
class RestorationStep:
    """A step."""

    order: int = shown("序号: from 1.")
    action: StepAction = shown("操作: what is done.")
    doer: ResponsibilityRole = shown("执行岗位: role that does it; ask the target who that is.")
    purpose: StepPurpose = shown("目的: what it is for.")
    kw: float = shown("恢复负荷: power that it feeds again, in kW; 0 where it is not known.")

    target: Entity = shown("操作设备: switch, bay or access point.")

    restored: list[Customer] = shown(
        "恢复客户: customers all of whose loads are fed again by it, the most urgent first."
    )

    @answers("操作内容: the step as a sentence, with the verbs of this utility.")
    def text(self: service.PlanStep, info: Info, lang: LanguageArgument = Language.ZH) -> str:  # type: ignore[misc]
        """The step in words."""
        target = info.context.thing(self.target)
        return step_text(self.action, self.purpose, target, lang, info.context.words)


@shows(service.StillOut, description="未恢复客户: whom a plan leaves without all loads, and why.")
class StillOut:
    """A customer."""

    customer: Customer = shown("客户: who.")
    reason: StillOutReason = shown("原因: why.")

    @answers("原因说明: the reason as a sentence.")
    def text(self: service.StillOut, lang: LanguageArgument = Language.ZH) -> str:  # type: ignore[misc]
        """The reason in words."""
        return self.reason.label(lang)


@shows(
    service.RestorationPlan,
    description="恢复方案: switching for one objective, replayed on the topology after every step.",
)
class RestorationPlan:
    """A plan."""

    objective: Objective = shown("目标: what it looks for first.")
    revision: Revision = shown("版本号: revision of the graph that it is true of.")
    operations: int = shown("操作项数: switches operated in the grid.")
    restored_count: int = shown("恢复客户数: customers all of whose loads are fed again.")
    kw: float = shown("恢复负荷: power fed again, in kW, as far as it is known.")

    steps: list[RestorationStep] = shown("步骤: in order; stop anywhere and the grid is safe.")

    cut_out: list[Entity] = shown("隔离范围: what is cut out until it is repaired.")

    still_out: list[StillOut] = shown("未恢复客户: whom it leaves out, the most urgent first.")

    may_have_tripped: list[Entity] = shown(MAY_HAVE_TRIPPED)

    alternatives: list[RestorationPlan] = shown("其他方案: plans for other objectives that lead to other steps.")
