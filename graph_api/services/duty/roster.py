"""Roster (值班): who is on duty at a time, and how they are reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from graph_api.readmodel.snapshot import Snapshot
from schema.people import Contact, Person, Shift
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import GapReason, ShiftType


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody who holds a role: person, team or both (indexes), whether on duty, contacts in order of calling.

    `gap` says why they cannot be reached: on leave, off duty, or without a verified number; None = they can.
    """

    team: int | None
    person: int | None
    on_duty: bool
    contacts: tuple[int, ...]
    gap: GapReason | None


class Roster:
    """The roster at one time. Who stands in no shift at all is not rostered: reachable, but not said to be on duty."""

    def __init__(self, graph: Snapshot, at: datetime) -> None:
        self._graph = graph
        self._at = at
        self._people: dict[tuple[int, int | None], Holder | None] = {}
        self._teams: dict[int, tuple[Holder, ...]] = {}

    def person(self, person: int, team: int | None = None) -> Holder | None:
        """A person, for a team or alone; None after they have left."""
        key = (person, team)
        if key not in self._people:
            self._people[key] = self._person(person, team)
        return self._people[key]

    def team(self, team: int | None) -> tuple[Holder, ...]:
        """Those of a team who are on duty; the team itself if nobody is, or it has no shifts; () for None."""
        if team is None:
            return ()
        if team not in self._teams:
            self._teams[team] = self._team(team)
        return self._teams[team]

    def _person(self, person: int, team: int | None) -> Holder | None:
        graph = self._graph
        if not graph.get(Person, person).active:
            return None
        shifts = [graph.get(Shift, at) for at in graph.sources(person, RelationshipKind.WORKED_BY)]
        now = {shift.shift_type for shift in shifts if shift.start <= self._at < shift.end}
        on_leave = ShiftType.LEAVE in now
        on_duty = bool(now) and not on_leave
        contacts = self._contacts(person)
        if team is not None:
            contacts = (*contacts, *(at for at in self._contacts(team) if at not in contacts))
        gap = None
        if on_leave:
            gap = GapReason.ON_LEAVE
        elif _is_rostered(shifts) and not on_duty:
            gap = GapReason.OFF_DUTY
        elif not self._any_verified(contacts):
            gap = GapReason.NO_VERIFIED_CONTACT
        return Holder(team=team, person=person, on_duty=on_duty, contacts=contacts, gap=gap)

    def _team(self, team: int) -> tuple[Holder, ...]:
        graph = self._graph
        shifts = {
            at: graph.get(Shift, at)
            for at in graph.sources(team, RelationshipKind.OF_TEAM)
            if graph.kind(at) is EntityKind.SHIFT
        }
        now = [at for at, shift in shifts.items() if shift.start <= self._at < shift.end]
        working = [at for at in now if shifts[at].shift_type is not ShiftType.LEAVE]
        people = sorted({each for at in working for each in graph.targets(at, RelationshipKind.WORKED_BY)})
        holders = [holder for each in people if (holder := self.person(each, team)) is not None and holder.on_duty]
        if holders:
            return tuple(holders)
        contacts = self._contacts(team)
        gap = None
        if _is_rostered(list(shifts.values())):
            gap = GapReason.OFF_DUTY
        elif not self._any_verified(contacts):
            gap = GapReason.NO_VERIFIED_CONTACT
        return (Holder(team=team, person=None, on_duty=False, contacts=contacts, gap=gap),)

    def _contacts(self, holder: int) -> tuple[int, ...]:
        graph = self._graph
        found = {at: graph.get(Contact, at) for at in graph.targets(holder, RelationshipKind.HAS_CONTACT)}
        return tuple(sorted(found, key=lambda at: (found[at].priority, found[at].id)))

    def _any_verified(self, contacts: Sequence[int]) -> bool:
        return any(self._graph.get(Contact, at).verified_on is not None for at in contacts)


def _is_rostered(shifts: Sequence[Shift]) -> bool:
    """Whether there are shifts of duty or standby at all, at whatever time."""
    return any(shift.shift_type is not ShiftType.LEAVE for shift in shifts)
