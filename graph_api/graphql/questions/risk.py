"""Questions before an incident: what is weak."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from graph_api.graphql.context import Info
from graph_api.graphql.fields import After, First, about, answers
from graph_api.graphql.lists.connections import Connection
from graph_api.graphql.readiness.findings import Finding, FindingFilter, findings_of
from graph_api.graphql.risk.planning import CutPairs, TieWorth, cut_pairs_of, tie_worths_of
from graph_api.graphql.risk.risks import (
    Contingency,
    RiskFilter,
    Screening,
    SupplyRisk,
    contingencies_of,
    risks_of,
    screening_of,
)
from schema.registry import EntityKind


@strawberry.type
class RiskQuestions:
    """What a planner asks."""

    @answers(
        "应急准备核查: 预案和责任岗位中尚未就绪之处，重要等级最高者在前。 What is not ready in plans and "
        "responsibility before anything happens, the most important customer first."
    )
    def readiness(
        self,
        info: Info,
        filter: Annotated[
            FindingFilter | None, about("筛选: 只看哪些问题，空值为全部。 Which findings; null = all.")
        ] = None,
        at: Annotated[
            datetime | None, about("时间: 所查询的时刻，空值为当前时间。 Moment asked about; null = now.")
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[Finding] | None:
        """What is not ready."""
        return findings_of(info.context, filter, at, first, after)  # type: ignore[return-value]

    @answers(
        "供电隐患: 客户供电的薄弱之处，重要等级最高者在前。 What is weak about "
        "customers' supply, the most important customer first."
    )
    def supply_risks(
        self,
        info: Info,
        filter: Annotated[RiskFilter | None, about("筛选: 只看哪些隐患，空值为全部。 Which risks; null = all.")] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[SupplyRisk] | None:
        """Weaknesses."""
        return risks_of(info.context, filter, first, after)  # type: ignore[return-value]

    @answers(
        "单一故障校核 (N-1): 电网中每个单一故障的后果，最严重者在前。 What every "
        "single fault in the grid costs, worst first."
    )
    def contingencies(
        self,
        info: Info,
        kinds: Annotated[
            list[EntityKind] | None,
            about("类型: 只看这些类型设备的故障，空值为全部。 Faults on these kinds; null = all."),
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[Contingency] | None:
        """N-1 sweep."""
        return contingencies_of(info.context, kinds, first, after)  # type: ignore[return-value]

    @answers(
        "N-1 校核规模: `contingencies` 校核的单一故障数及其中无影响的项数。 How many single faults `contingencies` "
        "considers, and how many of them cost nothing."
    )
    def screening(
        self,
        info: Info,
        kinds: Annotated[
            list[EntityKind] | None,
            about("类型: 只校核这些类型的设备；null 为全部。 Faults on these kinds; null = all."),
        ] = None,
    ) -> Screening | None:
        """What the sweep considered."""
        return screening_of(info.context, kinds)  # type: ignore[return-value]

    @answers(
        "双重故障校核 (N-2): 单一故障不致失电、但同时故障会使客户受电点失电的设备对。 Pairs of equipment whose loss "
        "together cuts a customer's receiving point off although no single loss does."
    )
    def cut_pairs(
        self,
        info: Info,
        customers: Annotated[
            list[strawberry.ID] | None,
            about("客户: 只校核这些客户；null 为全部特级客户。 Of these customers; null = all of the special class."),
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[CutPairs] | None:
        """N-2 sweep."""
        return cut_pairs_of(info.context, customers, first, after)  # type: ignore[return-value]

    @answers(
        "联络开关价值: 各联络开关对全部单一故障的价值，价值最大的在前。 What each open tie is worth over all single "
        "faults, the one worth most first."
    )
    def tie_worths(self, info: Info, first: First = 50, after: After = None) -> Connection[TieWorth] | None:
        """Worth of ties."""
        return tie_worths_of(info.context, first, after)  # type: ignore[return-value]
