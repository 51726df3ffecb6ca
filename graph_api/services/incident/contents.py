"""Contents (记录内容): what the entries of a timeline say, by their type, and how that is kept as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from graph_api.services.outage.event import Cause
from schema.codec import UNREADABLE
from schema.incident import TimelineEntry
from schema.incident_terms import (
    CallOutcome,
    ClockEvent,
    EntryType,
    IncidentLevel,
    NoticeOutcome,
    StepOutcome,
    WorkOrderState,
)
from schema.vocabulary import EvidenceKind, LoadsFed, SupplyState, SwitchPosition


class Content(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an entry says beside its time, author and words; lists and ids of things are plain."""


class Opened(Content, frozen=True, kw_only=True):
    """The incident was opened: what was known then."""

    title: str
    since: datetime
    """The moment of loss."""
    cause: Cause = Cause.FAULTED
    level: IncidentLevel | None = None
    equipment: tuple[str, ...] = ()
    tripped: tuple[str, ...] = ()
    stuck: tuple[str, ...] = ()
    exercise: bool = False
    """Whether nothing of it is real: then no switch stands otherwise for it."""
    commander: str | None = None
    """Id of the person who leads it."""
    split_from: str | None = None
    """Id of the incident that it was a part of until then."""
    first_opened_at: datetime | None = None
    """When that one was opened, or the one that had been joined into it: limits run from then on."""
    unacknowledged_since: datetime | None = None
    """From when on it waits to be acknowledged; None = from when this was recorded."""


class Amended(Content, frozen=True, kw_only=True):
    """Something of what was known is another one; None = as before."""

    title: str | None = None
    since: datetime | None = None
    level: IncidentLevel | None = None
    equipment: tuple[str, ...] | None = None
    tripped: tuple[str, ...] | None = None
    stuck: tuple[str, ...] | None = None
    level_was: IncidentLevel | None = None
    """The level until then, where that is another one."""


class EvidenceSaid(Content, frozen=True, kw_only=True):
    """A report of the fault, of the entry's things."""

    kind: EvidenceKind
    positive: bool = True
    towards: str | None = None
    reclosed: bool = False


class EvidenceWithdrawn(Content, frozen=True, kw_only=True):
    """A report is none: the order of its entry."""

    entry: int


class FaultConfirmed(Content, frozen=True, kw_only=True):
    """The fault is on the entry's things; none = there was no fault."""


class Repaired(Content, frozen=True, kw_only=True):
    """What was faulty is sound again, from the entry's time on: the entry's things; none = all that was."""


class Hit(msgspec.Struct, frozen=True, array_like=True):
    """How an affected customer stands."""

    customer: str
    state: SupplyState
    loads_fed: LoadsFed
    back: bool
    deadline: datetime | None = None
    """When its most urgent load comes to harm; None = none known, or nothing is unfed."""
    kw: float | None = None
    """Power of what the event has left unfed; None = not known."""


class Dark(msgspec.Struct, frozen=True, array_like=True):
    """A load without supply that is no customer's."""

    load: str
    kw: float
    is_area: bool
    """Whether households are recorded of it."""


class Affected(Content, frozen=True, kw_only=True):
    """Who is affected, as worked out at one revision; the whole list, the most urgent first."""

    revision: int
    digest: str
    """Of the customers and areas: the same where nothing changed."""
    customers: tuple[Hit, ...] = ()
    area_count: int = 0
    households: int = 0
    lost_kw: float = 0.0
    exact: bool = True
    dark: tuple[Dark, ...] = ()
    """Public areas and other loads behind these figures; () in entries of before it was kept."""


class WorkOrderMoved(Content, frozen=True, kw_only=True):
    """A work order was sent or went on; the entry's things are where it is to be done."""

    work_order: int
    """Number of it in its incident, from 1."""
    state: WorkOrderState
    task: str | None = None
    """What is to be done; None = as before."""
    team: str | None = None
    person: str | None = None
    vehicle: str | None = None
    """What is taken there, as a generator truck."""
    received_at: datetime | None = None
    """From when on its limits run, where it came from another incident; None = from when this one was opened."""


