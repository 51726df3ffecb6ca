"""Visibility (可见范围): whose personal values a principal sees in one model, and what stands in their place."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from graph_api.access.principal import Principal
from graph_api.readmodel.model import ReadModel
from schema.access import Sight
from schema.people import Assignment
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import ResponsibilityRole

_SHOWN_HEAD, _SHOWN_TAIL = 6, 4
_LONG = 12
"""Characters of a number from which on its head is shown, too: +86 and the first three digits."""
MASK = "****"


class Visibility:
    """Whose personal values are seen: everybody's, nobody's, or those of the customers whom a person looks after."""

    def __init__(self, principal: Principal, model: ReadModel, now: datetime) -> None:
        self._principal = principal
        self.model = model
        self._now = now

    @property
    def of_all(self) -> bool:
        """Whether everybody's are seen."""
        return self._principal.sight is Sight.ALL

    def sees(self, index: int) -> bool:
        """Whether the personal values of this thing are seen."""
        return self.of_all or (self._principal.sight is Sight.OWN and index in self._own)

    @cached_property
    def _own(self) -> frozenset[int]:
        """Contacts of the person, of the customers whom the person manages now, and of whoever is assigned to these."""
        graph = self.model.graph
        person = None if self._principal.person is None else graph.find(self._principal.person)
        if person is None or graph.kind(person) is not EntityKind.PERSON:
            return frozenset()
        customers = {
            thing
            for assignment in graph.sources(person, RelationshipKind.HELD_BY)
            if self._manages(graph.get(Assignment, assignment))
            for thing in graph.targets(assignment, RelationshipKind.COVERS)
            if graph.kind(thing) is EntityKind.CUSTOMER
        }
        holders = {person, *customers}
        for customer in customers:
            for assignment in graph.sources(customer, RelationshipKind.COVERS):
                holders.update(graph.targets(assignment, RelationshipKind.HELD_BY))
        return frozenset(at for holder in holders for at in graph.targets(holder, RelationshipKind.HAS_CONTACT))

    def _manages(self, assignment: Assignment) -> bool:
        starts, ends = assignment.valid_from, assignment.valid_to
        holds = (starts is None or starts <= self._now) and (ends is None or self._now < ends)
        return holds and assignment.role is ResponsibilityRole.CUSTOMER_MANAGER


def masked(value: str) -> str:
    """A number or address as who has no need of it sees it: +86139****1234, ****@example.com, ****."""
    name, at, host = value.partition("@")
    if at:
        return f"{MASK}@{host}"
    number, _, _ = name.partition(";")
    return f"{number[:_SHOWN_HEAD]}{MASK}{number[-_SHOWN_TAIL:]}" if len(number) >= _LONG else MASK
