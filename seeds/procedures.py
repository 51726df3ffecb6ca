"""处置程序: what is done in each supply state, step by step, from what is recorded of the customer.

Every step names its object by its full name and says who does it, in what time, and who is told. What is not recorded
makes no step but an item of preparation. First what saves life and plant, then information, then repair.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from schema.vocabulary import Importance, ResponsibilityRole, SupplyState
from seeds.scene import STARTS_A_UPS, Scene
from seeds.specs import Arrangement

Role = ResponsibilityRole
_TO_SITE, _TO_DISPATCH, _TO_MANAGER = "汇报现场指挥", "汇报值班调度员", "告知客户经理"
_TO_CONTACT, _RECORDED, _CONFIRMED = "告知停送电联系人", "记入工单", "停送电联系人确认"
_SAFE = "挂“禁止合闸，有人工作！”牌"


class Step(NamedTuple):
    """A step: who, in how many minutes from the procedure's start (None: the text says from when), what."""

    role: ResponsibilityRole
    minutes: float | None
    text: str
    confirm: str
    acts_on: tuple[str, ...] = ()
    condition: str | None = None


class Frame(NamedTuple):
    """A procedure without its steps: its name, what starts it, what ends it, and the state whose procedure follows."""

    name: str
    trigger: str
    exit: str
    followed_by: SupplyState | None


def states(scene: Scene) -> tuple[SupplyState, ...]:
    """States that a customer can be in: one supply cannot be reduced, only lost."""
    return tuple(SupplyState) if scene.count > 1 else (SupplyState.NORMAL, SupplyState.LOST)


def frame(scene: Scene, state: SupplyState) -> Frame:
    """What a procedure is called, when it starts and ends."""
    match state:
        case SupplyState.NORMAL:
            return Frame("供电正常处置程序", "保电任务单下达", "保电任务解除", None)
        case SupplyState.DEGRADED:
            lost = f"{'、'.join(scene.lines)}之一失电，另一路带电" if scene.count == 2 else "一路电源失电，其余电源带电"
            return Frame(
                "供电可靠性下降处置程序", lost, f"{scene.counted}路电源带电，{_mode_again(scene)}", SupplyState.NORMAL
            )
        case _:
            name = {1: "电源失电处置程序", 2: "双回路失电处置程序"}.get(scene.count, "全部电源失电处置程序")
            lost = f"{'、'.join(scene.lines)}{'均' if scene.count > 1 else ''}失电"
            own = _own_again(scene)
            if scene.count == 1:
                return Frame(name, lost, f"电源恢复供电{own}，转入供电正常处置程序", SupplyState.NORMAL)
            return Frame(name, lost, f"任一路恢复供电{own}，转入供电可靠性下降处置程序", SupplyState.DEGRADED)


def _own_again(scene: Scene) -> str:
    if scene.genset or scene.ups:
        return "，应急电源退出并恢复备用"
    return "，发电车退出" if scene.known else ""


def steps(scene: Scene, state: SupplyState) -> list[Step]:
    """The steps of a procedure, in order of time; what is done once supply is back comes last."""
    made = {SupplyState.NORMAL: _normal, SupplyState.DEGRADED: _degraded, SupplyState.LOST: _lost}[state](scene)
    return sorted(made, key=lambda step: math.inf if step.minutes is None else step.minutes)


def mode(scene: Scene) -> str:
    """Which supply feeds what in normal operation."""
    match scene.spec.arrangement:
        case Arrangement.COUPLED:
            return f"{scene.lines[0]}供Ⅰ段母线、{scene.lines[1]}供Ⅱ段母线，{scene.bay(0)}分位"
        case Arrangement.STANDBY:
            return f"{scene.lines[0]}主供，{scene.lines[1]}备用，{scene.bay(2)}分位"
        case _:
            roles = ("主供" if supply.role == "MAIN" else "备用" for supply in scene.spec.supplies)
            return "，".join(f"{line}{role}" for line, role in zip(scene.lines, roles, strict=True))


