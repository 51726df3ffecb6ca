"""Watches of a team (班次): who is on duty from when to when, and what is wrong with its roster.

Who is on duty at a time is what `Roster` says of that time; here it is told for a stretch, cut where it changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import unique
from itertools import pairwise

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing, Things
from graph_api.services.duty.roster import Roster
from schema.people import Person, Shift
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import DutyState, ShiftType, Term
from schema.words import Sentence, say

_AT_WORK = frozenset({ShiftType.DUTY, ShiftType.STANDBY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The same people on duty and on standby; nobody at all = a gap."""

    start: datetime
    end: datetime
    on_duty: Things
    standby: Things


@unique
class RosterFindingKind(Term):
    """排班问题类型: 排班有何问题。 What is wrong with a roster."""

    GAP = "GAP", "无人值班", "nobody is on duty"
    DOUBLE = "DOUBLE", "重复排班", "somebody stands in two shifts at once"
    LONG = "LONG", "连续值班过长", "somebody is on duty for too long without a break"
    ON_LEAVE = "ON_LEAVE", "休假期间排班", "somebody stands in a shift and is on leave"
    GONE = "GONE", "已离职人员排班", "somebody stands in a shift who has left"


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterFinding:
    """Something that is wrong, and with whom."""

    kind: RosterFindingKind
    start: datetime
    end: datetime
    person: Thing | None
    shifts: Things
    text: Sentence


@dataclass(frozen=True)
class TeamRoster:
    """A team's roster over a stretch of time."""

    graph: Snapshot = field(repr=False)
    team: Thing
    start: datetime
    end: datetime
    longest: timedelta
    """How long somebody may be on duty without a break."""

    @property
    def watches(self) -> list[Watch]:
        """Who is on duty, cut where that changes."""
        return watches(self.graph, self.team, self.start, self.end)

    @property
    def findings(self) -> list[RosterFinding]:
        """What is wrong, the earliest first."""
        return roster_findings(self.graph, self.team, self.start, self.end, self.longest)


def watches(graph: Snapshot, team: Thing, start: datetime, end: datetime) -> list[Watch]:
    """Who of a team is on duty from `start` to `end`, cut where that changes; together they are the whole stretch."""
    cuts = sorted({start, end, *(at for at in changes(graph, team) if start < at < end)})
    found = list[Watch]()
    for begins, ends in pairwise(cuts):
        duty, standby = at_work(graph, team, begins)
        if found and (found[-1].on_duty, found[-1].standby) == (duty, standby):
            found[-1] = replace(found[-1], end=ends)
        else:
            found.append(Watch(start=begins, end=ends, on_duty=duty, standby=standby))
    return found


def roster_findings(
    graph: Snapshot, team: Thing, start: datetime, end: datetime, longest: timedelta
) -> list[RosterFinding]:
    """What is wrong with a team's roster in a stretch of time, the earliest first. `longest`: how long somebody may be
    on duty without a break."""
    found = [*_gaps(graph, team, start, end)]
    for person in _people(graph, team):
        rows = [each for each in _rows(graph, person) if each[1].start < end and each[1].end > start]
        found += [*_doubles(graph, person, rows), *_long(graph, person, rows, longest), *_absent(graph, person, rows)]
    return sorted(found, key=lambda each: (each.start, each.kind.value, each.shifts))


def at_work(graph: Snapshot, team: Thing, at: datetime) -> tuple[Things, Things]:
    """Who of a team is on duty at a moment, and who is on standby."""
    holders = [each for each in Roster(graph, at).team(team) if each.person is not None]
    states = ((each.duty, each.person) for each in holders if each.person is not None)
    by_state: dict[DutyState, list[int]] = {}
    for duty, person in states:
        by_state.setdefault(duty, []).append(person)
    return tuple(sorted(by_state.get(DutyState.DUTY, ()))), tuple(sorted(by_state.get(DutyState.STANDBY, ())))


def _people(graph: Snapshot, team: Thing) -> list[Thing]:
    """Its members, and whoever stands in a shift of it."""
    members = [at for at in graph.sources(team, RelationshipKind.MEMBER_OF) if graph.kind(at) is EntityKind.PERSON]
    lent = [who for row in _shifts_of(graph, team) for who in graph.targets(row, RelationshipKind.WORKED_BY)]
    return sorted({*members, *lent})


