"""Moving a graph: from store to store, into a backup file and back; what it holds is compared by content digest."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from graph_api.errors import InvalidInput, StoreCorrupt, StoreUnavailable
from graph_api.stores.backup import BackupReader, BackupWriter
from graph_api.stores.contract import Chunk, OnDisk, Store, StoredEntity
from graph_api.stores.digest import ContentDigest, store_digest
from graph_api.stores.open_loads import NONE, RETRY_SECONDS, Patience, once_free
from schema.batch import GraphBatch
from schema.codec import decode
from schema.numbers import BEFORE_THE_FIRST, Revision
from schema.positions import PositionReport, ReportKey
from schema.registry import POSITIONED, EntityKind
from schema.relationships import ENDS, Relationship, RelationshipKey
from schema.words import say

BATCH = 5_000
STOPPED_SECONDS = 60.0
"""How long a copy waits for the commit of an earlier one that was killed to be taken for left."""
T = TypeVar("T")
Progress = Callable[[int], None]
"""Is told how many records were moved since it was told last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a graph holds: counts, and the digest that is equal for equal content whichever store holds it."""

    revision: Revision
    entities: int
    relationships: int
    digest: str
    reports: int = 0
    """Position reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is wrong with a record."""

    record: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a check of everything found: its content, and up to `MOST_FINDINGS` findings of all `wrong`."""

    content: Content
    wrong: int
    findings: tuple[Finding, ...]


MOST_FINDINGS = 100


def silent(records: int) -> None:
    """Progress that shows nothing."""


async def copy(
    source: Store, target: Store, *, force: bool = False, progress: Progress = silent, patience: Patience = NONE
) -> Content:
    """Make the target hold what the source holds, at one revision; verified by digest.

    Everything goes into one staged load: a copy that is killed leaves the target as it was, and the next one of the
    same content goes on where it stopped; one that is killed after it began to commit is finished by whoever opens the
    target, and the next copy finds that all is there. Raises InvalidInput if the target holds something else and
    `force` is not given, StoreCorrupt if the target holds something else in the end.
    """
    meta = await source.meta()
    origin = _Origin(meta.uuid, meta.revision, lambda: _chunks(source))
    return await _fill(target, origin, force=force, progress=progress, patience=patience)


async def backup(store: Store, writer: BackupWriter, *, progress: Progress = silent) -> Content:
    """Write everything that a store holds at one revision into a file; see BackupWriter."""
    meta = await store.meta()
    content = _Counted()
    async for chunk in _chunks(store):
        if isinstance(chunk, int):
            content.revision = chunk
            writer.begin(meta, chunk)
            continue
        content.add(chunk)
        writer.add(chunk)
        progress(len(chunk))
    made = content.made()
    writer.end(made.entities, made.relationships, made.digest, made.reports)
    return made


async def restore(
    reader: BackupReader, target: Store, *, force: bool = False, progress: Progress = silent, patience: Patience = NONE
) -> Content:
    """Make a store hold what a backup holds, at one new revision; the store keeps its own identity.

    The file is checked as a whole before anything is written. Raises as `copy`, and StoreCorrupt for a damaged file.
    """
    reader.check()
    origin = _Origin(reader.uuid, reader.revision, lambda: _read(reader))
    return await _fill(target, origin, force=force, progress=progress, patience=patience)


async def verify_store(store: Store, progress: Progress = silent) -> Verified:
    """Check everything in a store: that it can be read, that ends are there and allowed. Raises StoreCorrupt."""
    if isinstance(store, OnDisk):
        await store.read_every_page()
    return await _verify(_chunks(store), progress)


