"""Merging beside the running work: the overlay into columns, the layers of the search into one, both into the file."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from graph_api.errors import StoreError
from graph_api.live.loading import followed
from graph_api.live.published import Published
from graph_api.live.snapshot_keeping import SnapshotKeeper
from graph_api.live.tally import Tally
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.search import SearchIndex
from graph_api.readmodel.search.search_index import RECENT_LIMIT
from graph_api.readmodel.snapshot_file import Stored
from graph_api.stores.contract import Resync, Store

log = logging.getLogger(__name__)

MOST_OVERLAY = 20_000
"""Rows that may differ from the columns before they are merged."""
FEW_RECENT = 500
"""Changed entities that a search may keep in layers when it is written: read again in 0.02 s."""


class Merging:
    """Starts a merge when one is due; at most one runs. Answers go on with the model that is served meanwhile."""

    def __init__(self, store: Store, published: Published, keeper: SnapshotKeeper, tally: Tally) -> None:
        self._store = store
        self._published = published
        self._keeper = keeper
        self._tally = tally
        self._task: asyncio.Task[None] | None = None

    def start_if_due(self) -> None:
        """Merge in the background, if that is due and not under way."""
        if self._is_due() and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._run(), name="merge the overlay")

    async def stop(self) -> None:
        """Give up what is under way; what is served stays as it is."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _is_due(self) -> bool:
        model = self._published.model
        return model.graph.overlay_size > MOST_OVERLAY or model.search.recent > RECENT_LIMIT

    async def _run(self) -> None:
        # what was committed while it was merged may be too much again
        while self._is_due():
            with self._tally.measure("merge"):
                done = await self._merge()
            if not done:
                return

    async def _merge(self) -> bool:
        """Merge the served model, then bring in what was committed meanwhile; False if that cannot be told."""
        graph, columns, _ = await asyncio.to_thread(self._merged, self._published.model)
        search = SearchIndex.of_columns(graph, columns) if columns is not None else None
        touched = set[int]()
        async with self._published.advancing:
            ours = self._published.model
            try:
                async for change in self._store.changes(graph.revision):
                    if change.revision <= ours.graph.revision:
                        graph, changed = followed(graph, change)
                        touched |= changed
            except (StoreError, Resync) as error:
                log.info("the overlay stays for now: %s", error)
                return False
            if graph.revision != ours.graph.revision or graph.store_uuid != ours.graph.store_uuid:
                return False
            later = ours.advanced(graph, ())
            if search is not None:
                later = replace(later, search=search.advanced(graph, touched))
            await self._published.publish(later)
        return True

    def _merged(self, model: ReadModel) -> Stored:
        graph = model.graph.merged()
        search = model.search
        if search.is_warm and search.recent > FEW_RECENT:
            search = SearchIndex.build(graph).warm_up()
        return self._keeper.write(graph, search)
