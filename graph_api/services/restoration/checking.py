"""Checking (核实位置): switches of unknown position that decide who gets supply back.

    cut ─ LS1 ─ L2 ─ DS9? ─ L8 ─ CB8 ─ live      DS9 open: L8 has voltage, and DS9 is not closed onto it; closed: CB8
                                                 tripped, and feeds L2 again. Somebody looks, the plan goes on meanwhile
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.transfers_acted import not_reported
from graph_api.services.restoration.at_customers import PointPlay, change_over_by_hand
from graph_api.services.restoration.building import Building
from graph_api.services.restoration.case import Case
from graph_api.services.restoration.groups import LAST
from graph_api.services.restoration.making_safe import cut_of
from graph_api.services.restoration.operations import Operation, doer_on_site, is_remote
from graph_api.services.restoration.play import Play
from graph_api.services.restoration.wording import StepAction, StepPurpose
from schema.durations import Means
from schema.vocabulary import ResponsibilityRole, SwitchPosition


def check_first(plan: Building, found: Mapping[int, int]) -> None:
    """Somebody is sent to look at these switches, as `with_checks` says."""
    plan.operations[:] = with_checks(plan, found)


def with_checks(plan: Building, found: Mapping[int, int]) -> list[Operation]:
    """Operations with a look at these switches, unless a step makes sure of them: at once, but for what brings somebody
    back who is in more need than the most urgent who waits for the look, of whom each has the place."""
    operations = list(plan.operations)
    for switch, rank in sorted(found.items(), reverse=True):
        if not _is_moved(plan, switch):
            at = next((at for at, each in enumerate(operations) if each.rank >= rank), len(operations))
            operations = [_moved_on(each, at) for each in operations]
            operations.insert(at, _check(plan.case.before, switch, StepPurpose.CONFIRM_POSITION, rank))
    return operations


def ask_for_transfers(plan: Building, now: Case) -> None:
    """First of all somebody asks whether what an automatic transfer of the grid is taken to have closed is closed: all
    else rests on it. A remote signal is read beside what others do. `plan` may have begun before `now`."""
    asked = [_asked_for(now.before, each.transfer.closes) for each in not_reported(now.situation)]
    plan.operations[:] = [*asked, *(_moved_on(each, 0, len(asked)) for each in plan.operations)]


def _asked_for(model: ReadModel, switch: int) -> Operation:
    asked = _check(model, switch, StepPurpose.CONFIRM_TRANSFER, -1)
    if not is_remote(model, switch):
        return asked
    return replace(asked, doer=ResponsibilityRole.DISPATCHER, means=Means.REMOTE, place=model.graph.id(switch))


def _moved_on(operation: Operation, at: int, count: int = 1) -> Operation:
    """Where others stand at a number from now on."""
    return replace(operation, needs={need + count * (need >= at) for need in operation.needs})


def deciding(plan: Building) -> dict[int, int]:
    """Switches still of unknown position that decide who gets supply back, each with the place of the most urgent."""
    found: dict[int, int] = {}
    for thing in (*plan.case.rank, *plan.play.areas):
        around = doubtful_around(plan, thing) if _is_out_in_some(plan, thing) else set[int]()
        for switch in around | deciding_other_supplies(plan, thing):
            found[switch] = min(found.get(switch, LAST), plan.case.rank.get(thing, LAST))
    return found


def _is_out_in_some(plan: Building, thing: int) -> bool:
    """Whether somebody whom the event hit in any world has no supply at the end in some worlds, but not in all."""
    dark = [each.is_out(thing) or each.is_dark(thing) for each in plan.play.worlds]
    return any(dark) and not all(dark)


def deciding_other_supplies(plan: Building, thing: int) -> set[int]:
    """Switches still of unknown position, each of which decides in some world of the others whether a customer with
    several supplies has one at the end, or could change over to one.

        fault ─ S1 ─ C ─ S2 ─ CB2? ─ live      closed: C changes over to S2; open: it waits
    """
    points = (plan.play.points[point].point for point in plan.play.points_of.get(thing, ()))
    if all(len(point.supplies) < 2 for point in points):
        return set()
    stands = [_stands(world, thing) for world in plan.play.worlds]
    bits = {switch: 1 << place for place, (switch, _) in enumerate(plan.case.undecided)}
    found = (switch for switch, bit in bits.items() if any(stands[at] != stands[at ^ bit] for at in range(len(stands))))
    known = plan.play.positions
    left = {at for at in found if known.get(at, plan.case.before.position(at)) is SwitchPosition.UNKNOWN}
    return {switch for switch in left if not _is_moved(plan, switch)}


def _stands(world: Play, thing: int) -> tuple[object, ...]:
    """What a customer can take in a world where it is out, or has nothing as before; () where it has supply."""
    if not world.is_out(thing) and not world.had_nothing(thing):
        return ()
    return tuple(_could_take(world, world.points[point]) for point in world.points_of[thing])


def _could_take(world: Play, known: PointPlay) -> tuple[tuple[int, ...], frozenset[int]]:
    """The supplies that a point could change over to, and those live that only its release keeps open."""
    change = change_over_by_hand(known, world.live, world.dead)
    open_yet = (own for own in known.point.supplies if own.index in known.released and own.stands_for >= 0)
    return () if change is None else change.supplies, frozenset(o.index for o in open_yet if world.live(o.stands_for))


def _is_moved(plan: Building, switch: int) -> bool:
    return any(switch in (*each.opens, *each.closes) for each in plan.operations)


def doubtful_around(plan: Building, thing: int) -> set[int]:
    """Switches of unknown position in or at the part that a customer or area hangs together with, unless cut out."""
    grid, region = plan.grid, plan.case.region
    places = [thing]
    if thing in plan.play.points_of:
        points = (plan.play.points[point].point for point in plan.play.points_of[thing])
        places = [supply.stands_for for point in points for supply in point.supplies]
    blocks = grid.joined(set[int]().union(*map(region.blocks_at, places)))
    if blocks & cut_of(plan):
        return set()
    beside = {joint.switch for block in blocks for joint in region.at[block]}
    return beside & grid.unknown


def _check(model: ReadModel, switch: int, purpose: StepPurpose, rank: int) -> Operation:
    doer, means, place = doer_on_site(model, switch)
    return Operation(
        action=StepAction.CHECK, purpose=purpose, target=switch, doer=doer, means=means, place=place, rank=rank
    )
