"""Readiness (应急准备): what plans and people of customers lack before anything happens.

    plan ─ step "检查发电机自启动" ─ acts on ─ genset, out of service      the step is contradicted by what is there
"""  # fmt: skip

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing
from graph_api.services.duty.responsibility import Responsibilities
from graph_api.services.outage.back_feed import BackFeed, back_feeds
from graph_api.services.plans.procedures import current_version, only_drafts
from graph_api.services.readiness.finding_kinds import FindingKind
from schema.customer import EmergencySource
from schema.entity import Entity
from schema.grid import ConductingEquipment
from schema.plan import PlanVersion, Procedure, ProcedureStep
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.requirements import LISTED
from schema.vocabulary import (
    EmergencySourceType,
    GapReason,
    Importance,
    ResponsibilityRole,
    SupplyState,
    Term,
)
from schema.words import Labels, Sentence, say

DRILL_EVERY = timedelta(days=183)
"""Longest time between drills of an important customer's plan (K)."""
_ORDER = tuple(FindingKind)
_STATES = tuple(SupplyState)
_MOST_STEPS = 1000
STARTS = re.compile(r"(?<!自)启动|\bstart\b", re.IGNORECASE)
"""Words of a step that has something started; 自启动 is what starts by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not ready. Numbers are snapshot indexes.

    `thing` is what it is about (step, version, or the customer itself), `acts_on` what a
    contradicted step counts on, `state` what a missing procedure is for, `role` the role of a gap, `place` where a
    step stands in its plan.
    """

    kind: FindingKind
    customer: Thing
    thing: Thing
    sentence: Sentence
    acts_on: Thing | None = None
    state: SupplyState | None = None
    role: ResponsibilityRole | None = None
    place: int = 0


def key_of(graph: Snapshot, finding: Finding) -> str:
    """A key that the same finding has at every revision."""
    ends = (each for each in (finding.thing, finding.acts_on) if each is not None)
    codes = (each.value for each in (finding.state, finding.role) if each is not None)
    return " ".join([finding.kind.value, graph.id(finding.customer), *map(graph.id, ends), *codes])


def sort_key(model: ReadModel, finding: Finding) -> tuple[int, int, int, str]:
    """The most important customer first, then by kind, then in the plan's order."""
    rank = int(model.customers.accounts.facts.rank[finding.customer])
    return rank, _ORDER.index(finding.kind), finding.place, key_of(model.graph, finding)


def findings(
    model: ReadModel,
    at: datetime,
    *,
    kinds: Collection[FindingKind] | None = None,
    importance: Collection[Importance] | None = None,
    customers: Collection[int] | None = None,
) -> list[Finding]:
    """What is not ready at a time, in order of `sort_key`. Days are those of this machine's time zone.

    Raises InvalidInput for what is no customer.
    """
    wanted = frozenset(FindingKind) if kinds is None else frozenset(kinds)
    facts, graph = model.customers.accounts.facts, model.graph
    for index in customers or ():
        if graph.kind(index) is not EntityKind.CUSTOMER:
            raise InvalidInput(say("{id} is no customer; name customers.", id=graph.id(index)), id=graph.id(index))
    classes = tuple(Importance)
    asked = graph.of_kind(EntityKind.CUSTOMER) if customers is None else customers
    chosen = [each for each in asked if importance is None or classes[facts.importance[each]] in importance]
    look = _Look(model, at, wanted)
    found = [each for customer in chosen for each in look.at(customer, classes[facts.importance[customer]])]
    return sorted(found, key=lambda each: sort_key(model, each))


