"""Rosters as the API shows them: who is on duty from when to when, and what is wrong with that."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from graph_api.graphql.entities import Person, Shift, Team
from graph_api.graphql.entities.arguments import LanguageArgument
from graph_api.graphql.enums import Language, clauses, described
from graph_api.graphql.fields import answers
from graph_api.graphql.projection import shown, shows
from graph_api.services.duty import watch
from schema.words import text_of

described(watch.RosterFindingKind, clauses(watch.RosterFindingKind))


@shows(
    watch.Watch, description="班次: 值班人员不变的一段时间。 A stretch of time in which the same people are on duty."
)
class Watch:
    """A watch."""

    start: datetime = shown("开始: 含。 From when on.")
    end: datetime = shown("结束: 不含。 Until when.")
    on_duty: list[Person] = shown("值班: 当班人员，无人时为空列表。 Who is on duty; empty = nobody.")
    standby: list[Person] = shown("待命: 备班待命人员。 Who is on standby.")


@shows(watch.RosterFinding, description="排班问题: 排班中的一处问题。 Something that is wrong with a roster.")
class RosterFinding:
    """A finding."""

    kind: watch.RosterFindingKind = shown("类型: 何问题。 What kind.")
    start: datetime = shown("开始: 问题开始的时刻。 From when on.")
    end: datetime = shown("结束: 问题结束的时刻。 Until when.")
    person: Person | None = shown("人员: 所涉人员，无人值班时为空。 Who; null of a gap.")
    shifts: list[Shift] = shown("值班记录: 所涉值班记录。 Rows of the roster that it comes from.")

    @answers("说明: 以一句话说明。 In words.")
    def text(self: Any, lang: LanguageArgument = Language.ZH) -> str:
        """In words."""
        return text_of(self.text, lang)


@shows(
    watch.TeamRoster, description="排班: 一个班组一段时间的值班安排。 Who of a team is on duty over a stretch of time."
)
class TeamRoster:
    """A roster."""

    team: Team = shown("班组: 所查的班组。 The team.")
    start: datetime = shown("开始: 所查时段的开始。 From when on.")
    end: datetime = shown("结束: 所查时段的结束。 Until when.")
    watches: list[Watch] = shown(
        "班次: 依次排列，合起来为整个时段。 Watches in order; together they are the whole stretch."
    )
    findings: list[RosterFinding] = shown("问题: 按时间排列。 What is wrong, the earliest first.")
