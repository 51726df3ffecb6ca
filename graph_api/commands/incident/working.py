"""Working an incident (处置): work orders, calls, notes and who leads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from graph_api.commands.checks import Checks
from graph_api.commands.command import Command
from graph_api.commands.incident.acting import NOTE, ActOnIncident, Said, things_of
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.contents import Called, HandedOver, HandOverSigned, Noted, WorkOrderMoved
from graph_api.services.incident.records import STATES
from graph_api.services.incident.state import IncidentState
from graph_api.services.incident.trucks import unfit_reasons
from schema.entity import Label, ThingId
from schema.incident_terms import CallOutcome, WorkOrderState
from schema.people import Person
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.words import say

TEAM = Label("班组", "承担的班组。 Id of the team that does it.")
PERSON = Label("人员", "承担的人员。 Id of the person who does it.")
VEHICLE = Label("车辆", "派出的车辆，如发电车。 Id of the vehicle that is taken there, as a generator truck.")
STATE = Label("状态", "到达的状态，不得回退。 State that it has reached; none goes back.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SendWorkOrder(ActOnIncident):
    """派发工单: 向班组派发工单。 Work is given to a crew."""

    does: ClassVar = Label("派发工单", "向班组或人员派发工单。 Give work to a team or person.")
    takes: ClassVar = Label("输入", "做什么、在何处、由谁。 What is to be done, where, by whom.")

    task: Annotated[str, Label("任务", "最多 100 个字符。 What is to be done, at most 100 characters.")]
    things: Annotated[tuple[ThingId, ...], Label("地点", "工作所在的对象。 Ids of where it is to be done.")] = ()
    team: Annotated[ThingId | None, TEAM] = None
    person: Annotated[ThingId | None, PERSON] = None
    vehicle: Annotated[ThingId | None, VEHICLE] = None
    even_if_unfit: Annotated[
        bool,
        Label(
            "仍要派车",
            "车辆与所列接入点不匹配或已另有任务时仍派出，须在说明中写明原因。 Although the vehicle does not fit the "
            "access point named, or is at work elsewhere; say why in `note`.",
        ),
    ] = False
    state: Annotated[WorkOrderState, STATE] = WorkOrderState.DISPATCHED

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:  # noqa: ARG002
        """The work order, with the next number."""
        checks.public("task", self.task)
        _doers(checks, self.team, self.person)
        if self.team is None and self.person is None:
            checks.refuse("team", say("Nobody is to do it. Send `team`, `person` or both."))
        things = things_of(checks, "things", self.things, say("where it is"))
        vehicle = _vehicle(checks, self.vehicle)
        if vehicle is not None and not checks.problems:
            self._check_fit(model, checks, vehicle, things, exercise=state.opened.exercise)
        content = WorkOrderMoved(
            work_order=state.last_work_order + 1,
            state=self.state,
            task=self.task.strip(),
            team=self.team,
            person=self.person,
            vehicle=self.vehicle,
        )
        return Said(content=content, things=things, note=self.note)

    def _check_fit(
        self, model: ReadModel, checks: Checks, vehicle: int, things: Sequence[str], *, exercise: bool
    ) -> None:
        """It is free, and fits the access points (of the customers) that are named, unless it is sent all the same."""
        against = unfit_reasons(model, vehicle, things, exercise=exercise)
        if against and not self.even_if_unfit:
            checks.refuse("vehicle", say("{thing}: {why}.", thing=checks.called(vehicle), why=against))
        elif against and not (self.note or "").strip():
            checks.refuse("note", say("Say why it is sent although it does not fit: {why}.", why=against))


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateWorkOrder(ActOnIncident):
    """工单反馈: 登记工单进展。 A work order goes on."""

    does: ClassVar = Label("工单反馈", "登记工单的进展。 Record how far a work order is.")
    takes: ClassVar = Label("输入", "哪张工单到了哪一步。 Which work order, and how far it is.")

    work_order: Annotated[int, Label("工单号", "事件内的工单号，自 1 起。 Number in its incident, from 1.")]
    state: Annotated[WorkOrderState, STATE]
    team: Annotated[ThingId | None, TEAM] = None
    person: Annotated[ThingId | None, PERSON] = None
    vehicle: Annotated[ThingId | None, VEHICLE] = None

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:  # noqa: ARG002
        """How far it is; a state that lies before one that it has reached is refused."""
        order = next((each for each in state.work_orders if each.number == self.work_order), None)
        _doers(checks, self.team, self.person)
        _vehicle(checks, self.vehicle)
        if order is None:
            known = ", ".join(str(each.number) for each in state.work_orders) or "0"
            checks.refuse("workOrder", say("No work order has this number. Work orders: {known}.", known=known))
            return None
        if STATES.index(self.state) <= STATES.index(order.state):
            checks.refuse(
                "state",
                say("It is {state} already: send a later state, or a new work order.", state=order.state.value),
            )
        elif self.at is not None and order.times and self.at < order.times[-1][1]:
            last = order.times[-1][1].isoformat(timespec="seconds")
            checks.refuse("at", say("It reached its last state at {last}; send a later time.", last=last))
        content = WorkOrderMoved(
            work_order=self.work_order,
            state=self.state,
            team=self.team,
            person=self.person,
            vehicle=self.vehicle,
        )
        return Said(content=content, note=self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCall(ActOnIncident):
    """登记联系: 登记一次联系。 Somebody was called."""

    does: ClassVar = Label("登记联系", "登记一次电话联系及结果。 Record a call, and what came of it.")
    takes: ClassVar = Label("输入", "联系了谁、结果如何。 Whom, and with what outcome.")

    person: Annotated[ThingId, Label("被联系人", "被联系的人员。 Id of the person who was called.")]
    contact: Annotated[ThingId | None, Label("号码", "所拨号码的标识。 Id of the contact that was dialled.")] = None
    outcome: Annotated[CallOutcome, Label("结果", "联系结果。 What came of it.")]

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:  # noqa: ARG002
        """The call."""
        checks.of_kind("person", self.person, EntityKind.PERSON, say("the person"))
        if self.contact is not None:
            self._check_contact(model, checks, self.contact)
        content = Called(person=self.person, contact=self.contact, outcome=self.outcome)
        return Said(content=content, things=(self.person,), note=self.note)

    def _check_contact(self, model: ReadModel, checks: Checks, contact: str) -> None:
        """The number must be the person's own, or of a team or organisation that the person is of."""
        graph = model.graph
        number = checks.of_kind("contact", contact, EntityKind.CONTACT, say("the number"))
        person = graph.find(self.person)
        if number is None or person is None:
            return
        reached = {person, *graph.targets(person, RelationshipKind.MEMBER_OF)}
        if reached.isdisjoint(graph.sources(number, RelationshipKind.HAS_CONTACT)):
            checks.refuse("contact", say("This is the number of somebody else. Send one of this person's, or none."))


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(ActOnIncident):
    """记事: 登记其他情况。 What else is to be known."""

    does: ClassVar = Label("记事", "登记其他情况。 Record what else is to be known.")
    takes: ClassVar = Label("输入", "内容。 The words.")
    on_closed: ClassVar = None

    note: Annotated[str, NOTE]
    things: Annotated[tuple[ThingId, ...], Label("对象", "所涉及的对象。 Ids of what it speaks of.")] = ()

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:  # noqa: ARG002
        """The words."""
        return Said(content=Noted(), things=things_of(checks, "things", self.things, say("the thing")), note=self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(ActOnIncident):
    """交接班: 移交处置。 Another one leads it."""

    does: ClassVar = Label("交接班", "将处置移交给另一人。 Another person leads the incident from then on.")
    takes: ClassVar = Label("输入", "移交给谁。 To whom.")

    to: Annotated[ThingId, Label("接班人", "接班的人员。 Id of the person who takes over.")]

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:  # noqa: ARG002
        """Who takes over."""
        index = checks.of_kind("to", self.to, EntityKind.PERSON, say("the person"))
        if index is not None and not model.graph.get(Person, index).active:
            checks.refuse("to", say("{thing} has left. Send somebody who is active.", thing=checks.called(index)))
        if self.to == state.commander:
            checks.refuse("to", say("This person leads it already."))
        return Said(content=HandedOver(to=self.to), things=(self.to,), note=self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignHandOver(ActOnIncident):
    """接班签字: 接班人签字确认交接单。 Whoever took over signs for it."""

    does: ClassVar = Label(
        "接班签字", "接班人签字，确认已阅交接单并接班。 Whoever took over signs for the hand-over sheet."
    )
    takes: ClassVar = Label("输入", "哪个事件、由谁签字。 Which incident, and who signs.")

    person: Annotated[ThingId, Label("接班人", "签字的人员，须为接班人。 Who signs: whoever it was handed over to.")]

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:  # noqa: ARG002
        """The signature."""
        index = checks.of_kind("person", self.person, EntityKind.PERSON, say("the person"))
        if state.unsigned is None:
            checks.refuse("incident", say("No hand-over of it waits for a signature."))
            return None
        if index is not None and model.graph.id(index) != state.commander:
            known = model.graph.find(state.commander or "")
            name = state.commander if known is None else checks.called(known)
            checks.refuse("person", say("It was handed over to {name}, who signs.", name=name))
        content = HandOverSigned(entry=state.unsigned, person=self.person)
        return Said(content=content, things=(self.person,), note=self.note)


def _vehicle(checks: Checks, vehicle: str | None) -> int | None:
    if vehicle is None:
        return None
    return checks.of_kind("vehicle", vehicle, EntityKind.VEHICLE, say("the vehicle"))


def _doers(checks: Checks, team: str | None, person: str | None) -> None:
    if team is not None:
        checks.of_kind("team", team, EntityKind.TEAM, say("the team"))
    if person is not None:
        checks.of_kind("person", person, EntityKind.PERSON, say("the person"))


WORKING: tuple[type[Command], ...] = (SendWorkOrder, UpdateWorkOrder, RecordCall, AddNote, HandOver, SignHandOver)
