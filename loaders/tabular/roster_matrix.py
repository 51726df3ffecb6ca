"""A roster as people draw it: a row per day and a column per shift, or a row per person and a column per day.

    日期   白班（08:00-20:00）  夜班（20:00-次日08:00）        白班 08:00-20:00，夜班 20:00-次日08:00   2026年11月
    11-26  李伟                赵强                          姓名    1     2     3
                                                             李伟    白班   夜班   休

Both become rows of day, shift, hours and people. Hours stand in the head, or in a line above or below; they are never
guessed, nor is the year or the month.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from loaders.tabular.footers import footer
from loaders.tabular.names import plain_name
from loaders.tabular.scars import Unreadable
from loaders.tabular.synonyms import ON_DUTY
from schema.errors import LoadError
from schema.vocabulary import ShiftType
from schema.words import say

HEADER = ("日期", "班次", "开始", "结束", "值班人员", "责任班组", "值班类型")
"""What the rows of a drawn roster have."""
_TIME = r"(?:次日|翌日|第二天)?\s*\d{1,2}[:：]\d{2}"
_HOURS = re.compile(rf"(?P<start>{_TIME})\s*(?:-|–|—|~|～|至|到)+\s*(?P<end>{_TIME})")
_LEGEND = re.compile(rf"(?P<name>[\u3400-\u9fffA-Za-z]{{1,6}})\s*[:：=(（]?\s*{_HOURS.pattern}")
_DAY_HEADS = frozenset(map(plain_name, ("date", "日期", "值班日期")))
_PEOPLE = frozenset(map(plain_name, (*ON_DUTY, "姓名", "人员", "人员姓名", "员工姓名", "name", "person")))
_TEAMS = frozenset(map(plain_name, ("班组", "值班班组", "所属班组", "责任班组", "部门", "部门/班组", "team")))
_SHIFTS = frozenset({"白", "夜", "早", "中", "晚", "大夜", "小夜", "日", "备", "正", "副", "主", "全天"})
_OFF = frozenset({"休", "休息", "轮休", "公休", "-", "—", "/", "\\", "×", "x", "off"})
_LEAVE = frozenset(
    {"休假", "年休", "年假", "请假", "病假", "事假", "产假", "婚假", "丧假", "调休", "出差", "培训", "leave"}
)
_MONTH = re.compile(
    r"(?P<year>20\d{2})\s*(?:年\s*(?P<month>\d{1,2})\s*月(?!\s*\d{1,2}\s*[日号])|[-/.](?P<also>\d{1,2})(?![-/.\d]))"
)
"""A month that is no part of a whole date (制表日期：2026-10-28)."""
_BETWEEN = re.compile(r"[/、+，,;；]")
_DAY = re.compile(
    r"(?:(?P<year>20\d{2})\s*[-/.年]\s*)?(?:(?P<month>\d{1,2})\s*[-/.月]\s*)?(?P<day>\d{1,2})\s*[日号]?"
    r"(?:T00:00:00)?\s*(?:[(（]?(?:星期|周|礼拜)?[一二三四五六日天][)）]?)?"
)
_WEEKDAY = re.compile(r"(?:星期|周|礼拜)?[一二三四五六日天]")
_LEAST_DAYS = 3
"""Days that make columns a calendar: fewer are numbers of something."""


class Hours(NamedTuple):
    """From when to when, as written."""

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """How one drawn roster is read."""

    head: int
    """Row of its head, from 1."""
    days: tuple[tuple[int, date | None], ...]
    """Columns that are days; None = one that the month does not have."""
    shifts: tuple[tuple[int, str, Hours], ...]
    """Columns that are shifts."""
    named: int
    """Column of the day, or of the person."""
    team: int
    """Column of the team; -1 = none."""
    legend: dict[str, Hours]
    month: tuple[int, int] | None
    """Year and month of days that say none."""
    unread: tuple[str, ...]

    def rows(self, raw: Iterable[Sequence[str]]) -> Iterator[tuple[int, Sequence[str]]]:
        """Each cell that says something as a row of HEADER, with the row of the sheet; titles and head as they are."""
        before = ""
        for row, cells in enumerate(raw, start=1):
            if row <= self.head or _are_weekdays(cells):
                yield min(row, self.head), cells
                continue
            if footer(cells):
                yield row, cells
                continue
            name = _at(cells, self.named).strip()
            if name and self.shifts:
                found = date_of(name, self.month) if _goes_on(name, before) else None
                before = name
                yield from ((row, made) for made in self._of_day(name, found, cells))
            elif name:
                yield from ((row, made) for made in self._of_person(name, cells))

    def _of_day(self, day: str, found: date | None, cells: Sequence[str]) -> Iterator[list[str]]:
        shown = day if found is None else found.isoformat()
        for place, shift, hours in self.shifts:
            people = _at(cells, place).strip()
            if people and people not in _OFF:
                yield [shown, shift, hours.start, hours.end, people, _at(cells, self.team), _type(shift)]

    def _of_person(self, person: str, cells: Sequence[str]) -> Iterator[list[str]]:
        for place, day in self.days:
            text = _at(cells, place).strip()
            if not text or text.casefold() in _OFF or shift_key(text) in _OFF:
                continue
            team = _at(cells, self.team)
            if day is None:
                yield ["", _no_day(text), "", "", person, team, ""]
                continue
            told = [text] if self._hours(text) else [part.strip() for part in _BETWEEN.split(text)]
            for shift in told if all(map(self._hours, told)) else [text]:
                hours = self._hours(shift)
                named = shift if hours else _without_hours(f"{day:%m-%d} {text}")
                start, end = hours or ("", "")
                yield [day.isoformat(), named, start, end, person, team, _type(shift) if hours else ""]

    def _hours(self, shift: str) -> Hours | None:
        """From when to when a shift is; None if the roster does not say."""
        if shift in _LEAVE:
            return Hours("00:00", "24:00")
        written = _HOURS.fullmatch(_plain(shift))
        return _hours(written) if written else self.legend.get(shift_key(shift))


def is_matrix(header: Sequence[str]) -> bool:
    """Whether these heads are of a roster that is drawn: days beside shifts, or people beside days."""
    names = [plain_name(head) for head in header]
    if _DAY_HEADS.intersection(names):
        return any(_shift_of(head) for head in header)
    return bool(_PEOPLE.intersection(names)) and sum(_is_day(head) for head in header) >= _LEAST_DAYS


def matrix_of(label: str, head: int, header: Sequence[str], every: Sequence[Sequence[str]]) -> Matrix:
    """How a drawn roster is read, whose head stands in row `head`; `every` has all its rows.

    Raises LoadError where it does not say the hours of any shift, or of which year and month its days are.
    """
    names = [plain_name(name) for name in header]
    notes = notes_of(every, head)
    legend, month = legend_of((*notes, *header)), month_of(notes)
    team = next((place for place, name in enumerate(names) if name in _TEAMS), -1)
    if _DAY_HEADS.intersection(names):
        return _by_days(label, head, header, names, legend, month, team)
    named = next(place for place, name in enumerate(names) if name in _PEOPLE)
    days = [(place, date_of(name, month)) for place, name in enumerate(header) if _is_day(name)]
    texts = [name for name in header if _is_day(name)]
    if any(map(lacks_month, texts)) and not (month and all(map(_goes_on, texts[1:], texts))):
        raise LoadError(
            say(
                "{label}: its columns are days of which neither they nor a row above tells the one month. Write it "
                "above the head, as 2026年11月, or whole dates into the head where they are of two months.",
                label=label,
            )
        )
    if not legend:
        raise _no_hours(label)
    unread = [each for place, each in enumerate(header) if place not in {named, team, *dict(days)}]
    return Matrix(head, tuple(days), (), named, team, legend, month, tuple(unread))


def notes_of(every: Sequence[Sequence[str]], head: int) -> list[str]:
    """What stands above the head, in row `head`, and in lines of one cell."""
    return [cell for row, cells in enumerate(every, 1) if row < head or _filled(cells) == 1 for cell in cells if cell]


def legend_of(texts: Iterable[str]) -> dict[str, Hours]:
    """The hours of shifts that these texts tell, by `shift_key`."""
    return {shift_key(found["name"]): _hours(found) for each in texts for found in _LEGEND.finditer(_plain(each))}


def month_of(notes: Iterable[str]) -> tuple[int, int] | None:
    """The one year and month that these tell."""
    months = {
        (int(found["year"]), int(found["month"] or found["also"])) for each in notes for found in _MONTH.finditer(each)
    }
    return months.pop() if len(months) == 1 else None


def _by_days(
    label: str,
    head: int,
    header: Sequence[str],
    names: Sequence[str],
    legend: dict[str, Hours],
    month: tuple[int, int] | None,
    team: int,
) -> Matrix:
    named = next(place for place, name in enumerate(names) if name in _DAY_HEADS)
    shifts = [
        (place, shift, legend[shift_key(shift)])
        for place, each in enumerate(header)
        if (shift := _shift_of(each)) and shift_key(shift) in legend
    ]
    if not shifts:
        raise _no_hours(label)
    read = {named, team, *(place for place, _, _ in shifts)}
    weekdays = {place for place, name in enumerate(names) if name in ("星期", "周", "周几")}
    unread = tuple(each for place, each in enumerate(header) if place not in read | weekdays)
    return Matrix(head, (), tuple(shifts), named, team, legend, month, unread)


def _no_hours(label: str) -> LoadError:
    return LoadError(
        say(
            "{label}: it does not say from when to when its shifts are. Write the hours into the head, as "
            "白班（08:00-20:00）, or into a row above it, as: 白班 08:00-20:00，夜班 20:00-次日08:00.",
            label=label,
        )
    )


def _without_hours(text: str) -> Unreadable:
    return Unreadable(
        text,
        say("is no shift of which the roster says the hours"),
        say("Write its hours into a row above the head, as: 白班 08:00-20:00; 休 and an empty cell are no duty."),
    )


def _no_day(text: str) -> Unreadable:
    return Unreadable(
        text, say("stands in the column of a day that the month does not have"), say("Correct the head, or the cell.")
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def shift_key(name: str) -> str:
    """A shift's name as names of shifts are compared: 白班 is 白."""
    return _plain(name).strip().removesuffix("班").removesuffix("值").casefold()