class _Look:
    """Looks at one customer after the other."""

    def __init__(self, model: ReadModel, at: datetime, wanted: frozenset[FindingKind]) -> None:
        self._model = model
        self._graph = model.graph
        self._today = at.astimezone().date()
        self._wanted = wanted
        self._people = Responsibilities(model, at)
        self._joined: dict[int, list[BackFeed]] = {}
        for each in back_feeds(model) if FindingKind.BACK_FEED in wanted else ():
            self._joined.setdefault(each.customer, []).append(each)

    def at(self, customer: int, importance: Importance) -> Iterator[Finding]:
        """What is not ready at a customer."""
        listed = importance in LISTED
        yield from (each for each in self._plan(customer, listed=listed) if each.kind in self._wanted)
        yield from self._back_feeds(customer)
        if listed and FindingKind.ROLE_GAP in self._wanted:
            yield from self._gaps(customer)

    def _plan(self, customer: int, *, listed: bool) -> Iterator[Finding]:
        graph = self._graph
        versions = [current_version(graph, plan) for plan in graph.sources(customer, RelationshipKind.PLAN_FOR)]
        approved = [version for version in versions if version is not None]
        if listed and not approved:
            draft = only_drafts(graph, customer)
            why = say("Its plan is only a draft: nobody has approved it.") if draft else say("It has no plan.")
            yield _found(FindingKind.PLAN_MISSING, customer, customer, why)
        for version in approved:
            yield from self._dates(customer, version, listed=listed)
            yield from self._procedures(customer, version)

    def _dates(self, customer: int, at: int, *, listed: bool) -> Iterator[Finding]:
        version = self._graph.get(PlanVersion, at)
        if version.review_due is not None and version.review_due < self._today:
            why = say("Its plan was to be reviewed by {day}.", day=version.review_due.isoformat())
            yield _found(FindingKind.REVIEW_OVERDUE, customer, at, why)
        drilled = version.drilled_on
        if listed and (drilled is None or self._today - drilled > DRILL_EVERY):
            never = say("Its plan was never drilled.")
            why = never if drilled is None else say("Its plan was last drilled on {day}.", day=drilled.isoformat())
            yield _found(FindingKind.DRILL_OVERDUE, customer, at, why)

    def _procedures(self, customer: int, version: int) -> Iterator[Finding]:
        graph = self._graph
        procedures = graph.targets(version, RelationshipKind.HAS_PROCEDURE)
        has = {graph.get(Procedure, each).state for each in procedures}
        for state in self._states(customer):
            if state not in has:
                why = say("Its plan has no procedure for: {state}.", state=_worded(state))
                yield _found(FindingKind.PROCEDURE_MISSING, customer, version, why, state=state)
        for procedure in procedures:
            steps = graph.targets(procedure, RelationshipKind.HAS_STEP)
            for step in sorted(steps, key=lambda each: graph.get(ProcedureStep, each).order):
                yield from self._step(customer, procedure, step)

    def _states(self, customer: int) -> Iterator[SupplyState]:
        """States that the supplies in service allow: one supply is never degraded."""
        yield SupplyState.NORMAL
        points = self._model.customers.points_of(customer)
        if any(sum(supply.in_service for supply in point.supplies) > 1 for point in points):
            yield SupplyState.DEGRADED
        yield SupplyState.LOST

    def _step(self, customer: int, procedure: int, at: int) -> Iterator[Finding]:
        graph = self._graph
        step, name = graph.get(ProcedureStep, at), graph.name(procedure) or graph.id(procedure)
        place = _STATES.index(graph.get(Procedure, procedure).state) * _MOST_STEPS + step.order
        if step.role is None:
            why = say("{procedure}, step {order} names nobody to do it.", procedure=name, order=step.order)
            yield _found(FindingKind.STEP_INCOMPLETE, customer, at, why, place=place)
        for target in graph.targets(at, RelationshipKind.ACTS_ON):
            wrong = _contradiction(step, graph.entity(target))
            if wrong is None:
                continue
            why = say("{procedure}, step {order}: {wrong}", procedure=name, order=step.order, wrong=wrong)
            yield _found(FindingKind.STEP_CONTRADICTED, customer, at, why, acts_on=target, place=place)

    def _back_feeds(self, customer: int) -> Iterator[Finding]:
        graph = self._graph
        for each in self._joined.get(customer, ()):
            why = say(
                "{supplies} are joined by {switches}: report the opening, or record that they may run parallel.",
                supplies=", ".join(graph.name(at) or graph.id(at) for at in each.supplies),
                switches=", ".join(graph.name(at) or graph.id(at) for at in each.switches),
            )
            yield _found(FindingKind.BACK_FEED, customer, each.receiving_point, why)

    def _gaps(self, customer: int) -> Iterator[Finding]:
        for gap in self._people.of(customer).gaps:
            reason = gap.gap or GapReason.NOBODY
            why = say("{role}: {reason}.", role=_worded(gap.role), reason=_worded(reason))
            yield _found(FindingKind.ROLE_GAP, customer, customer, why, role=gap.role)


def _found(kind: FindingKind, customer: int, thing: int, sentence: Sentence, **more: Any) -> Finding:
    return Finding(kind=kind, customer=customer, thing=thing, sentence=sentence, **more)


def _contradiction(step: ProcedureStep, thing: Entity) -> Sentence | None:
    """Why a step cannot be done with what it acts on; None if nothing speaks against it."""
    name = thing.name or thing.id
    if isinstance(thing, EmergencySource | ConductingEquipment) and not thing.in_service:
        return say("{thing} is out of service.", thing=name)
    stores = isinstance(thing, EmergencySource) and thing.source_type is not EmergencySourceType.GENSET
    if stores and STARTS.search(step.text):
        return say("{thing} is never started: it carries on by itself.", thing=name)
    return None


def _worded(term: Term) -> Sentence:
    """A coded value within a sentence, in the sentence's language."""
    return Labels(term.en, term.zh)
