"""Intents (变更意向): what is about to be changed, on the disk before it is, so that no change is without its line.

    intent ──fsync──▶ commit ──▶ line of the audit ──▶ intent ended
                         └ killed here: whoever comes next asks the store what became of it, and writes the line

Each process has a file of its own beside the audit, which it holds a lock on: one that nobody holds was left.
"""  # fmt: skip

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from graph_api.access.audit import CHANGE, AuditLog, Entry
from graph_api.errors import RequestIdConflict, StoreError
from graph_api.stores.contract import Store
from schema.batch import GraphBatch
from schema.codec import UNREADABLE

try:
    import fcntl
except ImportError:  # no such locks on this system: what was left is not told from what is at work
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger("baodian.audit")

SETTLED_S = 10.0
"""Seconds after which a change that was under way is either in the store or never will be."""
LOOKS_S = 5.0
_PRIVATE = 0o600


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """A change that is asked of the store: by which request, and the line that it is to have but for its revision."""

    request: str
    fingerprint: bytes
    entry: Entry


class Intents:
    """Those of this process, and those that others left."""

    def __init__(self, audit: AuditLog, store: Store) -> None:
        self.audit, self._store = audit, store
        self._lock = threading.Lock()
        self._handle: int | None = None
        self._file: Path | None = None
        self._under_way: set[Intent] = set()
        self._doubtful: dict[Intent, float] = {}
        self._looked = False

    async def follow(self) -> None:
        """Settle what was left, for ever."""
        while True:
            await self.settle()
            await asyncio.sleep(LOOKS_S)

    async def begin(self, intent: Intent) -> None:
        """Have it on the disk when this returns. Where that cannot be, the log says so, and the change goes on."""
        if self.audit.path is None or fcntl is None:
            return
        if not self._looked:
            self._looked = True
            await self.settle()
        try:
            await asyncio.to_thread(self._write, self.audit.path, intent)
        except OSError as error:
            log.error("a change goes on, though it cannot be noted beside the audit before: %s", error)

    def end(self, intents: Iterable[Intent]) -> None:
        """They have their lines, or changed nothing."""
        with self._lock:
            for each in intents:
                self._under_way.discard(each)
                self._doubtful.pop(each, None)
            if self._handle is not None and not self._under_way:
                os.ftruncate(self._handle, 0)

    def doubt(self, intents: Iterable[Intent]) -> None:
        """It is not known what became of them, or whether they have their lines: the store is asked in a while."""
        with self._lock:
            for each in self._under_way.intersection(intents):
                self._doubtful[each] = time.monotonic()

    def close(self) -> None:
        """Leave nothing behind where nothing is left to be told."""
        with self._lock:
            if self._handle is not None and self._file is not None:
                if not self._under_way:
                    self._file.unlink(missing_ok=True)
                os.close(self._handle)
                self._handle = None

    async def settle(self, after_s: float = SETTLED_S) -> None:
        """Write the lines of changes that were made and have none, and end what was left; later where that cannot be.

        Left alone is what began less than so many seconds ago: the store may still be at it.
        """
        if self.audit.path is None or fcntl is None:
            return
        try:
            now = time.monotonic()
            own = [each for each, since in self._doubtful.items() if now - since >= after_s]
            if own:
                await self._told(own)
                self.end(own)
            for file in sorted(self.audit.path.parent.glob(f"{self.audit.path.name}.pending-*")):
                await self._take_over(file, after_s)
        except (OSError, StoreError) as error:
            log.warning("what became of changes that were broken off is asked again: %s", error)

    def _write(self, path: Path, intent: Intent) -> None:
        with self._lock:
            if self._handle is None:
                self._file = path.with_name(f"{path.name}.pending-{secrets.token_hex(8)}")
                self._handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, _PRIVATE)
                fcntl.flock(self._handle, fcntl.LOCK_EX)
                _keep_name(self._file)
            os.write(self._handle, msgspec.json.encode(intent) + b"\n")
            os.fsync(self._handle)
            self._under_way.add(intent)

    async def _take_over(self, file: Path, after_s: float) -> None:
        """Settle the intents that another process left in its file, and remove it."""
        with suppress(FileNotFoundError):
            handle = os.open(file, os.O_RDWR)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if time.time() - os.fstat(handle).st_mtime >= after_s:
                    await self._told(_read(handle))
                    os.unlink(file)
            except BlockingIOError:  # whoever writes it is at work
                pass
            finally:
                os.close(handle)

    async def _told(self, intents: list[Intent]) -> None:
        """Write the lines of those that were committed and have none. Raises OSError, StoreError."""
        made = [(await self._revision_of(each), each.entry) for each in intents]
        lines = [msgspec.structs.replace(entry, revision=revision) for revision, entry in made if revision is not None]
        if lines:
            there = {(line.entry.what, line.entry.revision) for line in self.audit.lines() if line.entry.act == CHANGE}
            missing = [each for each in lines if (each.what, each.revision) not in there]
            missing.sort(key=lambda entry: entry.revision)
            if missing:
                log.warning("%s changes were made and not written into the audit; they are now", len(missing))
                await asyncio.to_thread(self.audit.append, missing)

    async def _revision_of(self, intent: Intent) -> int | None:
        """The revision that the request made; None where it made none. It may be sent again all the same."""
        try:
            commit = await self._store.apply(GraphBatch(), request_id=intent.request, fingerprint=intent.fingerprint)
        except RequestIdConflict:
            return None
        return commit.revision if commit.repeated else None


def _read(handle: int) -> list[Intent]:
    """Intents of a file; a last one that is not whole never came to a change."""
    text = os.pread(handle, os.fstat(handle).st_size, 0)
    found = []
    for line in text.splitlines():
        with suppress(*UNREADABLE):
            found.append(msgspec.json.decode(line, type=Intent))
    return found


def _keep_name(file: Path) -> None:
    """Have the name of a new file on the disk, too."""
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
