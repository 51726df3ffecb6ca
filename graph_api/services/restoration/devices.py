"""Devices (开关操作规则): what a switch may do in the state that it is in.

Breakers, reclosers and customers' bays make and break everything; load-break switches load, never a fault; a
disconnector is opened and closed with no voltage on either side; a fuse is drawn without load, never put in on a fault.
"""

from __future__ import annotations

from schema.grid import Disconnector, Fuse, Switch


def may_open(switch: Switch, live_sides: int, kw: float) -> bool:
    """Whether it may be opened with voltage on so many sides, and this power through it."""
    if isinstance(switch, Disconnector):
        return live_sides == 0
    return not (isinstance(switch, Fuse) and kw > 0)


def may_close(switch: Switch, live_sides: int, *, on_fault: bool = False) -> bool:
    """Whether it may be closed with voltage on so many sides; `on_fault` = it would feed one."""
    if on_fault:
        return False
    return not isinstance(switch, Disconnector) or live_sides == 0
