"""Anchors (审计互证): machines that serve one store bear witness of each other's audits.

    machine A   1 - 2 - 3 - 4 ── head 4 ──> store ──> machine B   1 - 2 - 3: "A ended with line 4, digest 5f0c..."

Whoever rewrites the chain of one machine would have to rewrite those of all others, and what they noted on paper. Each
service tells the store every ten minutes with which line its chain ends, if anything but anchors was written since, and
writes what the others told into its own.
"""  # fmt: skip

from __future__ import annotations

import asyncio
import logging
import socket
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from graph_api.access.audit import ANCHOR, AuditLog, Entry, Line
from graph_api.errors import Conflict, StoreError
from graph_api.stores.contract import Clock, Store
from schema.codec import UNREADABLE

log = logging.getLogger("baodian.audit")

DOCUMENT = "audit-heads"
LOOKS_S = 600.0
_ATTEMPTS = 3
_KEPT = timedelta(days=400)
"""How long the store holds the end of a chain that nobody tells any more, as of a machine that is no longer."""
_MISSED, _SEEN = "audit missed", "audit"
"""What the entry is of: lines of this chain that others saw and that are gone; ends of other chains."""


class Head(msgspec.Struct, frozen=True):
    """Where a chain ended when it was told."""

    number: int
    digest: str
    at: datetime


def name_of(path: Path) -> str:
    """What a machine's audit is called among those of a store: its host and file."""
    return f"{socket.gethostname()}:{path.resolve()}"


def witnessed(chain: Iterable[Line], names: frozenset[str]) -> list[str]:
    """Digests that a chain says it saw at the end of the chain of these names."""
    things = (thing for line in chain if line.entry.act == ANCHOR for thing in line.entry.things)
    parts = (thing.rsplit(" ", 2) for thing in things)
    return [digest for name, _, digest in parts if name in names]


def names_in(chain: Iterable[Line]) -> frozenset[str]:
    """What a chain calls itself."""
    return frozenset(line.entry.origin for line in chain if line.entry.act == ANCHOR)


class Anchors:
    """Joins the chain of this machine with those of the others."""

    def __init__(self, audit: AuditLog, store: Store, path: Path, clock: Clock) -> None:
        self._audit, self._store, self._clock = audit, store, clock
        self._name = name_of(path)
        self._seen: dict[str, str] = {}

    async def follow(self) -> None:
        """Tell and note, again and again."""
        while True:
            await self.once()
            await asyncio.sleep(LOOKS_S)

    async def once(self) -> None:
        """Tell where this chain ends and note where others do; what cannot be done now is done later."""
        try:
            for _ in range(_ATTEMPTS):
                if await self._joined():
                    return
        except (OSError, StoreError) as error:
            log.info("the audit is joined with those of other machines later: %s", error)

    async def _joined(self) -> bool:
        found = await self._store.document(DOCUMENT)
        heads = {} if found is None else _decoded(found.content)
        own = heads.get(self._name)
        last, is_there = await asyncio.to_thread(self._looked_at, own)
        if own is not None and not is_there and own.digest != self._seen.get(self._name):
            log.error("line %d of the audit %s, which ended with %s, is gone", own.number, self._name, own.digest)
            await self._write(_MISSED, {self._name: own})
            self._seen[self._name] = own.digest
        new = {name: each for name, each in heads.items() if name != self._name and each.digest != self._seen.get(name)}
        if new:
            await self._write(_SEEN, new)
            self._seen |= {name: each.digest for name, each in new.items()}
        if last is None or (own is not None and own.digest == last.digest):
            return True
        now = self._clock()
        kept = {name: each for name, each in heads.items() if now - each.at < _KEPT}
        try:
            await self._store.put_document(
                DOCUMENT,
                msgspec.json.encode(kept | {self._name: Head(last.number, last.digest, now)}),
                at_version=0 if found is None else found.version,
            )
        except Conflict:
            return False
        return True

    def _looked_at(self, own: Head | None) -> tuple[Line | None, bool]:
        """The last line that is no anchor, and whether the one that was told is still there, or went by its term."""
        last: Line | None = None
        oldest: Line | None = None
        for oldest in self._audit.newest_first():
            if last is None and oldest.entry.act != ANCHOR:
                last = oldest
            if last is not None and (own is None or oldest.number <= own.number):
                break
        if own is None or oldest is None:
            return last, own is None
        went_by_term = oldest.number > own.number
        return last, went_by_term or (oldest.number, oldest.digest) == (own.number, own.digest)

    async def _write(self, what: str, heads: Mapping[str, Head]) -> None:
        things = tuple(f"{name} {each.number} {each.digest}" for name, each in sorted(heads.items()))
        entry = Entry(
            at=self._clock(), who="SERVICE:anchors", roles=(), origin=self._name, operation="anchors",
            request_id=uuid.uuid4().hex, act=ANCHOR, what=what, things=things, revision=0,
        )  # fmt: skip
        await asyncio.to_thread(self._audit.append, [entry])


def _decoded(content: bytes) -> dict[str, Head]:
    try:
        return msgspec.json.decode(content, type=dict[str, Head])
    except UNREADABLE:
        log.warning("where other audits end cannot be read in the store, and is told anew")
        return {}
