"""Dates and times as people write them: each writing with the one moment that it is, or why it is none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from loaders.tabular.moments import Since1904, TimeOfDay, day, moment
from loaders.tabular.writing import UnclearError, Writing
from schema.errors import LoadError
from schema.people import Contact, Shift
from tests.loaders.tables import read, write

CHINA = ZoneInfo("Asia/Shanghai")
HERE = Writing.of("Asia/Shanghai", "CN")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026/3/5 8:00", "2026-03-05T00:00"),
        ("2026-03-05 08:00:00", "2026-03-05T00:00"),
        ("2026.03.05 8:00", "2026-03-05T00:00"),
        ("2026年3月5日", "2026-03-04T16:00"),
        ("2026年3月5日 8时30分", "2026-03-05T00:30"),
        ("2026年3月5日8点半", "2026-03-05T00:30"),
        ("2026年3月5号 8点整", "2026-03-05T00:00"),
        ("2026年3月5日（星期四） 20:00", "2026-03-05T12:00"),
        ("２０２６／３／５　８：００", "2026-03-05T00:00"),
        ("2026/3/5 上午8:00", "2026-03-05T00:00"),
        ("2026/3/5 下午8:00", "2026-03-05T12:00"),
        ("2026/3/5 12:30 AM", "2026-03-04T16:30"),
        ("2026/3/5 12:30 PM", "2026-03-05T04:30"),
        ("2026-03-05 24:00", "2026-03-05T16:00"),
        ("20260305", "2026-03-04T16:00"),
        ("202603050830", "2026-03-05T00:30"),
        ("2026-03-05T08:00:00Z", "2026-03-05T08:00"),
        ("2026-03-05T08:00+08:00", "2026-03-05T00:00"),
        ("2026/3/5 8:00 +0900", "2026-03-04T23:00"),
        ("46086", "2026-03-04T16:00"),
        ("46086.33333333333", "2026-03-05T00:00"),
        ("2026-03-05T08:00:00.250000", "2026-03-05T00:00:00.250000"),
    ],
)
def test_one_moment_each(text: str, utc: str) -> None:
    found = moment(text, CHINA)
    assert isinstance(found, datetime)
    assert found.astimezone(UTC) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_days_since_1904() -> None:
    assert moment(Since1904("44624.5"), UTC) == datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("8:00", TimeOfDay(28_800)),
        ("20:00:30", TimeOfDay(72_030)),
        ("24:00", TimeOfDay(86_400)),
        ("次日8:00", TimeOfDay(28_800, next_day=True)),
        ("下午6点", TimeOfDay(64_800)),
        ("0.8333333333333334", TimeOfDay(72_000)),
        ("830", TimeOfDay(30_600)),
        ("1730", TimeOfDay(63_000)),
        ("2400", TimeOfDay(86_400)),
    ],
)
def test_times_of_day(text: str, clock: TimeOfDay) -> None:
    assert moment(text, CHINA) == clock


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("5/3/2026", "which number is the day"),
        ("05.03.26 8:00", "which number is the day"),
        ("11月26日", "without its year"),
        ("2026-02-30", "no day of the calendar"),
        ("2026/3/5 25:00", "no time of day"),
        ("2026/3/5 24:01", "no time of day"),
        ("2026/3/5 下午13:00", "no time of day"),
        ("12345", "no time that can be read"),
        ("soon", "no time that can be read"),
    ],
)
def test_what_is_none(text: str, why: str) -> None:
    with pytest.raises(UnclearError, match=why):
        moment(text, CHINA)


def test_a_zone_is_never_guessed() -> None:
    with pytest.raises(UnclearError, match="without its zone") as refused:
        moment("2026/3/5 8:00", None)
    assert "--timezone" in refused.value.remedy


@pytest.mark.parametrize("text", ["2026-10-25 02:30", "2026-03-29 02:30"])
def test_hours_that_a_clock_shows_twice_or_never(text: str) -> None:
    with pytest.raises(UnclearError, match="twice, or never"):
        moment(text, ZoneInfo("Europe/Berlin"))


def test_days() -> None:
    assert [day(text).isoformat() for text in ("2026年3月5日", "2026/3/5", "46086")] == ["2026-03-05"] * 3
    for text in ("2026/3/5 8:00", "8:00"):
        with pytest.raises(UnclearError, match="no date"):
            day(text)


@pytest.mark.parametrize(("name", "hours"), [("+08:00", 8), ("UTC+8", 8), ("-3", -3), ("Asia/Shanghai", 8), ("Z", 0)])
def test_names_of_zones(name: str, hours: int) -> None:
    zone = Writing.of(name).timezone
    assert zone is not None
    offset = zone.utcoffset(datetime(2026, 1, 1))
    assert offset is not None
    assert offset.total_seconds() == hours * 3600


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"timezone": "Beijing"}, "no time zone"),
        ({"timezone": "../etc/passwd"}, "no time zone"),
        ({"timezone": "+25"}, "no time zone"),
        ({"country": "Utopia"}, "no country"),
        ({"country": "+999"}, "no country"),
        ({"encoding": "klingon"}, "no encoding"),
        ({"encoding": "base64"}, "no encoding"),
    ],
)
def test_what_a_load_cannot_be_told(said: dict[str, str], why: str) -> None:
    with pytest.raises(LoadError, match=why):
        Writing.of(**said)


ROSTER = """
    标识,日期,开始,结束
    D1,2026/3/5,8:00,20:00
    N1,2026/3/5,20:00,8:00
    N2,,2026年3月5日 20:00,次日8:00
    N3,,2026/3/5 20:00,24:00
    X1,,20:00,8:00
    X2,,2026/3/5 20:00,2026/3/5 8:00
    X3,3月5日,20:00,8:00
    """


def test_a_roster_with_night_shifts(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"值班.csv": ROSTER}), writing=HERE)
    times = {
        ident: (shift.start.strftime("%d %H:%M"), shift.end.strftime("%d %H:%M"))
        for ident, shift in found.entities.items()
        if isinstance(shift, Shift)
    }
    assert times == {
        "D1": ("05 00:00", "05 12:00"),
        "N1": ("05 12:00", "06 00:00"),
        "N2": ("05 12:00", "06 00:00"),
        "N3": ("05 12:00", "05 16:00"),
    }
    assert [(row, column) for row, column, _ in found.rejected] == [(6, "开始"), (7, "结束"), (8, "日期")]
    assert {"X1", "X2", "X3"} <= found.kept


def sheet(path: Path, rows: list[list[object]], title: str, *, from_1904: bool = False) -> Path:
    book = openpyxl.Workbook()
    if from_1904:
        book.epoch = CALENDAR_MAC_1904
    assert book.active is not None
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("from_1904", [False, True])
def test_cells_of_dates_times_and_serials(tmp_path: Path, from_1904: bool) -> None:
    from datetime import date, time, timedelta

    serial = 46086.5 - (1462 if from_1904 else 0)
    rows: list[list[object]] = [
        ["id", "date", "start", "end"],
        ["A", None, datetime(2026, 3, 5, 8), datetime(2026, 3, 5, 20)],
        ["B", date(2026, 3, 5), time(20), time(8)],
        ["C", date(2026, 3, 5), time(8), timedelta(days=1)],
        ["D", None, serial, serial + 0.25],
    ]
    found = read(sheet(tmp_path / "roster.xlsx", rows, "Shift", from_1904=from_1904), writing=HERE)
    assert not found.report.rejects
    times = {
        ident: [at.astimezone(CHINA).strftime("%d %H:%M") for at in (shift.start, shift.end)]
        for ident, shift in found.entities.items()
        if isinstance(shift, Shift)
    }
    assert times == {
        "A": ["05 08:00", "05 20:00"],
        "B": ["05 20:00", "06 08:00"],
        "C": ["05 08:00", "06 00:00"],
        "D": ["05 12:00", "05 18:00"],
    }


def test_the_workbook_and_the_mapping_may_say_zone_and_country(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "说明"
    for row in (["时区", "+08:00", "as Asia/Shanghai"], ["country", "CN"], ["", "anything"], ["timezone"]):
        book.active.append(row)
    contact = book.create_sheet("Contact")
    contact.append(["id", "value", "verified_on"])
    contact.append(["K", "139 0000 0001", "2026年3月5日"])
    book.save(tmp_path / "book.xlsx")
    kept = read(tmp_path / "book.xlsx").entities["K"]
    assert isinstance(kept, Contact)
    assert kept.value == "+8613900000001"
    mapping = """
        system: s
        timezone: Asia/Shanghai
        country: "+86"
        tables:
          shifts: {file: "*.csv", make: [{kind: Shift, id: "{A}", fields: {
            start: {template: "{D} {S}"}, end: E}}]}
        """
    folder = write(
        tmp_path / "data", {"r.csv": "A,D,S,E\n1,2026/3/5,20:00,8:00\n2,2026/3/5,x,8:00\n3,2026/3/5,9:00,x\n"}
    )
    write(tmp_path, {"m.yaml": mapping})
    found = read(folder, str(tmp_path / "m.yaml"))
    shift = found.entities["1"]
    assert isinstance(shift, Shift)
    assert (shift.end - shift.start).total_seconds() == 12 * 3600
    assert [(row, column) for row, column, _ in found.rejected] == [(3, "{D} {S}"), (4, "E")]
