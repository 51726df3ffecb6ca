"""Lists of things by kind, filtered and in a stable order: what a front-end's tables are filled from."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from schema.customer import Customer
from schema.provenance import SourceLoad
from schema.registry import CONDUCTING, EntityKind
from schema.relationships import ENDS, RelationshipKind
from schema.vocabulary import AreaClass, CustomerStatus, Importance
from schema.words import say

MAX_FILTER_TEXT = 200

SortKey = tuple[str | float | int | bool, ...]
Listed = tuple[SortKey, int]
"""Sort key, whose last part is the id, and index of a listed thing."""

_BELONGING = (RelationshipKind.CONTAINED_IN, RelationshipKind.MEMBER_OF)
_CONTAINERS = frozenset().union(*(ENDS[kind].targets for kind in _BELONGING))
_IMPORTANCE = {importance: place for place, importance in enumerate(Importance)}


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
) -> list[Listed]:
    """Things of some kinds, unordered, with the key to order them by: name, then id (equipment: id alone).

    `text` must stand in the name, an alias or the number; `within` = id of what contains it, over any number of steps.
    Raises UnknownEntity for `within`, InvalidInput for a text that is too long.
    """
    graph = model.graph
    wanted = _text(text)
    container = None if within is None else Container(graph, within)
    return [
        (_key(graph, index), index)
        for kind in kinds
        for index in graph.of_kind(kind)
        if (container is None or container.holds(index)) and (not wanted or _says(graph, index, wanted))
    ]


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


def list_customers(
    model: ReadModel, chosen: CustomerFilter, order: CustomerOrder = CustomerOrder.IMPORTANCE
) -> list[Listed]:
    """Customers that pass the filter, unordered, with the key to order them by.

    IMPORTANCE = most important class first, CONTRACT = largest contracted capacity first; then by name and id.
    """
    graph = model.graph
    wanted = _text(chosen.text)
    container = None if chosen.within is None else Container(graph, chosen.within)
    found: list[Listed] = []
    for index in graph.of_kind(EntityKind.CUSTOMER):
        customer = graph.get(Customer, index)
        if not _passes(customer, chosen) or (wanted and not _says(graph, index, wanted)):
            continue
        if container is None or container.holds(index) or any(container.holds(at) for at in _feeders(graph, index)):
            found.append(((_place(customer, order), customer.name, customer.id), index))
    return found


def _text(text: str | None) -> str:
    if text is not None and len(text) > MAX_FILTER_TEXT:
        raise InvalidInput(
            say("A text to filter by may have at most {most} characters.", most=MAX_FILTER_TEXT), argument="text"
        )
    return (text or "").strip().casefold()


def _key(graph: Snapshot, index: int) -> SortKey:
    entity_id = graph.id(index)
    return (entity_id,) if graph.kind(index) in CONDUCTING else (graph.name(index), entity_id)


def _says(graph: Snapshot, index: int, wanted: str) -> bool:
    entity = graph.entity(index)
    number = getattr(entity, "number", None) or ""
    return any(wanted in each.casefold() for each in (entity.name, number, *entity.aliases))


def _passes(customer: Customer, chosen: CustomerFilter) -> bool:
    return (
        (not chosen.importance or customer.importance in chosen.importance)
        and (not chosen.status or customer.status in chosen.status)
        and (not chosen.area_class or customer.area_class in chosen.area_class)
        and (chosen.key_account is None or customer.key_account is chosen.key_account)
    )


def _place(customer: Customer, order: CustomerOrder) -> float:
    match order:
        case CustomerOrder.IMPORTANCE:
            return float(_IMPORTANCE[customer.importance])
        case CustomerOrder.CONTRACT:
            return -(customer.contract_kva or 0.0)
        case CustomerOrder.NAME:
            return 0.0


def _feeders(graph: Snapshot, customer: int) -> Iterator[int]:
    """Feeders that the ledger says supply a customer."""
    for point in graph.targets(customer, RelationshipKind.HAS_RECEIVING_POINT):
        for supply in graph.targets(point, RelationshipKind.FED_BY):
            yield from graph.targets(supply, RelationshipKind.FROM_FEEDER)


class Container:
    """Says what lies in a container, over any number of steps; each thing on the way is looked at once."""

    def __init__(self, graph: Snapshot, container: str) -> None:
        self._graph = graph
        index = graph.index(container)
        if graph.kind(index) not in _CONTAINERS:
            entity = graph.entity(index)
            raise InvalidInput(
                say(
                    "Nothing lies within {thing}: it is a {kind}. Send the id of a station, feeder, area, organisation "
                    "or another thing that contains some.",
                    thing=entity.name or entity.id,
                    kind=graph.kind(index).label,
                ),
                argument="within",
            )
        self._known: dict[int, bool] = {index: True}

    def holds(self, index: int) -> bool:
        """Whether the thing is the container or lies in it."""
        known = self._known.get(index)
        if known is None:
            self._known[index] = False
            above = (each for kind in _BELONGING for each in self._graph.targets(index, kind))
            known = self._known[index] = any(self.holds(each) for each in above)
        return known
