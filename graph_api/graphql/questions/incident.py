"""Questions of an incident: who is hit."""

from __future__ import annotations

import strawberry

from graph_api.graphql.context import Info
from graph_api.graphql.fields import answers
from graph_api.graphql.outage.event import takes_event
from graph_api.graphql.outage.impact import Impact
from graph_api.services.outage.event import Event
from graph_api.services.restoration.aftermath import answer


@strawberry.type
class IncidentQuestions:
    """What a coordinator asks."""

    @answers(
        "影响范围: 设备失效时影响哪些客户、程度如何，危及人身安全者在前。 Who is hit "
        "and how badly when equipment fails, people in danger first."
    )
    @takes_event(but=("fixed",))
    def impact(self, info: Info, event: Event) -> Impact | None:
        """Who is hit."""
        return answer(info.context.whole, event)  # type: ignore[return-value]
