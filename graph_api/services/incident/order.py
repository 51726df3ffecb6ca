"""Order of incidents (事件排序): by harm, not by time of entry."""

from __future__ import annotations

from dataclasses import dataclass

from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.harm import harm_of
from graph_api.services.incident.room import Told, incidents

_NEVER = 2**53

SortKey = tuple[str | float | int | bool, ...]
"""As lists of the API are paged by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFilter:
    """Which incidents; what is None does not matter."""

    is_open: bool | None = None
    exercise: bool | None = None


def ranked(model: ReadModel, chosen: IncidentFilter) -> list[tuple[SortKey, int]]:
    """Incidents with their sort keys: open ones first; then by the next deadline of a load that is unfed, special and
    first class that are out, customers out (by a call, too), the oldest first; closed ones the latest first."""
    found = [(_key(model, each), each.incident) for each in incidents(model) if _passes(each, chosen)]
    return sorted(found)


def _passes(each: Told, chosen: IncidentFilter) -> bool:
    if each.state is None:
        return chosen.is_open is None and chosen.exercise is None
    state = each.state
    return chosen.is_open in (None, state.is_open) and chosen.exercise in (None, state.opened.exercise)


def _key(model: ReadModel, each: Told) -> SortKey:
    state, id = each.state, model.graph.id(each.incident)
    if state is None:
        return 2, 0, 0, 0, 0, id
    if state.closed_at is not None:
        return 1, 0, 0, 0, -int(state.closed_at.timestamp()), id
    harm = harm_of(model, each.incident, state)
    deadline = int(harm.deadlines[0].at.timestamp()) if harm.deadlines else _NEVER
    out = harm.out_count + harm.reported_count
    return 0, deadline, -harm.grave_count, -out, int(state.opened_at.timestamp()), id
