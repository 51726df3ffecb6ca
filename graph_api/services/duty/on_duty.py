"""Teams on duty (当班班组): who works in each now, until when, and who comes then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing, Things
from graph_api.services.duty.terms import PEOPLE, interval_of
from graph_api.services.duty.watch import at_work, changes
from schema.registry import EntityKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamOnDuty:
    """Who of a team works now; `until` = when that changes, None = nothing later is rostered."""

    team: Thing
    on_duty: Things
    standby: Things
    until: datetime | None
    next_on_duty: Things
    """Who is on duty from then on; () = nobody."""


ON_DUTY: Final = Derivation[int, tuple[TeamOnDuty, ...]]("teams on duty", most=4, depends_on=PEOPLE)


def teams_on_duty(model: ReadModel, at: datetime) -> tuple[TeamOnDuty, ...]:
    """Every team that is rostered at a moment or later, by index."""
    return model.memo.recall(ON_DUTY, interval_of(model, at), lambda: tuple(_teams(model.graph, at)))


def _teams(graph: Snapshot, at: datetime) -> Iterator[TeamOnDuty]:
    for team in graph.of_kind(EntityKind.TEAM):
        now, later = at_work(graph, team, at), sorted({each for each in changes(graph, team) if each > at})
        then = ((each, at_work(graph, team, each)) for each in later)
        until, after = next(((each, who) for each, who in then if who != now), (None, ((), ())))
        if any(now) or until is not None:
            yield TeamOnDuty(team=team, on_duty=now[0], standby=now[1], until=until, next_on_duty=after[0])
