"""Customers' return (客户恢复正常方式): what the night changed at customers is put back once the grid feeds as before.

A mobile generator is taken away, then the locks that kept it apart are taken off, what was changed over is changed back
(先断后合), what was opened so that people could work is closed, and what a release (失压脱扣) still holds open is
closed again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from graph_api.readmodel.customers import Point, Supply, home
from graph_api.services.restoration.at_customers import PointPlay, incoming_bays, joins
from graph_api.services.restoration.building import Building
from graph_api.services.restoration.freeing import freed_later, trucks_of
from graph_api.services.restoration.groups import LAST
from graph_api.services.restoration.lit import live_before
from graph_api.services.restoration.on_condition import Worlds
from graph_api.services.restoration.play import Play
from graph_api.services.restoration.starting import point_before
from graph_api.services.restoration.way_back import Passed, WayBack
from graph_api.services.restoration.wording import StepAction, StepPurpose
from schema.customer import ReceivingPoint
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition

_OPEN, _CLOSED = SwitchPosition.OPEN, SwitchPosition.CLOSED


@dataclass(frozen=True, slots=True)
class Return:
    """One act at a customer on the way back."""

    action: StepAction
    purpose: StepPurpose
    target: int
    opens: tuple[int, ...] = ()
    closes: tuple[int, ...] = ()
    supplies: tuple[int, ...] = ()


def customers_back(plan: Building, ended: Play, way: WayBack, worlds: Worlds) -> Iterator[tuple[Return, Passed]]:
    """What customers do once the grid is back, and what that does: first those who have no supply, each in order of
    need, as a change-over back is a dip."""
    touched = dict.fromkeys((*way.points, *(each.point for each in plan.operations if each.point is not None)))
    touched |= dict.fromkeys(each.point for each in trucks_of(plan) if each.point is not None)
    touched |= dict.fromkeys((*_with_moved_bays(plan, ended), *freed_later(plan)))
    for at in sorted(touched, key=lambda at: (not way.lacks(at), _rank(plan, at))):
        point = plan.case.before.customers.point(at)
        left = way.points.get(at)
        for each in _in_order(plan, at, list(_back(plan, ended, point, left, way.perhaps(at), worlds))):
            yield each, way.act(at, each.opens, each.closes, each.supplies)


def _rank(plan: Building, point: int) -> int:
    """Place of the customer of a point, the one in most need first."""
    customer = int(plan.case.before.customers.accounts.customer_of_point[point])
    return plan.case.rank.get(customer, LAST)


def _in_order(plan: Building, point: int, back: list[Return]) -> Iterator[Return]:
    """The truck goes, then what was locked for it is closed, then the locks of the rest come off: no automatic transfer
    closes the other supply meanwhile."""
    for each in trucks_of(plan):
        if each.point == point:
            yield Return(StepAction.GENERATOR, StepPurpose.TAKE_GENERATOR_AWAY, each.target)
    unlocks = [
        Return(StepAction.UNLOCK, StepPurpose.BACK_TO_NORMAL, each.target) for each in freed_later(plan).get(point, ())
    ]
    moved = {at for each in back for at in (*each.opens, *each.closes)}
    yield from (each for each in unlocks if each.target in moved)
    yield from back
    yield from (each for each in unlocks if each.target not in moved)


def _with_moved_bays(plan: Building, ended: Play) -> Iterator[int]:
    """Points of which a switch stands otherwise than before, though the event does not concern them."""
    customers = plan.case.before.customers
    for switch in ended.positions:
        if customers.accounts.owns(switch):
            owner = int(customers.accounts.owner[switch])
            yield from (point.index for point in customers.points_of(owner) if switch in point.parts)


def _back(
    plan: Building, ended: Play, point: Point, left: PointPlay | None, perhaps: PointPlay | None, worlds: Worlds
) -> Iterator[Return]:
    before = point_before(plan.case.situation, point, live_before(plan.case.situation))
    normal = {s.index: _CLOSED if s.index in home(point.supplies) else _OPEN for s in point.supplies}
    then, now = normal | _standing(plan, before), _now(plan, ended, point, left)
    moved = {switch: then[switch] for switch, position in now.items() if position is not then[switch]}
    opens = tuple(sorted(switch for switch, position in moved.items() if position is _OPEN))
    closes = tuple(sorted(switch for switch, position in moved.items() if position is _CLOSED))
    opens, closes = _apart(plan, left, now, opens, closes)
    if closes and perhaps is not None:
        opens = tuple(sorted({*opens, *_closed_perhaps(perhaps, then)} - {*closes}))
    if opens and closes:
        supplies = tuple(s.index for s in point.supplies if {s.index, *incoming_bays(plan.case.before, s)} & {*closes})
        yield Return(StepAction.TRANSFER, StepPurpose.BACK_TO_NORMAL, closes[0], opens, closes, supplies)
    else:
        yield from (Return(StepAction.OPEN, StepPurpose.BACK_TO_NORMAL, at, opens=(at,)) for at in opens)
        yield from (Return(StepAction.CLOSE, _purpose(worlds, plan, point, at, now), at, closes=(at,)) for at in closes)
    yield from _released(plan, point, before, left, closes)


def _apart(
    plan: Building,
    left: PointPlay | None,
    now: dict[int, SwitchPosition],
    opens: tuple[int, ...],
    closes: tuple[int, ...],
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What is opened and closed inside without joining two supplies, what has tripped first: where an automatic
    transfer had closed that, it had opened the other bay, whatever is reported of it."""
    graph, event = plan.case.before.graph, plan.case.event
    if left is None or not left.wired or graph.get(ReceivingPoint, left.point.index).parallel_running:
        return opens, closes
    stands, parted, done = now | dict.fromkeys(opens, _OPEN), list(opens), list[int]()
    for at in sorted(closes, key=lambda each: (each not in event.tripped, each)):
        joined = joins(replace(left, positions={**stands, at: _CLOSED}), ())
        if joined and at in event.tripped:
            others = [bay for bay in _incoming(plan, left.point) if bay != at and stands.get(bay) is _CLOSED]
            parted += others
            stands |= dict.fromkeys(others, _OPEN)
        if not joined or at in event.tripped:
            stands[at] = _CLOSED
            done.append(at)
    return tuple(sorted(parted)), tuple(sorted(done))


