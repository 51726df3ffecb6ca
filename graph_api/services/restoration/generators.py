"""Generators (发电车): a mobile generator where it reaches dark loads of an important customer and nothing else does.

The customer opens its incoming switches first: a generator never feeds the grid, what is cut out, or what is faulty.
What sheds it from a supply that cannot carry it stays open: no truck stands behind a live incoming line.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from graph_api.readmodel.customers import Point
from graph_api.services.restoration.at_customers import access_points, incoming_bays, lacks
from graph_api.services.restoration.building import Building
from graph_api.services.restoration.operations import Operation
from graph_api.services.restoration.own_sources import held
from graph_api.services.restoration.plan import RestorationPlan
from graph_api.services.restoration.scheduling import scheduled
from graph_api.services.restoration.standing import stands_closed
from graph_api.services.restoration.wording import StepAction, StepPurpose
from schema.customer import Customer
from schema.durations import Means
from schema.relationships import RelationshipKind
from schema.vocabulary import Importance, ResponsibilityRole, SwitchPosition

ENOUGH_MIN = 240.0
"""Own sources that last so long need no generator yet."""


def bring_generators(plan: Building, but: Collection[int] = ()) -> None:
    """Write down a generator for each important customer that is out, has a place for it, and would be reached; `but`
    for these customers."""
    graph = plan.case.before.graph
    doubtful = frozenset(plan.play.outage.maybe.tolist())
    for customer, points in plan.play.points_of.items():
        ordinary = graph.get(Customer, customer).importance is Importance.ORDINARY
        if ordinary or customer in but or not plan.play.is_out(customer):
            continue
        for point in points:
            if not lacks(plan.play.was[point], plan.play.now[point]) or _holds_out(plan, point):
                continue
            supplies = plan.play.points[point].point.supplies
            if any(each.stands_for in doubtful or _is_live_in_some(plan, each.stands_for) for each in supplies):
                continue  # nobody knows whether it has supply
            if any(_connect(plan, point, access) for access in access_points(plan.case.before, point)):
                break


def trucks_coming(plan: Building) -> dict[int, float]:
    """Customers to whom a plan brings a generator, with the minute at which it feeds them."""
    owner = plan.case.before.customers.accounts.customer_of_point
    slots = zip(plan.operations, scheduled(plan.operations), strict=True)
    coming = (each for each in slots if each[0].purpose is StepPurpose.CONNECT_GENERATOR)
    return {int(owner[truck.point]): slot.end for truck, slot in coming if truck.point is not None}


def back_before(plan: RestorationPlan, coming: Mapping[int, float]) -> frozenset[int]:
    """Of these customers those whom the way back after a plan feeds again no later than by the minute given."""
    ends = max((step.end_min for step in plan.steps), default=0.0)
    back = {customer: ends + step.end_min for step in plan.after_repair for customer in step.restored}
    return frozenset(at for at, minute in coming.items() if back.get(at, math.inf) <= minute)


def _is_live_in_some(plan: Building, supply: int) -> bool:
    """Whether a supply has voltage in some world of unknown switches, by an automatic transfer, too."""
    return any(world.live(supply) for world in plan.play.worlds) if supply >= 0 else False


def _holds_out(plan: Building, point: int) -> bool:
    play = plan.play
    unfed = lacks(play.was[point], play.now[point])
    found = held(play.before, play.points[point].point, unfed, play.dead)
    return found is not None and (found.seconds is None or found.seconds >= ENOUGH_MIN * 60)


def _connect(plan: Building, point: int, access: int) -> bool:
    play, graph = plan.play, plan.case.before.graph
    known = play.points[point]
    buses = graph.targets(access, RelationshipKind.ATTACHES_TO)
    nodes = [node for bus in buses for node in graph.targets(bus, RelationshipKind.CONNECTS)]
    if not nodes or any(node in play.dead for node in nodes) or any(bus in play.dead for bus in buses):
        return False
    reached = _reached(plan, point, nodes)
    bays = _incoming(plan, known.point)
    opens = [bay for bay, node in bays.items() if node in reached and stands_closed(plan, bay)]
    if any(supply.node in reached and play.live(supply.stands_for) for supply in known.point.supplies):
        return False
    saved = play.saved()
    play.open_inside(point, opens)
    reached = _reached(plan, point, nodes, opens)
    unfed = lacks(play.was[point], play.now[point])
    feeds = [load for load in known.point.loads if load.node in reached and load.index in unfed]
    if not feeds or any(supply.node in reached for supply in known.point.supplies) or play.dead & reached:
        play.restore(saved)
        return False
    play.feed_by_truck(point, nodes)
    truck = _step(plan, point, StepAction.GENERATOR, access, StepPurpose.CONNECT_GENERATOR)
    truck.nodes, truck.needs = tuple(nodes), set(_parted(plan, point, opens, _beside(plan, bays, reached)))
    plan.add(truck)
    return True


def _parted(plan: Building, point: int, opens: Sequence[int], locks: Iterable[int]) -> Iterator[int]:
    """Operations that part a point from the grid: incoming switches opened, then all between it and the truck locked.

    A switch that is reported closed is opened though its release should have: nobody connects a truck on that alone.
    """
    opened = {bay: plan.add(_step(plan, point, StepAction.OPEN, bay, StepPurpose.SAFE_TO_WORK)) for bay in opens}
    yield from opened.values()
    for bay in locks:
        lock = _step(plan, point, StepAction.LOCK, bay, StepPurpose.SAFE_TO_WORK)
        lock.needs = {opened[bay]} if bay in opened else set()
        yield plan.add(lock)


def _incoming(plan: Building, point: Point) -> dict[int, int]:
    """Incoming switches of a point, each with the node of its supply."""
    supplies = [supply for supply in point.supplies if supply.node >= 0]
    return {bay: supply.node for supply in supplies for bay in incoming_bays(plan.play.before, supply)}


def _beside(plan: Building, bays: Iterable[int], reached: set[int]) -> list[int]:
    """Those with an end where the truck feeds."""
    graph = plan.case.before.graph
    return [bay for bay in bays if not reached.isdisjoint(graph.targets(bay, RelationshipKind.CONNECTS))]


def _reached(plan: Building, point: int, nodes: Sequence[int], opens: Sequence[int] = ()) -> set[int]:
    """What a truck at nodes is joined to inside, once these switches are open."""
    known = plan.play.points[point]
    incoming = _incoming(plan, known.point)
    perhaps = {bay for bay in incoming if stands_closed(plan, bay)}.difference(opens)
    opened = {bay for bay, position in known.positions.items() if position is SwitchPosition.OPEN}
    opened = (opened | incoming.keys()) - perhaps
    return known.point.reach(nodes, {*known.positions, *perhaps} - opened, opened, ())


def _step(plan: Building, point: int, action: StepAction, target: int, purpose: StepPurpose) -> Operation:
    truck = action is StepAction.GENERATOR
    customer = plan.play.owner[point]
    return Operation(
        action=action,
        purpose=purpose,
        target=target,
        doer=ResponsibilityRole.EMERGENCY_POWER if truck else ResponsibilityRole.CUSTOMER_ELECTRICIAN,
        means=Means.BY_TRUCK if truck else Means.BY_TELEPHONE,
        place="" if truck else plan.case.before.graph.id(customer),
        rank=plan.case.rank.get(customer, 0),
        opens=(target,) if action is StepAction.OPEN else (),
        point=point,
    )
