"""Heads that people give to columns in their own lists, where the schema has another word for the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import fields

from loaders.tabular.names import plain_name
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import ResponsibilityRole
from schema.words.former_words import accepted_words

_NAMES = ("名称", "设备名称", "全称")
_IDS = ("编号", "编码", "代码", "唯一编号")
_CONTAINER = ("所属馈线", "所属线路", "所属变电站", "所属站", "变电站", "馈线", "所属台区", "所属配电站")
LAST_DAYS = (
    "终止日期",
    "结束日期",
    "截止日期",
    "到期日期",
    "终止日",
    "结束日",
    "截止日",
    "到期日",
    "有效期至",
    "有效期止",
)
"""Heads of the last day on which something holds."""
_FIELDS: dict[EntityKind, dict[str, tuple[str, ...]]] = {
    EntityKind.PERSON: {
        "id": (*_IDS, "工号", "员工编号", "人员编号", "staff number"),
        "name": ("姓名", "人员姓名", "名字", "人名", "员工姓名", "联系人姓名"),
        "title": ("岗位", "职位"),
    },
    EntityKind.TEAM: {"id": (*_IDS, "班组编号"), "name": ("班组", "班组名称")},
    EntityKind.ORGANISATION: {"id": (*_IDS, "单位编号"), "name": ("单位", "单位名称", "部门", "部门名称")},
    EntityKind.SHIFT: {
        "name": ("班次",),
        "start": ("开始时间", "起始时间", "上班时间"),
        "end": ("结束时间", "终止时间", "下班时间"),
    },
    EntityKind.ASSIGNMENT: {
        "valid_from": (
            "起始日期",
            "生效日期",
            "开始日期",
            "起始时间",
            "开始时间",
            "启用日期",
            "任职日期",
            "起始日",
            "生效日",
            "起用日期",
        ),
        "role": ("角色", "岗位", "职责", "责任角色", "岗位职责", "责任分工", "分工"),
        "valid_to": ("失效日期", "终止时间", "结束时间", "截止时间", *LAST_DAYS),
    },
    EntityKind.CUSTOMER: {
        "id": (*_IDS, "户号", "客户编号", "用户编号"),
        "name": ("户名", "用户", "客户", "重要用户", "重要客户", "客户名称", "用户名称", "用户名"),
        "contract_kva": ("合同容量", "报装容量", "运行容量"),
        "importance": ("重要性等级", "重要性", "用户等级", "客户等级", "重要用户等级", "重要客户等级", "用户重要等级"),
    },
    EntityKind.RECEIVING_POINT: {
        "load_kw": ("用电负荷", "最大负荷", "负荷", "最大用电负荷", "最高负荷", "正常负荷"),
        "nominal_kv": ("受电电压", "供电电压", "电压等级", "电压", "受电电压等级", "供电电压等级"),
    },
    EntityKind.FEEDER: {
        "id": (*_IDS, "线路编号", "馈线编号"),
        "name": ("线路名称", "馈线名称", "线路", "馈线"),
        "nominal_kv": ("电压等级", "电压"),
        "rated_current_a": ("限流值", "限额电流", "额定电流", "最大允许电流", "安全电流"),
        "construction": ("架空/电缆", "敷设方式"),
    },
    EntityKind.AC_LINE_SEGMENT: {
        "length_m": ("线路长度", "导线长度", "电缆长度", "线段长度", "全长"),
        "rated_current_a": ("限流值", "限额电流", "额定电流", "最大允许电流", "安全电流"),
        "construction": ("架空/电缆", "敷设方式"),
    },
    EntityKind.SUBSTATION: {
        "id": (*_IDS, "变电站编号"),
        "name": ("站名", "变电站", "变电站名称"),
        "nominal_kv": ("电压等级", "电压"),
    },
    **{
        kind: {
            "name": ("开关名称", "设备名称", f"{kind.zh}名称"),
            "number": (*_IDS, "开关编号", "设备编号", "调度编号", "调度号", "开关调度号", f"{kind.zh}编号"),
            "normal_position": ("正常状态", "正常位", "正常运行状态", "正常运行位置", "常态", "常态位置", "正常方式"),
        }
        for kind in (
            EntityKind.BREAKER,
            EntityKind.RECLOSER,
            EntityKind.LOAD_BREAK_SWITCH,
            EntityKind.DISCONNECTOR,
            EntityKind.FUSE,
            EntityKind.SWITCH_BAY,
        )
    },
    EntityKind.CONTACT: {
        "contact_type": ("kind", "type", "类别", "类型", "号码类型", "号码类别"),
        "value": ("电话", "电话号码", "手机", "手机号码", "联系电话"),
    },
}
ON_DUTY = (
    "值班人", "值班员", "值班者", "值班人员", "值班人姓名", "值班员姓名", "值班人员姓名", "当值", "当值人", "当值人员",
    "当值员", "当班人", "当班人员", "值守人", "值守人员", "在岗人员", "上班人员", "轮值人", "轮值人员", "抢修人员",
    "值班调度员", "当值调度员", "调度员", "值班成员", "duty officer", "on duty",
)  # fmt: skip
"""Heads of who is on duty."""
_POST = re.compile(
    r".*(?:值长|正值|副值|主值|领导|干部|司机|驾驶员|负责人|[班组队站所科值主副][长任]|值班[员人]|调度员|操作[员人]|监护人|巡视员"
    r"|安全员|抢修员|人员|主班|副班|主岗|副岗|带班|带班人|[AB][角岗]|正职|副职|值班)\s*\d?",
    re.IGNORECASE,
)
_LINKS: dict[EntityKind, dict[RelationshipKind, tuple[str, ...]]] = {
    EntityKind.CUSTOMER: {
        RelationshipKind.HAS_SITE: ("地址", "客户地址", "用户地址", "用电地点", "详细地址", "单位地址", "address"),
    },
    EntityKind.PERSON: {
        RelationshipKind.MEMBER_OF: (
            "班组",
            "所属班组",
            "所在班组",
            "部门/班组",
            "班组/部门",
            "部门",
            "所属部门",
            "单位",
            "所属单位",
        )
    },
    EntityKind.TEAM: {RelationshipKind.MEMBER_OF: ("部门", "单位", "所属单位")},
    EntityKind.ASSIGNMENT: {
        RelationshipKind.HELD_BY: ("姓名", "人员", "人员姓名", "员工姓名", "负责人", "责任人员", "person"),
        RelationshipKind.OF_TEAM: ("班组", "负责班组", "所属班组", "team"),
        RelationshipKind.COVERS: (
            "对象",
            "负责对象",
            "责任范围",
            "范围",
            "线路",
            "线路名称",
            "馈线",
            "负责线路",
            "责任线路",
            "设备",
            "负责设备",
            "客户",
            "客户名称",
            "负责客户",
            "台区",
            "变电站",
        ),
    },
    EntityKind.SHIFT: {
        RelationshipKind.WORKED_BY: (*ON_DUTY, "人员", "姓名", "人员姓名", "员工姓名", "person"),
        RelationshipKind.OF_TEAM: ("班组", "值班班组", "所在班组", "所属班组", "部门/班组", "team"),
    },
}


_LEVELS = {
    "特级重要电力用户": ("特级", "特等"),
    "一级重要电力用户": ("一级", "1级", "i级"),
    "二级重要电力用户": ("二级", "2级", "ii级"),
    "临时性重要电力用户": ("临时性", "临时"),
    "普通客户": ("普通", "一般", "非重要", "不重要"),
}
"""Words for the classes of customers, by the schema's own."""
_WHO = ("", "用户", "客户", "电力用户", "电力客户", "负荷", "单位")


