"""Affected customers in the API: before and after, until when, what to do, who answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

from graph_api.graphql.context import Info
from graph_api.graphql.duty.responsibility import ResponsibilityRow, ResponsibilityTable
from graph_api.graphql.entities import Customer, Entity, Load, Procedure, ReceivingPoint, SupplySource
from graph_api.graphql.fields import about, answers
from graph_api.graphql.projection import shown, shows
from graph_api.services.duty import calling
from graph_api.services.outage import affected, feeding
from graph_api.services.plans.procedures import only_drafts
from schema.vocabulary import LoadsFed, ResponsibilityRole, SupplyState


@shows(
    affected.LoadDeadline,
    description="负荷断电时限: when a critical load comes to harm, and what bridges it until then.",
)
class LoadDeadline:
    """A deadline."""

    load: Load = shown("负荷: the load.")
    permitted_seconds: float = shown("允许断电时间: longest gap without harm. [s]")
    seconds_from_loss: float = shown("失电后可持续时间: from the loss to the deadline. [s]")
    deadline: datetime = shown("截止时间: moment of loss + permitted interruption + what batteries and gensets bridge.")

    @answers("剩余时间: from the time of this answer to the deadline; negative once it has passed. [s]")
    def remaining_seconds(self: Any, info: Info) -> float:
        """What is left."""
        left: float = (self.deadline - info.context.now).total_seconds()
        return round(left, 1)

    bridged_by: list[Entity] = shown("应急电源: emergency sources that are counted on.")
    not_counted: list[Entity] = shown(
        "未计入的应急电源: sources that may hold longer but cannot be counted on: started by hand, or of unknown "
        "endurance."
    )


@shows(
    feeding.Transfer,
    description="切换: a change-over of loads to another supply, made by itself or awaited from somebody.",
)
class Transfer:
    """A change-over."""

    automatic: bool = shown("自动: true if it makes itself; false = somebody has to.")
    switches: list[Entity] = shown("开关: bays to close; empty where the inside is not recorded.")
    supplies: list[SupplySource] = shown("电源: live supplies that take over.")
    feeds: list[Load] = shown("恢复负荷: loads that get supply by it, where they are recorded.")
    seconds: float | None = shown("切换时间: time of an automatic transfer; null = unknown. [s]")
    doer: ResponsibilityRole = shown("执行岗位: who makes it, where it is made by hand.")


@shows(affected.AffectedReceivingPoint, description="受影响受电点: one receiving point before and after the event.")
class AffectedReceivingPoint:
    """A receiving point."""

    receiving_point: ReceivingPoint = shown("受电点: the receiving point.")
    state: SupplyState = shown("供电状态: after the event.")
    before: SupplyState = shown("事前状态: before the event.")
    loads_fed: LoadsFed = shown("负荷供电情况: what the grid feeds after the event.")
    lost_sources: list[SupplySource] = shown("失电电源: supplies without voltage.")
    live_sources: list[SupplySource] = shown("带电电源: supplies with voltage.")
    transfer: Transfer | None = shown("切换: change-over made or awaited; null if there is none.")
    shed: list[Load] = shown("切除负荷: loads that the supplies left cannot carry.")
    on_emergency_source: bool = shown("自备电源供电: own sources carry what the grid does not.")
    deadlines: list[LoadDeadline] = shown("负荷断电时限: of critical loads, soonest first.")


@shows(affected.AffectedCustomer, description="受影响客户: a customer whom the event hits.")
class AffectedCustomer:
    """A customer hit."""

    listed: ClassVar[str] = "affected customers"

    customer: Customer = shown("客户: the customer.")
    state: SupplyState = shown("供电状态: of its worst receiving point, after the event.")
    before: SupplyState = shown("事前状态: of its worst receiving point, before the event.")
    loads_fed: LoadsFed = shown("负荷供电情况: what the grid feeds after the event.")
    on_emergency_source: bool = shown("自备电源供电: own sources carry what the grid does not.")
    most_urgent: LoadDeadline | None = shown(
        "最紧迫时限: soonest deadline of a critical load; null if no harm is known."
    )

    receiving_points: list[AffectedReceivingPoint] = shown("受电点: each receiving point before and after.")
    awaiting_transfer: Transfer | None = shown(
        "待切换: change-over that somebody has to make by hand; null if none would help."
    )
    not_redundant: bool = shown("无冗余: true if all supplies that are still live hang on one single element.")
    single_point: Entity | None = shown(
        "单点: the nearest element that alone would take all supplies that are still live; null if there is none."
    )
    depends_on: list[Entity] = shown(
        "取决于: switches of unknown position that decide this answer; it is the worse one."
    )

    @answers("责任分解表: who answers for this customer, by default at the moment of loss.")
    def responsibility(
        self: Any,
        info: Info,
        roles: Annotated[list[ResponsibilityRole] | None, about("责任岗位: only these; null = all.")] = None,
        at: Annotated[datetime | None, about("时间: null = the moment of loss.")] = None,
    ) -> ResponsibilityTable:
        """Who answers for the customer."""
        return info.context.table(self.customer, at or self.loss, roles)  # type: ignore[return-value]

    @answers("首要联系人: whom to call first about it: who changes its supply over, its manager, its contact.")
    def call_first(self: Any, info: Info) -> ResponsibilityRow | None:
        """Whom to call first, by default at the moment of loss; null if nobody can be called."""
        return calling.call_first(info.context.table(self.customer, self.loss, None), self)  # type: ignore[return-value]

    @answers("预案未审批: true if the customer has a plan, and no version of it is approved.")
    def plan_unapproved(self: Any, info: Info) -> bool:
        """Whether a plan waits for approval."""
        return only_drafts(info.context.graph, self.customer)

    procedure: Procedure | None = shown(
        "处置程序: procedure of the customer's approved plan for this state; null if there is none."
    )
