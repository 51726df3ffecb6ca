"""Questions of an incident: how to restore."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from graph_api.graphql.context import Info
from graph_api.graphql.fields import AS_OF, SINCE, TRIPPED, about, answers
from graph_api.graphql.outage.event import SwitchAssumption, event_of
from graph_api.graphql.restoration.plan import RestorationPlan
from graph_api.services.restoration.planning import restoration_of


@strawberry.type
class RestorationQuestions:
    """What a coordinator asks once it is known where the fault is."""

    @answers(
        "恢复方案: 隔离故障并恢复其余部分供电，首个方案以重要客户优先。 Cut a fault "
        "out and feed the rest again; the plan for the most important customers first."
    )
    def restoration(
        self,
        info: Info,
        equipment: Annotated[
            list[strawberry.ID],
            about("故障设备: 故障设备或代表它的对象的标识。 Ids of the faulty equipment, or of what stands for it."),
        ],
        assume: Annotated[
            list[SwitchAssumption] | None, about("假设: 不在当前位置的开关。 Switches in another position than now.")
        ] = None,
        stuck: Annotated[list[strawberry.ID] | None, about("拒动: 拒动的设备。 Devices that failed to trip.")] = None,
        fixed: Annotated[
            list[strawberry.ID] | None,
            about("不可操作的开关: 任何人都不能操作的开关。 Switches that nobody can operate."),
        ] = None,
        tripped: Annotated[list[strawberry.ID] | None, about(TRIPPED)] = None,
        since: Annotated[datetime | None, about(SINCE)] = None,
        at: Annotated[datetime | None, about(AS_OF)] = None,
    ) -> RestorationPlan | None:
        """Switching after a fault."""
        event = event_of(
            info.context,
            equipment=equipment,
            assume=assume,
            stuck=stuck,
            tripped=tripped,
            fixed=fixed,
            since=since,
            at=at,
        )
        return restoration_of(info.context.model, event)  # type: ignore[return-value]
