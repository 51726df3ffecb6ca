"""Times as a control room reads them: on the wall clock of this place, with the date when it is not today's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from schema.words import Sentence, say

AtOption = Annotated[
    datetime | None,
    typer.Option(
        "--at",
        formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        help=say(
            "Time that rosters and assignments are read at, as 2026-05-01T08:00; without a zone it is local; without "
            "it, now."
        ),
    ),
]


def moment(at: datetime | None) -> datetime:
    """The time asked about as aware UTC: now if none was given, local if it came without a zone."""
    return (at or datetime.now(UTC)).astimezone(UTC)


def read_time(text: str) -> datetime:
    """A time of an answer."""
    return datetime.fromisoformat(text)


def local_minute(at: datetime) -> str:
    """A time in the local zone, to the minute: 2026-05-02 14:35."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def clock_time(at: datetime, now: datetime) -> str:
    """An aware time in the local zone: 14:35, or 05-02 14:35 on another day, or 2027-05-02 14:35 in another year."""
    here, today = at.astimezone(), now.astimezone()
    if here.date() == today.date():
        return f"{here:%H:%M}"
    return f"{here:%m-%d %H:%M}" if here.year == today.year else f"{here:%Y-%m-%d %H:%M}"


def time_left(until: datetime, now: datetime) -> Sentence:
    """How long is left, rounded down to whole minutes; under two minutes in seconds; what has passed says since when.

    2 h 05 min, 12 min, 90 s, over by 3 min.
    """
    seconds = (until - now).total_seconds()
    return say("over by {duration}", duration=_duration(-seconds)) if seconds < 0 else _duration(seconds)


def _duration(seconds: float) -> Sentence:
    if seconds < 120:
        return say("{seconds} s", seconds=int(seconds))
    minutes = int(seconds // 60)
    if minutes >= 60:
        return say("{hours} h {minutes} min", hours=minutes // 60, minutes=f"{minutes % 60:02}")
    return say("{minutes} min", minutes=minutes)
