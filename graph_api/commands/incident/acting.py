"""Acts on an incident (处置): one more entry of its timeline; what it changes of who is affected goes with it.

    incident + its entries so far ──▶ plan ──▶ [incident, entry n+1, (entry n+2: who is affected now)] on that version

Every act puts the incident, so that of two at a time the second is planned on what the first has left.
"""  # fmt: skip

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from graph_api.commands.checks import Checks
from graph_api.commands.command import Command, Result
from graph_api.commands.edits import Edit, Problems
from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.affected import affected_of
from graph_api.services.incident.contents import TYPE_OF, Closed, Content, Entry, written
from graph_api.services.incident.room import Told, told
from graph_api.services.incident.state import IncidentState, entries_as_of, fold
from schema.access import Act
from schema.batch import GraphBatch
from schema.entity import Label, ThingId
from schema.incident import Incident, TimelineEntry
from schema.numbers import NOT_THERE
from schema.positions import is_ahead
from schema.registry import SWITCHES, EntityKind
from schema.relationships import Relationship, RelationshipKind
from schema.words import say

MOST_WORDS = 2_000
"""Characters of what is said in words."""
MOST_THINGS = 100
EARLY = timedelta(hours=24)
"""How long before the moment of loss a report may have come: the first calls, and clocks that differ."""
BY = Label(
    "记录人",
    "由谁操作或上报，最多 100 个字符；不填为登录者本人，登录者代他人上报的，两人均予记录。 Who did or reported it; "
    "empty = who asks. Of somebody who is logged in and reports for another, both are kept.",
)
SOURCE = Label("来源", "消息来源，如电话、现场汇报。 By what means it is known; at most 100 characters.")
AT = Label("时间", "发生的时刻，空值为现在；不得晚于现在。 When it happened; null = now. Not in the future.")
NOTE = Label("说明", "最多 2000 个字符。 In words, at most 2,000 characters.")
INCIDENT = Label("应急事件", "应急事件的标识。 Id of the incident.")

