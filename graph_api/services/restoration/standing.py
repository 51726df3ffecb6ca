"""Standing (实际位置): whether somebody has to open a switch before it can be locked.

Open is what was reported open or what a step has opened. What a release (失压脱扣), an automatic transfer (备自投) or a
trip inside a customer should have opened is reported closed until somebody looks: nobody locks, earths or connects a
truck on that alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graph_api.readmodel.customers import Point, Supply, home
from graph_api.services.restoration.at_customers import PointPlay, closing_themselves, incoming_bays
from graph_api.services.restoration.building import Building
from graph_api.services.restoration.lit import live_before
from graph_api.services.restoration.play import Play
from schema.grid import ConductingEquipment
from schema.vocabulary import SwitchPosition

_OPEN = SwitchPosition.OPEN


def stands_closed(plan: Building, switch: int) -> bool:
    """Whether a switch is closed, or may be, as reports and the plan's steps have left it."""
    entity = plan.case.before.graph.entity(switch)
    if isinstance(entity, ConductingEquipment) and not entity.in_service:
        return False
    for operation in reversed(plan.operations):
        if switch in operation.closes:
            return True
        if switch in operation.opens:
            return False
    return _reported(plan, switch) is not _OPEN or _closed_itself(plan, switch)


def _reported(plan: Building, switch: int) -> SwitchPosition:
    """Where a switch stands by what was reported; named as tripped is said, too, not only deduced."""
    case = plan.case
    if switch in case.event.tripped:
        return _OPEN
    before = case.situation.inside_by_report.get(switch) or case.before.position(switch)
    return dict(case.situation.reported).get(switch, before)


def opens_itself(plan: Building, switch: int) -> set[int]:
    """Operations after which an automatic transfer of a customer has opened a switch that one had closed at first: all
    that close anything; () where none did."""
    began = _closed_by_itself(plan, switch, plan.begun)
    return {n for n, each in enumerate(plan.operations) if each.closes} if began else set()


def _closed_itself(plan: Building, switch: int) -> bool:
    """Whether an automatic transfer of a customer has closed it, in any world; before the event, or since."""
    before = switch in plan.case.situation.inside_by_report and plan.case.before.position(switch) is not _OPEN
    now = (plan.play.points, *(each.points for each in plan.play.worlds))
    return before or _closed_by_itself(plan, switch, now) or _closed_another(plan, switch)


def _closed_by_itself(plan: Building, switch: int, plays: Iterable[Mapping[int, PointPlay]]) -> bool:
    at = plan.case.before.customers.accounts.owner[switch]
    points = plan.play.points_of.get(int(at), ()) if at >= 0 else ()
    known = [play[point] for play in plays for point in points if point in play]
    closed = any(each.positions.get(switch) is SwitchPosition.CLOSED for each in known)
    return closed or any(switch in (each.carried_by or ()) for each in known)


def _closed_another(plan: Building, switch: int) -> bool:
    """Whether an automatic transfer closed another switch at the start, in a world where it could have closed this one
    as well: which of them it takes nobody recorded."""
    before = plan.case.before
    at = int(before.customers.accounts.owner[switch])
    points = [before.customers.point(point) for point in plan.play.points_of.get(at, ())] if at >= 0 else []
    worlds = list(zip(plan.play.worlds or (plan.play,), plan.begun[1:] or plan.begun, strict=True))
    for point in points:
        able = {closes for closes in closing_themselves(point) if before.position(closes) is _OPEN}
        own = [each for each in point.supplies if switch in incoming_bays(before, each)] if switch in able else []
        for play, begun in worlds if own else ():
            if _could_take(play, point, own) and any(_closed_by_itself(plan, each, [begun]) for each in able):
                return True
    return False


def _could_take(play: Play, point: Point, supplies: Iterable[Supply]) -> bool:
    """Whether any of these had voltage when what carries a point lost it: before the event already, or by it."""
    found, carrying = play.situation, home(point.supplies)
    then = live_before(found)
    lost_now = any(then(each.stands_for) for each in point.supplies if each.index in carrying and each.stands_for >= 0)
    live = (found.fault.live, found.now.live) if lost_now else (then,)
    return any(is_live(each.stands_for) for each in supplies if each.stands_for >= 0 for is_live in live)
