"""Finds what others changed in the store past this program, and has it taken into the history.

A sweep compares the store with memory, a few thousand entities at a time, and adopts what differs: a commit of its
own, which every process then follows. A store whose mark has not moved has surely not been touched. Found within one
sweep, not at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import msgspec

from graph_api.errors import BaodianError, Conflict
from graph_api.readmodel.snapshot import Snapshot
from graph_api.stores.contract import FoundEntity, OpenToOthers
from schema.codec import decode
from schema.positions import ReportKey
from schema.registry import POSITIONED
from schema.relationships import RelationshipKey
from schema.words import say

log = logging.getLogger(__name__)

BLOCK = 2_000
"""Entities compared at a time."""
BLOCK_REPORTS = 20_000
"""Position reports compared at a time, unless one switch has more."""
PAUSE_SECONDS = 0.25
"""Between two blocks: a million entities take about three minutes, a few percent of one core."""
REST_SECONDS = 30.0
"""Between two sweeps."""
MOST_EDITS = 50
"""Foreign edits that are remembered for the status."""
_TRIES = 20


@dataclass(frozen=True, slots=True)
class ForeignEdit:
    """An entity that somebody changed past this program."""

    id: str
    found_at: datetime
    refused: str | None
    """Why it cannot be taken over as it is, so that it is still served as it was; None = it has been reloaded."""


class ForeignEditSweep:
    """Compares a store with what `catch_up` returns: the newest snapshot, after following the store."""

    def __init__(
        self, store: OpenToOthers, catch_up: Callable[[], Awaitable[Snapshot]], clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._catch_up = catch_up
        self._clock = clock
        self._mark: str | None = None
        self._edits: deque[ForeignEdit] = deque(maxlen=MOST_EDITS)
        self._refused: dict[str, str] = {}

    @property
    def edits(self) -> tuple[ForeignEdit, ...]:
        """The last foreign edits that were found, newest first."""
        return tuple(reversed(self._edits))

    async def run(self, rest_seconds: float = REST_SECONDS, pause_seconds: float = PAUSE_SECONDS) -> None:
        """Sweep again and again; never ends."""
        while True:
            try:
                await self.once(pause_seconds)
            except BaodianError as error:
                log.info("the sweep begins anew: %s", error)
            except Exception:
                # a sweep that died would leave foreign edits unseen in silence
                log.exception("the sweep begins anew")
            await asyncio.sleep(rest_seconds)

    async def once(self, pause_seconds: float = 0.0) -> Sequence[ForeignEdit]:
        """One sweep, unless the store's mark has not moved; returns what it found. Raises StoreError."""
        mark = await self._store.mark()
        if mark == self._mark:
            return []
        found: list[ForeignEdit] = []
        graph = await self._catch_up()
        for block in _blocks(graph):
            found += await self._settle(partial(self._changed, block))
            await asyncio.sleep(pause_seconds)
        found += await self._settle(self._strange)
        # our own adoptions move the mark too: then the next sweep looks once more
        self._mark = mark
        return found

    async def _changed(self, ids: list[str], graph: Snapshot) -> list[str]:
        """Those whose entity, relationships or position reports are not in the store what they are in memory."""
        return await asyncio.to_thread(_differing, graph, ids, await self._store.look(ids))

    async def _strange(self, _: Snapshot) -> list[str]:
        """Those that somebody else made."""
        return await self._store.strangers(BLOCK)

    async def _settle(self, suspects: Callable[[Snapshot], Awaitable[list[str]]]) -> list[ForeignEdit]:
        """Adopt what is suspect, if the store is still at the revision that it was compared with; else look anew."""
        for _ in range(_TRIES):
            graph = await self._catch_up()
            ids = await suspects(graph)
            if not ids:
                return []
            try:
                _, refused = await self._store.adopt(ids, _links(graph, ids), graph.revision, _reports(graph, ids))
            except Conflict:
                continue
            return await self._told(ids, refused)
        raise Conflict(say("The store changes too fast to take foreign edits over; they wait for the next sweep."))

    async def _told(self, ids: list[str], refused: Mapping[str, str]) -> list[ForeignEdit]:
        """Remember and log what is news of these."""
        # what is refused stays as it is and is met again by every sweep: told once
        news = [id for id in ids if id not in refused or self._refused.get(id) != refused[id]]
        self._refused = {id: why for id, why in self._refused.items() if id not in ids} | dict(refused)
        edits = [ForeignEdit(id, self._clock(), refused.get(id)) for id in news]
        if not edits:
            return []
        self._edits.extend(edits)
        log.warning("changed past this program: %s%s", ", ".join(news[:20]), " ..." if len(news) > 20 else "")
        await self._catch_up()
        return edits


def _blocks(graph: Snapshot) -> Iterator[list[str]]:
    """Ids of all entities, so many at a time that they and their position reports are looked at in one go."""
    block, reports = list[str](), 0
    for index in graph.indexes():
        id = graph.id(index)
        more = graph.reports.count_of(id)
        if len(block) == BLOCK or (block and reports + more > BLOCK_REPORTS):
            yield block
            block, reports = [], 0
        block.append(id)
        reports += more
    if block:
        yield block


def _reports(graph: Snapshot, ids: Collection[str]) -> list[ReportKey]:
    """Keys of the position reports that memory knows of these ids."""
    return [report.key for id in ids for report in graph.reports.of_switch(id)]


def _differing(graph: Snapshot, ids: Collection[str], found: Sequence[FoundEntity]) -> list[str]:
    """The ids that are not in the store what they are in memory."""
    held = {one.entity.id: one for one in found}
    return [id for id in ids if not _same(graph, id, held.get(id))]


def _same(graph: Snapshot, id: str, found: FoundEntity | None) -> bool:
    index = graph.number(id)
    if index is None or found is None:
        return index is None and found is None
    kind, links = found.entity.kind, _leaving(graph, index)
    if graph.kind(index) is not kind or links != found.links:
        return False
    if kind in POSITIONED and found.reports != frozenset(graph.reports.of_switch(id)):
        return False
    try:
        return decode(kind, found.entity.body) == graph.entity(index)
    except msgspec.MsgspecError:
        return False


def _leaving(graph: Snapshot, index: int) -> set[RelationshipKey]:
    id = graph.id(index)
    return {
        RelationshipKey(edge.kind, id, graph.id(edge.other), edge.key) for edge in graph.edges(index) if edge.outgoing
    }


def _links(graph: Snapshot, ids: Collection[str]) -> set[RelationshipKey]:
    """All relationships that memory knows of these ids, either way."""
    links: set[RelationshipKey] = set()
    for index in map(graph.number, ids):
        if index is not None:
            id = graph.id(index)
            for edge in graph.edges(index):
                other = graph.id(edge.other)
                source, target = (id, other) if edge.outgoing else (other, id)
                links.add(RelationshipKey(edge.kind, source, target, edge.key))
    return links
