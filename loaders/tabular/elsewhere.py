"""Columns of people's lists that say something of another kind of thing: where it goes, so that it is not lost."""

from __future__ import annotations

from collections.abc import Iterable

from loaders.tabular.heads import bare_head
from loaders.tabular.names import nearest, plain_name
from loaders.tabular.values import fields_of
from schema.registry import EntityKind
from schema.relationships import HEADINGS, RelationshipKind
from schema.words import say

_FEEDER, _STATION = RelationshipKind.FROM_FEEDER, RelationshipKind.CONTAINED_IN
_WHERE: dict[tuple[str, ...], tuple[EntityKind, str | RelationshipKind]] = {
    ("主供线路", "主供电源", "备供线路", "备供电源", "供电线路", "主供", "备供", "主电源", "备用电源", "电源线路",
     "所属线路", "线路名称", "线路", "馈线"): (EntityKind.SUPPLY_SOURCE, _FEEDER),
    ("供电方式", "电源情况", "电源数", "电源数量", "电源性质"): (EntityKind.SUPPLY_SOURCE, "role"),
    ("电压等级", "供电电压", "受电电压"): (EntityKind.RECEIVING_POINT, "nominal_kv"),
    ("用电负荷", "最大负荷", "负荷"): (EntityKind.RECEIVING_POINT, "load_kw"),
    ("变压器容量", "配变容量", "变压器", "专变容量", "受电变压器"): (EntityKind.CUSTOMER_TRANSFORMER, "rated_kva"),
    ("自备电源", "自备应急电源", "应急电源", "发电机", "自备发电机"): (EntityKind.EMERGENCY_SOURCE, "kw"),
    ("客户经理", "设备主人", "责任人", "负责人", "抢修班组", "运维班组", "责任班组", "联系人", "客户联系人",
     "管理班组", "维护班组", "巡视班组", "抢修队伍", "管辖班组", "维护人", "运维人员", "巡视人员", "巡线员",
     "线路负责人", "线路专责", "设备专责", "台区经理", "供电服务人员", "用电检查员", "用电检查", "检查员", "安全负责人",
     "电气负责人", "用电负责人", "电工", "值班电工", "班组负责人", "责任单位", "运维单位", "维护单位", "管理单位"):
        (EntityKind.ASSIGNMENT, "role"),
    ("开关", "出线开关", "开关编号", "断路器", "柱上开关"): (EntityKind.BREAKER, _STATION),
    ("配变", "台区", "公变", "配电变压器", "变压器名称"): (EntityKind.POWER_TRANSFORMER, _STATION),
    ("用户", "客户", "重要用户", "专变用户", "户名", "用户名称"): (EntityKind.CUSTOMER, "name"),
    ("联络线路", "联络情况", "联络开关", "联络点"): (EntityKind.LOAD_BREAK_SWITCH, "normal_position"),
    ("电话", "联系电话", "手机", "负责人电话"): (EntityKind.PERSON, "name"),
}  # fmt: skip
"""Heads, and the kind and column that hold what stands below them."""
_BY_HEAD = {plain_name(head): where for heads, where in _WHERE.items() for head in heads}
_NOTHING = frozenset(map(plain_name, ("序号", "编次", "行号", "no", "no.", "#", "星期", "周几", "周次")))
"""Heads of columns that count rows, or say of a day what the day says itself."""


def counts_rows(head: str) -> bool:
    """Whether a column only counts the rows: nothing is lost with it."""
    return plain_name(bare_head(head)[0]) in _NOTHING


def count_rows(cells: Iterable[str]) -> bool:
    """Whether the cells of a column are 1, 2, 3 and so on."""
    numbers = [cell.strip() for cell in cells if cell.strip().isdigit()]
    return bool(numbers) and numbers == [str(number) for number in range(1, len(numbers) + 1)]


def where_it_goes(kind: EntityKind, head: str, known: Iterable[str]) -> str:
    """Where a column goes that the kind of its table does not have: another sheet, else the nearest name of its own."""
    other, column = _BY_HEAD.get(plain_name(bare_head(head)[0]), (kind, ""))
    if other is kind:
        return nearest(head, known)
    label = HEADINGS[column] if isinstance(column, RelationshipKind) else fields_of(other)[column].label.zh
    code = column.value.lower() if isinstance(column, RelationshipKind) else column
    return say(
        " What it says goes into a sheet {term} ({kind}), column {label} ({code}): see `baodian template`.",
        term=other.zh,
        kind=other.label,
        label=label,
        code=code,
    )
