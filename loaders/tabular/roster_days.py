"""Days of a roster as people write them: 26, 26日, 11月26日, 周四, in the month or the days that its title tells."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

_WEEKDAYS = "一二三四五六日天"
_OF_WEEK = rf"(?:[(（]?(?:星期|周|礼拜)[{_WEEKDAYS}][)）]?)?"
_MONTH = re.compile(
    r"(?P<year>20\d{2})\s*(?:年\s*(?P<month>\d{1,2})\s*月(?!\s*\d{1,2}\s*[日号])|[-/.](?P<also>\d{1,2})(?![-/.\d]))"
)
"""A month that is no part of a whole date (制表日期：2026-10-28)."""
_RANGE = re.compile(
    r"(?<!\d)(?:(?P<year>20\d{2})\s*[-/.年]\s*)?(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?\s*"
    rf"{_OF_WEEK}\s*(?:-|–|—|~|至|到)+\s*"
    r"(?:(?:(?P<last_year>20\d{2})\s*[-/.年]\s*)?(?P<last_month>\d{1,2})\s*[-/.月]\s*)?(?P<last>\d{1,2})"
    r"(?:\s*[日号]|(?![\d:.时点/-]))"
)
"""From one day to another: 2026年11月23日-11月29日, 2026.12.28-2027.1.3, 11月23日至29日."""
_YEAR = re.compile(r"(?<!\d)(20\d{2})\s*年")
_DAY = re.compile(
    r"(?:(?P<year>20\d{2})\s*[-/.年]\s*)?(?:(?P<month>\d{1,2})\s*[-/.月]\s*)?(?P<day>\d{1,2})\s*[日号]?"
    rf"(?:T00:00:00)?\s*(?:[(（]?(?:星期|周|礼拜)?[{_WEEKDAYS}][)）]?)?"
)
_WEEKDAY = re.compile(rf"[(（]?(?:星期|周|礼拜)?(?P<day>[{_WEEKDAYS}])[)）]?")
_NAMED_WEEKDAY = re.compile(rf"(?:星期|周|礼拜)(?P<day>[{_WEEKDAYS}])")
_LONGEST = 366
"""Most days of a range."""


class Span(NamedTuple):
    """The days that a roster is of."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Each of them."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def is_month(self) -> bool:
        """Whether it is one whole month: bare days that go on behind its last one are of another."""
        return self == _month_of(self.first.year, self.first.month)


def span_of(notes: Iterable[str]) -> Span | None:
    """The one range of days, else the one month, else the one year that these tell."""
    texts = [plain(each) for each in notes]
    years = {int(found[1]) for each in texts for found in _YEAR.finditer(each)}
    ranges = {span for each in texts for found in _RANGE.finditer(each) if (span := _range(found, years))}
    if ranges:
        return ranges.pop() if len(ranges) == 1 else None
    months = {
        (int(found["year"]), int(found["month"] or found["also"])) for each in texts for found in _MONTH.finditer(each)
    }
    if months:
        return _month_of(*months.pop()) if len(months) == 1 else None
    year = years.pop() if len(years) == 1 else 0
    return Span(date(year, 1, 1), date(year, 12, 31)) if year else None


def _month_of(year: int, month: int) -> Span | None:
    if not 1 <= month <= 12:
        return None
    return Span(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _range(found: re.Match[str], years: set[int]) -> Span | None:
    year = int(found["year"] or (next(iter(years)) if len(years) == 1 else 0))
    try:
        first = date(year, int(found["month"]), int(found["day"]))
        last = date(int(found["last_year"] or year), int(found["last_month"] or found["month"]), int(found["last"]))
        if last < first and not found["last_year"]:
            last = last.replace(year=year + 1)
    except ValueError:
        return None
    return Span(first, last) if 0 <= (last - first).days <= _LONGEST else None


def is_day(head: str) -> bool:
    """Whether a head names a day, by its number or as a day of the week."""
    text = plain(head)
    found = _DAY.fullmatch(text)
    return _NAMED_WEEKDAY.fullmatch(text) is not None or (found is not None and 1 <= int(found["day"]) <= 31)


def lacks_month(text: str) -> bool:
    """Whether a day says neither its month nor its year: 26, 26日, 周四."""
    found = _DAY.fullmatch(plain(text))
    return found is None or not found["month"]


def goes_on(text: str, before: str) -> bool:
    """Whether a day is later in the month than the one before it, if both are bare: 28, 29, 30, 1 are of two months."""
    one, other = (_DAY.fullmatch(plain(each)) for each in (before, text))
    if one is None or other is None or one["month"] or other["month"]:
        return True
    return int(one["day"]) < int(other["day"])


def date_of(text: str, span: Span | None) -> date | None:
    """The day that a text says, in the span that is told where it says less; None for no day, or several."""
    told = plain(text)
    if named := _NAMED_WEEKDAY.fullmatch(told):
        weekday = _WEEKDAYS.index(named["day"]) % 7 if named["day"] != "天" else 6
        return _only(day for day in (span.days if span else ()) if day.weekday() == weekday)
    found = _DAY.fullmatch(told)
    if found is None:
        return None
    day, month = int(found["day"]), int(found["month"] or 0)
    if found["year"]:
        return _date(int(found["year"]), month, day)
    if span is None:
        return None
    if not month:
        return _only(each for each in span.days if each.day == day)
    years = range(span.first.year - 1, span.last.year + 2)
    dates = [made for year in years if (made := _date(year, month, day))]
    return min(dates, key=lambda each: _away(each, span), default=None)


def _away(day: date, span: Span) -> int:
    """Days from a day to the span: 0 inside."""
    return max(0, (span.first - day).days, (day - span.last).days)


def _only(days: Iterable[date]) -> date | None:
    found = list(days)
    return found[0] if len(found) == 1 else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def are_weekdays(cells: Sequence[str], least: int) -> bool:
    """Whether a row names the days of the week below the days of the month."""
    texts = [cell.strip() for cell in cells if cell.strip()]
    found = [text for text in texts if _WEEKDAY.fullmatch(text)]
    return len(found) >= least and len(texts) - len(found) <= 1


def plain(text: str) -> str:
    """A text without width and outer blanks."""
    return unicodedata.normalize("NFKC", text).strip()
