"""Impact: who is hit and how badly; the answer's types, filled from the service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from graph_api.graphql.context import Context, Info
from graph_api.graphql.duty.responsibility import ResponsibilityTable, table_of
from graph_api.graphql.entities import (
    Customer,
    Entity,
    EntityConnection,
    Feeder,
    Load,
    Procedure,
    ReceivingPoint,
    Substation,
    SupplySource,
)
from graph_api.graphql.enums import described
from graph_api.graphql.fields import MAY_HAVE_TRIPPED, After, First, about, answers
from graph_api.graphql.lists.connections import Page, PageInfo, Paging, connection_types
from graph_api.graphql.scalars import Revision
from graph_api.services.outage import impact as service
from graph_api.services.outage import supply_state
from graph_api.services.outage.feeding import Transfer as FoundTransfer
from graph_api.services.outage.impact import Cause
from graph_api.services.outage.trips import moment_of
from graph_api.services.plans.procedures import procedure_for
from schema.registry import EntityKind
from schema.vocabulary import Importance, LoadsFed, ResponsibilityRole, SupplyState, SwitchPosition

__all__ = ["Impact", "PageInfo", "SwitchAssumption", "impact_of"]

described(
    Cause,
    {
        "OPENED": "退出运行 · out of service, and nothing else happens",
        "FAULTED": "故障 · protection acts first, then what is left without supply is lost",
        "ISOLATED": "隔离 · cut out; what tripped elsewhere is closed again, and the rest fed over ties if it can be",
    },
)


@strawberry.input(description="开关位置假设: a switch in another position than it has now.")
class SwitchAssumption:
    """What if this switch stood otherwise."""

    switch: strawberry.ID = strawberry.field(description="开关: id of the switch.")
    position: SwitchPosition = strawberry.field(description="位置: position that it is taken to have.")


@strawberry.input(name="AffectedFilter", description="受影响客户筛选: which ones; what is left out does not matter.")
class AffectedFilterInput:
    """Which affected customers."""

    states: list[SupplyState] | None = strawberry.field(default=None, description="供电状态: any of these.")
    importance: list[Importance] | None = strawberry.field(default=None, description="重要等级: any of these classes.")
    loads_fed: list[LoadsFed] | None = strawberry.field(default=None, description="负荷供电情况: any of these.")

    def plain(self) -> service.AffectedFilter:
        """The filter as the service takes it."""
        return service.AffectedFilter(
            states=frozenset(self.states or ()),
            importance=frozenset(self.importance or ()),
            loads_fed=frozenset(self.loads_fed or ()),
        )


@strawberry.type(description="供电状态计数: how many affected customers are in a supply state.")
class StateCount:
    """Customers in a state."""

    state: SupplyState = strawberry.field(description="供电状态: the state after the event.")
    count: int = strawberry.field(description="户数: customers in it, exact.")


@strawberry.type(description="重要等级计数: how many affected customers are of a class.")
class ImportanceCount:
    """Customers of a class."""

    importance: Importance = strawberry.field(description="重要等级: the class.")
    count: int = strawberry.field(description="户数: customers of it, exact.")


@strawberry.type(description="负荷供电计数: how many affected customers have all, some or none of their loads fed.")
class LoadsFedCount:
    """Customers by loads fed."""

    loads_fed: LoadsFed = strawberry.field(description="负荷供电情况: what the grid feeds after the event.")
    count: int = strawberry.field(description="户数: customers, exact.")


@strawberry.type(description="负荷时限: when a critical load comes to harm, and what bridges it until then.")
class LoadDeadline:
    """A deadline."""

    load: Load = strawberry.field(description="负荷: the load.")
    permitted_seconds: float = strawberry.field(description="允许断电时间: longest gap without harm. [s]")
    seconds_from_loss: float = strawberry.field(description="失电起时限: from the loss to the deadline. [s]")
    deadline: datetime = strawberry.field(
        description="截止时间: moment of loss + permitted interruption + what batteries and gensets bridge."
    )
    remaining_seconds: float = strawberry.field(
        description="剩余时间: from the time of this answer to the deadline; negative once it has passed. [s]"
    )
    bridged_by: list[Entity] = strawberry.field(description="应急保障: emergency sources that are counted on.")
    not_counted: list[Entity] = strawberry.field(
        description="未计入电源: sources that may hold longer but cannot be counted on: started by hand, or of "
        "unknown endurance."
    )


@strawberry.type(description="切换: a change-over of loads to another supply, made by itself or awaited from somebody.")
class Transfer:
    """A change-over."""

    automatic: bool = strawberry.field(description="自动: true if it makes itself; false = somebody has to.")
    switches: list[Entity] = strawberry.field(
        description="开关: bays to close; empty where the inside is not recorded."
    )
    supplies: list[SupplySource] = strawberry.field(description="电源: live supplies that take over.")
    feeds: list[Load] = strawberry.field(description="恢复负荷: loads that get supply by it, where they are recorded.")
    seconds: float | None = strawberry.field(description="切换时间: time of an automatic transfer; null = unknown. [s]")
    doer: ResponsibilityRole = strawberry.field(description="执行角色: who makes it, where it is made by hand.")


@strawberry.type(description="受影响受电点: one receiving point before and after the event.")
class AffectedReceivingPoint:
    """A receiving point."""

    receiving_point: ReceivingPoint = strawberry.field(description="受电点: the receiving point.")
    state: SupplyState = strawberry.field(description="供电状态: after the event.")
    before: SupplyState = strawberry.field(description="事前状态: before the event.")
    loads_fed: LoadsFed = strawberry.field(description="负荷供电情况: what the grid feeds after the event.")
    lost_sources: list[SupplySource] = strawberry.field(description="失电电源: supplies without voltage.")
    live_sources: list[SupplySource] = strawberry.field(description="带电电源: supplies with voltage.")
    transfer: Transfer | None = strawberry.field(
        description="切换: change-over made or awaited; null if there is none."
    )
    shed: list[Load] = strawberry.field(description="切除负荷: loads that the supplies left cannot carry.")
    on_emergency_source: bool = strawberry.field(description="自备电源供电: own sources carry what the grid does not.")
    deadlines: list[LoadDeadline] = strawberry.field(description="负荷时限: of critical loads, soonest first.")


@strawberry.type(description="受影响客户: a customer whom the event hits.")
class AffectedCustomer:
    """A customer hit."""

    found: strawberry.Private[service.AffectedCustomer]
    impact: strawberry.Private[service.Impact]

    customer: Customer = strawberry.field(description="客户: the customer.")
    state: SupplyState = strawberry.field(description="供电状态: of its worst receiving point, after the event.")
    before: SupplyState = strawberry.field(description="事前状态: of its worst receiving point, before the event.")
    loads_fed: LoadsFed = strawberry.field(description="负荷供电情况: what the grid feeds after the event.")
    on_emergency_source: bool = strawberry.field(description="自备电源供电: own sources carry what the grid does not.")
    most_urgent: LoadDeadline | None = strawberry.field(
        description="最紧迫时限: soonest deadline of a critical load; null if no harm is known."
    )

    @answers("受电点: each receiving point before and after.")
    def receiving_points(self, info: Info) -> list[AffectedReceivingPoint]:
        """Each receiving point."""
        return [_point(info.context, self.impact.at, point) for point in self.found.points]

    @answers("待切换: change-over that somebody has to make by hand; null if none would help.")
    def awaiting_transfer(self, info: Info) -> Transfer | None:
        """A transfer awaited."""
        return _transfer(info.context, self.found.after.awaiting_transfer)

    @answers("无冗余: true if all supplies that are still live hang on one single element.")
    def not_redundant(self) -> bool:
        """Whether one more failure takes everything."""
        return self.impact.single_point(self.found.customer) is not None

    @answers("单点: the nearest element that alone would take all supplies that are still live; null if there is none.")
    def single_point(self, info: Info) -> Entity | None:
        """The single point."""
        index = self.impact.single_point(self.found.customer)
        return None if index is None else info.context.graph.entity(index)

    @answers("取决于: switches of unknown position that decide this answer; it is the worse one.")
    def depends_on(self, info: Info) -> list[Entity]:
        """Switches that decide it."""
        return info.context.things(self.found.depends_on)

    @answers("责任分解表: who answers for this customer, by default at the moment of loss.")
    def responsibility(
        self,
        info: Info,
        roles: Annotated[list[ResponsibilityRole] | None, about("责任角色: only these; null = all.")] = None,
        at: Annotated[datetime | None, about("时间: null = the moment of loss.")] = None,
    ) -> ResponsibilityTable:
        """Who answers for the customer."""
        return table_of(info.context, self.found.customer, at or self.impact.at, roles)

    @answers("处置程序: procedure of the customer's approved plan for this state; null if there is none.")
    def procedure(self, info: Info) -> Procedure | None:
        """What to do."""
        graph = info.context.graph
        index = procedure_for(graph, self.found.customer, self.found.after.state)
        return None if index is None else graph.entity(index)  # type: ignore[return-value]


globals().update(connection_types("AffectedCustomer", "AffectedCustomer", __name__, "affected customers"))
if TYPE_CHECKING:
    AffectedCustomerConnection = Page[AffectedCustomer]


@strawberry.type(description="影响汇总: counts over all affected customers, exact.")
class ImpactSummary:
    """What it adds up to."""

    total_count: int = strawberry.field(description="总户数: affected customers.")
    customers: list[StateCount] = strawberry.field(description="按供电状态: customers by state after the event.")
    by_importance: list[ImportanceCount] = strawberry.field(description="按重要等级: customers by class.")
    by_loads_fed: list[LoadsFedCount] = strawberry.field(description="按负荷供电情况: customers by what is fed.")
    lost_kw: float = strawberry.field(description="失电负荷: power known to be without grid supply. [kW]")
    kw_unknown: int = strawberry.field(description="负荷不明户数: customers hit whose power is not known.")
    transformers: int = strawberry.field(description="失电变压器: transformers of the grid without supply.")
    feeders: list[Feeder] = strawberry.field(description="馈线: feeders that fed what is without supply.")
    stations: list[Substation] = strawberry.field(description="变电站: substations with a busbar without supply.")
    most_urgent: LoadDeadline | None = strawberry.field(description="最紧迫时限: soonest deadline of all.")
    most_urgent_customer: Customer | None = strawberry.field(description="最紧迫客户: whose deadline that is.")


@strawberry.type(description="影响范围: who is hit, and how badly, when equipment is opened or faulted.")
class Impact:
    """The answer."""

    found: strawberry.Private[service.Impact]

    cause: Cause = strawberry.field(description="原因: what happens to the equipment.")
    revision: Revision = strawberry.field(description="版本号: revision of the graph that the answer is true of.")
    as_of: datetime = strawberry.field(description="数据时间: when that revision was made.")
    at: datetime = strawberry.field(description="失电时间: moment of loss that deadlines run from.")

    @answers("设备: what was asked about.")
    def equipment(self, info: Info) -> list[Entity]:
        """What was asked about."""
        return info.context.things(self.found.equipment)

    @answers("动作设备: devices that trip.")
    def operated_by(self, info: Info) -> list[Entity]:
        """Devices that trip."""
        return info.context.things(self.found.operated_by)

    @answers(MAY_HAVE_TRIPPED)
    def may_have_tripped(self, info: Info) -> list[Entity]:
        """Why customers may be missing."""
        return info.context.things(self.found.may_have_tripped)

    @answers("单相熔断: fuses among them, which open phase by phase; the answer takes all phases as open.")
    def single_phase(self, info: Info) -> list[Entity]:
        """Fuses that trip."""
        return info.context.things(self.found.outage.single_phase)

    @answers("汇总: exact counts, and the most urgent deadline.")
    def summary(self, info: Info) -> ImpactSummary:
        """What it adds up to."""
        return _summary(info.context, self.found)

    @answers("受影响客户: people in danger first: unfed loads, deadline within the hour, class, state, name.")
    def customers(
        self,
        info: Info,
        filter: Annotated[AffectedFilterInput | None, about("筛选: which ones; null = all.")] = None,
        first: First = 50,
        after: After = None,
    ) -> AffectedCustomerConnection:
        """Affected customers, in order."""
        paging = self._paging(info.context, first, after, "customers", repr(filter))
        keyed = self.found.customers(filter.plain() if filter else None)
        page: Any = paging.cut_sorted(keyed, _key, lambda pair: _customer(info.context, self.found, pair[1]))
        return page  # type: ignore[no-any-return]

    @answers("失电设备: conducting equipment that loses supply, in order of id.")
    def equipment_without_supply(
        self,
        info: Info,
        kinds: Annotated[list[EntityKind] | None, about("类型: only these kinds; null = all equipment.")] = None,
        first: First = 50,
        after: After = None,
    ) -> EntityConnection:
        """Equipment without supply."""
        graph = info.context.graph
        paging = self._paging(info.context, first, after, "equipment", repr(kinds))
        return paging.cut(self.found.equipment_lost(kinds or ()), lambda at: (graph.id(at),), graph.entity)

    def _paging(self, context: Context, first: int, after: str | None, what: str, chosen: str) -> Paging:
        query = ("impact", what, chosen, self.cause.value, *map(context.graph.id, self.found.equipment))
        return Paging.of(first, after, at=self.at, revision=context.graph.revision, query=query)


def impact_of(
    context: Context, equipment: Sequence[str], cause: Cause, assume: Sequence[SwitchAssumption], stuck: Sequence[str],
    tripped: Sequence[str], at: datetime | None,
) -> Impact:  # fmt: skip
    """Who is hit when this equipment fails."""
    graph = context.graph
    open_now = [graph.index(each) for each in tripped]
    found = service.find_impact(
        context.model,
        [graph.index(each) for each in equipment],
        at or moment_of(context.model, open_now) or context.now,
        cause=cause,
        assume=[(graph.index(each.switch), each.position) for each in assume],
        stuck=[graph.index(each) for each in stuck],
        tripped=open_now,
    )
    return Impact(found=found, cause=cause, revision=Revision(graph.revision), as_of=graph.changed_at, at=found.at)


def _key(pair: tuple[service.SortKey, int]) -> service.SortKey:
    return pair[0]


def _customer(context: Context, impact: service.Impact, index: int) -> AffectedCustomer:
    found = impact.affected(index)
    return AffectedCustomer(
        found=found,
        impact=impact,
        customer=context.graph.entity(index),  # type: ignore[arg-type]
        state=found.after.state,
        before=found.before.state,
        loads_fed=found.after.loads_fed,
        on_emergency_source=found.after.on_emergency_source,
        most_urgent=_deadline(context, impact.at, found.most_urgent),
    )


def _point(context: Context, loss: datetime, point: service.AffectedPoint) -> AffectedReceivingPoint:
    graph, after = context.graph, point.after
    return AffectedReceivingPoint(
        receiving_point=graph.entity(after.point.index),  # type: ignore[arg-type]
        state=after.state,
        before=point.before.state,
        loads_fed=after.loads_fed,
        lost_sources=context.things(after.lost),
        live_sources=context.things(after.live),
        transfer=_transfer(context, after.transfer),
        shed=context.things(after.shed),
        on_emergency_source=after.on_emergency_source,
        deadlines=[_known_deadline(context, loss, each) for each in point.deadlines],
    )


def _transfer(context: Context, found: FoundTransfer | None) -> Transfer | None:
    if found is None:
        return None
    return Transfer(
        automatic=found.automatic,
        switches=context.things(found.switches),
        supplies=context.things(found.supplies),
        feeds=context.things(found.feeds),
        seconds=found.seconds,
        doer=found.doer,
    )


def _deadline(context: Context, loss: datetime, found: supply_state.LoadDeadline | None) -> LoadDeadline | None:
    return None if found is None else _known_deadline(context, loss, found)


def _known_deadline(context: Context, loss: datetime, found: supply_state.LoadDeadline) -> LoadDeadline:
    graph, deadline = context.graph, found.after(loss)
    return LoadDeadline(
        load=graph.entity(found.load),  # type: ignore[arg-type]
        permitted_seconds=found.permitted_s,
        seconds_from_loss=found.seconds,
        deadline=deadline,
        remaining_seconds=round((deadline - context.now).total_seconds(), 1),
        bridged_by=context.things(found.bridged_by),
        not_counted=context.things(found.not_counted),
    )


def _summary(context: Context, impact: service.Impact) -> ImpactSummary:
    graph, found = context.graph, impact.summary
    urgent = found.most_urgent_customer
    return ImpactSummary(
        total_count=found.customers,
        customers=[StateCount(state=state, count=count) for state, count in found.by_state.items()],
        by_importance=[ImportanceCount(importance=each, count=count) for each, count in found.by_importance.items()],
        by_loads_fed=[LoadsFedCount(loads_fed=each, count=count) for each, count in found.by_loads_fed.items()],
        lost_kw=found.lost_kw,
        kw_unknown=found.kw_unknown,
        transformers=found.transformers,
        feeders=context.things(found.feeders),
        stations=context.things(found.stations),
        most_urgent=_deadline(context, impact.at, found.most_urgent),
        most_urgent_customer=None if urgent is None else graph.entity(urgent),  # type: ignore[arg-type]
    )
