"""Splitting (拆分): what was taken for one incident are two, and a part of it is worked on as another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar, Self

import msgspec

from graph_api.commands.checks import Checks
from graph_api.commands.command import Command
from graph_api.commands.edits import Edit, Problems, joined
from graph_api.commands.incident.acting import ActOnIncident, Author, Said, devices_of, things_of, with_entries
from graph_api.commands.incident.opening import OWN_ID, TITLE, new_incident
from graph_api.commands.minting import minted_id
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.contents import Acknowledged, Content, Entry, Opened, WorkOrderMoved
from graph_api.services.incident.room import Told, told
from graph_api.services.incident.splitting import (
    GivenBack,
    Part,
    confirmations,
    confirmed_of,
    escalations_of,
    given_back,
    said_again,
    without,
)
from graph_api.services.incident.state import IncidentState
from schema.entity import Label, ThingId
from schema.registry import EntityKind
from schema.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitIncident(ActOnIncident):
    """拆分事件: 将一部分另立为新事件。 A part of it becomes an incident of its own."""

    does: ClassVar = Label(
        "拆分事件",
        "将未结事件的一部分设备、故障信息、工单另立为新事件，两条时间线均予记录；合并即还原。 Equipment, reports "
        "and work orders of an open incident become another incident; both timelines tell it. Joined again they are "
        "one.",
    )
    takes: ClassVar = Label("输入", "拆出哪些内容、新事件的标题。 What goes, and what the new incident is about.")

    id: Annotated[ThingId | None, OWN_ID] = None
    title: Annotated[str, TITLE]
    equipment: Annotated[
        tuple[ThingId, ...], Label("设备", "随新事件的设备、故障设备。 Ids of equipment and faults of it that go.")
    ] = ()
    tripped: Annotated[tuple[ThingId, ...], Label("已跳闸", "随新事件的跳闸设备。 What tripped of it that goes.")] = ()
    stuck: Annotated[tuple[ThingId, ...], Label("拒动", "随新事件的拒动设备。 What failed to trip that goes.")] = ()
    evidence: Annotated[
        tuple[int, ...],
        Label("故障信息", "随新事件的故障信息，以记录序号表示。 Reports that go, by the orders of their entries."),
    ] = ()
    work_orders: Annotated[
        tuple[int, ...],
        Label("工单", "随新事件的工单，工单号不变。 Numbers of work orders that go; they keep them."),
    ] = ()
    checklists: Annotated[
        tuple[ThingId, ...],
        Label("处置程序", "其处置程序清单随新事件的客户。 Ids of customers whose check lists go."),
    ] = ()
    commander: Annotated[
        ThingId | None, Label("指挥人", "新事件的指挥人，空值为原指挥人。 Who leads it; null = who leads this one.")
    ] = None

    @property
    def subject(self) -> str:
        """The new incident; empty while its id is not minted."""
        return self.id or ""

    def settled(self, request_id: str) -> Self:
        """With an id."""
        return self if self.id is not None else replace(self, id=minted_id(request_id))

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:  # noqa: ARG002
        """What this one comes to without it."""
        part = self._part(checks, state)
        if checks.problems:
            return None
        content = without(state, self._entries(model), part, self.subject)
        if (state.faulty or state.tripped or state.reports) and not (
            content.equipment or content.tripped or content.fault or len(content.reports) < len(state.reports)
        ):
            checks.refuse(
                "incident", say("Nothing would be left of it. Leave what it is about: equipment or a report.")
            )
        return Said(content=content, things=(self.subject,), note=self.note)

    def _part(self, checks: Checks, state: IncidentState) -> Part:
        """What goes; all of it must be the incident's."""
        equipment = things_of(checks, "equipment", self.equipment, say("the equipment"))
        tripped, stuck = devices_of(checks, "tripped", self.tripped), devices_of(checks, "stuck", self.stuck)
        lists = things_of(checks, "checklists", self.checklists, say("the customer"))
        _are_of(checks, "equipment", equipment, (*state.equipment, *(state.fault or ())))
        _are_of(checks, "tripped", tripped, state.tripped)
        _are_of(checks, "stuck", stuck, state.stuck)
        _are_of(checks, "evidence", self.evidence, [each.entry for each in state.reports])
        _are_of(checks, "workOrders", self.work_orders, [each.number for each in state.work_orders])
        _are_of(checks, "checklists", lists, [each.customer for each in state.procedures])
        if not (equipment or tripped or self.evidence or self.work_orders):
            checks.refuse("equipment", say("Name what goes: equipment, what tripped, reports or work orders."))
        return Part(
            things=frozenset((*equipment, *tripped, *stuck)),
            reports=frozenset(self.evidence),
            work_orders=frozenset(self.work_orders),
            checklists=frozenset(lists),
        )

    def plan(self, model: ReadModel, now: datetime) -> Edit | Problems:
        """The entries of both, in one commit."""
        mine = super(SplitIncident, self).plan(model, now)
        if not isinstance(mine, Edit):
            return mine
        known = told(model, model.graph.index(self.incident))
        theirs = self._new(model, known, known.state, now) if known.state is not None else ()
        return joined(mine, theirs) if isinstance(theirs, Edit) else theirs

    def _entries(self, model: ReadModel) -> tuple[Entry, ...]:
        return told(model, model.graph.index(self.incident)).entries

    def _new(self, model: ReadModel, known: Told, state: IncidentState, now: datetime) -> Edit | Problems:
        """The new incident: its opening, and what is said again there."""
        checks = Checks(model.graph)
        incident = new_incident(model, checks, self.subject, self.title, now, exercise=state.opened.exercise)
        if self.commander is not None:
            checks.of_kind("commander", self.commander, EntityKind.PERSON, say("the person"))
        if incident is None or checks.problems:
            return checks.problems
        author, part = self._author(min(self.at or now, now), now), self._part(checks, state)
        back = given_back(state, known.entries, part)
        opened = Said(content=self._opened(model, state, part, back), note=self.note)
        said = [opened, *_again(known, state, part, author), *_taken_in_hand(known, state, back, author)]
        return with_entries(model, incident, None, said, author)

    def _opened(self, model: ReadModel, state: IncidentState, part: Part, back: GivenBack) -> Opened:
        known = (*state.equipment, *(state.fault or ()))
        return Opened(
            title=self.title.strip(),
            since=back.since,
            cause=state.opened.cause,
            level=state.level,
            equipment=tuple(dict.fromkeys(each for each in known if each in part.things)),
            tripped=tuple(each for each in state.tripped if each in part.things),
            stuck=tuple(each for each in state.stuck if each in part.things),
            exercise=state.opened.exercise,
            commander=self.commander or state.commander,
            first_opened_at=back.received_at,
            unacknowledged_since=back.waits_since,
            split_from=model.graph.id(model.graph.index(self.incident)),
        )


