"""The embedded store at its async edge: checks and translates, and sends the work to its lanes."""

from __future__ import annotations

import asyncio
import functools
import weakref
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from graph_api.errors import OutcomeUnknown, StoreReplaced, StoreUnwritable, unwritable_of
from graph_api.stores.contract import (
    Change,
    Chunk,
    Clock,
    Commit,
    StoredDocument,
    StoredEntity,
    StoreMeta,
    now_utc,
)
from graph_api.stores.migration import migrate
from graph_api.stores.rows import checked_size
from graph_api.stores.sqlite import reading, staging, writing
from graph_api.stores.sqlite.batches import laid_out
from graph_api.stores.sqlite.connection import VFS, StoreConnection, connect, connect_writer, is_read_only
from graph_api.stores.sqlite.connection import writing as in_a_commit
from graph_api.stores.sqlite.connection_thread import ConnectionThread
from graph_api.stores.sqlite.documents import put_document, read_document
from graph_api.stores.sqlite.file_meta import read_meta, write_first_meta
from graph_api.stores.sqlite.merging import kept
from graph_api.stores.sqlite.place import Place
from graph_api.stores.sqlite.upgrading import upgrade_format
from schema.batch import GraphBatch
from schema.migrations import SchemaSteps
from schema.numbers import Revision, Version
from schema.positions import PositionReport, ReportKey
from schema.relationships import Relationship

POLL_SECONDS = 0.02
"""How often `wait` looks whether another process has written: one read of shared memory."""
_BEFORE_ALL_REPORTS = ReportKey("", 0, -1)


