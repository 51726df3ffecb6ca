"""LiveGraph: follows a store, swaps the read model at each commit, lets requests pin one.

Reads never wait for the store: they go on with the last model while the store is away, and `status` says since when.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from graph_api.errors import BaodianError, StaleReplica, StoreError, StoreReplaced, UpgradeRequired
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.stores.contract import Commit, Store, StoredEntity
from schema.batch import GraphBatch
from schema.codec import decode
from schema.relationships import Relationship

log = logging.getLogger(__name__)

WAIT_SECONDS = 5.0
"""How long one wait for news may last; the store's identity is checked in between."""
RETRY_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.0)
"""Pauses after the first, second, ... failure in a row; the last one goes on."""


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


def _now() -> datetime:
    return datetime.now(UTC)


async def load_graph(store: Store) -> Snapshot:
    """The whole graph of a store. Raises StoreError."""
    meta = await store.meta()
    revision, entities, relationships = 0, list[StoredEntity](), list[Relationship]()
    async for chunk in store.load():
        if isinstance(chunk, int):
            revision = chunk
        else:
            entities += chunk.entities
            relationships += chunk.relationships
    return Snapshot.of(
        [decode(row.kind, row.body) for row in entities],
        relationships,
        revision=revision,
        changed_at=meta.changed_at,
        store_uuid=meta.uuid,
    )


class LiveGraph:
    """The newest read model of a store, and the one door for changes to it."""

    def __init__(self, store: Store, model: ReadModel, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._model = model
        self._clock = clock
        self._advancing = asyncio.Lock()
        self._news = asyncio.Condition()
        self._reachable, self._since = True, clock()
        self._trouble: StoreError | None = None
        self._follower: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls, store: Store, snapshot_file: Path | None = None, *, clock: Callable[[], datetime] = _now
    ) -> LiveGraph:
        """Start to serve a store; raises StoreError if there is neither a store nor a usable file of its snapshot."""
        del snapshot_file
        graph = await load_graph(store)
        live = cls(store, await asyncio.to_thread(ReadModel.build, graph), clock)
        live._follower = asyncio.create_task(live._follow(), name="follow the store")
        return live

    def pin(self) -> ReadModel:
        """The newest model; it never changes while you hold it."""
        return self._model

    async def apply(
        self, batch: GraphBatch, request_id: str | None = None, expected: Mapping[str, int] | None = None
    ) -> Commit:
        """Commit to the store, then show it: what is pinned after the return holds the change.

        Raises what Store.apply raises, and StoreReplaced while another store stands where ours was.
        """
        if isinstance(self._trouble, StoreReplaced):
            raise self._trouble
        commit = await self._store.apply(batch, request_id=request_id, expected=expected)
        await self._catch_up(commit.revision)
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
        )

    async def refresh(self) -> ReadModel:
        """Read what the store holds now; raises StoreError."""
        await self._catch_up(await self._store.revision())
        return self._model

    async def close(self) -> None:
        """Stop following. The store stays open: who opened it closes it."""
        if self._follower is not None:
            self._follower.cancel()
            await asyncio.gather(self._follower, return_exceptions=True)

    async def _catch_up(self, revision: int) -> None:
        async with self._advancing:
            if self._model.graph.revision >= revision:
                return
            graph = await load_graph(self._store)
            await self._publish(await asyncio.to_thread(ReadModel.build, graph))

    async def _publish(self, model: ReadModel) -> None:
        async with self._news:
            self._model = model
            self._news.notify_all()

    async def _follow(self) -> None:
        failures = 0
        while True:
            try:
                newest = await self._store.wait(self._model.graph.revision, WAIT_SECONDS)
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
