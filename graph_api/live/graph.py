"""LiveGraph: follows a store, swaps the read model at each commit, lets requests pin one.

Reads never wait for the store: they go on with the last model while the store is away, and `status` says since when.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graph_api.errors import (
    BaodianError,
    SnapshotUnusable,
    StaleReplica,
    StoreError,
    StoreReplaced,
    UpgradeRequired,
)
from graph_api.live.foreign_edits import ForeignEdit, ForeignEditSweep
from graph_api.readmodel import snapshot_file as file
from graph_api.readmodel.building import BaseBuilder
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.stores.contract import Change, Clock, Commit, OpenToOthers, Resync, Store, now_utc
from schema.batch import GraphBatch

log = logging.getLogger(__name__)

WAIT_SECONDS = 5.0
"""How long one wait for news may last; the store's identity is checked in between."""
RETRY_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.0)
"""Pauses after the first, second, ... failure in a row; the last one goes on."""

MOST_OVERLAY = 20_000
"""Rows that may differ from the columns before they are merged in the background."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStatus:
    """What this process serves, and how its store is."""

    revision: int
    changed_at: datetime
    """When that revision was committed."""
    store: str
    """Kind of store: sqlite, neo4j."""
    reachable: bool
    since: datetime
    """Since when the store is (not) reachable."""
    last_error: str | None
    """Why the store is not reachable or not followed; None if all is well."""
    ready: bool
    """False while the store needs a newer program or stands replaced and is not read anew yet."""
    entities: int
    relationships: int
    foreign_edits: tuple[ForeignEdit, ...] = ()
    """The last edits that were made past this program, newest first."""


async def load_graph(store: Store) -> Snapshot:
    """The whole graph of a store. Raises StoreError."""
    meta = await store.meta()
    revision, builder = 0, BaseBuilder()
    async for chunk in store.load():
        if isinstance(chunk, int):
            revision = chunk
        else:
            builder.add_entities(chunk.entities)
            builder.add_relationships(chunk.relationships)
    return Snapshot(builder.finish(), revision=revision, changed_at=meta.changed_at, store_uuid=meta.uuid)


def _read_file(path: Path | None) -> Snapshot | None:
    if path is None:
        return None
    try:
        return file.read(path)
    except SnapshotUnusable as error:
        log.info("start without the snapshot file: %s", error)
        return None


def _write_file(graph: Snapshot, path: Path) -> Snapshot:
    """The snapshot, from its file if that can be written; without it the next start only takes longer."""
    try:
        return file.write(graph, path)
    except OSError as error:
        log.warning("the snapshot file %s cannot be written: %s", path, error)
        return graph.merged()


def _advance(model: ReadModel, changes: list[Change]) -> ReadModel:
    graph, touched = model.graph, set[int]()
    for change in changes:
        graph, changed = graph.advanced(change)
        touched |= changed
    return model.advanced(graph, touched)


class LiveGraph:
    """The newest read model of a store, and the one door for changes to it."""

    def __init__(self, store: Store, model: ReadModel, clock: Clock, snapshot_file: Path | None = None) -> None:
        self._store = store
        self._file = snapshot_file
        self._model = model
        self._clock = clock
        self._advancing = asyncio.Lock()
        self._news = asyncio.Condition()
        self._reachable, self._since = True, clock()
        self._trouble: StoreError | None = None
        self._follower: asyncio.Task[None] | None = None
        self._tidying: asyncio.Task[None] | None = None
        self._sweep = ForeignEditSweep(store, self._swept, clock) if isinstance(store, OpenToOthers) else None
        self._sweeping: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls,
        store: Store,
        snapshot_file: Path | None = None,
        *,
        clock: Clock = now_utc,
        follows: bool = True,
        sweeps: bool = True,
    ) -> LiveGraph:
        """Start to serve a store, from `snapshot_file` if it is of this store, and keep that file up to date.

        `follows`: go on with what is committed; without it only `refresh` and `apply` move on.
        `sweeps`: look for what others changed past this program, where the store is open to others.

        While the store is away the file alone is served, and `status` says so. Raises StoreError if there is neither
        a store nor a usable file.
        """
        known = await asyncio.to_thread(_read_file, snapshot_file)
        trouble: StoreError | None = None
        try:
            meta = await store.meta()
            if known is None or known.store_uuid != meta.uuid or known.revision > meta.revision:
                known = await load_graph(store)
                if snapshot_file is not None:
                    known = await asyncio.to_thread(_write_file, known, snapshot_file)
        except StoreError as error:
            if known is None:
                raise
            trouble = error
        live = cls(store, await asyncio.to_thread(ReadModel.build, known), clock, snapshot_file)
        if trouble is None:
            await live._catch_up(meta.revision)
        else:
            live._note(trouble, reachable=False)
        if follows:
            live._follower = asyncio.create_task(live._follow(), name="follow the store")
        if live._sweep is not None and follows and sweeps:
            live._sweeping = asyncio.create_task(live._sweep.run(), name="look for foreign edits")
        return live

    @property
    def store(self) -> Store:
        """The store that is followed."""
        return self._store

    def pin(self) -> ReadModel:
        """The newest model; it never changes while you hold it."""
        return self._model

    async def apply(
        self,
        batch: GraphBatch,
        request_id: str | None = None,
        expected: Mapping[str, int] | None = None,
        fingerprint: bytes | None = None,
    ) -> Commit:
        """Commit to the store, then show it: what is pinned after the return holds the change.

        Raises what Store.apply raises, StoreReplaced while another store stands where ours was, and StaleReplica
        (details: revision) if the change was made but cannot be read back now.
        """
        if isinstance(self._trouble, StoreReplaced):
            raise self._trouble
        commit = await self._store.apply(batch, request_id=request_id, expected=expected, fingerprint=fingerprint)
        try:
            await self._catch_up(commit.revision)
        except StoreError as error:
            raise StaleReplica(
                f"The change was made at revision {commit.revision}, but it cannot be shown yet: {error.message}",
                revision=commit.revision,
            ) from error
        return commit

    async def at_least(self, revision: int, timeout_seconds: float = 0.25) -> ReadModel:
        """The newest model once it holds that revision; StaleReplica if that takes longer than the timeout."""
        try:
            async with asyncio.timeout(timeout_seconds), self._news:
                await self._news.wait_for(lambda: self._model.graph.revision >= revision)
        except TimeoutError:
            have = self._model.graph.revision
            raise StaleReplica(
                f"This process is at revision {have}, not yet at {revision}; try again in a moment.",
                revision=have,
                wanted=revision,
            ) from None
        return self._model

    def status(self) -> LiveStatus:
        """What is served now, and how the store is."""
        graph = self._model.graph
        return LiveStatus(
            revision=graph.revision,
            changed_at=graph.changed_at,
            store=type(self._store).__name__.removesuffix("Store").lower(),
            reachable=self._reachable,
            since=self._since,
            last_error=self._trouble.message if self._trouble else None,
            ready=not isinstance(self._trouble, StoreReplaced | UpgradeRequired),
            entities=graph.entity_count,
            relationships=graph.relationship_count,
            foreign_edits=self._sweep.edits if self._sweep else (),
        )

    async def refresh(self) -> ReadModel:
        """Read what the store holds now; raises StoreError."""
        await self._catch_up(await self._store.revision())
        return self._model

    async def close(self) -> None:
        """Stop following. The store stays open: who opened it closes it."""
        tasks = [task for task in (self._follower, self._tidying, self._sweeping) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _swept(self) -> Snapshot:
        return (await self.refresh()).graph

    async def _catch_up(self, revision: int) -> None:
        async with self._advancing:
            if self._model.graph.revision >= revision:
                return
            try:
                changes = [change async for change in self._store.changes(self._model.graph.revision)]
                model = await asyncio.to_thread(_advance, self._model, changes)
            except Resync as gap:
                log.info("read the whole store anew: %s", gap)
                model = await asyncio.to_thread(ReadModel.build, await load_graph(self._store))
            await self._publish(model)
        if self._model.graph.overlay_size > MOST_OVERLAY and (self._tidying is None or self._tidying.done()):
            self._tidying = asyncio.create_task(self._tidy(), name="merge the overlay")

    async def _tidy(self) -> None:
        # what was committed while it was merged may be too much again
        while self._model.graph.overlay_size > MOST_OVERLAY:
            if not await self._merge_overlay():
                return

    async def _merge_overlay(self) -> bool:
        """Merge the overlay into columns beside the running work, then bring in what was committed meanwhile."""
        graph = await asyncio.to_thread(self._whole, self._model.graph)
        async with self._advancing:
            try:
                async for change in self._store.changes(graph.revision):
                    if change.revision <= self._model.graph.revision:
                        graph, _ = graph.advanced(change)
            except (StoreError, Resync) as error:
                log.info("the overlay stays for now: %s", error)
                return False
            ours = self._model.graph
            current = graph.revision == ours.revision and graph.store_uuid == ours.store_uuid
            if current:
                await self._publish(self._model.advanced(graph, ()))
            return current

    def _whole(self, graph: Snapshot) -> Snapshot:
        return graph.merged() if self._file is None else _write_file(graph, self._file)

    async def _check_identity(self) -> None:
        """Read another store anew that stands where ours was; until then nothing is written to it."""
        meta = await self._store.meta()
        graph = self._model.graph
        if meta.uuid == graph.store_uuid and meta.revision >= graph.revision:
            return
        self._trouble = StoreReplaced("Another store stands in the place of this one; it is being read anew.")
        log.warning("%s", self._trouble)
        async with self._advancing:
            await self._publish(await asyncio.to_thread(ReadModel.build, await load_graph(self._store)))

    async def _publish(self, model: ReadModel) -> None:
        async with self._news:
            self._model = model
            self._news.notify_all()

    async def _follow(self) -> None:
        failures = 0
        while True:
            try:
                newest = await self._store.wait(self._model.graph.revision, WAIT_SECONDS)
                await self._check_identity()
                await self._catch_up(newest)
            except BaodianError as error:
                log.warning("store not followed: %s", error)
                self._note(error if isinstance(error, StoreError) else None, reachable=False)
                await asyncio.sleep(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
                failures += 1
            else:
                self._note(None, reachable=True)
                failures = 0

    def _note(self, trouble: StoreError | None, *, reachable: bool) -> None:
        if reachable != self._reachable:
            self._reachable, self._since = reachable, self._clock()
        self._trouble = trouble
