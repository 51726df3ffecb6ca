"""Retention of position reports (保留期限): what is older than it is kept is deleted, a little at a time.

Of each switch the last report before the limit stays, whatever its age, so that every moment since can be told. The
limit is never later than `needed_since`: what an open event was worked from stays.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from graph_api.errors import BaodianError
from graph_api.readmodel.snapshot import Snapshot
from graph_api.stores.contract import Clock, Commit
from schema.batch import GraphBatch
from schema.positions import ReportKey, microseconds

log = logging.getLogger(__name__)

PIECE = 2_000
"""Reports deleted in one commit."""
PAUSE_SECONDS = 1.0
"""Between two commits: a day's reports of a large utility (25,000) take a quarter of a minute."""
REST_SECONDS = 3_600.0
"""Between two rounds; the first begins after as long, so that a start has nothing to do with it."""

NeededSince = Callable[[], datetime | None]
"""Begin of the oldest event that is still open; None = there is none."""


def nothing_open() -> datetime | None:
    """No event is open."""
    return None


class Apply(Protocol):
    """Commits a batch and shows it."""

    async def __call__(self, batch: GraphBatch, request_id: str | None = None) -> Commit:
        """What was committed."""


class PositionRetention:
    """Keeps the series of position reports to their term."""

    def __init__(
        self,
        catch_up: Callable[[], Awaitable[Snapshot]],
        apply: Apply,
        clock: Clock,
        keep: timedelta,
        needed_since: NeededSince = nothing_open,
    ) -> None:
        self._catch_up = catch_up
        self._apply = apply
        self._clock = clock
        self._keep = keep
        self._needed_since = needed_since

    async def run(self, rest_seconds: float = REST_SECONDS, pause_seconds: float = PAUSE_SECONDS) -> None:
        """Round after round; never ends."""
        while True:
            await asyncio.sleep(rest_seconds)
            try:
                await self.once(pause_seconds)
            except BaodianError as error:
                log.info("position reports stay for now: %s", error)
            except Exception:
                # a task that died would let the series grow in silence
                log.exception("position reports stay for now")

    async def once(self, pause_seconds: float = 0.0) -> int:
        """Delete what is past its term; returns how many reports that were. Raises StoreError."""
        deleted = 0
        while keys := await self._past_term():
            # several processes may be at it: what is the same work is one request
            await self._apply(GraphBatch(delete_reports=keys), request_id=_request_of(keys))
            deleted += len(keys)
            await asyncio.sleep(pause_seconds)
        if deleted:
            log.info("deleted %s position reports past their term of %s days", deleted, self._keep.days)
        return deleted

    async def _past_term(self) -> list[ReportKey]:
        graph = await self._catch_up()
        limit = self._clock() - self._keep
        needed = self._needed_since()
        return graph.reports.superseded(microseconds(limit if needed is None else min(limit, needed)), PIECE)


def _request_of(keys: list[ReportKey]) -> str:
    return f"retention-{hashlib.blake2b(msgspec.msgpack.encode(keys), digest_size=16).hexdigest()}"
