"""A backup file: everything that a store held at one revision, compressed, with its counts, digest and checksum.

    BAODIAN-BACKUP 2\\n, then gzip of frames: 4 bytes of length and a MessagePack map each
    {head: uuid, revision, schema_version, ...}  {entities, relationships, reports} ...  {tail: counts, digest, sha256}

It is written beside its place and moved there when it is whole.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import msgspec

from graph_api.errors import StoreCorrupt, UpgradeRequired
from graph_api.stores.contract import Chunk, StoredEntity, StoreMeta
from graph_api.whole_file import disk_full, draft_of, is_full, opened
from schema.codec import UNREADABLE
from schema.migrations import SCHEMA_VERSION
from schema.numbers import Revision
from schema.positions import PositionReport
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKind
from schema.words import say

MAGIC = b"BAODIAN-BACKUP "
FORMAT = 2
"""2 = with position reports; files of 1, without, are read too."""
READS = (1, 2)
_LENGTH = struct.Struct("<I")
_LARGEST = 1 << 28
_LINKS = {kind.value: kind for kind in RelationshipKind}
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


class BackupWriter:
    """Writes a backup: begin, add chunks, end. Left without an end, it leaves nothing behind.

    Raises StoreUnavailable where the disk is full.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._draft = draft_of(path)
        self._file: IO[bytes] | None = None
        self._packed: gzip.GzipFile | None = None
        self._sum = hashlib.sha256()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for each in (self._packed, self._file):
                # what is still buffered finds no room either: the first error is the one to tell
                with suppress(OSError) if error is not None else nullcontext():
                    if each is not None:
                        each.close()
        finally:
            self._draft.unlink(missing_ok=True)
        if error is not None and is_full(error):
            raise disk_full(self.path, error) from error

    def begin(self, meta: StoreMeta, revision: Revision) -> None:
        """Write the head."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = opened(self._draft, self.path)
        self._file.write(MAGIC + f"{FORMAT}\n".encode())
        self._packed = gzip.GzipFile(fileobj=self._file, mode="wb", compresslevel=6, mtime=0)
        head = {
            "uuid": meta.uuid,
            "revision": revision,
            "schema_version": meta.schema_version,
            "min_reader": meta.min_reader,
            "changed_at": meta.changed_at.isoformat() if meta.changed_at else None,
            "made_at": datetime.now(UTC).isoformat(),
        }
        self._frame({"head": head})

    def add(self, chunk: Chunk) -> None:
        """Write a piece."""
        self._frame(
            {
                "entities": [(each.id, each.kind.value, each.version, each.body) for each in chunk.entities],
                "relationships": [
                    (link.kind.value, link.source, link.target, link.key, link.load, link.row)
                    for link in chunk.relationships
                ],
                "reports": chunk.reports,
            }
        )

    def end(self, entities: int, relationships: int, digest: str, reports: int = 0) -> None:
        """Write the tail, and move the file to its place."""
        tail = {
            "entities": entities,
            "relationships": relationships,
            "reports": reports,
            "digest": digest,
            "sha256": self._sum.hexdigest(),
        }
        self._frame({"tail": tail})
        if self._packed is None or self._file is None:
            raise AssertionError("begin comes first")
        self._packed.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._draft.replace(self.path)

    def _frame(self, content: dict[str, Any]) -> None:
        if self._packed is None:
            raise AssertionError("begin comes first")
        body = _encode(content)
        self._sum.update(body)
        self._packed.write(_LENGTH.pack(len(body)) + body)


class BackupReader:
    """Reads a backup. Raises StoreCorrupt for what is none, or damaged, and UpgradeRequired for one too new."""

    def __init__(self, path: Path) -> None:
        self.path = path
        head = next(self._frames(), None)
        if head is None or "head" not in head:
            raise self._damaged(say("it has no head"))
        self._head: dict[str, Any] = head["head"]
        if int(self._head["min_reader"]) > SCHEMA_VERSION:
            raise UpgradeRequired(
                say(
                    "{path} needs a program that reads schema {min_reader}; this one reads up to {known}. Upgrade it.",
                    path=path.name,
                    min_reader=self._head["min_reader"],
                    known=SCHEMA_VERSION,
                )
            )

    @property
    def uuid(self) -> str:
        """Identity of the store that it was made of."""
        return str(self._head["uuid"])

    @property
    def revision(self) -> Revision:
        """Revision that it holds."""
        return Revision(self._head["revision"])

    def check(self) -> dict[str, Any]:
        """Read it to its end and compare the checksum: counts and digest as they were written."""
        total, tail = hashlib.sha256(), None
        for frame in self._frames():
            if "tail" in frame:
                tail = frame["tail"]
                break
            total.update(_encode(frame))
        if tail is None:
            raise self._damaged(say("it breaks off before its end"))
        if tail["sha256"] != total.hexdigest():
            raise self._damaged(say("its checksum is not that of its content"))
        found: dict[str, Any] = tail
        return found

    def chunks(self) -> Iterator[Chunk]:
        """Everything in it."""
        for frame in self._frames():
            if "entities" in frame and "relationships" in frame:
                yield Chunk(
                    entities=[
                        StoredEntity(id, EntityKind(kind), version, body)
                        for id, kind, version, body in frame["entities"]
                    ],
                    relationships=[
                        Relationship(kind=_LINKS[kind], source=source, target=target, key=key, load=load, row=row)
                        for kind, source, target, key, load, row in frame["relationships"]
                    ],
                    reports=msgspec.convert(frame.get("reports", []), list[PositionReport]),
                )

    def _frames(self) -> Iterator[dict[str, Any]]:
        with self.path.open("rb") as file:
            first = file.readline(64)
            if not first.startswith(MAGIC):
                raise self._damaged(say("it is no backup of Baodian"))
            if first.removeprefix(MAGIC).strip() not in [str(known).encode() for known in READS]:
                raise UpgradeRequired(
                    say("{path} has a format that this program does not know. Upgrade it.", path=self.path.name)
                )
            try:
                with gzip.GzipFile(fileobj=file) as packed:
                    while length := packed.read(_LENGTH.size):
                        (size,) = _LENGTH.unpack(length)
                        if size > _LARGEST:
                            raise self._damaged(say("a piece of it is too large"))
                        body = packed.read(size)
                        if len(body) < size:
                            raise self._damaged(say("it breaks off"))
                        yield _decode(body)
            except (OSError, EOFError, struct.error, zlib.error, *UNREADABLE) as error:
                what = say("it breaks off") if isinstance(error, EOFError) else say("its content is damaged")
                raise self._damaged(what) from error

    def _damaged(self, what: str) -> StoreCorrupt:
        return StoreCorrupt(
            say("{path} cannot be used: {what}. Take another backup.", path=self.path.name, what=what),
            file=self.path.name,
        )
