"""Dates and times as people write them in tables, by exact rules (docs/mapping.md, Dates and times)."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from loaders.tabular.writing import SAY_ZONE, UnclearError
from schema.words import say

_DAY = r"(?P<year>\d{4})\s*(?:[-/.]|年)\s*(?P<month>\d{1,2})\s*(?:[-/.]|月)\s*(?P<day>\d{1,2})\s*[日号]?"
_WEEKDAY = r"(?:\s*(?:[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?|[(][一二三四五六日天][)]))?"
_CLOCK = (
    r"(?:当日|当天|本日)?(?P<next>次日|翌日|第二天|第二日|次晨)?\s*"
    r"(?P<part>上午|下午|凌晨|清晨|早上|早晨|傍晚|晚上|晚间|早|晚|AM|PM)?\s*(?P<hour>\d{1,2})\s*(?:[:时点]\s*)"
    r"(?:(?P<half>半)|(?P<minute>\d{1,2})\s*分?\s*(?::?\s*(?P<second>\d{1,2})\s*秒?)?|整)?\s*(?P<after>AM|PM)?"
)
_ZONE = r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
_WHOLE = re.compile(rf"{_DAY}{_WEEKDAY}(?:[\sT]*{_CLOCK})?{_ZONE}", re.IGNORECASE)
_TIME = re.compile(_CLOCK, re.IGNORECASE)
_DIGITS = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?)?"
)
_BARE = re.compile(r"(?P<hour>[0-2]?\d)(?P<minute>[0-5]\d)")
"""A time without a mark between: 830, 1730."""
_SERIAL = re.compile(r"\d{5,6}(?:\.\d+)?")
_PART_OF_DAY = re.compile(r"0?\.\d+")
_TWISTED = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?:\s.*)?")
_YEARLESS = re.compile(r"(?P<month>\d{1,2})\s*(?:月|[-/.])\s*(?P<day>\d{1,2})\s*[日号]?(?:\s.*)?")
_SERIALS = (36_526, 109_939)
"""Serial numbers of 2000-01-01 and 2200-12-31, the days that a number may stand for."""
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_DAY_SECONDS = 86_400
_LEAP = 2024
_MIDNIGHT = re.compile(r"24\s*[:时点]|2400$")
"""An end that says itself that it is that of the day."""
_EARLY = ("上午", "凌晨", "清晨", "早上", "早晨", "早", "AM")
_NIGHT = ("晚上", "晚间", "晚")
_LATE = ("下午", "傍晚", *_NIGHT, "PM")
_NOON = 12


class Since1904(str):
    """A number out of a workbook that counts days from 1904."""

    __slots__ = ()


class TimeOfDay(NamedTuple):
    """A time without its date: seconds from midnight (86,400 = 24:00); `next_day` where it says so itself."""

    seconds: int
    next_day: bool = False


def moment(text: str, zone: tzinfo | None) -> datetime | TimeOfDay:
    """A time with zone, or a time of day; `zone` is that of times without one. Raises UnclearError for the rest."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := _WHOLE.fullmatch(plain) or _DIGITS.fullmatch(plain):
        return _zoned(_day(found) + timedelta(seconds=_seconds(found)), found.groupdict().get("zone"), zone)
    if found := _TIME.fullmatch(plain):
        return TimeOfDay(_seconds(found), bool(found["next"]))
    if found := _BARE.fullmatch(plain):
        return TimeOfDay(_seconds(found))
    if _PART_OF_DAY.fullmatch(plain):
        return TimeOfDay(round(float(plain) * _DAY_SECONDS))
    if _SERIAL.fullmatch(plain):
        return _zoned(_of_serial(plain, isinstance(text, Since1904)), None, zone)
    try:
        iso = datetime.fromisoformat(plain)
    except ValueError:
        raise _unclear(plain) from None
    return iso if iso.tzinfo is not None else _zoned(iso, None, zone)