def _mode_again(scene: Scene) -> str:
    usual = {Arrangement.COUPLED: "分列运行方式", Arrangement.STANDBY: "一主一备方式"}
    transfer = "，备自投投入" if scene.automatic else ""
    return f"恢复{usual.get(scene.spec.arrangement, '正常方式')}{transfer}"


def _normal(scene: Scene) -> Iterator[Step]:
    spec, conduct = scene.spec, scene.conduct
    yield Step(Role.CUSTOMER_MANAGER, 60, "与停送电联系人、值班电工核对保电时段、重要负荷和 24 小时联系方式", _TO_SITE)
    lines = "、".join(dict.fromkeys(supply.line.name for supply in spec.supplies))
    text = f"核对运行方式：{mode(scene)}；保电期间停止{lines}检修和非必要操作"
    yield Step(Role.DISPATCHER, 60, text, "通报客户经理")
    yield Step(
        Role.SUBSTATION_OPERATION,
        120,
        f"特巡{scene.stations}内{lines}间隔，核对保护及重合闸按方式投退",
        _TO_DISPATCH,
    )
    yield Step(Role.LINE_MAINTENANCE, 120, f"特巡{patrolled(scene)}{trench(scene)}", _TO_SITE)
    yield Step(Role.CUSTOMER_ELECTRICIAN, 120, _own_checks(scene), _TO_MANAGER)
    yield Step(Role.CUSTOMER_DUTY_MANAGER, 120, conduct.check, _TO_CONTACT)
    if scene.known:
        where = "防爆区外停放点待命，排气管装阻火器" if conduct.hazardous else "停放点待命"
        where = f"发电车到{where}" if spec.importance in (Importance.SPECIAL, Importance.FIRST) else "发电车在驻地待命"
        text = f"{where}，核对应急接入箱接口型式、电缆长度，不接入"
        yield Step(Role.EMERGENCY_POWER, 120, text, _TO_SITE, (spec.part("AP"),))
    yield Step(Role.SITE_COMMANDER, 120, "每 2 小时汇总各组情况，无异常实行零报告", "汇报总指挥")


def patrolled(scene: Scene) -> str:
    """What the line crew patrols: overhead lines by name, cables with the unit that they start at."""
    overhead = [supply.line.name for supply in scene.spec.supplies if supply.line.overhead]
    cables = [supply.line.name for supply in scene.spec.supplies if not supply.line.overhead]
    parts = [f"{'、'.join(dict.fromkeys(overhead))}架空线路"] if overhead else []
    parts += [f"{'、'.join(dict.fromkeys(cables))}环网柜和电缆"] if cables else []
    return "，".join(parts)


def trench(scene: Scene) -> str:
    """What is said of a trench that all supplies lie in."""
    shared = scene.spec.shared_trench
    return f"；{shared}为{scene.counted}路共用通道，安排驻守" if shared else ""


def _own_checks(scene: Scene) -> str:
    checks = []
    if scene.count > 1:
        checks.append("检查备自投投入" if scene.automatic else "检查各路进线带电、进线联锁可靠")
    if scene.genset:
        backup, _ = scene.genset
        hours = f"油量满足 {backup.minutes / 60:g} 小时"
        checks.append(f"发电机置“自动”位、{hours}" if backup.automatic else f"空载试启发电机，检查{hours}、蓄电池")
    if scene.ups:
        checks.append("检查 UPS 无告警")
    return "，".join(checks) or "检查进线电压、开关柜无异常"


