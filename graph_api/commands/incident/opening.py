"""Opening (立案) of an incident: from equipment, a trip, a call, or nothing yet but that something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar, Self

from pydantic import ValidationError

from graph_api.commands.checks import Checks
from graph_api.commands.command import Command
from graph_api.commands.edits import Edit, Problems, joined
from graph_api.commands.incident.acting import (
    AT,
    BY,
    NOTE,
    RESULT,
    SOURCE,
    Author,
    Said,
    devices_of,
    said_by,
    things_of,
    with_entries,
)
from graph_api.commands.minting import minted_id
from graph_api.commands.switching import SetSwitchPosition, not_future
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.positions import openings
from graph_api.services.incident.contents import Opened, read
from graph_api.services.incident.room import Told
from graph_api.services.incident.same import about_the_same
from graph_api.services.incident.state import IncidentState, fold
from graph_api.services.outage.event import Cause
from graph_api.services.outage.trips import moment_of, stands_open
from schema.access import Act
from schema.entity import Label, ThingId
from schema.errors import ErrorCode
from schema.incident import Incident, TimelineEntry
from schema.incident_terms import IncidentLevel
from schema.registry import EntityKind
from schema.vocabulary import SwitchPosition
from schema.words import Language, say

OWN_ID = Label("标识", "自定标识，空值则自动编号。 An id of your own; null = a new one.")
TITLE = Label("标题", "一句话说明，最多 100 个字符。 What it is about, at most 100 characters.")
EQUIPMENT = Label(
    "设备",
    "疑似故障或退出运行的设备，最多 100 个；未知时为空。 Ids of up to 100 pieces of equipment, or of what stands for "
    "it, that are faulty or out of service; empty while nobody knows.",
)
TRIPPED = Label("已跳闸", "因本次故障跳闸的设备，须已上报为分位。 Ids of what tripped on it, reported open.")
STUCK = Label("拒动", "拒动的设备。 Ids of devices that failed to trip.")
SINCE = Label(
    "失电时刻", "时限由此起算；空值为最早跳闸的时刻，没有时为现在。 Moment of loss; null = the first trip, else now."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident(Command):
    """立案: 登记应急事件。 An incident is opened; who is affected goes with it."""

    act: ClassVar = Act.HANDLE
    does: ClassVar = Label(
        "立案",
        "登记应急事件，并按当前电网计算受影响客户；与未结事件重合的须说明。 Open an incident; who is affected is "
        "worked out at once. What an open incident is about already is refused with its id.",
    )
    takes: ClassVar = Label("输入", "何处失电、何时、由谁上报。 What fails, since when, who says so.")
    result: ClassVar = RESULT

    id: Annotated[ThingId | None, OWN_ID] = None
    title: Annotated[str, TITLE]
    equipment: Annotated[tuple[ThingId, ...], EQUIPMENT] = ()
    tripped: Annotated[
        tuple[ThingId, ...],
        Label(
            "已跳闸",
            "因本次故障跳闸的设备；尚未上报为分位的，同时登记为失电时刻分闸。 Ids of what tripped on it; what "
            "nobody has reported open is recorded as opened at the moment of loss.",
        ),
    ] = ()
    stuck: Annotated[tuple[ThingId, ...], STUCK] = ()
    cause: Annotated[Cause, Label("原因", "故障，或退出运行（计划停电等）。 Faulted, or opened.")] = Cause.FAULTED
    since: Annotated[datetime | None, SINCE] = None
    level: Annotated[IncidentLevel | None, Label("响应级别", "公司响应级别。 Response level of the company.")] = None
    exercise: Annotated[bool, Label("演练", "演练为 true。 True for an exercise: nothing of it is real.")] = False
    commander: Annotated[ThingId | None, Label("指挥人", "负责处置的人员。 Id of the person who leads it.")] = None
    even_if_open: Annotated[
        bool,
        Label("仍然立案", "与未结事件重合时仍另行立案。 Open it although an open incident is about the same."),
    ] = False
    by: Annotated[str, BY] = ""
    source: Annotated[str | None, SOURCE] = None
    at: Annotated[datetime | None, AT] = None
    note: Annotated[str | None, NOTE] = None

    @property
    def subject(self) -> str:
        """The incident; empty while its id is not minted."""
        return self.id or ""

    @property
    def times(self) -> tuple[tuple[str, datetime], ...]:
        """The moment of loss: the grid must be known as it was then."""
        return () if self.since is None else (("since", self.since),)

    def settled(self, request_id: str) -> Self:
        """With an id."""
        return self if self.id is not None else replace(self, id=minted_id(request_id))

    def plan(self, model: ReadModel, now: datetime) -> Edit | Problems:
        """The incident with its opening, and who is affected."""
        checks = Checks(model.graph)
        at = said_by(checks, self.by, self.source, self.note, self.at, now)
        opened = self._opened(model, checks, now)
        incident = new_incident(model, checks, self.subject, self.title, now, exercise=self.exercise)
        if incident is None or checks.problems:
            return checks.problems
        author = Author(by=self.by.strip(), source=self.source, at=at, recorded_at=now)
        trips = self._not_reported(model, opened, now)
        edit = with_entries(model, incident, None, [Said(content=opened, note=self.note)], author, works_out=not trips)
        state = _state_of(edit) if isinstance(edit, Edit) and not self.even_if_open else None
        if state is not None:
            self._refuse_twice(model, checks, state, now)
        for each in trips:
            edit = self._with_trip(model, edit, each, opened.since, now)
        return checks.problems or edit

    def _not_reported(self, model: ReadModel, opened: Opened, now: datetime) -> list[str]:
        """What tripped and nobody has reported open: what stands closed and was not open since the loss. In an exercise
        nothing is switched."""
        if self.exercise:
            return []
        graph = model.graph
        closed = [each for each in opened.tripped if not stands_open(model, graph.index(each))]
        since = self.since
        if since is None:
            return closed
        return [each for each in closed if not any(at >= since for at in openings(graph, graph.index(each), now))]

    def _with_trip(
        self, model: ReadModel, edit: Edit | Problems, switch: str, since: datetime, now: datetime
    ) -> Edit | Problems:
        """That a device opened goes into its series with the incident."""
        source = self.source or say("incident").text(Language.ZH)
        report = SetSwitchPosition(
            switch=switch, position=SwitchPosition.OPEN, by=self.by, source=source, at=since
        ).plan(model, now)
        return joined(edit, report) if isinstance(edit, Edit) else edit

    def _opened(self, model: ReadModel, checks: Checks, now: datetime) -> Opened:
        if self.commander is not None:
            checks.of_kind("commander", self.commander, EntityKind.PERSON, say("the person"))
        tripped = devices_of(checks, "tripped", self.tripped)
        since = None if self.since is None else not_future(checks, "since", self.since, now)
        return Opened(
            title=self.title.strip(),
            since=since or _first_trip(model, tripped, now) or min(self.at or now, now),
            cause=self.cause,
            level=self.level,
            equipment=things_of(checks, "equipment", self.equipment, say("the equipment")),
            tripped=tripped,
            stuck=devices_of(checks, "stuck", self.stuck),
            exercise=self.exercise,
            commander=self.commander,
        )

    def _refuse_twice(self, model: ReadModel, checks: Checks, state: IncidentState, now: datetime) -> None:
        """What an open incident is about already."""
        for other in about_the_same(model, state, now, exercise=self.exercise):
            checks.refuse(
                "equipment",
                say(
                    "{incident} is open and about the same. Go on with that one; or send `evenIfOpen`, and join the "
                    "two: `joinIncident`.",
                    incident=_called(model, other),
                ),
                ErrorCode.INCIDENT_OPEN,
            )


def new_incident(
    model: ReadModel, checks: Checks, id: str, title: str, now: datetime, *, exercise: bool
) -> Incident | None:
    """An incident with the next number of the day; None where the id or title is none, which is noted."""
    checks.public("title", title)
    if model.graph.find(id) is not None:
        checks.refuse("id", say("Something has this id already. Send another id, or none."))
    checks.new_id("id", id)
    try:
        made = Incident(id=id, name=title.strip(), number=_next_number(model, now), exercise=exercise)
    except ValidationError:
        made = None
    if made is not None and made.id == id:
        return made
    wrong = say("An id has 1 to 128 bytes, no blanks around it and no control characters. Send another id, or none.")
    checks.refuse("id", wrong)
    return None


def _state_of(edit: Edit) -> IncidentState | None:
    """The incident as it would be opened."""
    return fold([read(each) for each in edit.batch.entities if isinstance(each, TimelineEntry)])


def _called(model: ReadModel, other: Told) -> str:
    incident = model.graph.get(Incident, other.incident)
    return f"{incident.number} {incident.name} ({incident.id})"


def _first_trip(model: ReadModel, tripped: tuple[str, ...], now: datetime) -> datetime | None:
    """When the first of those opened last that stand open: what was closed again since tripped on something else."""
    indexes = [model.graph.index(each) for each in tripped]
    return moment_of(model, [each for each in indexes if stands_open(model, each)], now)


def _next_number(model: ReadModel, now: datetime) -> str:
    """Day and place in it, of the incidents that are there."""
    day = f"{now.astimezone():%Y%m%d}"
    numbers = (each.rpartition("-") for each in _numbers(model))
    last = max((int(place) for of, _, place in numbers if of == day and place.isdecimal()), default=0)
    return f"{day}-{last + 1:02}"


def _numbers(model: ReadModel) -> Iterator[str]:
    graph = model.graph
    return (graph.get(Incident, index).number for index in graph.of_kind(EntityKind.INCIDENT))