def last_day(text: str, zone: tzinfo | None) -> datetime | TimeOfDay:
    """The end of a day that is the last one (终止日期 2026-12-31); a time of day is that time."""
    found = moment(text, zone)
    plain = unicodedata.normalize("NFKC", text).strip()
    if isinstance(found, TimeOfDay) or found.time() != time() or _MIDNIGHT.search(plain):
        return found
    return _zoned(datetime.combine(found.date() + timedelta(days=1), time()), None, found.tzinfo)


@lru_cache(maxsize=4096, typed=True)
def day(text: str) -> date:
    """A date. Raises UnclearError for what is none, or has a time of day."""
    found = moment(text, UTC)
    if isinstance(found, TimeOfDay) or found.time() != time():
        raise UnclearError(say("is no date as 2026-11-23"), say("Write the date alone, as 2026-11-23."))
    return found.date()


def on_day(clock: TimeOfDay, of: datetime) -> datetime:
    """That time of day on the day that `of` lies in, in its zone."""
    start = datetime.combine(of.date(), time())
    wall = start + timedelta(days=clock.next_day, seconds=clock.seconds)
    return _zoned(wall, None, of.tzinfo)


def _day(found: re.Match[str]) -> datetime:
    try:
        return datetime(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise UnclearError(say("is no day of the calendar"), say("Correct the date.")) from None


def _seconds(found: re.Match[str]) -> int:
    said = found.groupdict()
    if said["hour"] is None:
        return 0
    hour, minute, second = int(said["hour"]), int(said["minute"] or 0), int(said.get("second") or 0)
    minute = 30 if said.get("half") else minute
    part = (said.get("part") or said.get("after") or "").upper()
    if (part in _LATE and hour < _NOON) or (part in _NIGHT and hour == _NOON):
        hour += _NOON
    elif part in _EARLY and hour == _NOON:
        hour = 0
    total = hour * 3600 + minute * 60 + second
    if (
        hour > 24
        or minute > 59
        or second > 59
        or total > _DAY_SECONDS
        or (part and not 1 <= int(said["hour"]) <= _NOON)
    ):
        raise UnclearError(say("is no time of day"), say("Write times from 00:00 to 24:00."))
    return total + (_DAY_SECONDS if said.get("next") and said.get("year") else 0)


def _of_serial(plain: str, since_1904: bool) -> datetime:
    days = float(plain)
    found = (_EPOCH_1904 if since_1904 else _EPOCH) + timedelta(seconds=round(days * _DAY_SECONDS))
    if not _SERIALS[0] <= (found - _EPOCH).days <= _SERIALS[1]:
        raise _unclear(plain)
    return found


def _zoned(wall: datetime, written: str | None, zone: tzinfo | None) -> datetime:
    if written:
        return datetime.fromisoformat(wall.isoformat() + (written if written != "z" else "Z"))
    if zone is None:
        raise UnclearError(
            say("is a time without its zone"),
            SAY_ZONE,
        )
    early, late = wall.replace(tzinfo=zone), wall.replace(tzinfo=zone, fold=1)
    if early.utcoffset() != late.utcoffset():
        raise UnclearError(
            say("is a time that the clock shows twice, or never, on the day that summer time ends or begins"),
            say("Write the time with its offset, as 2026-11-23T08:00:00+08:00."),
        )
    return early


def _is_of_a_year(month: int, day: int) -> bool:
    """Whether some year has that day: in one order of the two or the other."""
    return any(
        1 <= one <= 12 and 1 <= other <= monthrange(_LEAP, one)[1] for one, other in ((month, day), (day, month))
    )


def _unclear(plain: str) -> UnclearError:
    if _TWISTED.fullmatch(plain):
        return UnclearError(
            say("does not tell which number is the day, the month and the year"), say("Write it as 2026-11-23.")
        )
    if found := _YEARLESS.fullmatch(plain):
        if not _is_of_a_year(int(found["month"]), int(found["day"])):
            return UnclearError(say("is no day of the calendar"), say("Correct the date."))
        return UnclearError(say("is a date without its year"), say("Write it as 2026-11-23."))
    return UnclearError(
        say("is no time that can be read"),
        say("Write it as 2026-11-23 08:00, 2026/11/23 8:00 or 2026年11月23日 8:00, with its zone or with --timezone."),
    )
