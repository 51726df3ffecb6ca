"""Switching (人工置位): the current position of a switch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar

from graph_api.commands.back_feeding import EVEN_IF, looked_at, refuse_back_feed, refuse_back_feed_then
from graph_api.commands.checks import Checks
from graph_api.commands.command import Beside, Command, Result, Verdict
from graph_api.commands.edits import Edit, Problems
from graph_api.commands.incoming import entity_of, positioned, recordable, refuse_parallel
from graph_api.commands.reporting import is_newest, recorded_since, reported
from graph_api.readmodel.customers.incoming import incoming_report
from graph_api.readmodel.model import ReadModel
from schema.access import Act
from schema.batch import GraphBatch
from schema.customer import SupplySource
from schema.entity import Entity, Label, ThingId
from schema.grid import Switch
from schema.positions import CLOCK_SKEW, is_ahead
from schema.vocabulary import SwitchPosition
from schema.words import say

BY = Label(
    "置位人（上报人）",
    "由谁置位或上报，最多 100 个字符；不填为登录者本人，登录者代他人上报的，两人均予记录。 Who set or reported it, "
    "at most 100 characters; empty = who asks. Of somebody who is logged in and reports for another, both are kept.",
)
SOURCE = Label("来源", "by what means it is known, as 现场汇报, SCADA; at most 100 characters.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSwitchPosition(Command):
    """人工置位（置数）: a switch was found or brought in a position."""

    act: ClassVar = Act.SWITCH
    does: ClassVar = Label(
        "人工置位（置数）", "set a switch's current position, with who, when and source. All answers follow at once."
    )
    takes: ClassVar = Label("输入", "which switch, where to, who says so.")
    result: ClassVar = Result(
        name="SetSwitchPositionPayload",
        thing=Switch,
        label=Label("人工置位结果", "the switch after the change."),
        thing_label=Label("开关", "as it is now; null if nothing was changed."),
        beside=Beside(
            name="supply",
            thing=SupplySource,
            label=Label(
                "供电电源",
                "所上报的供电电源（进线开关未建模），否则为空。 The supply, where one that stands for its incoming "
                "switch was reported; null if not.",
            ),
        ),
        verdict=Verdict(
            name="is_newest",
            label=Label(
                "即为最新上报",
                "开关当前位置即按本次上报；为 false 表示已有更新的上报，本次只记入位置序列。 "
                "True if the switch stands as this report says; false if a newer report stands, so that this one went "
                "into the series of reports only; null if nothing was changed.",
            ),
            of=lambda command, thing, model: isinstance(command, SetSwitchPosition) and command.stands(thing, model),
        ),
    )

    switch: Annotated[
        ThingId,
        Label(
            "开关",
            "开关标识；进线开关未建模的，为供电电源的标识。 Id of the switching device; of a supply whose incoming "
            "switch nobody recorded, of the supply.",
        ),
    ]
    position: Annotated[SwitchPosition, Label("位置", "its position now; the normal position stays.")]
    by: Annotated[str, BY] = ""
    source: Annotated[str, SOURCE] = "人工置位"
    at: Annotated[
        datetime | None,
        Label(
            "时间",
            "自何时起处于该位置；早于最新上报的只记入位置序列，不改变当前位置。 "
            "Since when; null = now. Not in the future. A report older than the newest changes nothing of now.",
        ),
    ] = None
    even_if_back_feed: Annotated[bool, EVEN_IF] = False

    @property
    def subject(self) -> str:
        """The switch."""
        return self.switch

    @property
    def times(self) -> tuple[tuple[str, datetime], ...]:
        """Since when it stands so."""
        return () if self.at is None else (("at", self.at),)

    def plan(self, model: ReadModel, now: datetime) -> Edit | Problems:
        """The report, and the switch with its current position; its normal position stays.

        A report that speaks of an older time than the one that stands takes its place in the series and leaves the
        switch as it is; the switch is put all the same, so that nobody else writes its series meanwhile.
        """
        graph, checks = model.graph, Checks(model.graph)
        at = self._check(checks, now)
        index = recordable(checks, "", self.switch, self.position)
        if index is None or checks.problems:
            return checks.problems
        before = positioned(graph, index)
        at = recorded_since(before, at, now)
        by, source = self.by.strip(), self.source.strip()
        stands = is_newest(before, at, now)
        if not self.even_if_back_feed:
            self._refuse_back_feed(model, checks, index, at, stands=stands)
        if checks.problems:
            return checks.problems
        after = entity_of(before)
        if stands and isinstance(before, Switch):
            after = standing(before, self.position, at, by=by, source=source)
        reports = reported(graph.reports, before, self.position, at, by=by, source=source, now=now)
        held = {} if self.even_if_back_feed else looked_at(model, [index])
        versions = held | {before.id: graph.version(index)}
        return Edit(batch=GraphBatch(entities=[after], reports=reports), versions=versions)

    def _refuse_back_feed(self, model: ReadModel, checks: Checks, index: int, at: datetime, *, stands: bool) -> None:
        if stands:
            refuse_parallel(model, checks, "position", [(index, self.position)])
            refuse_back_feed(model, checks, "position", [(index, self.position)])
        if not checks.problems:
            refuse_back_feed_then(model, checks, "position", [(index, self.position, at)])

    def stands(self, switch: Entity, model: ReadModel) -> bool:
        """Whether the switch, or the supply that stands for it, stands as this report says: no newer one does."""
        if isinstance(switch, SupplySource):
            said = (self.position, self.by.strip(), self.source.strip())
            last = incoming_report(model.graph, model.graph.index(switch.id))
            return last is not None and (last.position, last.by, last.source) == said and self._is_of(last.at)
        return (
            isinstance(switch, Switch)
            and (switch.position, switch.position_by, switch.position_source)
            == (self.position, self.by.strip(), self.source.strip())
            and self._is_of(switch.position_at)
        )

    def _is_of(self, recorded: datetime | None) -> bool:
        """Whether what is recorded of that time may be this report: a time ahead of our clock was taken for now."""
        if self.at is None or recorded == self.at:
            return True
        return recorded is not None and recorded < self.at <= recorded + CLOCK_SKEW

    def _check(self, checks: Checks, now: datetime) -> datetime:
        """The time of the report; what is wrong with it, its author and source is noted."""
        checks.signed("by", self.by)
        checks.text("source", self.source)
        return not_future(checks, "at", self.at, now)


def not_future(checks: Checks, name: str, at: datetime | None, now: datetime) -> datetime:
    """The time of a report, by default now; one in the future is noted."""
    if checks.moment(name, at) and at is not None and is_ahead(at, now):
        checks.refuse(
            name,
            say(
                "The time lies in the future: it is {now} here. Leave `at` out if the switch is in this position now; "
                "if that is not the time, set the clock of this machine, or of the one that sent it.",
                now=now.isoformat(timespec="seconds"),
            ),
        )
    return at or now


def standing(before: Switch, position: SwitchPosition, at: datetime, *, by: str, source: str) -> Switch:
    """The switch as it stands by a report."""
    return replace(before, position=position, position_by=by, position_source=source, position_at=at)
