"""Acknowledging (确认接收): somebody has taken an incident in hand, so that nobody else is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from graph_api.commands.checks import Checks
from graph_api.commands.incident.acting import ActOnIncident, Said
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.contents import Acknowledged
from graph_api.services.incident.state import IncidentState
from schema.entity import Label, ThingId
from schema.people import Person
from schema.registry import EntityKind
from schema.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeIncident(ActOnIncident):
    """确认接收: 已有人接手处置。 Somebody has taken it in hand."""

    does: ClassVar = Label(
        "确认接收",
        "确认已接手处置，不再升级通知；重新立案或提高响应级别后须再次确认。 It is taken in hand: nobody else is told, "
        "until it is opened again or raised to a graver level.",
    )
    takes: ClassVar = Label("输入", "哪个事件、由谁。 Which incident, and who.")
    earliest: ClassVar = timedelta(0)

    person: Annotated[
        ThingId | None,
        Label(
            "确认人",
            "接手的人员，须为指挥人或已被通知者；空值为记录人。 Who takes it in hand: its commander, or whoever "
            "was told; null = who says so.",
        ),
    ] = None

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:
        """That it is."""
        since = state.unacknowledged_since
        if since is None:
            told = "" if state.acknowledged_at is None else state.acknowledged_at.isoformat(timespec="seconds")
            checks.refuse("incident", say("It was acknowledged at {told}; nothing is left to be done.", told=told))
        elif self.at is not None and at < since:
            told = since.isoformat(timespec="seconds")
            checks.refuse("at", say("It waits to be acknowledged since {told} only; send a later time.", told=told))
        if self.person is not None:
            self._check_person(model, checks, state, self.person)
        things = () if self.person is None else (self.person,)
        return Said(content=Acknowledged(person=self.person), things=things, note=self.note)

    def _check_person(self, model: ReadModel, checks: Checks, state: IncidentState, person: str) -> None:
        """Whoever was not told cannot have taken it in hand by that: a wrong name must not stop the others."""
        index = checks.of_kind("person", person, EntityKind.PERSON, say("the person"))
        if index is None:
            return
        if not model.graph.get(Person, index).active:
            checks.refuse("person", say("{thing} has left. Send somebody who is active.", thing=checks.called(index)))
        told = {each for one in state.escalations for each in one.said.people}
        if model.graph.id(index) not in {state.commander, *told}:
            wrong = say(
                "{thing} was not told of it. Send whoever was ({told}), or none to acknowledge it in your own name.",
                thing=checks.called(index),
                told=", ".join(sorted(told)) or "0",
            )
            checks.refuse("person", wrong)
