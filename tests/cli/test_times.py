"""Times as people read them."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import typer

from graph_api.cli.times import clock_time, minute_asked, past_time, time_left, typed_time

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
    ("zone", "asked", "shown"),
    [
        ("Asia/Shanghai", None, "2026-05-01 14:00"),
        ("Asia/Shanghai", "2026-05-01T14:00:00+08:00", "2026-05-01 14:00"),
        ("Asia/Shanghai", "2026-05-01T06:00:00+00:00", "2026-05-01 06:00+00:00"),
        ("UTC", None, "2026-05-01 06:00+00:00"),
        ("UTC", "2026-05-01T14:00:00+08:00", "2026-05-01 14:00+08:00"),
    ],
)
def test_the_offset_is_named_where_nobody_told_the_machine_its_place(monkeypatch, zone, asked, shown):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    assert minute_asked(NOW, None if asked is None else datetime.fromisoformat(asked)) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 s"), (90, "90 s"), (120, "2 min"), (3599, "59 min"), (7500, "2 h 05 min"), (-200, "over by 3 min")],
)
def test_time_left(seconds, shown):
    assert time_left(NOW + timedelta(seconds=seconds), NOW) == shown


@pytest.mark.parametrize("typed", ["03:10", "3:10", "03:10:00", " 03：10 "])
def test_a_time_of_day_is_todays(typed):
    today = datetime.now().astimezone().date()
    asked = typed_time(typed).astimezone(UTC)
    assert asked.astimezone().date() == today
    assert f"{asked.astimezone():%H:%M:%S}" == "03:10:00"


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-05-01T08:00", "2026-05-01T00:00:00+00:00"),
        ("2026-05-01 08:00", "2026-05-01T00:00:00+00:00"),
        ("2026-05-01", "2026-04-30T16:00:00+00:00"),
        ("2026-11-26T20:00+08:00", "2026-11-26T12:00:00+00:00"),
        ("2026-11-26T20:00:30Z", "2026-11-26T20:00:30+00:00"),
    ],
)
def test_a_date_without_a_zone_is_local(typed, utc):
    assert typed_time(typed).astimezone(UTC).isoformat() == utc


@pytest.mark.parametrize("typed", ["", "25:00", "3.10", "tomorrow", "9999-12-31", "0001-01-01", "2026-13-01"])
def test_what_is_no_time_is_refused_with_the_forms(typed):
    with pytest.raises(typer.BadParameter, match="03:10"):
        typed_time(typed)


@pytest.fixture
def at_eight_past_two(monkeypatch, tmp_path):
    """A rehearsal at 02:08 on 28 November."""
    file = tmp_path / "now"
    file.write_text("2026-11-28T02:08:00+08:00")
    monkeypatch.setenv("BAODIAN_CLOCK_FILE", str(file))
    return file


@pytest.mark.usefixtures("at_eight_past_two")
@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("23:50", "2026-11-27 23:50"),
        ("02:08", "2026-11-28 02:08"),
        ("2:09", "2026-11-28 02:09"),  # the clock of who types may be ahead
        ("02:10", "2026-11-27 02:10"),
        ("01:13:30", "2026-11-28 01:13"),
        ("11-28 23:50", "2026-11-28 23:50"),
    ],
)
def test_a_time_of_day_that_has_been_may_be_yesterdays(typed, read):
    assert f"{past_time(typed).astimezone():%Y-%m-%d %H:%M}" == read


def test_a_time_of_day_is_that_of_the_rehearsal(at_eight_past_two):
    assert f"{typed_time('23:50').astimezone():%Y-%m-%d %H:%M}" == "2026-11-28 23:50"
    at_eight_past_two.write_text("two o'clock")
    with pytest.raises(typer.BadParameter, match="should hold one time"):
        past_time("23:50")
