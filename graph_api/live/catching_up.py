"""Bringing the served model to a revision of the store: commit by commit, or anew where the feed has a gap."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from graph_api.live.health import StoreHealth
from graph_api.live.loading import Unfollowable, advanced, built, load_graph, ready_to_search, warmed
from graph_api.live.memory import release
from graph_api.live.merging import Merging
from graph_api.live.published import Published
from graph_api.live.snapshot_keeping import SnapshotKeeper
from graph_api.live.tally import Tally
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot_file import Stored
from graph_api.stores.contract import Resync, Store
from schema.numbers import Revision

log = logging.getLogger(__name__)


Progress = Callable[[str], None]
"""Is told what is being made: graph, search index, topology."""


def unheard(_: str) -> None:
    """Progress that nobody follows."""


class Building:
    """Makes whole models of a store. `serves`: with the search index made, and written to the snapshot file."""

    def __init__(
        self, store: Store, keeper: SnapshotKeeper, tally: Tally, *, serves: bool, progress: Progress = unheard
    ) -> None:
        self._store = store
        self._progress = progress
        self._keeper = keeper
        self._tally = tally
        self._serves = serves

    async def of_store(self) -> ReadModel:
        """Everything that the store holds now. Raises StoreError."""
        self._progress("graph")
        with self._tally.measure("load"):
            graph = await load_graph(self._store)
        if not self._serves:
            return await self.of_file(Stored(graph, None))
        await asyncio.to_thread(release)
        self._progress("search index")
        with self._tally.measure("search"):
            search = await asyncio.to_thread(ready_to_search, graph)
        return await self.of_file(await asyncio.to_thread(self._keeper.write, graph, search))

    async def of_file(self, stored: Stored) -> ReadModel:
        """The model of what a snapshot file holds."""
        self._progress("topology")
        with self._tally.measure("build"):
            model = await asyncio.to_thread(built, stored)
        if not self._serves:
            return model
        if model.search.is_warm:
            await asyncio.to_thread(warmed, model)
        else:
            self._progress("search index")
            with self._tally.measure("search"):
                await asyncio.to_thread(warmed, model)
        return model


class CatchingUp:
    """Makes the next model and publishes it; one at a time."""

    def __init__(
        self,
        store: Store,
        published: Published,
        building: Building,
        merging: Merging,
        health: StoreHealth,
        tally: Tally,
    ) -> None:
        self._store = store
        self._published = published
        self._building = building
        self._merging = merging
        self._health = health
        self._tally = tally

    async def to(self, revision: Revision) -> None:
        """Serve at least that revision. Raises StoreError."""
        self._health.heard_of(revision)
        async with self._published.advancing:
            model = self._published.model
            if model.graph.revision >= revision:
                return
            try:
                with self._tally.measure("advance"):
                    changes = [change async for change in self._store.changes(model.graph.revision)]
                    later = await asyncio.to_thread(advanced, model, changes)
            except Resync as gap:
                later = await self._read_anew(gap)
            await self._published.publish(later)
        self._merging.start_if_due()

    async def _read_anew(self, gap: Resync) -> ReadModel:
        """What the store holds now, where the feed cannot tell it; the status says so meanwhile."""
        if not isinstance(gap, Unfollowable):
            log.info("read the whole store anew: %s", gap)
            return await self._building.of_store()
        log.error("%s", gap)
        with self._health.reading_anew(str(gap)), self._tally.measure("read_anew"):
            return await self._building.of_store()

    async def anew(self) -> None:
        """Serve what the store holds now, whatever was served before. Raises StoreError."""
        async with self._published.advancing:
            await self._published.publish(await self._building.of_store())
