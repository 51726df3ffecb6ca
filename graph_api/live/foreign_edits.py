"""Finds what others changed in the store past this program, and has it taken into the history.

A sweep compares the store with memory, a few thousand entities at a time, and adopts what differs: a commit of its
own, which every process then follows. A store whose mark has not moved has surely not been touched. Found within one
sweep, not at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from graph_api.errors import BaodianError, Conflict, StoreUnavailable
from graph_api.readmodel.snapshot import Snapshot
from graph_api.stores.contract import FoundEntity, OpenToOthers, SetAside, StoredEntity
from schema.codec import UNREADABLE, decode, encode
from schema.positions import ReportKey
from schema.registry import POSITIONED, EntityKind
from schema.relationships import RelationshipKey
from schema.words import say

log = logging.getLogger(__name__)

BLOCK = 2_000
"""Entities compared at a time."""
BLOCK_IDS = 20_000
"""Ids looked through at a time for what somebody made or renamed."""
BLOCK_REPORTS = 20_000
"""Position reports compared at a time, unless one switch has more."""
PAUSE_SECONDS = 1.2
"""Between two blocks: a million entities take less than 15 minutes, and less than a tenth of one core."""
REST_SECONDS = 30.0
"""Between two sweeps."""
MOST_EDITS = 50
"""Foreign edits that are over and remembered for the status; all those that stand are."""
MOST_ASIDE = 1_000
"""Of what cannot be asked for by an id."""
LEAST_BLOCK = 100
"""Fewer entities are not compared at a time, however busy the store is."""
_TRIES = 20


Suspects = Callable[[list[str], Snapshot], Awaitable[list[str]]]
"""Which of some ids have to be adopted."""


@dataclass(frozen=True, slots=True)
class ForeignEdit:
    """An entity that somebody changed past this program."""

    id: str
    found_at: datetime
    refused: str | None
    """Why it cannot be taken over as it is, so that it is still served as it was; None = it has been reloaded."""
    element: str | None = None
    """The database's own id of what is refused."""
    mend: str | None = None
    """A statement that mends what is refused."""
    stands: bool = False
    """True while it is refused."""


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
        self._aside: list[SetAside] = []
        self._met: set[tuple[str, str]] = set()
        self._standing: dict[tuple[str, str], ForeignEdit] = {}

    @property
    def edits(self) -> tuple[ForeignEdit, ...]:
        """All that are refused now, and the last others, newest first."""
        return tuple(sorted([*self._standing.values(), *reversed(self._edits)], key=_found_at, reverse=True))

    @property
    def set_aside(self) -> int:
        """How many nodes and relationships cannot be taken over now: each is served as it was known, or not at all."""
        return len(self._standing)

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
        self._met = set()
        graph = await self._catch_up()
        for block in _blocks(graph):
            found += await self._piece(block, self._changed)
            await asyncio.sleep(pause_seconds)
        found += await self._strange(pause_seconds)
        found += self._told([], await self._store.nameless(MOST_ASIDE))
        # what was mended meanwhile is news if it is spoilt again
        self._over(key for key in self._standing if key not in self._met)
        # our own adoptions move the mark too: then the next sweep looks once more
        self._mark = mark
        return found

    async def _changed(self, ids: list[str], graph: Snapshot) -> list[str]:
        """Those whose entity, relationships or position reports are not in the store what they are in memory."""
        found = await self._store.look(ids, partial(_kind, graph))
        self._aside = [aside for one in found for aside in one.aside]
        return await asyncio.to_thread(_differing, graph, ids, found)

    async def _strange(self, pause_seconds: float) -> list[ForeignEdit]:
        """Adopt what somebody else made, or renamed."""
        found: list[ForeignEdit] = []
        after = ""
        while ids := await self._store.ids(after, BLOCK_IDS):
            after = ids[-1]
            for start in range(0, len(ids), BLOCK):
                found += await self._piece(ids[start : start + BLOCK], _unknown)
            await asyncio.sleep(pause_seconds)
        return found

    async def _piece(self, ids: list[str], suspects: Suspects) -> list[ForeignEdit]:
        """Settle these: in halves where the store is too busy to answer for all of them in time."""
        self._aside = []
        try:
            edits = await self._settle(partial(suspects, ids))
        except StoreUnavailable as error:
            if len(ids) <= LEAST_BLOCK:
                raise
            log.info("the sweep goes on by smaller pieces: %s", error)
            half = len(ids) // 2
            return [*await self._piece(ids[:half], suspects), *await self._piece(ids[half:], suspects)]
        return edits + self._told([], self._aside)

    async def _settle(self, suspects: Callable[[Snapshot], Awaitable[list[str]]]) -> list[ForeignEdit]:
        """Adopt what is suspect, if the store is still at the revision that it was compared with; else look anew."""
        for _ in range(_TRIES):
            graph = await self._catch_up()
            ids = await suspects(graph)
            if not ids:
                return []
            try:
                known = _links(graph, ids), graph.revision, _reports(graph, ids), _entities(graph, ids)
                commit, refused = await self._store.adopt(ids, *known, kind_of=partial(_kind, graph))
            except Conflict:
                continue
            if commit.revision != graph.revision:
                await self._catch_up()
            return self._told([id for id in ids if id not in refused], list(refused.values()))
        raise Conflict(say("The store changes too fast to take foreign edits over; they wait for the next sweep."))

    def _told(self, taken: Sequence[str], aside: Sequence[SetAside]) -> list[ForeignEdit]:
        """Remember and log what is news of these."""
        # what is refused stays as it is and is met again by every sweep: told once
        standing, now = self._standing, self._clock()
        news = [one for one in aside if _key(one) not in standing or standing[_key(one)].refused != one.reason]
        self._met |= set(map(_key, aside))
        mended = set(taken)
        self._over(key for key in standing if key[0] in mended)
        self._over(_key(one) for one in news)
        passed = [ForeignEdit(id, now, None) for id in taken]
        refused = [ForeignEdit(one.id, now, one.reason, one.element, one.mend, stands=True) for one in news]
        self._edits.extend(passed)
        standing |= dict(zip(map(_key, news), refused, strict=True))
        if taken:
            log.warning("changed past this program: %s%s", ", ".join(taken[:20]), " ..." if len(taken) > 20 else "")
        for one in news[:20]:
            log.warning("%s (%s) cannot be taken over: %s Mend it by: %s", one.id, one.element, one.reason, one.mend)
        return passed + refused

    def _over(self, keys: Iterable[tuple[str, str]]) -> None:
        """These are not refused any more, or not for that reason."""
        gone = [edit for key in list(keys) if (edit := self._standing.pop(key, None)) is not None]
        self._edits.extend(replace(edit, stands=False) for edit in gone)


