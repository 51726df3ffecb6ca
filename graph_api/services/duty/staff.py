"""Staff (供电公司人员): whose people somebody is, the utility's own or a customer's, at a time.

    Person ─▶ Team ─▶ Organisation (UTILITY, DEPARTMENT)          │ the utility's: by where they belong,
    Person, Team ◀─HELD_BY, OF_TEAM─ Assignment (LINE_MAINTENANCE) │ or by what they answer for
    Customer, Organisation (CUSTOMER), Assignment (CUSTOMER_ELECTRICIAN) ─▶ a customer's, whatever else they are
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from graph_api.lazy import cached_property
from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from schema.access import CUSTOMERS_ROLES
from schema.people import Assignment, Organisation, Person
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import OrganisationType

SIDES: Final = Derivation[int, "Side"]("whose people somebody is", most=20_000)
_UTILITY = frozenset({OrganisationType.UTILITY, OrganisationType.DEPARTMENT})
_MOST_ABOVE = 16
"""Teams and organisations that somebody is looked for in, however they belong to each other."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """Whose people somebody is: always, or for the term of the roles that they hold."""

    utility: bool
    customer: bool
    roles: tuple[Assignment, ...]

    def is_customers(self, at: datetime) -> bool:
        """Whether they are a customer's at a time."""
        return self.customer or any(each.role in CUSTOMERS_ROLES and each.holds(at) for each in self._for_a_term)

    def is_utilitys(self, at: datetime) -> bool:
        """Whether they are the utility's own at a time, whatever else they are."""
        return self.utility or any(each.role not in CUSTOMERS_ROLES and each.holds(at) for each in self._for_a_term)

    @cached_property
    def _for_a_term(self) -> tuple[Assignment, ...]:
        return tuple(each for each in self.roles if _has_a_term(each))


def _has_a_term(each: Assignment) -> bool:
    return each.valid_from is not None or each.valid_to is not None


def is_staffs(model: ReadModel, contact: int, at: datetime) -> bool:
    """Whether a way to reach somebody is one of the utility's own people or offices: of one of them, and of nobody of a
    customer. One of nobody is not."""
    holders = model.graph.sources(contact, RelationshipKind.HAS_CONTACT)
    sides = [side_of(model, holder) for holder in holders]
    return any(each.is_utilitys(at) for each in sides) and not any(each.is_customers(at) for each in sides)


def side_of(model: ReadModel, holder: int) -> Side:
    """Whose people the holder of a contact is; worked out once for a revision."""
    cache = model.memo.of(SIDES)
    return cache.get(holder) or cache.derive_alone(holder, lambda: _side(model.graph, holder))


def _side(graph: Snapshot, holder: int) -> Side:
    if graph.kind(holder) is EntityKind.PERSON and not graph.get(Person, holder).active:
        return Side(utility=False, customer=False, roles=())
    belongs = _belongs(graph, holder)
    types = {graph.get(Organisation, at).organisation_type for at in belongs if _is_organisation(graph, at)}
    roles = tuple(dict.fromkeys(role for at in belongs for role in _roles(graph, at)))
    always = {each.role in CUSTOMERS_ROLES for each in roles if not _has_a_term(each)}
    is_customer = graph.kind(holder) is EntityKind.CUSTOMER or OrganisationType.CUSTOMER in types
    return Side(utility=bool(types & _UTILITY) or False in always, customer=is_customer or True in always, roles=roles)


def _is_organisation(graph: Snapshot, at: int) -> bool:
    return graph.kind(at) is EntityKind.ORGANISATION


def _belongs(graph: Snapshot, holder: int) -> list[int]:
    """The holder, and the teams and organisations that it belongs to or is rostered for."""
    found = [holder]
    for at in found:
        shifts = graph.sources(at, RelationshipKind.WORKED_BY)
        teams = (team for shift in shifts for team in graph.targets(shift, RelationshipKind.OF_TEAM))
        for above in (*graph.targets(at, RelationshipKind.MEMBER_OF), *teams):
            if above not in found and len(found) < _MOST_ABOVE:
                found.append(above)
    return found


def _roles(graph: Snapshot, at: int) -> Iterator[Assignment]:
    for kind in (RelationshipKind.HELD_BY, RelationshipKind.OF_TEAM):
        for each in graph.sources(at, kind):
            if graph.kind(each) is EntityKind.ASSIGNMENT:
                yield graph.get(Assignment, each)
