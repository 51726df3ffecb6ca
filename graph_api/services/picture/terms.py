"""Words of pictures: what is drawn, by which symbol, and in which state."""

from __future__ import annotations

from enum import unique
from typing import Final

from schema.registry import EntityKind
from schema.vocabulary import Term


@unique
class PictureKind(Term):
    """图形种类: 图形展示的内容。 What a picture shows of things."""

    ONE_LINE = "ONE_LINE", "单线图", "one-line diagram of feeders"
    STATION = "STATION", "厂站接线图", "connection of a station"
    CUSTOMER = "CUSTOMER", "客户内部接线图", "inside of a customer"
    MAP = "MAP", "地理位置图", "map of places"


@unique
class PictureSymbol(Term):
    """图形符号: 对象的图形符号。 How a thing is drawn."""

    BREAKER = "BREAKER", "断路器", "circuit breaker", "GB/T 4728.7"
    RECLOSER = "RECLOSER", "重合器", "recloser", "GB/T 4728.7"
    LOAD_BREAK_SWITCH = "LOAD_BREAK_SWITCH", "负荷开关", "load-break switch", "GB/T 4728.7"
    DISCONNECTOR = "DISCONNECTOR", "隔离开关", "disconnector", "GB/T 4728.7"
    FUSE = "FUSE", "熔断器", "fuse", "GB/T 4728.7"
    TRANSFORMER = "TRANSFORMER", "变压器", "transformer", "GB/T 4728.6"
    THREE_WINDINGS = "THREE_WINDINGS", "三绕组变压器", "transformer of three windings", "GB/T 4728.6"
    BUSBAR = "BUSBAR", "母线", "busbar", "GB/T 4728.11"
    JUNCTION = "JUNCTION", "分支点", "junction", "GB/T 4728.3"
    LINE_END = "LINE_END", "线路末端", "end of a line"
    LINE = "LINE", "线路", "line"
    SOURCE = "SOURCE", "上级电源", "source of supply", "GB/T 4728.6"
    GENERATION = "GENERATION", "分布式电源", "distributed generation", "GB/T 4728.6"
    COMPENSATOR = "COMPENSATOR", "无功补偿装置", "compensator", "GB/T 4728.4"
    GENSET = "GENSET", "自备发电机", "generating set", "GB/T 4728.6"
    UPS = "UPS", "不间断电源或蓄电池", "uninterruptible supply or battery", "GB/T 4728.6"
    LOAD = "LOAD", "负荷", "load", "GB/T 4728.11"
    CUSTOMER = "CUSTOMER", "客户", "customer"
    ACCESS_POINT = "ACCESS_POINT", "应急接入点", "access point for a generator truck"
    FAULT_INDICATOR = "FAULT_INDICATOR", "故障指示器", "fault indicator"
    NEIGHBOUR = "NEIGHBOUR", "相邻线路", "line that goes on"
    ZONE = "ZONE", "折叠的区段", "zone that is folded up"
    PLACE = "PLACE", "地点", "place"


@unique
class PictureCondition(Term):
    """图元状态: 对象当前或所问事件之后的状态。 How a thing is now, or after the event that is asked about."""

    LIVE = "LIVE", "带电", "live"
    LOST = "LOST", "因本事件失电", "without supply by this event"
    DEAD = "DEAD", "不带电", "not live"
    FAULTY = "FAULTY", "故障", "faulty"
    CUT_OUT = "CUT_OUT", "已隔离", "cut out"
    UNCERTAIN = "UNCERTAIN", "是否带电不明", "may be live: a position is unknown"
    OUT_OF_SERVICE = "OUT_OF_SERVICE", "退出运行", "out of service"
    NOT_KNOWN = "NOT_KNOWN", "无带电信息", "nothing is known of supply here"


SYMBOL_OF: Final[dict[EntityKind, PictureSymbol]] = {
    EntityKind.BREAKER: PictureSymbol.BREAKER,
    EntityKind.RECLOSER: PictureSymbol.RECLOSER,
    EntityKind.LOAD_BREAK_SWITCH: PictureSymbol.LOAD_BREAK_SWITCH,
    EntityKind.DISCONNECTOR: PictureSymbol.DISCONNECTOR,
    EntityKind.FUSE: PictureSymbol.FUSE,
    EntityKind.SWITCH_BAY: PictureSymbol.BREAKER,
    EntityKind.POWER_TRANSFORMER: PictureSymbol.TRANSFORMER,
    EntityKind.CUSTOMER_TRANSFORMER: PictureSymbol.TRANSFORMER,
    EntityKind.BUSBAR_SECTION: PictureSymbol.BUSBAR,
    EntityKind.INTERNAL_BUS: PictureSymbol.BUSBAR,
    EntityKind.AC_LINE_SEGMENT: PictureSymbol.LINE,
    EntityKind.ENERGY_SOURCE: PictureSymbol.SOURCE,
    EntityKind.GENERATING_UNIT: PictureSymbol.GENERATION,
    EntityKind.SHUNT_COMPENSATOR: PictureSymbol.COMPENSATOR,
    EntityKind.ENERGY_CONSUMER: PictureSymbol.LOAD,
    EntityKind.LOAD: PictureSymbol.LOAD,
    EntityKind.SUPPLY_SOURCE: PictureSymbol.CUSTOMER,
    EntityKind.CUSTOMER: PictureSymbol.CUSTOMER,
    EntityKind.ACCESS_POINT: PictureSymbol.ACCESS_POINT,
    EntityKind.FAULT_INDICATOR: PictureSymbol.FAULT_INDICATOR,
    EntityKind.FEEDER: PictureSymbol.NEIGHBOUR,
    EntityKind.CONNECTIVITY_NODE: PictureSymbol.JUNCTION,
}
"""How things of a kind are drawn; whatever is not here is a place."""
BARS: Final = frozenset({PictureSymbol.BUSBAR, PictureSymbol.JUNCTION})
"""What is as long as what hangs on it."""
