"""Shares (份额): how much one who asks may have at once and in a second, so that nobody takes what others need."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from graph_api.access.principal import Principal
from graph_api.actor import ActorKind
from graph_api.errors import Overloaded
from schema.words import say

MOST_KNOWN = 10_000
"""Of so many it is known what they had; who has nothing under way and his whole share left is forgotten first."""
_BURST_S = 2.0
"""For how many seconds' requests may come in one go."""


class Share(NamedTuple):
    """Requests under way at once, and requests a second; infinite = no limit."""

    at_once: float = math.inf
    per_second: float = math.inf


@dataclass(slots=True)
class _Taken:
    busy: int
    left: float
    at: float


def name_of(principal: Principal, origin: str) -> str:
    """By what somebody's share is known: whoever shows nothing, by the address that asks; "" = it is not counted, as
    that of the user of this process."""
    kind = principal.actor.kind
    if kind is ActorKind.LOCAL:
        return ""
    return f"{principal.actor} {origin}" if kind is ActorKind.ANONYMOUS else str(principal.actor)


class Shares:
    """What each one has taken."""

    def __init__(self, share: Share, clock: Callable[[], float] = time.monotonic) -> None:
        self._share, self._clock = share, clock
        self._taken: dict[str, _Taken] = {}

    @contextmanager
    def taken(self, who: str) -> Iterator[None]:
        """Have a request of somebody under way (see `name_of`). Raises Overloaded where that is more than a share."""
        if not who:
            yield
            return
        taken = self._of(who)
        self._take(taken)
        try:
            yield
        finally:
            taken.busy -= 1

    def _take(self, taken: _Taken) -> None:
        if taken.busy >= self._share.at_once:
            raise _too_much(1)
        if taken.left < 1:
            raise _too_much(math.ceil((1 - taken.left) / self._share.per_second))
        taken.busy += 1
        taken.left -= 1

    def _of(self, who: str) -> _Taken:
        now, whole = self._clock(), max(1.0, self._share.per_second * _BURST_S)
        taken = self._taken.get(who)
        if taken is None:
            if len(self._taken) >= MOST_KNOWN:
                self._forget(now, whole)
            taken = self._taken[who] = _Taken(0, whole, now)
        if not math.isinf(whole):
            taken.left = min(whole, taken.left + (now - taken.at) * self._share.per_second)
        taken.at = now
        return taken

    def _forget(self, now: float, whole: float) -> None:
        idle = [
            who
            for who, each in self._taken.items()
            if not each.busy and each.left + (now - each.at) * self._share.per_second >= whole
        ]
        for who in idle:
            del self._taken[who]


def _too_much(seconds: int) -> Overloaded:
    return Overloaded(
        say("You have asked more than your share of this service. Ask again in a while, or less at once."),
        retryAfterSeconds=seconds,
    )
