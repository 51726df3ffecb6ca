"""Visibility (可见范围): whose personal values a principal sees in one model, and what stands in their place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property

from graph_api.access.principal import Principal
from graph_api.readmodel.model import ReadModel
from schema.access import Sight
from schema.people import Assignment
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import ResponsibilityRole

_SHOWN_HEAD, _HIDDEN, _SHOWN_TAIL = 6, 4, 4
_LEAST_HEAD = 4
"""Characters without which a head says nothing: + and a calling code."""
MASK = "****"
_DAY, _MAILBOX, _NUMBER = (
    r"(?P<day>(?<!\d)(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}(?!\d))", r"[^\s@]+@[^\s@]+", r"\+?\d(?:[\s.()x-]*\d){6,}",
)  # fmt: skip
_MAY_BE_PERSONAL = re.compile(f"{_DAY}|{_MAILBOX}|{_NUMBER}")
_MAY_BE_NUMBER = re.compile(f"{_DAY}|{_NUMBER}")
"""A mailbox, or seven digits and more with what people write between them that are no date."""


class Visibility:
    """Whose personal values are seen: everybody's, nobody's, or those of the customers whom a person looks after."""

    def __init__(self, principal: Principal, model: ReadModel, now: datetime) -> None:
        self._principal = principal
        self.model = model
        self._now = now

    @cached_property
    def seen(self) -> frozenset[int] | None:
        """Contacts that are seen unmasked; None = all."""
        sight = self._principal.sight
        return None if sight is Sight.ALL else self._own if sight is Sight.OWN else frozenset()

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
            term = self.model.graph.get(Assignment, at)
            begun = term.valid_from is None or term.valid_from <= self._now
            if begun and (term.valid_to is None or self._now < term.valid_to):
                yield at


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


def may_be_personal(text: str) -> bool:
    """Whether something of it may be a number or mailbox."""
    return without_personal(text) != text


def without_personal(text: str) -> str:
    """A free text in which whatever may be a number or mailbox is hidden, however it is written."""
    plain = unicodedata.normalize("NFKC", text)
    may_be = _MAY_BE_PERSONAL if "@" in plain else _MAY_BE_NUMBER
    hidden = may_be.sub(lambda found: found["day"] or MASK, plain)
    return text if hidden == plain else hidden
