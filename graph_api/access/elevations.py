"""Elevations (紧急授权): who may more for a stated reason and time, and is seen to: break-glass.

Each process knows its own, so that one is had also while the store is away; they end by themselves.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from graph_api.access.principal import Principal
from graph_api.errors import RequestIdConflict
from schema.words import say

log = logging.getLogger("baodian.access")

MOST_MINUTES = 60


_REMEMBERED = timedelta(days=1)


class Elevation(NamedTuple):
    """Until when, and why."""

    until: datetime
    reason: str


class _Request(NamedTuple):
    """What somebody asked by an id, when, and until when they were elevated by it; None = it ended one."""

    asked: str
    at: datetime
    until: datetime | None


class Elevations:
    """Those under way in this process."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._under_way: dict[str, Elevation] = {}
        self._requests: dict[tuple[str, str], _Request] = {}
        """By who asked and the id."""
        self.begun = 0
        """How many there were."""

    def __len__(self) -> int:
        self._forget()
        return len(self._under_way)

    def begin(self, principal: Principal, reason: str, minutes: int) -> Elevation:
        """Have somebody elevated; one that is under way is replaced."""
        made = self._under_way[str(principal.actor)] = Elevation(self._clock() + timedelta(minutes=minutes), reason)
        self.begun += 1
        log.warning("elevated: %s for %s min, until %s", principal.actor, minutes, made.until.isoformat())
        return made

    def made(self, principal: Principal, id: str | None, asked: str) -> tuple[datetime | None] | None:
        """Until when a request of this id had elevated somebody, in brackets; None = it was not made. Raises
        RequestIdConflict where the id had asked for something else."""
        self._forget_requests()
        found = None if id is None else self._requests.get((str(principal.actor), id))
        if found is not None and found.asked != asked:
            raise RequestIdConflict(say("This requestId was used for another change. Send another id, or none."))
        return None if found is None else (found.until,)

    def remember(self, principal: Principal, id: str | None, asked: str, until: datetime | None) -> None:
        """That a request was made; for a day."""
        if id is not None:
            self._requests[str(principal.actor), id] = _Request(asked, self._clock(), until)

    def end(self, principal: Principal) -> bool:
        """End that of somebody; False if there is none."""
        self._forget()
        ended = self._under_way.pop(str(principal.actor), None) is not None
        if ended:
            log.warning("elevation ended: %s", principal.actor)
        return ended

    def applied(self, principal: Principal) -> Principal:
        """Somebody as they are now, whatever they were."""
        if self._under_way:
            self._forget()
        found = self._under_way.get(str(principal.actor))
        why = "" if found is None else found.reason
        return principal if why == principal.elevated_for else replace(principal, elevated_for=why)

    def _forget_requests(self) -> None:
        now = self._clock()
        for key in [key for key, each in self._requests.items() if now - each.at > _REMEMBERED]:
            del self._requests[key]

    def _forget(self) -> None:
        now = self._clock()
        for who in [who for who, each in self._under_way.items() if each.until <= now]:
            del self._under_way[who]
            log.warning("elevation is over: %s", who)
