"""Whom calls say to be out (报修停电客户): customers whose newest call says that there is no power."""

from __future__ import annotations

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Things
from graph_api.services.incident.room import found
from graph_api.services.incident.state import IncidentState, Report
from schema.registry import EntityKind
from schema.vocabulary import EvidenceKind

_EXPLAIN = frozenset({EvidenceKind.PLANNED, EvidenceKind.ARREARS})


def reported_out(model: ReadModel, state: IncidentState) -> Things:
    """Customers who said last that they have no power, in the order of their calls.

    Left out are those whose supply is off by plan or for arrears, and whom the incident has affected anyway: these are
    told with what feeds them.
    """
    newest: dict[str, Report] = {}
    explained: set[str] = set()
    for report in sorted(state.reports, key=lambda each: each.at):
        if report.said.kind is EvidenceKind.CALL:
            newest |= dict.fromkeys(report.things, report)
        elif report.said.kind in _EXPLAIN and report.said.positive:
            explained.update(report.things)
    hit = {each.customer for each in state.affected.customers} if state.affected else set()
    out = [id for id, report in newest.items() if report.said.positive and id not in explained | hit]
    return tuple(at for at in found(model.graph, out) if model.graph.kind(at) is EntityKind.CUSTOMER)
