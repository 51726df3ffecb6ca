"""iCalendar files (.ics) as a table of shifts, an event or an occurrence of one a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from loaders.tabular.content_lines import Property, components
from loaders.tabular.scars import Unreadable
from schema.words import say

HEADER = ("id", "name", "start", "end", "worked_by")
MOST = 1_000
"""Occurrences of one event."""
_ZONES = {"China Standard Time": "Asia/Shanghai", "W. Europe Standard Time": "Europe/Berlin"}
"""Zones of Outlook by their usual names; others are looked up as they are."""
_DURATION = re.compile(r"\+?P(?=\d|T\d)(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_READ = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"})


def event_rows(lines: Iterable[str], zone: tzinfo | None = None) -> Iterator[list[str]]:
    """Rows of id (UID, with the day of an occurrence), summary, start, end, and who (attendees, else the summary).

    `zone` is that of times without one, as the load says it: an UNTIL or EXDATE in UTC beside them is an instant.
    """
    events = list(components(lines, "VEVENT"))
    replaced = _replaced(events)
    for event in events:
        first = {each.name: each for each in reversed(event)}
        if first.get("STATUS", _NONE).value == "CANCELLED":
            continue
        people = [each.params["CN"] for each in event if each.name == "ATTENDEE" and "CN" in each.params]
        name = first.get("SUMMARY", _NONE).text
        rest = [name, "; ".join(people) or name]
        ident = first.get("UID", _NONE).text
        start, end = _in_zone(_moment(first.get("DTSTART", _NONE)), zone), _in_zone(_end(first), zone)
        if (of := first.get("RECURRENCE-ID")) is not None:
            start = _later_too() if "RANGE" in of.params else start
            yield [f"{ident}:{of.value.strip()[:8]}", rest[0], _written(start), _written(end), rest[1]]
            continue
        if "RRULE" not in first or not isinstance(start, datetime) or not isinstance(end, datetime):
            yield [ident, rest[0], _written(start), _written(end), rest[1]]
            continue
        skipped = _left_out(event) | replaced.get(ident, set())
        try:
            days = _repeated(first["RRULE"].value, start)
        except ValueError as error:
            yield [ident, rest[0], Unreadable(first["RRULE"].value, error.args[0], error.args[1]), "", rest[1]]
            continue
        for at in days:
            if skipped.isdisjoint(_said_as(at)):
                yield [f"{ident}:{at:%Y%m%d}", rest[0], _written(at), _written(at + (end - start)), rest[1]]


_NONE = Property("", {}, "")


def _in_zone(at: datetime | str, zone: tzinfo | None) -> datetime | str:
    """A moment of a clock whose zone nobody tells (RFC 5545, 3.3.5, form 1), in the zone of the load."""
    return at.replace(tzinfo=zone) if isinstance(at, datetime) and at.tzinfo is None else at


def _replaced(events: Iterable[Sequence[Property]]) -> dict[str, set[str]]:
    """Occurrences that events of their own stand for, moved, handed to others or cancelled, by UID."""
    found: dict[str, set[str]] = {}
    for event in events:
        first = {each.name: each for each in reversed(event)}
        if "RECURRENCE-ID" in first:
            found.setdefault(first.get("UID", _NONE).text, set()).update(_named(first["RECURRENCE-ID"]))
    return found


def _left_out(event: Iterable[Property]) -> set[str]:
    return {name for each in event if each.name == "EXDATE" for name in _named(each)}


def _named(each: Property) -> Iterator[str]:
    """What a list of occurrences names: moments, times as clocks show them where no zone is said, or whole days."""
    for value in each.value.split(","):
        at = _moment(each._replace(value=value))
        if isinstance(at, datetime):
            yield at.date().isoformat() if "T" not in value else _instant(at)


def _said_as(at: datetime) -> set[str]:
    """All that an occurrence may be named as."""
    return {_instant(at), at.replace(tzinfo=None).isoformat(), at.date().isoformat()}


def _instant(at: datetime) -> str:
    return at.isoformat() if at.tzinfo is None else at.astimezone(UTC).isoformat()


def _later_too() -> Unreadable:
    reason = say("stands for an occurrence and all later ones (RANGE), which is not read")
    return Unreadable("RANGE", reason, say("Export the shifts one by one, or as a table."))


def _moment(each: Property) -> datetime | str:
    """The moment that a property says; its text where that is none."""
    text = each.value.strip()
    for form in ("%Y%m%dT%H%M%SZ", "%Y%m%dT%H%M%S", "%Y%m%d"):
        try:
            found = datetime.strptime(text, form)
        except ValueError:
            continue
        if form.endswith("Z"):
            return found.replace(tzinfo=UTC)
        zone = each.params.get("TZID", "")
        if not zone:
            return found
        try:
            return found.replace(tzinfo=ZoneInfo(_ZONES.get(zone, zone)))
        except (KeyError, ValueError, OSError):
            return f"{text} {zone}"
    return text


def _end(first: dict[str, Property]) -> datetime | str:
    if "DTEND" in first:
        return _moment(first["DTEND"])
    start = _moment(first.get("DTSTART", _NONE))
    if isinstance(start, str):
        return ""
    given = first.get("DURATION", _NONE).value.strip()
    found = _DURATION.fullmatch(given)
    if found is None:
        is_day = "T" not in first["DTSTART"].value
        return start + timedelta(days=1) if is_day and not given else _endless(first["DTSTART"], start, given)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return start + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _endless(begins: Property, start: datetime, given: str) -> Unreadable:
    """Why an event with a time of day has no end: without DTEND and DURATION it lasts no time (RFC 5545, 3.6.1)."""
    zone = f";TZID={begins.params['TZID']}" if "TZID" in begins.params else ""
    end = f"DTEND{zone}:{start + timedelta(hours=12):%Y%m%dT%H%M%S}" + ("Z" if begins.value.strip()[-1:] == "Z" else "")
    remedy = say("Write its end into the event, as {end} or DURATION:PT12H.", end=end)
    if given:
        return Unreadable(f"DURATION:{given}", say("is no duration that can be read"), remedy)
    reason = say(
        "has neither DTEND nor DURATION: by RFC 5545 it ends at the moment in which it begins, which is no shift"
    )
    return Unreadable(f"DTSTART{zone}:{begins.value.strip()}", reason, remedy)


def _written(at: datetime | str) -> str:
    return at if isinstance(at, str) else at.isoformat()


def _repeated(rule: str, start: datetime) -> list[datetime]:
    """The starts of all occurrences. Raises ValueError with reason and remedy for a rule that is not read."""
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    by_day = parts.get("BYDAY", "").split(",") if parts.get("BYDAY") else [_DAYS[start.weekday()]]
    if parts.keys() - _READ or parts.get("FREQ") not in ("DAILY", "WEEKLY") or not set(by_day) <= set(_DAYS):
        raise ValueError(
            say("repeats by a rule that is not read: daily and weekly ones are"),
            say("Export the shifts one by one, or as a table."),
        )
    until = _moment(Property("UNTIL", {}, parts["UNTIL"])) if "UNTIL" in parts else None
    count = int(parts["COUNT"]) if parts.get("COUNT", "").isdigit() else None
    if count is None and not isinstance(until, datetime):
        raise ValueError(say("repeats without end"), say("Give the series an end (UNTIL or COUNT) in the calendar."))
    if isinstance(until, datetime) and (until.tzinfo is None or start.tzinfo is None):
        until = until.replace(tzinfo=start.tzinfo)
    return _counted(parts, by_day, start, count, until if isinstance(until, datetime) else None)


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
    raise ValueError(
        say("repeats more than {most:,} times", most=MOST), say("Give the series an earlier end in the calendar.")
    )
