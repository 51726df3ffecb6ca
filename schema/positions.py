"""Position reports (位置报告): what was said about a switch's position, when, by whom and by what means.

    switch ──▶ (at, sequence) ordered: 03:12 OPEN (SCADA) · 03:12 OPEN (值班员) · 04:40 CLOSED (现场汇报)

The reports of a switch are a time series that is only added to. It is ordered by the time that a report speaks of; of
two that speak of one time the one recorded later comes after (`sequence`). The last one is the switch's position now;
one that arrives late takes its place in between and changes nothing of now. Before the first report a switch stood as
in the normal diagram. Reports outlive their switch: what was said stays said.

Times are whole microseconds since 1970 in UTC: there are many reports.

No report speaks of a time after the one at which it was recorded: what a clock ahead of ours says of a later one
(within `CLOCK_SKEW`) is recorded as of now, and what lies further ahead is refused.
"""  # fmt: skip

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from schema.grid import Switch
from schema.vocabulary import SwitchPosition

CLOCK_SKEW = timedelta(minutes=1)
"""How far a clock of another machine may be ahead of ours."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class ReportKey(NamedTuple):
    """Identity of a report."""

    switch: str
    """Id of the switch."""
    at_us: int
    sequence: int


class PositionReport(NamedTuple):
    """One report of the position of a switch."""

    switch: str
    """Id of the switch."""
    at_us: int
    """Since when the switch is in this position, as the report says, in µs since 1970."""
    sequence: int
    """How many reports of this switch and time were recorded before, from 0."""
    position: SwitchPosition
    by: str
    """Who set or reported it; empty = not said."""
    source: str
    """By what means it is known, or the system whose file said so; empty = not said."""
    recorded_us: int
    """When it was recorded, in µs since 1970."""

    @property
    def key(self) -> ReportKey:
        """Switch, time and sequence."""
        return ReportKey(self.switch, self.at_us, self.sequence)

    @property
    def at(self) -> datetime:
        """The time that it speaks of, UTC."""
        return moment_of(self.at_us)

    @property
    def recorded_at(self) -> datetime:
        """When it was recorded, UTC."""
        return moment_of(self.recorded_us)


def standing_report(switch: Switch) -> PositionReport | None:
    """The report that a switch itself tells of: its position, if it says since when."""
    if switch.position is None or switch.position_at is None:
        return None
    at = microseconds(switch.position_at)
    by, source = switch.position_by or "", switch.position_source or ""
    return PositionReport(switch.id, at, 0, switch.position, by, source, at)


def is_ahead(at: datetime, now: datetime) -> bool:
    """Whether a time lies in the future, further than clocks differ."""
    return at > now + CLOCK_SKEW


def microseconds(moment: datetime) -> int:
    """A time with zone as whole microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(microseconds_since_1970: int) -> datetime:
    """The time behind the number, UTC."""
    return _EPOCH + timedelta(microseconds=microseconds_since_1970)