class Switched(Content, frozen=True, kw_only=True):
    """Switches were operated: what stands where since, in order; the positions themselves are in their series."""

    operations: tuple[tuple[str, SwitchPosition], ...]
    change_over: str | None = None
    """The receiving point, where a change-over was made."""


class Refused(Content, frozen=True, kw_only=True):
    """The entry's things, switches, cannot be operated, for the reason in its words: plans go without them until one is
    operated after all."""


class ProcedureStarted(Content, frozen=True, kw_only=True):
    """A procedure of a customer's plan was started: from now on it is the customer's check list."""

    customer: str
    procedure: str


class StepTaken(Content, frozen=True, kw_only=True):
    """A step of the customer's check list was done, or skipped."""

    customer: str
    step: str
    outcome: StepOutcome


class ClockFired(Content, frozen=True, kw_only=True):
    """A service clock of a work order told something by itself."""

    work_order: int
    commitment: str
    """Id of the service commitment."""
    event: ClockEvent
    due: datetime


class Escalated(Content, frozen=True, kw_only=True):
    """Nobody has acknowledged it in time: by a rule these people are told; the entry's things are they."""

    rule: str
    since: datetime
    """From when on it waits to be acknowledged."""
    due: datetime
    people: tuple[str, ...] = ()


class Notifying(Content, frozen=True, kw_only=True):
    """A message is about to be sent: written before, so that no crash hides that it may have gone out."""

    key: str
    """The same each time that this message is sent: its receiver takes it once."""
    escalation: int
    """Order of the entry that it comes from."""
    person: str
    channel: str
    attempt: int
    repeat: bool = False
    """Whether it may have gone out before."""
    link: str | None = None
    """SHA-256 of what its link shows, in hex."""
    link_until: datetime | None = None


class Notified(Content, frozen=True, kw_only=True):
    """What came of it."""

    key: str
    attempt: int
    outcome: NoticeOutcome
    reason: str | None = None
    """Why it was not taken: an English sentence without parameters."""
    detail: str | None = None
    """More of it, as the status that was answered."""


class Acknowledged(Content, frozen=True, kw_only=True):
    """Somebody has taken it in hand: nobody else is told."""

    person: str | None = None
    notice: str | None = None
    """Key of the message whose link was used."""


class Called(Content, frozen=True, kw_only=True):
    """Somebody was called."""

    person: str
    outcome: CallOutcome
    contact: str | None = None
    """Id of the number that was dialled."""


class HandedOver(Content, frozen=True, kw_only=True):
    """Another one leads it from now on."""

    to: str


class HandOverSigned(Content, frozen=True, kw_only=True):
    """Whoever took over has signed for it: the order of the hand-over's entry."""

    entry: int
    person: str


class Noted(Content, frozen=True, kw_only=True):
    """The words of the entry alone."""


class LeftSaid(msgspec.Struct, frozen=True, array_like=True):
    """What was left open, as whoever closed it was told."""

    kind: str
    count: int
    en: str
    zh: str


class Closed(Content, frozen=True, kw_only=True):
    """It is over; `left` are the codes of what was left open, with the entry's words as the reason."""

    left: tuple[str, ...] = ()
    said: tuple[LeftSaid, ...] = ()
    """The same in words; () in entries of before it was kept."""


class Reopened(Content, frozen=True, kw_only=True):
    """It was not over."""


class TookIn(Content, frozen=True, kw_only=True):
    """Another incident was joined into this one: its timeline is a part of this one's; what both come to."""

    other: str
    entries_after: int
    """What is added to the orders of its entries here, and to what refers to them."""
    work_orders_after: int
    """What is added to the numbers of its work orders here."""
    since: datetime
    equipment: tuple[str, ...] = ()
    tripped: tuple[str, ...] = ()
    stuck: tuple[str, ...] = ()
    fault: tuple[str, ...] | None = None
    fault_at: datetime | None = None
    sound: tuple[tuple[str, datetime], ...] = ()
    repaired_at: datetime | None = None
    level: IncidentLevel | None = None
    """The graver one of both; None = as before."""
    unacknowledged_since: datetime | None = None
    """From when on one of both waits to be acknowledged; None = neither does."""


class Joined(Content, frozen=True, kw_only=True):
    """It was joined into another one, and is worked on there."""

    into: str


