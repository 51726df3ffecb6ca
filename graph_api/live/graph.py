"""LiveGraph: the newest read model of a store, and the one door for changes to it.

Reads never wait for the store: they go on with the last model while the store is away, and `status` says since when.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from graph_api.errors import BaodianError, StaleReplica, StoreError, StoreReplaced, UpgradeRequired, unwritable_of
from graph_api.live.catching_up import Building, CatchingUp, Progress, unheard
from graph_api.live.following import Follower
from graph_api.live.foreign_edits import ForeignEdit, ForeignEditSweep
from graph_api.live.health import StoreHealth
from graph_api.live.loading import is_of, load_graph
from graph_api.live.merging import Merging
from graph_api.live.position_retention import NeededSince, PositionRetention, nothing_open
from graph_api.live.published import Published
from graph_api.live.snapshot_keeping import SnapshotKeeper
from graph_api.live.tally import Tally
from graph_api.live.turns import Turns
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.stores.contract import Clock, Commit, OpenToOthers, Store, now_utc
from schema.batch import GraphBatch
from schema.numbers import BEFORE_THE_FIRST, Revision, Version
from schema.words import say

log = logging.getLogger(__name__)

KEEP_REPORTS = timedelta(days=400)
"""How long position reports are kept if nothing else is said."""

__all__ = ["LiveGraph", "LiveStatus", "load_graph"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStatus:
    """What this process serves, and how its store is."""

    revision: Revision
    changed_at: datetime
    """When that revision was committed."""
    store: str
    """Kind of store: sqlite, neo4j."""
    reachable: bool
    since: datetime
    """Since when the store is (not) reachable."""
    last_error: str | None
    """Why the store is not reachable or not followed; None if all is well."""
    writable: bool
    """False from when a change was refused by the disk (full, read-only, failing) until one is taken again."""
    write_trouble: str | None
    """What the disk said."""
    ready: bool
    """False while the store needs a newer program or stands replaced and nobody has asked for the other one yet."""
    entities: int
    relationships: int
    foreign_edits: tuple[ForeignEdit, ...] = ()
    """Edits that were made past this program: all that are refused now and the last others, newest first."""
    set_aside: int = 0
    """How much of what others made cannot be taken over now."""
    behind: int = 0
    """Revisions that the store is known to be ahead."""
    behind_seconds: float = 0.0
    snapshot_trouble: str | None = None
    """Why the snapshot file cannot be used or written; None if all is well, or none is kept."""


class LiveGraph:
    """Pins and applies; what goes on beside that has a class of its own each: following, merging, sweeping."""

    def __init__(
        self,
        store: Store,
        model: ReadModel,
        clock: Clock = now_utc,
        keeper: SnapshotKeeper | None = None,
        building: Building | None = None,
        tally: Tally | None = None,
        keep_reports: timedelta = KEEP_REPORTS,
        needed_since: NeededSince = nothing_open,
    ) -> None:
        self.store = store
        self.tally = tally or Tally()
        self._keeper = keeper or SnapshotKeeper(None)
        self._published = Published(model)
        self._health = StoreHealth(clock, model.graph.revision)
        building = building or Building(store, self._keeper, self.tally, serves=True)
        self._merging = Merging(store, self._published, self._keeper, self.tally)
        self._catching_up = CatchingUp(store, self._published, building, self._merging, self._health, self.tally)
        self._follower = Follower(store, self._published, self._catching_up, self._health)
        self._sweep = ForeignEditSweep(store, self._swept, clock) if isinstance(store, OpenToOthers) else None
        self._retention = PositionRetention(self._swept, self.apply, clock, keep_reports, needed_since)
        self.turns = Turns()
        """Of changes of one thing."""
        self._tasks: list[asyncio.Task[None]] = []
        self._keeps = False

    @classmethod
    async def open(
        cls,
        store: Store,
        snapshot_file: Path | None = None,
        *,
        clock: Clock = now_utc,
        follows: bool = True,
        keeps: bool | None = None,
        sweeps: bool = True,
        tends: bool = True,
        progress: Progress = unheard,
        keep_reports: timedelta = KEEP_REPORTS,
        needed_since: NeededSince = nothing_open,
    ) -> LiveGraph:
        """Start on a store, from `snapshot_file` if it is of this store.

        `follows`: go on with what is committed; without it only `refresh` and `apply` move on.
        `keeps`: make the search index before anything is served, and keep the file up to date; as `follows` if not
        said. `sweeps`: look for what others changed past this program, where the store is open to others.
        `tends`: write to store and file what has to be without anybody asking; a further process of a service does not.
        `progress` is told what is being made. `keep_reports`: how long position reports are kept, and at least as
        long as `needed_since` says (see PositionRetention); who follows deletes what is older.

        While the store is away the file alone is served if it was made of the store at this address, and `status`
        says so. Raises StoreError if there is neither a store nor a usable file.
        """
        keeper, tally = SnapshotKeeper(snapshot_file, store.address, writes=tends), Tally()
        keeps = follows if keeps is None else keeps
        building = Building(store, keeper, tally, serves=keeps, progress=progress)
        stored, trouble, revision = await asyncio.to_thread(keeper.read), None, BEFORE_THE_FIRST
        model: ReadModel | None = None
        try:
            meta = await store.meta()
            revision = meta.revision
            if stored is not None and stored.graph.store_uuid != meta.uuid and not keeper.is_ours(stored):
                keeper.refuse(stored)
            if stored is None or not await is_of(stored.graph, store, meta):
                model = await building.of_store()
        except StoreError as error:
            if stored is None:
                raise
            if not keeper.is_ours(stored):
                raise type(error)(say("{error} {refused}", error=error, refused=keeper.refuse(stored))) from error
            trouble = error
        if model is None:
            assert stored is not None  # noqa: S101  (says to the type checker what stands above)
            model = await building.of_file(stored)
        live = cls(store, model, clock, keeper, building, tally, keep_reports, needed_since)
        if trouble is None:
            await live._catching_up.to(revision)
        else:
            live._health.note(trouble, reachable=False)
        live._keeps = keeps
        if follows:
            live._start(sweeps=sweeps and tends, tends=tends)
        return live

    def pin(self) -> ReadModel:
        """The newest model; it never changes while you hold it."""
        return self._published.model

    async def apply(
        self,
        batch: GraphBatch,
        request_id: str | None = None,
        expected: Mapping[str, Version] | None = None,
        fingerprint: bytes | None = None,
    ) -> Commit:
        """Commit to the store, then show it: what is pinned after the return holds the change.

        Raises what Store.apply raises, StoreReplaced while another store stands where ours was, and StaleReplica
        (details: revision) if the change was made but cannot be read back now.
        """
        if isinstance(self._health.trouble, StoreReplaced):
            raise self._health.trouble
        try:
            with self.tally.measure("commit"):
                commit = await self.store.apply(
                    batch, request_id=request_id, expected=expected, fingerprint=fingerprint
                )
        except StoreError as error:
            if (refusal := unwritable_of(error)) is not None:
                self._health.refuses(refusal)
            raise
        if not commit.repeated:
            self._health.refuses(None)
        try:
            await self._catching_up.to(commit.revision)
        except Exception as error:
            if not isinstance(error, BaodianError):
                log.exception("not followed after a commit")
            # whatever went wrong: what is committed never answers as if it were not
            raise StaleReplica(
                say(
                    "The change was made at revision {revision}, but it cannot be shown yet: {error}",
                    revision=commit.revision,
                    error=error,
                ),
                revision=commit.revision,
            ) from error
        return commit

    async def at_least(self, revision: Revision, timeout_seconds: float = 0.25) -> ReadModel:
        """The newest model once it holds that revision; StaleReplica if that takes longer than the timeout."""
        return await self._published.at_least(revision, timeout_seconds)

    async def after(self, model: ReadModel) -> ReadModel:
        """The newest model once it is another one than this; it may hold the same revision, merged."""
        return await self._published.after(model)

    async def refresh(self) -> ReadModel:
        """Read what the store holds now; raises StoreError."""
        await self._catching_up.to(await self.store.revision())
        return self.pin()

    def read_anew(self) -> bool:
        """Serve what stands in the place of our store, once it is read; False and nothing done if ours is there."""
        return self._follower.read_anew()

    async def other_store(self, uuid: str) -> None:
        """Wait until another store than that one is served."""
        await self._published.other_store(uuid)

    def status(self) -> LiveStatus:
        """What is served now, and how the store is."""
        graph, health = self.pin().graph, self._health
        return LiveStatus(
            revision=graph.revision,
            changed_at=graph.changed_at,
            store=type(self.store).__name__.removesuffix("Store").lower(),
            reachable=health.reachable,
            since=health.since,
            last_error=health.last_error,
            writable=health.write_trouble is None,
            write_trouble=health.write_trouble,
            ready=not isinstance(health.trouble, StoreReplaced | UpgradeRequired),
            entities=graph.entity_count,
            relationships=graph.relationship_count,
            foreign_edits=self._sweep.edits if self._sweep else (),
            set_aside=self._sweep.set_aside if self._sweep else 0,
            behind=max(0, health.newest - graph.revision),
            behind_seconds=health.lag_seconds(graph.revision),
            snapshot_trouble=self._keeper.trouble,
        )

    async def close(self) -> None:
        """Stop following and keep what is served in the file. The store stays open: who opened it closes it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._merging.stop()
        if self._keeps and not isinstance(self._health.trouble, StoreReplaced):
            model = self.pin()
            await asyncio.to_thread(self._keeper.keep, model.graph, model.search)

    def _start(self, *, sweeps: bool, tends: bool) -> None:
        self._tasks.append(asyncio.create_task(self._follower.run(), name="follow the store"))
        if tends:
            self._tasks.append(asyncio.create_task(self._retention.run(), name="keep position reports to their term"))
        if self._sweep is not None and sweeps:
            self._tasks.append(asyncio.create_task(self._sweep.run(), name="look for foreign edits"))

    async def _swept(self) -> Snapshot:
        return (await self.refresh()).graph
