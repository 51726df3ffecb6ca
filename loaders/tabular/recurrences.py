"""When a series of events takes place: RRULE (daily, weekly), RDATE (RFC 5545, 3.8.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import NamedTuple

from loaders.tabular.content_lines import Property
from loaders.tabular.instants import instant, length, moment
from schema.words import say

MOST = 1_000
"""Occurrences of one event."""
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_READ = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"})


class Occurrence(NamedTuple):
    """When one of a series begins, and how long it lasts, where RDATE says so."""

    start: datetime
    lasts: timedelta | None = None


def occurrences(event: Sequence[Property], start: datetime) -> list[Occurrence]:
    """All of a series in order, each once: the start, those of its rule, and those that are named.

    Raises ValueError with reason and remedy for what is not read.
    """
    rule = next((each.value for each in event if each.name == "RRULE"), "")
    by_rule = repeated(rule, start) if rule else [start]
    found: dict[str, Occurrence] = {}
    for each in chain(_named(event, start), map(Occurrence, by_rule)):
        found.setdefault(instant(each.start), each)
    if len(found) > MOST:
        raise _too_many()
    return sorted(found.values(), key=lambda each: each.start.replace(tzinfo=None))


def _named(event: Sequence[Property], start: datetime) -> Iterator[Occurrence]:
    for each in event:
        for value in each.value.split(",") if each.name == "RDATE" else ():
            yield _one(each, value.strip(), start)


def _one(rdate: Property, value: str, start: datetime) -> Occurrence:
    """An occurrence of RDATE: a moment, a day (at the time of the series), or a period."""
    begins, _, ends = value.partition("/")
    at = moment(rdate._replace(value=begins))
    if not isinstance(at, datetime):
        raise ValueError(say("names an occurrence (RDATE) that is no time"), say("Correct it in the calendar."))
    at = at if at.tzinfo is not None else at.replace(tzinfo=start.tzinfo)
    if at.tzinfo is not None and start.tzinfo is not None:
        at = at.astimezone(start.tzinfo)
    if "T" not in begins:
        at = at.replace(hour=start.hour, minute=start.minute, second=start.second)
    if not ends:
        return Occurrence(at)
    until = moment(rdate._replace(value=ends))
    lasts = length(ends)
    if lasts is None and isinstance(until, datetime):
        until = until if until.tzinfo is not None else until.replace(tzinfo=at.tzinfo)
        lasts = until - at if (until.tzinfo is None) is (at.tzinfo is None) else None
    return Occurrence(at, lasts)


def repeated(rule: str, start: datetime) -> list[datetime]:
    """The starts of all occurrences. Raises ValueError with reason and remedy for a rule that is not read."""
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    by_day = parts.get("BYDAY", "").split(",") if parts.get("BYDAY") else [_DAYS[start.weekday()]]
    if parts.keys() - _READ or parts.get("FREQ") not in ("DAILY", "WEEKLY") or not set(by_day) <= set(_DAYS):
        raise ValueError(
            say("repeats by a rule that is not read: daily and weekly ones are"),
            say("Export the shifts one by one, or as a table."),
        )
    until = _until(parts.get("UNTIL", ""), start)
    count = int(parts["COUNT"]) if parts.get("COUNT", "").isdigit() else None
    if count is None and until is None:
        raise ValueError(say("repeats without end"), say("Give the series an end (UNTIL or COUNT) in the calendar."))
    return _counted(parts, by_day, start, count, until)


def _until(written: str, start: datetime) -> datetime | None:
    """The last moment at which one may begin; a bare date is the whole of that day (RFC 5545, 3.3.10: inclusive)."""
    found = moment(Property("UNTIL", {}, written)) if written else None
    if not isinstance(found, datetime):
        return None
    if "T" not in written.strip().upper():
        found += timedelta(days=1) - timedelta(seconds=1)
    if found.tzinfo is None or start.tzinfo is None:
        return found.replace(tzinfo=start.tzinfo)
    return found


def _counted(
    parts: dict[str, str], by_day: list[str], start: datetime, count: int | None, last: datetime | None
) -> list[datetime]:
    interval = max(1, int(parts.get("INTERVAL", "1")) if parts.get("INTERVAL", "1").isdigit() else 1)
    found: list[datetime] = []
    week = start - timedelta(days=start.weekday())
    for step in range(MOST * 7 * interval):
        at = start + timedelta(days=step)
        if (last is not None and at > last) or (count is not None and len(found) >= count):
            return found
        if parts["FREQ"] == "DAILY":
            fits = step % interval == 0 and ("BYDAY" not in parts or _DAYS[at.weekday()] in by_day)
        else:
            fits = _DAYS[at.weekday()] in by_day and (at - week).days // 7 % interval == 0
        if fits:
            found.append(at)
        if len(found) > MOST:
            break
    raise _too_many()


def _too_many() -> ValueError:
    return ValueError(
        say("repeats more than {most:,} times", most=MOST), say("Give the series an earlier end in the calendar.")
    )
