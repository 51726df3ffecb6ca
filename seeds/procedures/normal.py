"""供电正常: what is made ready while a protection task runs."""

from __future__ import annotations

from collections.abc import Iterator

from schema.vocabulary import Importance
from seeds.procedures.step import TO_CONTACT, TO_DISPATCH, TO_MANAGER, TO_SITE, Role, Step, mode, patrolled, trench
from seeds.scene import Scene


def normal(scene: Scene) -> Iterator[Step]:
    """Its steps, by subject."""
    spec, conduct = scene.spec, scene.conduct
    yield Step(Role.CUSTOMER_MANAGER, 60, "与停送电联系人、值班电工核对保电时段、重要负荷和 24 小时联系方式", TO_SITE)
    lines = "、".join(dict.fromkeys(supply.line.name for supply in spec.supplies))
    text = f"核对运行方式：{mode(scene)}；保电期间停止{lines}检修和非必要操作"
    yield Step(Role.DISPATCHER, 60, text, "通报客户经理")
    yield Step(
        Role.SUBSTATION_OPERATION,
        120,
        f"特巡{scene.stations}内{lines}间隔，核对保护及重合闸按方式投退",
        TO_DISPATCH,
    )
    yield Step(Role.LINE_MAINTENANCE, 120, f"特巡{patrolled(scene)}{trench(scene)}", TO_SITE)
    yield Step(Role.CUSTOMER_ELECTRICIAN, 120, _own_checks(scene), TO_MANAGER)
    yield Step(Role.CUSTOMER_DUTY_MANAGER, 120, conduct.check, TO_CONTACT)
    if scene.known:
        where = "防爆区外停放点待命，排气管装阻火器" if conduct.hazardous else "停放点待命"
        where = f"发电车到{where}" if spec.importance in (Importance.SPECIAL, Importance.FIRST) else "发电车在驻地待命"
        text = f"{where}，核对应急接入箱接口型式、电缆长度，不接入"
        yield Step(Role.EMERGENCY_POWER, 120, text, TO_SITE, (spec.part("AP"),))
    yield Step(Role.SITE_COMMANDER, 120, "每 2 小时汇总各组情况，无异常实行零报告", "汇报总指挥")


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
