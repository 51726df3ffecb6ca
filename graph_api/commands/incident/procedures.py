"""Procedures (处置程序): a customer's plan becomes a check list, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from graph_api.commands.checks import Checks
from graph_api.commands.command import Command
from graph_api.commands.incident.acting import NOTE, ActOnIncident, Said
from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.affected import impact_of
from graph_api.services.incident.contents import ProcedureStarted, StepTaken
from graph_api.services.incident.state import IncidentState
from graph_api.services.outage.present import present_state
from graph_api.services.plans.procedures import procedure_for
from schema.entity import Label, ThingId
from schema.incident_terms import StepOutcome
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.words import say

CUSTOMER = Label("客户", "所属的客户。 Id of the customer.")
STEP = Label("处置步骤", "步骤的标识。 Id of the step.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StartProcedure(ActOnIncident):
    """启动处置程序: 按客户预案启动处置程序。 A procedure of a customer's plan becomes its check list."""

    does: ClassVar = Label(
        "启动处置程序",
        "按客户现行预案和目前供电状态启动处置程序；供电状态变化后再次启动的，已执行的步骤仍保留。 Start the procedure "
        "that the customer's plan has for its state now; started again for another state, what was done stays.",
    )
    takes: ClassVar = Label("输入", "哪个客户，或其中哪个程序。 Which customer; which procedure, if another one.")

    customer: Annotated[ThingId, CUSTOMER]
    procedure: Annotated[
        ThingId | None,
        Label("处置程序", "空值为适用于目前供电状态的程序。 Id of the procedure; null = the one for its state now."),
    ] = None

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:
        """Which procedure."""
        customer = checks.of_kind("customer", self.customer, EntityKind.CUSTOMER, say("the customer"))
        if customer is None:
            return None
        found = self._named(checks) if self.procedure is not None else _for_now(model, customer, state, at)
        if found is None:
            if self.procedure is None:
                none = say("{thing} has no approved procedure for its state now.", thing=checks.called(customer))
                checks.refuse("customer", none)
            return None
        ids = model.graph.id(customer), model.graph.id(found)
        return Said(content=ProcedureStarted(customer=ids[0], procedure=ids[1]), things=ids, note=self.note)

    def _named(self, checks: Checks) -> int | None:
        return checks.of_kind("procedure", self.procedure or "", EntityKind.PROCEDURE, say("the procedure"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteStep(ActOnIncident):
    """完成步骤: 登记处置步骤已执行。 A step of the check list was done."""

    does: ClassVar = Label("完成步骤", "登记处置步骤已执行。 A step of the customer's check list was done.")
    takes: ClassVar = Label("输入", "哪个客户的哪一步。 Which step, of which customer.")

    customer: Annotated[ThingId, CUSTOMER]
    step: Annotated[ThingId, STEP]

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:  # noqa: ARG002
        """That it was done."""
        return _taken(self, model, checks, state, StepOutcome.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipStep(ActOnIncident):
    """不执行步骤: 登记处置步骤不执行及原因。 A step of the check list is not done, with the reason."""

    does: ClassVar = Label("不执行步骤", "登记处置步骤不执行，须说明原因。 A step is not done; say why in `note`.")
    takes: ClassVar = Label("输入", "哪个客户的哪一步、为何。 Which step, of which customer, and why.")

    customer: Annotated[ThingId, CUSTOMER]
    step: Annotated[ThingId, STEP]
    note: Annotated[str, NOTE]

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:  # noqa: ARG002
        """That it is not."""
        return _taken(self, model, checks, state, StepOutcome.SKIPPED)


def _taken(
    asked: CompleteStep | SkipStep, model: ReadModel, checks: Checks, state: IncidentState, outcome: StepOutcome
) -> Said | None:
    customer = checks.of_kind("customer", asked.customer, EntityKind.CUSTOMER, say("the customer"))
    step = checks.of_kind("step", asked.step, EntityKind.PROCEDURE_STEP, say("the step"))
    if customer is None or step is None:
        return None
    graph = model.graph
    runs = [each.procedure for each in state.procedures if each.customer == graph.id(customer)]
    procedures = {graph.id(at) for at in graph.sources(step, RelationshipKind.HAS_STEP)}
    if not runs or runs[-1] not in procedures:
        checks.refuse("step", say("It is no step of the procedure that runs for this customer."))
        return None
    ids = graph.id(customer), graph.id(step)
    content = StepTaken(customer=ids[0], step=ids[1], outcome=outcome)
    return Said(content=content, things=ids, note=asked.note)


def _for_now(model: ReadModel, customer: int, state: IncidentState, at: datetime) -> int | None:
    """The procedure that the customer's plan has for how the incident has left it, else for how it stands."""
    try:
        impact = impact_of(model, state, at)
    except InvalidInput:
        impact = None
    if impact is not None and any(each == customer for _, each in impact.customers()):
        return impact.affected(customer).procedure
    return procedure_for(model.graph, customer, present_state(model, customer).state)


PROCEDURES: tuple[type[Command], ...] = (StartProcedure, CompleteStep, SkipStep)