class SplitOff(Content, frozen=True, kw_only=True):
    """A part of it is worked on as an incident of its own: what went there, and what this one comes to without it."""

    into: str
    reports: tuple[int, ...] = ()
    """Orders of their entries here."""
    work_orders: tuple[int, ...] = ()
    checklists: tuple[str, ...] = ()
    """Customers (ids) whose check lists went there."""
    equipment: tuple[str, ...] = ()
    tripped: tuple[str, ...] = ()
    stuck: tuple[str, ...] = ()
    fault: tuple[str, ...] | None = None
    fault_at: datetime | None = None
    sound: tuple[tuple[str, datetime], ...] = ()
    repaired_at: datetime | None = None
    since: datetime | None = None
    """The moment of loss without it; None = as before."""
    unacknowledged_since: datetime | None = None
    """From when on it waits without it; None = as before."""
    acknowledged: bool = False
    """Whether it alone had waited, so that this one does not any more."""


CONTENTS: dict[EntryType, type[Content]] = {
    EntryType.OPENED: Opened,
    EntryType.AMENDED: Amended,
    EntryType.EVIDENCE: EvidenceSaid,
    EntryType.EVIDENCE_WITHDRAWN: EvidenceWithdrawn,
    EntryType.FAULT_CONFIRMED: FaultConfirmed,
    EntryType.REPAIRED: Repaired,
    EntryType.AFFECTED: Affected,
    EntryType.WORK_ORDER: WorkOrderMoved,
    EntryType.PROCEDURE: ProcedureStarted,
    EntryType.STEP: StepTaken,
    EntryType.SWITCHED: Switched,
    EntryType.REFUSED: Refused,
    EntryType.CLOCK: ClockFired,
    EntryType.ESCALATED: Escalated,
    EntryType.NOTIFYING: Notifying,
    EntryType.NOTIFIED: Notified,
    EntryType.ACKNOWLEDGED: Acknowledged,
    EntryType.CALLED: Called,
    EntryType.NOTE: Noted,
    EntryType.HANDED_OVER: HandedOver,
    EntryType.SIGNED: HandOverSigned,
    EntryType.CLOSED: Closed,
    EntryType.REOPENED: Reopened,
    EntryType.TOOK_IN: TookIn,
    EntryType.JOINED: Joined,
    EntryType.SPLIT_OFF: SplitOff,
}
"""What entries of each type say."""
_T = EntryType
BROUGHT_ALONG = frozenset(
    {
        _T.EVIDENCE, _T.EVIDENCE_WITHDRAWN, _T.WORK_ORDER, _T.PROCEDURE, _T.STEP, _T.SWITCHED, _T.REFUSED, _T.CLOCK,
        _T.CALLED, _T.ESCALATED, _T.NOTIFYING, _T.NOTIFIED,
    }
)  # fmt: skip
"""What an incident that is joined brings along; what both come to beside says the entry that took it in."""
TYPE_OF = {content: kind for kind, content in CONTENTS.items()}


class Entry(NamedTuple):
    """An entry with what it says; None where somebody changed it past this program so that it cannot be read."""

    entity: TimelineEntry
    content: Content | None
    after: int = 0
    """What its order is counted on from, where it came with an incident that was joined."""
    via: tuple[TimelineEntry, ...] = ()
    """By which entries that was joined, the innermost first; () = it is the incident's own."""
    numbers_after: int = 0
    """What the number of its work order is counted on from, likewise."""

    @property
    def of(self) -> tuple[str, ...]:
        """Which incident's it is: the same for all entries that came by one way."""
        return tuple(each.id for each in self.via)

    @property
    def order(self) -> int:
        """Its order in the timeline that it is a part of."""
        return self.after + self.entity.order


def read(entity: TimelineEntry) -> Entry:
    """An entry of the graph with its content."""
    try:
        content: Any = msgspec.json.decode(entity.details or "{}", type=CONTENTS[entity.entry_type])
    except UNREADABLE:
        content = None
    return Entry(entity, content)


def written(content: Content) -> str | None:
    """A content as it is kept; None for one that says nothing."""
    text = msgspec.json.encode(content, order="deterministic").decode()
    return None if text == "{}" else text
