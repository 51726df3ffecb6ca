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
    "天": "d",
}  # fmt: skip
_UNIT = re.compile(r"[A-Za-zµμΩ°%/²³·\d]{1,6}")
_IDS = frozenset(map(plain_name, ("id", "标识")))


def bare_head(head: str) -> tuple[str, str]:
    """A head without marks and remarks, and its unit ("" = none): 合同容量 *（kVA） is 合同容量 in kVA."""
    text = _REMARK.sub(lambda found: "" if _MUST.search(found[0]) else found[0], head)
    text = text.strip().strip(_MARKS).strip()
    name, unit = split_unit(text)
    unit = UNIT_WORDS.get(unit, unicodedata.normalize("NFKC", unit).strip())
    name = name.strip().strip(_MARKS).strip()
    return (name, unit) if not unit or _UNIT.fullmatch(unit) else (name, "")


def head_row(rows: Sequence[Sequence[str]]) -> int:
    """Which of the first rows of a table is its head, from 0: titles of one cell and blank rows stand above it."""
    filled = [[cell for cell in row if cell.strip()] for row in rows[:LOOKED_AT]]
    for place, cells in enumerate(filled):
        if len(cells) > 1 or (cells and plain_name(bare_head(cells[0])[0]) in _IDS):
            return place
    return 0
