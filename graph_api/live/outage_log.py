"""What the log is told of a time in which the store could not be followed: each reason at once, then once a minute,
and that it is over."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

REMIND_SECONDS = 60.0


class OutageLog:
    """One for each follower; `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: float | None = None
        self._told = dict[str, float]()
        """When each reason was told last."""

    def failed(self, reason: str) -> None:
        """Another try failed."""
        now = self._clock()
        if self._since is None:
            self._since = now
        last = self._told.get(reason)
        if last is None or now - last >= REMIND_SECONDS:
            self._told[reason] = now
            log.warning("store not followed for %.0f s: %s", now - self._since, reason)

    def over(self) -> None:
        """The store is followed."""
        if self._since is not None:
            log.info("store followed again after %.1f s", self._clock() - self._since)
            self._since = None
            self._told.clear()