def _incoming(plan: Building, point: Point) -> Iterator[int]:
    for supply in point.supplies:
        yield from incoming_bays(plan.case.before, supply)


def _purpose(worlds: Worlds, plan: Building, point: Point, switch: int, now: dict[int, SwitchPosition]) -> StepPurpose:
    """What a closing inside is for: beside a switch of unknown position something else may feed there already."""
    graph = plan.case.before.graph
    if graph.kind(switch) is not EntityKind.SWITCH_BAY:
        return StepPurpose.BACK_TO_NORMAL
    outer = {supply.node for supply in point.supplies}
    behind = [at for at in graph.targets(switch, RelationshipKind.CONNECTS) if at not in outer]
    fed = any(worlds.feeds_behind(switch, at, now) for at in behind)
    return StepPurpose.IF_NOT_FED if fed else StepPurpose.BACK_TO_NORMAL


def _closed_perhaps(perhaps: PointPlay, then: dict[int, SwitchPosition]) -> Iterator[int]:
    """What an automatic transfer has closed where a supply has voltage that only may have it."""
    yield from (at for at, now in perhaps.positions.items() if now is _CLOSED and then.get(at) is _OPEN)


def _standing(plan: Building, play: PointPlay) -> dict[int, SwitchPosition]:
    """Where switches inside stand, and the supplies that stand for their own."""
    position = plan.case.before.position
    bays = [branch.index for branch in play.point.branches if branch.is_switch]
    found = {at: position(at) for at in bays} | dict(play.positions)
    carrying = home(play.point.supplies) if play.carried_by is None else frozenset(play.carried_by)
    own = play.point.incoming if not play.wired else ()
    return found | {at: _CLOSED if at in carrying else _OPEN for at in own}


def _now(plan: Building, ended: Play, point: Point, left: PointPlay | None) -> dict[int, SwitchPosition]:
    """The same at the end: by what tripped or was reported, what the customer did, what steps opened."""
    found = {at: position for at, position in ended.positions.items() if at in point.parts}
    for each in plan.operations:
        if each.point == point.index:
            found |= {**dict.fromkeys(each.opens, _OPEN), **dict.fromkeys(each.closes, _CLOSED)}
    return found if left is None else _standing(plan, left) | _parted(plan, left) | found | dict(left.positions)


def _parted(plan: Building, left: PointPlay) -> dict[int, SwitchPosition]:
    """Incoming switches that were reported opened alone: for work, or for a truck."""
    own = (_own(plan, supply) for supply in left.point.supplies if supply.index in left.parted)
    return {switch: _OPEN for switches in own for switch in switches}


def _own(plan: Building, supply: Supply) -> tuple[int, ...]:
    """The incoming switch of a supply; () where none is known."""
    return incoming_bays(plan.case.before, supply)[:1] or ((supply.index,) if supply.position is not None else ())


def _released(
    plan: Building, point: Point, before: PointPlay, left: PointPlay | None, closes: tuple[int, ...]
) -> Iterator[Return]:
    """What a release holds open at the end and did not before: the customer closes it once its supply is back."""
    if left is None:
        return
    for supply in point.supplies:
        own = _own(plan, supply)
        if supply.index in left.released - before.released and not {*own} & {*closes} and _carries(plan, own):
            yield Return(
                StepAction.RELEASE,
                StepPurpose.CLOSE_AGAIN,
                own[0] if own else supply.index,
                closes=own,
                supplies=(supply.index,),
            )


def _carries(plan: Building, own: tuple[int, ...]) -> bool:
    """Whether the incoming switch was closed before: a standby that stood open is left open."""
    return all(plan.case.before.position(at) is not _OPEN for at in own)
