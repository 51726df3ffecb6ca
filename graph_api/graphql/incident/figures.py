"""Figures of an incident in the API."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import strawberry

from graph_api.graphql.entities import Customer
from graph_api.graphql.enums import clauses, described
from graph_api.graphql.projection import shown, shows
from graph_api.services.incident import figures, gaps

described(figures.MilestoneKind, clauses(figures.MilestoneKind))


@shows(figures.Milestone, description="事件节点: 处置过程到达的一个节点。 What an incident came to, and when.")
class Milestone:
    """A milestone."""

    kind: figures.MilestoneKind = shown("节点: 何节点。 What.")
    at: datetime = shown("时间: 到达的时刻。 When.")
    minutes: float = shown("距失电: 自失电时刻起，单位为 min。 From the moment of loss on. [min]")


@shows(figures.Figures, description="事件指标: 由处置记录得出的时间和停电量。 Times, and what was not supplied.")
class IncidentFigures:
    """The figures."""

    milestones: list[Milestone] = shown("节点: 已到达的节点，按时间排列。 What was reached, in order.")
    peak_out: int = shown("最多停电户数: 同时未全部供电的最多客户数。 Most customers not fully fed at a time.")
    customer_hours: float = shown(
        "停电时户数: 各客户未全部供电时间之和，单位为 h。 Hours without full supply of all customers together. [h]"
    )
    peak_areas: int = shown("最多停电台区数: 同时失电的最多公用台区数。 Most public areas without supply at a time.")
    area_hours: float = shown("停电台区时数: 各台区失电时间之和，单位为 h。 The same of public areas. [h]")
    lost_kwh: float = shown("损失电量: 已知失电负荷未供的电量，单位为 kWh。 Energy not supplied. [kWh]")


@shows(
    gaps.Gap,
    description="客户停电时间: 一户客户因本事件未全部供电的时间。 From when until when an incident left a customer "
    "without full supply.",
)
class CustomerInterruption:
    """A customer's times without full supply."""

    listed: ClassVar[str] = "customers whom an incident left without full supply"

    customer_id: strawberry.ID = shown("客户标识: 客户的标识。 Id of the customer, also of one that is gone.")
    customer: Customer | None = shown("客户: 已删除时为空。 The customer; null if it is gone.")
    since: datetime = shown("停电时刻: 首次失去供电的时刻。 When it was first lost.")
    until: datetime | None = shown(
        "复电时刻: 末次恢复供电的时刻，尚未恢复、已移出时为空。 When it was last fed again; null = not yet, or it went."
    )
    minutes: float = shown("停电时长: 各次之和，单位为 min。 All of it together. [min]")
    times: int = shown("停电次数: 失去供电的次数。 How often it was lost.")
    went: bool = shown(
        "已移出: 已随拆分出的事件另行计时，此后不计入本事件。 True if it went with what was split off: it is counted "
        "there since."
    )
