"""An impact as JSON, in the words of the GraphQL API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from graph_api.cli import naming
from graph_api.readmodel.model import ReadModel
from graph_api.services.duty.calling import call_first, number_of
from graph_api.services.duty.responsibility import Responsibilities
from graph_api.services.outage.affected import AffectedCustomer, AffectedReceivingPoint, LoadDeadline
from graph_api.services.outage.feeding import Transfer
from graph_api.services.outage.impact import Impact
from schema.customer import Customer
from schema.people import Contact
from schema.plan import ProcedureStep
from schema.relationships import RelationshipKind


def of_impact(found: Impact, now: datetime) -> dict[str, Any]:
    """Everything about an impact; customers in order. What is left of deadlines is told from `now` on."""
    model, summary, tables = found.model, found.summary, Responsibilities(found.model, found.at)
    return {
        "equipment": naming.briefs(model, found.equipment),
        "cause": found.cause.value,
        "revision": str(model.graph.revision),
        "asOf": found.at,
        "mayHaveTripped": naming.briefs(model, found.may_have_tripped),
        "operatedBy": naming.briefs(model, found.operated_by),
        "summary": {
            "customers": summary.total_count,
            "byState": {each.state.value: each.count for each in summary.customers},
            "byImportance": {each.importance.value: each.count for each in summary.by_importance},
            "byLoadsFed": {each.loads_fed.value: each.count for each in summary.by_loads_fed},
            "lostKw": summary.lost_kw,
            "kwUnknown": summary.kw_unknown,
            "feeders": naming.briefs(model, summary.feeders),
            "stations": naming.briefs(model, summary.stations),
            "mostUrgent": _deadline(found, now, summary.most_urgent),
        },
        "customers": [
            {**of_customer(found, now, found.affected(index)), "callFirst": _call_first(found, tables, index)}
            for _, index in found.customers()
        ],
    }


def _call_first(found: Impact, tables: Responsibilities, customer: int) -> dict[str, Any] | None:
    """Role, person or group, and verified number of whom to call first; None = nobody can be called."""
    row = call_first(tables.of(customer), found.affected(customer))
    if row is None:
        return None
    graph, number = found.model.graph, number_of(found.model.graph, row)
    return {
        "role": row.role.value,
        "person": None if row.person is None else naming.brief(found.model, row.person),
        "group": None if row.group is None else naming.brief(found.model, row.group),
        "number": None if number is None else graph.get(Contact, number).value,
    }


def of_customer(found: Impact, now: datetime, each: AffectedCustomer) -> dict[str, Any]:
    """One affected customer."""
    model = found.model
    return {
        "customer": {
            **naming.brief(model, each.customer),
            "importance": model.graph.get(Customer, each.customer).importance.value,
        },
        "state": each.state.value,
        "before": each.before.value,
        "loadsFed": each.loads_fed.value,
        "mostUrgent": _deadline(found, now, each.most_urgent),
        "awaitingTransfer": _transfer(model, each.awaiting_transfer),
        "onEmergencySource": each.on_emergency_source,
        "notRedundant": each.not_redundant,
        "singlePoint": _single_point(found, each),
        "dependsOn": naming.briefs(model, each.depends_on),
        "procedure": _procedure(model, each.procedure),
        "receivingPoints": [_point(model, point) for point in each.receiving_points],
    }


def _point(model: ReadModel, point: AffectedReceivingPoint) -> dict[str, Any]:
    return {
        "receivingPoint": naming.brief(model, point.receiving_point),
        "state": point.state.value,
        "before": point.before.value,
        "loadsFed": point.loads_fed.value,
        "live": naming.briefs(model, point.live_sources),
        "lost": naming.briefs(model, point.lost_sources),
        "transfer": _transfer(model, point.transfer),
        "shed": naming.briefs(model, point.shed),
    }


def _single_point(found: Impact, each: AffectedCustomer) -> dict[str, Any] | None:
    index = each.single_point
    return None if index is None else naming.brief(found.model, index)


def _procedure(model: ReadModel, procedure: int | None) -> dict[str, Any] | None:
    if procedure is None:
        return None
    graph = model.graph
    steps = [graph.get(ProcedureStep, step) for step in graph.targets(procedure, RelationshipKind.HAS_STEP)]
    return {
        **naming.brief(model, procedure),
        "steps": [
            {"order": step.order, "text": step.text, "role": None if step.role is None else step.role.value}
            for step in sorted(steps, key=lambda step: step.order)
        ],
    }


def _transfer(model: ReadModel, transfer: Transfer | None) -> dict[str, Any] | None:
    if transfer is None:
        return None
    return {
        "automatic": transfer.automatic,
        "seconds": transfer.seconds,
        "switches": naming.briefs(model, transfer.switches),
        "supplies": naming.briefs(model, transfer.supplies),
        "feeds": naming.briefs(model, transfer.feeds),
        "doer": transfer.doer.value,
    }


def _deadline(found: Impact, now: datetime, due: LoadDeadline | None) -> dict[str, Any] | None:
    if due is None:
        return None
    return {
        "load": naming.brief(found.model, due.load),
        "deadline": due.deadline,
        "remainingSeconds": (due.deadline - now).total_seconds(),
        "permittedSeconds": due.permitted_seconds,
        "bridgedBy": naming.briefs(found.model, due.bridged_by),
    }
