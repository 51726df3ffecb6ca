"""The crowd of connections: who waits and since when, so that those who ask nothing keep nobody out."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

C = TypeVar("C", bound=Hashable)


class Crowd(Generic[C]):
    """At most so many connections; the ones that wait in the order in which they began to."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._all: set[C] = set()
        self._waiting: dict[C, None] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[C]:
        return iter(self._all)

    def enter(self, new: C) -> Iterator[C]:
        """One more, which waits; who has to go for it, which is the new one itself where all others are answered."""
        self._all.add(new)
        self._waiting[new] = None
        while len(self._all) > self.most:
            oldest = next(iter(self._waiting))
            self.leave(oldest)
            log.warning("too many connections: the one that has waited longest is closed")
            yield oldest

    def leave(self, gone: C) -> None:
        """One less."""
        self._all.discard(gone)
        self._waiting.pop(gone, None)

    def work(self, asking: C) -> None:
        """It is being answered: it stays whatever comes."""
        self._waiting.pop(asking, None)

    def wait(self, answered: C) -> None:
        """It waits, from now on."""
        if answered in self._all:
            self._waiting.pop(answered, None)
            self._waiting[answered] = None
