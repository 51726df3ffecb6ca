"""The store contract: the truth of the graph. No query methods: every query is answered from memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple, Protocol, runtime_checkable

from graph_api.errors import StoreUnwritable
from schema.batch import GraphBatch
from schema.numbers import Revision, Version
from schema.positions import PositionReport, ReportKey
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKey

MAX_APPLY = 20_000
"""Records that one `apply` takes; more goes through a staged load."""

MAX_CHANGE = 50_000
"""Records (cascaded deletes included) up to which the change feed lists a commit; `changes` says Resync beyond."""

Clock = Callable[[], datetime]
"""Tells the time, with zone; injected, so that tests need not wait."""


def now_utc() -> datetime:
    """The time, UTC: the clock of whoever is given none."""
    return datetime.now(UTC)


class StoredEntity(NamedTuple):
    """An entity as stored: its bytes (schema.codec) and version (revision of its last change)."""

    id: str
    kind: EntityKind
    version: Version
    body: bytes


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of the whole graph; relationships come after all entities, position reports after these."""

    entities: list[StoredEntity] = field(default_factory=list)
    relationships: list[Relationship] = field(default_factory=list)
    reports: list[PositionReport] = field(default_factory=list)
    """By switch, time, sequence."""

    def __len__(self) -> int:
        """Number of records."""
        return len(self.entities) + len(self.relationships) + len(self.reports)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Post-images of one commit: what is, and what is no more, since `revision`.

    The lists share no record: what a commit deletes and puts again is listed as put only. Relationships that went
    with a deleted entity are listed too.
    """

    revision: Revision
    at: datetime
    request_id: str | None = None
    entities: list[StoredEntity] = field(default_factory=list)
    relationships: list[Relationship] = field(default_factory=list)
    delete_entities: list[str] = field(default_factory=list)
    delete_relationships: list[RelationshipKey] = field(default_factory=list)
    reports: list[PositionReport] = field(default_factory=list)
    delete_reports: list[ReportKey] = field(default_factory=list)


class Resync(Exception):
    """The feed cannot tell all changes since the asked revision (pruned, or a load too large to list): load anew."""


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit made."""

    revision: Revision
    at: datetime
    repeated: bool = False
    """True if this request id had been applied before and nothing was done now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreMeta:
    """Identity and format of a store."""

    uuid: str
    format: int
    schema_version: int
    min_reader: int
    revision: Revision
    changed_at: datetime | None


class StoredDocument(NamedTuple):
    """A document that the service keeps beside the graph: whole, with the number of times that it was written."""

    version: int
    content: bytes


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something in a store that cannot be part of the graph as it is."""

    id: str
    """Its id; the store's own, where it has none."""
    element: str
    """The store's own id of it."""
    reason: str
    mend: str
    """A statement of the store's language that mends it, or what to do."""


class FoundEntity(NamedTuple):
    """An entity as it lies in the store now, with the relationships that leave it and the reports of its position."""

    entity: StoredEntity
    links: frozenset[RelationshipKey]
    reports: frozenset[PositionReport] = frozenset()
    aside: tuple[SetAside, ...] = ()
    """Relationships of it that cannot be part of the graph."""


@runtime_checkable
class OnDisk(Protocol):
    """A store whose disk this program itself writes to."""

    async def refusal(self, *, tries: bool) -> StoreUnwritable | None:
        """Why no change can be made now; None if nothing is known against it.

        `tries`: write, but nothing that anybody could read. Raises StoreError where it cannot be tried now.
        """

    async def read_every_page(self) -> None:
        """Read all that is kept, also what no question needs. Raises StoreCorrupt."""


@runtime_checkable
class OpenToOthers(Protocol):
    """A store that others can write to past this program, so that its content has to be looked at now and then."""

    async def mark(self) -> str:
        """Moves with every commit of anybody: while it stays the same, surely nothing was changed."""

    async def look(self, ids: Sequence[str], kind_of: Callable[[str], EntityKind | None]) -> list[FoundEntity]:
        """What is there of these ids; one that is missing is not there, or no part of the graph.

        `kind_of`: what is served under an id; a relationship to what is not served is left out.
        """

    async def ids(self, after: str, limit: int) -> list[str]:
        """The next ids of whatever is there, in their order; also of what somebody else made or renamed."""

    async def nameless(self, limit: int) -> list[SetAside]:
        """What is there and cannot be asked for by an id: nodes without one, relationships that nobody reads."""

    async def adopt(
        self,
        ids: Sequence[str],
        known_links: Collection[RelationshipKey],
        at_revision: Revision,
        known_reports: Collection[ReportKey] = (),
        known_entities: Mapping[str, StoredEntity] | None = None,
        *,
        kind_of: Callable[[str], EntityKind | None],
    ) -> tuple[Commit, dict[str, SetAside]]:
        """Commit what is there now of these ids as a change, so that every follower sees it.

        `known_links`: the relationships of these ids that the caller knows; those that are gone are told as deleted.
        `known_reports`: the same of their position reports. `kind_of`: what followers have under an id at that
        revision; a relationship to what they do not have waits until that is adopted.
        Returns also the ids that cannot be part of the graph as they are, with the reason: they stay as
        `known_entities` says, for who starts later, too. Conflict if the newest revision is another
        one than `at_revision`.
        """


