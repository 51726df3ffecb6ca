"""Switching (人工置位): the current position of a switch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar

from graph_api.commands.checks import CLOCK_SKEW, Checks
from graph_api.commands.command import Command, Result, Verdict
from graph_api.commands.edits import Edit, Problems
from graph_api.commands.reporting import is_newest, reported, since_now
from graph_api.readmodel.model import ReadModel
from schema.batch import GraphBatch
from schema.entity import Entity, Label, ThingId
from schema.grid import Switch
from schema.registry import SWITCHES
from schema.vocabulary import SwitchPosition
from schema.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSwitchPosition(Command):
    """人工置位（置数）: a switch was found or brought in a position."""

    does: ClassVar = Label(
        "人工置位（置数）", "set a switch's current position, with who, when and source. All answers follow at once."
    )
    takes: ClassVar = Label("输入", "which switch, where to, who says so.")
    result: ClassVar = Result(
        name="SetSwitchPositionPayload",
        thing=Switch,
        label=Label("人工置位结果", "the switch after the change."),
        thing_label=Label("开关", "as it is now; null if nothing was changed."),
        verdict=Verdict(
            name="is_newest",
            label=Label(
                "即为最新上报",
                "开关当前位置即按本次上报；为 false 表示已有更新的上报，本次只记入位置序列。 "
                "True if the switch stands as this report says; false if a newer report stands, so that this one went "
                "into the series of reports only; null if nothing was changed.",
            ),
            of=lambda command, switch: isinstance(command, SetSwitchPosition) and command.stands(switch),
        ),
    )

    switch: Annotated[ThingId, Label("开关", "id of the switching device.")]
    position: Annotated[SwitchPosition, Label("位置", "its position now; the normal position stays.")]
    by: Annotated[str, Label("置位人（上报人）", "who set or reported it, at most 100 characters.")]
    source: Annotated[str, Label("来源", "by what means it is known, as 现场汇报, SCADA; at most 100 characters.")] = (
        "人工置位"
    )
    at: Annotated[
        datetime | None,
        Label(
            "时间",
            "自何时起处于该位置；早于最新上报的只记入位置序列，不改变当前位置。 "
            "Since when; null = now. Not in the future. A report older than the newest changes nothing of now.",
        ),
    ] = None

    @property
    def subject(self) -> str:
        """The switch."""
        return self.switch

    def plan(self, model: ReadModel, now: datetime) -> Edit | Problems:
        """The report, and the switch with its current position; its normal position stays.

        A report that speaks of an older time than the one that stands takes its place in the series and leaves the
        switch as it is; the switch is put all the same, so that nobody else writes its series meanwhile.
        """
        graph, checks = model.graph, Checks(model.graph)
        at = self._check(checks, now)
        index = checks.thing("switch", self.switch, say("the switch"))
        if index is None:
            return checks.problems
        if graph.kind(index) not in SWITCHES:
            remedy = say("Send a breaker, switch, disconnector or fuse.")
            checks.refuse("switch", say("{thing} is no switch. {remedy}", thing=checks.called(index), remedy=remedy))
            return checks.problems
        if checks.problems:
            return checks.problems
        before = graph.get(Switch, index)
        if self.at is None:
            at = since_now(before, now)
        after = self._reported(before, at) if is_newest(before, at, now) else before
        by, source = self.by.strip(), self.source.strip()
        reports = reported(graph.reports, before, self.position, at, by=by, source=source, now=now)
        return Edit(batch=GraphBatch(entities=[after], reports=reports), versions={before.id: graph.version(index)})

    def stands(self, switch: Entity) -> bool:
        """Whether the switch stands as this report says: no newer one does."""
        return (
            isinstance(switch, Switch)
            and (switch.position, switch.position_by, switch.position_source)
            == (self.position, self.by.strip(), self.source.strip())
            and (self.at is None or switch.position_at == self.at)
        )

    def _check(self, checks: Checks, now: datetime) -> datetime:
        """The time of the report; what is wrong with it, its author and source is noted."""
        checks.text("by", self.by)
        checks.text("source", self.source)
        at = self.at or now
        if checks.moment("at", self.at) and at > now + CLOCK_SKEW:
            checks.refuse(
                "at", say("The time lies in the future. Leave `at` out if the switch is in this position now.")
            )
        return at

    def _reported(self, before: Switch, at: datetime) -> Switch:
        return replace(
            before,
            position=self.position,
            position_by=self.by.strip(),
            position_source=self.source.strip(),
            position_at=at,
        )
