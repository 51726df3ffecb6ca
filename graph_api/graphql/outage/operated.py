"""Switches that were brought into a position, as the API shows them."""

from __future__ import annotations

from datetime import datetime

from graph_api.graphql.entities import Switch
from graph_api.graphql.projection import shown, shown_freely, shown_to_all, shows
from graph_api.services.outage import dead_before
from schema.vocabulary import SwitchPosition


@shows(
    dead_before.Operated,
    description="开关操作: 开关自何时起、由何人、凭何依据处于某一位置。 "
    "A switch brought into a position: since when, by "
    "whom, and by what means that is known.",
)
class Operated:
    """An operation."""

    switch: Switch = shown_to_all("开关: 所指的开关。 The switch.")
    position: SwitchPosition = shown("位置: 上报的位置。 Position that was reported.")
    at: datetime | None = shown("时间: 自何时起处于该位置，未登记时为空。 Since when; null = not recorded.")
    by = shown_freely("by", "上报人: 置位或上报的人，未登记时为空。 Who set or reported it; null = not recorded.")
    source = shown_freely("source", "依据: 位置的来源，未登记时为空。 By what means it is known; null = not recorded.")
