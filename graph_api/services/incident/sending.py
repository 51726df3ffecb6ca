"""What is to be sent (待发通知): which message of an incident by which channel, and when.

The channels of somebody are tried one after the other; after all have failed, again after a while. What has no outcome
is sent again by the same channel once its sender must have died, with the same key and marked as a repeat.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from graph_api.services.incident.notices import LEASE, Attempt, Notice
from graph_api.services.incident.state import IncidentState

RETRY = (timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=5))
"""How long after all channels have failed they are tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A message that is to be sent, and from when on."""

    at: datetime
    key: str
    escalation: int
    person: str
    channel: str
    attempt: int
    repeat: bool
    """Whether it may have gone out before."""


def due_notices(incident: str, state: IncidentState, channels: Sequence[str], now: datetime) -> list[Due]:
    """Messages that are to be sent by now: none once somebody has acknowledged it, or it is closed."""
    return [each for each in _waiting(incident, state, channels, now) if each.at <= now]


def next_notice(incident: str, state: IncidentState, channels: Sequence[str], now: datetime) -> datetime | None:
    """When one is to be sent next; None while none waits."""
    return min((each.at for each in _waiting(incident, state, channels, now) if each.at > now), default=None)


def _waiting(incident: str, state: IncidentState, channels: Sequence[str], now: datetime) -> Iterator[Due]:
    if not state.is_open or state.unacknowledged_since is None or not channels:
        return
    for each in state.escalations:
        if each.said.since == state.unacknowledged_since:
            for person in each.said.people:
                mine = [one for one in state.notices if (one.escalation, one.person) == (each.entry, person)]
                if not any(one.is_delivered for one in mine):
                    yield from _next(incident, each.entry, person, {one.channel: one for one in mine}, channels, now)


def _next(
    incident: str,
    escalation: int,
    person: str,
    mine: dict[str, Notice],
    channels: Sequence[str],
    now: datetime,
) -> Iterator[Due]:
    """The next message to somebody; none where it was tried often enough."""
    tried = {each: len(mine[each].attempts) if each in mine else 0 for each in channels}
    last, its_channel = _last(mine, channels)
    rounds = min(tried.values())
    channel, at = next(each for each in channels if tried[each] == rounds), now
    if last is not None and last.outcome is None:
        channel, at = its_channel, last.at + LEASE if last.is_under_way(now) else now
    elif last is not None and set(tried.values()) == {rounds}:
        at = min(last.at, now) + RETRY[min(rounds, len(RETRY)) - 1]
    if tried[channel] <= len(RETRY):
        yield Due(
            at=at,
            key=mine[channel].key if channel in mine else key_of(incident, escalation, person, channel),
            escalation=escalation,
            person=person,
            channel=channel,
            attempt=tried[channel] + 1,
            repeat=channel in mine and mine[channel].may_be_out,
        )


def _last(mine: dict[str, Notice], channels: Sequence[str]) -> tuple[Attempt | None, str]:
    """The last attempt by a channel that is there, and the channel."""
    sent = [(each, name) for name in channels if name in mine for each in mine[name].attempts]
    return max(sent, key=lambda each: each[0].at, default=(None, ""))


def key_of(incident: str, escalation: int, person: str, channel: str) -> str:
    """Key of a message: the same wherever it is worked out, and nothing can be read from it."""
    said = "\0".join((incident, str(escalation), person, channel))
    return hashlib.sha256(said.encode("utf-8", "backslashreplace")).hexdigest()[:32]