def _key(aside: SetAside) -> tuple[str, str]:
    return aside.id, aside.element


def _found_at(edit: ForeignEdit) -> datetime:
    return edit.found_at


async def _unknown(ids: list[str], graph: Snapshot) -> list[str]:
    """The ids that memory does not know."""
    return [id for id in ids if graph.number(id) is None]


def _entities(graph: Snapshot, ids: Collection[str]) -> dict[str, StoredEntity]:
    """What memory knows of these ids."""
    numbers = {id: number for id in ids if (number := graph.number(id)) is not None}
    return {
        id: StoredEntity(id, graph.kind(number), graph.version(number), encode(graph.entity(number)))
        for id, number in numbers.items()
    }


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
    if graph.kind(index) is not kind or links != found.links or found.entity.version != graph.version(index):
        return False
    if kind in POSITIONED and found.reports != frozenset(graph.reports.of_switch(id)):
        return False
    try:
        return decode(kind, found.entity.body) == graph.entity(index)
    except UNREADABLE:
        return False


def _kind(graph: Snapshot, id: str) -> EntityKind | None:
    number = graph.number(id)
    return None if number is None else graph.kind(number)


def _leaving(graph: Snapshot, index: int) -> set[RelationshipKey]:
    id = graph.id(index)
    return {RelationshipKey(edge.kind, id, graph.id(edge.other), edge.key) for edge in graph.leaving(index)}


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