def _classes(levels: tuple[str, ...]) -> tuple[str, ...]:
    """Every way to write a class: 二级, 二级重要, 二级用户, 二级重要用户, 二级重要电力用户, 重要二级, 重要用户二级."""
    behind = [f"{level}{important}{who}" for level in levels for important in ("", "重要") for who in _WHO]
    return (*behind, *(f"重要{who}{level}" for level in levels for who in _WHO))


ROLE_WORDS: dict[str, tuple[str, ...]] = {
    "客户经理": ("大客户经理", "用电客户经理", "台区经理"),
    "线路运维": (
        "设备主人",
        "线路主人",
        "线路负责人",
        "线路专责",
        "线路运维人员",
        "运维人员",
        "巡线员",
        "巡视人员",
        "运维班组",
        "巡视班组",
        "维护班组",
        "管理班组",
        "管辖班组",
        "线路运维班组",
        "运维责任人",
    ),
    "配电抢修": ("抢修班组", "抢修队伍", "抢修负责人", "抢修人员", "配电抢修班组"),
    "客户值班电工": ("值班电工", "电工", "客户电工"),
    "客户停送电联系人": ("停送电联系人", "停电联系人"),
    "客户账务联系人": ("账务联系人", "财务联系人"),
}
"""Words of people's lists for the roles of the schema."""
_STATES: dict[str, tuple[str, ...]] = {
    "合": ("合闸", "合位", "合上", "闭合", "闭", "常闭", "常合", "合闸位置", "在合位", "closed position"),
    "分": ("分闸", "分位", "分开", "断开", "拉开", "打开", "开断", "断", "常开", "常断", "分闸位置", "在分位"),
    "不明": ("未知", "不详", "待核", "待核实"),
    "主供电源": ("主供", "主电源", "主用", "主", "常用", "常用电源", "主供线路"),
    "备用电源": ("备用", "备供", "备", "备供电源", "备电源", "备供线路"),
    "保安电源": ("保安",),
}
"""Words for positions of switches and for what supplies are, by the schema's own."""
_CODES = {term: _classes(levels) for term, levels in _LEVELS.items()} | ROLE_WORDS | _STATES
"""Words that people write for a coded value, by the schema's own."""