def _again(known: Told, state: IncidentState, part: Part, author: Author) -> list[Said]:
    """What is said again of the part, by who said it and when; recorded now."""
    found = []
    for each in said_again(known.entries, part):
        entity, content = each.entity, each.content
        if content is not None:
            who = Author(by=entity.by, source=entity.source, at=entity.at, recorded_at=author.recorded_at)
            said = _with_limits(content, state)
            found.append(Said(content=said, things=entity.things, note=entity.note, author=who))
    finders = confirmations(known.entries)
    for content, things, at in confirmed_of(state, part, finders):
        by = [finders[each].entity.by for each in things if each in finders]
        by = by or [each.entity.by for each in finders.values()] or [author.by]
        who = replace(author, by=by[-1], at=at)
        found.append(Said(content=content, things=things, author=who))
    return found


def _with_limits(content: Content, state: IncidentState) -> Content:
    """A work order keeps from when on its limits run."""
    if not isinstance(content, WorkOrderMoved):
        return content
    received = [each.received_at for each in state.work_orders if each.number == content.work_order]
    return msgspec.structs.replace(content, received_at=received[0] if received else None)


def _taken_in_hand(known: Told, state: IncidentState, back: GivenBack, author: Author) -> list[Said]:
    """Who had acknowledged it; or whom rules have told of its wait."""
    if back.acknowledged is not None:
        at, by = back.acknowledged
        return [Said(content=Acknowledged(), author=replace(author, at=at, by=by))]
    told = [] if back.waits_since is None else escalations_of(state, known.entries, back.waits_since)
    return [
        Said(
            content=each.content,
            things=each.entity.things,
            author=replace(author, at=each.entity.at, by=each.entity.by),
        )
        for each in told
        if each.content is not None
    ]


def _are_of(checks: Checks, name: str, given: tuple[object, ...], known: tuple[object, ...] | list[object]) -> None:
    """What goes must be the incident's; what it has is said otherwise."""
    strange = [str(each) for each in given if each not in known]
    if strange:
        listed = ", ".join(map(str, known)) or "-"
        checks.refuse(name, say("It has no {given}. It has: {known}.", given=", ".join(strange), known=listed))


SPLITTING: tuple[type[Command], ...] = (SplitIncident,)
