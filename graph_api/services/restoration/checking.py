"""Checking (核实位置): switches of unknown position that decide who gets supply back.

    cut ─ LS1 ─ L2 ─ DS9? ─ L8 ─ CB8 ─ live      DS9 open: L8 has voltage, and DS9 is not closed onto it; closed: CB8
                                                 tripped, and feeds L2 again. Somebody looks, the plan goes on meanwhile
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator

from graph_api.services.restoration.building import LAST, Building
from graph_api.services.restoration.making_safe import cut_of
from graph_api.services.restoration.operations import Operation, doer_on_site
from graph_api.services.restoration.wording import StepAction, StepPurpose


def check_first(plan: Building) -> None:
    """Somebody is sent to look at once, before all else that is done."""
    checks = [_check(plan, switch, rank) for switch, rank in sorted(deciding(plan).items())]
    for operation in plan.operations if checks else ():
        operation.needs = {need + len(checks) for need in operation.needs}
    plan.operations[:0] = checks


def deciding(plan: Building) -> dict[int, int]:
    """Switches still of unknown position at parts whose people are out in some worlds and not in others, each with the
    place of the most urgent."""
    found: dict[int, int] = {}
    for thing in _out_in_some(plan):
        for switch in doubtful_around(plan, thing):
            found[switch] = min(found.get(switch, LAST), plan.case.rank.get(thing, LAST))
    return found


def _out_in_some(plan: Building) -> Iterator[int]:
    """Whom the event hit in any world, and who has no supply at the end in some worlds, but not in all."""
    worlds = plan.play.worlds
    for thing in (*plan.case.rank, *plan.play.areas):
        dark = [each.is_out(thing) or each.is_dark(thing) for each in worlds]
        if any(dark) and not all(dark):
            yield thing


def doubtful_around(plan: Building, thing: int) -> set[int]:
    """Switches of unknown position in or at the part that a customer or area hangs together with, unless cut out."""
    grid, number = plan.grid, plan.case.region.block_of
    places = [thing]
    if thing in plan.play.points_of:
        points = (plan.play.points[point].point for point in plan.play.points_of[thing])
        places = [supply.stands_for for point in points for supply in point.supplies]
    blocks = grid.joined({number[at] for at in places if at in number})
    if blocks & cut_of(plan):
        return set()
    beside = {joint.switch for block in blocks for joint in plan.case.region.at[block]}
    return beside & grid.unknown


def _check(plan: Building, switch: int, rank: int) -> Operation:
    doer, means, place = doer_on_site(plan.case.before, switch)
    return Operation(
        action=StepAction.CHECK,
        purpose=StepPurpose.CONFIRM_POSITION,
        target=switch,
        doer=doer,
        means=means,
        place=place,
        rank=rank,
    )