def _degraded(scene: Scene) -> Iterator[Step]:
    electrician, conduct = Role.CUSTOMER_ELECTRICIAN, scene.conduct
    hand = scene.by_hand(10)
    if scene.manual and conduct.reduced:
        main = f"{scene.lines[0]}失电"
        yield Step(Role.CUSTOMER_DUTY_MANAGER, 1, conduct.reduced, "告知值班电工", condition=main)
    permit = "，许可客户切换" if scene.manual else ""
    rest = "另一路" if scene.count == 2 else "其余电源"
    text = f"核实失电线路、跳闸开关及重合情况，确认{rest}运行正常{permit}，通知停送电联系人、客户经理"
    yield Step(Role.DISPATCHER, 2, text, "通报现场指挥")
    yield from _changed_over(scene, hand)
    if scene.spec.transfer.value != "NONE" and scene.known:
        failed = "备自投未动作，人工切换不成功" if scene.automatic else "切换不成功"
        text = f"立即转入{frame(scene, SupplyState.LOST).name}"
        yield Step(electrician, hand, text, "汇报值班调度员、客户值班负责人", condition=failed)
    checks = [" UPS 已恢复市电输入"] if scene.ups else []
    if scene.genset:
        automatic = scene.genset[0].automatic
        checks.append("发电机停机后保持“自动”位" if automatic else "发电机处于备用状态，油量、蓄电池正常")
    if checks:
        yield Step(electrician, 10, f"检查{'，'.join(checks)}", _TO_MANAGER)
    if scene.last_load:
        text = f"按限负荷序位停用{scene.last_load}"
        yield Step(electrician, 10, text, _TO_MANAGER, condition="带电一路过负荷")
    live = "一路" if scene.count == 2 else "其余"
    text = f"答复停送电联系人：现由{live}电源供电、预计恢复时间；{conduct.advice}"
    yield Step(Role.CUSTOMER_MANAGER, 10, text, _CONFIRMED)
    text = "停止带电线路及其上级设备的操作；下令隔离故障，恢复非故障区段"
    yield Step(Role.DISPATCHER, 15, text, "通报客户经理")
    yield Step(Role.DISTRIBUTION_REPAIR, 45, "到达现场，按调度指令隔离故障并抢修", _TO_DISPATCH)
    yield Step(Role.LINE_MAINTENANCE, 45, f"对带电线路特巡、值守{trench(scene)}", _TO_SITE)
    if scene.known:
        yield Step(
            Role.EMERGENCY_POWER, 60, f"发电车到{_parking(scene)}，待命不接入", _TO_SITE, (scene.spec.part("AP"),)
        )
    yield from _back_to_normal(scene)
    yield Step(Role.CUSTOMER_MANAGER, None, "恢复后 60 分钟内告知停送电联系人恢复情况并回访", _RECORDED)


def _parking(scene: Scene) -> str:
    if scene.conduct.hazardous:
        return "防爆区外停放点，排气管装阻火器，人员穿防静电服"
    return "停放点，敷设电缆、核对相序标识"


def _changed_over(scene: Scene, hand: int) -> Iterator[Step]:
    """What the electrician checks or does with each supply gone."""
    if scene.spec.arrangement is Arrangement.COUPLED:
        yield from _coupler_closes(scene, hand)
    elif scene.spec.arrangement is Arrangement.STANDBY:
        yield from _standby_closes(scene, hand)
    elif scene.automatic:
        text = "检查备自投动作，各段母线电压、负荷电流正常"
        yield Step(Role.CUSTOMER_ELECTRICIAN, 5, text, _TO_DISPATCH)
    elif scene.manual:
        text = f"经值班调度员许可，将负荷由{scene.lines[0]}切换至{scene.lines[1]}，先断后合"
        yield Step(Role.CUSTOMER_ELECTRICIAN, hand, text, "回令值班调度员", condition=f"{scene.lines[0]}失电")


