"""Messages of an incident (事件通知): whom it was escalated to, and what became of each message.

    escalated to P1, P2 ──▶ message to P1 by channel A ── attempt 1: failed ──▶ by channel B ── attempt 1: taken
                        └─▶ message to P2 by channel A ── attempt 1: no outcome for 30 s ──▶ attempt 2, marked as repeat

A message is one person, one channel and one escalation; its key stays the same at each attempt.
"""  # fmt: skip

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from graph_api.services.incident.contents import Escalated, Notified, Notifying
from schema.incident_terms import IncidentLevel, NoticeOutcome

LEASE = timedelta(seconds=30)
"""After so long without an outcome whoever sent a message is taken to have died, and it may have gone out or not."""
_LEVELS = tuple(IncidentLevel)
"""The gravest first."""


def is_graver(level: IncidentLevel | None, than: IncidentLevel | None) -> bool:
    """Whether a level is graver than another; any is graver than none."""
    return level is not None and (than is None or _LEVELS.index(level) < _LEVELS.index(than))


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """An escalation that happened."""

    entry: int
    at: datetime
    said: Escalated


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One time that a message was sent."""

    number: int
    at: datetime
    repeat: bool
    outcome: NoticeOutcome | None
    """None = not known yet, or never: who sent it has died."""
    reason: str | None
    detail: str | None
    link: str | None
    link_until: datetime | None

    def is_under_way(self, now: datetime) -> bool:
        """Whether its outcome may still come; a clock that was set back or ahead by more makes it unknown."""
        return self.outcome is None and abs(now - self.at) < LEASE


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message, with all times that it was sent."""

    key: str
    escalation: int
    person: str
    channel: str
    attempts: tuple[Attempt, ...]

    @property
    def is_delivered(self) -> bool:
        """Whether its channel has taken it."""
        return any(each.outcome is NoticeOutcome.DELIVERED for each in self.attempts)

    @property
    def may_be_out(self) -> bool:
        """Whether it may have gone out although nobody knows."""
        return any(each.outcome in (None, NoticeOutcome.UNKNOWN) for each in self.attempts)


@dataclass(slots=True)
class Messages:
    """Intents and outcomes as they come; in which order of time does not matter, as clocks are set back."""

    _intents: list[tuple[Notifying, datetime]] = field(default_factory=list)
    _outcomes: dict[tuple[str, int], Notified] = field(default_factory=dict)

    def intends(self, said: Notifying, at: datetime) -> None:
        """A message is about to be sent."""
        self._intents.append((said, at))

    def ends(self, said: Notified, at: datetime) -> None:  # noqa: ARG002  (as `intends`)
        """What came of an attempt."""
        self._outcomes[said.key, said.attempt] = said

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The messages, in the order in which they were first sent."""
        by_key: dict[str, list[tuple[Notifying, datetime]]] = {}
        for each in self._intents:
            by_key.setdefault(each[0].key, []).append(each)
        return tuple(self._notice(sent) for sent in by_key.values())

    def _notice(self, sent: list[tuple[Notifying, datetime]]) -> Notice:
        first, _ = sent[0]
        attempts = sorted((self._attempt(*each) for each in sent), key=lambda each: each.number)
        return Notice(
            key=first.key,
            escalation=first.escalation,
            person=first.person,
            channel=first.channel,
            attempts=tuple(attempts),
        )

    def _attempt(self, said: Notifying, at: datetime) -> Attempt:
        ended = self._outcomes.get((said.key, said.attempt))
        return Attempt(
            number=said.attempt,
            at=at,
            repeat=said.repeat,
            outcome=None if ended is None else ended.outcome,
            reason=None if ended is None else ended.reason,
            detail=None if ended is None else ended.detail,
            link=said.link,
            link_until=said.link_until,
        )
