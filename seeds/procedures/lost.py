"""失电: no supply is live: own sources, the grid's way around, a truck, and back."""

from __future__ import annotations

from collections.abc import Iterator

from seeds.procedures.step import CONFIRMED, RECORDED, TO_CONTACT, TO_DISPATCH, TO_SITE, Role, Step, several
from seeds.scene import STARTS_A_UPS, Scene

_SAFE = "挂“禁止合闸，有人工作！”牌"


def lost(scene: Scene) -> Iterator[Step]:
    """Its steps, by subject."""
    conduct, name = scene.conduct, scene.spec.name
    manager = Step(Role.CUSTOMER_DUTY_MANAGER, conduct.measure_minutes, conduct.measure, TO_CONTACT)
    if conduct.measure_minutes <= 2:
        yield manager
    yield from _own_power(scene)
    text = f"核实{several(scene)}失电原因，通知停送电联系人、客户经理、现场指挥"
    yield Step(Role.DISPATCHER, 2, text, "汇报总指挥")
    if conduct.measure_minutes > 2:
        yield manager
    text = "答复停送电联系人故障情况、预计恢复时间，此后每 30 分钟通报一次"
    yield Step(Role.CUSTOMER_MANAGER, 10, text, CONFIRMED)
    yield Step(Role.COMMANDER, 15, "按事件等级启动应急响应，调派抢修、发电力量", "报公司应急办")
    tie, tie_id, remote = scene.tie
    first = f"{scene.spec.supplies[0].line.name}故障已隔离，该线可转供"
    text = f"{'遥控' if remote else '下令配电抢修班'}合上{tie}，优先恢复{name}{'一路' if scene.count > 1 else ''}电源"
    yield Step(Role.DISPATCHER, 30 if remote else 60, text, "通知停送电联系人", (tie_id,), first)
    yield Step(Role.DISTRIBUTION_REPAIR, 45, "到达现场，按调度指令就地操作、查找并隔离故障", TO_DISPATCH)
    decides = "，决定发电车是否接入" if scene.known else ""
    yield Step(Role.SITE_COMMANDER, 45, f"到达现场，统一指挥{decides}", "汇报总指挥")
    if scene.known:
        yield from _truck(scene)
    yield from _fed_again(scene)
    yield Step(Role.CUSTOMER_MANAGER, None, "恢复后 60 分钟内核实重要负荷全部恢复，回访停送电联系人", RECORDED)


def _own_power(scene: Scene) -> Iterator[Step]:
    """The incoming side is opened against back-feed, own sources feed what they back; by urgency."""
    electrician, hand = Role.CUSTOMER_ELECTRICIAN, scene.by_hand(10)
    opening = _opened(scene, max(1, min(5, hand // 2)))
    if scene.ups:
        backup, source = scene.ups
        verb = "启动" if scene.spec.number in STARTS_A_UPS else "检查"
        text = f"{verb} UPS，{scene.loads(backup)}由 UPS 供电正常，可维持 {backup.minutes:g} 分钟"
        yield Step(electrician, 1, text, "汇报客户值班负责人", (source,))
    if scene.genset is None:
        yield from opening
        return
    backup, source = scene.genset
    started = min(3, hand) if backup.automatic else hand
    loads = scene.loads(backup)
    if backup.automatic:
        text = f"检查 {backup.kw:g} kW 发电机自启动、母线电压正常，{loads}供电正常"
        yield Step(electrician, 1, text, "汇报客户值班负责人", (source,))
        condition = f"{backup.start_s:g} 秒未自启动"
        text = f"立即手动启动 {backup.kw:g} kW 发电机，检查电压、频率正常"
        yield Step(electrician, started, text, "汇报客户值班负责人", (source,), condition)
        yield from opening
    else:
        yield from opening
        text = f"启动 {backup.kw:g} kW 发电机，检查电压、频率正常后带{loads}，可维持 {backup.minutes / 60:g} 小时"
        yield Step(electrician, started, text, "汇报客户值班负责人、值班调度员", (source,))
    text = "按全厂失电工况处置，报属地应急管理部门" if scene.conduct.hazardous else "报停送电联系人，申请发电车优先接入"
    yield Step(
        Role.CUSTOMER_DUTY_MANAGER, started + 2, text, "告知停送电联系人、客户经理", condition="发电机两次启动不成功"
    )


def _opened(scene: Scene, minutes: float) -> list[Step]:
    if not scene.known:
        text = "检查进线确无电压，复核进线侧无来电后告知客户值班负责人"
        return [Step(Role.CUSTOMER_ELECTRICIAN, 5, text, TO_DISPATCH)]
    transfer = "退出备自投，" if scene.automatic else ""
    lock = "，检查市电侧与应急侧闭锁可靠，防止倒送电" if scene.genset else "，防止倒送电"
    text = f"{transfer}检查{several(scene)}进线确无电压，拉开{scene.incomers}{lock}"
    return [Step(Role.CUSTOMER_ELECTRICIAN, minutes, text, TO_DISPATCH, scene.incomer_ids)]


def _truck(scene: Scene) -> Iterator[Step]:
    condition = "自备发电机不能维持保安负荷" if scene.genset else None
    hazard = "由客户安全员监护入场，停于防爆区外，" if scene.conduct.hazardous else ""
    access = (scene.spec.part("AP"),)
    text = (
        f"经停送电联系人同意，{hazard}由值班电工检查{scene.incomers}确在分位、验明{scene.low_bus}确无电压、{_SAFE}后，"
        "接入应急接入箱，核对相序"
    )
    yield Step(Role.EMERGENCY_POWER, 75, text, TO_SITE, access, condition)
    text = "现场指挥下令后启动发电车，合上应急接入箱开关，检查电压、频率，专人值守"
    yield Step(Role.EMERGENCY_POWER, 80, text, "值班电工确认供电", access, condition)


def _fed_again(scene: Scene) -> Iterator[Step]:
    """From own sources back to the grid: they stop first, then the incoming bay closes."""
    electrician = Role.CUSTOMER_ELECTRICIAN
    stop = ""
    if scene.known:
        stop = f"停用已投入的发电车{'、自备发电机' if scene.genset else ''}，确认闭锁，拆除接入电缆，"
    if not scene.known:
        text = "系统电源送电后 15 分钟内，经调度许可恢复受电，检查母线电压、相序"
        yield Step(electrician, None, text, TO_DISPATCH)
        return
    both = scene.coupled and scene.spec.transfer.value != "NONE"
    for number, line in enumerate(scene.lines, 1):
        text = (
            f"送电后 15 分钟内，经调度许可{stop}检查{number}号进线电压正常后合上{scene.bay(number)}"
            f"{f'、{scene.bay(0)}' if both else ''}，检查母线电压、相序"
        )
        yield Step(
            electrician,
            None,
            text,
            TO_DISPATCH,
            (scene.incomer_ids[number - 1],),
            f"{line}{'先' if scene.count > 1 else ''}恢复送电",
        )
    text = "逐步恢复生产负荷" if scene.conduct.hazardous else "逐项核实负荷恢复，按序位恢复三级负荷"
    yield Step(Role.CUSTOMER_DUTY_MANAGER, None, text, TO_CONTACT, condition="电源已恢复供电")
