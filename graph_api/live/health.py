"""How the store behind a live graph is, and how far the served revision is behind it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from graph_api.errors import StoreError, StoreUnwritable
from graph_api.stores.contract import Clock
from schema.numbers import Revision

log = logging.getLogger(__name__)


class StoreHealth:
    """What the follower and the writers found out about the store."""

    def __init__(self, clock: Clock, revision: Revision) -> None:
        self._clock = clock
        self.reachable = True
        self.since = clock()
        """Since when it is (not) reachable."""
        self.trouble: StoreError | None = None
        """Why it is not reachable or not followed; None if all is well."""
        self.gap: str | None = None
        """Why the whole graph is being read anew; None while it is not."""
        self.newest = revision
        """Newest revision of the store that was heard of."""
        self._heard = clock()
        self.refusal: StoreUnwritable | None = None
        """Why the store took no change when it was last tried; None if it did, or nobody has."""

    def note(self, trouble: StoreError | None, *, reachable: bool) -> None:
        """Take the outcome of an attempt to follow."""
        if reachable != self.reachable:
            self.reachable, self.since = reachable, self._clock()
        self.trouble = trouble

    @contextmanager
    def reading_anew(self, why: str) -> Iterator[None]:
        """While this goes on the whole graph is read anew, because a change cannot be followed."""
        self.gap = why
        try:
            yield
        finally:
            self.gap = None

    @property
    def last_error(self) -> str | None:
        """Why the store is not reachable or not followed; None if all is well."""
        return self.trouble.message if self.trouble else self.gap

    def refuses(self, refusal: StoreUnwritable | None) -> None:
        """Take what came of an attempt to write, None = it was written; the log hears of the first and the last."""
        if refusal is not None and self.refusal is None:
            log.error("the store takes no changes: %s", refusal)
        elif refusal is None and self.refusal is not None:
            log.warning("the store takes changes again")
        self.refusal = refusal

    @property
    def write_trouble(self) -> str | None:
        """Why no change can be made now: its disk takes none, it is away, or another store stands in its place."""
        trouble = self.refusal or self.trouble
        return trouble.message if trouble else None

    def heard_of(self, revision: Revision) -> None:
        """Take a revision that the store has."""
        if revision != self.newest:
            self.newest, self._heard = revision, self._clock()

    def lag_seconds(self, served: int) -> float:
        """How long the served revision has been behind the newest that was heard of; 0.0 when it is not."""
        return 0.0 if served >= self.newest else (self._clock() - self._heard).total_seconds()