def _coupler_closes(scene: Scene, hand: int) -> Iterator[Step]:
    electrician, coupler = Role.CUSTOMER_ELECTRICIAN, scene.bay(0)
    for number, line in enumerate(scene.lines, 1):
        lost, bay = f"{line}失电", scene.bay(number)
        acts_on = (scene.incomer_ids[number - 1], scene.incomer_ids[-1])
        by_hand = f"经值班调度员许可，拉开{bay}，检查确无电压后合上{coupler}"
        if scene.automatic:
            text = f"检查备自投动作：{bay}确已分闸，{coupler}确已合闸，两段母线电压、负荷电流正常"
            yield Step(electrician, min(5, hand), text, _TO_DISPATCH, acts_on, lost)
            yield Step(electrician, hand, by_hand, "回令值班调度员", acts_on, f"{lost}，备自投未动作")
        elif scene.manual:
            yield Step(electrician, hand, by_hand, "回令值班调度员", acts_on, lost)
        else:
            section = "Ⅰ" if number == 1 else "Ⅱ"
            text = f"检查{section}段母线失电负荷，拉开{bay}，{section}段负荷待{line}送电后恢复"
            yield Step(electrician, 5, text, _TO_DISPATCH, acts_on[:1], lost)


def _standby_closes(scene: Scene, hand: int) -> Iterator[Step]:
    electrician = Role.CUSTOMER_ELECTRICIAN
    (main, standby), acts_on = scene.lines, scene.incomer_ids
    first = f"，先恢复{scene.first_back}" if scene.first_back else ""
    by_hand = f"检查1号进线确无电压，拉开{scene.bay(1)}，检查2号进线电压正常、联锁正常，合上{scene.bay(2)}{first}"
    if not scene.automatic:
        yield Step(electrician, hand, by_hand, _TO_DISPATCH, acts_on, f"{main}失电")
        return
    text = f"检查备自投动作：{scene.bay(1)}确已分闸，{scene.bay(2)}确已合闸，母线电压、负荷电流正常"
    yield Step(electrician, min(5, hand), text, _TO_DISPATCH, acts_on, f"{main}失电")
    yield Step(
        electrician, hand, f"经值班调度员许可，{by_hand}", "回令值班调度员", acts_on, f"{main}失电，备自投未动作"
    )
    text = f"退出备自投，检查{scene.bay(1)}确已合闸，负荷仍由{main}供电"
    yield Step(electrician, 10, text, _TO_DISPATCH, acts_on[:1], f"{standby}失电")


def _back_to_normal(scene: Scene) -> Iterator[Step]:
    """After the lost supply is back: break before make, then the automatic transfer."""
    electrician, auto = Role.CUSTOMER_ELECTRICIAN, "，投入备自投" if scene.automatic else ""
    never = "；未经许可不得合环"
    if scene.coupled and scene.spec.transfer.value != "NONE":
        for number, line in enumerate(scene.lines, 1):
            text = f"送电后 15 分钟内，按调度许可拉开{scene.bay(0)}，合上{scene.bay(number)}{auto}{never}"
            acts_on = (scene.incomer_ids[-1], scene.incomer_ids[number - 1])
            yield Step(electrician, None, text, _TO_DISPATCH, acts_on, f"{line}恢复送电")
    elif scene.coupled:
        for number, line in enumerate(scene.lines, 1):
            text = f"送电后 15 分钟内，按调度许可合上{scene.bay(number)}，检查母线电压正常"
            yield Step(electrician, None, text, _TO_DISPATCH, (scene.incomer_ids[number - 1],), f"{line}恢复送电")
    elif scene.spec.arrangement is Arrangement.STANDBY:
        text = f"送电后 15 分钟内，按调度许可拉开{scene.bay(2)}，合上{scene.bay(1)}{auto}，检查联锁{never}"
        yield Step(electrician, None, text, _TO_DISPATCH, scene.incomer_ids, f"{scene.lines[0]}恢复送电")
        if scene.automatic:
            text = "送电后 15 分钟内，检查2号进线电压正常，投入备自投"
            yield Step(electrician, None, text, _TO_DISPATCH, condition=f"{scene.lines[1]}恢复送电")
    else:
        text = f"失电线路送电后 15 分钟内，按调度许可{_mode_again(scene)}{never}"
        yield Step(electrician, None, text, _TO_DISPATCH)


