"""Times of iCalendar (RFC 5545, 3.3): with a zone, in UTC, of a clock whose zone nobody tells, or a day; lengths."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from loaders.tabular.content_lines import Property

_ZONES = {"China Standard Time": "Asia/Shanghai", "W. Europe Standard Time": "Europe/Berlin"}
"""Zones of Outlook by their usual names; others are looked up as they are."""
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
        try:
            return found.replace(tzinfo=ZoneInfo(_ZONES.get(zone, zone)))
        except (KeyError, ValueError, OSError):
            return f"{text} {zone}"
    return text


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