def _shift_of(head: str) -> str:
    """The shift that a column's head names; empty for another column."""
    text = _plain(head)
    name = re.split(r"[(\s:]|\d", text, maxsplit=1)[0].strip()
    known = bool(_HOURS.search(text)) or (name.endswith("班") and shift_key(name) in _SHIFTS)
    return name if known and name else ""


def _hours(found: re.Match[str]) -> Hours:
    return Hours(found["start"].strip(), found["end"].strip())


def _type(shift: str) -> str:
    if shift in _LEAVE:
        return ShiftType.LEAVE.value
    return ShiftType.STANDBY.value if shift_key(shift) in ("备", "待命", "听") else ShiftType.DUTY.value


def _is_day(head: str) -> bool:
    found = _DAY.fullmatch(_plain(head).strip())
    return found is not None and 1 <= int(found["day"]) <= 31


def lacks_month(text: str) -> bool:
    """Whether a day says neither its month nor its year: 26, 26日."""
    found = _DAY.fullmatch(_plain(text).strip())
    return found is not None and not found["month"]


def _goes_on(text: str, before: str) -> bool:
    """Whether a day is later in the month than the one before it, if both are bare: 28, 29, 30, 1 are of two months."""
    one, other = (_DAY.fullmatch(_plain(each).strip()) for each in (before, text))
    if one is None or other is None or one["month"] or other["month"]:
        return True
    return int(one["day"]) < int(other["day"])


def date_of(text: str, month: tuple[int, int] | None) -> date | None:
    """The day that a text says, in the told year and month where it says none; None for no day."""
    found = _DAY.fullmatch(_plain(text).strip())
    if found is None:
        return None
    year = found["year"] or (month and month[0] + _turn(int(found["month"] or month[1]) - month[1]))
    of = found["month"] or (month and month[1])
    try:
        return date(int(year), int(of), int(found["day"])) if year and of else None
    except ValueError:
        return None


def _turn(months: int) -> int:
    """Years from the month that is told to one that has no year: January behind December is of the next."""
    return 1 if months == -11 else -1 if months == 11 else 0


def _are_weekdays(cells: Sequence[str]) -> bool:
    """Whether a row names the days of the week below the days of the month."""
    texts = [cell.strip() for cell in cells if cell.strip()]
    found = [text for text in texts if _WEEKDAY.fullmatch(text)]
    return len(found) >= _LEAST_DAYS and len(texts) - len(found) <= 1


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _at(cells: Sequence[str], place: int) -> str:
    return cells[place] if 0 <= place < len(cells) else ""
