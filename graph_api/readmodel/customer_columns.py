"""What lists of customers are filtered and ordered by, as columns over all customers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.snapshot import Snapshot
from schema.customer import Customer
from schema.registry import EntityKind
from schema.vocabulary import AreaClass, CustomerStatus, Importance

Bytes = npt.NDArray[np.uint8]
_IMPORTANCE = {importance: place for place, importance in enumerate(Importance)}
_STATUS = {status: place for place, status in enumerate(CustomerStatus)}
_AREA_CLASS = {area_class: place for place, area_class in enumerate(AreaClass)}
_UNKNOWN = 255


@dataclass(frozen=True, slots=True, eq=False)
class CustomerColumns:
    """One place for each customer."""

    customer: npt.NDArray[np.int32]
    """Indexes, ascending."""
    importance: Bytes
    """Place in the vocabulary, the most important first."""
    status: Bytes
    area_class: Bytes
    """Place in the vocabulary, or 255."""
    key_account: npt.NDArray[np.bool_]
    contract: npt.NDArray[np.float64]
    """Contracted capacity in kVA, 0 where it is not known; negative, as the largest come first."""

    @classmethod
    def of(cls, graph: Snapshot) -> Self:
        """Of all customers of a graph."""
        customers = graph.of_kind(EntityKind.CUSTOMER)
        return cls(*_columns(customers, (graph.decoded(index) for index in customers)))

    def advanced(self, graph: Snapshot, changed: list[int]) -> Self | None:
        """With these customers as they are in a later graph of the same customers; None if it has others."""
        if len(graph.of_kind(EntityKind.CUSTOMER)) != len(self.customer) or not np.isin(changed, self.customer).all():
            return None
        spots = np.searchsorted(self.customer, changed)
        fresh = _columns(changed, map(graph.entity, changed))
        columns = [getattr(self, field.name).copy() for field in fields(self)]
        for column, values in zip(columns, fresh, strict=True):
            column[spots] = values
        return type(self)(*columns)

    def passing(
        self,
        importance: Iterable[Importance],
        status: Iterable[CustomerStatus],
        area_class: Iterable[AreaClass],
        *,
        key_account: bool | None,
    ) -> npt.NDArray[np.bool_]:
        """Which customers are of any of these; what is empty or None does not matter."""
        passing = np.ones(len(self.customer), np.bool_)
        for column, wanted in (
            (self.importance, [_IMPORTANCE[each] for each in importance]),
            (self.status, [_STATUS[each] for each in status]),
            (self.area_class, [_AREA_CLASS[each] for each in area_class]),
        ):
            if wanted:
                passing &= np.isin(column, wanted)
        return passing if key_account is None else passing & (self.key_account == key_account)


def _columns(indexes: Iterable[int], entities: Iterable[Any]) -> tuple[npt.NDArray[Any], ...]:
    rows = [
        (
            _IMPORTANCE[customer.importance],
            _STATUS[customer.status],
            _UNKNOWN if customer.area_class is None else _AREA_CLASS[customer.area_class],
            customer.key_account,
            -(customer.contract_kva or 0.0),
        )
        for customer in entities
        if isinstance(customer, Customer)
    ]
    kinds = (np.uint8, np.uint8, np.uint8, np.bool_, np.float64)
    columns = zip(*rows, strict=True) if rows else [()] * len(kinds)
    made: list[npt.NDArray[Any]] = [np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    return (np.array(list(indexes), np.int32), *made)
