"""iCalendar files (.ics) as a table of shifts, an event or an occurrence of one a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from loaders.tabular.content_lines import Property, components
from loaders.tabular.instants import in_own_zones, instant, length, moment, own_zones
from loaders.tabular.recurrences import Occurrence, occurrences
from loaders.tabular.scars import Unreadable
from schema.words import say

HEADER = ("id", "name", "start", "end", "worked_by")
_LATER = "THISANDFUTURE"
_NONE = Property("", {}, "")
Row = list[str]


def event_rows(lines: Iterable[str], zone: tzinfo | None = None) -> Iterator[Row]:
    """Rows of id (UID, with the day of an occurrence), summary, start, end, and who (attendees, else the summary).

    `zone` is that of times without one, as the load says it: an UNTIL or EXDATE in UTC beside them is an instant.
    """
    lines = list(lines)
    own = own_zones(lines)
    events = [_Event.of(in_own_zones(each, own), zone) for each in components(lines, "VEVENT")]
    replaced, later = _replaced(events), _later(events)
    series = {event.ident for event in events if event.stands_for is None}
    for event in events:
        if event.stands_for is not None:
            if event.range and (event.range != _LATER or event.ident not in series):
                yield event.row(event.day_of, _not_read())
            elif not event.range and not event.is_cancelled:
                yield event.row(event.day_of)
        elif not event.repeats or not isinstance(event.start, datetime) or not isinstance(event.end, datetime):
            if not event.is_cancelled:
                yield event.row(event.ident)
        elif not event.is_cancelled:
            yield from _series(event, event.start, replaced.get(event.ident, set()), later.get(event.ident, []))


class _Event(NamedTuple):
    """An event as it stands: what is told once of it, and the occurrence of a series that it stands for."""

    properties: Sequence[Property]
    ident: str
    name: str
    who: str
    start: datetime | str
    end: datetime | str
    stands_for: datetime | str | None
    of_written: str
    range: str
    is_cancelled: bool

    @classmethod
    def of(cls, event: Sequence[Property], zone: tzinfo | None) -> _Event:
        """An event by its properties; `zone` is that of the load."""
        first = {each.name: each for each in reversed(event)}
        people = [each.params["CN"] for each in event if each.name == "ATTENDEE" and "CN" in each.params]
        name = first.get("SUMMARY", _NONE).text
        start = _in_zone(moment(first.get("DTSTART", _NONE)), zone)
        own = start.tzinfo if isinstance(start, datetime) else zone
        stands_for = first.get("RECURRENCE-ID")
        return cls(
            properties=event,
            ident=first.get("UID", _NONE).text,
            name=name,
            who="; ".join(people) or name,
            start=start,
            end=_in_zone(_end(first), own or zone),
            stands_for=None if stands_for is None else _in_zone(moment(stands_for), own or zone),
            of_written="" if stands_for is None else stands_for.value.strip(),
            range="" if stands_for is None else stands_for.params.get("RANGE", "").upper(),
            is_cancelled=first.get("STATUS", _NONE).value == "CANCELLED",
        )

    @property
    def repeats(self) -> bool:
        """Whether it is of a series."""
        return any(each.name in ("RRULE", "RDATE") for each in self.properties)

    @property
    def day_of(self) -> str:
        """The id of the occurrence that it stands for."""
        return f"{self.ident}:{self.of_written[:8]}"

    @property
    def lasts(self) -> timedelta | None:
        """How long it lasts; None where that is not told."""
        return _between(self.start, self.end)

    def row(self, ident: str, start: datetime | str | None = None, end: datetime | str | None = None) -> Row:
        """Its row, with other times where they are given."""
        begins = self.start if start is None else start
        ends = self.end if end is None else end
        return [ident, self.name, _written(begins), _written(ends), self.who]


def _series(event: _Event, start: datetime, replaced: set[str], later: Sequence[_Event]) -> Iterator[Row]:
    """A row for each occurrence that nothing stands in the place of, as the last event before it says."""
    skipped = _left_out(event.properties) | replaced
    try:
        every = occurrences(event.properties, start)
    except ValueError as error:
        rule = next(each for each in event.properties if each.name in ("RRULE", "RDATE"))
        yield event.row(event.ident, Unreadable(rule.value, error.args[0], error.args[1]), "")
        return
    days: set[str] = set()
    for each in every:
        if not skipped.isdisjoint(_said_as(each.start)):
            continue
        day = f"{event.ident}:{each.start:%Y%m%d}"
        day = day if day not in days else f"{day}T{each.start:%H%M}"
        days.add(day)
        if (row := _as_said(event, later, each, day)) is not None:
            yield row


def _as_said(event: _Event, later: Sequence[_Event], each: Occurrence, day: str) -> Row | None:
    """The row of an occurrence, as the event that holds from then on says it; None where that is cancelled.

    It begins as much later or earlier as that event does, and lasts as long (RFC 5545, 3.2.13).
    """
    now = instant(each.start)
    before = (one for one in reversed(later) if isinstance(one.stands_for, datetime) and instant(one.stands_for) <= now)
    of = next(before, event)
    if of.is_cancelled:
        return None
    start = each.start
    if of.stands_for is not None and (moved := _between(of.stands_for, of.start)) is not None:
        start += moved
    lasts = each.lasts if each.lasts is not None and of is event else of.lasts
    return of.row(day, of.start if lasts is None else start, of.end if lasts is None else start + lasts)


def _between(start: datetime | str, end: datetime | str) -> timedelta | None:
    """What lies between two moments; None where one is none, or only one says its zone."""
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return None
    return end - start if (start.tzinfo is None) is (end.tzinfo is None) else None


def _in_zone(at: datetime | str, zone: tzinfo | None) -> datetime | str:
    """A moment of a clock whose zone nobody tells (RFC 5545, 3.3.5, form 1), in the zone of the load."""
    return at.replace(tzinfo=zone) if isinstance(at, datetime) and at.tzinfo is None else at


def _replaced(events: Iterable[_Event]) -> dict[str, set[str]]:
    """Occurrences that events of their own stand for, moved, handed to others or cancelled, by UID."""
    found: dict[str, set[str]] = {}
    for event in events:
        for each in event.properties:
            if each.name == "RECURRENCE-ID" and not event.range:
                found.setdefault(event.ident, set()).update(_named(each))
    return found


def _later(events: Iterable[_Event]) -> dict[str, list[_Event]]:
    """Events that stand for an occurrence and all later ones, by UID, in order of time."""
    found: dict[str, list[_Event]] = {}
    for event in events:
        if event.range == _LATER and isinstance(event.stands_for, datetime):
            found.setdefault(event.ident, []).append(event)
    for each in found.values():
        each.sort(key=lambda one: instant(one.stands_for) if isinstance(one.stands_for, datetime) else "")
    return found


def _left_out(event: Iterable[Property]) -> set[str]:
    return {name for each in event if each.name == "EXDATE" for name in _named(each)}


def _named(each: Property) -> Iterator[str]:
    """What a list of occurrences names: moments, times as clocks show them where no zone is said, or whole days."""
    for value in each.value.split(","):
        at = moment(each._replace(value=value))
        if isinstance(at, datetime):
            yield at.date().isoformat() if "T" not in value else instant(at)


def _said_as(at: datetime) -> set[str]:
    """All that an occurrence may be named as."""
    return {instant(at), at.replace(tzinfo=None).isoformat(), at.date().isoformat()}


def _not_read() -> Unreadable:
    reason = say("stands for several occurrences (RANGE) of a series that the file does not have, or for earlier ones")
    return Unreadable("RANGE", reason, say("Export the shifts one by one, or as a table."))


def _end(first: dict[str, Property]) -> datetime | str:
    if "DTEND" in first:
        return moment(first["DTEND"])
    start = moment(first.get("DTSTART", _NONE))
    if isinstance(start, str):
        return ""
    given = first.get("DURATION", _NONE).value.strip()
    lasts = length(given)
    if lasts is None:
        is_day = "T" not in first["DTSTART"].value
        return start + timedelta(days=1) if is_day and not given else _endless(first["DTSTART"], start, given)
    return start + lasts


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
