"""Leading on (电源通路): whether a source lies behind an edge of what is cut out, over what is closed or could be.

    cut ─ LS1 ─ L2 ─ DS9/ ─ L8 ─ DS8? ─ [G8]      DS8 closed: DS9 has voltage, and stays as it is; open: DS8 does.
                                                  Nobody need open LS1
    cut ─ LS1 ─ L2 ─ DS9/ ─ L8 ─ CB8? ─ [G8]      CB8 open: DS9 is closed while it is dead, then CB8
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator

from graph_api.services.restoration.building import Building
from graph_api.services.restoration.devices import may_close
from graph_api.services.restoration.region import Joint


def leads_on(plan: Building, start: int, cut: frozenset[int], *, inside: bool = False) -> bool:
    """Whether a source lies behind; over a customer's switches only from `inside` it: no customer conducts for the
    grid."""
    grid, region = plan.grid, plan.case.region
    seen, todo = {(start, False)}, [(start, False)]
    while todo:
        number, dead = todo.pop()
        if region.blocks[number].sources:
            return True
        for joint in region.at[number]:
            other = joint.other(number)
            if other in cut or (joint.inside and not inside):
                continue
            for needs_dead in _passed(plan, joint, needs_dead=dead):
                if not grid.is_live(other):
                    todo += [(other, needs_dead)] if (other, needs_dead) not in seen else []
                    seen.add((other, needs_dead))
                elif not needs_dead:
                    return True
    return False


def _passed(plan: Building, joint: Joint, *, needs_dead: bool) -> Iterator[bool]:
    """The ways in which a switch may be passed, each with whether what lies beyond has to be dead, so that one passed
    before can be closed: what makes load keeps voltage away until it is closed last."""
    if joint.switch in plan.grid.closed:
        yield needs_dead
    is_open = joint.switch not in plan.grid.closed or joint.switch in plan.grid.unknown
    if is_open and plan.case.may_operate(joint) and may_close(joint.entity, 0):
        yield not may_close(joint.entity, 1)
