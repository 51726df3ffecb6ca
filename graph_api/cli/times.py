"""Times as a control room reads them: on the wall clock of this place, with the date when it is not today's."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from graph_api.cli.clock import now
from graph_api.errors import InvalidInput
from schema.calendar import is_in_range
from schema.words import Sentence, say

AHEAD = timedelta(minutes=1)
"""How far the clock of whoever types may be ahead of this machine's."""
_TIME_OF_DAY = re.compile(r"\d?\d:\d\d(:\d\d)?")


def typed_time(text: str | datetime) -> datetime:
    """A time as people type it; without a zone it is local. Raises BadParameter that says what is taken.

    03:10 is today's, 11-27 03:10 this year's.
    """
    if isinstance(text, datetime):
        return text
    plain, today = _plain(text), _now().astimezone()
    if _TIME_OF_DAY.fullmatch(plain):
        plain = f"{today:%Y-%m-%d} {plain:0>5}"
    elif re.fullmatch(r"\d\d-\d\d \d?\d:\d\d", plain):
        plain = f"{today:%Y}-{plain}"
    plain = re.sub(r"(?<= )(?=\d:)", "0", plain)
    try:
        found = datetime.fromisoformat(plain)
    except ValueError:
        found = None
    if found is None or not is_in_range(found):
        raise typer.BadParameter(
            say(
                "{text} is no time. Give 03:10 (today), 2026-11-27 03:10, or ISO 8601 with a zone as "
                "2026-11-27T03:10:00+08:00.",
                text=repr(text),
            )
        )
    return found


def past_time(text: str | datetime) -> datetime:
    """A time that has been, as people type it: 23:50 at 02:08 is yesterday's. Raises as `typed_time`."""
    found = typed_time(text)
    is_todays = isinstance(text, str) and _TIME_OF_DAY.fullmatch(_plain(text)) is not None
    return found - timedelta(days=1) if is_todays and found.astimezone() - _now() > AHEAD else found


def _plain(text: str) -> str:
    return text.strip().replace("\uff1a", ":")


def _now() -> datetime:
    try:
        return now()
    except InvalidInput as error:
        raise typer.BadParameter(error.message) from error


def typed_day(text: str | date) -> date:
    """A day as people type it. Raises BadParameter that says what is taken."""
    if isinstance(text, date):
        return text
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(say("{text} is no day. Give one as 2026-11-27.", text=repr(text))) from None


AtOption = Annotated[
    datetime | None,
    typer.Option(
        "--at",
        parser=typed_time,
        metavar="TIME",
        help=say(
            "Time that rosters and assignments are read at, as 03:10 (today) or 2026-05-01 08:00; without a zone it is "
            "local; without it, now."
        ),
    ),
]


def read_time(text: str) -> datetime:
    """A time of an answer."""
    return datetime.fromisoformat(text)


def local_minute(at: datetime) -> str:
    """A time in the local zone, to the minute: 2026-05-02 14:35."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def minute_asked(at: datetime, asked: datetime | None) -> str:
    """A time in the zone that it was asked in, else in the local one: 2026-05-02 14:35.

    The offset is named where the local zone is UTC, as on a server that nobody told its place, or another one.
    """
    here = at.astimezone(None if asked is None else asked.tzinfo)
    local = at.astimezone().utcoffset()
    is_plain = local == here.utcoffset() and local
    return (
        f"{here:%Y-%m-%d %H:%M}" if is_plain else f"{here.replace(second=0, microsecond=0).isoformat(' ', 'minutes')}"
    )


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
    return say("over by {duration}", duration=duration_of(-seconds)) if seconds < 0 else duration_of(seconds)


def duration_of(seconds: float) -> Sentence:
    """A length of time as time_left tells it."""
    if seconds < 120:
        return say("{seconds} s", seconds=int(seconds))
    minutes = int(seconds // 60)
    if minutes >= 60:
        return say("{hours} h {minutes} min", hours=minutes // 60, minutes=f"{minutes % 60:02}")
    return say("{minutes} min", minutes=minutes)
