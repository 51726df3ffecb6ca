"""Working days against the notices of the State Council, counted as they are written there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from schema.working_days import DayKind, is_announced, kind_of_day


@pytest.mark.parametrize(("year", "working"), [(2025, 248), (2026, 248)])
def test_working_days_of_a_year(year: int, working: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    assert sum(kind_of_day(day) is DayKind.WORKING for day in days) == working


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 2, 14), DayKind.WORKING),  # Saturday, worked for the Spring Festival
        (date(2026, 2, 15), DayKind.REST),
        (date(2026, 2, 23), DayKind.REST),  # Monday, the last of nine
        (date(2026, 2, 24), DayKind.WORKING),
        (date(2026, 2, 28), DayKind.WORKING),  # Saturday
        (date(2026, 3, 1), DayKind.REST),
        (date(2026, 1, 4), DayKind.WORKING),  # Sunday
        (date(2025, 10, 8), DayKind.REST),  # National Day and Mid-Autumn together
        (date(2025, 10, 11), DayKind.WORKING),
        (date(2025, 6, 2), DayKind.REST),
    ],
)
def test_days_of_the_notices(day: date, kind: DayKind) -> None:
    assert kind_of_day(day) is kind


def test_a_year_that_was_not_announced_is_not_guessed() -> None:
    assert not is_announced(date(2027, 1, 1))
    with pytest.raises(KeyError):
        kind_of_day(date(2027, 1, 1))
