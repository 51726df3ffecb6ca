"""Vocabularies: every coded value of the graph, with its Chinese and English label and the source that uses it.

A source is a public document or practice, named with the value; "K" marks common knowledge of the field
that was not verified against a document.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Self

from schema.words import Language


class Term(StrEnum):
    """A coded value: its code is the member's value, `zh` and `en` its labels, `source` where it comes from."""

    zh: str
    en: str
    source: str

    def __new__(cls, code: str, zh: str, en: str, source: str = "K") -> Self:
        """Make a member: its code is its value."""
        term = str.__new__(cls, code)
        term._value_ = code
        term.zh, term.en, term.source = zh, en, source
        return term

    def label(self, language: Language) -> str:
        """Its label in a language."""
        return self.zh if language is Language.ZH else self.en

    @classmethod
    def of(cls, code: str) -> Self:
        """The member of a code. Raises ValueError."""
        return cls(code)  # type: ignore[call-arg]


@unique
class Importance(Term):
    """重要等级: class of an important power user by the effect of an interruption (GB/T 29328-2018)."""

    SPECIAL = "SPECIAL", "特级重要电力用户", "special class", "GB/T 29328-2018"
    FIRST = "FIRST", "一级重要电力用户", "first class", "GB/T 29328-2018"
    SECOND = "SECOND", "二级重要电力用户", "second class", "GB/T 29328-2018"
    TEMPORARY = "TEMPORARY", "临时性重要电力用户", "temporary class", "GB/T 29328-2018"
    ORDINARY = "ORDINARY", "普通客户", "ordinary (not listed)", "K"


@unique
class SwitchPosition(Term):
    """开关位置: position of a switching device."""

    CLOSED = "CLOSED", "合", "closed", "IEC 61970-301 Switch.open"
    OPEN = "OPEN", "分", "open", "IEC 61970-301 Switch.open"
    UNKNOWN = "UNKNOWN", "不明", "unknown", "K"


@unique
class SupplyRole(Term):
    """电源性质: role of one incoming supply of a customer."""

    MAIN = "MAIN", "主供电源", "main (normal) supply", "marketing systems: 电源性质"
    STANDBY = "STANDBY", "备用电源", "standby supply", "marketing systems: 电源性质"
    SECURITY = "SECURITY", "保安电源", "security supply, for security load only", "DL/T 268-2012"


@unique
class TransferMode(Term):
    """电源切换方式: how a customer's load changes over to another supply."""

    AUTOMATIC = "AUTOMATIC", "自动切换", "automatic transfer", "marketing systems: code 02"
    MANUAL = "MANUAL", "手动切换", "manual transfer", "marketing systems: code 01"
    NONE = "NONE", "不能切换", "no transfer", "K"


@unique
class Interlock(Term):
    """电源联锁方式: what keeps two supplies of one customer from being paralleled."""

    ELECTRICAL = "ELECTRICAL", "电气联锁", "electrical interlock", "marketing systems: code 01"
    MECHANICAL = "MECHANICAL", "机械联锁", "mechanical interlock", "marketing systems: code 02"
    BOTH = "BOTH", "机械及电气联锁", "mechanical and electrical interlock", "marketing systems: code 03"
    NONE = "NONE", "无联锁", "no interlock", "K"


@unique
class SupplyState(Term):
    """供电状态 of a receiving point or customer: it picks the procedure."""

    NORMAL = "NORMAL", "供电正常", "all supplies live", "article A5"
    DEGRADED = "DEGRADED", "供电可靠性下降", "at least one supply live, at least one dead", "article A5"
    LOST = "LOST", "失电", "no supply live", "article A5"


@unique
class LoadsFed(Term):
    """负荷供电情况: whether a customer's loads are fed, as a fact beside its supply state."""

    ALL = "ALL", "负荷全部供电", "all loads fed", "K"
    SOME = "SOME", "部分负荷失电", "some loads fed", "K"
    NONE = "NONE", "网供全失", "no load fed", "K"


@unique
class LoadGrade(Term):
    """负荷等级: reliability grade of a load."""

    ESPECIALLY_IMPORTANT = "ESPECIALLY_IMPORTANT", "特别重要负荷", "especially important load", "GB 50052"
    GRADE_1 = "GRADE_1", "一级负荷", "grade 1 load", "GB 50052"
    GRADE_2 = "GRADE_2", "二级负荷", "grade 2 load", "GB 50052"
    GRADE_3 = "GRADE_3", "三级负荷", "grade 3 load", "GB 50052"


@unique
class EmergencySourceType(Term):
    """自备应急电源类型: type of a customer's own emergency source."""

    GENSET = "GENSET", "柴油发电机组", "diesel generating set", "GB 50052"
    UPS = "UPS", "不间断电源", "uninterruptible power supply", "GB 50052"
    EPS = "EPS", "应急电源装置", "emergency power supply (inverter)", "K"
    BATTERY = "BATTERY", "蓄电池", "battery", "GB 50052"


