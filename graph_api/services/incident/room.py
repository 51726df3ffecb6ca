"""The incidents of a graph (应急事件): their entries, their states, and the event that each is about.

    fault confirmed? ──▶ that · else what it was opened on ──▶ Event (things, tripped, moment of loss)
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Things
from graph_api.services.incident.contents import Entry, TookIn, read
from graph_api.services.incident.joining import taken_in
from graph_api.services.incident.presumed import presumed
from graph_api.services.incident.state import IncidentState, entries_as_of, fold
from graph_api.services.outage.event import Cause, Event
from schema.incident import TimelineEntry
from schema.registry import EntityKind
from schema.relationships import RelationshipKind

STATES: Final = Derivation[int, "Told"](
    "states of incidents", most=512, depends_on=frozenset({EntityKind.INCIDENT, EntityKind.TIMELINE_ENTRY})
)


@dataclass(frozen=True, slots=True)
class Told:
    """An incident as it is now, with all of its entries in the order of recording."""

    incident: int
    """Its index."""
    entries: tuple[Entry, ...]
    state: IncidentState | None
    """None where its opening cannot be read."""


def told(model: ReadModel, incident: int) -> Told:
    """An incident by its index."""
    return model.memo.recall(STATES, incident, lambda: _told(model.graph, incident))


def _told(graph: Snapshot, incident: int) -> Told:
    entries = [*_entries(graph, incident, frozenset())]
    return Told(incident, tuple(entries), fold(entries_as_of(entries)))


def _entries(graph: Snapshot, incident: int, within: frozenset[int]) -> Iterator[Entry]:
    """Its entries in order, those of each incident that was joined into it behind the one that says so."""
    indexes = graph.sources(incident, RelationshipKind.ENTRY_OF)
    inside = within | {incident}
    for each in sorted((read(graph.get(TimelineEntry, at)) for at in indexes), key=lambda each: each.entity.order):
        yield each
        said = each.content
        other = graph.find(said.other) if isinstance(said, TookIn) else None
        if isinstance(said, TookIn) and other is not None and other not in inside:
            yield from (taken_in(one, each, said) for one in _entries(graph, other, inside))


def state_as_of(
    model: ReadModel, incident: int, at: datetime | None = None, known: datetime | None = None
) -> IncidentState | None:
    """The state as it was at a moment, and as it was known at another (None = now); None before it was opened."""
    if at is None and known is None:
        return told(model, incident).state
    return fold(entries_as_of(told(model, incident).entries, at, known))


def incidents(model: ReadModel) -> Iterator[Told]:
    """All incidents."""
    return (told(model, index) for index in model.graph.of_kind(EntityKind.INCIDENT))


def open_incidents(model: ReadModel) -> list[Told]:
    """Those that are worked on, the oldest first."""
    found = [each for each in incidents(model) if each.state is not None and each.state.is_open]
    return sorted(found, key=lambda each: (each.state.opened_at, each.incident) if each.state else ())


def found(graph: Snapshot, ids: Iterable[str]) -> tuple[int, ...]:
    """Indexes of those ids that are (still) in the graph, each once, in their order."""
    indexes = (graph.find(each) for each in ids)
    return tuple(dict.fromkeys(index for index in indexes if index is not None))


def event_of(model: ReadModel, state: IncidentState, at: datetime) -> Event | None:
    """The event that the incident is about, asked at a moment; None while no equipment is known. While it is known only
    what tripped, whom that leaves without supply until it is closed again. In an exercise nothing was switched.

    Where a confirmed fault replaces what the incident was opened on, what tripped and the moment of loss stay; what
    tripped on something else keeps that as a fault beside it. Raises InvalidInput as the event does.
    """
    beside = presumed(model, state)
    things, tripped = (*found(model.graph, state.faulty), *beside), found(model.graph, state.tripped)
    if not (things or tripped):
        return None
    cause = state.opened.cause if things else Cause.OPENED
    return Event(
        things=things or tripped,
        cause=cause,
        tripped=() if state.opened.exercise else tripped,
        stuck=found(model.graph, state.stuck),
        since=state.since,
        sound=tuple((index, moment) for id, moment in _sound(state, beside) for index in found(model.graph, [id])),
        repaired=None if beside else state.repaired_at if things else state.repaired_at or state.since,
        at=max(at, state.since),
    )


def _sound(state: IncidentState, beside: Things) -> Iterable[tuple[str, datetime]]:
    """What is sound again while something else is not."""
    if not beside or state.repaired_at is None:
        return state.sound
    return (dict.fromkeys(state.fault or (), state.repaired_at) | dict(state.sound)).items()
