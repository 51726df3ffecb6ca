"""State of an incident (事件状态): a fold over the entries of its timeline, and nothing else.

    entries ── as it was at a moment (`at` ≤ T) ──▶ in the order in which things happened ──▶ fold ──▶ state
            └─ as it was known at a moment (`recorded_at` ≤ T)
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from graph_api.services.incident import contents
from graph_api.services.incident.contents import (
    BROUGHT_ALONG,
    Affected,
    Called,
    ClockFired,
    Entry,
    EvidenceSaid,
    Opened,
    WorkOrderMoved,
)
from graph_api.services.incident.notices import Escalation, Messages, Notice, is_graver
from graph_api.services.incident.records import Call, Operation, Report, WorkOrder, own_again
from graph_api.services.incident.runs import Procedure, StepTaking
from schema.incident import TimelineEntry
from schema.incident_terms import ClockEvent, EntryType, IncidentLevel

Fired = tuple[int, str, ClockEvent, datetime]
"""Work order, id of the commitment, what was told, and the limit that it was told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentState:
    """An incident at a moment. Ids of things are as they were written."""

    title: str
    since: datetime
    """The moment of loss."""
    opened_at: datetime
    opened_by: str
    opened: Opened
    level: IncidentLevel | None = None
    equipment: tuple[str, ...] = ()
    tripped: tuple[str, ...] = ()
    stuck: tuple[str, ...] = ()
    commander: str | None = None
    unsigned: int | None = None
    """Order of the entry by which it was handed over, while who leads now has not signed."""
    reports: tuple[Report, ...] = ()
    fault: tuple[str, ...] | None = None
    """What is faulty, as confirmed; () = there was no fault, None = not confirmed."""
    fault_at: datetime | None = None
    sound: tuple[tuple[str, datetime], ...] = ()
    """What of `fault` is sound again while the rest is not said to be, each with from when on."""
    repaired_at: datetime | None = None
    """From when on what was faulty is sound; of what was found to be no fault, from when that was found."""
    affected: Affected | None = None
    affected_at: datetime | None = None
    affected_times: int = 0
    """How often it was worked out anew."""
    work_orders: tuple[WorkOrder, ...] = ()
    last_work_order: int = 0
    """The highest number that one has or had here: none is given twice."""
    procedures: tuple[Procedure, ...] = ()
    """In the order in which they were started; the last one of a customer is the one that runs."""
    calls: tuple[Call, ...] = ()
    acts: tuple[Operation, ...] = ()
    """What was operated for it, in order."""
    refused: tuple[str, ...] = ()
    """Switches that cannot be operated, as was said; none that was operated since."""
    fired: frozenset[Fired] = frozenset()
    """What clocks have told already."""
    unacknowledged_since: datetime | None = None
    """From when on it waits to be acknowledged; None = somebody has."""
    acknowledged_at: datetime | None = None
    """When somebody did last."""
    acknowledged_by: str | None = None
    escalations: tuple[Escalation, ...] = ()
    notices: tuple[Notice, ...] = ()
    closed_at: datetime | None = None
    closed_by: str | None = None
    reason: str | None = None
    """Why it was closed with something left open."""
    left_then: tuple[contents.LeftSaid, ...] = ()
    """What was left open when it was closed."""
    joined_into: str | None = None
    """Id of the incident that it is worked on in."""
    entry_count: int = 0
    unread: tuple[int, ...] = ()
    """Orders of entries that cannot be read."""

    @property
    def is_open(self) -> bool:
        """Whether it is worked on."""
        return self.closed_at is None

    @property
    def operated(self) -> tuple[str, ...]:
        """What was operated for it, each once."""
        return tuple(dict.fromkeys(each.switch for each in self.acts))

    @property
    def faulty(self) -> tuple[str, ...]:
        """What the event is asked of: the confirmed fault, else what the incident was opened on."""
        return self.fault or self.equipment


def entries_as_of(entries: Iterable[Entry], at: datetime | None = None, known: datetime | None = None) -> list[Entry]:
    """Entries of what had happened at a moment, and was known at another, in the order in which it happened.

    The opening comes first, whatever was said later of a time before it; of two things of one moment the one recorded
    first.
    """
    chosen = [each for each in entries if all(_is_in(one, at, known) for one in (each.entity, *each.via))]
    return sorted(chosen, key=_place)


