"""Following the store: waits for news of it, serves what is new, and notes how it is."""

from __future__ import annotations

import asyncio
import logging

from graph_api.errors import BaodianError, StoreError, StoreReplaced
from graph_api.live.catching_up import CatchingUp
from graph_api.live.health import StoreHealth
from graph_api.live.published import Published
from graph_api.stores.contract import Store
from schema.words import say

log = logging.getLogger(__name__)

WAIT_SECONDS = 5.0
"""How long one wait for news may last; the store's identity is checked in between."""
RETRY_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.0)
"""Pauses after the first, second, ... failure in a row; the last one goes on."""


class Follower:
    """Follows one store for as long as it runs."""

    def __init__(self, store: Store, published: Published, catching_up: CatchingUp, health: StoreHealth) -> None:
        self._store = store
        self._published = published
        self._catching_up = catching_up
        self._health = health

    async def run(self) -> None:
        """Follow; never ends."""
        failures = 0
        while True:
            try:
                newest = await self._store.wait(self._published.revision, WAIT_SECONDS)
                await self._check_identity()
                await self._catching_up.to(newest)
            except BaodianError as error:
                log.warning("store not followed: %s", error)
                self._health.note(error if isinstance(error, StoreError) else None, reachable=False)
            except Exception:
                # a follower that died would leave old answers standing in silence
                log.exception("store not followed")
                self._health.note(StoreError(say("The store cannot be followed; see the log.")), reachable=False)
            else:
                self._health.note(None, reachable=True)
                failures = 0
                continue
            await asyncio.sleep(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1

    async def _check_identity(self) -> None:
        """Read another store anew that stands where ours was; until then nothing is written to it."""
        meta = await self._store.meta()
        graph = self._published.model.graph
        if meta.uuid == graph.store_uuid and meta.revision >= graph.revision:
            return
        replaced = StoreReplaced(say("Another store stands in the place of this one; it is being read anew."))
        log.warning("%s", replaced)
        self._health.note(replaced, reachable=self._health.reachable)
        await self._catching_up.anew()
