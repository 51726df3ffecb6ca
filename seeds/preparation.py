"""应急保电准备工作: what must be ready before it is needed: what fits the customer, and what is not recorded yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schema.vocabulary import ResponsibilityRole
from seeds.procedures import patrolled, trench
from seeds.scene import Scene

Role = ResponsibilityRole


class Item(NamedTuple):
    """One item: what it is, its content and standard, who sees to it, how often."""

    name: str
    text: str
    role: ResponsibilityRole
    cycle: str


def items(scene: Scene) -> list[Item]:
    """The items of a customer, in the order of the form."""
    return [*_known(scene), *_missing(scene)]


def _known(scene: Scene) -> Iterator[Item]:
    yield Item("联系方式", "停送电联系人、电气联系人、24 小时值班电话逐个拨通核实", Role.CUSTOMER_MANAGER, "每月")
    if scene.known:
        text = "核对一次接线图、保安负荷清单、限负荷序位与现场一致"
        yield Item("接线及负荷", text, Role.CUSTOMER_ELECTRICIAN, "每半年")
    text = f"特巡{patrolled(scene)}{trench(scene)}，消除缺陷，重要接点红外测温"
    yield Item("电源", text, Role.LINE_MAINTENANCE, "保电前 3 天")
    text = f"核对{scene.stations}保护、重合闸、备自投投入，主变负荷"
    yield Item("变电", text, Role.SUBSTATION_OPERATION, "保电前 3 天")
    yield from _own_equipment(scene)
    yield Item("非电性质保安措施", scene.conduct.check, Role.CUSTOMER_DUTY_MANAGER, "每季")
    if scene.known:
        text = "核对应急接入箱接口型式、电缆型号和长度、停放点承重、通行证"
        yield Item("发电车接入", text, Role.EMERGENCY_POWER, "每半年")
    overhead = any(supply.line.overhead for supply in scene.spec.supplies)
    spare = "导线、绝缘子、跌落式熔断器、照明、围栏到位" if overhead else "电缆附件、熔断器、环网柜备件、照明、围栏到位"
    yield Item("备品备件", spare, Role.LOGISTICS, "保电前 1 天")
    yield Item("通信", "手持台、应急联络表发至每人", Role.SITE_COMMANDER, "保电前 1 天")
    loss = "双回路失电" if scene.count > 1 else "电源失电"
    yield Item("演练", f"{loss}桌面演练，问题闭环", Role.CUSTOMER_MANAGER, "每半年")


def _own_equipment(scene: Scene) -> Iterator[Item]:
    electrician = Role.CUSTOMER_ELECTRICIAN
    if scene.count > 1:
        text = "客户侧备自投传动、进线联锁试验，有记录" if scene.automatic else "进线联锁试验，有记录"
        yield Item("备自投、联锁" if scene.automatic else "联锁", text, electrician, "每年")
    if scene.genset:
        text = "空载试启每月一次，带载试验每年一次；油量满足持续供电时间；倒送电闭锁可靠"
        yield Item("自备发电机", text, electrician, "每月")
    if scene.ups:
        yield Item("UPS、蓄电池", "检查告警，核对放电时间", electrician, "每季")
    if scene.dead_genset:
        text = f"{scene.dead_genset.kw:g} kW 发电机停用待修，修复并带载试验合格后修订预案；修复前发电车优先保障"
        yield Item("自备发电机", text, electrician, "每周")


def _missing(scene: Scene) -> Iterator[Item]:
    if not scene.known:
        text = "补充核实一次接线图、进线柜及母联柜编号、保安负荷及允许断电时间"
        yield Item("补充核实", text, Role.CUSTOMER_MANAGER, "一次")
        yield Item("补充核实", "补充核实自备应急电源和发电车应急接入点", Role.CUSTOMER_MANAGER, "一次")
    elif not scene.genset and not scene.dead_genset:
        text = "无自备发电机：补充核实保安负荷由发电车供电的接入方案和到场时间"
        yield Item("补充核实", text, Role.CUSTOMER_MANAGER, "一次")
