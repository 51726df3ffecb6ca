"""Double faults (N-2) and the worth of ties, as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import strawberry

from graph_api.errors import InvalidInput
from graph_api.graphql.context import Context, Info
from graph_api.graphql.entities import Customer, Entity, Switch
from graph_api.graphql.fields import First, answers
from graph_api.graphql.lists.connections import Connection, Paging, most
from graph_api.graphql.lists.cursors import query_hash
from graph_api.graphql.projection import shown, shows
from graph_api.graphql.risk.risks import ClassCount
from graph_api.services.risk import cut_pairs as pairs
from graph_api.services.risk import tie_worth as ties
from schema.registry import EntityKind
from schema.words import say


@strawberry.type(
    description=(
        "设备对: 同时故障会使受电点失电的两台设备。 Two pieces of equipment whose loss together cuts a "
        "receiving point off."
    )
)
class EquipmentPair:
    """A pair."""

    one: Entity = strawberry.field(description="设备一: 两台设备之一。 One of the two.")
    other: Entity = strawberry.field(description="设备二: 另一台设备。 The other.")


@shows(
    pairs.CutPairs,
    description=(
        "双重故障 (N-2): 使单一故障不致失电的受电点失电的设备对。 Pairs that cut off a receiving point "
        "which no single loss cuts off."
    ),
)
class CutPairs:
    """Pairs of a receiving point."""

    listed: ClassVar[str] = "receiving points with the pairs that cut them off"

    customer: Customer = shown("客户: 受电点所属的客户。 Whose receiving point it is.")
    supplies: list[Entity] = shown(
        "带电电源: 据以判断受电点各路电源是否带电的元件。 What tells whether the point's live supplies are live."
    )
    pair_count: int = shown("设备对数: 查得的设备对数。 Pairs found.")

    @answers("设备对: 按顺序列出；`pairCount` 为总数。 Pairs, in order; `pairCount` tells of more.")
    def pairs(self: Any, info: Info, first: First = 50) -> list[EquipmentPair]:
        """The pairs."""
        entity = info.context.graph.entity
        return [EquipmentPair(one=entity(one), other=entity(other)) for one, other in self.pairs[: most(first)]]

    examined: int = shown(
        "已校核设备数: 供电路径上已逐一退出校核的设备数。 Pieces of equipment on its supply paths that "
        "were taken out one by one."
    )
    relevant: int = shown(
        "供电路径设备数: 供电路径上的全部设备数；大于已校核数时表示未全部校核。 All pieces on its "
        "supply paths; where it is more, not all were examined."
    )


@shows(
    ties.TieWorth,
    description=(
        "联络开关价值: 缺少某联络开关时，全部单一故障下不能恢复供电的客户和负荷。 What would stay "
        "without supply, over all single faults, if an open tie were not there."
    ),
)
class TieWorth:
    """A tie."""

    listed: ClassVar[str] = "ties with their worth"

    tie: Switch = shown("联络开关: 处于分位的联络开关。 The open tie.")
    faults: int = shown("故障数: 只能依靠它恢复供电的故障数。 Faults after which nothing else does what it does.")
    lost: list[ClassCount] = shown(
        "按等级失电客户数: 这些故障下不能恢复供电的客户数，按等级累计，不列零。 Customers that would "
        "stay without supply, over these faults, by class, without zeros."
    )
    lost_kw: float = shown(
        "失电负荷: 这些故障下不能恢复供电的负荷合计，单位 kW。 Power that would stay without supply, "
        "over these faults, in kW."
    )


def cut_pairs_of(
    context: Context, customers: Sequence[str] | None, first: int, after: str | None
) -> Connection[pairs.CutPairs]:
    """A page of receiving points, in the order of the customers; null = all of the special class.

    Raises InvalidInput for what is no customer.
    """
    graph = context.graph
    ids = None if customers is None else list(dict.fromkeys(customers))
    told = {"customers": ids, "revision": graph.revision}
    paging = Paging.of(first, after, at=context.now, revision=graph.revision, query=query_hash("cutPairs", told))
    chosen = None if ids is None else [_customer(context, each) for each in ids]
    found = pairs.known_cut_pairs(context.model, chosen)
    return paging.cut_sorted(enumerate(found), lambda each: (each[0],), lambda each: each[1])


def _customer(context: Context, entity_id: str) -> int:
    index = context.graph.index(entity_id)
    if context.graph.kind(index) is not EntityKind.CUSTOMER:
        raise InvalidInput(say("{id} is no customer; name customers.", id=entity_id), id=entity_id)
    return index


def tie_worths_of(context: Context, first: int, after: str | None) -> Connection[ties.TieWorth]:
    """A page of ties, the one worth most first."""
    graph = context.graph
    query = query_hash("tieWorths", {"revision": graph.revision})
    paging = Paging.of(first, after, at=context.now, revision=graph.revision, query=query)
    found = ties.known_worth_of_ties(context.model)
    return paging.cut_sorted(enumerate(found), lambda each: (each[0],), lambda each: each[1])
