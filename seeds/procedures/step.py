"""What a step is, and the words that all procedures share."""

from __future__ import annotations

from typing import NamedTuple

from schema.vocabulary import ResponsibilityRole
from seeds.scene import Scene
from seeds.specs import Arrangement

Role = ResponsibilityRole
TO_SITE, TO_DISPATCH, TO_MANAGER = "汇报现场指挥", "汇报值班调度员", "告知客户经理"
TO_CONTACT, RECORDED, CONFIRMED = "告知停送电联系人", "记入工单", "停送电联系人确认"


class Step(NamedTuple):
    """A step: who, in how many minutes from the procedure's start (None: the text says from when), what."""

    role: ResponsibilityRole
    minutes: float | None
    text: str
    confirm: str
    acts_on: tuple[str, ...] = ()
    condition: str | None = None


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


def mode_again(scene: Scene) -> str:
    """What is restored at the end: the usual arrangement of supplies, and the automatic transfer."""
    usual = {Arrangement.COUPLED: "分列运行方式", Arrangement.STANDBY: "一主一备方式"}
    transfer = "，备自投投入" if scene.automatic else ""
    return f"恢复{usual.get(scene.spec.arrangement, '正常方式')}{transfer}"


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


def several(scene: Scene) -> str:
    """How many supplies, where there are several."""
    return f"{scene.counted}路" if scene.count > 1 else ""
