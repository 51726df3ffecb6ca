"""Who decides inside a customer when supply is at risk or lost, and what is done there without electricity.

Measures are common knowledge of each trade, not quoted from a document; a city's own plans replace them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Conduct:
    """Who decides inside a customer of a trade when supply is at risk or lost, and what they do without electricity."""

    duty_manager: str
    """Post of the 客户值班负责人."""
    contact: str
    """Post of the 停送电联系人."""
    measure: str
    """What the manager on duty does first once all supply is lost."""
    measure_minutes: float
    advice: str
    """What a customer on reduced supply is asked to do."""
    check: str
    """What is made sure of beforehand."""
    reduced: str | None = None
    """What is stopped at once where the main supply is lost and the change-over takes a hand."""
    hazardous: bool = False
    """Explosion zone: generator trucks stay out of it."""


_OFFICE = Conduct(
    duty_manager="总值班",
    contact="总务科长",
    measure="启动单位停电应急预案，组织人员疏散，逐处核实电梯无人员被困",
    measure_minutes=5,
    advice="请停用空调等三级负荷",
    check="核实应急照明、疏散通道、电梯解困人员",
)
CONDUCT: dict[str, Conduct] = {
    "医院": Conduct(
        "院总值班",
        "总务科长",
        "启动院内停电应急预案，逐科核实生命支持设备供电",
        5,
        "请院方评估择期手术",
        "核实各科生命支持设备电池、手动呼吸器可用",
    ),
    "养老机构": replace(_OFFICE, duty_manager="院总值班", measure="启动院内停电应急预案，逐室核实制氧设备供电"),
    "党政机关": replace(_OFFICE, contact="机关事务科长", measure="启动单位停电应急预案，核实指挥和机要通信不中断"),
    "广播电视": replace(
        _OFFICE, duty_manager="播出值班主任", contact="动力科长", measure="切换备用发射通道，核实播出信号"
    ),
    "通信": replace(_OFFICE, duty_manager="网络值班长", contact="动力科长", measure="启动业务迂回，核实蓄电池放电时间"),
    "数据中心": replace(
        _OFFICE,
        duty_manager="运行值班长",
        contact="动力科长",
        measure="启动业务切换至同城备份，打开机房应急排风",
        advice="请暂停系统变更",
        check="核实业务切换预案、机房应急排风可用",
    ),
    "金融": replace(
        _OFFICE,
        duty_manager="运行值班长",
        contact="动力科长",
        measure="启动业务切换至同城备份，打开机房应急排风",
        advice="请暂停系统变更",
        check="核实业务切换预案、机房应急排风可用",
    ),
    "供水": Conduct(
        "生产调度",
        "动力科长",
        "关闭加氯间进气阀，由清水池重力供水，通知管网调度压力下降",
        5,
        "请提高清水池水位",
        "核实清水池水位、加氯间手动阀、中和装置可用",
    ),
    "污水处理": Conduct(
        "生产调度", "动力科长", "关小进水闸，投入调蓄池", 10, "请腾空调蓄池", "核实进水闸手动机构、调蓄池容积可用"
    ),
    "供热": Conduct(
        "生产调度", "动力科长", "停炉压火，打开排汽阀，防止锅炉汽化", 5, "请降低炉温", "核实压火、排汽手动机构可用"
    ),
    "化工": Conduct(
        "生产调度",
        "动力科长",
        "紧急停车、停止投料，投入高位水箱冷却，按规程泄压，非必要人员撤离",
        1,
        "请维持低负荷",
        "核实高位水箱、氮封、手动泄压阀可用，非电性质保安措施责任人到岗",
        "停止投料、降负荷，冷却水改由高位水箱供给",
        hazardous=True,
    ),
    "燃气": Conduct(
        "生产调度",
        "动力科长",
        "切换至手动调压旁路，检查泄漏，停用压缩机",
        2,
        "请降低出站压力",
        "核实手动调压旁路、手持检漏仪可用",
        hazardous=True,
    ),
    "轨道交通": Conduct(
        "值班站长",
        "供电值班工长",
        "启动车站应急通风和照明，停止进站，引导乘客疏散",
        2,
        "请停用站厅广告照明和部分扶梯",
        "核实应急照明、疏散指示、站台门手动解锁可用",
    ),
    "铁路": Conduct(
        "车站值班主任",
        "供电段值班工长",
        "启动候车室应急照明，停止进站检票，引导旅客疏散",
        2,
        "请停用广告照明和部分扶梯",
        "核实应急照明、疏散通道可用",
    ),
    "电子": Conduct(
        "生产调度", "动力科长", "停止投片，关闭特气阀，人员撤出洁净室", 1, "请暂停投片", "核实特气手动切断阀可用"
    ),
    "学校": replace(_OFFICE, measure="启动考场停电应急预案，打开应急照明，考务电脑保存数据", advice="请停用空调"),
    "商业": replace(_OFFICE, duty_manager="值班经理", contact="工程部经理"),
    "会展": replace(_OFFICE, duty_manager="值班经理", contact="工程部经理"),
    "体育": replace(_OFFICE, duty_manager="值班经理", contact="工程部经理"),
    "监管场所": replace(
        _OFFICE,
        duty_manager="值班所领导",
        measure="启动停电应急预案，增派岗哨，核实周界监控和监区照明",
        check="核实应急照明、对讲、岗哨增派方案可用",
    ),
}
"""What is done inside a customer, by its industry."""


def conduct_of(industry: str) -> Conduct:
    """What is done inside a customer of this industry."""
    return CONDUCT.get(industry, _OFFICE)
