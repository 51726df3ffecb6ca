"""The border (隔离边界) of what is cut out, what lies in it, and the sources that nothing can part from it."""

from __future__ import annotations

from graph_api.services.restoration.building import Building
from graph_api.services.restoration.making_safe import cut_of, still_joined
from schema.grid import EnergySource, Switch
from schema.registry import EntityKind
from schema.relationships import RelationshipKind


def cut_out_by(plan: Building, cut: frozenset[int]) -> tuple[int, ...]:
    """Everything in blocks that are cut out, the closed switches between them, and the zone; ascending."""
    found = {at for block in plan.grid.blocks(sorted(cut)) for at in (*block.nodes, *block.equipment)}
    found.update(plan.grid.within(cut))
    found = {at for at in found if not _is_foreign(plan, at) or _is_supply(plan, at)}
    found.update(plan.case.situation.still_fails.places)
    found.update(plan.play.outage.zone.tolist())
    return tuple(sorted(found))


def border_of(plan: Building, cut: frozenset[int]) -> tuple[int, ...]:
    """Every open switch at what is cut out, of the grid and of a customer inside whom the fault is; ascending."""
    graph = plan.case.before.graph
    inside = {at for block in plan.grid.blocks(sorted(cut)) for at in block.equipment}
    found: set[int] = set()
    for block in plan.grid.blocks(sorted(cut)):
        for node in block.nodes:
            for at in graph.sources(node, RelationshipKind.CONNECTS):
                stands_closed = at in plan.grid.closed and at not in plan.grid.unknown
                if at in inside or _is_foreign(plan, at) or stands_closed:
                    continue
                if isinstance(graph.entity(at), Switch):
                    found.add(at)
    return tuple(sorted(found))


def _is_foreign(plan: Building, at: int) -> bool:
    """Whether a customer has it inside whom there is no fault."""
    accounts = plan.case.before.customers.accounts
    return accounts.owns(at) and int(accounts.owner[at]) not in plan.case.faulty_customers


def _is_supply(plan: Building, at: int) -> bool:
    return plan.case.before.graph.kind(at) is EntityKind.SUPPLY_SOURCE


def feed_ends_at(plan: Building) -> tuple[int, ...]:
    """Sources that stay joined to the fault, or may be: nobody works there before they are off; ascending."""
    graph, topology = plan.case.before.graph, plan.case.before.topology
    held = cut_of(plan) | plan.grid.cut(plan.case.may_operate)
    found = {at for block in plan.grid.blocks(held) for at in block.sources}
    for node in still_joined(plan):
        found.update(at for at in topology.path_up(node)[-1:] if isinstance(graph.entity(at), EnergySource))
    return tuple(sorted(found))
