"""Working days (工作日) in China: public holidays and the days that are worked for them, as announced year by year.

What is not announced is not known: no rule says which week-end is worked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import unique
from typing import Final, NamedTuple

from schema.vocabulary import Term


@unique
class DayKind(Term):
    """日期类别: 班次在哪些日期执行。 On which days a shift is worked."""

    EVERY = "EVERY", "每日", "every day", "K"
    WORKING = "WORKING", "工作日", "working days, those worked for a holiday included", "国务院办公厅"
    REST = "REST", "休息日", "public holidays, and week-ends that are not worked", "国务院办公厅"


class Year(NamedTuple):
    """What was announced of a year: holidays, first and last day of each, and days worked for them (调休上班)."""

    notice: str
    holidays: tuple[tuple[str, str], ...]
    worked: tuple[str, ...]


ANNOUNCED: Final[dict[int, Year]] = {
    2025: Year(
        "国务院办公厅关于2025年部分节假日安排的通知",
        (
            ("01-01", "01-01"),
            ("01-28", "02-04"),
            ("04-04", "04-06"),
            ("05-01", "05-05"),
            ("05-31", "06-02"),
            ("10-01", "10-08"),
        ),
        ("01-26", "02-08", "04-27", "09-28", "10-11"),
    ),
    2026: Year(
        "国务院办公厅关于2026年部分节假日安排的通知",
        (
            ("01-01", "01-03"),
            ("02-15", "02-23"),
            ("04-04", "04-06"),
            ("05-01", "05-05"),
            ("06-19", "06-21"),
            ("09-25", "09-27"),
            ("10-01", "10-07"),
        ),
        ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10"),
    ),
}
"""By year."""
_SATURDAY = 5


def _days(year: int, first: str, last: str) -> Iterator[date]:
    begins, ends = (date.fromisoformat(f"{year}-{each}") for each in (first, last))
    return (begins + timedelta(days=number) for number in range((ends - begins).days + 1))


_HOLIDAYS = frozenset(
    day for year, said in ANNOUNCED.items() for first, last in said.holidays for day in _days(year, first, last)
)
_WORKED = frozenset(date.fromisoformat(f"{year}-{each}") for year, said in ANNOUNCED.items() for each in said.worked)


def is_announced(day: date) -> bool:
    """Whether the holidays of its year are known."""
    return day.year in ANNOUNCED


def kind_of_day(day: date) -> DayKind:
    """WORKING or REST; KeyError for a day of a year that was not announced."""
    if not is_announced(day):
        raise KeyError(day.year)
    rests = day in _HOLIDAYS or (day.weekday() >= _SATURDAY and day not in _WORKED)
    return DayKind.REST if rests else DayKind.WORKING
