"""vCards as persons with their numbers, iCalendar as rosters."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import icalendar
import pytest
import recurring_ical_events

from loaders.tabular.writing import Writing
from schema.errors import LoadError
from schema.people import Contact, Person, Shift
from tests.loaders.tables import Read, read, write

CHINA = Writing.of("Asia/Shanghai", "CN")
CARDS = r"""
BEGIN:VCARD
VERSION:4.0
UID:urn:uuid:1-2
FN:张三
ORG:城东供电所;抢修班
TITLE:班长\, 值班
item1.TEL;TYPE=CELL:129-0000-0001
TEL;TYPE="work,voice";VALUE=uri:tel:+86-25-84000008;ext=801
TEL;TYPE=FAX:025-84000009
PHOTO;ENCODING=b:AAAA
 BBBB
EMAIL:zhang@exam
 ple.cn
BEGIN:VALARM
FN:not me
END:VALARM
END:VCARD
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E6=9D=8E=
;=E5=9B=9B;;;
TEL;CELL:12900000002
TEL;CELL:12900000003
END:VCARD
BEGIN:VCARD
N:Miller;Ann
TEL:bad
END:VCARD
BEGIN:VCARD
TEL:12900000004
END:VCARD
"""


def test_cards(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"team.vcf": CARDS.lstrip()}), writing=CHINA)
    people = {each.id: each for each in found.entities.values() if isinstance(each, Person)}
    assert {ident: each.name for ident, each in people.items()} == {
        "1-2": "张三", "VCARD:李四": "李四", "VCARD:Ann Miller": "Ann Miller",
    }  # fmt: skip
    assert (people["1-2"].title, people["1-2"].note) == ("班长, 值班", "城东供电所;抢修班")
    assert {each.id: each.value for each in found.entities.values() if isinstance(each, Contact)} == {
        "1-2:MOBILE": "+8612900000001",
        "1-2:PHONE": "+862584000008;ext=801",
        "1-2:EMAIL": "zhang@example.cn",
        "VCARD:李四:MOBILE": "+8612900000002",
        "VCARD:李四:MOBILE~2": "+8612900000003",
    }
    assert [(row, column) for row, column, _ in found.rejected] == [(5, "id")]
    account = found.report.accounts[0]
    assert (account.rows_read, account.taken, account.rejected) == (CARDS.count("BEGIN:VCARD"), 3, 1)
    assert account.unread


def test_a_photo_of_ten_megabytes(tmp_path: Path) -> None:
    photo = "PHOTO;ENCODING=b:" + "A" * 10_000_000 + "\n" + (" " + "B" * 74 + "\n") * 20_000
    text = f"BEGIN:VCARD\nFN:甲\n{photo}NOTE:{'x' * 200_000}\nUID:1\nEND:VCARD\n"
    assert set(read(write(tmp_path, {"one.vcf": text}), writing=CHINA).entities) == {"1"}


def event(*lines: str) -> str:
    return "\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT", ""))


def roster(folder: Path, *events: str, writing: Writing = CHINA) -> Read:
    people = "id,name\nP1,张三\n"
    text = "BEGIN:VCALENDAR\n" + "".join(events) + "END:VCALENDAR\n"
    return read(write(folder, {"roster.ics": text, "Person.csv": people}), writing=writing)


def shifts(found: Read) -> dict[str, tuple[str, str]]:
    return {
        each.id: (f"{each.start:%m-%d %H:%M}", f"{each.end:%m-%d %H:%M}")
        for each in found.entities.values()
        if isinstance(each, Shift)
    }


ZONED = "DTSTART;TZID=Asia/Shanghai:20260305T200000"
NIGHT = (ZONED, "DTEND;TZID=China Standard Time:20260306T080000")


def test_times_of_events(tmp_path: Path) -> None:
    found = roster(
        tmp_path,
        event("UID:zoned", "SUMMARY:张三", *NIGHT),
        event(
            "UID:utc", "ATTENDEE;CN=张三;ROLE=CHAIR:mailto:z@example.cn", "DTSTART:20260305T000000Z", "DURATION:PT8H"
        ),
        event("UID:floating", "DTSTART:20260305T080000", "DTEND:20260305T200000"),
        event("UID:day", "DTSTART;VALUE=DATE:20260305"),
        event("UID:gone", "STATUS:CANCELLED", *NIGHT),
        event("UID:nowhere", "DTSTART;TZID=Mars:20260305T080000", "DTEND:20260305T200000"),
        event("UID:endless", ZONED),
        event("UID:empty"),
    )
    assert shifts(found) == {
        "zoned": ("03-05 12:00", "03-06 00:00"),
        "utc": ("03-05 00:00", "03-05 08:00"),
        "floating": ("03-05 00:00", "03-05 12:00"),
        "day": ("03-04 16:00", "03-05 16:00"),
    }
    assert found.links == {"zoned WORKED_BY P1", "utc WORKED_BY P1"}
    assert [row for row, _, _ in found.rejected] == [6, 7, 8]


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        ((ZONED,), "DTEND;TZID=Asia/Shanghai:20260306T080000"),
        (("DTSTART:20260305T200000Z",), "DTEND:20260306T080000Z"),
        (("DTSTART:20260305T200000", "DURATION:PT"), "DTEND:20260306T080000"),
    ],
)
def test_an_event_without_an_end_says_what_to_write(tmp_path: Path, lines: tuple[str, ...], end: str) -> None:
    """RFC 5545, 3.6.1: without DTEND and DURATION an event at a time of day ends when it begins."""
    [reject] = roster(tmp_path, event("UID:e", "SUMMARY:张三", *lines)).report.rejects
    assert reject.column == "end"
    assert ("DURATION" in reject.value) == (len(lines) > 1)
    assert f"as {end} or DURATION:PT12H" in reject.remedy
    assert "e" in shifts(roster(tmp_path, event("UID:e", "SUMMARY:张三", lines[0], end)))


def test_lengths_of_events(tmp_path: Path) -> None:
    found = roster(
        tmp_path,
        event("UID:plus", "DTSTART:20260305T200000Z", "DURATION:+PT90M"),
        event("UID:day", "DTSTART;VALUE=DATE:20260305", "DURATION:P2D"),
        event("UID:until", "DTSTART;VALUE=DATE:20260305", "DTEND;VALUE=DATE:20260307"),
    )
    assert shifts(found) == {
        "plus": ("03-05 20:00", "03-05 21:30"),
        "day": ("03-04 16:00", "03-06 16:00"),
        "until": ("03-04 16:00", "03-06 16:00"),
    }


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY;COUNT=3", ["0305", "0306", "0307"]),
        ("FREQ=DAILY;INTERVAL=2;COUNT=3", ["0305", "0307", "0309"]),
        ("FREQ=DAILY;UNTIL=20260306T120000Z", ["0305", "0306"]),
        ("FREQ=WEEKLY;COUNT=2", ["0305", "0312"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=4", ["0305", "0316", "0319", "0330"]),
        ("FREQ=WEEKLY;UNTIL=20260313", ["0305", "0312"]),
    ],
)
def test_series_with_an_end(tmp_path: Path, rule: str, days: list[str]) -> None:
    found = roster(tmp_path, event("UID:s", *NIGHT, f"RRULE:{rule}"))
    assert list(shifts(found)) == [f"s:2026{day}" for day in days]


@pytest.mark.parametrize("start", ["DTSTART:20261116T200000", "DTSTART;TZID=Asia/Shanghai:20261116T200000"])
@pytest.mark.parametrize(
    ("until", "days"),
    [
        # 30 November 23:59:59 in Shanghai: the shift of that evening at 20:00 (12:00Z) is one of the series
        ("20261130T155959Z", ["1116", "1123", "1130"]),
        ("20261130T120000Z", ["1116", "1123", "1130"]),
        ("20261130T115959Z", ["1116", "1123"]),
        # 24 November 04:00Z is noon there
        ("20261124T040000Z", ["1116", "1123"]),
    ],
)
def test_a_series_that_ends_at_an_instant_of_utc(tmp_path: Path, start: str, until: str, days: list[str]) -> None:
    """RFC 5545, 3.3.10: an UNTIL with Z is UTC, and the occurrence at that very instant is the last one."""
    found = roster(tmp_path, event("UID:s", start, "DURATION:PT12H", f"RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL={until}"))
    assert list(shifts(found)) == [f"s:2026{day}" for day in days]


def test_a_night_that_is_left_out_of_a_floating_series_by_its_instant(tmp_path: Path) -> None:
    """20:00 in Shanghai is 12:00 UTC."""
    series = ("DTSTART:20260305T200000", "DTEND:20260306T080000", "RRULE:FREQ=DAILY;COUNT=4")
    moved = ("DTSTART:20260307T210000", "DTEND:20260308T080000", "RECURRENCE-ID:20260307T120000Z")
    found = roster(tmp_path, event("UID:s", *series, "EXDATE:20260306T120000Z"), event("UID:s", *moved))
    assert shifts(found) == {
        "s:20260305": ("03-05 12:00", "03-06 00:00"),
        "s:20260307": ("03-07 13:00", "03-08 00:00"),
        "s:20260308": ("03-08 12:00", "03-09 00:00"),
    }


def test_exceptions_and_series_that_are_not_read(tmp_path: Path) -> None:
    found = roster(
        tmp_path,
        event("UID:s", *NIGHT, "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Asia/Shanghai:20260306T200000"),
        event("UID:endless", *NIGHT, "RRULE:FREQ=DAILY"),
        event("UID:monthly", *NIGHT, "RRULE:FREQ=MONTHLY;COUNT=3"),
        event("UID:long", *NIGHT, "RRULE:FREQ=DAILY;COUNT=5000"),
    )
    assert list(shifts(found)) == ["s:20260305", "s:20260307"]
    reasons = [str(each.reason) for each in found.report.rejects]
    assert [reason.split(":")[0] for reason in reasons] == [
        "repeats without end",
        "repeats by a rule that is not read",
        "repeats more than 1,000 times",
    ]


@pytest.mark.parametrize(
    "left_out",
    [
        "EXDATE;TZID=Asia/Shanghai:20260306T200000,20260308T200000",
        "EXDATE:20260306T120000Z,20260308T120000Z",
        "EXDATE;VALUE=DATE:20260306,20260308",
        "EXDATE:20260306T200000\r\nEXDATE:20260308T200000",
    ],
)
def test_days_that_are_left_out_are_named_in_any_way(tmp_path: Path, left_out: str) -> None:
    found = roster(tmp_path, event("UID:s", *NIGHT, "RRULE:FREQ=DAILY;COUNT=5", left_out))
    assert list(shifts(found)) == ["s:20260305", "s:20260307", "s:20260309"]


def test_an_event_of_its_own_replaces_its_occurrence(tmp_path: Path) -> None:
    """RFC 5545, 3.8.4.4: who was to work that night, and does not, is not on duty beside who does."""
    later = ("DTSTART;TZID=Asia/Shanghai:20260306T220000", "DTEND;TZID=Asia/Shanghai:20260307T060000")
    found = roster(
        tmp_path,
        event("UID:s", *later, "RECURRENCE-ID:20260306T120000Z"),
        event("UID:s", *NIGHT, "RRULE:FREQ=DAILY;COUNT=4"),
        event("UID:s", "STATUS:CANCELLED", *NIGHT, "RECURRENCE-ID;TZID=Asia/Shanghai:20260307T200000"),
    )
    assert shifts(found) == {
        "s:20260306": ("03-06 14:00", "03-06 22:00"),
        "s:20260305": ("03-05 12:00", "03-06 00:00"),
        "s:20260308": ("03-08 12:00", "03-09 00:00"),
    }


def test_an_event_of_an_occurrence_and_all_later_ones(tmp_path: Path) -> None:
    """RFC 5545, 3.2.13: all that follow move by the same time, and are what that event says."""
    moved = ("DTSTART;TZID=Asia/Shanghai:20260307T213000", "DTEND;TZID=Asia/Shanghai:20260308T060000")
    found = roster(
        tmp_path,
        event("UID:s", "SUMMARY:李四", *NIGHT, "RRULE:FREQ=DAILY;COUNT=6", "EXDATE:20260309T120000Z"),
        event("UID:s", "SUMMARY:张三", *moved, "RECURRENCE-ID;RANGE=THISANDFUTURE:20260307T120000Z"),
        event("UID:s", *NIGHT, "STATUS:CANCELLED", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260310T120000Z"),
    )
    assert shifts(found) == {
        "s:20260307": ("03-07 13:30", "03-07 22:00"),
        "s:20260308": ("03-08 13:30", "03-08 22:00"),
    }
    assert found.links == {"s:20260307 WORKED_BY P1", "s:20260308 WORKED_BY P1"}
    assert [value for _, _, value in found.rejected] == ["李四", "李四"]
    for name in ("THISANDPRIOR", "THISANDFUTURE"):
        alone = roster(tmp_path / name, event("UID:s", *moved, f"RECURRENCE-ID;RANGE={name}:20260307T120000Z"))
        assert ["RANGE" in str(each.reason) for each in alone.report.rejects] == [True]


def test_an_end_without_a_zone_is_in_that_of_its_start(tmp_path: Path) -> None:
    mixed = (ZONED, "DTEND:20260306T080000")
    found = roster(
        tmp_path,
        event("UID:one", *mixed),
        event("UID:s", *mixed, "RRULE:FREQ=DAILY;COUNT=2"),
        event("UID:f", "DTSTART:20260305T200000", "DTEND:20260306T000000Z", "RRULE:FREQ=DAILY;COUNT=1"),
        writing=Writing(),
    )
    assert shifts(found) == {
        "one": ("03-05 12:00", "03-06 00:00"),
        "s:20260305": ("03-05 12:00", "03-06 00:00"),
        "s:20260306": ("03-06 12:00", "03-07 00:00"),
    }
    assert ["without its zone" in str(each.reason) for each in found.report.rejects] == [True]


def test_occurrences_that_cannot_be_placed_are_rejected(tmp_path: Path) -> None:
    found = roster(tmp_path, event("UID:s", *NIGHT, "RDATE:someday"))
    assert ["RDATE" in str(each.reason) for each in found.report.rejects] == [True]
    many = ",".join(
        f"2026{month:02}{day:02}T{hour:02}0000" for month in (4, 5) for day in range(1, 29) for hour in range(20)
    )
    long = roster(tmp_path / "b", event("UID:s", *NIGHT, f"RDATE;TZID=Asia/Shanghai:{many}"))
    assert ["more than 1,000" in str(each.reason) for each in long.report.rejects] == [True]


SERIES = [
    ("RDATE;TZID=Asia/Shanghai:20260310T200000,20260312T100000",),
    ("RRULE:FREQ=DAILY;COUNT=3", "RDATE:20260310T120000Z", "EXDATE:20260306T120000Z"),
    ("RRULE:FREQ=DAILY;COUNT=2", "RDATE;TZID=Asia/Shanghai:20260305T200000,20260306T100000"),
    ("RDATE;VALUE=PERIOD;TZID=Asia/Shanghai:20260310T200000/20260310T230000",),
    ("RRULE:FREQ=WEEKLY;BYDAY=TH,SA;UNTIL=20260314T120000Z", "EXDATE;TZID=Asia/Shanghai:20260312T200000"),
    ("RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20260311T115959Z",),
]


@pytest.mark.parametrize("lines", SERIES)
def test_series_are_those_of_a_library(tmp_path: Path, lines: tuple[str, ...]) -> None:
    nights = event("UID:s", "DTSTAMP:20260101T000000Z", ZONED, "DTEND;TZID=Asia/Shanghai:20260306T080000", *lines)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{nights}END:VCALENDAR\n"
    every = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between((2026, 1, 1), (2027, 1, 1))
    theirs = {tuple(each[name].dt.astimezone(UTC) for name in ("DTSTART", "DTEND")) for each in every}
    found = roster(tmp_path, nights)
    ours = {(each.start, each.end) for each in found.entities.values() if isinstance(each, Shift)}
    assert ours == theirs
    assert len(ours) > 1


def test_periods_of_a_series_by_their_length(tmp_path: Path) -> None:
    """RFC 5545, 3.3.9: a start with a duration; the library above cannot read it."""
    period = "RDATE;VALUE=PERIOD;TZID=Asia/Shanghai:20260311T200000/PT2H"
    found = roster(tmp_path, event("UID:s", *NIGHT, period, "RDATE;VALUE=DATE:20260312"))
    assert shifts(found) == {
        "s:20260305": ("03-05 12:00", "03-06 00:00"),
        "s:20260311": ("03-11 12:00", "03-11 14:00"),
        "s:20260312": ("03-12 12:00", "03-13 00:00"),
    }


def test_a_series_until_a_bare_day_has_the_shift_of_that_day(tmp_path: Path) -> None:
    """RFC 5545, 3.3.10: UNTIL bounds in an inclusive manner."""
    found = roster(tmp_path, event("UID:s", *NIGHT, "RRULE:FREQ=DAILY;UNTIL=20260307"))
    assert list(shifts(found)) == ["s:20260305", "s:20260306", "s:20260307"]
    days = roster(tmp_path / "days", event("UID:d", "DTSTART;VALUE=DATE:20260305", "RRULE:FREQ=DAILY;UNTIL=20260306"))
    assert list(shifts(days)) == ["d:20260305", "d:20260306"]


def test_a_floating_time_needs_the_zone_of_the_load(tmp_path: Path) -> None:
    found = roster(tmp_path, event("UID:f", "DTSTART:20260305T080000", "DTEND:20260305T200000"), writing=Writing())
    assert "without its zone" in found.report.rejects[0].reason


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("a.vcf", "BEGIN:VCARD\nFN:甲\nEND:VCARD\nBEGIN:VCARD\nFN:乙\nTEL:13900000001\n", "VCARD"),
        ("a.vcf", "BEGIN:VCARD\nFN:甲\nBEGIN:VCARD\nFN:乙\nEND:VCARD\n", "VCARD"),
        ("a.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:甲\nDTSTART:20260101T080000\n", "VEVENT"),
    ],
)
def test_what_was_cut_off_is_refused(tmp_path: Path, name: str, text: str, what: str) -> None:
    with pytest.raises(LoadError, match=f"{name} ends inside of a {what}"):
        read(write(tmp_path / "a", {name: text}), writing=CHINA)


def in_own_zone(offsets: str) -> str:
    return f"""BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Customized Time Zone
{offsets}
END:VTIMEZONE
BEGIN:VEVENT
UID:E1
SUMMARY:王强
DTSTART;TZID=Customized Time Zone:20261201T080000
DTEND;TZID=Customized Time Zone:20261201T200000
END:VEVENT
END:VCALENDAR
"""


def test_a_zone_that_only_the_file_knows_is_read_where_it_has_one_offset(tmp_path: Path) -> None:
    """Outlook calls it Customized Time Zone; 08:00 at +05:30 is 02:30 UTC, whatever --timezone says."""
    offset = "BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0530\nTZOFFSETTO:+0530\nEND:STANDARD"
    files = {"people.csv": "工号,姓名\nG1,王强\n", "duty.ics": in_own_zone(offset)}
    found = read(write(tmp_path / "one", files), writing=CHINA)
    [shift] = (each for each in found.entities.values() if isinstance(each, Shift))
    assert f"{shift.start.astimezone(UTC):%d %H:%M} {shift.end.astimezone(UTC):%d %H:%M}" == "01 02:30 01 14:30"
    summer = offset + "\nBEGIN:DAYLIGHT\nDTSTART:16010301T000000\nTZOFFSETFROM:+0530\nTZOFFSETTO:+0630\nEND:DAYLIGHT"
    files["duty.ics"] = in_own_zone(summer)
    found = read(write(tmp_path / "two", files), writing=CHINA)
    [reject] = found.report.rejects
    assert reject.value.endswith("Customized Time Zone"), "two offsets: which holds when is not worked out"


def test_phone_books_as_mail_programs_export_them(tmp_path: Path) -> None:
    book = """
        Name,Phone 1 - Type,Phone 1 - Value,Phone 2 - Value,E-mail 1 - Value
        王强,Mobile,13900002001,025-84000008,wq@example.com
        """
    outlook = "姓名,商务电话,移动电话,电子邮件地址\n李娜,025-84000009,13900002002,ln@example.com\n"
    found = read(write(tmp_path, {"People.csv": book, "人员.csv": outlook}), writing=CHINA)
    assert sorted(each.value for each in found.entities.values() if isinstance(each, Contact)) == [
        "+8613900002001", "+8613900002002", "+862584000008", "+862584000009", "ln@example.com", "wq@example.com",
    ]  # fmt: skip
