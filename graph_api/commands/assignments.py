"""Assignments (责任分配): who answers for what, from when to when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar, Self

from pydantic import ValidationError

from graph_api.commands.checks import Checks
from graph_api.commands.command import Command, Result
from graph_api.commands.edits import Edit, Problem, Problems, relink
from graph_api.commands.minting import minted_id
from graph_api.errors import ErrorCode
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from schema.access import Act
from schema.batch import GraphBatch
from schema.entity import Label, ThingId
from schema.numbers import NOT_THERE
from schema.people import Assignment, Person
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import Rank, ResponsibilityRole
from schema.words import say

MOST_COVERED = 100
"""Things that one assignment may cover."""
_ASSIGNABLE_GROUPS = frozenset({"grid", "customer"})
_RESULT = Result(
    name="AssignmentPayload",
    thing=Assignment,
    label=Label("责任分配结果", "the assignment after the change."),
    thing_label=Label("责任分配", "as it is now; null if nothing was changed."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpsertAssignment(Command):
    """责任分配: an assignment as it is to be, whatever it was before."""

    act: ClassVar = Act.ASSIGN
    does: ClassVar = Label("责任分配", "make an assignment, or replace all of one.")
    takes: ClassVar = Label("输入", "who answers for what, in which role.")
    result: ClassVar = _RESULT

    id: Annotated[
        ThingId | None, Label("标识", "the assignment to replace, or an id of your own; null = a new one.")
    ] = None
    role: Annotated[ResponsibilityRole, Label("责任岗位", "role that is held.")]
    person: Annotated[ThingId | None, Label("责任人", "id of the person who holds it.")] = None
    team: Annotated[ThingId | None, Label("班组", "id of the team; alone = whoever of it is on duty.")] = None
    covers: Annotated[
        tuple[ThingId, ...],
        Label("责任范围", "ids of 1 to 100 things; what they supply or contain is covered too."),
    ]
    rank: Annotated[Rank, Label("AB角", "first holder or deputy.")] = Rank.A
    valid_from: Annotated[datetime | None, Label("生效时间", "valid from, inclusive; null = always.")] = None
    valid_to: Annotated[datetime | None, Label("失效时间", "valid to, exclusive; null = open.")] = None

    @property
    def subject(self) -> str:
        """The assignment; empty while its id is not minted."""
        return self.id or ""

    def settled(self, request_id: str) -> Self:
        """With an id."""
        return self if self.id is not None else replace(self, id=minted_id(request_id))

    def plan(self, model: ReadModel, now: datetime) -> Edit | Problems:  # noqa: ARG002  (all commands are planned alike)
        """A new assignment, or the one of this id with all that was asked replaced."""
        graph, checks = model.graph, Checks(model.graph)
        index = graph.find(self.subject)
        if index is not None and graph.kind(index) is not EntityKind.ASSIGNMENT:
            remedy = say("Send another id, or none for a new assignment.")
            checks.refuse("id", say("{thing} is no assignment. {remedy}", thing=checks.called(index), remedy=remedy))
        if index is None:
            checks.new_id("id", self.subject)
        targets = {
            RelationshipKind.HELD_BY: self._person(checks),
            RelationshipKind.OF_TEAM: self._team(checks),
            RelationshipKind.COVERS: self._scope(checks),
        }
        self._check_times(checks)
        if checks.problems:
            return checks.problems
        made = self._made(graph, index)
        if isinstance(made, Problem):
            return (made,)
        batch = GraphBatch(entities=[made])
        for kind, wanted in targets.items():
            relink(batch, graph, index, made, kind, {graph.id(at) for at in wanted})
        return Edit(batch=batch, versions={made.id: NOT_THERE if index is None else graph.version(index)})

    def _person(self, checks: Checks) -> list[int]:
        if self.person is None and self.team is None:
            checks.refuse("person", say("Nobody holds it. Send `person`, `team` or both."))
        if self.person is None:
            return []
        index = checks.of_kind("person", self.person, EntityKind.PERSON, say("the person"))
        if index is not None and not checks.graph.get(Person, index).active:
            checks.refuse("person", say("{thing} has left. Send somebody who is active.", thing=checks.called(index)))
        return [] if index is None else [index]

    def _team(self, checks: Checks) -> list[int]:
        index = None if self.team is None else checks.of_kind("team", self.team, EntityKind.TEAM, say("the team"))
        return [] if index is None else [index]

    def _scope(self, checks: Checks) -> list[int]:
        if not 0 < len(self.covers) <= MOST_COVERED:
            checks.refuse("covers", say("Send 1 to {most} things that it covers.", most=MOST_COVERED))
            return []
        found = []
        for place, each in enumerate(self.covers):
            name = f"covers.{place}"
            index = checks.thing(name, each, say("the thing"))
            if index is None:
                continue
            kind = checks.graph.kind(index)
            if kind.cls.group not in _ASSIGNABLE_GROUPS and kind is not EntityKind.ORGANISATION:
                remedy = say("Send equipment, a station, feeder, area, organisation, customer or part of one.")
                checks.refuse(
                    name, say("Nobody can answer for {thing}. {remedy}", thing=checks.called(index), remedy=remedy)
                )
            found.append(index)
        return found

    def _check_times(self, checks: Checks) -> None:
        begin, end = self.valid_from, self.valid_to
        timely = [checks.moment("validFrom", begin), checks.moment("validTo", end)]
        if all(timely) and begin is not None and end is not None and begin >= end:
            checks.refuse("validTo", say("It ends before it begins. Send a `validTo` after `validFrom`, or none."))

    def _made(self, graph: Snapshot, index: int | None) -> Assignment | Problem:
        if index is not None:
            before = graph.get(Assignment, index)
            return replace(before, role=self.role, rank=self.rank, valid_from=self.valid_from, valid_to=self.valid_to)
        try:
            made = Assignment(
                id=self.subject, role=self.role, rank=self.rank, valid_from=self.valid_from, valid_to=self.valid_to
            )
        except ValidationError:
            made = None
        if made is None or made.id != self.subject:
            message = say(
                "An id has 1 to 128 bytes, no blanks around it and no control characters. Send another id, or none."
            )
            return Problem(code=ErrorCode.BAD_INPUT, path=("input", "id"), message=message)
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAssignment(Command):
    """终止责任分配: an assignment ends; it stays in the graph as history."""

    act: ClassVar = Act.ASSIGN
    does: ClassVar = Label("终止责任分配", "end an assignment.")
    takes: ClassVar = Label("输入", "which assignment, from when.")
    result: ClassVar = _RESULT

    id: Annotated[ThingId, Label("标识", "id of the assignment.")]
    at: Annotated[datetime | None, Label("终止时间", "from when nobody holds it; null = now.")] = None

    @property
    def subject(self) -> str:
        """The assignment."""
        return self.id

    def plan(self, model: ReadModel, now: datetime) -> Edit | Problems:
        """Its end; what has ended already stays as it is."""
        graph, checks = model.graph, Checks(model.graph)
        at = self.at or now
        timely = checks.moment("at", self.at)
        index = checks.of_kind("id", self.id, EntityKind.ASSIGNMENT, say("the assignment"))
        if index is None or not timely:
            return checks.problems
        before = graph.get(Assignment, index)
        if before.valid_from is not None and at < before.valid_from:
            begins = before.valid_from.isoformat(timespec="seconds")
            checks.refuse("at", say("It would end before it begins ({begins}). Send a later time.", begins=begins))
        elif before.valid_to is not None and before.valid_to <= at:
            ended = before.valid_to.isoformat(timespec="seconds")
            checks.refuse(
                "at", say("It ends at {ended} already. To let it run longer, use `upsertAssignment`.", ended=ended)
            )
        if checks.problems:
            return checks.problems
        after = replace(before, valid_to=at)
        return Edit(batch=GraphBatch(entities=[after]), versions={before.id: graph.version(index)})
