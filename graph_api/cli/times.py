"""Times as a control room reads them: on the wall clock of this place, with the date when it is not today's."""

from __future__ import annotations

from datetime import datetime


def clock_time(at: datetime, now: datetime) -> str:
    """An aware time in the local zone: 14:35, or 05-02 14:35 on another day, or 2027-05-02 14:35 in another year."""
    here, today = at.astimezone(), now.astimezone()
    if here.date() == today.date():
        return f"{here:%H:%M}"
    return f"{here:%m-%d %H:%M}" if here.year == today.year else f"{here:%Y-%m-%d %H:%M}"


def time_left(until: datetime, now: datetime) -> str:
    """How long is left, rounded down to whole minutes; under two minutes in seconds; what has passed says since when.

    2 h 05 min, 12 min, 90 s, over by 3 min.
    """
    seconds = (until - now).total_seconds()
    return f"over by {_duration(-seconds)}" if seconds < 0 else _duration(seconds)


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{int(seconds)} s"
    minutes = int(seconds // 60)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"
