"""The Neo4j store at its async edge: checks and translates, and sends the work to its lane."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from graph_api.errors import InvalidInput, StoreError, StoreUnavailable
from graph_api.stores.contract import (
    Change,
    Chunk,
    Clock,
    Commit,
    FoundEntity,
    Resync,
    SetAside,
    StoredDocument,
    StoredEntity,
    StoreMeta,
    now_utc,
)
from graph_api.stores.migration import migrate
from graph_api.stores.neo4j import foreign, reading, staging, writing
from graph_api.stores.neo4j.address import Address
from graph_api.stores.neo4j.applying import PIECE_SECONDS, LoadCommit
from graph_api.stores.neo4j.compiling import Compiling
from graph_api.stores.neo4j.connection import Connection, Transaction, Work
from graph_api.stores.neo4j.documents import put_document, read_document
from graph_api.stores.neo4j.ends import KindOf
from graph_api.stores.neo4j.layout import laid_out
from graph_api.stores.neo4j.loop_thread import LoopThread
from graph_api.stores.neo4j.preparing import prepare
from graph_api.stores.neo4j.scanning import Changes, Scan
from graph_api.stores.neo4j.set_aside import nameless
from graph_api.stores.neo4j.statements import DERIVED_REVISION
from graph_api.stores.neo4j.stored_meta import NodeMeta, read_meta
from graph_api.stores.neo4j.supply_links import write_derived
from graph_api.stores.rows import checked_size
from schema.batch import GraphBatch
from schema.migrations import SchemaSteps
from schema.numbers import BEFORE_THE_FIRST, Revision, Version
from schema.positions import ReportKey
from schema.relationships import RelationshipKey
from schema.words import say

T = TypeVar("T")
log = logging.getLogger(__name__)

POLL_SECONDS = 0.1
"""How often `wait` looks whether another process has written: one read of one node."""
WRITE_SECONDS = 2.8
"""How long a small change may take; the service answers within three seconds, whatever becomes of Neo4j."""
SERVER_SECONDS = 1.5
"""After how long Neo4j itself ends a small change, so that a client that stands still keeps no lock."""
ROWS_PER_SECOND = 5_000
"""A change of many records is given this much longer."""
READ_SECONDS = 5.0
SCAN_SECONDS = 30.0
SCHEMA_SECONDS = 90.0
LOADING_SECONDS = 120.0
"""How long `load` waits for a load that is being committed."""


class Neo4jStore:
    """A store in one database of a Neo4j. Nothing is opened before the first call; see Store for the promises.

    One driver, on an event loop of its own. Writers of all processes queue at one node, so that revisions have no
    gaps and what a writer has checked stays so until it commits.
    """

    def __init__(
        self,
        address: Address,
        *,
        clock: Clock = now_utc,
        schema: SchemaSteps | None = None,
        keep_requests: timedelta = timedelta(days=30),
        keep_changes: timedelta = timedelta(days=1),
        lease_seconds: float = 20.0,
        migrates: bool = True,
        patience: float = 1.0,
        creates: bool = True,
    ) -> None:
        self.server = address
        self._creates = creates
        self._patience = patience
        self._rules = writing.Rules(schema or SchemaSteps(), clock, keep_requests, keep_changes, lease_seconds)
        self._migrates = migrates
        self._connection = Connection(address, patience)
        self._lane = LoopThread("neo4j")
        self._compiling = Compiling(self._connection, self._lane)
        self._opening = asyncio.Lock()
        self._is_open = False
        self._seen = writing.Seen("", BEFORE_THE_FIRST)
        self._committed = asyncio.Event()

    @property
    def address(self) -> str:
        """The server and its database."""
        return str(self.server)

    async def meta(self) -> StoreMeta:
        """Identity, format and newest revision."""
        await self._open()
        meta = await self._read(self._read_meta)
        # who asks for the identity knows from now on which store it is
        self._seen = writing.Seen(meta.uuid, meta.revision)
        return meta

    async def revision(self) -> Revision:
        """Newest committed revision."""
        await self._open()
        revision = (await self._read(self._read_meta)).revision
        self._saw(revision)
        return revision

    async def apply(
        self,
        batch: GraphBatch,
        *,
        request_id: str | None = None,
        expected: Mapping[str, Version] | None = None,
        fingerprint: bytes | None = None,
    ) -> Commit:
        """Commit the batch, all or nothing."""
        checked_size(batch)
        layout = laid_out(batch) if len(batch) < 100 else await asyncio.to_thread(laid_out, batch)
        more = len(layout) / ROWS_PER_SECOND
        awaited = expected or {}

        async def work(transaction: Transaction) -> Commit:
            return await writing.apply(transaction, self._rules, self._seen, layout, request_id, awaited, fingerprint)

        await self._open()
        commit = await self._write(work, more)
        self._saw(commit.revision)
        self._committed.set()
        return commit

    async def outcome(self, request_id: str) -> Commit | None:
        """What became of a request."""
        await self._open()
        return await self._write(lambda transaction: writing.outcome(transaction, self._rules, request_id))

    async def begin_load(self, load_id: str) -> int:
        """Open or resume a staged load."""
        await self._open()
        records = await self._write(lambda transaction: staging.begin_load(transaction, self._rules, load_id))
        if records is None:
            await self._drop_staged()
        return records or 0

    async def stage(self, load_id: str, batch: GraphBatch) -> None:
        """Write a batch to the staging area."""
        await self._open()
        layout = await asyncio.to_thread(laid_out, batch)
        if not len(layout):
            await self._stage(load_id, [])
        for staged in staging.staged_pieces(layout):
            await self._stage(load_id, staged)

    async def commit_load(
        self, load_id: str, *, at_revision: Revision | None = None, upgrade_schema: bool = False
    ) -> Commit:
        """Make what is staged visible."""
        await self._open()
        work = LoadCommit(self._connection, self._rules, load_id)
        commit = await self._run(work.run(at_revision, upgrade_schema))
        self._committed.set()
        await self._drop_staged()
        return commit

    async def abandon_load(self, load_id: str) -> None:
        """Drop what was staged."""
        await self._open()
        if await self._write(lambda transaction: staging.abandon_load(transaction, self._rules, load_id)):
            await self._drop_staged()

    async def load(self, chunk_size: int = 20_000) -> AsyncIterator[Chunk | Revision]:
        """The whole graph at one revision."""
        await self._open()
        while True:
            meta = await self._quiet()
            scan = Scan(meta.revision, strict=meta.schema_version >= self._rules.schema.version)
            try:
                while await self._scan(scan.read_next):
                    pass
                changes = await self._since(meta)
                if changes is None:
                    continue
                revision, changed = changes
                yield revision
                chunks = scan.chunks(changed, chunk_size)
                while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
                    yield chunk
                return
            finally:
                scan.close()

    async def changes(self, after: Revision) -> AsyncIterator[Change]:
        """Every commit after a revision."""
        await self._open()
        newest = None
        while newest is None or after < newest:
            changes, newest = await self._next_changes(after)
            for change in changes:
                yield change
                after = change.revision

    async def wait(self, after: Revision, timeout_seconds: float) -> Revision:
        """Wait for a revision above `after`."""
        loop = asyncio.get_running_loop()
        give_up = loop.time() + timeout_seconds
        while (newest := await self._compiling.beside(self.revision())) <= after and (
            left := give_up - loop.time()
        ) > 0:
            self._committed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(min(POLL_SECONDS, left)):
                    await self._committed.wait()
        return newest

    async def document(self, name: str) -> StoredDocument | None:
        """A document that the service keeps beside the graph."""
        await self._open()
        return await self._read(lambda transaction: read_document(transaction, name))

    async def put_document(self, name: str, content: bytes, *, at_version: int) -> int:
        """Write a document whole."""
        await self._open()
        return await self._write(
            lambda transaction: put_document(transaction, self._rules, self._seen, name, content, at_version)
        )

    async def mark(self) -> str:
        """Moves with every commit of anybody."""
        await self._open()
        return await self._run(self._connection.bookmark(seconds=READ_SECONDS))

    async def look(self, ids: Sequence[str], kind_of: KindOf) -> list[FoundEntity]:
        """What is there of these ids."""
        await self._open()
        return await self._read(lambda transaction: foreign.look(transaction, ids, kind_of))

    async def ids(self, after: str, limit: int) -> list[str]:
        """The next ids of whatever is there."""
        await self._open()
        return await self._scan(lambda transaction: foreign.ids(transaction, after, limit))

    async def nameless(self, limit: int) -> list[SetAside]:
        """What is there and cannot be asked for by an id."""
        await self._open()
        return await self._scan(lambda transaction: nameless(transaction, limit))

    async def adopt(
        self,
        ids: Sequence[str],
        known_links: Collection[RelationshipKey],
        at_revision: Revision,
        known_reports: Collection[ReportKey] = (),
        known_entities: Mapping[str, StoredEntity] | None = None,
        *,
        kind_of: KindOf,
    ) -> tuple[Commit, dict[str, SetAside]]:
        """Commit what is there now of these ids as a change."""
        await self._open()
        known = known_links, at_revision, known_reports, known_entities
        commit, refused = await self._write(
            lambda tx: foreign.adopt(tx, self._rules, self._seen, ids, *known, kind_of=kind_of),
            (len(ids) + len(known_reports)) / ROWS_PER_SECOND,
        )
        self._saw(commit.revision)
        self._committed.set()
        return commit, refused

    async def close(self) -> None:
        """Finish what is under way and let go of all connections."""
        await self._compiling.close()
        await self._lane.close(self._connection.close())

    async def derived_revision(self) -> Revision | None:
        """What the derived relationships were worked out of; None if nobody has asked for them yet."""
        await self._open()
        return await self._read(lambda transaction: transaction.run(DERIVED_REVISION))

    async def derive(self, pairs: Mapping[str, Sequence[tuple[str, str]]], revision: Revision) -> dict[str, int]:
        """Write relationships that were worked out of a revision ; how many of each type, {} where newer ones stand."""
        await self._open()
        return await self._run(write_derived(self._connection, pairs, revision))

    async def _open(self) -> None:
        if self._is_open:
            return
        async with self._opening:
            if not self._is_open:
                await self._run(
                    prepare(self._connection, self._rules.schema, creates=self._creates, address=self.address)
                )
                meta = await self._read(self._read_meta)
                self._seen = writing.Seen(meta.uuid, meta.revision)
                if self._migrates and meta.schema_version < self._rules.schema.version:
                    await self._migrate()
                self._is_open = True

    async def _migrate(self) -> None:
        rules = self._rules
        older = Neo4jStore(self.server, clock=rules.clock, schema=rules.schema, migrates=False, patience=self._patience)
        try:
            await migrate(older, rules.schema)
        finally:
            await older.close()

    def _saw(self, revision: Revision) -> None:
        if revision > self._seen.revision:
            self._seen = replace(self._seen, revision=revision)

    async def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return await self._lane.run(work)

    async def _read(self, work: Work[T]) -> T:
        return await self._run(self._connection.read(work, seconds=READ_SECONDS))

    async def _scan(self, work: Work[T]) -> T:
        return await self._run(self._connection.read(work, seconds=SCAN_SECONDS))

    async def _write(self, work: Work[T], more: float = 0.0) -> T:
        try:
            return await self._run(
                self._connection.write(work, seconds=WRITE_SECONDS + more, server_seconds=SERVER_SECONDS + more)
            )
        except StoreUnavailable as error:
            if error.details.get("abandoned"):
                await self._recover(error.details["load_id"])
            raise

    async def _read_meta(self, transaction: Transaction) -> NodeMeta:
        return await read_meta(transaction, self._rules.schema)

    async def _next_changes(self, after: Revision) -> tuple[list[Change], Revision]:
        return await self._read(lambda transaction: reading.next_changes(transaction, self._rules.schema, after))

    async def _quiet(self) -> NodeMeta:
        """The store's identity while no load is being written into the graph."""
        give_up = asyncio.get_running_loop().time() + LOADING_SECONDS
        while True:
            meta = await self._read(self._read_meta)
            if meta.loading is None or not meta.loading.applying:
                return meta
            if meta.loading.abandoned:
                await self._recover(meta.loading.load_id)
            if asyncio.get_running_loop().time() > give_up:
                raise StoreUnavailable(
                    say("The load {load_id!r} is still being committed; try again.", load_id=meta.loading.load_id),
                    load_id=meta.loading.load_id,
                )
            await asyncio.sleep(POLL_SECONDS)

    async def _since(self, begun: NodeMeta) -> tuple[Revision, Changes] | None:
        """What was committed since a scan began, up to now; None if that cannot be told and it has to begin anew."""
        changes = Changes()
        revision = begun.revision
        meta = await self._read(self._read_meta)
        if meta.uuid != begun.uuid or (meta.loading is not None and meta.loading.applying):
            return None
        try:
            while revision < meta.revision:
                for change in (await self._next_changes(revision))[0]:
                    changes.add(change)
                    revision = change.revision
        except Resync:
            return None
        return revision, changes

    async def _recover(self, load_id: str) -> None:
        """Finish a load whose committer is gone; a load that another process finishes meanwhile is left to it."""
        log.warning("the commit of the load %s was interrupted; finishing it", load_id)
        with suppress(StoreError, InvalidInput):
            await self._run(LoadCommit(self._connection, self._rules, load_id).recover())

    async def _stage(self, load_id: str, staged: list[tuple[int, int, bytes]]) -> None:
        await self._run(
            self._connection.write(
                lambda transaction: staging.stage(transaction, self._rules, load_id, staged),
                seconds=PIECE_SECONDS,
                server_seconds=PIECE_SECONDS,
            )
        )

    async def _drop_staged(self) -> None:
        """Drop what is staged for no load; what a failure leaves is dropped at the next time."""
        with suppress(StoreError):
            while await self._write(staging.drop_staged):
                pass
