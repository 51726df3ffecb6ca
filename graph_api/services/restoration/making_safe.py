"""Making safe (安全措施): what is done once everybody is back who can be, before anybody works at the fault.

Edges with a source or a usable tie behind them are opened, own sources of customers on the cut-out part are parted from
it, what stays open is locked, the place is earthed. Dead ends are not visited.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from graph_api.readmodel.customers import Point
from graph_api.services.restoration.at_customers import closing_themselves, incoming_bays, lacks
from graph_api.services.restoration.building import Building
from graph_api.services.restoration.groups import LAST
from graph_api.services.restoration.leading_on import leads_on
from graph_api.services.restoration.operations import Operation, doer_on_site
from graph_api.services.restoration.play import Unsafe
from graph_api.services.restoration.possible_sources import could_feed_back, may_feed
from graph_api.services.restoration.region import LIVE, Joint
from graph_api.services.restoration.standing import opens_itself, stands_closed
from graph_api.services.restoration.wording import StepAction, StepPurpose
from schema.durations import Means
from schema.relationships import RelationshipKind
from schema.vocabulary import ResponsibilityRole


def make_safe(plan: Building) -> None:
    """Write it down."""
    _part_sources(plan)
    are_parted = _part_own_sources(plan)
    are_parted &= _lock(plan)
    _lock_own_sources(plan)
    _lock_what_closes_itself(plan)
    if are_parted:
        _earth(plan)


def cut_of(plan: Building) -> frozenset[int]:
    """Blocks that are joined to the fault as things stand."""
    return plan.grid.joined(plan.case.region.faulty())


def _part_sources(plan: Building) -> None:
    """Edges with a source behind are opened, so that no source has to carry too much by it; where one may not be
    opened, the next ones beyond it, and then it again."""
    refused = set(plan.left_closed)
    count = -1
    while len(refused) > count:
        count = len(refused)
        for joint in edges_with_a_source(plan, refused):
            if not _is_opened(plan, joint.switch, set()):
                refused.add(joint.switch)
    refused -= plan.left_closed
    if not refused:
        return
    upstream = {number for number, each in enumerate(plan.operations) if each.action is StepAction.OPEN}
    for switch in sorted(refused):
        _is_opened(plan, switch, upstream)
    plan.feed_again()


def _is_opened(plan: Building, switch: int, needs: set[int]) -> bool:
    try:
        if _takes_load(plan, switch):
            return False
        plan.open_later(switch, StepPurpose.ISOLATE, set(needs))
    except Unsafe:
        return False
    return True


def edges_with_a_source(plan: Building, refused: Collection[int]) -> Iterator[Joint]:
    """Closed ones to open; what breaks a fault first: parallel to it may lie what does not."""
    grid, case = plan.grid, plan.case
    cut = grid.cut(lambda joint: case.may_operate(joint) and joint.switch not in refused)
    for joint in sorted(grid.border(cut), key=lambda each: not each.entity.breaks_fault):
        outer = next(end for end in joint.ends if end not in cut)
        has_source = joint.switch in grid.unknown if outer == LIVE else leads_on(plan, outer, cut, inside=joint.inside)
        if joint.switch in grid.closed and case.may_operate(joint) and has_source:
            yield joint


def still_joined(plan: Building) -> list[int]:
    """Live nodes that a closed switch, or one that may be closed, joins to the fault; ascending."""
    cut = cut_of(plan)
    return sorted(
        joint.node_at(end)
        for joint in plan.grid.border(cut)
        if joint.switch in plan.grid.closed
        for end in joint.ends
        if plan.grid.is_live(end)
    )


def _part_own_sources(plan: Building) -> bool:
    """Customers on the cut-out part with a genset or another supply open and lock their incoming switch; whether all
    do: who has supply over it in some world of unknown switches does not, before somebody has looked there."""
    are_parted = True
    graph, customers = plan.case.before.graph, plan.case.before.customers
    cut = cut_of(plan)
    supplies = [s for block in plan.grid.blocks(sorted(cut)) for s in block.supplies]
    sure = plan.grid.joined(plan.case.region.faulty(), lambda joint: joint.switch not in plan.grid.unknown)
    on_cut = {s for block in plan.grid.blocks(sorted(sure)) for s in block.supplies}
    """Those behind an unknown switch may have voltage from elsewhere."""
    for supply in supplies:
        for at in graph.sources(supply, RelationshipKind.FED_BY):
            point = customers.point(at)
            known = next(each for each in point.supplies if each.index == supply)
            customer = int(customers.accounts.customer_of_point[at])
            if customer < 0 or not known.in_service or not could_feed_back(plan, customer, point, on_cut | {supply}):
                continue
            if customer in plan.case.faulty_customers and known.node in plan.case.region.block_of:
                continue  # what lies behind is part of the region, with edges of its own
            own = (supply,) if known.position is not None else ()
            bays = incoming_bays(plan.case.before, known) or own
            closed = [bay for bay in bays if _is_joined(plan, point, bay)]
            if not _is_opened_inside(plan, at, closed):
                are_parted = False
                continue
            plan.grid.closed.difference_update(set(closed).intersection(plan.case.region.joints))
            opened = {plan.add(_customers(plan, customer, at, StepAction.OPEN, bay)) for bay in closed}
            sound = [bay for bay in bays if bay not in plan.case.situation.still_fails.places]
            target = sound[0] if sound else supply
            if _is_locked(plan, target):
                continue  # before a generator came
            lock = _customers(plan, customer, at, StepAction.LOCK, target)
            lock.supplies, lock.needs = (supply,), opened or opens_itself(plan, target)
            plan.add(lock)
    return are_parted


def _is_opened_inside(plan: Building, point: int, bays: Collection[int]) -> bool:
    """Open switches of a customer, unless that takes load from it in some world of unknown switches, or an automatic
    transfer then puts on another supply more than it carries."""
    worlds = plan.play.worlds or (plan.play,)
    saved, then = plan.play.saved(), [dict(each.now.get(point, {})) for each in worlds]
    for bay in bays:
        plan.play.open_inside(point, [bay])
    takes = any(lacks(before, each.now.get(point, {})) for before, each in zip(then, worlds, strict=True))
    if takes or (point in plan.play.points and not plan.margin.carries(point)):
        plan.play.restore(saved)
        return False
    return True


def _is_locked(plan: Building, target: int) -> bool:
    return any(each.action is StepAction.LOCK and each.target == target for each in plan.operations)


def _is_joined(plan: Building, point: Point, bay: int) -> bool:
    """Whether an incoming switch stands closed before an inside that is not itself what is faulty.

    Whatever keeps it dead at present, as a release: it is opened before it is locked.
    """
    if any(part in plan.case.situation.still_fails.places for part in point.parts):
        return False
    return stands_closed(plan, bay)


def _customers(plan: Building, customer: int, point: int, action: StepAction, target: int) -> Operation:
    return Operation(
        action=action,
        purpose=StepPurpose.SAFE_TO_WORK,
        target=target,
        doer=ResponsibilityRole.CUSTOMER_ELECTRICIAN,
        means=Means.BY_TELEPHONE,
        place=plan.case.before.graph.id(customer),
        rank=LAST,
        opens=(target,) if action is StepAction.OPEN else (),
        point=point,
        later=True,
    )


def _lock(plan: Building) -> bool:
    """What stays open at the cut-out part with a possible source behind is locked, whoever opened it, and when; whether
    all is: what should have opened by itself is left as it is where somebody lives on it in some world."""
    cut, are_locked = cut_of(plan), True
    for joint in plan.grid.border(cut):
        outer = next(end for end in joint.ends if end not in cut)
        if joint.switch in plan.grid.closed or _is_locked(plan, joint.switch):
            continue
        if not may_feed(plan, outer, cut, inside=joint.inside):
            continue
        lock = _step(plan, StepAction.LOCK, joint.switch)
        by_itself = joint.inside or joint.switch in plan.case.situation.transferred
        if by_itself and stands_closed(plan, joint.switch):
            if _takes_load(plan, joint.switch):
                are_locked = False
                continue
            plan.open_later(joint.switch, StepPurpose.ISOLATE if joint.inside else StepPurpose.SAFE_TO_WORK, set())
        lock.needs = plan.operated(joint.switch)
        plan.add(lock)
    return are_locked


def _takes_load(plan: Building, switch: int) -> bool:
    """Whether opening a switch inside a customer takes load from anybody in some world. Raises Unsafe."""
    worlds = plan.play.worlds if plan.case.before.customers.accounts.owns(switch) else ()
    if not worlds:
        return False
    saved, then = plan.play.saved(), [each.lacking() for each in worlds]
    plan.play.operate(opens=[switch])
    more = any(each.lacking() > before + 1e-9 for each, before in zip(worlds, then, strict=True))
    plan.play.restore(saved)
    return more


def _lock_own_sources(plan: Building) -> None:
    """Own sources of what is cut out inside a customer are switched off and locked: nobody works where one may feed."""
    graph, customers = plan.case.before.graph, plan.case.before.customers
    cut = {at for block in plan.grid.blocks(sorted(cut_of(plan))) for at in block.equipment}
    for customer in sorted(plan.case.faulty_customers):
        for point in customers.points_of(customer):
            for own in point.backups:
                backed = {*own.loads, *graph.targets(own.index, RelationshipKind.BACKS)}
                if not backed.isdisjoint(cut):
                    plan.add(_customers(plan, customer, point.index, StepAction.LOCK, own.index))


def _lock_what_closes_itself(plan: Building) -> None:
    """A customer's faulty switch that stands open and that its automatic transfer (备自投) closes: else it would close
    once it is repaired, as soon as one side has voltage, and what is closed next would join two supplies."""
    faulty = set(plan.case.situation.still_fails.places)
    for customer in sorted(plan.case.faulty_customers):
        for point in plan.case.before.customers.points_of(customer):
            for switch in sorted(faulty.intersection(closing_themselves(point))):
                if not stands_closed(plan, switch) and not _is_locked(plan, switch):
                    plan.add(_customers(plan, customer, point.index, StepAction.LOCK, switch))


def _earth(plan: Building) -> None:
    """The faulty equipment is tested dead and earthed at the place of work, once nothing can feed it any more.

    Never what may be live in any world, nor what a source stays joined to (`border.feed_ends_at`).
    """
    if still_joined(plan) or any(block.sources for block in plan.grid.blocks(cut_of(plan))):
        return
    perhaps = set(plan.play.outage.maybe.tolist())
    parted = _at_border(plan)
    for thing in plan.case.worked_on:
        if plan.play.live(thing) or thing in perhaps:
            continue
        earth = _step(plan, StepAction.EARTH, thing)
        earth.needs = set(parted)
        plan.add(earth)


def _at_border(plan: Building) -> set[int]:
    """Operations that open or lock what lies around the cut-out part, customers' switches there too."""
    graph, region = plan.case.before.graph, plan.case.region
    blocks = plan.grid.blocks(cut_of(plan))
    switches = {joint.switch for block in blocks for joint in region.at[block.number]}
    points: set[int] = {
        at for block in blocks for s in block.supplies for at in graph.sources(s, RelationshipKind.FED_BY)
    }
    customers = plan.case.before.customers
    points |= {point.index for at in plan.case.faulty_customers for point in customers.points_of(at)}
    return {
        number
        for number, each in enumerate(plan.operations)
        if each.action in (StepAction.OPEN, StepAction.LOCK) and (each.target in switches or each.point in points)
    }


def _step(plan: Building, action: StepAction, target: int) -> Operation:
    doer, means, place = doer_on_site(plan.case.before, target)
    return Operation(
        action=action,
        purpose=StepPurpose.SAFE_TO_WORK,
        target=target,
        doer=doer,
        means=means,
        place=place,
        rank=LAST,
        later=True,
    )
