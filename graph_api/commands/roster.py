"""Rosters (排班): shifts by a pattern, who stands in for whom, and leave. All become rows of the roster, which is what
says who is on duty: leave before duty before standby."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from graph_api.commands.checks import Checks
from graph_api.commands.command import Command, Result
from graph_api.commands.edits import Edit, Problems
from graph_api.commands.minting import minted_id
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.duty.rotation import Pattern, PatternShift, Turn, most_crew, parsed_time, turns
from schema.access import Act
from schema.batch import GraphBatch
from schema.entity import Label, ThingId
from schema.numbers import NOT_THERE, Version
from schema.people import Person, Shift
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import ShiftType
from schema.words import say
from schema.working_days import ANNOUNCED, DayKind

MOST_DAYS, MOST_ROWS, MOST_TURN = 400, 4_000, 366
_ID = Label("标识", "新记录的标识，空值则自动编号。 Id of the new row; null = a new one.")
_RESULT = Result(
    name="RosterPayload",
    thing=Shift,
    label=Label("排班结果", "变更后的值班记录。 The rows of the roster after the change."),
    thing_label=Label("值班记录", "所写入的值班记录，未变更时为空列表。 What was written; empty if nothing was."),
    several="shifts",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterCrew:
    """班组分组: 一起值班的人员。 People who are on duty together."""

    people: Annotated[tuple[ThingId, ...], Label("人员", "人员的标识。 Ids of the people.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterShift:
    """班次: 一天中的一个班次，及各轮由哪组承担。 One shift of a day, and which crew works it, turn by turn."""

    start: Annotated[str, Label("开始", "当地时间，如 08:00。 Wall time at which it begins, as 08:00.")]
    end: Annotated[
        str, Label("结束", "当地时间；不晚于开始的为次日。 Wall time; no later than its start = of the next day.")
    ]
    crews: Annotated[
        tuple[int, ...],
        Label("轮值", "依次承担的组号，自 1 起，0 为无人。 Numbers of the crews in turn, from 1; 0 = nobody."),
    ]
    days: Annotated[
        DayKind,
        Label(
            "日期类别",
            "每日、仅工作日或仅休息日；法定节假日和调休上班日以国务院办公厅通知为准。 Every day, working days alone, "
            "or rest days alone, with public holidays and the days worked for them as announced in China.",
        ),
    ] = DayKind.EVERY


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRoster(Command):
    """排班: 按轮值规则生成值班记录。 Rows of the roster by a pattern of rotation."""

    act: ClassVar = Act.ASSIGN
    does: ClassVar = Label(
        "排班",
        "按轮值规则生成班组一段日期的值班记录；该段已有记录的，须指明替换。 Make a team's rows of the roster for some "
        "days by a pattern; what stands there already is replaced only if you say so.",
    )
    takes: ClassVar = Label("输入", "哪个班组、何日起止、何规则。 Which team, from when to when, by what pattern.")
    result: ClassVar = _RESULT

    team: Annotated[ThingId, Label("班组", "班组的标识。 Id of the team.")]
    first_day: Annotated[date, Label("起始日", "首日。 The first day.")]
    until: Annotated[date, Label("截止日", "不含该日，最多 400 天。 The day after the last; at most 400 days.")]
    time_zone: Annotated[str, Label("时区", "班次时间所在时区。 Time zone of the hours.")] = "Asia/Shanghai"
    crews: Annotated[tuple[RosterCrew, ...], Label("分组", "自 1 起编号。 The crews, numbered from 1.")]
    shifts: Annotated[tuple[RosterShift, ...], Label("班次", "一天的各班次。 The shifts of a day.")]
    turn_days: Annotated[int, Label("每轮天数", "1 为逐日轮换，7 为逐周。 Days of a turn: 1 = daily, 7 = weekly.")] = 1
    cycle_begins: Annotated[
        date | None, Label("轮值起算日", "第一轮的首日，空值为起始日。 First day of the first turn; null = firstDay.")
    ] = None
    shift_type: Annotated[ShiftType, Label("值班类型", "值班或待命。 Duty or standby.")] = ShiftType.DUTY
    replace: Annotated[
        bool, Label("替换", "替换该段日期已有的同类记录。 Replace rows of this kind that begin on these days.")
    ] = False

    @property
    def subject(self) -> str:
        """The team."""
        return self.team

    def changed_in(self, model: ReadModel) -> tuple[str, ...]:
        """The rows."""
        pattern = self._pattern(Checks(model.graph))
        return () if pattern is None else tuple(row.id for row, _ in self._rows(pattern))

    def plan(self, model: ReadModel, now: datetime) -> Edit | Problems:  # noqa: ARG002  (all are planned alike)
        """The rows."""
        checks = Checks(model.graph)
        team = checks.of_kind("team", self.team, EntityKind.TEAM, say("the team"))
        self._check_people(checks)
        if self.shift_type is ShiftType.LEAVE:
            checks.refuse("shiftType", say("Leave follows no pattern: `recordLeave`."))
        pattern = self._pattern(checks)
        if team is None or pattern is None or checks.problems:
            return checks.problems
        rows = [*self._rows(pattern)]
        before = [*self._standing(checks.graph, team, pattern)]
        if before and not self.replace:
            wrong = say(
                "{count} rows of it begin on these days already. Send `replace`, or other days.", count=len(before)
            )
            checks.refuse("replace", wrong)
        if len(rows) > MOST_ROWS:
            wrong = say("That is {count} rows; send at most {most} at a time.", count=len(rows), most=MOST_ROWS)
            checks.refuse("until", wrong)
        return checks.problems or self._edit(checks.graph, rows, before)

    def _edit(self, graph: Snapshot, rows: list[tuple[Shift, str]], before: list[int]) -> Edit:
        batch, versions = GraphBatch(entities=[row for row, _ in rows]), dict[str, Version]()
        for row, person in rows:
            batch.relationships += _links(row.id, person, self.team)
            found = graph.find(row.id)
            versions[row.id] = NOT_THERE if found is None else graph.version(found)
        for index in before:
            versions[graph.id(index)] = graph.version(index)
            batch.delete_entities.append(graph.id(index))
        return Edit(batch=batch, versions=versions)

    def _rows(self, pattern: Pattern) -> Iterator[tuple[Shift, str]]:
        for turn in turns(pattern, self.first_day, self.until):
            for person in self.crews[turn.crew - 1].people:
                yield self._row(turn, person), person

    def _row(self, turn: Turn, person: str) -> Shift:
        said = "\0".join((self.team, person, str(turn.shift), turn.start.isoformat(), self.shift_type.value))
        return Shift(id=minted_id(said), shift_type=self.shift_type, start=turn.start, end=turn.end)

    def _standing(self, graph: Snapshot, team: int, pattern: Pattern) -> Iterator[int]:
        """Rows of the team of this kind that begin on these days of the place."""
        for at in graph.sources(team, RelationshipKind.OF_TEAM):
            if graph.kind(at) is EntityKind.SHIFT:
                shift = graph.get(Shift, at)
                day = shift.start.astimezone(pattern.zone).date()
                if shift.shift_type is self.shift_type and self.first_day <= day < self.until:
                    yield at

    def _check_people(self, checks: Checks) -> None:
        for place, crew in enumerate(self.crews):
            if not crew.people:
                checks.refuse(f"crews.{place}.people", say("Nobody is of this crew."))
            for number, each in enumerate(crew.people):
                _somebody(checks, f"crews.{place}.people.{number}", each)

    def _pattern(self, checks: Checks) -> Pattern | None:
        """The pattern; None with what is wrong noted."""
        try:
            zone = ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            checks.refuse("timeZone", say("There is no such time zone. Send one as Asia/Shanghai."))
            return None
        if not 0 < (self.until - self.first_day).days <= MOST_DAYS:
            checks.refuse("until", say("Send a day 1 to {most} days after the first one.", most=MOST_DAYS))
        if not 0 < self.turn_days <= MOST_TURN:
            checks.refuse("turnDays", say("Send 1 to {most} days.", most=MOST_TURN))
        shifts = [shift for place, each in enumerate(self.shifts) if (shift := self._shift(checks, place, each))]
        if not self.shifts:
            checks.refuse("shifts", say("Send one shift of a day at least."))
        if any(each.days is not DayKind.EVERY for each in shifts):
            self._check_announced(checks)
        if checks.problems:
            return None
        begins = self.cycle_begins or self.first_day
        return Pattern(zone=zone, cycle_begins=begins, turn_days=self.turn_days, shifts=tuple(shifts))

    def _check_announced(self, checks: Checks) -> None:
        """Holidays of all of these days must be known: which week-ends are worked nobody can guess."""
        last = self.until - timedelta(days=1)
        missing = [year for year in range(self.first_day.year, last.year + 1) if year not in ANNOUNCED]
        if missing:
            known = ", ".join(map(str, ANNOUNCED))
            wrong = say(
                "Public holidays of {year} are not known here (known: {known}). Plan the days before, or shifts of "
                "every day.",
                year=missing[0],
                known=known,
            )
            checks.refuse("until", wrong)

    def _shift(self, checks: Checks, place: int, each: RosterShift) -> PatternShift | None:
        start, end = parsed_time(each.start), parsed_time(each.end)
        for name, found in (("start", start), ("end", end)):
            if found is None:
                checks.refuse(f"shifts.{place}.{name}", say("That is no wall time. Send one as 08:00."))
        if start is None or end is None:
            return None
        made = PatternShift(start=start, end=end, crews=each.crews, days=each.days)
        if not each.crews or min(each.crews) < 0 or most_crew([made]) > len(self.crews):
            known = len(self.crews)
            checks.refuse(f"shifts.{place}.crews", say("Send numbers of crews, 0 to {known}.", known=known))
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn(Command):
    """顶班: 由他人顶替一个班次的全部或一段。 Somebody else works a shift, or a part of it."""

    act: ClassVar = Act.ASSIGN
    does: ClassVar = Label(
        "顶班",
        "由他人顶替一个班次的全部或一段；互换为两次顶班。 Somebody else works a shift, or a part of it; a swap is two "
        "of these.",
    )
    takes: ClassVar = Label("输入", "哪个班次、由谁、何时起止。 Which shift, who, from when to when.")
    result: ClassVar = _RESULT

    shift: Annotated[ThingId, Label("班次", "值班记录的标识。 Id of the row of the roster.")]
    person: Annotated[ThingId, Label("顶班人", "顶班人员的标识。 Who works it instead.")]
    start: Annotated[datetime | None, Label("开始", "空值为班次开始。 From when on; null = its start.")] = None
    end: Annotated[datetime | None, Label("结束", "空值为班次结束。 Until when; null = its end.")] = None
    id: Annotated[
        ThingId | None, Label("标识", "新记录的标识，空值则自动编号。 Id of the new row; null = a new one.")
    ] = None

    @property
    def subject(self) -> str:
        """The row that somebody else works."""
        return self.shift

    def settled(self, request_id: str) -> Self:
        """With an id."""
        return self if self.id is not None else replace(self, id=minted_id(request_id))

    def changed_in(self, model: ReadModel) -> tuple[str, ...]:  # noqa: ARG002
        """The new row."""
        return (self.id or "",)

    def plan(self, model: ReadModel, now: datetime) -> Edit | Problems:  # noqa: ARG002
        """The new row, and what is left of the old one."""
        graph, checks = model.graph, Checks(model.graph)
        index = checks.of_kind("shift", self.shift, EntityKind.SHIFT, say("the row of the roster"))
        person = _somebody(checks, "person", self.person)
        if index is None or person is None:
            return checks.problems
        row = graph.get(Shift, index)
        start, end = self.start or row.start, self.end or row.end
        if row.shift_type is ShiftType.LEAVE:
            checks.refuse("shift", say("That is leave: nobody stands in for it."))
        if not row.start <= start < end <= row.end:
            checks.refuse("start", say("That does not lie within the shift."))
        self._check_free(checks, person, start, end)
        made = _made(checks, "id", Shift, id=self.id or "", shift_type=row.shift_type, start=start, end=end)
        if checks.problems or made is None:
            return checks.problems
        return self._edit(graph, index, row, made)

    def _check_free(self, checks: Checks, person: int, start: datetime, end: datetime) -> None:
        """Nobody is asked to be at two places, or to work while away."""
        graph = checks.graph
        for at in graph.sources(person, RelationshipKind.WORKED_BY):
            other = graph.get(Shift, at)
            if other.start < end and start < other.end and other.shift_type is not ShiftType.STANDBY:
                wrong = say(
                    "{person} is on leave or on duty then already, by {shift}.",
                    person=checks.called(person),
                    shift=graph.id(at),
                )
                checks.refuse("person", wrong)

    def _edit(self, graph: Snapshot, index: int, row: Shift, made: Shift) -> Edit:
        teams: list[str | None] = [graph.id(at) for at in graph.targets(index, RelationshipKind.OF_TEAM)]
        people = [graph.id(at) for at in graph.targets(index, RelationshipKind.WORKED_BY)]
        batch, versions = GraphBatch(entities=[made]), {row.id: graph.version(index), made.id: NOT_THERE}
        batch.relationships += [link for team in teams or [None] for link in _links(made.id, self.person, team)]
        before, after = made.start > row.start, made.end < row.end
        if before:
            batch.entities.append(replace(row, end=made.start))
        if after:
            left = replace(row, start=made.end, id=minted_id(f"{row.id}\0{made.end.isoformat()}") if before else row.id)
            batch.entities.append(left)
            versions.setdefault(left.id, NOT_THERE)
            if before:
                worked = [link for who in people for team in teams or [None] for link in _links(left.id, who, team)]
                batch.relationships += list(dict.fromkeys(worked))
        if not before and not after:
            batch.delete_entities.append(row.id)
        return Edit(batch=batch, versions=versions)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLeave(Command):
    """休假: 登记人员休假。 Somebody is away."""

    act: ClassVar = Act.ASSIGN
    does: ClassVar = Label(
        "登记休假",
        "登记人员休假，休假期间不视为在岗。 Somebody is on leave, and not on duty, whatever else is planned.",
    )
    takes: ClassVar = Label("输入", "谁、何时起止。 Who, from when to when.")
    result: ClassVar = _RESULT

    person: Annotated[ThingId, Label("人员", "人员的标识。 Id of the person.")]
    start: Annotated[datetime, Label("开始", "休假开始。 From when on.")]
    end: Annotated[datetime, Label("结束", "休假结束，最长 400 天。 Until when, at most 400 days.")]
    id: Annotated[
        ThingId | None, Label("标识", "新记录的标识，空值则自动编号。 Id of the new row; null = a new one.")
    ] = None

    @property
    def subject(self) -> str:
        """The row."""
        return self.id or ""

    def settled(self, request_id: str) -> Self:
        """With an id."""
        return self if self.id is not None else replace(self, id=minted_id(request_id))

    def plan(self, model: ReadModel, now: datetime) -> Edit | Problems:  # noqa: ARG002
        """The row."""
        checks = Checks(model.graph)
        _somebody(checks, "person", self.person)
        if not (checks.moment("start", self.start) and checks.moment("end", self.end)):
            return checks.problems
        if not timedelta(0) < self.end - self.start <= timedelta(days=MOST_DAYS):
            checks.refuse("end", say("Send an end 1 to {most} days after the start.", most=MOST_DAYS))
            return checks.problems
        made = _made(checks, "id", Shift, id=self.subject, shift_type=ShiftType.LEAVE, start=self.start, end=self.end)
        if made is None or checks.problems:
            return checks.problems
        return Edit(
            batch=GraphBatch(entities=[made], relationships=_links(made.id, self.person, None)),
            versions={made.id: NOT_THERE},
        )


def _somebody(checks: Checks, name: str, person: str) -> int | None:
    """A person who is there and has not left."""
    index = checks.of_kind(name, person, EntityKind.PERSON, say("the person"))
    if index is not None and not checks.graph.get(Person, index).active:
        checks.refuse(name, say("{thing} has left. Send somebody who is active.", thing=checks.called(index)))
        return None
    return index


def _made(checks: Checks, name: str, cls: type[Shift], **fields: object) -> Shift | None:
    """A new row; what is wrong with its id is noted."""
    id = str(fields["id"])
    checks.new_id(name, id)
    if checks.graph.find(id) is not None:
        checks.refuse(name, say("Something has this id already. Send another id, or none."))
        return None
    try:
        return cls(**fields)  # type: ignore[arg-type]
    except (ValidationError, ValueError):
        checks.refuse(
            name,
            say("An id has 1 to 128 bytes, no blanks around it and no control characters. Send another id, or none."),
        )
        return None


def _links(row: str, person: str, team: str | None) -> list[Relationship]:
    links = [Relationship(kind=RelationshipKind.WORKED_BY, source=row, target=person)]
    return links if team is None else [*links, Relationship(kind=RelationshipKind.OF_TEAM, source=row, target=team)]


ROSTER: tuple[type[Command], ...] = (PlanRoster, StandIn, RecordLeave)
