"""What a procedure is called, when it starts and ends, and which state's procedure follows."""

from __future__ import annotations

from typing import NamedTuple

from schema.vocabulary import SupplyState
from seeds.procedures.step import mode_again
from seeds.scene import Scene


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
                "供电可靠性下降处置程序", lost, f"{scene.counted}路电源带电，{mode_again(scene)}", SupplyState.NORMAL
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
