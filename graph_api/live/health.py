"""How the store behind a live graph is, and how far the served revision is behind it."""

from __future__ import annotations

from graph_api.errors import StoreError
from graph_api.stores.contract import Clock
from schema.numbers import Revision


class StoreHealth:
    """What the follower and the writers found out about the store."""

    def __init__(self, clock: Clock, revision: Revision) -> None:
        self._clock = clock
        self.reachable = True
        self.since = clock()
        """Since when it is (not) reachable."""
        self.trouble: StoreError | None = None
        """Why it is not reachable or not followed; None if all is well."""
        self.newest = revision
        """Newest revision of the store that was heard of."""
        self._heard = clock()

    def note(self, trouble: StoreError | None, *, reachable: bool) -> None:
        """Take the outcome of an attempt to follow."""
        if reachable != self.reachable:
            self.reachable, self.since = reachable, self._clock()
        self.trouble = trouble

    def heard_of(self, revision: Revision) -> None:
        """Take a revision that the store has."""
        if revision != self.newest:
            self.newest, self._heard = revision, self._clock()

    def lag_seconds(self, served: int) -> float:
        """How long the served revision has been behind the newest that was heard of; 0.0 when it is not."""
        return 0.0 if served >= self.newest else (self._clock() - self._heard).total_seconds()
