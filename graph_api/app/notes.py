"""A line of the audit (审计行) that is written beside a request."""

from __future__ import annotations

import asyncio
import logging

from graph_api.access.audit import AuditLog, Entry
from graph_api.errors import StoreError

log = logging.getLogger("baodian.access")


async def note(audit: AuditLog, entry: Entry) -> None:
    """Write it; what cannot be written now is written with the next line that can."""
    try:
        await asyncio.to_thread(audit.append, [entry])
    except (OSError, StoreError) as error:
        log.error("the audit %s cannot be written: %s", audit.path, error)
        audit.leave([entry])