async def verify_backup(reader: BackupReader, progress: Progress = silent) -> Verified:
    """Check everything in a backup, its checksum included. Raises StoreCorrupt for a damaged file."""
    reader.check()
    return await _verify(_read(reader), progress)


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where records come from."""

    uuid: str
    revision: Revision
    chunks: Callable[[], AsyncIterator[Chunk | Revision]]

    def load_id(self, revision: Revision, at: int) -> str:
        """Of a load of what is sent at a revision onto a target at a revision.

        The order of what is sent is the same next time only if nobody wrote while it was read: then alone a load of the
        same id can go on with it.
        """
        again = "" if revision == self.revision else f"-{secrets.token_hex(4)}"
        return f"copy-{self.uuid}-{revision}-{at}{again}"


class _Counted:
    def __init__(self) -> None:
        self.revision = BEFORE_THE_FIRST
        self._entities = self._relationships = self._reports = 0
        self._digest = ContentDigest()

    def add(self, chunk: Chunk) -> None:
        self._entities += len(chunk.entities)
        self._relationships += len(chunk.relationships)
        self._digest.add_entities(chunk.entities)
        self._reports += len(chunk.reports)
        self._digest.add_relationships(link.identity for link in chunk.relationships)
        self._digest.add_reports(chunk.reports)

    def made(self) -> Content:
        return Content(
            revision=self.revision,
            entities=self._entities,
            relationships=self._relationships,
            digest=self._digest.hexdigest(),
            reports=self._reports,
        )


async def _chunks(store: Store) -> AsyncIterator[Chunk | Revision]:
    async for chunk in store.load(BATCH):
        yield chunk


async def _read(reader: BackupReader) -> AsyncIterator[Chunk | Revision]:
    yield reader.revision
    for chunk in reader.chunks():
        yield chunk


async def _fill(target: Store, origin: _Origin, *, force: bool, progress: Progress, patience: Patience) -> Content:
    held, ids, links, reports = await _held(target)
    if ids and not force:
        return await _same(origin.chunks(), held)
    content, load_id, staged = _Counted(), "", 0
    async for chunk in origin.chunks():
        if isinstance(chunk, int):
            content.revision = chunk
            load_id = origin.load_id(chunk, held.revision)
            staged = await once_free(partial(target.begin_load, load_id), patience)
            continue
        content.add(chunk)
        ids.difference_update(entity.id for entity in chunk.entities)
        links.difference_update(link.identity for link in chunk.relationships)
        reports.difference_update(report.key for report in chunk.reports)
        size = len(chunk)
        if staged < size:
            rest = _batch(_rest(chunk, staged))
            await _once_left(load_id, partial(target.stage, load_id, rest))
        staged = max(0, staged - size)
        progress(size)
    gone = GraphBatch(delete_entities=sorted(ids), delete_relationships=sorted(links), delete_reports=sorted(reports))
    if len(gone):
        await _once_left(load_id, lambda: target.stage(load_id, gone))
    commit = await _once_left(load_id, lambda: target.commit_load(load_id, at_revision=held.revision))
    made = content.made()
    _, digest = await store_digest(target)
    if digest != made.digest:
        raise StoreCorrupt(
            say(
                "The target holds something else than what was sent (digest {digest}, sent {sent}) "
                "at revision {revision}: somebody wrote meanwhile, or it is damaged. Verify both and "
                "copy again.",
                digest=digest,
                sent=made.digest,
                revision=commit.revision,
            )
        )
    return made


async def _held(store: Store) -> tuple[Content, set[str], set[RelationshipKey], set[ReportKey]]:
    """What the store holds, once a load that is being committed is there as a whole."""
    content, ids, links, reports = _Counted(), set[str](), set[RelationshipKey](), set[ReportKey]()
    async for chunk in _chunks(store):
        if isinstance(chunk, int):
            content.revision = chunk
            continue
        content.add(chunk)
        ids.update(entity.id for entity in chunk.entities)
        links.update(link.identity for link in chunk.relationships)
        reports.update(report.key for report in chunk.reports)
    return content.made(), ids, links, reports


async def _same(chunks: AsyncIterator[Chunk | Revision], held: Content) -> Content:
    """What would be sent, if it is all there already."""
    content = _Counted()
    async for chunk in chunks:
        if isinstance(chunk, int):
            content.revision = chunk
        else:
            content.add(chunk)
    made = content.made()
    if made.digest != held.digest:
        raise InvalidInput(
            say(
                "The target holds {entities:,} entities of something else. Name an empty store, or "
                "replace them with --force.",
                entities=held.entities,
            )
        )
    return made


def _rest(chunk: Chunk, staged: int) -> Chunk:
    """What follows the first so many records; a stage that was cut off has staged the first ones."""
    links = staged - len(chunk.entities)
    reports = links - len(chunk.relationships)
    return Chunk(
        entities=chunk.entities[staged:],
        relationships=chunk.relationships[max(0, links) :],
        reports=chunk.reports[max(0, reports) :],
    )


async def _once_left(load_id: str, work: Callable[[], Awaitable[T]]) -> T:
    """Do that with a load; one whose committer was killed is free once that has surely stopped."""
    loop = asyncio.get_running_loop()
    give_up = loop.time() + STOPPED_SECONDS
    while True:
        try:
            return await work()
        except StoreUnavailable as error:
            if error.details.get("load_id") != load_id or loop.time() > give_up:
                raise
        await asyncio.sleep(RETRY_SECONDS)


def _batch(chunk: Chunk) -> GraphBatch:
    return GraphBatch(
        entities=[decode(entity.kind, entity.body) for entity in chunk.entities],
        relationships=list(chunk.relationships),
        reports=list(chunk.reports),
    )


async def _verify(chunks: AsyncIterator[Chunk | Revision], progress: Progress) -> Verified:
    content, checks = _Counted(), _Checks()
    async for chunk in chunks:
        if isinstance(chunk, int):
            content.revision = chunk
            continue
        content.add(chunk)
        for entity in chunk.entities:
            checks.entity(entity)
        for link in chunk.relationships:
            checks.link(link)
        for report in chunk.reports:
            checks.report(report)
        progress(len(chunk))
    return Verified(content=content.made(), wrong=checks.wrong, findings=tuple(checks.findings))


class _Checks:
    def __init__(self) -> None:
        self.wrong = 0
        self.findings: list[Finding] = []
        self._kinds: dict[str, EntityKind] = {}

    def entity(self, stored: StoredEntity) -> None:
        """Check that it can be read, and is there once."""
        if stored.id in self._kinds:
            self._tell(stored.id, say("is there twice"))
        try:
            entity = decode(stored.kind, stored.body)
        except Exception as error:  # noqa: BLE001 (whatever is wrong with its bytes is what is told)
            self._tell(stored.id, say("cannot be read: {error}", error=error))
            self._kinds[stored.id] = stored.kind
            return
        if entity.id != stored.id:
            self._tell(stored.id, say("says that it is {id}", id=entity.id))
        self._kinds[stored.id] = stored.kind

    def link(self, link: Relationship) -> None:
        """Check that both ends are there, and of kinds that it may join."""
        name = f"{link.source} {link.kind.value} {link.target}"
        source, target = self._kinds.get(link.source), self._kinds.get(link.target)
        if source is None or target is None:
            missing = link.source if source is None else link.target
            self._tell(name, say("leads to {missing}, which is not there", missing=missing))
        elif source not in ENDS[link.kind].sources or target not in ENDS[link.kind].targets:
            self._tell(name, say("joins kinds that the schema does not allow"))

    def report(self, report: PositionReport) -> None:
        """Check that its switch, if it is there, is one."""
        name = f"{report.switch} {report.at.isoformat()} #{report.sequence}"
        if self._kinds.get(report.switch, EntityKind.BREAKER) not in POSITIONED:
            self._tell(name, say("is a report of the position of what is no switch"))

    def _tell(self, record: str, message: str) -> None:
        self.wrong += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(record=record, message=message))
