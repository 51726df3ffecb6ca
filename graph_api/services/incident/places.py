"""Places (所在线路): the feeders and stations that an incident is about, as recorded: switching moves none of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing, Things
from graph_api.services.incident.reported import reported_out
from graph_api.services.incident.room import found
from graph_api.services.incident.state import IncidentState
from schema.registry import EntityKind
from schema.relationships import RelationshipKind

_HOLDING: Final = frozenset({EntityKind.DISTRIBUTION_STATION, EntityKind.VOLTAGE_LEVEL, EntityKind.BAY})
"""What plant of a feeder or station may stand in."""


def places_of(model: ReadModel, state: IncidentState) -> Things:
    """Feeders that it is about, stations where it is about none; where no equipment is known those of who called."""
    graph = model.graph
    things = found(graph, (*state.faulty, *state.tripped))
    callers = () if things else reported_out(model, state)
    places = [place for thing in things for place in (feeders_about(graph, [thing]) or _stations(graph, thing))]
    return tuple(dict.fromkeys((*places, *(feeder for each in callers for feeder in _supplying(model, each)))))


def feeders_about(graph: Snapshot, things: Iterable[Thing]) -> list[Thing]:
    """Feeders that things lie on, start at, or are, as recorded; each once, in their order."""
    starting = (at for thing in things for at in (thing, *graph.sources(thing, RelationshipKind.STARTS_AT)))
    holders = (at for each in starting for at in _holders(graph, each))
    return list(dict.fromkeys(each for each in holders if graph.kind(each) is EntityKind.FEEDER))


def _holders(graph: Snapshot, thing: Thing) -> Iterator[Thing]:
    """A thing, and what holds it: of what lies in a station on a feeder that feeder, too."""
    seen = [thing]
    for each in seen:
        yield each
        if each == thing or graph.kind(each) in _HOLDING:
            seen += [up for up in graph.targets(each, RelationshipKind.CONTAINED_IN) if up not in seen]


def _stations(graph: Snapshot, thing: Thing) -> list[Thing]:
    return [each for each in _holders(graph, thing) if graph.kind(each) is EntityKind.SUBSTATION]


def _supplying(model: ReadModel, caller: Thing) -> Iterator[Thing]:
    """Feeders that a caller hangs on: now, else by the ledger; a public area those that feed it or hold it."""
    graph = model.graph
    points = graph.targets(caller, RelationshipKind.HAS_RECEIVING_POINT)
    supplies: list[Thing] = [supply for point in points for supply in graph.targets(point, RelationshipKind.FED_BY)]
    for each in supplies or [caller]:
        ledger = graph.targets(each, RelationshipKind.FROM_FEEDER)
        yield from model.topology.feeders(each) or ledger or feeders_about(graph, [each])
