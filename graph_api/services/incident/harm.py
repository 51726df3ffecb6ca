"""Harm (危害): whom an incident has out by now, as it was worked out last, and by when their loads come to harm."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing, Things
from graph_api.services.incident.contents import Affected
from graph_api.services.incident.parts import is_out
from graph_api.services.incident.places import places_of
from graph_api.services.incident.reported import reported_out
from graph_api.services.incident.state import IncidentState
from graph_api.services.outage.summary import ImportanceCount
from schema.customer import Customer
from schema.registry import EntityKind
from schema.vocabulary import Importance


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When the most urgent load of a customer that is out comes to harm."""

    at: datetime
    customer: Thing


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """Whom an incident has out: by the grid, and by a call that nothing known explains. Deadlines ascend."""

    places: Things
    by_importance: tuple[ImportanceCount, ...]
    """Customers that are out, those who call counted in."""
    out_count: int
    """Customers whose loads the grid does not all feed."""
    back_count: int
    """Customers that are fed again as before."""
    reported_count: int
    """Customers and public areas that call beside these."""
    deadlines: tuple[Due, ...]

    @property
    def grave_count(self) -> int:
        """Customers of special and first class."""
        return sum(each.count for each in self.by_importance if each.importance in _GRAVE)

    def ahead(self, at: datetime) -> tuple[Due, ...]:
        """Deadlines that are not over at a moment."""
        return self.deadlines[bisect_left(self.deadlines, at, key=lambda each: each.at) :]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hits:
    """Whom an affected set has out: their classes, and their deadlines, ascending."""

    classes: Counter[Importance]
    out_count: int
    back_count: int
    deadlines: tuple[Due, ...]


_GRAVE = frozenset({Importance.SPECIAL, Importance.FIRST})
HARMS: Final = Derivation[int, Harm]("harm of incidents", most=512)
HITS: Final = Derivation[str, _Hits](
    "customers of affected sets", most=512, depends_on=frozenset({EntityKind.CUSTOMER})
)
"""By the digest of the set: most commits change none."""


def harm_of(model: ReadModel, incident: Thing, state: IncidentState) -> Harm:
    """What an incident has done by now; `state` is that of now."""
    return model.memo.recall(HARMS, incident, lambda: _harm(model, state))


def _harm(model: ReadModel, state: IncidentState) -> Harm:
    affected, callers = state.affected, reported_out(model, state)
    hits = None if affected is None else model.memo.recall(HITS, affected.digest, lambda: _hits(model.graph, affected))
    classes = Counter(_classes(model.graph, callers))
    classes += hits.classes if hits else Counter()
    return Harm(
        places=places_of(model, state),
        by_importance=tuple(ImportanceCount(each, classes[each]) for each in Importance if classes[each]),
        out_count=hits.out_count if hits else 0,
        back_count=hits.back_count if hits else 0,
        reported_count=len(callers),
        deadlines=hits.deadlines if hits else (),
    )


def _hits(graph: Snapshot, affected: Affected) -> _Hits:
    out = [(graph.find(each.customer), each.deadline) for each in affected.customers if is_out(each)]
    due = [Due(at=when, customer=at) for at, when in out if at is not None and when is not None]
    return _Hits(
        classes=Counter(_classes(graph, (at for at, _ in out if at is not None))),
        out_count=len(out),
        back_count=sum(each.back for each in affected.customers),
        deadlines=tuple(sorted(due, key=lambda each: (each.at, each.customer))),
    )


def _classes(graph: Snapshot, customers: Iterable[Thing]) -> Iterator[Importance]:
    for at in customers:
        if graph.kind(at) is EntityKind.CUSTOMER:
            yield graph.get(Customer, at).importance
