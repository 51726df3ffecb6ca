"""Reporting (位置上报): a switch's position goes into the series of reports together with the switch itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph_api.commands.command import Command
from graph_api.commands.edits import Problem, Problems
from graph_api.errors import ErrorCode
from graph_api.readmodel.report_series import ReportSeries
from schema.calendar import is_in_range
from schema.customer import SupplySource
from schema.grid import Switch
from schema.positions import PositionReport, is_ahead, microseconds, standing_report
from schema.vocabulary import SwitchPosition
from schema.words import say


@dataclass(frozen=True, slots=True)
class Incoming:
    """A supply that stands for its incoming switch, which nobody drew; `position_at` is that of its last report."""

    supply: SupplySource
    position_at: datetime | None

    @property
    def id(self) -> str:
        """Id of the supply."""
        return self.supply.id


Positioned = Switch | Incoming
"""What a position is reported of."""


def reported(
    series: ReportSeries,
    before: Positioned,
    position: SwitchPosition,
    at: datetime,
    *,
    by: str,
    source: str,
    now: datetime,
) -> list[PositionReport]:
    """The report, to be written with the switch; before it the one that the switch tells of, if the series lacks that.

    `before` is the switch as it is now. Of reports of one time this one comes last.
    """
    reports = _unwritten(series, before)
    at_us = microseconds(at)
    sequence = max(
        [series.next_sequence(before.id, at_us), *(each.sequence + 1 for each in reports if each.at_us == at_us)]
    )
    reports.append(PositionReport(before.id, at_us, sequence, position, by, source, microseconds(now)))
    return reports


def is_newest(before: Positioned, at: datetime, now: datetime) -> bool:
    """Whether a report of that time is the position now: no newer one stands that says its time.

    What claims to be of the future, further than clocks differ, stands in nobody's way.
    """
    return before.position_at is None or at >= before.position_at or is_ahead(before.position_at, now)


def recorded_since(before: Positioned, at: datetime, now: datetime) -> datetime:
    """The time that a report is recorded as of: what the clock of its sender says of later than now is of now, and that
    is not before what a clock ahead of ours reported just now."""
    if at < now:
        return at
    if before.position_at is None or before.position_at <= now or is_ahead(before.position_at, now):
        return now
    return before.position_at


def too_old(command: Command, first: datetime) -> Problems:
    """What a command reports of times before the reports that are kept: it would be forgotten at once."""
    return tuple(
        Problem(
            code=ErrorCode.BAD_INPUT,
            path=("input", *field.split(".")),
            message=say("Positions are kept since {first}; send a later time.", first=first),
        )
        for field, at in command.times
        if is_in_range(at) and at < first
    )


def has_reported(
    series: ReportSeries, switch: str, position: SwitchPosition, at: datetime, *, by: str, source: str
) -> bool:
    """Whether the series holds that very report."""
    said = position, by, source
    at_us = microseconds(at)
    return any((one.position, one.by, one.source) == said for one in series.of_switch(switch) if one.at_us == at_us)


def _unwritten(series: ReportSeries, before: Positioned) -> list[PositionReport]:
    switch = before if isinstance(before, Switch) else None
    standing = None if switch is None else standing_report(switch)
    if switch is None or standing is None:
        return []
    last = series.last_until(switch.id, standing.at_us)
    if last is not None and (last.at_us, last.position) == (standing.at_us, standing.position):
        return []
    return [standing._replace(sequence=series.next_sequence(switch.id, standing.at_us))]
