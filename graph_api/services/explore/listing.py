"""Lists of things by kind, filtered and in a stable order: what a front-end's tables are filled from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np
import numpy.typing as npt

from graph_api.errors import InvalidInput
from graph_api.readmodel.columns import KIND_CODE
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.numbers import flagged
from graph_api.readmodel.orders import key_of, says
from graph_api.services.explore.containers import arriving, members, there
from graph_api.services.explore.ranked import Listed, Part, Ranked, SortKey
from schema.customer import Customer
from schema.provenance import SourceLoad
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import AreaClass, CustomerStatus, Importance
from schema.words import say

MAX_FILTER_TEXT = 200
FEW = 100
"""Things that are sorted by themselves rather than picked from the order of their kind."""
Ints = npt.NDArray[np.int32]
_IMPORTANCE = {importance: float(place) for place, importance in enumerate(Importance)}


class CustomerOrder(StrEnum):
    """客户排序: order of a list of customers."""

    IMPORTANCE = "IMPORTANCE"
    NAME = "NAME"
    CONTRACT = "CONTRACT"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFilter:
    """Which customers; what is None or empty does not matter."""

    text: str | None = None
    importance: Collection[Importance] = ()
    status: Collection[CustomerStatus] = ()
    area_class: Collection[AreaClass] = ()
    key_account: bool | None = None
    within: str | None = None
    """Id of an area, company, station or feeder: customers that lie in it or are supplied from it by the ledger."""


def list_things(
    model: ReadModel, kinds: Collection[EntityKind], *, text: str | None = None, within: str | None = None
) -> Ranked:
    """Things of some kinds, ordered by name, then id (equipment: id alone).

    `text` must stand in the name, an alias or the number; `within` = id of what contains it, over any number of steps.
    Raises UnknownEntity for `within`, InvalidInput for a text that is too long.
    """
    wanted = _text(text)
    inside = None if within is None else members(model, within)
    return Ranked(
        Part(_things(model, kind, wanted, inside), partial(key_of, model.graph, kind=kind)) for kind in set(kinds)
    )


def _things(model: ReadModel, kind: EntityKind, wanted: str, inside: Ints | None) -> Ints:
    """The things of a kind that pass, in order."""
    graph = model.graph
    if inside is not None:
        inside = inside[graph.kind_codes()[inside] == KIND_CODE[kind]]
        if len(inside) <= FEW:
            here = (at for at in inside.tolist() if not wanted or says(graph.entity(at), wanted))
            return np.array(sorted(here, key=partial(key_of, graph, kind=kind)), np.int32)
    order = there(graph, model.orders.of(kind))
    if inside is not None:
        order = order[flagged(graph.size, inside)[order]]
    return order[flagged(graph.size, model.orders.saying(kind, wanted))[order]] if wanted else order


def list_loads(
    model: ReadModel, *, system: str | None = None, number: int | None = None, with_rejects: bool | None = None
) -> list[Listed]:
    """Loads of files, unordered, with the key to order them by: the newest first. None = does not matter."""
    graph = model.graph
    every = ((index, graph.get(SourceLoad, index)) for index in graph.of_kind(EntityKind.SOURCE_LOAD))
    return [
        ((-load.number, load.id), index)
        for index, load in every
        if system in (None, load.system)
        and number in (None, load.number)
        and with_rejects in (None, load.rows_rejected > 0)
    ]


def list_customers(model: ReadModel, chosen: CustomerFilter, order: CustomerOrder = CustomerOrder.IMPORTANCE) -> Ranked:
    """Customers that pass the filter, in order.

    IMPORTANCE = most important class first, CONTRACT = largest contracted capacity first; then by name and id.
    """
    graph, columns = model.graph, model.orders.customers()
    wanted = _text(chosen.text)
    passing = columns.passing(chosen.importance, chosen.status, chosen.area_class, key_account=chosen.key_account)
    if graph.outside is not None:
        passing &= ~graph.outside[columns.customer]
    if chosen.within is not None:
        passing &= flagged(graph.size, _supplied(model, chosen.within))[columns.customer]
    if wanted:
        passing &= flagged(graph.size, model.orders.saying(EntityKind.CUSTOMER, wanted))[columns.customer]

    def key(index: int) -> SortKey:
        customer = graph.get(Customer, index)
        return _place(customer, order), customer.name, customer.id

    spots = np.flatnonzero(passing)
    if len(spots) <= FEW:
        return Ranked([Part(np.array(sorted(columns.customer[spots].tolist(), key=key), np.int32), key)])
    ranked = model.orders.customers_by(order.value.lower())
    return Ranked([Part(columns.customer[ranked[passing[ranked]]], key)])


def _supplied(model: ReadModel, within: str) -> Ints:
    """What lies in something, and the customers that its feeders supply by the ledger."""
    inside = members(model, within)
    feeders = inside[model.graph.kind_codes()[inside] == KIND_CODE[EntityKind.FEEDER]]
    supplied = feeders
    for kind in (RelationshipKind.FROM_FEEDER, RelationshipKind.FED_BY, RelationshipKind.HAS_RECEIVING_POINT):
        supplied, _ = arriving(model, kind).of(supplied)
    return np.concatenate([inside, supplied])


def _text(text: str | None) -> str:
    if text is not None and len(text) > MAX_FILTER_TEXT:
        raise InvalidInput(
            say("A text to filter by may have at most {most} characters.", most=MAX_FILTER_TEXT), argument="text"
        )
    return (text or "").strip().casefold()


def _place(customer: Customer, order: CustomerOrder) -> float:
    match order:
        case CustomerOrder.IMPORTANCE:
            return _IMPORTANCE[customer.importance]
        case CustomerOrder.CONTRACT:
            return -(customer.contract_kva or 0.0)
        case CustomerOrder.NAME:
            return 0.0
