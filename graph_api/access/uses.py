"""Uses (使用记录): when each key and account was last used, by all processes, beside the register in the store.

Told seldom: a use is noted in memory and goes to the store with the others of half a minute, once that can be reached.
"""  # fmt: skip

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime

import msgspec

from graph_api.errors import Conflict, StoreError
from graph_api.stores.contract import Store
from schema.codec import UNREADABLE

DOCUMENT = "access-uses"
WRITE_S = 30.0
_ATTEMPTS = 3

log = logging.getLogger(__name__)


async def read_uses(store: Store) -> dict[str, datetime]:
    """When each key and account (by id) was last used, as far as it was told. Raises StoreError."""
    found = await store.document(DOCUMENT)
    return {} if found is None else _decoded(found.content)


def _decoded(content: bytes) -> dict[str, datetime]:
    try:
        return msgspec.json.decode(content, type=dict[str, datetime])
    except UNREADABLE:
        log.warning("what was kept of uses cannot be read, and is begun anew")
        return {}


class Uses:
    """Uses as this process sees them. `clock` tells seconds that only grow."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._new: dict[str, datetime] = {}
        self._written = clock()

    def note(self, id: str, at: datetime) -> None:
        """Somebody showed it."""
        self._new[id] = at

    async def write(self) -> None:
        """Tell the store what is new, if it is time; what cannot be told now is told later."""
        if not self._new or self._clock() - self._written < WRITE_S:
            return
        self._written = self._clock()
        try:
            for _ in range(_ATTEMPTS):
                if await self._told():
                    return
        except StoreError as error:
            log.info("uses of keys are told later: %s", error)

    async def _told(self) -> bool:
        found = await self._store.document(DOCUMENT)
        known = {} if found is None else _decoded(found.content)
        told = dict(self._new)
        newest = {id: max(at.replace(microsecond=0), known.get(id, at)) for id, at in told.items()}
        try:
            await self._store.put_document(
                DOCUMENT, msgspec.json.encode(known | newest), at_version=0 if found is None else found.version
            )
        except Conflict:
            return False
        self._new = {id: at for id, at in self._new.items() if at != told.get(id)}
        return True
