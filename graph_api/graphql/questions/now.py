"""Questions of the present: who is out, and what stands otherwise than it should."""

from __future__ import annotations

from typing import Annotated

import strawberry

from graph_api.graphql.context import Info
from graph_api.graphql.explore.now import (
    CustomerOut,
    CustomersOutFilter,
    OpenSwitch,
    SwitchFilter,
    SwitchOffNormal,
    customers_out,
    open_points,
    switches_off_normal,
)
from graph_api.graphql.fields import After, First, about, answers
from graph_api.graphql.lists.connections import Connection

Switches = Annotated[SwitchFilter | None, about("筛选: 只看哪些开关，空值为全部。 Which switches; null = all.")]


@strawberry.type
class NowQuestions:
    """What is the matter now."""

    @answers(
        "当前失电客户: 当前失电、失去一路电源或负荷未全部供电的客户，最严重者在前。 Who is without supply, or has lost "
        "part of it, now: worst first."
    )
    def customers_out(
        self,
        info: Info,
        filter: Annotated[
            CustomersOutFilter | None, about("筛选: 只看哪些客户，空值为全部。 Which customers; null = all.")
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[CustomerOut] | None:
        """Who is out."""
        return customers_out(info.context, filter, first, after)

    @answers(
        "非正常位置开关: 当前位置与正常方式不符的开关，最近上报者在前。 Switches that stand otherwise than normal, "
        "reported last first."
    )
    def switches_off_normal(
        self, info: Info, filter: Switches = None, first: First = 50, after: After = None
    ) -> Connection[SwitchOffNormal] | None:
        """What is off normal."""
        return switches_off_normal(info.context, filter, first, after)

    @answers(
        "断开点: 处于分位的开关及两侧可转供的容量，按标识排列。 Switches that stand open, with what each side "
        "can still take, in order of id."
    )
    def open_points(
        self, info: Info, filter: Switches = None, first: First = 50, after: After = None
    ) -> Connection[OpenSwitch] | None:
        """Open points."""
        return open_points(info.context, filter, first, after)
