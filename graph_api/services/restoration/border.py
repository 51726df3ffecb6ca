"""The border (隔离边界) of what is cut out, what lies in it, and what is done once it is repaired."""

from __future__ import annotations

from graph_api.services.restoration.building import Building
from graph_api.services.restoration.plan import PlanStep
from graph_api.services.restoration.wording import StepAction, StepPurpose
from schema.grid import ACLineSegment, Switch
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import Construction, ResponsibilityRole, SwitchPosition


def cut_out_by(plan: Building, cut: frozenset[int]) -> tuple[int, ...]:
    """Everything in blocks that are cut out, the closed switches between them, and the zone; ascending."""
    owns = plan.case.before.customers.accounts.owns
    found = {at for block in plan.grid.blocks(sorted(cut)) for at in (*block.nodes, *block.equipment)}
    found.update(plan.grid.within(cut))
    found = {at for at in found if not owns(at) or plan.case.before.graph.kind(at) is EntityKind.SUPPLY_SOURCE}
    found.update(plan.case.situation.fails.places)
    found.update(plan.play.outage.zone.tolist())
    return tuple(sorted(found))


def border_of(plan: Building, cut: frozenset[int]) -> tuple[int, ...]:
    """Every open switch of the grid at what is cut out, whatever lies behind; ascending."""
    graph, accounts = plan.case.before.graph, plan.case.before.customers.accounts
    inside = {at for block in plan.grid.blocks(sorted(cut)) for at in block.equipment}
    found: set[int] = set()
    for block in plan.grid.blocks(sorted(cut)):
        for node in block.nodes:
            for at in graph.sources(node, RelationshipKind.CONNECTS):
                stands_closed = at in plan.grid.closed and at not in plan.grid.unknown
                if at in inside or accounts.owns(at) or stands_closed:
                    continue
                if isinstance(graph.entity(at), Switch):
                    found.add(at)
    return tuple(sorted(found))


def after_repair(plan: Building) -> tuple[PlanStep, ...]:
    """Steps once the fault is repaired: the line is walked along, then every switch goes back to its place of before.

    What took over is opened before what was opened for it is closed: no two supplies are joined.
    """
    graph = plan.case.before.graph
    steps: list[PlanStep] = []
    cables = [at for at in plan.case.situation.fails.places if _is_cable(plan, at)]
    for at in cables:
        steps.append(_step(len(steps) + 1, StepAction.PATROL, at, StepPurpose.BEFORE_ENERGISING, "LINE"))
    moved = [
        (switch, position)
        for switch, position in sorted(plan.play.positions.items())
        if position is not SwitchPosition.UNKNOWN and not plan.case.before.customers.accounts.owns(switch)
        if isinstance(graph.entity(switch), Switch)
    ]
    closed = [switch for switch, position in moved if position is SwitchPosition.CLOSED and _was_open(plan, switch)]
    opened = [switch for switch, position in moved if position is SwitchPosition.OPEN and not _was_open(plan, switch)]
    for action, switches in ((StepAction.OPEN, closed), (StepAction.CLOSE, opened)):
        for switch in switches:
            steps.append(_step(len(steps) + 1, action, switch, StepPurpose.BACK_TO_NORMAL, ""))
    return tuple(steps)


def _was_open(plan: Building, switch: int) -> bool:
    state = plan.case.before.topology.state
    return not state.better.conducts[state.network.vertex_of[switch]]


def _is_cable(plan: Building, thing: int) -> bool:
    entity = plan.case.before.graph.entity(thing)
    return isinstance(entity, ACLineSegment) and entity.construction is Construction.CABLE


def _step(order: int, action: StepAction, target: int, purpose: StepPurpose, track: str) -> PlanStep:
    return PlanStep(
        order=order,
        action=action,
        target=target,
        doer=ResponsibilityRole.DISPATCHER,
        purpose=purpose,
        start_min=0.0,
        end_min=0.0,
        track=track,
    )
