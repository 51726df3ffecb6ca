"""Calling (首要联系人): whom to call first, at which number; the call sheet (应急联络表), nobody on it twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing
from graph_api.services.duty.responsibility import (
    Responsibilities,
    ResponsibilityRow,
    ResponsibilityTable,
    role_order,
)
from graph_api.services.outage.affected import AffectedCustomer
from graph_api.services.outage.impact import WITHIN_HOUR_S, Impact
from schema.calling import ABOUT_CUSTOMERS, ABOUT_EQUIPMENT
from schema.customer import Customer
from schema.people import Contact
from schema.registry import EntityKind
from schema.vocabulary import ContactType, GapReason, ResponsibilityRole

_NEVER = datetime.max.replace(tzinfo=UTC)
_COMMANDS = ABOUT_EQUIPMENT[0].role
_SOON = timedelta(seconds=WITHIN_HOUR_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A reason for a call: in which role, about which thing (index), by when, and whether supply waits for a hand."""

    role: ResponsibilityRole
    about: Thing
    deadline: datetime | None = None
    transfer_by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call to a person, else to a group as a whole; neither = nobody can be called, and `gap` says why.

    `number` is the Contact (index) to use. With a gap it is that of who holds the role though nobody of it is on duty:
    the one to try meanwhile.
    """

    person: Thing | None = None
    group: Thing | None = None
    number: Thing | None = None
    gap: GapReason | None = None
    tasks: tuple[Task, ...]

    @property
    def deadline(self) -> datetime | None:
        """The first deadline among the reasons; None = none has one."""
        return min((task.deadline for task in self.tasks if task.deadline is not None), default=None)


def number_of(graph: Snapshot, row: ResponsibilityRow) -> int | None:
    """The verified number to call first (a telephone before a mailbox); None = there is none.

    Who is on leave is not called, whatever number is known.
    """
    if row.gap is GapReason.ON_LEAVE:
        return None
    verified = [at for at in row.contacts if graph.get(Contact, at).verified_on is not None]
    phones = [at for at in verified if graph.get(Contact, at).contact_type is not ContactType.EMAIL]
    return next(iter(phones or verified), None)


def first_of(table: ResponsibilityTable, role: ResponsibilityRole) -> ResponsibilityRow | None:
    """Who of a role is called first: reachable here, else one step further, else who holds it; None = nobody."""
    held = next((row for row in table.rows if row.role is role), None)
    if held is None or held.gap is None:
        return held
    return held.backup[0] if held.backup else held


def deputy_of(table: ResponsibilityTable, role: ResponsibilityRole) -> ResponsibilityRow | None:
    """Who of a role can be called if the first does not answer; None = nobody."""
    first = first_of(table, role)
    ready = [row for row in table.rows if row.role is role and row.gap is None]
    held = next((row for row in table.rows if row.role is role), None)
    ready += held.backup if held is not None else ()
    return next((row for row in ready if first is not None and _holder(row) != _holder(first)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAnswer:
    """Of one role: whom to call first, who stands in, and why nobody of it can be reached where that is so."""

    role: ResponsibilityRole
    first: ResponsibilityRow
    """Reachable here, else one step further, else who holds it."""
    deputy: ResponsibilityRow | None
    gap: GapReason | None


def role_answers(table: ResponsibilityTable) -> list[RoleAnswer]:
    """One per role of a table, in the table's order."""
    missing = {row.role for row in table.gaps}
    answers = []
    for role in dict.fromkeys(row.role for row in table.rows):
        held = next(row for row in table.rows if row.role is role)
        first = first_of(table, role) or held
        gap = held.gap if role in missing or first.gap is not None else None
        answers.append(RoleAnswer(role=role, first=first, deputy=deputy_of(table, role), gap=gap))
    return answers


def manager_of(tables: Responsibilities, customer: int) -> int | None:
    """The customer manager (person) who can be reached first; None if there is none."""
    rows = tables.of(customer, frozenset([ResponsibilityRole.CUSTOMER_MANAGER])).rows
    return next((row.person for row in rows if row.person is not None), None)


def call_first(table: ResponsibilityTable, each: AffectedCustomer) -> ResponsibilityRow | None:
    """Whom to call first about an affected customer: who changes its supply over by hand, its manager, its contact."""
    rows = (first_of(table, task.role) for task in _tasks_about(each))
    return next((row for row in rows if row is not None and row.gap is None), None)


