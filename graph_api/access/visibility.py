"""Visibility (可见范围): whose personal values a principal sees in one model, and what stands in their place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from graph_api.access.principal import Principal
from graph_api.lazy import cached_property
from graph_api.readmodel.model import ReadModel
from graph_api.services.duty.staff import is_staffs
from schema.access import Sight
from schema.people import Assignment
from schema.personal_texts import MASK
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import ResponsibilityRole

_SHOWN_HEAD, _HIDDEN, _SHOWN_TAIL = 6, 4, 4
_LEAST_HEAD = 4
"""Characters without which a head says nothing: + and a calling code."""


class Visibility:
    """Whose personal values are seen: everybody's, nobody's, those of the utility's own people, those of the customers
    whom a person looks after."""

    def __init__(self, principal: Principal, model: ReadModel, now: datetime) -> None:
        self._principal = principal
        self.model = model
        self._now = now

    @cached_property
    def seen(self) -> Collection[int] | None:
        """Contacts that are seen unmasked; None = all."""
        if Sight.ALL in self._principal.sights:
            return None
        own = self._own if Sight.OWN in self._principal.sights else frozenset[int]()
        return _WithStaffs(self.model, self._now, own) if Sight.STAFF in self._principal.sights else own

    @property
    def reads_texts(self) -> bool:
        """Whether texts that somebody wrote for work, as notes and steps, are read with the numbers in them."""
        return not {Sight.STAFF, Sight.ALL}.isdisjoint(self._principal.sights)

    @cached_property
    def _own(self) -> frozenset[int]:
        """Contacts of the person, of the customers whom the person manages now, and of whoever is assigned to these."""
        graph = self.model.graph
        person = None if self._principal.person is None else graph.find(self._principal.person)
        if person is None or graph.kind(person) is not EntityKind.PERSON:
            return frozenset()
        customers = {
            thing
            for assignment in self._now_held(graph.sources(person, RelationshipKind.HELD_BY))
            if graph.get(Assignment, assignment).role is ResponsibilityRole.CUSTOMER_MANAGER
            for thing in graph.targets(assignment, RelationshipKind.COVERS)
            if graph.kind(thing) is EntityKind.CUSTOMER
        }
        holders = {person, *customers}
        for customer in customers:
            for assignment in self._now_held(graph.sources(customer, RelationshipKind.COVERS)):
                holders.update(graph.targets(assignment, RelationshipKind.HELD_BY))
        return frozenset(at for holder in holders for at in graph.targets(holder, RelationshipKind.HAS_CONTACT))

    def _now_held(self, assignments: Iterable[int]) -> Iterator[int]:
        for at in assignments:
            if self.model.graph.get(Assignment, at).holds(self._now):
                yield at


class _WithStaffs(Collection[int]):
    """Some contacts, and those of the utility's own people at a time: each is looked at when it is asked for."""

    def __init__(self, model: ReadModel, now: datetime, own: frozenset[int]) -> None:
        self._model, self._now, self._own = model, now, own

    def __contains__(self, contact: object) -> bool:
        return contact in self._own or (isinstance(contact, int) and is_staffs(self._model, contact, self._now))

    def __iter__(self) -> Iterator[int]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def _all(self) -> list[int]:
        return [at for at in self._model.graph.of_kind(EntityKind.CONTACT) if at in self]


def masked(value: str) -> str:
    """A number or address as who has no need of it sees it: +86139****1234, ****@example.com, ****.

    At least four digits are hidden, and no more is shown than the head and the last four.
    """
    name, at, host = value.partition("@")
    if at:
        return f"{MASK}@{host}"
    number, _, _ = name.partition(";")
    head = min(_SHOWN_HEAD, len(number) - _HIDDEN - _SHOWN_TAIL)
    return f"{number[:head]}{MASK}{number[-_SHOWN_TAIL:]}" if head >= _LEAST_HEAD else MASK