def _shifts_of(graph: Snapshot, team: Thing) -> list[Thing]:
    return [at for at in graph.sources(team, RelationshipKind.OF_TEAM) if graph.kind(at) is EntityKind.SHIFT]


def _rows(graph: Snapshot, person: Thing) -> list[tuple[Thing, Shift]]:
    found = [(at, graph.get(Shift, at)) for at in graph.sources(person, RelationshipKind.WORKED_BY)]
    return sorted(found, key=lambda each: (each[1].start, each[0]))


def changes(graph: Snapshot, team: Thing) -> Iterator[datetime]:
    """When who is at work may change."""
    for person in _people(graph, team):
        for _, shift in _rows(graph, person):
            yield shift.start
            yield shift.end


def _gaps(graph: Snapshot, team: Thing, start: datetime, end: datetime) -> Iterator[RosterFinding]:
    for each in watches(graph, team, start, end):
        if not each.on_duty:
            text = say("Nobody is on duty.")
            if each.standby:
                text = say("Nobody is on duty; on standby: {people}.", people=_names(graph, each.standby))
            yield RosterFinding(
                kind=RosterFindingKind.GAP, start=each.start, end=each.end, person=None, shifts=(), text=text
            )


def _doubles(graph: Snapshot, person: Thing, rows: list[tuple[Thing, Shift]]) -> Iterator[RosterFinding]:
    duty = [each for each in rows if each[1].shift_type is ShiftType.DUTY]
    for place, (first, one) in enumerate(duty):
        for second, other in duty[place + 1 :]:
            if other.start < one.end:
                yield RosterFinding(
                    kind=RosterFindingKind.DOUBLE,
                    start=other.start,
                    end=min(one.end, other.end),
                    person=person,
                    shifts=(first, second),
                    text=say("{person} stands in two shifts at once.", person=_names(graph, (person,))),
                )


def _long(
    graph: Snapshot, person: Thing, rows: list[tuple[Thing, Shift]], longest: timedelta
) -> Iterator[RosterFinding]:
    stretch: list[tuple[Thing, Shift]] = []
    for each in (*(row for row in rows if row[1].shift_type is ShiftType.DUTY), None):
        if stretch and (each is None or each[1].start > max(shift.end for _, shift in stretch)):
            start, end = stretch[0][1].start, max(shift.end for _, shift in stretch)
            if end - start > longest:
                hours = f"{(end - start) / timedelta(hours=1):g}"
                yield RosterFinding(
                    kind=RosterFindingKind.LONG,
                    start=start,
                    end=end,
                    person=person,
                    shifts=tuple(at for at, _ in stretch),
                    text=say(
                        "{person} is on duty for {hours} h without a break.",
                        person=_names(graph, (person,)),
                        hours=hours,
                    ),
                )
            stretch = []
        stretch += [] if each is None else [each]


def _absent(graph: Snapshot, person: Thing, rows: list[tuple[Thing, Shift]]) -> Iterator[RosterFinding]:
    """Shifts of somebody who has left, or is on leave then."""
    name, working = _names(graph, (person,)), [each for each in rows if each[1].shift_type in _AT_WORK]
    if not graph.get(Person, person).active:
        text = say("{person} stands in a shift and has left.", person=name)
        for at, shift in working:
            yield RosterFinding(
                kind=RosterFindingKind.GONE, start=shift.start, end=shift.end, person=person, shifts=(at,), text=text
            )
        return
    away = [each for each in rows if each[1].shift_type is ShiftType.LEAVE]
    for at, shift in working:
        for other, leave in away:
            if shift.start < leave.end and leave.start < shift.end:
                yield RosterFinding(
                    kind=RosterFindingKind.ON_LEAVE,
                    start=max(shift.start, leave.start),
                    end=min(shift.end, leave.end),
                    person=person,
                    shifts=(at, other),
                    text=say("{person} stands in a shift and is on leave.", person=name),
                )


def _names(graph: Snapshot, people: Things) -> list[str]:
    return [graph.name(at) or graph.id(at) for at in people]
