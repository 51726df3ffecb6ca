"""Acts (操作归属): what was operated while an incident is worked on, for it and for others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.positions import last_report, openings
from graph_api.services.incident.records import Operation
from graph_api.services.incident.room import incidents
from graph_api.services.incident.state import IncidentState
from graph_api.services.outage.event import Act, Acts
from schema.positions import microseconds
from schema.registry import POSITIONED, SWITCHES, EntityKind

REAL: Final = Derivation[None, tuple[IncidentState, ...]](
    "real incidents", most=1, depends_on=frozenset({EntityKind.INCIDENT, EntityKind.TIMELINE_ENTRY})
)


def acts_of(model: ReadModel, state: IncidentState) -> Acts | None:
    """Its own operations and trips, and those of other real incidents that were worked on since its loss; None of an
    exercise, for which nothing is operated."""
    if state.opened.exercise:
        return None
    own = frozenset(_of(model, state))
    others = (each for each in _real(model) if not _is(each, state))
    meanwhile = (each for each in others if each.closed_at is None or each.closed_at > state.since)
    return Acts(own=own, others=frozenset(act for each in meanwhile for act in _of(model, each)) - own)


def together(every: Iterable[Acts]) -> Acts:
    """Those of several incidents that are worked on as one."""
    known = list(every)
    own = frozenset(act for each in known for act in each.own)
    return Acts(own=own, others=frozenset(act for each in known for act in each.others) - own)


def _real(model: ReadModel) -> tuple[IncidentState, ...]:
    every = (each.state for each in incidents(model) if each.state is not None)
    return model.memo.recall(REAL, None, lambda: tuple(each for each in every if not each.opened.exercise))


def _is(one: IncidentState, other: IncidentState) -> bool:
    """Whether two states are of one incident, at whatever moments."""
    return one.opened == other.opened and one.opened_at == other.opened_at


def _of(model: ReadModel, state: IncidentState) -> Iterator[Act]:
    yield from _operated(model, state.acts)
    for id in state.tripped:
        at = model.graph.find(id)
        if at is not None and model.graph.kind(at) in SWITCHES:
            yield from ((at, moment) for moment in openings(model.graph, at, model.graph.changed_at))


def _operated(model: ReadModel, operations: Iterable[Operation]) -> Iterator[Act]:
    """Each with the time of its report: the one that was recorded with it, else the last one until then."""
    graph = model.graph
    for each in operations:
        at = graph.find(each.switch)
        if at is None or graph.kind(at) not in POSITIONED:
            continue
        recorded, moment = microseconds(each.recorded_at), microseconds(each.at)
        with_it = [one for one in graph.reports.of_switch(each.switch) if one.recorded_us == recorded]
        report = max(with_it, key=lambda one: one.at_us == moment, default=None) or last_report(graph, at, each.at)
        yield from [] if report is None else [(at, report.at)]