def _is_in(entity: TimelineEntry, at: datetime | None, known: datetime | None) -> bool:
    return (at is None or entity.at <= at) and (known is None or entity.recorded_at <= known)


def _place(entry: Entry) -> tuple[bool, datetime, int]:
    return bool(entry.via) or entry.entity.entry_type is not EntryType.OPENED, entry.entity.at, entry.order


def fold(entries: Sequence[Entry]) -> IncidentState | None:
    """The state after these entries, in their order; None where the opening is not among them."""
    if not entries or not isinstance(opened := entries[0].content, Opened):
        return None
    folding = _Folding(opened, entries[0], {each.of: _received(each) for each in entries if _opens(each)})
    for entry in entries[1:]:
        if entry.content is None:
            folding.unread.append(entry.order)
        elif not entry.via or entry.entity.entry_type in BROUGHT_ALONG:
            _FOLDS[entry.entity.entry_type](folding, entry, entry.content)
    return folding.state(len(entries))


WHAT_FAILED: Final = ("equipment", "tripped", "stuck", "fault", "fault_at", "sound", "repaired_at")
"""Fields of a state that say what has failed, and what of it is sound again."""


def _opens(entry: Entry) -> bool:
    return isinstance(entry.content, Opened)


def _received(opening: Entry) -> datetime:
    """When an incident, or the one that it was split from, was opened."""
    said = opening.content
    return (said.first_opened_at if isinstance(said, Opened) else None) or opening.entity.at


