"""Listed customers of whom no supply is recorded: no fault can be seen to hit them."""

from __future__ import annotations

from typing import Final

import numpy as np

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Things
from schema.customer import Customer
from schema.registry import EntityKind
from schema.vocabulary import CustomerStatus, Importance

WITHOUT: Final = Derivation[int, Things]("listed customers without supply", most=1)


def without_supply(model: ReadModel) -> Things:
    """Customers that are listed as important and take supply, but have none on record; most important first."""
    return model.memo.recall(WITHOUT, 0, lambda: _found(model))


def _found(model: ReadModel) -> Things:
    graph, accounts = model.graph, model.customers.accounts
    supplied = accounts.owners_of(np.array(graph.of_kind(EntityKind.SUPPLY_SOURCE), np.int32))
    others = np.setdiff1d(np.array(graph.of_kind(EntityKind.CUSTOMER), np.int32), supplied).tolist()
    found = [at for at in others if _is_listed(graph.get(Customer, at))]
    return tuple(sorted(found, key=lambda at: accounts.facts.rank[at]))


def _is_listed(customer: Customer) -> bool:
    return customer.importance is not Importance.ORDINARY and customer.status is CustomerStatus.ACTIVE
