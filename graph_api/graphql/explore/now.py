"""What is not as it should be now, as the API shows it: customers out, switches off normal, open points."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import strawberry

from graph_api.graphql.context import Context
from graph_api.graphql.entities import ConnectivityNode, Customer, Feeder, SupplySource, Switch
from graph_api.graphql.lists.connections import Connection, Paging
from graph_api.graphql.lists.cursors import query_hash
from graph_api.graphql.outage.affected import Transfer
from graph_api.graphql.projection import shown, shown_freely, shows
from graph_api.services.explore import now as service
from graph_api.services.explore import open_points as points
from graph_api.services.explore.ranked import Listed
from schema.vocabulary import Importance, LoadsFed, SupplyState, SwitchPosition


@shows(
    points.OpenSide,
    description="断开点一侧: 开关一侧的馈线和可再转供的容量。 One side of an open switch: its feeders and spare power.",
)
class OpenSide:
    """A side."""

    node: ConnectivityNode = shown("连接节点: 该侧的连接节点。 Node of this side.")
    energised: bool = shown("带电: 该侧当前是否带电。 Whether this side is live now.")
    feeders: list[Feeder] = shown("馈线: 当前为该侧供电的馈线。 Feeders that feed this side now.")
    spare_kw: float | None = shown(
        "可转供容量: 在当前潮流之外该侧还能承担的负荷，单位为 kW；不带电或无额定值时为空。 Power that this side "
        "can take beside what flows now, in kW; null if it is dead or no rating is recorded."
    )
    spare_a: float | None = shown(
        "可转供电流: 同上，单位为 A；电压不明时为空。 The same as a current, in A; null if no voltage is recorded."
    )


@shows(
    points.OpenPoint,
    description="断开点: 处于分位的开关，联络开关属于两侧馈线，末端断开点属于带电一侧的馈线。 A switch that "
    "stands open: a tie belongs to both feeders, an open end to its live one.",
)
class OpenSwitch:
    """An open point."""

    listed: ClassVar[str] = "switches that stand open"
    switch: Switch = shown("开关: 处于分位的开关。 The switch.")
    feeders: list[Feeder] = shown("馈线: 在此相接的馈线。 Feeders that meet here.")
    sides: list[OpenSide] = shown("两侧: 按端子次序。 Its sides, in order of its terminals.")


@shows(
    service.SwitchOffNormal,
    description="非正常位置开关: 当前位置与正常方式不符或位置不明的开关。 A switch that stands otherwise than "
    "normal, or whose position is unknown.",
)
class SwitchOffNormal:
    """A switch off normal."""

    listed: ClassVar[str] = "switches that stand otherwise than normal"
    switch: Switch = shown("开关: 所指的开关。 The switch.")
    normal: SwitchPosition = shown("正常位置: 正常运行方式下的位置。 Position in the normal diagram.")
    position: SwitchPosition = shown("当前位置: 最近上报的位置。 Position as last reported.")
    since: datetime | None = shown("自何时: 上报该位置的时间，未登记时为空。 When it was reported; null = unknown.")
    by = shown_freely("by", "置位人: 置位或上报该位置的人，未登记时为空。 Who set it; null = not recorded.")
    source = shown_freely(
        "source", "依据: 位置的来源，如遥信、计划工作，未登记时为空。 By what means it is known, else null."
    )
    feeders: list[Feeder] = shown("馈线: 所属的带电馈线，断开时为两侧馈线。 Feeders it belongs to now.")
    open_point: OpenSwitch | None = shown("断开点: 处于分位时的两侧情况。 Its sides where it stands open; null if not.")


@shows(
    service.CustomerOut,
    description="失电客户: 当前失电、失去一路电源或负荷未全部供电的客户。 A customer who is without supply, has "
    "lost a supply, or has loads unfed now.",
)
class CustomerOut:
    """A customer."""

    listed: ClassVar[str] = "customers who are out now"
    customer: Customer = shown("客户: 所指的客户。 The customer.")
    state: SupplyState = shown("供电状态: 最严重的受电点的状态。 Of the worst receiving point.")
    loads_fed: LoadsFed = shown("负荷供电情况: 电网当前供电的负荷。 What the grid feeds.")
    unfed_kw: float | None = shown(
        "未供负荷: 电网未供电的负荷，单位为 kW，不明时为空。 Unfed power, kW; null = unknown."
    )
    on_emergency_source: bool = shown("自备电源供电: 是否由自备电源供电。 Whether own sources carry any load.")
    awaiting_transfer: Transfer | None = shown("待手动切换: 等待人工切换的电源。 A transfer that waits for a hand.")
    live_sources: list[SupplySource] = shown("带电电源: 当前带电的供电电源。 Supplies with voltage.")
    released: list[SupplySource] = shown(
        "失压脱扣待复位: 已来电但进线开关失压脱扣、尚未合上的电源。 Supplies with voltage that feed nothing until the "
        "customer's electrician closes what released."
    )
    lost_sources: list[SupplySource] = shown("失电电源: 失电或退出运行的供电电源。 Supplies without voltage.")
    place_unknown: list[Feeder] = shown(
        "接入位置未录入的线路: 这些线路部分失电，只知客户属于该线路、不知是否在失电部分；按失电给出。 Feeders of which "
        "a part is dead, and nobody knows whether it hangs on that: it is told as if it did."
    )
    may_be_live_by: list[Switch] = shown(
        "自投未上报: 备自投可能已合上、至今无人上报位置的开关；按事件推演时视为已动作，此处仍按已上报的位置列为失电。 "
        "Switches that an automatic transfer of the grid may have closed, and that nobody has reported since: an event "
        "takes them to have closed, this list goes by what is reported."
    )


@strawberry.input(description="失电客户筛选: 只看哪些失电客户，未填的条件不限。 Which customers that are out.")
class CustomersOutFilter:
    """Which ones."""

    states: list[SupplyState] | None = strawberry.field(
        default=None, description="供电状态: 属于其中任一状态。 Any of these states."
    )
    loads_fed: list[LoadsFed] | None = strawberry.field(
        default=None, description="负荷供电情况: 属于其中任一情况。 Any of these."
    )
    importance: list[Importance] | None = strawberry.field(
        default=None, description="重要等级: 属于其中任一等级。 Any of these classes."
    )
    within: strawberry.ID | None = strawberry.field(
        default=None,
        description="范围: 所属或供电的区域、单位、厂站或馈线的标识。 Id of an area, company, station or feeder "
        "that it lies in or is supplied from.",
    )


@strawberry.input(description="开关筛选: 只看哪些开关，未填的条件不限。 Which switches.")
class SwitchFilter:
    """Which ones."""

    within: strawberry.ID | None = strawberry.field(
        default=None,
        description="范围: 所属区域、单位、厂站或馈线的标识，联络开关属于两侧馈线。 Id of an area, company, "
        "station or feeder that it belongs to; a tie belongs to both feeders.",
    )


def customers_out(
    context: Context, chosen: CustomersOutFilter | None, first: int, after: str | None
) -> Connection[Any]:
    """A page of customers who are out."""
    query = query_hash("customersOut", {"filter": chosen})
    paging = Paging.of(first, after, at=context.now, revision=context.graph.revision, query=query)
    asked = chosen or CustomersOutFilter()
    _within(context, asked.within)
    wanted = service.OutFilter(
        states=frozenset(asked.states or ()),
        loads_fed=frozenset(asked.loads_fed or ()),
        importance=frozenset(asked.importance or ()),
        within=asked.within,
    )
    model = context.whole
    found = _seen(context, service.list_customers_out(model, wanted))
    return paging.cut_keyed(found, lambda at: service.customer_out(model, at))


def switches_off_normal(
    context: Context, chosen: SwitchFilter | None, first: int, after: str | None
) -> Connection[Any]:
    """A page of switches off normal."""
    query = query_hash("switchesOffNormal", {"filter": chosen})
    paging = Paging.of(first, after, at=context.now, revision=context.graph.revision, query=query)
    model, within = context.whole, _within(context, None if chosen is None else chosen.within)
    found = _seen(context, service.list_switches_off_normal(model, within))
    return paging.cut_keyed(found, lambda at: service.switch_off_normal(model, at))


def open_points(context: Context, chosen: SwitchFilter | None, first: int, after: str | None) -> Connection[Any]:
    """A page of open points."""
    query = query_hash("openPoints", {"filter": chosen})
    paging = Paging.of(first, after, at=context.now, revision=context.graph.revision, query=query)
    model, within = context.whole, _within(context, None if chosen is None else chosen.within)
    found = _seen(context, points.list_open_points(model, within))
    return paging.cut_keyed(found, lambda at: points.open_point_of(model, at))


def _within(context: Context, id: str | None) -> str | None:
    """The id of what a list is of. Raises UnknownEntity for what is not there for who asks."""
    if id is not None:
        context.graph.index(id)
    return id


def _seen(context: Context, found: list[Listed]) -> list[Listed]:
    """Those that are there for who asks."""
    return [each for each in found if context.graph.holds(each[1])]