@dataclass(slots=True)
class _Folding:
    """What the entries so far add up to."""

    opened: Opened
    opening: Entry
    received: dict[tuple[str, ...], datetime]
    """When the incident was opened, and each that was joined into it, by `Entry.of`."""
    said: dict[str, Any] = field(default_factory=dict)
    """Fields of the state that are plainly set."""
    reports: dict[int, Report] = field(default_factory=dict)
    orders: dict[int, WorkOrder] = field(default_factory=dict)
    procedures: list[Procedure] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    fired: list[Fired] = field(default_factory=list)
    escalations: list[Escalation] = field(default_factory=list)
    messages: Messages = field(default_factory=Messages)
    affected_times: int = 0
    gone: set[int] = field(default_factory=set)
    """Numbers of work orders that went to an incident of its own."""
    unread: list[int] = field(default_factory=list)

    def state(self, entry_count: int) -> IncidentState:
        """The state by now."""
        opened, entity = self.opened, self.opening.entity
        plain: dict[str, Any] = {
            "title": opened.title,
            "since": opened.since,
            "level": opened.level,
            "equipment": opened.equipment,
            "tripped": opened.tripped,
            "stuck": opened.stuck,
            "commander": opened.commander,
            "unacknowledged_since": opened.unacknowledged_since or entity.recorded_at,
        }
        return IncidentState(
            opened=opened,
            opened_at=entity.at,
            opened_by=entity.by,
            reports=tuple(self.reports.values()),
            work_orders=tuple(self.orders.values()),
            last_work_order=max((*self.orders, *self.gone), default=0),
            procedures=tuple(self.procedures),
            calls=tuple(self.calls),
            fired=frozenset(self.fired),
            escalations=tuple(self.escalations),
            notices=self.messages.notices,
            affected_times=self.affected_times,
            entry_count=entry_count,
            unread=tuple(self.unread),
            **(plain | self.said),
        )

    def noted(self, entry: Entry, content: Any) -> None:
        """Words alone change nothing; a second opening is none."""

    def amended(self, entry: Entry, content: contents.Amended) -> None:
        """What was known is another; a graver level is to be acknowledged anew."""
        if is_graver(content.level, self.said.get("level") or self.opened.level):
            self.said["unacknowledged_since"] = entry.entity.recorded_at
        said = {name: getattr(content, name) for name in content.__struct_fields__ if name != "level_was"}
        self.said |= {name: value for name, value in said.items() if value is not None}

    def evidence(self, entry: Entry, content: EvidenceSaid) -> None:
        """A report."""
        entity = entry.entity
        self.reports[entry.order] = Report(
            entry=entry.order, things=entity.things, said=content, at=entity.at, source=entity.source
        )

    def withdrawn(self, entry: Entry, content: contents.EvidenceWithdrawn) -> None:  # noqa: ARG002
        """A report is none."""
        self.reports.pop(content.entry, None)

    def confirmed(self, entry: Entry, content: Any) -> None:  # noqa: ARG002
        """The fault was found, or that there is none."""
        entity = entry.entity
        sound = None if entity.things else entity.at
        self.said |= {"fault": entity.things, "fault_at": entity.at, "repaired_at": sound, "sound": ()}

    def repaired(self, entry: Entry, content: Any) -> None:  # noqa: ARG002
        """What was faulty is sound, or a part of it."""
        entity, faulty = entry.entity, self.said.get("fault") or ()
        again = dict(self.said.get("sound", ())) | {each: entity.at for each in entity.things if each in faulty}
        self.said["sound"] = tuple(again.items())
        if not entity.things or again.keys() >= set(faulty):
            self.said["repaired_at"] = entity.at

    def affected(self, entry: Entry, content: Affected) -> None:
        """Who is hit."""
        self.affected_times += 1
        self.said |= {"affected": content, "affected_at": entry.entity.at}

    def work_order(self, entry: Entry, content: WorkOrderMoved) -> None:
        """A work order goes on."""
        entity, number = entry.entity, content.work_order
        before = self.orders.get(number)
        if before is None:
            former = (entry.via[0].things[0], number - entry.numbers_after) if entry.via else None
            received = content.received_at or self.received.get(entry.of)
            before = WorkOrder(number=number, task="", state=content.state, received_at=received, former=former)
        self.orders[number] = replace(
            before,
            task=content.task or before.task,
            state=content.state,
            things=entity.things or before.things,
            team=content.team or before.team,
            person=content.person or before.person,
            vehicle=content.vehicle or before.vehicle,
            times=(*before.times, (content.state, entity.at)),
        )

    def operated(self, entry: Entry, content: contents.Switched) -> None:
        """Switches were operated for it: they can be."""
        at, recorded_at, now = entry.entity.at, entry.entity.recorded_at, [switch for switch, _ in content.operations]
        acts = (Operation(switch=switch, at=at, recorded_at=recorded_at) for switch in now)
        self.said["acts"] = (*self.said.get("acts", ()), *acts)
        self.said["refused"] = tuple(each for each in self.said.get("refused", ()) if each not in now)

    def refused(self, entry: Entry, content: contents.Refused) -> None:  # noqa: ARG002
        """Switches cannot be operated."""
        self.said["refused"] = tuple(dict.fromkeys((*self.said.get("refused", ()), *entry.entity.things)))

    def fired_clock(self, entry: Entry, content: ClockFired) -> None:  # noqa: ARG002
        """A clock told something: once for each limit that it had."""
        self.fired.append((content.work_order, content.commitment, content.event, content.due))

    def escalated(self, entry: Entry, content: contents.Escalated) -> None:
        """Others are told."""
        self.escalations.append(Escalation(entry=entry.order, at=entry.entity.at, said=content))

    def notifying(self, entry: Entry, content: contents.Notifying) -> None:
        """A message is sent."""
        self.messages.intends(content, entry.entity.recorded_at)

    def notified(self, entry: Entry, content: contents.Notified) -> None:
        """What came of it."""
        self.messages.ends(content, entry.entity.recorded_at)

    def acknowledged(self, entry: Entry, content: contents.Acknowledged) -> None:  # noqa: ARG002
        """Somebody has taken it in hand."""
        at, by = entry.entity.at, entry.entity.by
        self.said |= {"unacknowledged_since": None, "acknowledged_at": at, "acknowledged_by": by}

    def procedure(self, entry: Entry, content: contents.ProcedureStarted) -> None:
        """A check list begins."""
        self.procedures.append(
            Procedure(
                customer=content.customer,
                procedure=content.procedure,
                started_at=entry.entity.at,
                started_by=entry.entity.by,
            )
        )

    def step(self, entry: Entry, content: contents.StepTaken) -> None:
        """A step of the check list that runs."""
        entity = entry.entity
        runs = [each for each in self.procedures if each.customer == content.customer]
        if runs:
            runs[-1].steps[content.step] = StepTaking(
                outcome=content.outcome, at=entity.at, by=entity.by, note=entity.note
            )

    def called(self, entry: Entry, content: Called) -> None:
        """A call."""
        entity = entry.entity
        self.calls.append(
            Call(
                entry=entry.order,
                person=content.person,
                contact=content.contact,
                outcome=content.outcome,
                at=entity.at,
                by=entity.by,
            )
        )

    def handed_over(self, entry: Entry, content: contents.HandedOver) -> None:
        """Another one leads, and has yet to sign."""
        self.said |= {"commander": content.to, "unsigned": entry.entity.order}

    def signed(self, entry: Entry, content: contents.HandOverSigned) -> None:  # noqa: ARG002
        """Whoever leads now has signed."""
        if self.said.get("unsigned") == content.entry:
            self.said["unsigned"] = None

    def closed(self, entry: Entry, content: contents.Closed) -> None:
        """It is over."""
        entity = entry.entity
        self.said |= {"closed_at": entity.at, "closed_by": entity.by, "reason": entity.note, "left_then": content.said}

    def took_in(self, entry: Entry, content: contents.TookIn) -> None:  # noqa: ARG002
        """Another one is part of it."""
        self.said |= {name: getattr(content, name) for name in ("since", *WHAT_FAILED)}
        graver = {name: getattr(content, name) for name in ("level", "unacknowledged_since")}
        self.said |= {name: value for name, value in graver.items() if value is not None}

    def split_off(self, entry: Entry, content: contents.SplitOff) -> None:  # noqa: ARG002
        """A part of it is worked on elsewhere."""
        self.said |= {name: getattr(content, name) for name in WHAT_FAILED}
        self.said |= own_again(content)
        self.reports = {order: each for order, each in self.reports.items() if order not in content.reports}
        self.gone.update(content.work_orders)
        self.orders = {number: each for number, each in self.orders.items() if number not in self.gone}
        self.procedures = [each for each in self.procedures if each.customer not in content.checklists]

    def joined(self, entry: Entry, content: contents.Joined) -> None:
        """It is worked on elsewhere."""
        self.said |= {"closed_at": entry.entity.at, "closed_by": entry.entity.by, "joined_into": content.into}

    def reopened(self, entry: Entry, content: Any) -> None:  # noqa: ARG002
        """It was not over, and is to be acknowledged anew."""
        self.said["unacknowledged_since"] = entry.entity.recorded_at
        self.said |= {"closed_at": None, "closed_by": None, "reason": None, "left_then": ()}