@unique
class Construction(Term):
    """线路类型（架空、电缆、混合）: how a line section is built."""

    OVERHEAD = "OVERHEAD", "架空", "overhead line", "marketing systems: 进线方式"
    CABLE = "CABLE", "电缆", "cable", "marketing systems: 进线方式"
    MIXED = "MIXED", "混合", "overhead and cable", "K"


@unique
class Ownership(Term):
    """产权: who owns, and so who repairs, a piece of equipment (产权分界点 is where it changes)."""

    UTILITY = "UTILITY", "供电企业", "utility", "supply agreement"
    CUSTOMER = "CUSTOMER", "客户", "customer", "supply agreement"


@unique
class TransformerUse(Term):
    """变压器用途: what a power transformer is for."""

    MAIN = "MAIN", "主变", "main transformer of a substation", "K"
    PUBLIC = "PUBLIC", "公变", "public distribution transformer", "marketing systems: 公专变标志"
    DEDICATED = "DEDICATED", "专变", "customer's own transformer", "marketing systems: 公专变标志"
    REGULATOR = "REGULATOR", "调压器", "voltage regulator in the line", "K"


@unique
class StationType(Term):
    """配电站房类型: type of a composite distribution station."""

    SWITCHING_STATION = "SWITCHING_STATION", "开关站", "switching station", "K"
    RING_MAIN_UNIT = "RING_MAIN_UNIT", "环网柜", "ring main unit", "K"
    DISTRIBUTION_ROOM = "DISTRIBUTION_ROOM", "配电室", "distribution room", "K"
    BRANCH_BOX = "BRANCH_BOX", "电缆分支箱", "cable branch box", "K"
    PACKAGED = "PACKAGED", "箱式变电站", "packaged substation", "K"


@unique
class CorridorType(Term):
    """通道类型: type of a shared route of lines."""

    TRENCH = "TRENCH", "电缆沟", "cable trench", "K"
    DUCT = "DUCT", "排管", "duct bank", "K"
    TUNNEL = "TUNNEL", "电缆隧道", "cable tunnel", "K"
    OVERHEAD = "OVERHEAD", "架空走廊", "overhead corridor", "K"


@unique
class GenerationType(Term):
    """分布式电源类型: type of a generator that is no source of the grid (anti-islanding)."""

    PHOTOVOLTAIC = "PHOTOVOLTAIC", "光伏", "photovoltaic", "IEC 61970-302 PhotovoltaicUnit"
    BATTERY = "BATTERY", "储能", "battery storage", "IEC 61970-302 BatteryUnit"
    WIND = "WIND", "风电", "wind", "IEC 61970-302 PowerElectronicsWindUnit"
    ROTATING = "ROTATING", "旋转电机", "rotating machine", "IEC 61970-301 SynchronousMachine"


@unique
class AreaClass(Term):
    """服务地区类别: class of an area that service commitments depend on."""

    CITY = "CITY", "城区", "city", "SGCC 十项承诺 2022"
    RURAL = "RURAL", "农村", "rural", "SGCC 十项承诺 2022"
    REMOTE = "REMOTE", "特殊边远地区", "remote", "SGCC 十项承诺 2022"


@unique
class CustomerStatus(Term):
    """客户状态: whether the account takes supply at all."""

    ACTIVE = "ACTIVE", "正常用电", "active", "K"
    INACTIVE = "INACTIVE", "停止用电", "inactive", "K"


@unique
class ResponsibilityRole(Term):
    """责任岗位: role in the responsibility decomposition table (供电保障责任分解表) or at the customer."""

    COMMANDER = "COMMANDER", "总指挥", "commander (leading group)", "SGCC 保供电 practice"
    SITE_COMMANDER = "SITE_COMMANDER", "现场指挥", "on-site commander", "SGCC 保供电 practice"
    CUSTOMER_MANAGER = "CUSTOMER_MANAGER", "客户经理", "customer manager", "article A6"
    DISPATCHER = "DISPATCHER", "值班调度员", "duty dispatcher", "SGCC 保供电 practice"
    SUBSTATION_OPERATION = "SUBSTATION_OPERATION", "变电运维", "substation operation", "duty record: 专业"
    LINE_MAINTENANCE = "LINE_MAINTENANCE", "线路运维", "line maintenance", "duty record: 专业"
    CABLE_MAINTENANCE = "CABLE_MAINTENANCE", "电缆运维", "cable maintenance", "duty record: 专业"
    DISTRIBUTION_REPAIR = "DISTRIBUTION_REPAIR", "配电抢修", "distribution repair", "duty record: 专业"
    AUTOMATION = "AUTOMATION", "自动化", "automation", "duty record: 专业"
    EMERGENCY_POWER = "EMERGENCY_POWER", "应急发电", "emergency generation", "SGCC 保供电 practice"
    LOGISTICS = "LOGISTICS", "物资后勤", "logistics", "duty record: 专业"
    SAFETY = "SAFETY", "安全监督", "safety supervision", "K"
    CUSTOMER_DUTY_MANAGER = (
        "CUSTOMER_DUTY_MANAGER",
        "客户值班负责人",
        "customer's manager on duty, who stops processes and orders non-electrical measures",
        "K",
    )
    CUSTOMER_ELECTRICIAN = "CUSTOMER_ELECTRICIAN", "客户值班电工", "customer's duty electrician", "contact type 01"
    CUSTOMER_BILLING = "CUSTOMER_BILLING", "客户账务联系人", "customer's billing contact", "contact type 02"
    CUSTOMER_OUTAGE_CONTACT = (
        "CUSTOMER_OUTAGE_CONTACT",
        "客户停送电联系人",
        "customer's outage contact",
        "contact type 03",
    )


