"""Under-voltage releases (失压脱扣): incoming switches that the loss has opened, and that nobody has closed again.

    grid ── [S1] ──x SB1 ── IB1 ── LD1      S1 lost voltage and has it again: SB1 stands open until the customer's
                                            electrician closes it, which is reported of SB1
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable

from graph_api.readmodel.customers import Point, Supply
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.positions import last_report
from graph_api.services.outage.situation import Situation
from graph_api.services.outage.supply_state import GridState
from schema.customer import ReceivingPoint
from schema.registry import POSITIONED, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition


def released(found: Situation, points: Iterable[Point], at_loss: GridState) -> frozenset[int]:
    """Supplies in service that had no voltage at the loss, and whose incoming switch was not reported closed since."""
    return frozenset(
        supply.index
        for point in points
        if point.releases
        for supply in point.supplies
        if supply.in_service and (supply.index in at_loss.held or not at_loss.supplies(supply))
        if not any(_closed_since(found, at) for at in _incoming(point, supply))
    )


def _incoming(point: Point, supply: Supply) -> tuple[int, ...]:
    """What is reported of the incoming switch of a supply: its bays, or itself where none is recorded."""
    bays = tuple(branch.index for branch in point.at_node.get(supply.node, ()))
    return (*bays, supply.index) if supply.position is not None else bays


def opened_by_dips(found: Situation) -> frozenset[int]:
    """Supplies that an automatic transfer of the grid gave back when their release had opened already."""
    return with_release(found.before, (index for dip in found.dips for index in dip.back.tolist()))


def with_release(model: ReadModel, indexes: Iterable[int]) -> frozenset[int]:
    """The supplies among these of receiving points whose incoming switches open on lost voltage."""
    graph = model.graph
    supplies = (index for index in indexes if graph.kind(index) is EntityKind.SUPPLY_SOURCE)
    return frozenset(
        index
        for index in supplies
        if any(
            graph.get(ReceivingPoint, point).undervoltage_release
            for point in graph.sources(index, RelationshipKind.FED_BY)
        )
    )


def _closed_since(found: Situation, index: int) -> bool:
    """Whether the last that was reported of a switch after the loss is that it is closed; it may never have been open
    by the reports."""
    graph = found.model.graph
    report = last_report(graph, index, found.event.at) if graph.kind(index) in POSITIONED else None
    return report is not None and report.position is SwitchPosition.CLOSED and report.at > found.since
