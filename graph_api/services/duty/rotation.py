"""Rotation (轮值): shifts of a pattern, in wall time of a place: two or three a day, by days, weeks or cycles of days.

    08:00-20:00 crews 1 2 · 20:00-08:00 crews 2 1 ── from 1 May ──▶ 1 May 08:00-20:00 crew 1 · 20:00-08:00 crew 2 …

Hand-over hours are wall time, so a shift over a change of the clock is an hour longer or shorter; one that begins where
the other ends leaves no gap also then.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schema.working_days import DayKind, kind_of_day

NOBODY = 0
"""Crew of a day on which a shift is not worked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternShift:
    """One shift of a day: from when to when, and which crew works it, turn by turn. Where it ends no later than it
    begins, it ends on the next day."""

    start: time
    end: time
    crews: tuple[int, ...]
    days: DayKind = DayKind.EVERY
    """On which days it is worked, by the day on which it begins."""

    def is_worked(self, day: date) -> bool:
        """Whether it is worked on a day; KeyError where that takes holidays that were not announced."""
        return self.days is DayKind.EVERY or kind_of_day(day) is self.days


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Shifts that come again; a turn is so many days, counted from the day at which the cycle begins."""

    zone: ZoneInfo
    cycle_begins: date
    turn_days: int
    shifts: tuple[PatternShift, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A shift of one day."""

    shift: int
    """Its place in the pattern."""
    crew: int
    start: datetime
    end: datetime


def turns(pattern: Pattern, first: date, until: date) -> Iterator[Turn]:
    """The shifts that begin on these days, the last not included; in order of days, then of the pattern."""
    for number in range((until - first).days):
        day = first + timedelta(days=number)
        turn = (day - pattern.cycle_begins).days // pattern.turn_days
        for place, shift in enumerate(pattern.shifts):
            crew = shift.crews[turn % len(shift.crews)]
            if crew != NOBODY and shift.is_worked(day):
                ends = day if shift.end > shift.start else day + timedelta(days=1)
                start, end = _instant(day, shift.start, pattern.zone), _instant(ends, shift.end, pattern.zone)
                yield Turn(shift=place, crew=crew, start=start, end=end)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment of a wall time: of one that comes twice the first, of one that is left out as if it were not."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def parsed_time(text: str) -> time | None:
    """A wall time as 08:00; None for what is none."""
    hours, colon, minutes = text.strip().partition(":")
    digits = hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()
    if not (colon and digits and len(minutes) == 2 and int(hours) < 24 and int(minutes) < 60):
        return None
    return time(int(hours), int(minutes))


def most_crew(shifts: Sequence[PatternShift]) -> int:
    """Highest number of a crew that they name."""
    return max((crew for each in shifts for crew in each.crews), default=NOBODY)
