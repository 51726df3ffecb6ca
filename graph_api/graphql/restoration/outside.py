"""Whom a plan is about out of the scope of who asks: counted, never named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph_api.graphql.projection import shown, shows
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.restoration.plan import PlanAccounts


@dataclass(frozen=True, slots=True)
class Outside:
    """Customers and public areas that who asks does not see."""

    back_count: int
    on_own_count: int
    still_out_count: int


@shows(
    Outside, description="范围外对象: 方案涉及的、不在可见范围内的客户和台区。 Whom a plan is about out of one's scope."
)
class PlanOutside:
    """Who is not named."""

    back_count: int = shown("恢复供电数: 由方案恢复的客户和台区数。 Customers and areas that are back by the plan.")
    on_own_count: int = shown("自备电源供电数: 由自备电源供电的客户数。 Customers on sources of their own.")
    still_out_count: int = shown("未恢复数: 仍停电的客户和台区数。 Customers and areas that are still out.")


def outside_of(accounts: PlanAccounts, graph: Snapshot) -> Outside:
    """Whom a plan is about of who is not there in a graph."""

    def count(things: Iterable[int]) -> int:
        return sum(not graph.holds(each) for each in things)

    if graph.is_whole:
        return Outside(0, 0, 0)
    return Outside(
        count(each.thing for each in accounts.back),
        count(each.customer for each in accounts.on_own),
        count(each.thing for each in accounts.still_out),
    )
