"""Check lists (处置程序清单): procedures of customers' plans that run, and what became of each step.

    LOST procedure started 02:20 ── step 1 done 02:22 · step 2 skipped 02:30 (genset is out) · step 3 due 02:35

A customer has one that runs: starting another (the state has changed) ends the one before; what was done stays.
"""  # fmt: skip

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing
from graph_api.services.incident.runs import Procedure, StepTaking
from graph_api.services.incident.state import IncidentState
from schema import plan
from schema.incident_terms import StepOutcome
from schema.relationships import RelationshipKind


@dataclass(frozen=True)
class StepView:
    """A step of a check list."""

    model: ReadModel = field(repr=False)
    step: Thing
    due_at: datetime | None
    """None = no time limit is recorded."""
    taking: StepTaking | None
    at: datetime

    @property
    def outcome(self) -> StepOutcome | None:
        """What became of it; None = nothing yet."""
        return None if self.taking is None else self.taking.outcome

    @property
    def taken_at(self) -> datetime | None:
        """When."""
        return None if self.taking is None else self.taking.at

    @property
    def by(self) -> str | None:
        """Who says so."""
        return None if self.taking is None else self.taking.by

    @property
    def reason(self) -> str | None:
        """What was said with it; of a skipped one, why."""
        return None if self.taking is None else self.taking.note

    @property
    def late(self) -> bool:
        """Whether it was, or still is, over its time limit."""
        return self.due_at is not None and (self.taken_at or self.at) > self.due_at


@dataclass(frozen=True)
class ChecklistView:
    """A procedure that was started for a customer."""

    model: ReadModel = field(repr=False)
    run: Procedure
    runs: bool
    """Whether it is the customer's last one."""
    at: datetime

    @property
    def customer(self) -> Thing | None:
        """The customer; None if it is gone."""
        return self.model.graph.find(self.run.customer)

    @property
    def procedure(self) -> Thing | None:
        """The procedure; None if the plan was replaced since."""
        return self.model.graph.find(self.run.procedure)

    @property
    def started_at(self) -> datetime:
        """From when its time limits run."""
        return self.run.started_at

    @property
    def started_by(self) -> str:
        """Who started it."""
        return self.run.started_by

    @property
    def steps(self) -> list[StepView]:
        """Its steps, in their order."""
        index = self.procedure
        if index is None:
            return []
        graph = self.model.graph
        steps = [(graph.get(plan.ProcedureStep, at), at) for at in graph.targets(index, RelationshipKind.HAS_STEP)]
        return [self._step(step, at) for step, at in sorted(steps, key=lambda pair: pair[0].order)]

    @property
    def open_count(self) -> int:
        """Steps of which nothing was said yet."""
        return sum(each.taking is None for each in self.steps) if self.runs else 0

    def _step(self, step: plan.ProcedureStep, index: int) -> StepView:
        limit = step.time_limit_s
        due = None if limit is None else self.started_at + timedelta(seconds=limit)
        return StepView(self.model, index, due, self.run.steps.get(step.id), self.at)


def checklists_of(model: ReadModel, state: IncidentState, at: datetime) -> list[ChecklistView]:
    """The check lists of an incident, in the order in which they were started."""
    last = {each.customer: place for place, each in enumerate(state.procedures)}
    return [
        ChecklistView(model, each, last[each.customer] == place and state.is_open, at)
        for place, each in enumerate(state.procedures)
    ]
