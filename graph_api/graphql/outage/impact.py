"""Impact in the API: who is hit and how badly."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry

from graph_api.graphql.context import Context, Info
from graph_api.graphql.duty.responsibility import Call
from graph_api.graphql.entities import Customer, Entity, Feeder, Substation
from graph_api.graphql.fields import MAY_HAVE_TRIPPED, After, First, about, answers
from graph_api.graphql.lists.connections import Connection, Paging
from graph_api.graphql.lists.cursors import query_hash
from graph_api.graphql.outage.affected import AffectedCustomer, LoadDeadline
from graph_api.graphql.projection import shown, shows
from graph_api.services.duty.calling import call_sheet
from graph_api.services.outage import impact as service
from graph_api.services.outage import summary
from graph_api.services.outage.event import Cause
from schema.numbers import Revision
from schema.registry import EntityKind
from schema.vocabulary import Importance, LoadsFed, SupplyState

__all__ = ["Impact"]


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


@shows(summary.StateCount, description="供电状态计数: how many affected customers are in a supply state.")
class StateCount:
    """Customers in a state."""

    state: SupplyState = shown("供电状态: the state after the event.")
    count: int = shown("户数: customers in it, exact.")


@shows(summary.ImportanceCount, description="重要等级计数: how many affected customers are of a class.")
class ImportanceCount:
    """Customers of a class."""

    importance: Importance = shown("重要等级: the class.")
    count: int = shown("户数: customers of it, exact.")


@shows(
    summary.LoadsFedCount,
    description="负荷供电计数: how many affected customers have all, some or none of their loads fed.",
)
class LoadsFedCount:
    """Customers by loads fed."""

    loads_fed: LoadsFed = shown("负荷供电情况: what the grid feeds after the event.")
    count: int = shown("户数: customers, exact.")


@shows(summary.ImpactSummary, description="影响汇总: counts over all affected customers, exact.")
class ImpactSummary:
    """What it adds up to."""

    total_count: int = shown("总户数: affected customers.")
    customers: list[StateCount] = shown("按供电状态: customers by state after the event.")
    by_importance: list[ImportanceCount] = shown("按重要等级: customers by class.")
    by_loads_fed: list[LoadsFedCount] = shown("按负荷供电情况: customers by what is fed.")
    lost_kw: float = shown("失电负荷: power known to be without grid supply. [kW]")
    kw_unknown: int = shown("负荷不明户数: customers hit whose power is not known.")
    transformers: int = shown("失电变压器: transformers of the grid without supply.")
    feeders: list[Feeder] = shown("馈线: feeders that fed what is without supply.")
    stations: list[Substation] = shown("变电站: substations with a busbar without supply.")
    most_urgent: LoadDeadline | None = shown("最紧迫时限: soonest deadline of all.")
    most_urgent_customer: Customer | None = shown("最紧迫客户: whose deadline that is.")


@shows(service.Impact, description="影响范围: who is hit, and how badly, when equipment is opened or faulted.")
class Impact:
    """The answer."""

    cause: Cause = shown("原因: what happens to the equipment.")
    revision: Revision = shown("版本号: revision of the graph that the answer is true of.")
    as_of: datetime = shown("数据时间: when that revision was made.")
    at: datetime = shown("失电时间: moment of loss that deadlines run from.")

    equipment: list[Entity] = shown("设备: what was asked about.")
    operated_by: list[Entity] = shown("动作设备: devices that trip.")
    may_have_tripped: list[Entity] = shown(MAY_HAVE_TRIPPED)
    single_phase: list[Entity] = shown(
        "熔断器（可能缺相）: fuses among them, which open phase by phase; the answer takes all phases as open."
    )
    summary: ImpactSummary = shown("汇总: exact counts, and the most urgent deadline.")

    supplies_gained: int = shown("复电电源数: supplies without voltage that get it by what is assumed.")

    @answers("应急联络表: whom to call about it, each person once: about the equipment first, then by deadline.")
    def calls(self: Any) -> list[Call]:
        """Whom to call."""
        return call_sheet(self)  # type: ignore[return-value]

    @answers("受影响客户: people in danger first: unfed loads, deadline within the hour, class, state, name.")
    def customers(
        self: Any,
        info: Info,
        filter: Annotated[AffectedFilterInput | None, about("筛选: which ones; null = all.")] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[AffectedCustomer]:
        """Affected customers, in order."""
        paging = _paging(self, info.context, first, after, "customers", {"filter": filter})
        keyed = self.customers(filter.plain() if filter else None)
        return paging.cut_sorted(keyed, _key, lambda pair: self.affected(pair[1]))

    @answers("失电设备: conducting equipment that loses supply, in order of id.")
    def equipment_without_supply(
        self: Any,
        info: Info,
        kinds: Annotated[list[EntityKind] | None, about("类型: only these kinds; null = all equipment.")] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[Entity]:
        """Equipment without supply."""
        graph = info.context.graph
        paging = _paging(self, info.context, first, after, "equipment", {"kinds": kinds})
        return paging.cut(self.equipment_lost(kinds or ()), lambda at: (graph.id(at),), graph.entity)


def _paging(
    found: service.Impact, context: Context, first: int, after: str | None, what: str, chosen: dict[str, object]
) -> Paging:
    of = [context.graph.id(index) for index in found.equipment]
    query = query_hash("impact", {"list": what, **chosen, "cause": found.cause, "of": of})
    return Paging.of(first, after, at=found.at, revision=context.graph.revision, query=query)


def _key(pair: tuple[service.SortKey, int]) -> service.SortKey:
    return pair[0]
