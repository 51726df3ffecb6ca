"""Lists of switches of several kinds (开关台账): a column says of each whether it is a breaker or a disconnector.

    开关名称        类型          所属线路
    一线出线开关    断路器        滨江一线      a Breaker
    一线1号刀闸     隔离开关      滨江一线      a Disconnector

Each kind is read as a table of its own, with the rows that are of it; a row of no known kind is rejected.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from loaders.tabular.column_heads import columns_of
from loaders.tabular.columns import Columns
from loaders.tabular.heads import bare_head
from loaders.tabular.lines import Only
from loaders.tabular.names import plain_name
from loaders.tabular.position_columns import read_positions
from loaders.tabular.table import Table
from loaders.tabular.writing import Writing
from schema.errors import LoadError
from schema.registry import EntityKind
from schema.words import say

_KINDS: dict[EntityKind, tuple[str, ...]] = {
    EntityKind.BREAKER: (
        "柱上断路器",
        "真空断路器",
        "出线断路器",
        "分段断路器",
        "联络断路器",
        "用户分界断路器",
        "分界断路器",
    ),
    EntityKind.RECLOSER: ("自动重合器", "柱上重合器"),
    EntityKind.LOAD_BREAK_SWITCH: ("柱上负荷开关", "真空负荷开关", "分段负荷开关", "联络负荷开关", "分界负荷开关"),
    EntityKind.DISCONNECTOR: ("刀闸", "隔离刀闸", "隔离闸刀", "闸刀", "隔离", "柱上隔离开关"),
    EntityKind.FUSE: ("跌落式熔断器", "跌落保险", "跌落熔断器", "跌落", "令克", "保险"),
}
"""Words of people's lists for the kinds of switches, beside the schema's own."""
_BY_WORD = {
    plain_name(word): kind for kind, words in _KINDS.items() for word in (kind.zh, kind.label, kind.value, *words)
}
_TYPE_HEADS = frozenset(
    map(
        plain_name, ("类型", "开关类型", "设备类型", "种类", "设备种类", "开关种类", "类别", "开关类别", "type", "kind")
    )
)
_SWITCH_HEADS = frozenset(map(plain_name, ("开关名称", "开关编号", "开关调度号", "开关名称及编号")))
_SWITCHES = re.compile(r"(?<!负荷)(?<!隔离)开关(?![站所柜])|刀闸|switchgear|switches", re.IGNORECASE)
_LOOKED_AT = 200


def switches_by_kind(table: Table) -> list[tuple[Table, EntityKind]]:
    """The tables that a list of switches stands for, one for each kind; none for a table of something else.

    Raises LoadError for a list of switches that says of none what it is.
    """
    place = _type_column(table)
    if place < 0:
        if _lists_switches(table):
            raise _no_kind(table)
        return []
    words = [cells[place] for cells in table.below_head(_LOOKED_AT) if place < len(cells) and cells[place].strip()]
    known = {_BY_WORD[plain_name(word)] for word in words if plain_name(word) in _BY_WORD}
    if not known or 2 * sum(plain_name(word) in _BY_WORD for word in words) < len(words):
        if _lists_switches(table):
            raise _no_kind(table)
        return []
    kinds = [kind for kind in _KINDS if kind in known or _is_below(table, place, kind)]
    others = [word for word, kind in _BY_WORD.items() if kind not in kinds[:1]]
    return [(_part(table, place, kind, others if kind is kinds[0] else None), kind) for kind in kinds]


def switch_columns(part: Table, kind: EntityKind, writing: Writing, system: str) -> Columns:
    """The columns of one kind of a list of switches: that of the kind is read."""
    columns = columns_of(part, kind, writing, system)
    if part.only is not None:
        head = part.header[part.only.place]
        columns.unknown = [each for each in columns.unknown if each != head]
        columns.read_as[head] = kind.label
    return read_positions(columns, part)


def _part(table: Table, place: int, kind: EntityKind, others: Sequence[str] | None) -> Table:
    own = frozenset(word for word, each in _BY_WORD.items() if each is kind)
    only = Only(place, own, None if others is None else frozenset(others), _allowed())
    return replace(table, label=f"{table.label} [{kind.label}]", only=only)


def _is_below(table: Table, place: int, kind: EntityKind) -> bool:
    """Whether a row further down is of that kind."""
    cells = islice(table.column(place), _LOOKED_AT, None)
    return any(_BY_WORD.get(plain_name(cell)) is kind for cell in cells)


def _type_column(table: Table) -> int:
    names = [plain_name(bare_head(head)[0]) for head in table.header]
    return next((place for place, name in enumerate(names) if name in _TYPE_HEADS), -1)


def _lists_switches(table: Table) -> bool:
    """Whether it is called like a list of switches, or its first name or number is one of a switch."""
    names = [plain_name(bare_head(head)[0]) for head in table.header]
    return _SWITCHES.search(table.name) is not None or any(name in _SWITCH_HEADS for name in names[:3])


def _allowed() -> str:
    return ", ".join(f"{kind.zh} ({kind.label})" for kind in _KINDS)


def _no_kind(table: Table) -> LoadError:
    return LoadError(
        say(
            "{table} lists switches, but does not say what each is. Give it a column 类型 (type) with one of {kinds}, "
            "or name the table like the one kind that all of them are.",
            table=table.label,
            kinds=_allowed(),
        )
    )
