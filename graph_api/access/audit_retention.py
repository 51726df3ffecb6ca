"""Retention of the audit (审计保留期限): lines that are older than they are kept go, and a line says so."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from graph_api.access.audit import CUT, AuditLog, Entry
from graph_api.errors import StoreError

log = logging.getLogger("baodian.audit")

LOOKS_S = 6 * 3600.0


class AuditRetention:
    """Keeps an audit to its term, for ever."""

    def __init__(self, audit: AuditLog, keep: timedelta, clock: Callable[[], datetime]) -> None:
        self._audit, self._keep, self._clock = audit, keep, clock

    async def follow(self) -> None:
        """Look again and again."""
        while True:
            await self.once()
            await asyncio.sleep(LOOKS_S)

    async def once(self) -> int:
        """Remove what is too old; how many lines those were. What cannot be removed now is later."""
        now = self._clock()
        try:
            removed = await asyncio.to_thread(self._audit.cut, now - self._keep, lambda up_to: _entry(now, up_to))
        except (OSError, StoreError) as error:
            log.warning("the audit %s is not kept to its term now: %s", self._audit.path, error)
            return 0
        if removed:
            log.info("%s lines of the audit were older than they are kept, and were removed", removed)
        return removed


def _entry(now: datetime, up_to: tuple[str, ...]) -> Entry:
    return Entry(
        at=now, who="SERVICE:retention", roles=(), origin="command", operation="retention",
        request_id=uuid.uuid4().hex, act=CUT, what="audit", things=up_to, revision=0,
    )  # fmt: skip
