"""Re-closing (重合闸): who closes onto what was just faulty takes automatic re-closing out of service first.

    CLOSE CB1, its re-closing blocked  ──repair──▶  CLOSE LS1, ...  ──▶  RECLOSING_ON CB1

A device that closes again by itself after a trip would close a second time onto the fault, or onto who works there.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable

from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.restoration.building import Building
from graph_api.services.restoration.plan import PlanStep
from graph_api.services.restoration.play import Play
from schema.grid import ProtectedSwitch
from schema.vocabulary import SwitchPosition


def blocked_by(graph: Snapshot, step: PlanStep) -> tuple[int, ...]:
    """Devices that a step closes and whose re-closing is taken out of service before."""
    return tuple(_reclosing(graph, step.closes))


def put_in_again(plan: Building, ended: Play, closed: Iterable[int]) -> tuple[int, ...]:
    """Devices whose re-closing is put in service again in the end: what steps, reports since the loss, or these
    closings after the repair have closed."""
    graph = plan.case.before.graph
    of_plan = (at for each in plan.operations for at in each.closes)
    since = ended.situation.operated_since
    reported = (graph.index(each.switch) for each in since if each.position is SwitchPosition.CLOSED)
    return tuple(dict.fromkeys(_reclosing(graph, (*of_plan, *reported, *closed))))


def _reclosing(graph: Snapshot, things: Iterable[int]) -> Iterable[int]:
    for at in things:
        entity = graph.entity(at)
        if isinstance(entity, ProtectedSwitch) and entity.recloses:
            yield at
