"""Questions of an incident: how to restore."""

from __future__ import annotations

import strawberry

from graph_api.graphql.context import Info
from graph_api.graphql.fields import answers
from graph_api.graphql.outage.event import takes_event
from graph_api.graphql.restoration.plan import RestorationPlan
from graph_api.services.outage.event import Event
from graph_api.services.restoration.planning import restoration_of


@strawberry.type
class RestorationQuestions:
    """What a coordinator asks once it is known where the fault is."""

    @answers(
        "恢复方案: 隔离故障并恢复其余部分供电，修复后恢复正常方式，首个方案以重要客户优先。 Cut a fault "
        "out and feed the rest again, and back to normal once it is repaired; the plan for the most important "
        "customers first."
    )
    @takes_event(but=("cause",))
    def restoration(self, info: Info, event: Event) -> RestorationPlan | None:
        """Switching after a fault."""
        return restoration_of(info.context.whole, event)  # type: ignore[return-value]
