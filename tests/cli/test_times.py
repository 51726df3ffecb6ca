"""Times as people read them."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from graph_api.cli.times import clock_time, time_left

NOW = datetime(2026, 5, 1, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_china(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("hours", "shown"),
    [(0, "14:00"), (9.5, "23:30"), (10, "05-02 00:00"), (-15, "04-30 23:00"), (24 * 300, "2027-02-25 14:00")],
)
def test_clock_time_has_a_date_when_it_is_not_today(hours, shown):
    assert clock_time(NOW + timedelta(hours=hours), NOW) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 s"), (90, "90 s"), (120, "2 min"), (3599, "59 min"), (7500, "2 h 05 min"), (-200, "over by 3 min")],
)
def test_time_left(seconds, shown):
    assert time_left(NOW + timedelta(seconds=seconds), NOW) == shown
