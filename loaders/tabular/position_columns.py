"""Columns of lists of switches that may hold positions (状态, 开关位置, 运行状态): their values decide whether they do.

编号    名称    状态        编号    名称    状态
K1      分段    合位        K1      分段    在运
K2      联络    分位        K2      联络    检修
read as normal_position     not read: these are no positions, and every switch counts as closed
"""

from __future__ import annotations

import re
from itertools import islice

from loaders.tabular.columns import Columns
from loaders.tabular.heads import bare_head
from loaders.tabular.names import plain_name
from loaders.tabular.table import Table
from schema.registry import SWITCHES
from schema.words import Sentence, say

_NORMAL, _CURRENT = "normal_position", "position"
_THING = r"(?:开关|断路器|负荷开关|隔离开关|刀闸|重合器|熔断器|设备)?"
_NOW = re.compile(
    rf"(?:当前|目前|现在|实际|实时){_THING}(?:分合)?(?:状态|位置|位)|(?:current|actual)(?:state|status|position)"
)
_ANY = re.compile(
    rf"{_THING}(?:(?:运行|分合|分/合|合分|合/分|开合|通断)?(?:状态|位置)|(?:分合|合分)位?|分/合|合/分|运行方式)"
    r"|(?:switch)?(?:state|status|position)"
)
_LIKE_ONE = re.compile(r"状态|位置|分合|分/合|合/分|常[态开闭]|开合|运行方式|position|stat(?:e|us)")
_LOOKED_AT, _SHOWN = 200, 3


def read_positions(columns: Columns, table: Table) -> Columns:
    """Read such a column of a list of switches where its values are positions; else keep what is to be told of it.

    Beside a column of the normal position it is the one now, and so it is where its head says so; else the normal one.
    """
    if columns.kind not in SWITCHES:
        return columns
    for header in list(columns.unknown):
        bare = plain_name(bare_head(header)[0])
        now, any_of_two = _NOW.fullmatch(bare), _ANY.fullmatch(bare)
        taken = columns.heads()
        field = _CURRENT if now or _NORMAL in taken else _NORMAL
        if not (now or any_of_two) or field in taken:
            continue
        values = [cell.strip() for cell in islice(table.column(table.header.index(header)), _LOOKED_AT) if cell.strip()]
        info = columns.infos[field]
        known = [value for value in values if info.is_value(value)]
        if known and 2 * len(known) > len(values):
            columns.fields.append((table.header.index(header), header, field, info.parse))
            columns.unknown.remove(header)
            columns.read_as[header] = field
        elif values:
            columns.hints[header] = _no_positions(list(dict.fromkeys(values))[:_SHOWN])
    if _NORMAL not in columns.heads():
        for header in columns.unknown:
            if _LIKE_ONE.search(plain_name(header)):
                columns.hints[header] = columns.hints.get(header, "") + _all_closed()
    return columns


def _no_positions(values: list[str]) -> Sentence:
    return say(" Its values ({values}) are no positions of switches.", values=", ".join(values))


def _all_closed() -> Sentence:
    return say(
        " If it should say which switches stand open, call it 正常位置 (normal_position) and write 合 or 分 there: "
        "without it every switch counts as closed."
    )
