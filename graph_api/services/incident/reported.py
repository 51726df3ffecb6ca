"""Whom calls say to be out (报修停电客户): customers whose newest call says that there is no power."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Things
from graph_api.services.incident.parts import is_out
from graph_api.services.incident.records import Report
from graph_api.services.incident.room import found
from graph_api.services.incident.state import IncidentState
from schema.registry import EntityKind
from schema.vocabulary import EvidenceKind

_EXPLAIN = frozenset({EvidenceKind.PLANNED, EvidenceKind.ARREARS})


def reported_out(model: ReadModel, state: IncidentState) -> Things:
    """Who said last that there is no power: customers, also by a call of their supply or meter, and public areas; in
    the order of the calls.

    Left out are those whose supply is off by plan or for arrears, and whom the incident has out anyway: these are told
    with what feeds them. Whoever was taken to be back and calls after that is told here, too: another fault may lie
    behind the first.
    """
    newest: dict[str, Report] = {}
    explained: set[str] = set()
    for report in sorted(state.reports, key=lambda each: each.at):
        if report.said.kind is EvidenceKind.CALL:
            newest |= dict.fromkeys(report.things, report)
        elif report.said.kind in _EXPLAIN and report.said.positive:
            explained.update(report.things)
    calls = [(id, report.at) for id, report in newest.items() if report.said.positive and id not in explained]
    callers = [(at, when) for id, when in calls for at in _callers(model, id)]
    return tuple(dict.fromkeys(at for at, when in callers if not _is_known(model, state, at, when)))


def _callers(model: ReadModel, id: str) -> Iterator[int]:
    """The customer of what a call was about; a public area itself."""
    accounts, graph = model.customers.accounts, model.graph
    for at in found(graph, [id]):
        if graph.kind(at) in (EntityKind.CUSTOMER, EntityKind.ENERGY_CONSUMER):
            yield at
        else:
            owner = max(int(accounts.owner[at]), int(accounts.customer_of_point[at]))
            yield from [owner] if owner >= 0 else []


def _is_known(model: ReadModel, state: IncidentState, caller: int, when: datetime) -> bool:
    """Whether the incident has it out, or has worked out after the call that it is back."""
    kept, at = state.affected, state.affected_at
    if kept is None or at is None:
        return False
    hit = next((each for each in kept.customers if each.customer == model.graph.id(caller)), None)
    return hit is not None and (is_out(hit) or when < at)
