"""Following the store: waits for news of it, serves what is new, and notes how it is.

Another store in the place of ours, or an older state of it, is told and not served until somebody asks for it: whoever
put it there may have meant another path.
"""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress

from graph_api.errors import BaodianError, StoreError, StoreReplaced
from graph_api.live.catching_up import CatchingUp
from graph_api.live.health import StoreHealth
from graph_api.live.loading import is_of
from graph_api.live.outage_log import OutageLog
from graph_api.live.published import Published
from graph_api.stores.contract import OnDisk, Store, StoreMeta
from schema.words import say

log = logging.getLogger(__name__)

WAIT_SECONDS = 5.0
"""How long one wait for news may last; the store's identity is checked in between."""
RETRY_SECONDS = (0.1, 0.25, 0.5, 1.0)
"""Pauses after the first, second, ... failure in a row; the last one goes on."""


class Follower:
    """Follows one store for as long as it runs."""

    def __init__(self, store: Store, published: Published, catching_up: CatchingUp, health: StoreHealth) -> None:
        self._store = store
        self._published = published
        self._catching_up = catching_up
        self._health = health
        self._outages = OutageLog()
        self._is_replaced = False
        """True from when another store was met in the place of ours until that one is read, or ours is back."""
        self._is_told = False
        """True once the log says so."""
        self._asked = asyncio.Event()
        """Set from when that one was asked for until it is read."""

    async def run(self) -> None:
        """Follow; never ends."""
        failures = 0
        while True:
            try:
                await self._follow()
            except StoreReplaced as error:
                if self._is_replaced and not self._is_told:  # met again it says what stands there
                    log.error("%s", error)
                    self._is_told = True
                told = error if self._is_replaced else _with_remedy(error)
                self._is_replaced = True
                self._health.note(told, reachable=self._health.reachable)
            except BaodianError as error:
                self._outages.failed(str(error))
                self._health.note(self._trouble(error), reachable=False)
            except Exception:
                # a follower that died would leave old answers standing in silence
                log.exception("store not followed")
                trouble = StoreError(say("The store cannot be followed; see the log."))
                self._health.note(self._trouble(trouble), reachable=False)
            else:
                self._outages.over()
                self._health.note(None, reachable=True)
                await self._look_whether_it_takes_changes()
                failures = 0
                continue
            await self._pause(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1

    def read_anew(self) -> bool:
        """Serve what stands in the place of our store from now on; False and nothing done if ours is there."""
        if self._is_replaced:
            self._asked.set()
        return self._is_replaced

    async def _pause(self, seconds: float) -> None:
        """Wait; not longer than until the other store is asked for."""
        if self._asked.is_set():
            await asyncio.sleep(seconds)
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._asked.wait(), seconds)

    async def _follow(self) -> None:
        """Wait for news and serve it, or the other store once asked for; raises StoreReplaced where one is met."""
        if not self._is_replaced:
            # a store that was away is told to be back at once, not at its next news
            wait_seconds = WAIT_SECONDS if self._health.reachable else 0.0
            newest = await self._store.wait(self._published.revision, wait_seconds)
            await self._check_identity()
        else:
            if self._asked.is_set():
                await self._catching_up.anew()
            elif not await self._is_back():
                raise self._replaced(await self._store.meta())
            self._is_replaced = self._is_told = False
            self._asked.clear()
            newest = await self._store.revision()
        await self._catching_up.to(newest)

    async def _look_whether_it_takes_changes(self) -> None:
        if not isinstance(self._store, OnDisk):
            return
        with suppress(BaodianError):  # busy or away: what was known stays
            self._health.refuses(await self._store.refusal(tries=self._health.refusal is not None))

    async def _is_back(self) -> bool:
        """Whether our own store stands there again, at the revision that is served or a later one."""
        return await is_of(self._published.model.graph, self._store, await self._store.meta())

    async def _check_identity(self) -> None:
        """Raise StoreReplaced if another store stands where ours was."""
        meta = await self._store.meta()
        graph = self._published.model.graph
        if meta.uuid != graph.store_uuid or meta.revision < graph.revision:
            raise self._replaced(meta)

    def _replaced(self, meta: StoreMeta) -> StoreReplaced:
        graph = self._published.model.graph
        return StoreReplaced(
            say(
                "Another store, or another state of it, stands in the place of this one (store {found} at revision "
                "{revision}; {served} at revision {known} is served). Nothing is written to it. To serve it, tell "
                "this process (kill -USR1 {process}) or start it again; else put back what stood there.",
                found=meta.uuid,
                revision=meta.revision,
                served=graph.store_uuid,
                known=graph.revision,
                process=os.getpid(),
            )
        )

    def _trouble(self, error: BaodianError) -> StoreError:
        """What is wrong: nothing is written to a store that stands in the place of ours before it has been read."""
        if self._is_replaced:
            return StoreReplaced(
                say("Another store stands in the place of this one, and cannot be read: {error}", error=error)
            )
        return error if isinstance(error, StoreError) else StoreError(error.message)


def _with_remedy(error: StoreReplaced) -> StoreReplaced:
    """What is told until it is known what stands in the place of our store."""
    return StoreReplaced(
        say(
            "{error} To serve it, tell this process (kill -USR1 {process}) or start it again; else put back what stood "
            "there.",
            error=error,
            process=os.getpid(),
        )
    )
