"""How people wrote what a load reads, as the user says: time zone, country of numbers, encoding, hours of shifts."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loaders.tabular.roster_hours import legend_of
from schema.errors import LoadError
from schema.words import say

_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_MOST_HOURS = 14


class UnclearError(ValueError):
    """A value that is no value as it is written, with what to do about it."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


SAY_COUNTRY = say("Say whose numbers those without a calling code are, as --country CN.")
SAY_ZONE = say("Say which zone the times of the load are in, as --timezone Asia/Shanghai.")


class UnsaidError(UnclearError):
    """What cannot be read as nobody said how the whole load is written: the country of its numbers."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What the cells leave unsaid. None and "" = nobody said it either: what needs it is rejected."""

    timezone: tzinfo | None = None
    country: str = ""
    """Two letters (ISO 3166), as CN."""
    encoding: str = ""
    shifts: str = ""
    """Hours of shifts: 白班 08:00-20:00，夜班 20:00-次日08:00."""

    @classmethod
    def of(cls, timezone: str = "", country: str = "", encoding: str = "", shifts: str = "") -> Writing:
        """From what a user says. Raises LoadError for a name that is none."""
        return cls(_zone(timezone), _country(country), _encoding(encoding), _shifts(shifts))

    def or_else(self, other: Writing) -> Writing:
        """This, and what it leaves unsaid from the other."""
        return Writing(
            self.timezone or other.timezone,
            self.country or other.country,
            self.encoding or other.encoding,
            self.shifts or other.shifts,
        )


UNSAID = Writing()
_NAMES = {
    "timezone": "timezone", "时区": "timezone", "country": "country", "国家": "country", "shifts": "shifts",
    "班次": "shifts", "班次时间": "shifts",
}  # fmt: skip


def explained(rows: Iterable[Sequence[str]]) -> Writing:
    """What the sheet that explains a workbook says: timezone (时区), country (国家), shifts (班次), with values."""
    said: dict[str, str] = {}
    for row in rows:
        cells = [cell.strip() for cell in row]
        name = _NAMES.get(cells[0].casefold()) if cells else None
        value = cells[1] if len(cells) > 1 else ""
        if name and value:
            said.setdefault(name, value)
    return Writing.of(**said)


def _zone(name: str) -> tzinfo | None:
    name = name.strip()
    if not name:
        return None
    found = _OFFSET.fullmatch(name)
    if found and int(found[2]) <= _MOST_HOURS:
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(offset if found[1] == "+" else -offset)
    try:
        return ZoneInfo("UTC" if name.upper() in ("Z", "UTC") else name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise LoadError(say("{name!r} is no time zone: give one as Asia/Shanghai or +08:00.", name=name)) from error


def _country(name: str) -> str:
    name = name.strip().upper().removeprefix("+")
    if not name:
        return ""
    import phonenumbers  # what only tables with telephone numbers have to wait for

    code = "CN" if name in ("中国", "CHINA", "86") else name
    if code.isdigit():
        code = phonenumbers.region_code_for_country_code(int(code))
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise LoadError(say("{name!r} is no country: give its two letters or calling code, as CN or +86.", name=name))
    return code


def _shifts(text: str) -> str:
    if text.strip() and not legend_of([text]):
        raise LoadError(
            say(
                "{text!r} tells no hours of shifts: give them as 白班 08:00-20:00，夜班 20:00-次日08:00, or as "
                "每天 08:30-次日08:30 where all are the same.",
                text=text,
            )
        )
    return text.strip()


def _encoding(name: str) -> str:
    if not name.strip():
        return ""
    try:
        info = codecs.lookup(name.strip())
        "".encode(info.name)
    except (LookupError, ValueError) as error:
        raise LoadError(
            say("{name!r} is no encoding of texts: give one as utf-8, gb18030, big5 or cp1252.", name=name)
        ) from error
    return info.name
