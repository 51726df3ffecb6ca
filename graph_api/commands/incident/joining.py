"""Joining (合并): two incidents turn out to be one, and are worked on as one from then on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from graph_api.commands.checks import Checks
from graph_api.commands.command import Command
from graph_api.commands.edits import Edit, Problems, joined
from graph_api.commands.incident.acting import ActOnIncident, Said, said_by, with_entries
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.contents import Joined
from graph_api.services.incident.joining import both
from graph_api.services.incident.room import told
from graph_api.services.incident.state import IncidentState
from schema.entity import Label, ThingId
from schema.incident import Incident
from schema.registry import EntityKind
from schema.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinIncident(ActOnIncident):
    """合并事件: 另一事件并入本事件。 Another incident is joined into this one."""

    does: ClassVar = Label(
        "合并事件",
        "将另一未结事件并入本事件：两条时间线合为一条，工单和信息全部保留，另一事件随之结束。 Another open incident is "
        "joined into this one: one timeline of both, with all work orders and reports; the other one ends.",
    )
    takes: ClassVar = Label("输入", "并入哪个事件、被并入的是哪个。 Which one stays, and which is joined into it.")

    other: Annotated[ThingId, Label("被并入事件", "被并入的应急事件。 Id of the incident that is joined into it.")]
    same_fault: Annotated[
        bool,
        Label(
            "同一故障",
            "两者为同一故障时为 true：以本事件确认的故障为准。 True if both are about one fault: what this one has "
            "confirmed holds for both.",
        ),
    ] = False

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:  # noqa: ARG002
        """What both come to."""
        index = checks.of_kind("other", self.other, EntityKind.INCIDENT, say("the other incident"))
        if index is None:
            return None
        id, other = model.graph.id(index), told(model, index).state
        if other is None or not other.is_open or id == model.graph.id(model.graph.index(self.incident)):
            checks.refuse("other", say("It is not open, or is the same incident. Send another open one."))
            return None
        self._check_kinds(checks, state, other)
        entries = told(model, model.graph.index(self.incident)).entries
        content = both(entries, state, id, other, same_fault=self.same_fault)
        return Said(content=content, things=(id,), note=self.note)

    def _check_kinds(self, checks: Checks, state: IncidentState, other: IncidentState) -> None:
        """Real with real, a fault with a fault; and what is confirmed of one alone does not hide the other's."""
        if state.opened.exercise is not other.opened.exercise:
            checks.refuse("other", say("One of them is an exercise: exercises and real incidents do not meet."))
        if state.opened.cause is not other.opened.cause:
            checks.refuse("other", say("One of them is planned work, the other a fault: they stay two incidents."))
        if not self.same_fault and (state.fault is None) is not (other.fault is None):
            wrong = say(
                "The fault of one of them alone is confirmed. Confirm that of the other one first, or send "
                "`sameFault` where both are about one fault."
            )
            checks.refuse("sameFault", wrong)
        if self.same_fault and state.fault is None and other.fault is not None:
            checks.refuse("sameFault", say("Only the other one's fault is confirmed: join this one into that."))

    def plan(self, model: ReadModel, now: datetime) -> Edit | Problems:
        """The entries of both, in one commit."""
        mine = super(JoinIncident, self).plan(model, now)
        if not isinstance(mine, Edit):
            return mine
        index = model.graph.index(self.other)
        at = said_by(Checks(model.graph), self.by, self.source, self.note, self.at, now)
        ends = Said(content=Joined(into=model.graph.id(model.graph.index(self.incident))), note=self.note)
        incident, author = model.graph.get(Incident, index), self._author(at, now)
        theirs = with_entries(model, incident, told(model, index), [ends], author, works_out=False)
        return joined(mine, theirs) if isinstance(theirs, Edit) else theirs


JOINING: tuple[type[Command], ...] = (JoinIncident,)
