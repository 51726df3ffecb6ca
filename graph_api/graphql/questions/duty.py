"""Questions of duty: who answers for what."""

from __future__ import annotations

from typing import Annotated

import strawberry

from graph_api.graphql.context import Info
from graph_api.graphql.duty.responsibility import ResponsibilityTable
from graph_api.graphql.entities.computed import AtArgument
from graph_api.graphql.fields import about, answers
from graph_api.services.duty import decomposition as service
from graph_api.services.duty.decomposition import ResponsibilityForm
from graph_api.services.incident.subjects import subjects_of


@strawberry.type
class DutyQuestions:
    """What a coordinator asks of the people."""

    @answers(
        "供电保障责任分解表: 多个对象合并的责任分解表，同一人在同一岗位只列一次；馈线、变电站、区域含其客户，应急事件"
        "含故障设备和受影响客户。 Who answers for several things together, nobody listed twice in a role; a feeder, "
        "station or area comes with its customers, an incident with its equipment and whom it hits."
    )
    def responsibility_table(
        self,
        info: Info,
        of: Annotated[
            list[strawberry.ID],
            about(
                "对象: 客户、设备、馈线、区域或应急事件的标识，空列表为全市全部重要客户。 Ids of customers, equipment, "
                "feeders, areas or incidents; none = every customer that is listed as important."
            ),
        ],
        at: AtArgument = None,
        form: Annotated[
            ResponsibilityForm, about("形式: 按组别合并，或逐个对象列出。 Merged by groups, or thing by thing.")
        ] = ResponsibilityForm.GROUPS,
    ) -> ResponsibilityTable | None:
        """The table."""
        context = info.context
        moment = context.moment(at)
        things = subjects_of(context.model, of, moment)
        return service.decomposition(context.responsibilities(moment), things, form)  # type: ignore[return-value]