class SqliteStore:
    """A store in one file. Nothing is opened before the first call; see Store for what the methods promise.

    Writes run one after the other on one thread; `load` has a thread of its own; the rest of the reads share one.
    `busy_timeout_seconds` is how long a write waits for another process, or for a long write of this one.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock = now_utc,
        schema: SchemaSteps | None = None,
        busy_timeout_seconds: float = 2.0,
        keep_requests: timedelta = timedelta(days=30),
        keep_changes: timedelta = timedelta(days=1),
        vfs: str = VFS,
        migrates: bool = True,
        creates: bool = True,
    ) -> None:
        self.path = path
        self._rules = writing.Rules(schema or SchemaSteps(), clock, keep_requests, keep_changes)
        self._patience = busy_timeout_seconds
        self._migrates = migrates
        self._place = Place(path, self._let_go, may_create=creates)
        self._connect = functools.partial(connect, self._place, busy_timeout_seconds=busy_timeout_seconds, vfs=vfs)
        self._connect_writer = functools.partial(
            connect_writer, self._place, busy_timeout_seconds=busy_timeout_seconds, vfs=vfs
        )
        self._writer = ConnectionThread("writer", self._place, self._open_writer)
        self._reader = ConnectionThread("reader", self._place, self._connect)
        self._loads: weakref.WeakSet[ConnectionThread] = weakref.WeakSet()
        self._opening = asyncio.Lock()
        self._is_open = False
        self._is_told = False
        """True once a caller that reads anew was told that another file stands at the path."""
        self._committed = asyncio.Event()

    @property
    def address(self) -> str:
        """The absolute path of its file."""
        return str(self.path.absolute())

    async def meta(self) -> StoreMeta:
        """Identity, format and newest revision.

        Where another file stands at the path, the first who asks this or waits gets StoreReplaced; asked again, the
        other file is the store from then on.
        """
        if self._is_told:
            await self._take_other()
        with self._telling():
            await self._open()
            return await self._reader.run(read_meta, self._rules.schema)

    async def revision(self) -> Revision:
        """Newest committed revision."""
        await self._open()
        return await self._reader.run(reading.read_revision, self._rules.schema)

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
        await self._open()
        commit = await self._writer.run_soon(
            self._patience, self._apply, batch, request_id, expected or {}, fingerprint
        )
        self._committed.set()
        return commit

    async def outcome(self, request_id: str) -> Commit | None:
        """What became of a request."""
        await self._open()
        return await self._writer.run(writing.outcome, self._rules, request_id)

    async def begin_load(self, load_id: str) -> int:
        """Open or resume a staged load."""
        await self._open()
        return await self._writer.run(staging.begin_load, self._rules, load_id)

    async def stage(self, load_id: str, batch: GraphBatch) -> None:
        """Write a batch to the staging area."""
        await self._open()
        await self._writer.run(self._stage, load_id, batch)

    async def commit_load(
        self, load_id: str, *, at_revision: Revision | None = None, upgrade_schema: bool = False
    ) -> Commit:
        """Make what is staged visible."""
        await self._open()
        commit = await self._writer.run(staging.commit_load, self._rules, load_id, at_revision, upgrade_schema)
        self._committed.set()
        return commit

    async def abandon_load(self, load_id: str) -> None:
        """Drop what was staged."""
        await self._open()
        await self._writer.run(staging.abandon_load, self._rules, load_id)

    async def load(self, chunk_size: int = 20_000) -> AsyncIterator[Chunk | Revision]:
        """The whole graph at one revision."""
        await self._open()
        # its lane is new and would open the file of a closed store again
        self._reader.require_open()
        lane = ConnectionThread("load", self._place, self._connect, checkpoints=False)
        self._loads.add(lane)
        try:
            scan = await lane.run(reading.Scan, self._rules.schema)
            yield scan.revision
            entity = ""
            while entities := await lane.run(_entities, scan, entity, chunk_size):
                yield Chunk(entities=entities)
                entity = entities[-1].id
            link = ("", "", "", "")
            while links := await lane.run(_relationships, scan, link, chunk_size):
                yield Chunk(relationships=links)
                link = (links[-1].source, links[-1].kind.value, links[-1].target, links[-1].key)
            report = _BEFORE_ALL_REPORTS
            while reports := await lane.run(_reports, scan, report, chunk_size):
                yield Chunk(reports=reports)
                report = reports[-1].key
        finally:
            lane.finish()

    async def changes(self, after: Revision) -> AsyncIterator[Change]:
        """Every commit after a revision."""
        await self._open()
        while changes := await self._reader.run(reading.next_changes, self._rules.schema, after):
            for change in changes:
                yield change
            after = changes[-1].revision

    async def wait(self, after: Revision, timeout_seconds: float) -> Revision:
        """Wait for a revision above `after`."""
        with self._telling():
            return await self._wait(after, timeout_seconds)

    async def document(self, name: str) -> StoredDocument | None:
        """A document that the service keeps beside the graph."""
        await self._open()
        return await self._reader.run(read_document, self._rules.schema, name)

    async def put_document(self, name: str, content: bytes, *, at_version: int) -> int:
        """Write a document whole."""
        await self._open()
        return await self._writer.run_soon(self._patience, put_document, self._rules.schema, name, content, at_version)

    async def refusal(self, *, tries: bool) -> StoreUnwritable | None:
        """Why no change can be made now; None if nothing is known against it, or if it was tried."""
        if not tries and not is_read_only(self.path):
            return None
        try:
            await self._writer.run_soon(self._patience, _write_nothing)
        except StoreUnwritable as error:
            return error
        except OutcomeUnknown as error:
            return unwritable_of(error)
        # it may have been opened as what never changes
        await asyncio.wrap_future(self._reader.let_go())
        return None

    async def read_every_page(self) -> None:
        """Read all that is kept, also what no question needs."""
        await self._open()
        await self._reader.run(reading.read_every_page)

    async def close(self) -> None:
        """Finish what is under way, write everything into the one file and let go of it."""
        for lane in (*self._loads, self._reader, self._writer):
            await asyncio.wrap_future(lane.finish())

    async def _open(self) -> None:
        if self._is_open:
            return
        async with self._opening:
            if not self._is_open:
                meta = await self._writer.run(read_meta, self._rules.schema)
                if self._migrates and meta.schema_version < self._rules.schema.version:
                    await self._migrate()
                self._is_open = True

    async def _wait(self, after: Revision, timeout_seconds: float) -> Revision:
        await self._open()
        loop = asyncio.get_running_loop()
        give_up = loop.time() + timeout_seconds
        seen = await self._reader.run(_data_version)
        newest = await self._reader.run(reading.read_revision, self._rules.schema)
        while newest <= after and loop.time() < give_up:
            self._committed.clear()
            try:
                async with asyncio.timeout(min(POLL_SECONDS, max(0.0, give_up - loop.time()))):
                    await self._committed.wait()
            except TimeoutError:
                version = await self._reader.run(_data_version)
                if version == seen:
                    continue
                seen = version
            newest = await self._reader.run(reading.read_revision, self._rules.schema)
        return newest

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except StoreReplaced:
            self._is_told = True
            raise

    async def _take_other(self) -> None:
        """Let go of the file that was lost, wholly: two files at one path would share their log."""
        async with self._opening:
            if self.path.exists():
                await asyncio.gather(*map(asyncio.wrap_future, self._let_go()))
                self._place.forget()
                self._is_open = self._is_told = False

    def _let_go(self) -> list[Future[None]]:
        return [lane.let_go() for lane in (*self._loads, self._reader, self._writer)]

    async def _migrate(self) -> None:
        rules = self._rules
        older = SqliteStore(
            self.path,
            clock=rules.clock,
            schema=rules.schema,
            busy_timeout_seconds=self._patience,
            migrates=False,
        )
        try:
            await migrate(older, rules.schema)
        finally:
            await older.close()

    def _open_writer(self) -> StoreConnection:
        connection = self._connect_writer()
        connection.create_scalar_function("kept", kept, 3, deterministic=True)
        if not connection.is_read_only:
            write_first_meta(connection, self._rules.schema)
            upgrade_format(connection)
        return connection

    def _apply(
        self,
        connection: StoreConnection,
        batch: GraphBatch,
        request_id: str | None,
        expected: Mapping[str, Version],
        fingerprint: bytes | None,
    ) -> Commit:
        return writing.apply(connection, self._rules, laid_out(batch), request_id, expected, fingerprint)

    def _stage(self, connection: StoreConnection, load_id: str, batch: GraphBatch) -> None:
        staging.stage(connection, self._rules, load_id, laid_out(batch))


def _entities(_: StoreConnection, scan: reading.Scan, after: str, limit: int) -> list[StoredEntity]:
    return scan.entities(after, limit)


def _relationships(
    _: StoreConnection, scan: reading.Scan, after: tuple[str, str, str, str], limit: int
) -> list[Relationship]:
    return scan.relationships(after, limit)


def _reports(_: StoreConnection, scan: reading.Scan, after: ReportKey, limit: int) -> list[PositionReport]:
    return scan.reports(after, limit)


def _write_nothing(connection: StoreConnection) -> None:
    with in_a_commit(connection):
        pass


def _data_version(connection: StoreConnection) -> int:
    return int(connection.pragma("data_version"))
