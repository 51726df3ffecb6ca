"""Subjects (责任对象) of a responsibility table: what is answered for when a feeder, area or incident is named.

    feeder · station · area · company ──▶ itself, and the customers that it supplies or holds
    incident                          ──▶ the equipment that it is about, the customers that it hits, and who called
    nothing                           ──▶ the whole city: every customer that is listed as important
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing
from graph_api.services.duty.responsibility import is_answered
from graph_api.services.explore.containers import Container
from graph_api.services.explore.listing import CustomerFilter, list_customers
from graph_api.services.incident.affected import impact_of
from graph_api.services.incident.reported import reported_out
from graph_api.services.incident.room import found, told
from graph_api.services.incident.state import IncidentState
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.requirements import LISTED
from schema.words import say

MOST_SUBJECTS = 2_000
"""Most things that one table is of."""
_HOLDERS = frozenset({EntityKind.FEEDER, EntityKind.SUBSTATION, EntityKind.AREA, EntityKind.ORGANISATION})


def subjects_of(model: ReadModel, ids: Sequence[str], at: datetime) -> list[Thing]:
    """The things behind these ids, each once, in their order; of what holds customers, the most important first.

    Raises UnknownEntity; InvalidInput for what nobody answers for, and for more than `MOST_SUBJECTS`.
    """
    whole = _listed(model, None) if not ids else (each for id in ids for each in _of(model, model.graph.index(id), at))
    subjects = list(dict.fromkeys(whole))
    if len(subjects) > MOST_SUBJECTS:
        raise InvalidInput(
            say(
                "That is {count} things, more than the {most} of one table. Name areas or feeders one by one.",
                count=f"{len(subjects):,}",
                most=f"{MOST_SUBJECTS:,}",
            ),
            argument="of",
        )
    return subjects


def _of(model: ReadModel, index: Thing, at: datetime) -> Iterator[Thing]:
    graph = model.graph
    if graph.kind(index) is EntityKind.INCIDENT:
        yield from _hit(model, index, at)
        return
    if not is_answered(graph, index):
        raise InvalidInput(
            say(
                "{thing} is nothing that somebody answers for. Name equipment, a feeder, a customer or an area.",
                thing=graph.name(index) or graph.id(index),
            ),
            argument="of",
        )
    yield index
    if graph.kind(index) in _HOLDERS:
        yield from _listed(model, graph.id(index))


def _listed(model: ReadModel, within: str | None) -> list[Thing]:
    """The customers of a place, the most important first; of the whole city (None) those that are listed alone.

    What a feeder of the place feeds now belongs to it, too, whatever the ledger says.
    """
    chosen = CustomerFilter(within=within, importance=() if within else LISTED)
    found = list(list_customers(model, chosen))
    if within is None:
        return found
    place = Container(model.graph, within)
    listed = set(found)
    return [each for each in list_customers(model, CustomerFilter()) if each in listed or _is_fed(model, each, place)]


def _is_fed(model: ReadModel, customer: Thing, place: Container) -> bool:
    graph = model.graph
    points = graph.targets(customer, RelationshipKind.HAS_RECEIVING_POINT)
    supplies = (supply for point in points for supply in graph.targets(point, RelationshipKind.FED_BY))
    return any(place.holds(feeder) for supply in supplies for feeder in model.topology.feeders(supply))


def _hit(model: ReadModel, incident: Thing, at: datetime) -> Iterator[Thing]:
    state = told(model, incident).state
    if state is None:
        return
    yield from found(model.graph, (*state.faulty, *state.tripped))
    yield from _customers(model, state, at)
    yield from reported_out(model, state)


def _customers(model: ReadModel, state: IncidentState, at: datetime) -> Iterator[Thing]:
    """Whom it hits in the order of need; whom it was known to hit where its event does not fit the grid any more."""
    try:
        impact = impact_of(model, state, at)
    except InvalidInput:
        known = () if state.affected is None else state.affected.customers
        yield from found(model.graph, (each.customer for each in known))
        return
    if impact is not None:
        yield from (customer for _, customer in impact.customers())
