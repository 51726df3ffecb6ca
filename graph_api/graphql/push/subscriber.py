"""One subscriber (订阅者): what waits to be sent to it, and why it ends."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple

from graph_api.access.principal import Principal
from graph_api.errors import BaodianError, Overloaded
from graph_api.graphql.execution.operations import Reader
from schema.words import say

MOST_UNREAD = 64
"""Events that wait for a client; one that reads slower is dropped, and goes on after the last that it has."""

Identify = Callable[[], Awaitable[Principal]]
"""Who the subscriber is by now; raises Unauthenticated, Forbidden, StoreError."""


class End(NamedTuple):
    """The last that a subscriber is told; None = nothing is wrong, the service stops."""

    error: BaodianError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What is told: an answer as UTF-8 JSON, one text for all who get it."""

    text: bytes


class Subscriber:
    """Whoever asked to be told."""

    def __init__(self, identify: Identify, reader: Reader) -> None:
        self.identify = identify
        self.reader = reader
        self._waiting: deque[Event] = deque()
        self._end: End | None = None
        self._news = asyncio.Event()

    @property
    def has_ended(self) -> bool:
        """Whether it is told nothing more."""
        return self._end is not None

    def tell(self, event: Event) -> None:
        """Have this sent next; who has too much unread is dropped instead."""
        if self._end is not None:
            return
        if len(self._waiting) >= MOST_UNREAD:
            self.end(Overloaded(_TOO_SLOW, retryAfterSeconds=1))
            return
        self._waiting.append(event)
        self._news.set()

    def end(self, error: BaodianError | None = None) -> None:
        """Tell it nothing more than what waits already, and why."""
        if self._end is None:
            self._end = End(error)
            self._news.set()

    async def next(self) -> Event | End:
        """What is to be sent next; after an End there is nothing more."""
        while True:
            if self._waiting:
                return self._waiting.popleft()
            if self._end is not None:
                return self._end
            self._news.clear()
            await self._news.wait()


_TOO_SLOW = say("Events were read too slowly: subscribe again with `after`, the revision of the last one that came.")
