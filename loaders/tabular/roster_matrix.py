"""A roster as people draw it: days down or days across; shifts, posts or people the other way.

    日期   白班（08:00-20:00）  夜班（20:00-次日08:00）        白班 08:00-20:00，夜班 20:00-次日08:00   2026年11月
    11-26  李伟                赵强                          姓名    1     2     3
                                                             李伟    白班   夜班   休
    值班时间：8:30至次日8:30                                  班次    岗位   23日   24日   25日
    日期    带班领导   值班员                                 白班    值长   李伟   赵强   孙丽
    11-26  王建国     李伟、孙丽                                     副值   孙丽   李伟   无

All become rows of day, shift, hours and people. Hours stand in the head, in a column, or in a line above or below;
they are never guessed, nor is the year or the month.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from loaders.tabular.footers import footer
from loaders.tabular.heads import bare_head
from loaders.tabular.marks import says_none
from loaders.tabular.names import plain_name
from loaders.tabular.roster_days import Span, are_weekdays, date_of, goes_on, is_day, lacks_month, plain, span_of
from loaders.tabular.roster_hours import (
    Hours,
    explains,
    legend_of,
    no_hours,
    notes_of,
    shift_key,
    shift_named,
    told_by,
    type_of,
)
from loaders.tabular.scars import Unreadable
from loaders.tabular.synonyms import ON_DUTY, is_post
from schema.errors import LoadError
from schema.words import say

HEADER = ("日期", "班次", "开始", "结束", "值班人员", "责任班组", "值班类型")
"""What the rows of a drawn roster have."""
HOUR_HEADS = frozenset(
    map(
        plain_name,
        ("时间", "值班时间", "时段", "值班时段", "起止时间", "班次时间", "值班起止时间", "时间段", "hours", "time"),
    )
)
"""Heads of a column that holds start and end together."""
_DAY_HEADS = frozenset(map(plain_name, ("date", "日期", "值班日期")))
_PEOPLE = frozenset(map(plain_name, (*ON_DUTY, "姓名", "人员", "人员姓名", "员工姓名", "name", "person")))
_TEAMS = frozenset(map(plain_name, ("班组", "值班班组", "所属班组", "责任班组", "部门", "部门/班组", "team")))
_SHIFT_HEADS = frozenset(map(plain_name, ("班次", "班别", "值别", "值次", "班种", "shift", "name")))
_POST_HEADS = frozenset(map(plain_name, ("岗位", "值班岗位", "角色", "职务", "职责", "值班职务", "post")))
_START_HEADS = frozenset(
    map(plain_name, ("start", "开始", "开始时间", "起始时间", "上班时间", "结束", "结束时间", "end"))
)
_WEEKDAY_HEADS = ("星期", "周", "周几", "周次")
_OFF = frozenset({"休", "休息", "轮休", "公休", "×", "x", "off"})
_BETWEEN = re.compile(r"[/、+，,;；]")
_CORNER = re.compile(r"[/\\|、\s]+")
_LEAST_DAYS = 3
"""Days that make columns a calendar: fewer are numbers of something."""


class Slot(NamedTuple):
    """A column of people below days: in which shift or post they are."""

    place: int
    name: str
    hours: Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """How one drawn roster is read."""

    head: int
    """Row of its head, from 1."""
    named: int
    """Column of the day, or of the person; of posts or shifts below each other the first that says which."""
    team: int
    """Column of the team; -1 = none."""
    legend: dict[str, Hours]
    span: Span | None
    """What days that do not say all are of."""
    days: tuple[tuple[int, date | None], ...] = ()
    """Columns that are days; None = one that the month does not have."""
    slots: tuple[Slot, ...] = ()
    """Columns of people below days."""
    labels: tuple[int, ...] = ()
    """Columns that say shift, post and hours of a row of people; empty where rows are people."""
    unread: tuple[str, ...] = field(default=())
    of_days: tuple[str, ...] = ()
    """Heads of posts without hours of their own beside shifts: on duty through all of them."""

    def rows(self, raw: Iterable[Sequence[str]]) -> Iterator[tuple[int, Sequence[str]]]:
        """Each cell that says something as a row of HEADER, with the row of the sheet; titles and head as they are."""
        before = ""
        labels = [""] * len(self.labels)
        for row, cells in enumerate(raw, start=1):
            if row <= self.head or are_weekdays(cells, _LEAST_DAYS):
                yield min(row, self.head), cells
                continue
            if footer(cells) or explains(cells):
                yield row if footer(cells) else self.head, cells
                continue
            name = _at(cells, self.named).strip()
            if self.slots:
                name = name or before
                on = date_of(name, self.span) if self._goes_on(name, before) else None
                before = name
                yield from ((row, made) for made in self._of_day(name, on, cells))
            elif self.labels:
                labels = _carried(labels, [_at(cells, place).strip() for place in self.labels])
                yield from ((row, made) for made in self._of_label(labels, cells))
            elif name:
                yield from ((row, made) for made in self._of_person(name, cells))

    def _goes_on(self, day: str, before: str) -> bool:
        return day == before or self.span is None or not self.span.is_month or goes_on(day, before)

    def _of_day(self, day: str, found: date | None, cells: Sequence[str]) -> Iterator[list[str]]:
        shown = day if found is None else found.isoformat()
        for place, name, hours in self.slots:
            people = _at(cells, place).strip()
            if not _is_off(people):
                yield [shown, name, hours.start, hours.end, people, _at(cells, self.team), type_of(name)]

    def _of_label(self, labels: Sequence[str], cells: Sequence[str]) -> Iterator[list[str]]:
        name = " ".join(filter(None, (_bare(label) for label in labels)))
        hours = next((told for label in labels if (told := told_by(label, self.legend))), self.legend.get(""))
        shift = next((label for label in labels if told_by(label, self.legend)), "")
        for place, day in self.days:
            people = _at(cells, place).strip()
            if _is_off(people):
                continue
            team = _at(cells, self.team)
            if day is None or hours is None:
                wrong = _no_day(people) if day is None else _without_hours(name or people)
                yield ["" if day is None else day.isoformat(), wrong, "", "", people, team, ""]
            else:
                yield [day.isoformat(), name, hours.start, hours.end, people, team, type_of(_bare(shift))]

    def _of_person(self, person: str, cells: Sequence[str]) -> Iterator[list[str]]:
        for place, day in self.days:
            text = _at(cells, place).strip()
            if _is_off(text) or shift_key(text) in _OFF:
                continue
            team = _at(cells, self.team)
            if day is None:
                yield ["", _no_day(text), "", "", person, team, ""]
                continue
            told = [text] if told_by(text, self.legend) else [part.strip() for part in _BETWEEN.split(text)]
            for shift in told if all(told_by(each, self.legend) for each in told) else [text]:
                hours = told_by(shift, self.legend)
                named = shift if hours else _without_hours(f"{day:%m-%d} {text}")
                start, end = hours or ("", "")
                yield [day.isoformat(), named, start, end, person, team, type_of(shift) if hours else ""]


def is_matrix(header: Sequence[str], legend: Iterable[str] = ()) -> bool:
    """Whether these heads are of a roster that is drawn: days beside shifts or posts, or people or posts beside days.

    `legend` has the shifts that the lines around it tell.
    """
    names = _names(header)
    if _DAY_HEADS.intersection(names):
        known = frozenset(filter(None, legend))
        if any(shift_named(head) or shift_key(head) in known for head in header):
            return True
        return not _says_hours(names) and any(_is_post(head) for head in header)
    days = [head for head in header if is_day(head)]
    told = len(days) >= _LEAST_DAYS or (bool(days) and not any(map(lacks_month, days)))
    return told and any(name in _PEOPLE | _SHIFT_HEADS | _POST_HEADS | HOUR_HEADS for name in names)


def is_listed(header: Sequence[str]) -> bool:
    """Whether a roster is a list for sure: a day, a shift or hours, and who, in each row."""
    names = _names(header)
    return bool(_DAY_HEADS.intersection(names)) and _says_hours(names) and not any(map(shift_named, header))


def matrix_of(label: str, head: int, header: Sequence[str], every: Sequence[Sequence[str]], said: str = "") -> Matrix:
    """How a drawn roster is read, whose head stands in row `head`; `every` has all its rows, `said` more hours.

    Raises LoadError where it does not say the hours of any shift, or of which year and month its days are.
    """
    names = _names(header)
    notes = notes_of(every, head)
    legend, span = legend_of((said, *notes, *header)), span_of(notes)
    team = next((place for place, name in enumerate(names) if name in _TEAMS), -1)
    if _DAY_HEADS.intersection(names):
        return _days_down(label, head, header, names, legend, span, team)
    return _days_across(label, head, header, names, legend, span, team)


def _days_down(
    label: str,
    head: int,
    header: Sequence[str],
    names: Sequence[str],
    legend: dict[str, Hours],
    span: Span | None,
    team: int,
) -> Matrix:
    named = next(place for place, name in enumerate(names) if name in _DAY_HEADS)
    slots = []
    for place, each in enumerate(header):
        shift = shift_named(each) or (each.strip() if shift_key(each) in legend else "")
        hours = told_by(each, legend) if shift else legend.get("") if _is_post(each) else None
        if hours is not None and place not in (named, team):
            slots.append(Slot(place, shift or bare_head(each)[0], hours))
    whole = _through_the_day([slot.hours for slot in slots if shift_named(header[slot.place])])
    posts = [place for place, each in enumerate(header) if _is_post(each) and place not in (named, team)]
    of_days = [place for place in posts if whole and place not in [slot.place for slot in slots]]
    slots += [Slot(place, bare_head(header[place])[0], whole) for place in of_days if whole]
    if not slots:
        raise no_hours(label)
    read = {named, team, *(slot.place for slot in slots)}
    weekdays = {place for place, name in enumerate(names) if name in _WEEKDAY_HEADS}
    unread = tuple(each for place, each in enumerate(header) if place not in read | weekdays)
    return Matrix(
        head=head,
        named=named,
        team=team,
        legend=legend,
        span=span,
        slots=tuple(slots),
        unread=unread,
        of_days=tuple(header[place] for place in of_days),
    )


def _through_the_day(shifts: Sequence[Hours]) -> Hours | None:
    """From the start of the first shift to the end of the last, where each begins as the one before ends."""
    for one, other in pairwise(shifts):
        if one.end.removeprefix("次日") != other.start:
            return None
    return Hours(shifts[0].start, shifts[-1].end) if shifts else None


def _days_across(
    label: str,
    head: int,
    header: Sequence[str],
    names: Sequence[str],
    legend: dict[str, Hours],
    span: Span | None,
    team: int,
) -> Matrix:
    people = next((place for place, name in enumerate(names) if name in _PEOPLE), -1)
    told = [place for place, name in enumerate(names) if name in _SHIFT_HEADS | _POST_HEADS | HOUR_HEADS]
    labels = () if people >= 0 else tuple(told)
    named = people if people >= 0 else told[0]
    texts = [name for name in header if is_day(name)]
    days = [(place, date_of(name, span)) for place, name in enumerate(header) if is_day(name)]
    in_order = span is None or not span.is_month or all(map(goes_on, texts[1:], texts))
    if any(map(lacks_month, texts)) and (span is None or not in_order or all(day is None for _, day in days)):
        raise LoadError(
            say(
                "{label}: its columns are days of which neither they nor a row above tells the one month. Write it "
                "above the head, as 2026年11月, or whole dates into the head where they are of two months.",
                label=label,
            )
        )
    if not legend and not labels:
        raise no_hours(label)
    unread = [each for place, each in enumerate(header) if place not in {named, team, *labels, *dict(days)}]
    return Matrix(
        head=head,
        named=named,
        team=team,
        legend=legend,
        span=span,
        days=tuple(days),
        labels=labels,
        unread=tuple(unread),
    )


def _names(header: Sequence[str]) -> list[str]:
    """Heads as they are compared; a corner that names both ways (姓名/日期) says what stands below it."""
    found = []
    days = sum(map(is_day, header))
    for head in header:
        parts = [plain_name(part) for part in _CORNER.split(plain(bare_head(head)[0])) if part]
        below = [part for part in parts if part not in _DAY_HEADS]
        found.append(below[0] if days >= _LEAST_DAYS and len(parts) > 1 and len(below) == 1 else "".join(parts))
    return found


def _says_hours(names: Sequence[str]) -> bool:
    return any(name in _SHIFT_HEADS | HOUR_HEADS | _START_HEADS for name in names)


def _is_post(head: str) -> bool:
    bare = bare_head(head)[0]
    return is_post(bare) or plain_name(bare) in _PEOPLE


def _carried(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """Labels of a row: one that is left empty is that of the row above, up to the first that is not."""
    filled = next((place for place, text in enumerate(now) if text), len(now))
    return [*before[:filled], *now[filled:]]


def _bare(label: str) -> str:
    return shift_named(label) or label


def _is_off(text: str) -> bool:
    return not text or says_none(text) or text.casefold() in _OFF


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


def _at(cells: Sequence[str], place: int) -> str:
    return cells[place] if 0 <= place < len(cells) else ""
