"""Terms (有效期): between which times who holds what stays as it is, and what was looked up for such an interval.

Who is on duty and who answers depends on time by the beginnings and ends of shifts and assignments alone. Between two
of them all answers are one: they are looked up once, for all requests, and kept over commits that touch no people.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.duty.roster import Known
from schema.people import Assignment, Shift
from schema.registry import EntityKind

PEOPLE: Final = frozenset(
    {
        EntityKind.PERSON,
        EntityKind.TEAM,
        EntityKind.SHIFT,
        EntityKind.ASSIGNMENT,
        EntityKind.CONTACT,
        EntityKind.ORGANISATION,
    }
)
"""What rosters and assignments are read of."""


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """What was looked up for one interval."""

    known: Known = field(default_factory=Known)
    covering: dict[tuple[int, int], tuple[Any, ...]] = field(default_factory=dict)
    """Rows of `Responsibilities` for a thing (index), so far away."""


TERMS: Final = Derivation[None, list[datetime]]("when it changes who holds what", most=1, depends_on=PEOPLE)
BOOKS: Final = Derivation[int, Book]("who holds what in an interval", most=4, depends_on=PEOPLE)


def interval_of(model: ReadModel, at: datetime) -> int:
    """Number of the interval in which a time lies."""
    terms: list[datetime] = model.memo.recall(TERMS, None, lambda: sorted(set(_terms(model.graph))))
    return bisect_right(terms, at)


def book_of(model: ReadModel, interval: int) -> Book:
    """What was looked up for an interval so far, by whoever asked."""
    return model.memo.recall(BOOKS, interval, Book)


def _terms(graph: Snapshot) -> Iterator[datetime]:
    for index in graph.of_kind(EntityKind.SHIFT):
        shift = graph.decoded(index)
        if isinstance(shift, Shift):
            yield shift.start
            yield shift.end
    for index in graph.of_kind(EntityKind.ASSIGNMENT):
        held = graph.decoded(index)
        if isinstance(held, Assignment):
            yield from (each for each in (held.valid_from, held.valid_to) if each is not None)
