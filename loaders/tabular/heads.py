"""Heads of tables as people write them: title rows above them, marks of must-fill, remarks and units in brackets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from loaders.tabular.names import plain_name, split_unit

LOOKED_AT = 12
"""Rows at the start of a table among which its head is looked for."""
_MARKS = "*＊※★☆✱"
_REMARK = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_MUST = re.compile(r"(必填|必须|必录|选填|可选|非空|单选|多选|下拉|required|mandatory|optional|must)", re.IGNORECASE)
UNIT_WORDS = {
    "千伏": "kV", "伏": "V", "安": "A", "千瓦": "kW", "兆瓦": "MW", "千伏安": "kVA", "兆伏安": "MVA", "米": "m",
    "公里": "km", "千米": "km", "分钟": "min", "分": "min", "秒": "s", "小时": "h", "度": "°", "千瓦时": "kWh",
    "天": "d", "万千瓦": "万kW", "万千伏安": "万kVA", "万伏安": "万VA",
}  # fmt: skip
_UNIT = re.compile(r"万?[A-Za-zµμΩ°%/²³·\d]{1,6}|[万亿百兆毫微公千米里尺丈伏安瓦时度秒分钟小天元吨]{1,5}")
"""What is a unit in brackets, known or not: a number in an unknown one is none in the field's."""
_MOST_OF_TITLE = 3
_TITLE = re.compile(
    r".*\d{4}\s*年.*|[^:：]{1,12}[:：].*|.*(?:一览表|明细表|统计表|汇总表|值班表|排班表|通讯录|清单|台账|名单)"
)
"""A cell in a line of titles."""
_AGAIN = re.compile(r"(?P<name>.+) #\d+")
_IDS = frozenset(map(plain_name, ("id", "标识")))


def each_apart(names: Sequence[str]) -> tuple[str, ...]:
    """Heads of which each is another: a second 电话 is 电话 #2, a third column without a name #3."""
    found: list[str] = []
    for place, name in enumerate(names, start=1):
        count = names[:place].count(name)
        again = f"{name} #{count}" if name else f"#{place}"
        found.append(name if name and count == 1 else again)
    return tuple(found)


def said_before(head: str) -> tuple[str, bool]:
    """A head as it is written, and whether a column before it is called so."""
    found = _AGAIN.fullmatch(head)
    return (found["name"], True) if found else (head, False)


def bare_head(head: str) -> tuple[str, str]:
    """A head without marks and remarks, and its unit ("" = none): 合同容量 *（kVA） is 合同容量 in kVA."""
    text = _REMARK.sub(lambda found: "" if _MUST.search(found[0]) else found[0], head)
    text = text.strip().strip(_MARKS).strip()
    name, unit = split_unit(text)
    unit = UNIT_WORDS.get(unit, unicodedata.normalize("NFKC", unit).strip())
    name = name.strip().strip(_MARKS).strip()
    return (name, unit) if not unit or _UNIT.fullmatch(unit) else (name, "")


def head_of(rows: Sequence[Sequence[str]]) -> tuple[int, Sequence[str]]:
    """Which of the first rows of a table is its head, from 0, and its cells.

    Blank rows stand above it, titles of one cell, and lines of titles that are narrower than the table. Of a head in
    two rows (联系方式 above 手机 and 短号) it is the lower one, with the words of the upper where it has none.
    """
    filled = [[cell for cell in row if cell.strip()] for row in rows[:LOOKED_AT]]
    for place, cells in enumerate(filled):
        if cells and plain_name(bare_head(cells[0])[0]) in _IDS:
            return place, rows[place]
        if len(cells) < 2 or _is_title(cells, max(map(len, filled[place:]))):
            continue
        below = rows[place + 1] if place + 1 < len(rows) else ()
        if (both := _in_two_rows(rows[place], below)) is not None:
            return place + 1, both
        return place, rows[place]
    return 0, rows[0] if rows else ()


def _is_title(cells: Sequence[str], widest: int) -> bool:
    """Whether a row of few cells above a wider table is a line of titles: 2026年通讯录, 单位：城东供电所."""
    return len(cells) <= _MOST_OF_TITLE < widest and any(_TITLE.fullmatch(cell.strip()) for cell in cells)


def _in_two_rows(upper: Sequence[str], lower: Sequence[str]) -> list[str] | None:
    """The cells of a head in two rows; None for a head in one: below each group stand words, beside it nothing."""
    above = [cell.strip() for cell in upper]
    below = [cell.strip() for cell in lower]
    width = max(len(above), len(below))
    above += [""] * (width - len(above))
    below += [""] * (width - len(below))
    under = [place for place in range(width) if below[place]]
    spread = [place for place in under if not above[place]]
    if not spread or not above[0] or below[0] or any(char.isdigit() for place in under for char in below[place]):
        return None
    groups = [max((at for at in range(place) if above[at]), default=-1) for place in spread]
    if not all(group >= 0 and below[group] for group in groups):
        return None
    return [low or high for high, low in zip(above, below, strict=True)]