def _lost(scene: Scene) -> Iterator[Step]:
    conduct, name = scene.conduct, scene.spec.name
    manager = Step(Role.CUSTOMER_DUTY_MANAGER, conduct.measure_minutes, conduct.measure, _TO_CONTACT)
    if conduct.measure_minutes <= 2:
        yield manager
    yield from _own_power(scene)
    text = f"核实{several(scene)}失电原因，通知停送电联系人、客户经理、现场指挥"
    yield Step(Role.DISPATCHER, 2, text, "汇报总指挥")
    if conduct.measure_minutes > 2:
        yield manager
    text = "答复停送电联系人故障情况、预计恢复时间，此后每 30 分钟通报一次"
    yield Step(Role.CUSTOMER_MANAGER, 10, text, _CONFIRMED)
    yield Step(Role.COMMANDER, 15, "按事件等级启动应急响应，调派抢修、发电力量", "报公司应急办")
    tie, tie_id, remote = scene.tie
    first = f"{scene.spec.supplies[0].line.name}故障已隔离，该线可转供"
    text = f"{'遥控' if remote else '下令配电抢修班'}合上{tie}，优先恢复{name}{'一路' if scene.count > 1 else ''}电源"
    yield Step(Role.DISPATCHER, 30 if remote else 60, text, "通知停送电联系人", (tie_id,), first)
    yield Step(Role.DISTRIBUTION_REPAIR, 45, "到达现场，按调度指令就地操作、查找并隔离故障", _TO_DISPATCH)
    decides = "，决定发电车是否接入" if scene.known else ""
    yield Step(Role.SITE_COMMANDER, 45, f"到达现场，统一指挥{decides}", "汇报总指挥")
    if scene.known:
        yield from _truck(scene)
    yield from _fed_again(scene)
    yield Step(Role.CUSTOMER_MANAGER, None, "恢复后 60 分钟内核实重要负荷全部恢复，回访停送电联系人", _RECORDED)


def several(scene: Scene) -> str:
    """How many supplies, where there are several."""
    return f"{scene.counted}路" if scene.count > 1 else ""


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
        return [Step(Role.CUSTOMER_ELECTRICIAN, 5, text, _TO_DISPATCH)]
    transfer = "退出备自投，" if scene.automatic else ""
    lock = "，检查市电侧与应急侧闭锁可靠，防止倒送电" if scene.genset else "，防止倒送电"
    text = f"{transfer}检查{several(scene)}进线确无电压，拉开{scene.incomers}{lock}"
    return [Step(Role.CUSTOMER_ELECTRICIAN, minutes, text, _TO_DISPATCH, scene.incomer_ids)]


def _truck(scene: Scene) -> Iterator[Step]:
    condition = "自备发电机不能维持保安负荷" if scene.genset else None
    hazard = "由客户安全员监护入场，停于防爆区外，" if scene.conduct.hazardous else ""
    access = (scene.spec.part("AP"),)
    text = (
        f"经停送电联系人同意，{hazard}由值班电工检查{scene.incomers}确在分位、验明{scene.low_bus}确无电压、{_SAFE}后，"
        "接入应急接入箱，核对相序"
    )
    yield Step(Role.EMERGENCY_POWER, 75, text, _TO_SITE, access, condition)
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
        yield Step(electrician, None, text, _TO_DISPATCH)
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
            _TO_DISPATCH,
            (scene.incomer_ids[number - 1],),
            f"{line}{'先' if scene.count > 1 else ''}恢复送电",
        )
    text = "逐步恢复生产负荷" if scene.conduct.hazardous else "逐项核实负荷恢复，按序位恢复三级负荷"
    yield Step(Role.CUSTOMER_DUTY_MANAGER, None, text, _TO_CONTACT, condition="电源已恢复供电")
