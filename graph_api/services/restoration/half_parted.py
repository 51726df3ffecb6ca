"""Half parted (未完全隔离): openings that part the fault from a source in some worlds of unknown switches only.

    S1 ─ L1 ─ DS1 ─ L2! ─ DS2? ─ L3 ─ DS3 ─ L1      DS2 open: DS1 parts L2, and S1 feeds L1 and L3 again by itself;
                                                    closed: both stay joined to the fault. DS1 is left as it is until
                                                    somebody has looked at DS2
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator

from graph_api.services.restoration.building import Building
from graph_api.services.restoration.making_safe import cut_of
from graph_api.services.restoration.play import Play, Unsafe
from graph_api.services.restoration.playing import perform
from graph_api.services.restoration.wording import StepAction


def half_parted(plan: Building) -> frozenset[int]:
    """Switches opened for the place of work that give voltage, in some world, to what another joins to the fault."""
    later = any(each.later and each.action is StepAction.OPEN and each.point is None for each in plan.operations)
    if not later or not plan.play.worlds:
        return frozenset()
    cut = [node for block in plan.grid.blocks(sorted(cut_of(plan))) for node in block.nodes]
    try:
        return frozenset(_giving_voltage(plan, cut))
    except Unsafe:
        return frozenset()


def _giving_voltage(plan: Building, nodes: list[int]) -> Iterator[int]:
    play = plan.case.play()
    then = _live(play, nodes)
    for each in plan.operations:
        perform(play, each)
        now = _live(play, nodes)
        if each.later and each.action is StepAction.OPEN and each.point is None and now - then:
            yield each.target
        then = now


def _live(play: Play, nodes: list[int]) -> set[tuple[int, int]]:
    """What has voltage in which world."""
    return {(place, node) for place, world in enumerate(play.worlds) for node in nodes if world.live(node)}
