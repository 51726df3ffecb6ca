"""Questions of an incident: where the fault can be."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from graph_api.graphql.context import Info
from graph_api.graphql.fields import about, answers
from graph_api.graphql.location.fault_location import EvidenceList, FaultLocation, location_of
from graph_api.graphql.outage.event import SwitchAssumption


@strawberry.type
class LocationQuestions:
    """What a coordinator asks while nobody knows where it is."""

    @answers(
        "故障定位: 根据已收到的信息判断故障可能在哪里，概率最大者在前。 Where the "
        "fault can be, given what was reported; the most probable places first."
    )
    def locate_fault(
        self,
        info: Info,
        evidence: EvidenceList,
        assume: Annotated[
            list[SwitchAssumption] | None,
            about("假设: 故障前与当前不同的开关位置。 Positions before the fault, where they differ from now."),
        ] = None,
        since: Annotated[
            datetime | None,
            about(
                "失电时刻: 此后上报的开关位置不计入事前状态；空值为 `at`。 Moment of loss: positions reported later "
                "are undone for what was before; null = `at`."
            ),
        ] = None,
        at: Annotated[
            datetime | None, about("时间: 所查询的时刻，空值为当前时间。 Moment asked about; null = now.")
        ] = None,
    ) -> FaultLocation | None:
        """Where the fault can be."""
        return location_of(info.context, evidence, at, assume or (), since)  # type: ignore[return-value]
