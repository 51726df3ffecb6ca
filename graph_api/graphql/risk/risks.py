"""Weak spots before they hurt: supply risks and single contingencies, as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import strawberry

from graph_api.graphql.context import Context, Info
from graph_api.graphql.entities import Customer, Entity, ReceivingPoint, Switch
from graph_api.graphql.enums import described
from graph_api.graphql.fields import First, answers
from graph_api.graphql.lists.connections import Connection, Paging, most
from graph_api.graphql.lists.cursors import query_hash
from graph_api.graphql.outage.counting import Areas, OtherLoads
from graph_api.graphql.projection import shown, shows
from graph_api.services.risk import contingencies as sweeps
from graph_api.services.risk import stakes
from graph_api.services.risk import supply_risks as service
from graph_api.services.risk.supply_risks import RiskKind
from schema.registry import EntityKind
from schema.supply_rules import SupplyDemand
from schema.vocabulary import Importance

described(
    RiskKind,
    {
        "SINGLE_POINT": "单点 · several live supplies hang on one piece of equipment",
        "SHARED_PROTECTION": "同一保护范围 · one fault trips every supply, though they hang on nothing in common",
        "COMMON_CAUSE": "共因 · a tower, corridor, risk group or station takes every supply with it",
        "CLASS_MISMATCH": "电源配置不满足等级要求 · the supply is less than a rule for the customer's class demands",
        "NO_INTERLOCK": "无联锁: 各路电源之间，或自备电源与电网之间无联锁。 Nothing keeps supplies, or an own source "
        "and the grid, from being joined.",
    },
)


@strawberry.input(description="隐患筛选: every condition that is given must hold.")
class RiskFilter:
    """Which risks."""

    kinds: list[RiskKind] | None = strawberry.field(default=None, description="类型: of these kinds; null = all.")
    importance: list[Importance] | None = strawberry.field(
        default=None, description="重要等级: of customers of these classes; null = all."
    )
    customers: list[strawberry.ID] | None = strawberry.field(
        default=None, description="客户: of these customers; null = all."
    )


@shows(
    service.SupplyRisk, description=("供电隐患: 受电点供电的一处薄弱环节。 One weakness of a receiving point's supply.")
)
class SupplyRisk:
    """A risk."""

    listed: ClassVar[str] = "supply risks"

    kind: RiskKind = shown("类型: 薄弱之处。 What is weak.")
    thing_count: int = shown("对象数: 造成隐患的对象数。 Things that are the cause.")
    demand: SupplyDemand | None = shown(
        "供电要求: 规定的要求；类型不是 CLASS_MISMATCH 时为 null。 What the rule asks for; null unless "
        "the kind is CLASS_MISMATCH."
    )
    found: float | None = shown("实有: 实际数值。 How much there is; null unless CLASS_MISMATCH.")
    required: float | None = shown("应有: 规定的最低数值。 Least that the rule asks for.")
    source: str = shown("依据: 规定的出处。 Who makes the rule; empty unless CLASS_MISMATCH.")
    customer: Customer = shown("客户: 供电所属客户。 Whose supply it is.")
    receiving_point: ReceivingPoint = shown("受电点: 隐患所在受电点。 Where.")

    @answers(
        "对象: 其中任一个都会使全部电源失电，近的在前。 Any one of them takes every supply, nearest "
        "first; `thingCount` tells of more."
    )
    def things(self: Any, info: Info, first: First = 50) -> list[Entity]:
        """The cause."""
        return info.context.things(self.things[: most(first)])


@shows(stakes.ClassCount, description="等级计数: 某一重要等级的客户数。 Customers of one importance class.")
class ClassCount:
    """A count."""

    importance: Importance = shown("重要等级: 客户的等级。 Which class.")
    count: int = shown("客户数: 该等级的客户数。 How many.")


@shows(
    sweeps.Contingency,
    description=("单一故障 (N-1): 一处故障在任何切换之前造成的影响。 What one fault costs before anybody switches."),
)
class Contingency:
    """A fault."""

    listed: ClassVar[str] = "contingencies"

    rank: int = shown("排名: 1 为最严重。 1 is the worst.")
    equipment_count: int = shown("设备数: 故障结果相同的设备数。 Pieces of equipment whose faults have this answer.")
    lost_count: int = shown(
        "失电客户数: 受影响后供电状态为失电的客户数。 Customers hit that have no live supply left at a receiving point."
    )
    degraded_count: int = shown(
        "其他受影响客户数: 只失去部分电源或部分负荷的客户数。 Customers hit otherwise: some supply is lost, or loads "
        "by a fault inside."
    )
    areas: Areas = shown("停电台区: 停电的公用台区。 Public distribution areas that go dark.")
    other_loads: OtherLoads = shown(
        "其他停电负荷: 停电且既无客户档案也无户数的负荷。 Loads that go dark of which neither a customer nor "
        "households are recorded."
    )
    lost_kw: float = shown(
        "失电负荷: 客户、台区和其他负荷中已知的失电负荷合计，与影响分析一致，单位 kW。 Power of all that is unfed, in "
        "kW, as far as it is known; as `impact` says it."
    )
    lost: list[ClassCount] = shown(
        "按等级失电客户数: 失电客户数按等级列出，不列零。 `lostCount` by class, the most important "
        "first, without zeros."
    )

    @answers(
        "设备: 故障结果相同的设备。 Equipment whose faults have this outcome: the same devices open, the same people "
        "are hit."
    )
    def equipment(self: Any, info: Info, first: First = 50) -> list[Entity]:
        """Where."""
        return info.context.things(self.equipment[: most(first)])

    trips: list[Switch] = shown("动作设备: 跳闸的设备。 Devices that open.")

    @answers("失电客户: 失电的客户，等级高的在前。 Who, the most important first; `lostCount` tells of more.")
    def customers(self: Any, info: Info, first: First = 50) -> list[Customer]:
        """Who."""
        found = sweeps.customers_lost(info.context.model, self)
        return info.context.things(found[: most(first)])


@shows(sweeps.Screening, description="N-1 校核规模: 校核了多少单一故障。 How many single faults were considered.")
class Screening:
    """What a sweep considered."""

    swept: int = shown("校核设备数: 校核其故障的设备数。 Pieces of equipment whose fault was considered.")
    harmless: int = shown(
        "无影响设备数: 其中故障不影响任何客户和负荷的设备数。 Those among them whose fault costs no "
        "customer and no power."
    )


def risks_of(
    context: Context, wanted: RiskFilter | None, first: int, after: str | None
) -> Connection[service.SupplyRisk]:
    """A page of supply risks."""
    graph, asked = context.graph, wanted or RiskFilter()
    ids = None if asked.customers is None else sorted(asked.customers)
    told = {"kinds": asked.kinds, "importance": asked.importance, "customers": ids, "revision": graph.revision}
    query = query_hash("supplyRisks", told)
    paging = Paging.of(first, after, at=context.now, revision=graph.revision, query=query)
    question = service.RiskQuestion(
        kinds=None if asked.kinds is None else frozenset(asked.kinds),
        importance=None if asked.importance is None else frozenset(asked.importance),
        customers=None if ids is None else tuple(map(graph.index, ids)),
    )
    found = service.known_supply_risks(context.model, question)
    return paging.cut_sorted(enumerate(found), lambda each: (each[0],), lambda each: each[1])


def contingencies_of(
    context: Context, kinds: Sequence[EntityKind] | None, first: int, after: str | None
) -> Connection[sweeps.Contingency]:
    """A page of single contingencies."""
    graph = context.graph
    told = {"kinds": kinds, "revision": graph.revision}
    query = query_hash("contingencies", told)
    paging = Paging.of(first, after, at=context.now, revision=graph.revision, query=query)
    sweep = screening_of(context, kinds)
    return paging.cut_sorted(sweep.contingencies, lambda each: (each.rank,), lambda each: each)


def screening_of(context: Context, kinds: Sequence[EntityKind] | None) -> sweeps.Screening:
    """What a sweep over faults on these kinds considered, and found."""
    return sweeps.screened_contingencies(context.model, kinds)
