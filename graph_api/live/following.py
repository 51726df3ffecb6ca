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
        self._is_replaced = False
        """True from when another store was met in the place of ours until that one is read."""

    async def run(self) -> None:
        """Follow; never ends."""
        failures = 0
        while True:
            try:
                await self._follow()
            except StoreReplaced as error:
                log.warning("%s", error)
                self._is_replaced = True
                self._health.note(error, reachable=self._health.reachable)
            except BaodianError as error:
                log.warning("store not followed: %s", error)
                self._health.note(self._trouble(error), reachable=False)
            except Exception:
                # a follower that died would leave old answers standing in silence
                log.exception("store not followed")
                trouble = StoreError(say("The store cannot be followed; see the log."))
                self._health.note(self._trouble(trouble), reachable=False)
            else:
                self._health.note(None, reachable=True)
                failures = 0
                continue
            await asyncio.sleep(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1

    async def _follow(self) -> None:
        """Wait for news and serve it, or read the other store anew; raises StoreReplaced where one is met."""
        if self._is_replaced:
            await self._catching_up.anew()
            self._is_replaced = False
            newest = await self._store.revision()
        else:
            newest = await self._store.wait(self._published.revision, WAIT_SECONDS)
            await self._check_identity()
        await self._catching_up.to(newest)

    async def _check_identity(self) -> None:
        """Raise StoreReplaced if another store stands where ours was."""
        meta = await self._store.meta()
        graph = self._published.model.graph
        if meta.uuid != graph.store_uuid or meta.revision < graph.revision:
            raise StoreReplaced(say("Another store stands in the place of this one; it is being read anew."))

    def _trouble(self, error: BaodianError) -> StoreError | None:
        """What is wrong: nothing is written to a store that stands in the place of ours before it has been read."""
        if self._is_replaced:
            return StoreReplaced(
                say("Another store stands in the place of this one, and cannot be read: {error}", error=error)
            )
        return error if isinstance(error, StoreError) else None