RESULT = Result(
    name="IncidentPayload",
    thing=Incident,
    label=Label("处置结果", "变更后的应急事件。 The incident after the change."),
    thing_label=Label("应急事件", "变更后的应急事件，未变更时为空。 As it is now; null if nothing was changed."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an act adds to the timeline: a content, and the things that it speaks of by their ids."""

    content: Content
    things: tuple[str, ...] = ()
    note: str | None = None
    author: Author | None = None
    """Who said it and when; None = whoever acts, now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActOnIncident(Command):
    """处置: 对已立案事件的操作。 An act on an incident that is there."""

    act: ClassVar = Act.HANDLE
    result: ClassVar = RESULT
    earliest: ClassVar[timedelta] = EARLY
    """How long before the moment of loss it may have happened."""
    on_closed: ClassVar[bool | None] = False
    """Whether it is of an incident that is closed; None = of any."""

    incident: Annotated[ThingId, INCIDENT]
    by: Annotated[str, BY] = ""
    source: Annotated[str | None, SOURCE] = None
    at: Annotated[datetime | None, AT] = None
    note: Annotated[str | None, NOTE] = None

    @property
    def subject(self) -> str:
        """The incident."""
        return self.incident

    @abstractmethod
    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:
        """What it adds; None where something is wrong, which is noted in the checks."""

    def plan(self, model: ReadModel, now: datetime) -> Edit | Problems:
        """The entry, and who is affected now where that is another answer than before."""
        checks = Checks(model.graph)
        index = checks.of_kind("incident", self.incident, EntityKind.INCIDENT, say("the incident"))
        at = said_by(checks, self.by, self.source, self.note, self.at, now)
        if index is None:
            return checks.problems
        known = told(model, index)
        if known.state is None:
            checks.refuse("incident", say("The opening of this incident cannot be read; open another one."))
            return checks.problems
        self._check_state(checks, known.state, at)
        said = self.said(model, checks, known.state, at)
        if said is None or checks.problems:
            return checks.problems
        incident = self.named(model.graph.get(Incident, index))
        return with_entries(model, incident, known, [said], self._author(at, now))

    def named(self, incident: Incident) -> Incident:
        """The incident with the name that it has from then on."""
        return incident

    def _check_state(self, checks: Checks, state: IncidentState, at: datetime) -> None:
        if state.is_open is self.on_closed:
            wrong = say("It is open.") if state.is_open else say("It is closed; `reopenIncident` first.")
            checks.refuse("incident", wrong)
        if at < state.since - self.earliest:
            checks.refuse(
                "at",
                say(
                    "That is before the moment of loss ({since}). Send a later time, or correct the moment of loss: "
                    "`amendIncident`.",
                    since=state.since.isoformat(timespec="seconds"),
                ),
            )

    def _author(self, at: datetime, now: datetime) -> Author:
        return Author(by=self.by.strip(), source=self.source, at=at, recorded_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who says something, when it happened and when it is recorded."""

    by: str
    source: str | None
    at: datetime
    recorded_at: datetime


def said_by(
    checks: Checks, by: str, source: str | None, note: str | None, at: datetime | None, now: datetime
) -> datetime:
    """When it happened; what is wrong with that, the author, the source and the words is noted."""
    checks.signed("by", by)
    if source is not None:
        checks.text("source", source)
    if note is not None:
        checks.words("note", note, MOST_WORDS)
    if checks.moment("at", at) and at is not None and is_ahead(at, now):
        here = now.isoformat(timespec="seconds")
        checks.refuse("at", say("The time lies in the future: it is {now} here. Leave `at` out for now.", now=here))
    return min(at or now, now)


def things_of(checks: Checks, name: str, ids: Sequence[str], what: str) -> tuple[str, ...]:
    """Ids of things that must be there, as the graph knows them, each once."""
    if len(ids) > MOST_THINGS:
        checks.refuse(name, say("Send at most {most} of them.", most=MOST_THINGS))
        return ()
    found = (checks.thing(f"{name}.{place}", each, what) for place, each in enumerate(ids))
    return tuple(dict.fromkeys(checks.graph.id(index) for index in found if index is not None))


def devices_of(checks: Checks, name: str, ids: Sequence[str]) -> tuple[str, ...]:
    """Ids of switching devices; a feeder stands for its head."""
    graph, found = checks.graph, list[int]()
    for place, each in enumerate(things_of(checks, name, ids, say("the device"))):
        index = graph.index(each)
        is_feeder = graph.kind(index) is EntityKind.FEEDER
        devices = [*graph.targets(index, RelationshipKind.STARTS_AT)] if is_feeder else [index]
        if not devices or any(graph.kind(at) not in SWITCHES for at in devices):
            wrong = say("{thing} is no switch. Send the device that operated.", thing=checks.called(index))
            checks.refuse(f"{name}.{place}", wrong)
        found += devices
    return tuple(dict.fromkeys(map(graph.id, found)))


def with_entries(
    model: ReadModel,
    incident: Incident,
    known: Told | None,
    said: Iterable[Said],
    author: Author,
    *,
    works_out: bool = True,
) -> Edit | Problems:
    """An incident with these entries more, and with who is affected where they make that another answer; `works_out` =
    False leaves that to whoever keeps it (`keeping`), as the grid changes with the same commit. Before it is closed the
    last answer is written, so that the record ends with what was so."""
    entries = list(known.entries) if known else []
    acts = [*said]
    closes = bool(acts) and isinstance(acts[-1].content, Closed)
    new = [] if closes else [_entry(incident, entries, each, author) for each in acts]
    state = fold(entries_as_of(entries))
    before = known.state if known else None
    if works_out and state is not None and (closes or _asks(state) != _asks(before)):
        try:
            affected = affected_of(model, state, author.recorded_at)
        except InvalidInput as error:
            checks = Checks(model.graph)
            checks.refuse("equipment", error.message)
            return checks.problems
        if affected is not None and (state.affected is None or affected.digest != state.affected.digest):
            worked_out = Author(by=WORKED_OUT, source=None, at=author.recorded_at, recorded_at=author.recorded_at)
            new.append(_entry(incident, entries, Said(content=affected), worked_out))
    if closes:
        new += [_entry(incident, entries, each, author) for each in acts]
    links = [Relationship(kind=RelationshipKind.ENTRY_OF, source=each.id, target=incident.id) for each in new]
    index = model.graph.find(incident.id)
    versions = {incident.id: NOT_THERE if index is None else model.graph.version(index)}
    versions |= {each.id: NOT_THERE for each in new}
    return Edit(batch=GraphBatch(entities=[incident, *new], relationships=links), versions=versions)


def real_incident(model: ReadModel, checks: Checks, incident: str) -> bool:
    """Whether an incident is worked on and real: in an exercise nothing is switched; what is wrong is noted."""
    index = checks.of_kind("incident", incident, EntityKind.INCIDENT, say("the incident"))
    if index is None:
        return False
    state = told(model, index).state
    if state is None or not state.is_open:
        checks.refuse("incident", say("It is closed; `reopenIncident` first."))
    elif state.opened.exercise:
        checks.refuse("incident", say("It is an exercise: nothing is switched for it. Note it with `addNote`."))
    return not checks.problems


def noted_in(model: ReadModel, incident: str, said: Said, author: Author) -> Edit | Problems:
    """What another command says of an incident that is there, in its timeline."""
    index = model.graph.index(incident)
    return with_entries(model, model.graph.get(Incident, index), told(model, index), [said], author)


WORKED_OUT = "Baodian"
"""Author of what the program has worked out."""


def _asks(state: IncidentState | None) -> object:
    """What the affected customers are worked out of."""
    if state is None:
        return None
    return state.faulty, state.tripped, state.stuck, state.since, state.opened.cause, state.sound, state.repaired_at


def _entry(incident: Incident, entries: list[Entry], said: Said, author: Author) -> TimelineEntry:
    """The next entry; it is added to the entries."""
    order, author = 1 + max((each.entity.order for each in entries if not each.via), default=0), said.author or author
    made = TimelineEntry(
        id=f"{incident.id}:{order}",
        order=order,
        entry_type=TYPE_OF[type(said.content)],
        at=author.at,
        recorded_at=author.recorded_at,
        by=author.by,
        source=author.source,
        things=said.things,
        note=said.note,
        details=written(said.content),
    )
    entries.append(Entry(made, said.content))
    return made
