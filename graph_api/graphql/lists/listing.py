"""Lists of things by kind: customers, feeders, substations, equipment, people, teams, plans."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import strawberry

from graph_api.graphql.context import Context
from graph_api.graphql.enums import described
from graph_api.graphql.lists.connections import Connection, Paging
from graph_api.graphql.lists.cursors import query_hash
from graph_api.services.explore.listing import (
    CustomerFilter,
    CustomerOrder,
    list_customers,
    list_loads,
    list_things,
)
from schema.registry import EntityKind
from schema.vocabulary import AreaClass, CustomerStatus, Importance

described(
    CustomerOrder,
    {
        "IMPORTANCE": "重要等级 · most important class first, then by name",
        "NAME": "名称 · by name",
        "CONTRACT": "合同容量 · largest contracted capacity first, then by name",
    },
)


@strawberry.input(
    name="CustomerFilter",
    description="客户筛选: 只看哪些客户，未填的条件不限。 Which customers; what is left out does not matter.",
)
class CustomerFilterInput:
    """Which customers."""

    text: str | None = strawberry.field(
        default=None, description="文本: 名称、别名或编号的一部分。 Part of the name, an alias or the number."
    )
    importance: list[Importance] | None = strawberry.field(
        default=None, description="重要等级: 属于其中任一等级。 Any of these classes."
    )
    status: list[CustomerStatus] | None = strawberry.field(
        default=None, description="客户状态: 属于其中任一状态。 Any of these."
    )
    area_class: list[AreaClass] | None = strawberry.field(
        default=None, description="地区类别: 属于其中任一类别。 Any of these."
    )
    key_account: bool | None = strawberry.field(
        default=None, description="大客户: 只看大客户，或只看其余客户。 Key accounts only, or only others."
    )
    within: strawberry.ID | None = strawberry.field(
        default=None,
        description="范围: 所属或台账供电的区域、单位、厂站或馈线的标识。 Id of an area, company, station "
        "or feeder it lies in or, by the ledger, is fed from.",
    )

    def plain(self) -> CustomerFilter:
        """The filter as the service takes it."""
        return CustomerFilter(
            text=self.text,
            importance=frozenset(self.importance or ()),
            status=frozenset(self.status or ()),
            area_class=frozenset(self.area_class or ()),
            key_account=self.key_account,
            within=self.within,
        )


@strawberry.input(
    name="ThingFilter",
    description="筛选: 只看哪些对象，未填的条件不限。 Which things; what is left out does not matter.",
)
class ThingFilterInput:
    """Which things."""

    text: str | None = strawberry.field(
        default=None, description="文本: 名称、别名或编号的一部分。 Part of the name, an alias or the number."
    )
    within: strawberry.ID | None = strawberry.field(
        default=None,
        description="范围: 所属区域、厂站、馈线或单位的标识，层级不限。 Id of what it lies in "
        "(area, station, feeder, company), over any steps.",
    )


@strawberry.input(
    name="LoadFilter",
    description="批次筛选: 只看哪些数据批次，未填的条件不限。 Which loads; what is left out does not matter.",
)
class LoadFilterInput:
    """Which loads."""

    system: str | None = strawberry.field(
        default=None, description="源系统: 来自该源系统的批次。 Those of this source system."
    )
    number: int | None = strawberry.field(default=None, description="批次号: 该号的批次。 The one of this number.")
    with_rejects: bool | None = strawberry.field(
        default=None,
        description="有未入库记录: true 为只看有未入库记录的批次，false 为只看其余批次。 Only those with rejected "
        "rows, or only the others.",
    )


def page_of_customers(
    context: Context, chosen: CustomerFilterInput | None, order: CustomerOrder, first: int, after: str | None
) -> Connection[Any]:
    """A page of customers."""
    query = query_hash("customers", {"filter": chosen, "orderBy": order})
    paging = Paging.of(first, after, at=context.now, revision=context.graph.revision, query=query)
    plain = chosen.plain() if chosen else CustomerFilter()
    return paging.cut_ranked(list_customers(context.model, plain, order), context.graph.entity)


def page_of_things(
    context: Context,
    name: str,
    kinds: Collection[EntityKind],
    chosen: ThingFilterInput | None,
    first: int,
    after: str | None,
) -> Connection[Any]:
    """A page of things of some kinds."""
    query = query_hash(name, {"kinds": sorted(kinds), "filter": chosen})
    paging = Paging.of(first, after, at=context.now, revision=context.graph.revision, query=query)
    chosen = chosen or ThingFilterInput()
    found = list_things(context.model, kinds, text=chosen.text, within=chosen.within)
    return paging.cut_ranked(found, context.graph.entity)


def page_of_loads(context: Context, chosen: LoadFilterInput | None, first: int, after: str | None) -> Connection[Any]:
    """A page of loads."""
    query = query_hash("loads", {"filter": chosen})
    paging = Paging.of(first, after, at=context.now, revision=context.graph.revision, query=query)
    asked = chosen or LoadFilterInput()
    found = list_loads(context.model, system=asked.system, number=asked.number, with_rejects=asked.with_rejects)
    return paging.cut_keyed(found, context.graph.entity)
