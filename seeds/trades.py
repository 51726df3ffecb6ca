"""Trades of the customers: what each needs its supply for, and how long it may be out.

Permitted interruptions are common knowledge of each trade, not quoted from a document: a city's own plans
replace them. Mines and steel works are not here: they have a 35 or 110 kV station or a feeder of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from schema.vocabulary import Importance, LoadGrade

_TOP, _ONE, _TWO, _THREE = (
    LoadGrade.ESPECIALLY_IMPORTANT,
    LoadGrade.GRADE_1,
    LoadGrade.GRADE_2,
    LoadGrade.GRADE_3,
)


@dataclass(frozen=True, slots=True)
class TradeLoad:
    """A load that every customer of the trade has."""

    name: str
    grade: LoadGrade
    permitted_s: float | None = None
    security: bool = False


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade: how its customers are called, and the loads of one, the most important first."""

    industry: str
    form: str
    loads: tuple[TradeLoad, ...]
    only: tuple[str, ...] = ()
    """Names of those that a city has one of; beyond them the form."""

    def named(self, brand: str, place: int) -> str:
        """Name of the customer of the trade at this place, from 0."""
        return self.only[place] if place < len(self.only) else self.form.format(brand=brand)


def _load(name: str, grade: LoadGrade, permitted_s: float | None = None, *, security: bool = False) -> TradeLoad:
    return TradeLoad(name, grade, permitted_s, security)


_COMMAND = (
    _load("指挥大厅及机要机房", _TOP, 0, security=True),
    _load("通信及应急照明", _ONE, 15),
    _load("办公照明", _THREE),
)
_HOSPITAL = (
    _load("手术室及重症监护", _TOP, 0.5, security=True),
    _load("急诊及影像科", _ONE, 15),
    _load("住院部空调", _THREE),
)
_BROADCAST = (
    _load("发射机及播控机房", _TOP, 0, security=True),
    _load("机房空调", _TWO, 600),
    _load("办公区", _THREE),
)
_TELECOM = (
    _load("核心网及传输设备", _TOP, 0, security=True),
    _load("机房空调", _TWO, 600),
    _load("办公区", _THREE),
)
_WATER = (
    _load("加氯及二级泵房", _ONE, 600, security=True),
    _load("取水泵", _TWO, 1800),
    _load("滤池反冲洗", _THREE),
)
_METRO = (
    _load("信号及通信", _TOP, 0, security=True),
    _load("通风排烟", _ONE, 900),
    _load("车站照明", _TWO),
)
_SCHOOL = (
    _load("考务及监控", _ONE, 1200),
    _load("消防水泵", _TWO, 600),
    _load("教学楼照明", _THREE),
)
_CUSTODY = (
    _load("周界报警及监控", _TOP, 0.5, security=True),
    _load("应急照明", _ONE, 5),
    _load("生活区", _THREE),
)
_GAS = (
    _load("调压控制及泄漏报警", _TOP, 0.5, security=True),
    _load("压缩机", _TWO, 600),
    _load("办公照明", _THREE),
)
_CHEMICAL = (
    _load("DCS 控制系统", _TOP, 0, security=True),
    _load("反应釜冷却水泵", _ONE, 300, security=True),
    _load("包装车间", _THREE),
)
_MALL = (
    _load("消防及应急照明", _ONE, 5, security=True),
    _load("客梯", _TWO, 600),
    _load("商铺照明", _THREE),
)
_HALL = (
    _load("消防及应急照明", _ONE, 5, security=True),
    _load("活动场地照明及音视频", _ONE, 15),
    _load("空调", _THREE),
)

_HOSPITALS = Trade("医院", "临江市{brand}医院", _HOSPITAL)
_METRO_STATIONS = Trade("轨道交通", "轨道交通{brand}站", _METRO)
_WATER_WORKS = Trade("供水", "{brand}水厂", _WATER)
_TELECOM_HUBS = Trade("通信", "{brand}通信枢纽楼", _TELECOM)

TRADES: dict[Importance, tuple[Trade, ...]] = {
    Importance.SPECIAL: (
        Trade(
            "党政机关",
            "临江市{brand}应急指挥中心",
            _COMMAND,
            only=("临江市人民政府", "临江市公安局指挥中心", "临江市应急指挥中心"),
        ),
        Trade("广播电视", "临江{brand}广播电视发射总台", _BROADCAST, only=("临江广播电视发射总台",)),
        Trade("通信", "临江{brand}通信汇接枢纽", _TELECOM, only=("临江通信汇接枢纽",)),
    ),
    Importance.FIRST: (
        _HOSPITALS,
        Trade("化工", "{brand}精细化工有限公司", _CHEMICAL),
        _METRO_STATIONS,
        _WATER_WORKS,
        Trade(
            "金融",
            "临江银行{brand}数据中心",
            (_load("核心机房", _TOP, 0, security=True), _load("精密空调", _ONE, 300), _load("办公区", _THREE)),
        ),
        _TELECOM_HUBS,
        Trade("党政机关", "临江市{brand}区人民政府", _COMMAND),
        Trade("燃气", "{brand}燃气调压站", _GAS),
        Trade(
            "监管场所",
            "临江市{brand}看守所",
            _CUSTODY,
            only=("临江市第一看守所", "临江市强制隔离戒毒所", "临江市第二看守所", "临江市拘留所", "临江监狱"),
        ),
    ),
    Importance.SECOND: (
        Trade("医院", "{brand}区医院", _HOSPITAL),
        Trade(
            "污水处理",
            "{brand}污水处理厂",
            (_load("提升泵房", _ONE, 1800, security=True), _load("鼓风机", _TWO, 3600), _load("脱水机房", _THREE)),
        ),
        Trade("学校", "临江市{brand}中学", _SCHOOL),
        Trade("商业", "{brand}购物中心", _MALL),
        Trade(
            "电子",
            "{brand}半导体有限公司",
            (_load("洁净室排风", _TOP, 1, security=True), _load("工艺冷却水", _TWO, 60), _load("动力站", _THREE)),
        ),
        Trade("供水", "{brand}加压泵站", _WATER),
        Trade("党政机关", "{brand}街道办事处", (_load("应急值班室", _ONE, 15, security=True), *_COMMAND[1:])),
        _METRO_STATIONS,
        Trade(
            "供热",
            "{brand}供热站",
            (_load("循环水泵", _ONE, 600, security=True), _load("补水泵", _TWO, 1800), _load("办公照明", _THREE)),
        ),
        Trade("通信", "{brand}通信机房楼", _TELECOM),
    ),
    Importance.TEMPORARY: (
        Trade("学校", "临江市{brand}中学（考点）", _SCHOOL),
        Trade("会展", "{brand}会展中心", _HALL, only=("临江国际会展中心",)),
        Trade("体育", "{brand}体育馆", _HALL, only=("临江市体育馆",)),
    ),
}
"""Trades of the important customers, by the class that the effect of an interruption puts them in."""

OTHER_TRADES: tuple[tuple[str, str], ...] = (
    ("纺织", "{brand}纺织有限公司"), ("机械制造", "{brand}机械厂"), ("食品加工", "{brand}食品有限公司"),
    ("物流", "{brand}物流园"), ("酒店", "{brand}大酒店"), ("住宅小区", "{brand}花园小区"),
    ("建材", "{brand}建材有限公司"), ("汽车零部件", "{brand}汽车部件有限公司"), ("造纸", "{brand}纸业有限公司"),
    ("商业", "{brand}农贸市场"), ("冷链", "{brand}冷库"), ("写字楼", "{brand}大厦"),
)  # fmt: skip
"""Industry and form of the name of the other large customers."""
