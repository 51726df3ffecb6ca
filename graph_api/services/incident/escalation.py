"""Escalation (升级通知): who is told when nobody has acknowledged an incident for so long, by rules that are data.

    opened 02:13 · level III · nobody has acknowledged it ── rule "5 min, III, site commander" ──▶ 02:18 told: 严世丽

An incident waits to be acknowledged from when it was opened, opened again or raised to a graver level, by the time at
which that was recorded. A rule tells once for each such wait.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing, Things
from graph_api.services.duty.doers import held_by
from graph_api.services.duty.responsibility import Responsibilities
from graph_api.services.duty.roster import Roster
from graph_api.services.incident.notices import is_graver
from graph_api.services.incident.room import found
from graph_api.services.incident.state import IncidentState
from schema.commitment import EscalationRule
from schema.customer import Customer
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import DutyState, Importance, ResponsibilityRole

RULES: Final = Derivation[None, tuple[tuple[int, EscalationRule], ...]]("escalation rules", most=1)
_MOST_CUSTOMERS = 50
"""Affected customers, in the order of need, by whom the holder of a role is looked for after the equipment."""
_CLASSES = tuple(Importance)
"""The gravest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A rule that has not told yet, and when it does."""

    rule: Thing
    rule_id: str
    since: datetime
    due_at: datetime


def waiting(model: ReadModel, state: IncidentState) -> list[Waiting]:
    """Rules that still have to tell somebody of an incident, the soonest first; [] once somebody has acknowledged it,
    or it is closed."""
    since = state.unacknowledged_since
    if since is None or not state.is_open:
        return []
    told = {each.said.rule for each in state.escalations if each.said.since == since}
    found = [
        Waiting(rule=index, rule_id=rule.id, since=since, due_at=since + timedelta(minutes=rule.after_min))
        for index, rule in model.memo.recall(RULES, None, lambda: _rules(model.graph))
        if rule.id not in told and _applies(model, rule, state)
    ]
    return sorted(found, key=lambda each: (each.due_at, each.rule_id))


def people_of(model: ReadModel, rule: Thing, state: IncidentState, at: datetime) -> Things:
    """Whom a rule tells at a moment: its people who are not on leave, who of its teams is on duty, who holds its role
    for what the incident is about; each once. () where nobody is found."""
    graph = model.graph
    told = list(_named(graph, rule, at))
    role = graph.get(EscalationRule, rule).role
    if role is not None:
        told += _holding(model, role, state, at)
    return tuple(dict.fromkeys(told))


def _rules(graph: Snapshot) -> tuple[tuple[int, EscalationRule], ...]:
    return tuple((index, graph.get(EscalationRule, index)) for index in graph.of_kind(EntityKind.ESCALATION_RULE))


def _applies(model: ReadModel, rule: EscalationRule, state: IncidentState) -> bool:
    if rule.level is not None and (state.level is None or is_graver(rule.level, state.level)):
        return False
    return rule.importance is None or _gravest(model, state) <= _CLASSES.index(rule.importance)


def _gravest(model: ReadModel, state: IncidentState) -> int:
    """Place of the gravest class of the customers that it affects, as it was last worked out."""
    graph = model.graph
    hit = () if state.affected is None else state.affected.customers
    customers = (at for at in found(graph, (each.customer for each in hit)) if graph.kind(at) is EntityKind.CUSTOMER)
    return min((_CLASSES.index(graph.get(Customer, at).importance) for at in customers), default=len(_CLASSES))


def _named(graph: Snapshot, rule: Thing, at: datetime) -> Iterator[Thing]:
    roster = Roster(graph, at)
    for each in graph.targets(rule, RelationshipKind.ESCALATES_TO):
        if graph.kind(each) is EntityKind.PERSON:
            holders = [holder] if (holder := roster.person(each)) is not None else []
        else:
            holders = [*roster.team(each)]
        yield from (each.person for each in holders if each.person is not None and each.duty is not DutyState.LEAVE)


def _holding(model: ReadModel, role: ResponsibilityRole, state: IncidentState, at: datetime) -> Iterator[Thing]:
    """Who holds a role for the first thing of the incident for which anybody does, and the deputy."""
    graph, hit = model.graph, () if state.affected is None else state.affected.customers
    equipment = found(graph, (*state.faulty, *state.tripped))
    feeders = [feeder for each in equipment for feeder in graph.sources(each, RelationshipKind.STARTS_AT)]
    customers = found(graph, (each.customer for each in hit[:_MOST_CUSTOMERS]))
    concerned = (*equipment, *feeders, *customers)
    if not concerned:
        return
    answer = held_by(Responsibilities(model, at), role, concerned)
    rows = [answer.first, *([answer.deputy] if answer.deputy is not None else [])]
    yield from (row.person for row in rows if row.person is not None)
