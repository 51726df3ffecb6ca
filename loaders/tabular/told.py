"""The kind of a table whose name does not tell it (Sheet1, 通讯录, 10kV线路台账): told by its heads, and said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from loaders.tabular.heads import bare_head
from loaders.tabular.names import LOADABLE, nearest, plain_name
from loaders.tabular.roster_matrix import is_matrix
from loaders.tabular.synonyms import ON_DUTY, heads_of_field, role_named
from loaders.tabular.whole_rows import DAY_COLUMNS
from schema.registry import EntityKind
from schema.words import say

_SIGNS: dict[EntityKind, tuple[str, ...]] = {
    EntityKind.PERSON: ("姓名", "人员姓名", "员工姓名"),
    EntityKind.CUSTOMER: ("户名", "户号", "客户名称", "用户名称", "客户编号", "用户编号"),
    EntityKind.FEEDER: ("线路名称", "馈线名称", "线路编号", "馈线编号"),
    EntityKind.SUBSTATION: ("站名", "变电站名称", "变电站编号"),
    EntityKind.TEAM: ("班组", "班组名称", "班组编号"),
    EntityKind.ORGANISATION: ("单位名称", "部门名称", "单位编号"),
}
"""Heads that name what a row of a list of that kind is."""
_ROSTER = re.compile(r"值班|排班|轮班|轮值|duty|roster", re.IGNORECASE)
_NAMED = (
    (_ROSTER, EntityKind.SHIFT),
    (re.compile(r"断路器"), EntityKind.BREAKER),
    (re.compile(r"负荷开关"), EntityKind.LOAD_BREAK_SWITCH),
    (re.compile(r"隔离开关|刀闸|闸刀"), EntityKind.DISCONNECTOR),
    (re.compile(r"熔断器|跌落保险"), EntityKind.FUSE),
    (re.compile(r"重合器"), EntityKind.RECLOSER),
    (re.compile(r"通讯录|通信录|电话簿|电话表|联系方式|人员"), EntityKind.PERSON),
    (re.compile(r"用户|客户"), EntityKind.CUSTOMER),
    (re.compile(r"线路(?!段)|馈线"), EntityKind.FEEDER),
    (re.compile(r"变电站"), EntityKind.SUBSTATION),
    (re.compile(r"母线"), EntityKind.BUSBAR_SECTION),
    (re.compile(r"线路段|线段|导线段|电缆段"), EntityKind.AC_LINE_SEGMENT),
    (re.compile(r"上级电源|电源点|等值电源"), EntityKind.ENERGY_SOURCE),
)
"""Kinds by what stands in the name of a sheet or file, the surest first."""
_BY_SIGN = {plain_name(head): kind for kind, heads in _SIGNS.items() for head in heads}
_BDGD = re.compile(
    r"(?<![a-z])(?:ctmt|ponnot|ramlig|uc[abm]t|uc[bm]t_tab|ssd[abm]t|un(?:se|re|tr)[abm]t)(?![a-z])", re.IGNORECASE
)
"""Names of tables of a Brazilian BDGD, with whatever stands around them."""
_OF_ROLES = {
    plain_name(head): kind
    for kind, heads in {
        EntityKind.FEEDER: ("线路", "馈线"),
        EntityKind.CUSTOMER: ("用户", "客户", "重要用户", "重要客户"),
        EntityKind.SUBSTATION: ("变电站",),
    }.items()
    for head in heads
}
"""Heads of lists of who answers for what, where none is surer."""
_SHIFT_DAYS = frozenset(map(plain_name, DAY_COLUMNS[EntityKind.SHIFT]))
_SHIFT_SIGNS = frozenset(map(plain_name, (*ON_DUTY, "班次", "值班类型", "值班时间", "起止时间", "时段", "值班时段")))

_TIMES = (*heads_of_field(EntityKind.SHIFT, "start"), *heads_of_field(EntityKind.SHIFT, "end"))
_SHIFT_TIMES = frozenset(map(plain_name, ("start", "end", "开始", "结束", *_TIMES)))


def kind_by_heads(header: Sequence[str], name: str = "") -> tuple[EntityKind, str] | None:
    """The kind of a list with these heads, and the head that tells it: the first from the left that names a row.

    A roster is told by its days and shifts, whatever else it has; one that is called so (`name`) by its times, too: a
    list of leaves has the same. None where no head tells.
    """
    bare = {plain_name(bare_head(head)[0]): head for head in header}
    days = [head for name, head in bare.items() if name in _SHIFT_DAYS]
    shifts = [head for name, head in bare.items() if name in _SHIFT_SIGNS]
    if days and shifts:
        return EntityKind.SHIFT, shifts[0]
    times = [head for each, head in bare.items() if each in _SHIFT_TIMES]
    if len(times) > 1 and _ROSTER.search(name):
        return EntityKind.SHIFT, times[0]
    if is_matrix(header):
        return EntityKind.SHIFT, header[0]
    told = next(((_BY_SIGN[name], head) for name, head in bare.items() if name in _BY_SIGN), None)
    if told is None and any(role_named(name) for name in bare):
        return next(((_OF_ROLES[name], head) for name, head in bare.items() if name in _OF_ROLES), None)
    return told


def hint_of(name: str) -> str:
    """What to do about a table whose kind nothing tells: the mapping that it is of, else the nearest name of a kind."""
    if _BDGD.search(name):
        return say(" It is called like a table of BDGD: load it with --mapping bdgd.")
    return nearest(name, [known for kind in LOADABLE for known in (kind.label, kind.zh)])


def kind_by_name(name: str) -> EntityKind | None:
    """The kind of a list whose heads do not tell it, but whose name does: 值班表, 通讯录, 10kV线路, 重要用户清单."""
    return next((kind for word, kind in _NAMED if word.search(name)), None)
