"""Roster (值班): who is on duty at a time, by which shift, and how they are reached.

    a team's duty = who stands in a shift now and belongs to the team, or stands in a shift of the team
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from graph_api.readmodel.snapshot import Snapshot
from schema.people import Contact, Person, Shift
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import DutyState, GapReason, ShiftType

_STATE = {
    ShiftType.LEAVE: DutyState.LEAVE,
    ShiftType.DUTY: DutyState.DUTY,
    ShiftType.STANDBY: DutyState.STANDBY,
}
"""What shifts of one time say, in order of precedence: leave before duty before standby."""
AT_WORK = frozenset({DutyState.DUTY, DutyState.STANDBY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody who holds a role: person, team or both (indexes), whether on duty, contacts in order of calling.

    `shift` is the roster row (index) that says `duty`; `lent_to` the team that this shift names, where it is another
    one. `gap` says why they cannot be reached: on leave, off duty, or without a verified number; None = they can.
    """

    team: int | None
    person: int | None
    duty: DutyState
    shift: int | None
    lent_to: int | None
    contacts: tuple[int, ...]
    gap: GapReason | None


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Who was looked up: people by team that they were looked up for, teams."""

    people: dict[tuple[int, int | None], Holder | None] = field(default_factory=dict)
    teams: dict[int, tuple[Holder, ...]] = field(default_factory=dict)


class Roster:
    """The roster at one time. Who stands in no shift at all is not rostered: reachable, but not said to be on duty."""

    def __init__(self, graph: Snapshot, at: datetime, known: Known | None = None) -> None:
        self._graph = graph
        self._at = at
        known = known or Known()
        self._people, self._teams = known.people, known.teams

    def person(self, person: int, team: int | None = None) -> Holder | None:
        """A person, for a team or alone; None after they have left."""
        key = (person, team)
        if key not in self._people:
            self._people[key] = self._person(person, team)
        return self._people[key]

    def team(self, team: int | None) -> tuple[Holder, ...]:
        """Those of a team who are on duty or standby; the team itself if nobody is; () for None."""
        if team is None:
            return ()
        if team not in self._teams:
            self._teams[team] = self._team(team)
        return self._teams[team]

    def _person(self, person: int, team: int | None) -> Holder | None:
        graph = self._graph
        if not graph.get(Person, person).active:
            return None
        duty, shift = self._duty(person, team)
        contacts = self._contacts(person)
        if team is not None:
            contacts = (*contacts, *(at for at in self._contacts(team) if at not in contacts))
        gap = _GAP.get(duty)
        if gap is None and not self._any_verified(contacts):
            gap = GapReason.NO_VERIFIED_CONTACT
        named = None if shift is None else self._team_of(shift)
        lent = named if team is not None and named != team else None
        return Holder(team=team, person=person, duty=duty, shift=shift, lent_to=lent, contacts=contacts, gap=gap)

    def _duty(self, person: int, team: int | None) -> tuple[DutyState, int | None]:
        """What the roster says of a person now, and the row that says so; a row of this team before one of another."""
        graph = self._graph
        shifts = {at: graph.get(Shift, at) for at in graph.sources(person, RelationshipKind.WORKED_BY)}
        now = [at for at, shift in shifts.items() if shift.start <= self._at < shift.end]
        for shift_type, state in _STATE.items():
            saying = [at for at in now if shifts[at].shift_type is shift_type]
            if saying:
                return state, min(saying, key=lambda at: (self._team_of(at) not in (team, None), at))
        return (DutyState.OFF_DUTY if _is_rostered(list(shifts.values())) else DutyState.NOT_ROSTERED), None

    def _team(self, team: int) -> tuple[Holder, ...]:
        graph = self._graph
        shifts = [at for at in graph.sources(team, RelationshipKind.OF_TEAM) if graph.kind(at) is EntityKind.SHIFT]
        now = [at for at in shifts if (shift := graph.get(Shift, at)).start <= self._at < shift.end]
        members = [at for at in graph.sources(team, RelationshipKind.MEMBER_OF) if graph.kind(at) is EntityKind.PERSON]
        people = sorted({*members, *(each for at in now for each in graph.targets(at, RelationshipKind.WORKED_BY))})
        holders = [holder for each in people if (holder := self.person(each, team)) is not None]
        working = tuple(holder for holder in holders if holder.duty in AT_WORK)
        if working:
            return working
        contacts = self._contacts(team)
        duty = _duty_of_all(holders, _is_rostered([graph.get(Shift, at) for at in shifts]))
        gap = _GAP.get(duty)
        if gap is None and not self._any_verified(contacts):
            gap = GapReason.NO_VERIFIED_CONTACT
        return (Holder(team=team, person=None, duty=duty, shift=None, lent_to=None, contacts=contacts, gap=gap),)

    def _team_of(self, shift: int) -> int | None:
        return next(iter(self._graph.targets(shift, RelationshipKind.OF_TEAM)), None)

    def _contacts(self, holder: int) -> tuple[int, ...]:
        graph = self._graph
        found = {at: graph.get(Contact, at) for at in graph.targets(holder, RelationshipKind.HAS_CONTACT)}
        return tuple(sorted(found, key=lambda at: (found[at].priority, found[at].id)))

    def _any_verified(self, contacts: Sequence[int]) -> bool:
        return any(self._graph.get(Contact, at).verified_on is not None for at in contacts)


_GAP = {DutyState.LEAVE: GapReason.ON_LEAVE, DutyState.OFF_DUTY: GapReason.OFF_DUTY}


def _duty_of_all(holders: Sequence[Holder], is_rostered: bool) -> DutyState:
    """What holds of a team of which nobody is at work: all on leave, off duty, or in no roster."""
    states = {holder.duty for holder in holders}
    if states == {DutyState.LEAVE}:
        return DutyState.LEAVE
    return DutyState.OFF_DUTY if is_rostered or DutyState.OFF_DUTY in states else DutyState.NOT_ROSTERED


def _is_rostered(shifts: Sequence[Shift]) -> bool:
    """Whether there are shifts of duty or standby at all, at whatever time."""
    return any(shift.shift_type is not ShiftType.LEAVE for shift in shifts)