@unique
class GapReason(Term):
    """责任空缺: why nobody can be reached in a role that is required."""

    NOBODY = "NOBODY", "责任人空缺", "nobody holds the role", "K"
    OFF_DUTY = "OFF_DUTY", "不当班", "every holder is off duty", "K"
    ON_LEAVE = "ON_LEAVE", "休假", "every holder is on leave", "K"
    NO_VERIFIED_CONTACT = "NO_VERIFIED_CONTACT", "联系方式未核实", "no holder on duty has a verified number", "K"


@unique
class Rank(Term):
    """AB角: first holder or deputy."""

    A = "A", "A角", "first holder", "AB角"
    B = "B", "B角", "deputy", "AB角"


@unique
class ShiftType(Term):
    """值班类型: what a roster row says about a person."""

    DUTY = "DUTY", "值班", "on duty", "K"
    STANDBY = "STANDBY", "待命", "on standby", "duty record: 状态"
    LEAVE = "LEAVE", "休假", "on leave", "K"


@unique
class DutyState(Term):
    """值班状态: whether who holds a role is at work at the time asked about, by the roster."""

    DUTY = "DUTY", "当班", "on duty", "duty record: 状态"
    STANDBY = "STANDBY", "备班待命", "on standby, to be called in", "duty record: 状态"
    LEAVE = "LEAVE", "休假", "on leave", "K"
    OFF_DUTY = "OFF_DUTY", "不当班", "rostered at other times", "K"
    NOT_ROSTERED = "NOT_ROSTERED", "未排班", "in no roster", "K"


@unique
class ContactType(Term):
    """联系方式类型: kind of a way to reach somebody."""

    MOBILE = "MOBILE", "手机", "mobile phone", "K"
    DUTY_PHONE = "DUTY_PHONE", "值班电话", "duty phone", "K"
    LANDLINE = "LANDLINE", "座机", "landline", "K"
    SHORT_NUMBER = "SHORT_NUMBER", "短号", "short number, dialled as it is", "K"
    EMAIL = "EMAIL", "电子邮件", "e-mail", "K"


@unique
class OrganisationType(Term):
    """单位类型: type of an organisation."""

    UTILITY = "UTILITY", "供电公司", "utility company", "K"
    DEPARTMENT = "DEPARTMENT", "部门", "department", "K"
    CUSTOMER = "CUSTOMER", "客户单位", "customer's organisation", "K"
    CONTRACTOR = "CONTRACTOR", "外单位", "contractor", "K"


@unique
class WaypointType(Term):
    """导图节点类型: point of an on-site guide (发电车接入指引)."""

    ENTRY = "ENTRY", "进入点", "entry", "generator truck access guide"
    PARKING = "PARKING", "停放点", "parking", "generator truck access guide"
    CONNECTION = "CONNECTION", "接入点", "connection", "generator truck access guide"
    ROOM = "ROOM", "配电室", "switch room", "K"


@unique
class DataQuality(Term):
    """数据可信度: how an object came to be."""

    RECORDED = "RECORDED", "系统记录", "recorded by a source system", "K"
    ASSUMED = "ASSUMED", "推定", "assumed by a mapping, not in the source", "K"


@unique
class EvidenceKind(Term):
    """故障信息: what somebody or something reported of a fault."""

    TRIP = "TRIP", "开关跳闸", "a breaker or recloser tripped (or: stayed closed)", "IEC 61968-3 outage management"
    FUSE = "FUSE", "熔断器熔断", "a fuse was found blown (or: whole)", "K"
    INDICATOR = "INDICATOR", "故障指示器动作", "an indicator shows that fault current passed (or: not)", "DL/T 1157"
    CURRENT = "CURRENT", "过流告警", "a terminal unit saw overcurrent (or: none)", "DL/T 721"
    METER = "METER", "电能表停电上报", "a meter's last gasp or failed ping (or: power is on)", "DL/T 698.45"
    VOLTAGE = "VOLTAGE", "失压告警", "no voltage (or: voltage) at a point that is measured", "DL/T 721"
    CALL = "CALL", "客户报修", "a customer says that there is no power (or: that there is)", "95598 work orders"
    PATROL = "PATROL", "巡视结果", "a crew found the fault on these things (or: walked them and found nothing)", "K"
    PLANNED = "PLANNED", "计划停电", "supply is off by plan: reports from there are explained", "K"
    ARREARS = "ARREARS", "欠费停电", "supply was cut for arrears: reports from there are explained", "K"