class Store(Protocol):
    """A durable graph. Revisions have no gaps and their order is the order of commits.

    Beside entities and relationships it holds position reports (schema.positions): records of their own, put and
    deleted by key (switch, time, sequence) and listed by the change feed; the store itself draws nothing from them. Who
    writes a switch's position writes the report with it; how long reports are kept is decided outside
    (live.position_retention).
    """

    @property
    def address(self) -> str:
        """Where it stands, without user and password: an absolute path, or a server and its database."""

    async def meta(self) -> StoreMeta:
        """Identity, format and newest revision; raises UpgradeRequired if this program is too old to read it."""

    async def revision(self) -> Revision:
        """Newest committed revision; 0 = empty."""

    async def apply(
        self,
        batch: GraphBatch,
        *,
        request_id: str | None = None,
        expected: Mapping[str, Version] | None = None,
        fingerprint: bytes | None = None,
    ) -> Commit:
        """Commit the batch, all or nothing, with its change record.

        The same request_id with the same content returns the first Commit with repeated=True, whatever has happened
        since (requests are kept 30 days); with other content, or after outcome() gave it up, RequestIdConflict
        (details: fenced). `fingerprint` stands for the content in that comparison: a caller whose batch depends on the
        graph, too, gives a digest of what was asked; None = the batch itself.
        `expected` = {id: version}: version an entity must have (0 = must not exist), else Conflict (details: versions,
        {id: actual version}). Every put counts as a change of its entity, equal content or not; an entity may be put
        with another kind if its relationships allow it. Properties in stored bytes which this program's classes do not
        know are kept when it puts the entity again.
        Raises DanglingRelationship, BatchTooLarge (> MAX_APPLY), InvalidInput (ends not allowed, same entity put
        twice, a value that cannot be stored), StoreUnavailable (nothing was changed), OutcomeUnknown.
        An empty batch commits nothing and returns the newest revision, or the first Commit of its request_id.
        Cancelling the caller does not stop a commit that has begun.
        """

    async def outcome(self, request_id: str) -> Commit | None:
        """What became of a request: its Commit (repeated=True), or None, and then it can never commit (fenced)."""

    async def begin_load(self, load_id: str) -> int:
        """Open a staged load, or resume the one of that id. Returns how many records are staged already.

        One load may be open at a time: LoadInProgress names the other (details: load_id), unless that was left (no
        batch staged for open_loads.LEFT_SECONDS, not even an empty one): then it is dropped. For a load that is
        committed it returns its records too: a resumed program goes on to commit_load, which repeats the Commit.
        """

    async def stage(self, load_id: str, batch: GraphBatch) -> None:
        """Write a batch of any size to the staging area: durable, but invisible until commit_load.

        All staged batches together are one batch in pieces: deletes first, then entities, relationships, reports; of
        two puts of one record the later one holds, so that a piece may be staged again. InvalidInput if no such load
        is open.
        """

    async def commit_load(
        self, load_id: str, *, at_revision: Revision | None = None, upgrade_schema: bool = False
    ) -> Commit:
        """Make everything staged visible at one revision. A repeat after success returns the same Commit.

        Checks what `apply` checks; after an error the load is open as before. Other writers wait meanwhile, or get
        StoreUnavailable. `at_revision`: Conflict if the newest revision is another one. `upgrade_schema`: the store is
        of this program's schema from then on (migrations).
        """

    async def abandon_load(self, load_id: str) -> None:
        """Drop what was staged; no-op if no such load is open."""

    def load(self, chunk_size: int = 20_000) -> AsyncIterator[Chunk | Revision]:
        """The whole graph at one revision: first the revision (int), then chunks; entities before relationships, these
        before position reports, which come by switch, time and sequence.

        The records of one revision come in the same order every time, unless others write while they are read; there is
        no other order that callers may rely on. Use contextlib.aclosing if you may leave the loop early.
        """

    def changes(self, after: Revision) -> AsyncIterator[Change]:
        """Every commit after revision `after` so far, in order.

        Raises Resync where one is not kept (older than a day) or not listed (MAX_CHANGE), and for a revision that the
        store does not have yet.
        """

    async def wait(self, after: Revision, timeout_seconds: float) -> Revision:
        """Wait until the newest revision is above `after` or the time is over; returns the newest revision."""

    async def document(self, name: str) -> StoredDocument | None:
        """A document that the service keeps beside the graph, as who may do what; None if there is none so called.

        It is no part of the graph: no revision, no change, in no load, digest, copy or backup.
        """

    async def put_document(self, name: str, content: bytes, *, at_version: int) -> int:
        """Write a document whole, where that version of it stands (0 = none yet); returns the version that it has now.

        Raises Conflict (details: versions, {name: version}) where another version stands; StoreUnavailable,
        OutcomeUnknown and StoreReplaced as `apply`.
        """

    async def close(self) -> None:
        """Finish what is under way and let go of all resources; no-op when closed already."""
