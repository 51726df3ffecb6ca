"""Questions of an incident: who is hit."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from graph_api.graphql.context import Info
from graph_api.graphql.fields import AS_OF, SINCE, TRIPPED, about, answers
from graph_api.graphql.outage.event import SwitchAssumption, event_of
from graph_api.graphql.outage.impact import Impact
from graph_api.services.outage.event import Cause
from graph_api.services.restoration.aftermath import answer


@strawberry.type
class IncidentQuestions:
    """What a coordinator asks."""

    @answers(
        "影响范围: 设备失效时影响哪些客户、程度如何，危及人身安全者在前。 Who is hit "
        "and how badly when equipment fails, people in danger first."
    )
    def impact(
        self,
        info: Info,
        equipment: Annotated[
            list[strawberry.ID],
            about(
                "设备: 最多 100 个设备的标识，或代表设备的馈线、变电站、杆塔、通道、"
                "共因风险组等。 Ids of up to 100 pieces of equipment, or of what stands for "
                "it: feeder, substation, tower, corridor, risk group, receiving point, "
                "customer."
            ),
        ],
        cause: Annotated[Cause, about("原因: 设备发生的情况。 What happens to it.")] = Cause.FAULTED,
        assume: Annotated[
            list[SwitchAssumption] | None, about("假设: 不在当前位置的开关。 Switches in another position than now.")
        ] = None,
        stuck: Annotated[
            list[strawberry.ID] | None,
            about(
                "拒动: 拒动的设备，故障范围越过它继续扩大。 Devices that fail to trip; the "
                "fault's zone goes on behind them."
            ),
        ] = None,
        tripped: Annotated[list[strawberry.ID] | None, about(TRIPPED)] = None,
        since: Annotated[datetime | None, about(SINCE)] = None,
        at: Annotated[datetime | None, about(AS_OF)] = None,
    ) -> Impact | None:
        """Who is hit."""
        event = event_of(
            info.context,
            equipment=equipment,
            cause=cause,
            assume=assume,
            stuck=stuck,
            tripped=tripped,
            since=since,
            at=at,
        )
        return answer(info.context.model, event)  # type: ignore[return-value]
