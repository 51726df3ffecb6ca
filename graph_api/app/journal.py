"""Journal (登录记录): who logged in and out, as lines of the audit."""

from __future__ import annotations

import uuid

from graph_api.access.audit import AuditLog, Entry
from graph_api.access.principal import Principal
from graph_api.app.notes import note
from graph_api.stores.contract import Clock
from schema.access import AccessRole


class Journal:
    """Tells the audit of log-ins. Nobody is kept out where it cannot be written now, as where the disk is full."""

    def __init__(self, audit: AuditLog, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock

    async def tell(self, act: str, how: str, principal: Principal, origin: str) -> None:
        """Write that somebody logged in or out; what cannot be written is written with the next line that can."""
        entry = Entry(
            at=self._clock(),
            who=str(principal.actor),
            roles=tuple(role.value for role in AccessRole if role in principal.roles),
            origin=origin,
            operation="",
            request_id=uuid.uuid4().hex,
            act=act,
            what=how,
            things=() if principal.person is None else (principal.person,),
            revision=0,
        )
        await note(self._audit, entry)
