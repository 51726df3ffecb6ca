"""Questions of duty: who answers for what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

import strawberry

from graph_api.errors import InvalidInput
from graph_api.graphql.context import Info
from graph_api.graphql.duty.responsibility import ResponsibilityTable
from graph_api.graphql.duty.roster import TeamRoster
from graph_api.graphql.entities.computed import AtArgument
from graph_api.graphql.fields import about, answers
from graph_api.services.duty import decomposition as service
from graph_api.services.duty import watch
from graph_api.services.duty.decomposition import ResponsibilityForm
from graph_api.services.incident.subjects import subjects_of
from schema.registry import EntityKind
from schema.words import say

MOST = timedelta(days=100)
"""Longest stretch of a roster that is told at a time."""
_MOST_HOURS = 1_000
_YEARS = 1900, 9000


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
        for id in of:
            context.graph.index(id)
        every = subjects_of(context.whole if of else context.model, of, moment)
        things = list(filter(context.graph.holds, every))
        return service.decomposition(context.responsibilities(moment), things, form)  # type: ignore[return-value]

    @answers(
        "排班: 一个班组一段时间的值班安排及其问题；时刻 T 由谁值班、何时交班，取含 T 的班次。 Who of a team is on duty "
        "over a stretch of time, and what is wrong with that; at a moment it is the watch that holds it."
    )
    def roster(
        self,
        info: Info,
        team: Annotated[strawberry.ID, about("班组: 班组的标识。 Id of the team.")],
        start: Annotated[datetime | None, about("开始: 空值为现在。 From when on; null = now.")] = None,
        end: Annotated[
            datetime | None, about("结束: 空值为开始后 7 天，最长 100 天。 Until when; null = 7 days on, at most 100.")
        ] = None,
        most_hours: Annotated[
            int,
            about("最长连续值班: 单位为 h，超过的列为问题。 Hours without a break beyond which it is a finding. [h]"),
        ] = 24,
    ) -> TeamRoster | None:
        """The roster."""
        context = info.context
        index = context.graph.index(team)
        if context.graph.kind(index) is not EntityKind.TEAM:
            raise InvalidInput(say("{team} is no team. Send the id of one.", team=team), argument="team")
        begins = start or context.now
        if not _YEARS[0] <= begins.year < _YEARS[1]:
            raise InvalidInput(say("Send a start between the years 1900 and 9000."), argument="start")
        ends = end or begins + timedelta(days=7)
        if not timedelta(0) < ends - begins <= MOST or not 0 < most_hours <= _MOST_HOURS:
            raise InvalidInput(say("Send an end up to 100 days after the start, and 1 to 1,000 hours."), argument="end")
        found: Any = watch.TeamRoster(context.graph, index, begins, ends, timedelta(hours=most_hours))
        return found  # type: ignore[no-any-return]
