"""Possible sources (可能来电侧): from where voltage could come to a place of work if somebody closed what stands open.

    [G1] - CB1 - L1! - DS1/ - L2 - DS9/ - [G2]      DS1 is locked: whoever closes DS9, dead or live, has voltage at DS1

What one may do with a switch by the rules of devices is not asked: a lock is there for who breaks them.
"""

from __future__ import annotations

from graph_api.readmodel.customers import Point, Supply
from graph_api.services.restoration.building import Building
from schema.relationships import RelationshipKind


def may_feed(plan: Building, start: int, cut: frozenset[int], *, inside: bool = False) -> bool:
    """Whether voltage could come to an end of a joint beside the cut-out part: a source lies behind it over any
    switches, or a customer with an own source or another supply; over a customer's switches only from `inside` it."""
    reached = _reached(plan, start, cut, inside=inside)
    if reached is None:
        return True
    supplies = [supply for block in plan.grid.blocks(reached) for supply in block.supplies]
    dark = {*supplies, *(supply for block in plan.grid.blocks(cut) for supply in block.supplies)}
    return any(_feeds_back(plan, supply, dark) for supply in supplies)


def _reached(plan: Building, start: int, cut: frozenset[int], *, inside: bool) -> set[int] | None:
    """Blocks beyond a joint; None where one of them has voltage or a source."""
    grid, region = plan.grid, plan.case.region
    seen, todo = {start}, [start]
    while todo:
        number = todo.pop()
        if grid.is_live(number) or region.blocks[number].sources:
            return None
        for joint in region.at[number]:
            other = joint.other(number)
            if other not in cut and other not in seen and (inside or not joint.inside):
                seen.add(other)
                todo.append(other)
    return seen


def _feeds_back(plan: Building, supply: int, dark: set[int]) -> bool:
    """Whether a customer could feed back through a supply that is in service."""
    graph, customers = plan.case.before.graph, plan.case.before.customers
    for at in graph.sources(supply, RelationshipKind.FED_BY):
        point = customers.point(at)
        customer = int(customers.accounts.customer_of_point[at])
        known = next(each for each in point.supplies if each.index == supply)
        if customer >= 0 and known.in_service and could_feed_back(plan, customer, point, dark):
            return True
    return False


def could_feed_back(plan: Building, customer: int, point: Point, dark: set[int]) -> bool:
    """Whether a supply that is not among the dark ones or an own source lies behind: of the point, or of any where
    nothing inside is recorded."""
    wired = any(supply.node >= 0 for supply in point.supplies)
    points = [point] if wired else plan.case.before.customers.points_of(customer)
    if any(each.backups for each in points):
        return True
    others = [s for each in points for s in each.supplies if s.in_service and s.index not in dark]
    return any(not wired or could_be_live(plan, supply) for supply in others)


def could_be_live(plan: Building, supply: Supply) -> bool:
    """Whether a supply has voltage, or a source could be joined to it."""
    if supply.stands_for < 0 or plan.play.live(supply.stands_for):
        return supply.stands_for >= 0
    cut = plan.grid.joined(plan.case.region.faulty())
    blocks = plan.case.region.blocks_at(supply.stands_for)
    return any(_reached(plan, block, cut, inside=False) is None for block in blocks)
