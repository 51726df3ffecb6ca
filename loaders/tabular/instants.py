"""Times of iCalendar (RFC 5545, 3.3): with a zone, in UTC, of a clock whose zone nobody tells, or a day; lengths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from loaders.tabular.content_lines import Property, properties

_ZONES = {"China Standard Time": "Asia/Shanghai", "W. Europe Standard Time": "Europe/Berlin"}
"""Zones of Outlook by their usual names; others are looked up as they are."""
_OFFSET = re.compile(r"[+-]\d{4}")
_DURATION = re.compile(r"\+?P(?=\d|T\d)(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def moment(each: Property) -> datetime | str:
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
        known = _zone(zone)
        return f"{text} {zone}" if known is None else found.replace(tzinfo=known)
    return text


def in_own_zones(event: Sequence[Property], own: Mapping[str, str]) -> list[Property]:
    """The properties of an event, times of zones that only their file knows (Customized Time Zone) by their offset."""
    return [
        each._replace(params=each.params | {"TZID": own[each.params["TZID"]]})
        if own and each.params.get("TZID") in own and _zone(each.params["TZID"]) is None
        else each
        for each in event
    ]


def own_zones(lines: Iterable[str]) -> dict[str, str]:
    """Offsets (+0800) of the zones that a file tells itself (VTIMEZONE), of those that have one all year."""
    found: dict[str, set[str]] = {}
    name, inside = "", False
    for each in properties(lines):
        if each.name in ("BEGIN", "END") and each.value.strip().upper() == "VTIMEZONE":
            name, inside = "", each.name == "BEGIN"
        elif inside and each.name == "TZID":
            name = each.value
        elif inside and each.name == "TZOFFSETTO":
            found.setdefault(name, set()).add(each.value.strip()[:5])
    return {name: next(iter(offsets)) for name, offsets in found.items() if len(offsets) == 1}


def _zone(name: str) -> tzinfo | None:
    """A zone by its name or as +0800; None for one that nobody knows."""
    if _OFFSET.fullmatch(name):
        return datetime.strptime(name, "%z").tzinfo
    try:
        return ZoneInfo(_ZONES.get(name, name))
    except (KeyError, ValueError, OSError):
        return None


def length(written: str) -> timedelta | None:
    """A duration; None for a text that is none."""
    found = _DURATION.fullmatch(written)
    if found is None:
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def instant(at: datetime) -> str:
    """A moment as moments are compared: in UTC, or as the clock shows it where no zone is told."""
    return at.isoformat() if at.tzinfo is None else at.astimezone(UTC).isoformat()
