"""Escalations and messages as they are shown (升级与通知), with the things behind their ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing, Things
from graph_api.services.incident.notices import Attempt, Escalation, Notice
from graph_api.services.incident.parts import the_one
from graph_api.services.incident.room import found
from schema.incident_terms import NoticeOutcome
from schema.words import translated


@dataclass(frozen=True)
class EscalationView:
    """An escalation that happened."""

    model: ReadModel = field(repr=False)
    escalation: Escalation

    @property
    def entry(self) -> int:
        """Order of its entry."""
        return self.escalation.entry

    @property
    def at(self) -> datetime:
        """When."""
        return self.escalation.at

    @property
    def due_at(self) -> datetime:
        """When the rule was to tell."""
        return self.escalation.said.due

    @property
    def rule(self) -> Thing | None:
        """By what rule; None if it is gone."""
        return the_one(self.model, self.escalation.said.rule)

    @property
    def people(self) -> Things:
        """Who was told, as far as they are still there."""
        return found(self.model.graph, self.escalation.said.people)


@dataclass(frozen=True)
class NoticeView:
    """A message."""

    model: ReadModel = field(repr=False)
    notice: Notice

    @property
    def key(self) -> str:
        """The same at each attempt."""
        return self.notice.key

    @property
    def person(self) -> Thing | None:
        """To whom."""
        return the_one(self.model, self.notice.person)

    @property
    def channel(self) -> str:
        """By what."""
        return self.notice.channel

    @property
    def first_at(self) -> datetime:
        """When it was first sent."""
        return self.notice.attempts[0].at

    @property
    def attempts(self) -> int:
        """How often it was sent."""
        return len(self.notice.attempts)

    @property
    def repeated(self) -> bool:
        """Whether it was sent again although it may have gone out."""
        return any(each.repeat for each in self.notice.attempts)

    @property
    def outcome(self) -> NoticeOutcome | None:
        """What came of it: of the attempt that was taken, else of the last one; None while it is not known."""
        return NoticeOutcome.DELIVERED if self.notice.is_delivered else self._last.outcome

    @property
    def reason(self) -> str | None:
        """Why it was not taken, of the last attempt, in the language of the request."""
        last = self._last
        if self.notice.is_delivered or last.reason is None:
            return None
        why = translated(last.reason)
        return why if last.detail is None else f"{why} ({last.detail})"

    @property
    def _last(self) -> Attempt:
        return self.notice.attempts[-1]
