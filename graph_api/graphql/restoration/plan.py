"""Restoration: switching that feeds again what can be fed, as the API shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import strawberry

from graph_api.graphql.context import Context, Info
from graph_api.graphql.entities import Customer, Entity
from graph_api.graphql.enums import described
from graph_api.graphql.fields import MAY_HAVE_TRIPPED, answers
from graph_api.graphql.outage.impact import SwitchAssumption
from graph_api.graphql.scalars import Revision
from graph_api.services.restoration import planning as service
from graph_api.services.restoration.planning import StepAction
from graph_api.services.restoration.spreading import Objective
from schema.vocabulary import ResponsibilityRole

described(
    StepAction,
    {
        "OPEN": "拉开 · open a switch",
        "CLOSE": "合上 · close a switch",
        "TRANSFER": "客户侧切换 · a customer changes over to a live supply",
        "GENERATOR": "发电车接入 · a mobile generator is connected",
    },
)
described(
    Objective,
    {
        "MOST_IMPORTANT": "重要客户优先 · the most urgent customers first",
        "MOST_POWER": "恢复负荷最多 · as much power as can be",
        "FEWEST_OPERATIONS": "操作最少 · whole parts by one switch each",
    },
)


@strawberry.type(description="操作步骤: one step of a plan.")
class RestorationStep:
    """A step."""

    found: strawberry.Private[service.PlanStep]

    order: int = strawberry.field(description="序号: from 1.")
    action: StepAction = strawberry.field(description="操作: what is done.")
    doer: ResponsibilityRole = strawberry.field(description="操作人: role that does it; ask the target who that is.")
    purpose: str = strawberry.field(description="目的: what it is for.")
    kw: float = strawberry.field(description="恢复负荷: power that it feeds again, in kW; 0 where it is not known.")

    @answers("对象: switch, bay or access point.")
    def target(self, info: Info) -> Entity:
        """What is operated."""
        return info.context.thing(self.found.target)  # type: ignore[no-any-return]

    @answers("恢复客户: customers all of whose loads are fed again by it, the most urgent first.")
    def restored(self, info: Info) -> list[Customer]:
        """Whom it helps."""
        return info.context.things(self.found.restored)


@strawberry.type(description="未恢复客户: whom a plan leaves without all loads, and why.")
class StillOut:
    """A customer."""

    customer: Customer = strawberry.field(description="客户: who.")
    reason: str = strawberry.field(description="原因: why.")


@strawberry.type(description="恢复方案: switching for one objective, replayed on the topology after every step.")
class RestorationPlan:
    """A plan."""

    found: strawberry.Private[service.RestorationPlan]
    others: strawberry.Private[tuple[service.RestorationPlan, ...]]

    objective: Objective = strawberry.field(description="目标: what it looks for first.")
    revision: Revision = strawberry.field(description="版本号: revision of the graph that it is true of.")
    operations: int = strawberry.field(description="操作次数: switches operated in the grid.")
    restored_count: int = strawberry.field(description="恢复客户数: customers all of whose loads are fed again.")
    kw: float = strawberry.field(description="恢复负荷: power fed again, in kW, as far as it is known.")

    @answers("步骤: in order; stop anywhere and the grid is safe.")
    def steps(self) -> list[RestorationStep]:
        """Steps."""
        return [
            RestorationStep(
                found=each, order=each.order, action=each.action, doer=each.doer, purpose=each.purpose, kw=each.kw
            )
            for each in self.found.steps
        ]

    @answers("隔离区: what is cut out until it is repaired.")
    def cut_out(self, info: Info) -> list[Entity]:
        """What is cut out."""
        return info.context.things(self.found.isolation.cut)

    @answers("未恢复客户: whom it leaves out, the most urgent first.")
    def still_out(self, info: Info) -> list[StillOut]:
        """Who is left."""
        context = info.context
        return [StillOut(customer=context.thing(each.customer), reason=each.reason) for each in self.found.still_out]

    @answers(MAY_HAVE_TRIPPED)
    def may_have_tripped(self, info: Info) -> list[Entity]:
        """Why customers may be missing."""
        return info.context.things(self.found.may_have_tripped)

    @answers("其他方案: plans for other objectives that lead to other steps.")
    def alternatives(self, info: Info) -> list[RestorationPlan]:
        """Other plans."""
        return [_plan(info.context, each, ()) for each in self.others]


def restoration_of(
    context: Context,
    equipment: Sequence[str],
    assume: Iterable[SwitchAssumption],
    stuck: Iterable[str],
    fixed: Iterable[str],
    tripped: Iterable[str],
    at: datetime | None,
) -> RestorationPlan:
    """Plans for a fault; the first is for the most important customers."""
    graph = context.graph
    first, *others = service.plan_restoration(
        context.model,
        [graph.index(each) for each in equipment],
        at or context.now,
        assume=[(graph.index(each.switch), each.position) for each in assume],
        stuck=[graph.index(each) for each in stuck],
        fixed=[graph.index(each) for each in fixed],
        tripped=[graph.index(each) for each in tripped],
    )
    return _plan(context, first, tuple(others))


def _plan(
    context: Context, found: service.RestorationPlan, others: tuple[service.RestorationPlan, ...]
) -> RestorationPlan:
    return RestorationPlan(
        found=found,
        others=others,
        objective=found.objective,
        revision=Revision(context.graph.revision),
        operations=found.operations,
        restored_count=found.restored,
        kw=found.kw,
    )
