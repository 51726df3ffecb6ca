"""From when to when the shifts of a roster are, as its heads and the lines around it say: 白班 08:00-20:00."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from loaders.tabular.roster_days import plain
from schema.errors import LoadError
from schema.vocabulary import ShiftType
from schema.words import say

_TIME = (
    r"(?:当日|当天|次日|翌日|第二天|第二日|次晨)?\s*(?:上午|下午|凌晨|早上|晚上|早|晚)?\s*"
    r"(?:\d{1,2}:\d{2}(?::00)?|\d{1,2}\s*[点时](?:半|整|\s*\d{1,2}\s*分)?)"
)
HOURS = re.compile(rf"(?P<start>{_TIME})\s*(?:-|–|—|~|至|到)+\s*(?P<end>{_TIME})")
_LEGEND = re.compile(rf"(?P<name>[\u3400-\u9fffA-Za-z]{{1,8}}?)\s*(?:班次)?(?:时间|为|是)?\s*[:=(]?\s*{HOURS.pattern}")
_EVERY = re.compile(r"(?:每[天日]|全员|统一)?(?:值班|值守|当班|轮班|上班)?(?:时间|时段)?")
"""What stands before hours that are those of everybody: 值班时间：8:30至次日8:30, 每天8:30-17:30."""
_NAMES = frozenset(
    {
        "白", "夜", "早", "中", "晚", "大夜", "小夜", "日", "备", "正", "副", "主", "全天", "上午", "下午", "夜间",
        "晚上", "白天", "日间", "中午", "早上", "前夜", "后夜", "甲", "乙", "丙", "丁",
    }
)  # fmt: skip
_BARE = frozenset({"上午", "下午", "夜间", "晚上", "白天", "日间", "中午", "早上", "全天", "前夜", "后夜"})
"""Names of shifts that need no 班 behind them."""
_LONGEST_FIRST = sorted(_NAMES, key=len, reverse=True)
_LEAVE = frozenset(
    {
        "休假", "年休", "年假", "年休假", "请假", "病假", "事假", "产假", "陪产假", "护理假", "育儿假", "婚假", "丧假",
        "探亲假", "工伤", "疗养", "调休", "补休", "倒休", "换休", "存休", "出差", "公出", "外出", "借调", "培训",
        "学习", "外出学习", "外出培训", "培训学习", "leave",
    }
)  # fmt: skip


class Hours(NamedTuple):
    """From when to when, as written."""

    start: str
    end: str


Legend = Mapping[str, Hours]
"""Hours by `shift_key` of the shift; "" = those of everybody."""


def notes_of(every: Sequence[Sequence[str]], head: int) -> list[str]:
    """What stands above the head, in row `head`, and in lines of one cell, and in lines of a shift and its hours."""
    found = [cell for row, cells in enumerate(every, 1) if row < head or _filled(cells) == 1 for cell in cells if cell]
    return [*found, *(" ".join(filter(None, cells)) for cells in every if explains(cells))]


def explains(cells: Sequence[str]) -> bool:
    """Whether a row is a shift's name and its hours, and nothing else."""
    filled = [plain(cell) for cell in cells if cell.strip()]
    return len(filled) == 2 and HOURS.fullmatch(filled[1]) is not None


def legend_of(texts: Iterable[str]) -> dict[str, Hours]:
    """The hours of shifts that these texts tell, by `shift_key`; "" = of everybody."""
    legend: dict[str, Hours] = {}
    for text in map(plain, texts):
        for found in _LEGEND.finditer(text):
            name = "" if _EVERY.fullmatch(found["name"]) else shift_key(_last(found["name"]))
            legend.setdefault(name, hours_of(found))
    return legend


def shift_key(name: str) -> str:
    """A shift's name as names of shifts are compared: 白班 is 白."""
    return plain(name).removesuffix("班").removesuffix("值").casefold()


def shift_named(head: str) -> str:
    """The shift that a head or label names: 白班 of 白班（08:00-20:00）; empty for what is none."""
    text = plain(head)
    name = re.split(r"[(\s:]|\d", text, maxsplit=1)[0].strip()
    known = bool(HOURS.search(text)) or name in _BARE or (name.endswith("班") and shift_key(name) in _NAMES)
    return name if known and name else ""


def _last(text: str) -> str:
    """The shift that stands last in a text without blanks: 安排白班 is 白班."""
    known = (name for name in _LONGEST_FIRST if text.endswith((f"{name}班", name) if name in _BARE else f"{name}班"))
    return next(known, text)


def hours_of(found: re.Match[str]) -> Hours:
    """The hours that HOURS found."""
    return Hours(found["start"].strip(), found["end"].strip())


def told_by(text: str, legend: Legend) -> Hours | None:
    """From when to when a shift is, by its own words or the legend; None if neither says."""
    if text in _LEAVE:
        return Hours("00:00", "24:00")
    found = HOURS.search(plain(text))
    return hours_of(found) if found else legend.get(shift_key(text)) or legend.get(shift_key(shift_named(text)))


def type_of(shift: str) -> str:
    """What being in a shift of that name is: duty, standby or leave."""
    if shift in _LEAVE:
        return ShiftType.LEAVE.value
    return ShiftType.STANDBY.value if shift_key(shift) in ("备", "待命", "听") else ShiftType.DUTY.value


def no_hours(label: str) -> LoadError:
    """Why a roster is not read that does not say its hours, and the ways to say them."""
    return LoadError(
        say(
            '{label}: it does not say from when to when its shifts are. Say it with --shifts "白班 08:00-20:00，夜班 '
            '20:00-次日08:00" (--shifts "每天 08:30-次日08:30" where all are the same), or write it into a row above '
            "the head, into the head, as 白班（08:00-20:00）, or into columns 开始 and 结束 (start, end).",
            label=label,
        )
    )


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())