_ROLE_BY_HEAD = {
    plain_name(head): role
    for role in ResponsibilityRole
    for head in (*accepted_words(role.zh), role.en, role.value, *ROLE_WORDS.get(role.zh, ()))
}


def role_named(head: str) -> ResponsibilityRole | None:
    """The role whose holders a column names (设备主人, 客户经理); None for 负责人 and others that do not say which."""
    return _ROLE_BY_HEAD.get(plain_name(head))


def code_words(word: str) -> tuple[str, ...]:
    """Words that people write in lists for a coded value."""
    return _CODES.get(word, ())


def field_named(kind: EntityKind, head: str) -> str:
    """The field that people call so in lists of a kind; empty for none."""
    own = next((field for field, heads in _FIELDS.get(kind, {}).items() if _is_one(head, heads)), "")
    if own:
        return own
    if _is_one(head, (*_IDS, *(f"{word}编号" for word in accepted_words(kind.zh)))):
        return "number" if "number" in {each.name for each in fields(kind.cls)} else "id"
    return "name" if _is_one(head, (*_NAMES, *(f"{word}名称" for word in accepted_words(kind.zh)))) else ""


def heads_of_field(kind: EntityKind, field: str) -> tuple[str, ...]:
    """What people call the column of a field in lists of a kind."""
    return _FIELDS.get(kind, {}).get(field, ())


def is_plain_number(head: str) -> bool:
    """Whether a head says 编号 or the like, not whose."""
    return _is_one(head, _IDS)


def heads_of(kind: EntityKind, taken: Collection[str]) -> list[str]:
    """Every other word for a relationship of a kind, or a field of it that is none of these."""
    found = [head for name, heads in _FIELDS.get(kind, {}).items() if name not in taken for head in heads]
    return [*found, *(head for heads in _LINKS.get(kind, {}).values() for head in heads)]


def ends_a_day(head: str) -> bool:
    """Whether a head is of the last day on which something holds."""
    return _is_one(head, LAST_DAYS)


def link_named(kind: EntityKind, head: str) -> RelationshipKind | None:
    """The relationship that people call so in lists of a kind."""
    own = next((link for link, heads in _LINKS.get(kind, {}).items() if _is_one(head, heads)), None)
    return own or (RelationshipKind.CONTAINED_IN if _is_one(head, _CONTAINER) else None)


def is_post(head: str) -> bool:
    """Whether a head of a roster names a post that people hold in a shift: 值长, 带班领导, 值班员2."""
    return _POST.fullmatch(unicodedata.normalize("NFKC", head).strip()) is not None


def _is_one(head: str, heads: tuple[str, ...]) -> bool:
    return plain_name(head) in map(plain_name, heads)
