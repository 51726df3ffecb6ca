"""Escalations and messages of an incident in the API."""

from __future__ import annotations

from datetime import datetime

from graph_api.graphql.entities import EscalationRule, Person
from graph_api.graphql.projection import shown, shown_freely, shows
from graph_api.services.incident import escalation, telling_people
from schema.incident_terms import NoticeOutcome


@shows(
    telling_people.EscalationView,
    description="升级通知: 因无人确认而通知他人。 Nobody had acknowledged it, so others were told.",
)
class IncidentEscalation:
    """An escalation."""

    entry: int = shown("记录序号: 在时间线中的序号。 Order of its entry in the timeline.")
    at: datetime = shown("时间: 通知的时刻。 When.")
    due_at: datetime = shown("到期时间: 按规则应通知的时刻。 When its rule was to tell.")
    rule: EscalationRule | None = shown("规则: 所依据的规则，已删除时为空。 Its rule; null if that is gone.")
    people: list[Person] = shown(
        "通知人员: 所通知的人员，找不到人时为空列表。 Who was told; empty if nobody was found."
    )


@shows(
    escalation.Waiting,
    description="待升级: 届时仍无人确认即通知。 A rule that tells somebody unless it is acknowledged before.",
)
class WaitingEscalation:
    """A rule that waits."""

    rule: EscalationRule = shown("规则: 所依据的规则。 The rule.")
    due_at: datetime = shown("到期时间: 届时通知。 When it tells.")


@shows(
    telling_people.NoticeView,
    description="通知: 经一个渠道发给一人的一条通知。 A message to one person by one channel.",
)
class IncidentNotice:
    """A message."""

    key: str = shown("标识: 每次发送均相同，接收方据此去重。 The same each time that it is sent.")
    person: Person | None = shown("接收人: 人员已删除时为空。 To whom; null if that person is gone.")
    channel: str = shown("渠道: 渠道名称。 Name of the channel.")
    first_at: datetime = shown("首次发送时间: 首次发送的时刻。 When it was first sent.")
    attempts: int = shown("发送次数: 已发送的次数。 How often it was sent.")
    repeated: bool = shown(
        "可能重复: 此前可能已发出而再次发送的为 true。 Whether it was sent again although it may have gone out before."
    )
    outcome: NoticeOutcome | None = shown("结果: 尚不知时为空。 What came of it; null while that is not known.")
    reason = shown_freely("reason", "原因: 未发出的原因，没有时为空。 Why it was not taken; null = nothing to tell.")