def call_sheet(found: Impact) -> list[Call]:
    """Calls about an incident, each person once, the most urgent first.

    First the duty dispatcher; then who is called about a customer with a deadline within the hour, by deadline; then
    the other roles of the equipment; then all others by deadline, and in the customers' order of need. Roles that
    nobody can be called for are calls to nobody, one for each role and reason.
    """
    calls = _each_once(found.model.graph, _wanted(found))
    equipment, soon = frozenset(found.equipment), found.since + _SOON

    def urgency(task: Task) -> tuple[int, datetime]:
        return _rank(task, equipment, soon), task.deadline or _NEVER

    ordered = (replace(call, tasks=tuple(sorted(call.tasks, key=urgency))) for call in calls)
    return sorted(ordered, key=lambda call: urgency(call.tasks[0]))


def calls_of(graph: Snapshot, table: ResponsibilityTable) -> list[Call]:
    """Calls to all who come first in a role of a table, each person once, in the order of the roles."""
    parts = table.parts or (table,)
    wanted = ((Task(role=each.role, about=part.of[0]), each.first) for part in parts for each in role_answers(part))
    return sorted(_each_once(graph, wanted), key=lambda call: role_order(call.tasks[0].role))


def _each_once(graph: Snapshot, wanted: Iterable[tuple[Task, ResponsibilityRow | None]]) -> list[Call]:
    """A call for each person or group with all reasons; where nobody can be called, one for each role and gap."""
    calls: dict[tuple[object, ...], Call] = {}
    for task, row in wanted:
        call = _call(graph, task, row)
        somebody = call.person is not None or call.group is not None
        key = (call.person, call.group, call.gap) if somebody else (task.role, call.gap)
        known = calls.get(key)
        calls[key] = call if known is None else replace(known, tasks=(*known.tasks, task))
    return list(calls.values())


def _rank(task: Task, equipment: Collection[int], soon: datetime) -> int:
    """Place of a reason: the dispatcher, a deadline until `soon`, the equipment, else."""
    if task.about in equipment and task.deadline is None:
        return 0 if task.role is _COMMANDS else 2
    return 1 if task.deadline is not None and task.deadline <= soon else 3


def _call(graph: Snapshot, task: Task, row: ResponsibilityRow | None) -> Call:
    number = None if row is None else number_of(graph, row)
    if row is None or (row.gap is not None and number is None):
        return Call(gap=GapReason.NOBODY if row is None else row.gap, tasks=(task,))
    group = None if row.person is not None else row.group
    return Call(person=row.person, group=group, number=number, gap=row.gap, tasks=(task,))


def _wanted(found: Impact) -> Iterator[tuple[Task, ResponsibilityRow | None]]:
    tables = Responsibilities(found.model, found.at)
    for index in found.equipment:
        if found.model.graph.kind(index) is not EntityKind.CUSTOMER:
            table = tables.of(index)
            for called in ABOUT_EQUIPMENT:
                yield from _about(table, Task(role=called.role, about=index))
    for _, index in found.customers():
        yield from _of_customer(tables.of(index), found.affected(index))


def _of_customer(table: ResponsibilityTable, each: AffectedCustomer) -> Iterator[tuple[Task, ResponsibilityRow | None]]:
    for task in _tasks_about(each):
        if task.transfer_by_hand:
            yield task, first_of(table, task.role)
        else:
            yield from _about(table, task)


def _tasks_about(each: AffectedCustomer) -> Iterator[Task]:
    """Why somebody is called about a customer that is hit: each role once, the change-over by hand first."""
    due = None if each.most_urgent is None else each.most_urgent.deadline
    waits = each.awaiting_transfer
    importance = each.model.graph.get(Customer, each.customer).importance
    if waits is not None:
        yield Task(role=waits.doer, about=each.customer, deadline=due, transfer_by_hand=True)
    for called in ABOUT_CUSTOMERS:
        wanted = not called.importance or importance in called.importance
        if wanted and (waits is None or called.role is not waits.doer):
            yield Task(role=called.role, about=each.customer, deadline=due)


def _about(table: ResponsibilityTable, task: Task) -> Iterator[tuple[Task, ResponsibilityRow | None]]:
    """The task with who is called for it; nothing where the role is neither held nor required."""
    if any(row.role is task.role for row in table.rows):
        yield task, first_of(table, task.role)


def _holder(row: ResponsibilityRow) -> tuple[int | None, int | None]:
    return row.person, None if row.person is not None else row.group
