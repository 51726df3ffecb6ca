"""commit_load: what is staged becomes part of the graph.

Up to MAX_CHANGE records go in one transaction. More do not fit the heap of a small server: they are checked as a whole
first, then written piece by piece, each in a transaction of its own that also says in :_Meta how far it is. From the
first check on writers are turned away, from the first piece on readers too, and whoever comes by after a crash goes on
where it ended: forward only, since everything has been checked.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TypeVar

from graph_api.errors import InvalidInput, StoreUnavailable
from graph_api.stores.contract import MAX_CHANGE, Commit
from graph_api.stores.neo4j.checked_load import CheckedLoad, checked_load
from graph_api.stores.neo4j.connection import Connection, Transaction, Work
from graph_api.stores.neo4j.layout import EntityRow, Layout, LinkRow
from graph_api.stores.neo4j.putting import delete_entities, delete_links, held_entities, put_entities, put_links
from graph_api.stores.neo4j.reports import delete_reports, put_reports
from graph_api.stores.neo4j.staging import (
    ENTITIES,
    LINKS,
    REPORTS,
    Deletes,
    find_load,
    refuse_other_revision,
    staged_piece,
    step_of,
)
from graph_api.stores.neo4j.statements import ADVANCE, CLOSE_LOAD, FINISH, MARK, PLACES, UNMARK, UPGRADE_SCHEMA
from graph_api.stores.neo4j.stored_meta import CommittingLoad, NodeMeta, locked_meta, refuse_while_loading
from graph_api.stores.neo4j.writing import Rules, merge, named, prune
from schema.numbers import Revision, next_revision, version_at
from schema.positions import PositionReport, ReportKey
from schema.relationships import RelationshipKey
from schema.words import say

PIECE_SECONDS = 60.0
"""How long one piece, or a load in one transaction, may take."""

T = TypeVar("T")


class LoadCommit:
    """The commit of one load by one process."""

    def __init__(self, connection: Connection, rules: Rules, load_id: str) -> None:
        self._connection = connection
        self._rules = rules
        self._load_id = load_id
        self._by = str(uuid.uuid4())
        self._lease = int(rules.lease_seconds * 1000)
        self._places: list[int] = []
        self._checked: CheckedLoad | None = None

    async def run(self, at_revision: Revision | None, upgrade_schema: bool) -> Commit:
        """Store.commit_load."""
        meta = await self._write(lambda tx: self._begin(tx, at_revision, upgrade_schema))
        if isinstance(meta, Commit):
            return meta
        loading = _ours(meta)
        self._places = sorted(await self._read(lambda tx: tx.run(PLACES, id=self._load_id)))
        if not loading.applying:
            await self._check()
            await self._write(lambda tx: self._start_applying(tx, loading))
        for number in range(loading.done, len(self._places)):
            await self._apply_piece(meta, number)
        return await self._write(lambda tx: self._finish(tx, loading.at, loading.upgrades))

    async def recover(self) -> None:
        """Finish a commit that another process left: forward if the graph has been touched, else as if never begun."""
        begun = await self._write(self._begin_recovery)
        if begun:
            await self.run(None, False)

    async def _begin_recovery(self, tx: Transaction) -> bool:
        loading = (await locked_meta(tx, self._rules.schema)).loading
        if loading is None or not loading.abandoned or loading.load_id != self._load_id:
            return False
        if not loading.applying:
            await tx.run(UNMARK)
        return loading.applying

    async def _check(self) -> None:
        try:
            self._checked = await checked_load(self._read, self._load_id, self._places, self._still_here)
        except BaseException:
            await self._write(self._give_up)
            raise

    async def _still_here(self) -> None:
        await self._write(lambda tx: self._advance(tx, 0))

    async def _begin(self, tx: Transaction, at_revision: Revision | None, upgrade_schema: bool) -> Commit | NodeMeta:
        """Commit a small load at once; mark a large one as begun, or take over one that was left."""
        meta = await locked_meta(tx, self._rules.schema)
        known = await find_load(tx, self._load_id)
        if known is None:
            raise InvalidInput(
                say("The load {load_id!r} is not open; begin it first.", load_id=self._load_id), load_id=self._load_id
            )
        done = known.commit()
        if done is not None:
            return done
        loading = meta.loading
        if loading is not None and not loading.abandoned:
            refuse_while_loading(meta)
        if loading is not None and loading.applying:
            if loading.load_id != self._load_id:
                refuse_while_loading(meta)
            await self._mark(tx, applying=True, done=loading.done, at=loading.at, upgrades=loading.upgrades)
            return meta
        if loading is not None:
            await tx.run(UNMARK)
        refuse_other_revision(meta, at_revision)
        if known.records <= MAX_CHANGE:
            return await self._commit_at_once(tx, meta, upgrade_schema)
        await self._mark(tx, applying=False, done=0, at=self._rules.clock().isoformat(), upgrades=upgrade_schema)
        return await locked_meta(tx, self._rules.schema)

    async def _commit_at_once(self, tx: Transaction, meta: NodeMeta, upgrade_schema: bool) -> Commit:
        layout = await self._whole(tx)
        held = await held_entities(tx, sorted(named(layout)))
        record = await merge(tx, meta, layout, held)
        return await self._close(tx, meta, self._rules.clock(), record, upgrade_schema)

    async def _whole(self, tx: Transaction) -> Layout:
        """Everything staged as one batch; of two puts of one thing the later one holds."""
        entities: dict[str, EntityRow] = {}
        links: dict[RelationshipKey, LinkRow] = {}
        lost: dict[str, None] = {}
        gone: dict[RelationshipKey, None] = {}
        reports: dict[ReportKey, PositionReport] = {}
        gone_reports: dict[ReportKey, None] = {}
        for place in sorted(await tx.run(PLACES, id=self._load_id)):
            piece = await staged_piece(tx, self._load_id, place)
            if isinstance(piece, Deletes):
                lost |= dict.fromkeys(piece.entities)
                gone |= dict.fromkeys(piece.links)
                gone_reports |= dict.fromkeys(piece.reports)
            elif step_of(place) == REPORTS:
                reports |= {report.key: report for report in piece}
            elif step_of(place) == ENTITIES:
                entities |= {row.id: row for row in piece}
            else:
                links |= {row.identity: row for row in piece}
        return Layout(
            list(entities.values()),
            list(links.values()),
            list(lost),
            list(gone),
            list(reports.values()),
            list(gone_reports),
        )

    async def _apply_piece(self, meta: NodeMeta, number: int) -> None:
        place = self._places[number]
        piece = await self._read(lambda tx: staged_piece(tx, self._load_id, place))

        async def work(tx: Transaction) -> None:
            await self._advance(tx, number + 1)
            if isinstance(piece, Deletes):
                await delete_links(tx, piece.links)
                await delete_entities(tx, piece.entities)
                await delete_reports(tx, piece.reports)
            elif step_of(place) == REPORTS:
                await put_reports(tx, piece)
            elif step_of(place) == ENTITIES:
                await self._put_entities(tx, meta, piece)
            else:
                await self._put_links(tx, piece)

        await self._write(work)
        if self._checked is not None and step_of(place) in (ENTITIES, LINKS):
            self._checked.written(piece)

    async def _put_entities(self, tx: Transaction, meta: NodeMeta, rows: list[EntityRow]) -> None:
        unique = list({row.id: row for row in rows}.values())
        held = await held_entities(tx, [row.id for row in unique]) if self._checked is None else self._checked.held
        await put_entities(
            tx, unique, version_at(next_revision(meta.revision)), held, keep_unknown=meta.holds_unknown_properties
        )

    async def _put_links(self, tx: Transaction, rows: list[LinkRow]) -> None:
        new, others = ([], rows) if self._checked is None else self._checked.divided(rows)
        await put_links(tx, new, new=True)
        await put_links(tx, others)

    async def _finish(self, tx: Transaction, at: str, upgrade_schema: bool) -> Commit:
        meta = await locked_meta(tx, self._rules.schema)
        self._refuse_lost(meta)
        await tx.run(UNMARK)
        return await self._close(tx, meta, datetime.fromisoformat(at), None, upgrade_schema)

    async def _close(
        self, tx: Transaction, meta: NodeMeta, at: datetime, record: bytes | None, upgrade_schema: bool
    ) -> Commit:
        revision = next_revision(meta.revision)
        schema = self._rules.schema
        await tx.run(FINISH, revision=revision, at=at.isoformat(), request_id=self._load_id, images=record)
        await tx.run(CLOSE_LOAD, id=self._load_id, revision=revision, at=at.isoformat())
        if upgrade_schema:
            await tx.run(UPGRADE_SCHEMA, version=schema.version, min_reader=schema.min_reader)
        await prune(tx, self._rules, revision)
        return Commit(revision, at)

    async def _give_up(self, tx: Transaction) -> None:
        meta = await locked_meta(tx, self._rules.schema)
        if meta.loading is not None and meta.loading.by == self._by:
            await tx.run(UNMARK)

    async def _mark(self, tx: Transaction, *, applying: bool, done: int, at: str, upgrades: bool) -> None:
        await tx.run(
            MARK,
            id=self._load_id,
            by=self._by,
            phase="applying" if applying else "checking",
            lease=self._lease,
            done=done,
            at=at,
            upgrades=upgrades,
        )

    async def _start_applying(self, tx: Transaction, loading: CommittingLoad) -> None:
        self._refuse_lost(await locked_meta(tx, self._rules.schema))
        await self._mark(tx, applying=True, done=0, at=loading.at, upgrades=loading.upgrades)

    def _refuse_lost(self, meta: NodeMeta) -> None:
        if meta.loading is None or meta.loading.by != self._by:
            raise _taken_over(self._load_id)

    async def _advance(self, tx: Transaction, done: int) -> None:
        if await tx.run(ADVANCE, id=self._load_id, by=self._by, done=done, lease=self._lease) is None:
            raise _taken_over(self._load_id)

    async def _write(self, work: Work[T]) -> T:
        """A write of a load that may be repeated: a piece counts itself in the transaction that writes it."""
        return await self._connection.write(work, seconds=PIECE_SECONDS, server_seconds=PIECE_SECONDS)

    async def _read(self, work: Work[T]) -> T:
        return await self._connection.read(work, seconds=PIECE_SECONDS)


def _taken_over(load_id: str) -> StoreUnavailable:
    return StoreUnavailable(
        say("Another process commits the load {load_id!r} now; ask again for its commit.", load_id=load_id)
    )


def _ours(meta: NodeMeta) -> CommittingLoad:
    if meta.loading is None:
        raise StoreUnavailable(say("Another process took the load over; ask again for its commit."))
    return meta.loading
