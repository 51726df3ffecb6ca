"""Whom an incident concerns (事件所涉人员): whose numbers may be asked for while it is worked on.

    faulty, tripped, reported, affected by then or now ──▶ things ──▶ who answers for them, who is called for them
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from graph_api.errors import InvalidInput
from graph_api.lazy import cached_property
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing, Things
from graph_api.services.duty.responsibility import Responsibilities, ResponsibilityRow
from graph_api.services.duty.scopes import layers_of
from graph_api.services.duty.staff import side_of
from graph_api.services.incident.affected import impact_of
from graph_api.services.incident.reported import reported_out
from graph_api.services.incident.room import found
from graph_api.services.incident.state import IncidentState
from schema.registry import EntityKind
from schema.relationships import RelationshipKind

_HOLDERS = frozenset({EntityKind.PERSON, EntityKind.TEAM, EntityKind.ORGANISATION})


class Concern:
    """What an incident concerns at a moment."""

    def __init__(self, model: ReadModel, state: IncidentState, at: datetime) -> None:
        self._model, self._state, self._at = model, state, at
        self._tables = Responsibilities(model, at)

    def contacts_of(self, thing: Thing) -> Things | None:
        """Contacts by which a thing of the incident is reached: of equipment and customers those of who answers for
        them, too; of a person, team or organisation their own; a contact itself. None for what it does not concern."""
        kind, graph = self._model.graph.kind(thing), self._model.graph
        if kind is EntityKind.CONTACT:
            holders = graph.sources(thing, RelationshipKind.HAS_CONTACT)
            return (thing,) if any(map(self._is_reached, holders)) else None
        if kind in _HOLDERS:
            return tuple(graph.targets(thing, RelationshipKind.HAS_CONTACT)) if self._is_reached(thing) else None
        return tuple(dict.fromkeys(self._reaching(thing))) if self._concerns(thing) else None

    def _reaching(self, thing: Thing) -> Iterator[int]:
        graph = self._model.graph
        if graph.kind(thing) is EntityKind.CUSTOMER:
            yield from graph.targets(thing, RelationshipKind.HAS_CONTACT)
        for row in self._tables.of(thing).rows:
            yield from _contacts(row)

    def _is_reached(self, holder: Thing) -> bool:
        """Whether somebody is called for the incident: by name, or by what they or their people answer for."""
        if holder in self._named or self._concerns(holder):
            return True
        members = self._model.graph.sources(holder, RelationshipKind.MEMBER_OF)
        return any(self._answers(each) for each in (holder, *members))

    def _answers(self, holder: Thing) -> bool:
        covered = set(self._covered(holder))
        if not covered.isdisjoint(self._around) or any(map(self._concerns, covered)):
            return True
        return not covered.isdisjoint(self._wide)

    def _covered(self, holder: Thing) -> Iterator[Thing]:
        """What somebody answers for now; of a customer's plant the customer."""
        accounts, graph = self._model.customers.accounts, self._model.graph
        for assignment in side_of(self._model, holder).roles:
            if assignment.holds(self._at):
                for at in graph.targets(graph.index(assignment.id), RelationshipKind.COVERS):
                    yield at
                    owner = max(int(accounts.owner[at]), int(accounts.customer_of_point[at]))
                    yield from [owner] if owner >= 0 else []

    def _concerns(self, thing: Thing) -> bool:
        return thing in self._known or thing in self._hit

    @cached_property
    def _named(self) -> frozenset[Thing]:
        """Who is named in it: who leads it, does its work, was called or told."""
        state = self._state
        ids = [state.commander, *(each.person for each in state.calls)]
        ids += [who for each in state.work_orders for who in (each.person, each.team)]
        ids += [who for each in state.escalations for who in each.said.people]
        return frozenset(found(self._model.graph, filter(None, ids)))

    @cached_property
    def _known(self) -> frozenset[Thing]:
        """What is known of it, and whom it has affected as far as that was worked out."""
        state, graph = self._state, self._model.graph
        told = [id for each in state.reports for id in each.things]
        told += [id for each in state.work_orders for id in each.things]
        hit = () if state.affected is None else state.affected.customers
        ids = (*self._equipment, *told, *(each.customer for each in hit))
        return frozenset((*found(graph, ids), *reported_out(self._model, state)))

    @cached_property
    def _hit(self) -> frozenset[Thing]:
        """Whom it affects as the grid is now."""
        try:
            impact = impact_of(self._model, self._state, self._at)
        except InvalidInput:
            return frozenset()
        return frozenset() if impact is None else frozenset(at for _, at in impact.customers())

    @cached_property
    def _around(self) -> frozenset[Thing]:
        """Its equipment, and what that lies in and is supplied from."""
        return self._layers(found(self._model.graph, self._equipment))

    @cached_property
    def _wide(self) -> frozenset[Thing]:
        """The same of whom it affects, as the other feeder of who has two: it may take a moment."""
        return self._layers((*self._known, *self._hit))

    def _layers(self, things: Iterable[Thing]) -> frozenset[Thing]:
        return frozenset(at for thing in things for layer in layers_of(self._model, thing) for at in layer)

    @property
    def _equipment(self) -> tuple[str, ...]:
        state = self._state
        return (*state.equipment, *state.tripped, *state.stuck, *(state.fault or ()))


def _contacts(row: ResponsibilityRow) -> Iterator[int]:
    yield from row.contacts
    for each in row.backup:
        yield from _contacts(each)