_FOLDS: dict[EntryType, Callable[[_Folding, Entry, Any], None]] = {
    EntryType.OPENED: _Folding.noted,
    EntryType.AMENDED: _Folding.amended,
    EntryType.EVIDENCE: _Folding.evidence,
    EntryType.EVIDENCE_WITHDRAWN: _Folding.withdrawn,
    EntryType.FAULT_CONFIRMED: _Folding.confirmed,
    EntryType.REPAIRED: _Folding.repaired,
    EntryType.AFFECTED: _Folding.affected,
    EntryType.WORK_ORDER: _Folding.work_order,
    EntryType.SWITCHED: _Folding.operated,
    EntryType.REFUSED: _Folding.refused,
    EntryType.CLOCK: _Folding.fired_clock,
    EntryType.PROCEDURE: _Folding.procedure,
    EntryType.STEP: _Folding.step,
    EntryType.ESCALATED: _Folding.escalated,
    EntryType.NOTIFYING: _Folding.notifying,
    EntryType.NOTIFIED: _Folding.notified,
    EntryType.ACKNOWLEDGED: _Folding.acknowledged,
    EntryType.CALLED: _Folding.called,
    EntryType.NOTE: _Folding.noted,
    EntryType.HANDED_OVER: _Folding.handed_over,
    EntryType.SIGNED: _Folding.signed,
    EntryType.CLOSED: _Folding.closed,
    EntryType.REOPENED: _Folding.reopened,
    EntryType.TOOK_IN: _Folding.took_in,
    EntryType.JOINED: _Folding.joined,
    EntryType.SPLIT_OFF: _Folding.split_off,
}
