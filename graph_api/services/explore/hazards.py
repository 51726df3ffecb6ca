"""Hazards (隐患缺陷) that are open on what supply leads over: the equipment, and what carries or contains it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing, Things
from schema.record_terms import HazardGrade
from schema.records import Hazard
from schema.relationships import RelationshipKind

_AROUND = (RelationshipKind.CARRIED_BY, RelationshipKind.ROUTED_IN, RelationshipKind.CONTAINED_IN)
"""What a thing hangs on, lies in, or is a part of: a leak in a trench is one of every cable in it."""
_GRAVEST = {grade: place for place, grade in enumerate(reversed(HazardGrade))}


def open_hazards(graph: Snapshot, things: Iterable[Thing]) -> Things:
    """Hazards and defects on these things that nobody has put right: the gravest first, then the oldest."""
    near = dict.fromkeys(each for thing in things for each in _with_what_is_around(graph, thing))
    found = {each for thing in near for each in graph.sources(thing, RelationshipKind.HAZARD_OF)}
    still = (each for each in found if graph.get(Hazard, each).closed_on is None)
    return tuple(sorted(still, key=lambda each: _by_need(graph.get(Hazard, each))))


def _with_what_is_around(graph: Snapshot, thing: Thing) -> tuple[Thing, ...]:
    return (thing, *(each for kind in _AROUND for each in graph.targets(thing, kind)))


def _by_need(hazard: Hazard) -> tuple[int, date, str]:
    grade = len(_GRAVEST) if hazard.grade is None else _GRAVEST[hazard.grade]
    return grade, hazard.found_on or date.max, hazard.id
