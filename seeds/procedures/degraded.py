"""供电可靠性下降: one supply is dead, another live: change over, tell, watch, and back to normal."""

from __future__ import annotations

from collections.abc import Iterator

from schema.vocabulary import SupplyState
from seeds.procedures.frame import frame
from seeds.procedures.step import CONFIRMED, RECORDED, TO_DISPATCH, TO_MANAGER, TO_SITE, Role, Step, mode_again, trench
from seeds.scene import Scene
from seeds.specs import Arrangement


def degraded(scene: Scene) -> Iterator[Step]:
    """Its steps, by subject."""
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
        yield Step(electrician, 10, f"检查{'，'.join(checks)}", TO_MANAGER)
    if scene.last_load:
        text = f"按限负荷序位停用{scene.last_load}"
        yield Step(electrician, 10, text, TO_MANAGER, condition="带电一路过负荷")
    live = "一路" if scene.count == 2 else "其余"
    text = f"答复停送电联系人：现由{live}电源供电、预计恢复时间；{conduct.advice}"
    yield Step(Role.CUSTOMER_MANAGER, 10, text, CONFIRMED)
    text = "停止带电线路及其上级设备的操作；下令隔离故障，恢复非故障区段"
    yield Step(Role.DISPATCHER, 15, text, "通报客户经理")
    yield Step(Role.DISTRIBUTION_REPAIR, 45, "到达现场，按调度指令隔离故障并抢修", TO_DISPATCH)
    yield Step(Role.LINE_MAINTENANCE, 45, f"对带电线路特巡、值守{trench(scene)}", TO_SITE)
    if scene.known:
        yield Step(
            Role.EMERGENCY_POWER, 60, f"发电车到{_parking(scene)}，待命不接入", TO_SITE, (scene.spec.part("AP"),)
        )
    yield from _back_to_normal(scene)
    yield Step(Role.CUSTOMER_MANAGER, None, "恢复后 60 分钟内告知停送电联系人恢复情况并回访", RECORDED)


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
        yield Step(Role.CUSTOMER_ELECTRICIAN, 5, text, TO_DISPATCH)
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
            yield Step(electrician, min(5, hand), text, TO_DISPATCH, acts_on, lost)
            yield Step(electrician, hand, by_hand, "回令值班调度员", acts_on, f"{lost}，备自投未动作")
        elif scene.manual:
            yield Step(electrician, hand, by_hand, "回令值班调度员", acts_on, lost)
        else:
            section = "Ⅰ" if number == 1 else "Ⅱ"
            text = f"检查{section}段母线失电负荷，拉开{bay}，{section}段负荷待{line}送电后恢复"
            yield Step(electrician, 5, text, TO_DISPATCH, acts_on[:1], lost)


def _standby_closes(scene: Scene, hand: int) -> Iterator[Step]:
    electrician = Role.CUSTOMER_ELECTRICIAN
    (main, standby), acts_on = scene.lines, scene.incomer_ids
    first = f"，先恢复{scene.first_back}" if scene.first_back else ""
    by_hand = f"检查1号进线确无电压，拉开{scene.bay(1)}，检查2号进线电压正常、联锁正常，合上{scene.bay(2)}{first}"
    if not scene.automatic:
        yield Step(electrician, hand, by_hand, TO_DISPATCH, acts_on, f"{main}失电")
        return
    text = f"检查备自投动作：{scene.bay(1)}确已分闸，{scene.bay(2)}确已合闸，母线电压、负荷电流正常"
    yield Step(electrician, min(5, hand), text, TO_DISPATCH, acts_on, f"{main}失电")
    yield Step(
        electrician, hand, f"经值班调度员许可，{by_hand}", "回令值班调度员", acts_on, f"{main}失电，备自投未动作"
    )
    text = f"退出备自投，检查{scene.bay(1)}确已合闸，负荷仍由{main}供电"
    yield Step(electrician, 10, text, TO_DISPATCH, acts_on[:1], f"{standby}失电")


def _back_to_normal(scene: Scene) -> Iterator[Step]:
    """After the lost supply is back: break before make, then the automatic transfer."""
    electrician, auto = Role.CUSTOMER_ELECTRICIAN, "，投入备自投" if scene.automatic else ""
    never = "；未经许可不得合环"
    if scene.coupled and scene.spec.transfer.value != "NONE":
        for number, line in enumerate(scene.lines, 1):
            text = f"送电后 15 分钟内，按调度许可拉开{scene.bay(0)}，合上{scene.bay(number)}{auto}{never}"
            acts_on = (scene.incomer_ids[-1], scene.incomer_ids[number - 1])
            yield Step(electrician, None, text, TO_DISPATCH, acts_on, f"{line}恢复送电")
    elif scene.coupled:
        for number, line in enumerate(scene.lines, 1):
            text = f"送电后 15 分钟内，按调度许可合上{scene.bay(number)}，检查母线电压正常"
            yield Step(electrician, None, text, TO_DISPATCH, (scene.incomer_ids[number - 1],), f"{line}恢复送电")
    elif scene.spec.arrangement is Arrangement.STANDBY:
        text = f"送电后 15 分钟内，按调度许可拉开{scene.bay(2)}，合上{scene.bay(1)}{auto}，检查联锁{never}"
        yield Step(electrician, None, text, TO_DISPATCH, scene.incomer_ids, f"{scene.lines[0]}恢复送电")
        if scene.automatic:
            text = "送电后 15 分钟内，检查2号进线电压正常，投入备自投"
            yield Step(electrician, None, text, TO_DISPATCH, condition=f"{scene.lines[1]}恢复送电")
    else:
        text = f"失电线路送电后 15 分钟内，按调度许可{mode_again(scene)}{never}"
        yield Step(electrician, None, text, TO_DISPATCH)
