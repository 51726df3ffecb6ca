"""Incidents of a customer (历史事件): those that have affected it, the latest first; exercises are none."""

from __future__ import annotations

from typing import Final

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Things
from graph_api.services.incident.contents import Affected
from graph_api.services.incident.room import Told, incidents

OF_CUSTOMERS: Final = Derivation[None, dict[str, Things]]("incidents of customers", most=1)


def incidents_of(model: ReadModel, customer: str) -> Things:
    """Incidents in which the customer with this id was affected at any time, by moment of loss, the latest first."""
    return model.memo.recall(OF_CUSTOMERS, None, lambda: _by_customer(model)).get(customer, ())


def _by_customer(model: ReadModel) -> dict[str, Things]:
    real = [each for each in incidents(model) if each.state is not None and not each.state.opened.exercise]
    real.sort(key=lambda each: (each.state.since, each.incident) if each.state else (), reverse=True)
    found: dict[str, list[int]] = {}
    for each in real:
        for customer in _affected(each):
            found.setdefault(customer, []).append(each.incident)
    return {customer: tuple(those) for customer, those in found.items()}


def _affected(each: Told) -> set[str]:
    answers = (entry.content for entry in each.entries if isinstance(entry.content, Affected))
    return {hit.customer for answer in answers for hit in answer.customers}
