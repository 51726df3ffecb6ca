"""The place of the store's file: whether the file that is open still is the one that stands at its path.

A file that was deleted or moved away can be written to for as long as it is open, and nobody would ever find what was
written. Nor is a file whole that was cut short, which SQLite only notices when it reads what is gone: it never gets
smaller than its first page says. So every piece of work and every commit asks first. Once lost, a file is let go of for
good: what stands at the path later, even the same file moved back, is another store until it has been read anew (see
`SqliteStore.meta`). The same goes for a file whose log (`-wal`, `-shm`) was deleted or replaced, as what is written to
that is found by nobody either, and for one that was written over.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import apsw

from graph_api.errors import StoreCorrupt, StoreReplaced, StoreUnavailable
from graph_api.stores.sqlite.bytes_of import bytes_of
from graph_api.stores.sqlite.own_log import is_overwritten
from schema.words import say

_HEAD = 100
_Identity = tuple[int, int] | None


class Place:
    """A path and the file that was opened there. Asked by several threads; `let_go` is called when it is lost."""

    def __init__(self, path: Path, let_go: Callable[[], object] = lambda: None, *, may_create: bool = True) -> None:
        self.path = path
        self.is_lost = False
        """True from when the open file was missed until another one is taken."""
        self.may_create = may_create
        """False once a file was here: an empty one may be a copy that has only begun."""
        self.was_store = False
        """Whether a store was opened here."""
        self.taken = 0
        """How often another file was taken: work that was meant for an earlier one must not be done on it."""
        self._identity: _Identity = None
        self._size = 0
        """Bytes that the open file had at most, since others made it smaller by right."""
        self._log: list[_Identity] = []
        """The log and its index, as long as any connection holds them: only the last that is closed may delete them."""
        self._holders = 0
        self._seen = self._held = 0
        """When the file was written last (ns): by the last look, and when its content was found to be its own."""
        self._let_go = let_go
        self._lock = threading.Lock()

    @property
    def is_taken(self) -> bool:
        """Whether a file was opened here that is not let go of yet."""
        return self._identity is not None

    def take(self) -> None:
        """Remember the file that has just been opened. Raises as `check` where it is not the one that others opened."""
        with self._lock:
            if self._identity is None:
                standing = _standing(self.path)
                self._identity, self._size = _identity(standing), standing.st_size if standing else 0
                self.may_create, self.was_store = False, True
        self.check()

    def hold(self) -> None:
        """A connection has read: from now on nobody may delete the log, until as many were let go."""
        with self._lock:
            self._holders += 1
            if self._holders == 1:
                self._log = self._log_standing()

    def release(self) -> None:
        """A connection that held the log was closed."""
        with self._lock:
            self._holders -= 1
            if not self._holders:
                self._log = []

    def check(self, rescue: Callable[[], object] | None = None) -> None:
        """Raise StoreUnavailable if the file is gone, StoreReplaced if another one stands there, StoreCorrupt if it was
        cut short; no-op before `take`.

        Given a `rescue`, the file counts as lost from then on: the first who misses it calls `rescue`, while it is
        still open, which writes the last that is written to it (but not to one that was cut short); then all let go.
        """
        if self._identity is None and not self.is_lost:
            return
        standing = _standing(self.path)
        if standing is not None and _identity(standing) == self._identity and self._is_cut(standing.st_size):
            if rescue is not None:
                self._lose(lambda: None)
            raise self._cut(standing.st_size)
        if not self.is_lost and standing is not None and _identity(standing) == self._identity:
            self._seen = standing.st_mtime_ns
            if not self._lacks_log():
                return
            if rescue is not None:
                self._lose(rescue if None in self._log_standing() else lambda: None)
            raise self._logless()
        if rescue is not None:
            self._lose(rescue)
        if standing is None:
            raise StoreUnavailable(
                say(
                    "{path} is gone: it was deleted or moved away while it was in use; nothing was changed. Put the "
                    "file back, or restore the last backup to that path.",
                    path=self.path,
                ),
                path=str(self.path),
            )
        raise self._replaced()

    def check_content(self, mark: Callable[[], int], *, loses: bool) -> None:
        """Raise StoreReplaced if another state was written over the file since `check` last saw it whole; `mark` tells
        that of the newest commit. With `loses` the file counts as lost then."""
        seen = self._seen
        if seen == self._held:
            return
        if is_overwritten(self.path, mark):
            if loses:
                self._lose(lambda: None)
            raise StoreReplaced(
                say(
                    "{path} was written over while it was in use: it holds another state than this program wrote; "
                    "nothing was changed. What was read into memory stays served: stop the service, then put the file "
                    "and its -wal aside and restore the last backup.",
                    path=self.path,
                ),
                path=str(self.path),
            )
        self._held = seen

    def forget(self) -> None:
        """Take whatever is opened next, if it is a store."""
        with self._lock:
            self._identity, self.is_lost = None, False
            self._seen = self._held = 0
            self.taken += 1

    def meant(self, taken: int) -> None:
        """Raise StoreReplaced if another file was taken since `taken` was read."""
        if taken != self.taken:
            raise self._replaced()

    def _log_standing(self) -> list[_Identity]:
        """The log and its index that stand beside the file."""
        return [_identity(_standing(self.path.with_name(f"{self.path.name}-{end}"))) for end in ("wal", "shm")]

    def _lacks_log(self) -> bool:
        """Whether the log that is in use, or its index, is not at its place any more."""
        with self._lock:  # else the last connection may close, and delete it by right, in between
            return bool(self._log) and None not in self._log and self._log_standing() != self._log

    def _logless(self) -> StoreUnavailable:
        return StoreUnavailable(
            say(
                "The log of {path} (-wal, -shm) was deleted or replaced while it was in use: nothing was changed. What "
                "had been committed is brought into the file where that can be done.",
                path=self.path,
            ),
            path=str(self.path),
        )

    def _is_cut(self, size: int) -> bool:
        """Whether the open file is shorter than it was, and than it says of itself."""
        if size >= self._size:
            self._size = size
        elif self._size and size >= _size_told(self.path):
            self._size = size  # VACUUM made it smaller
        return size < self._size

    def _cut(self, size: int) -> StoreCorrupt:
        return StoreCorrupt(
            say(
                "{path} was cut short while it was in use ({size} of {before} bytes are left); nothing was changed. "
                "Stop the service, put the file and its -wal aside and restore the last backup; what was read into "
                "memory stays served meanwhile.",
                path=self.path,
                size=size,
                before=self._size,
            ),
            path=str(self.path),
        )

    def _replaced(self) -> StoreReplaced:
        return StoreReplaced(
            say(
                "Another file stands at {path} than the one that was in use; nothing was changed. It has to be "
                "asked for before it is written to.",
                path=self.path,
            ),
            path=str(self.path),
        )

    def _lose(self, rescue: Callable[[], object]) -> None:
        with self._lock:
            if self.is_lost:
                return
            self.is_lost = True
        rescue()
        self._let_go()


def _standing(path: Path) -> os.stat_result | None:
    """What stands at a path; None if nothing does."""
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _identity(standing: os.stat_result | None) -> _Identity:
    """Device and inode."""
    return None if standing is None else (standing.st_dev, standing.st_ino)


def _size_told(path: Path) -> int:
    """Bytes that a file has by its first page; more than any has where that cannot be told."""
    try:
        with bytes_of(path) as file:
            head = file.xRead(_HEAD, 0)
    except apsw.Error:
        return sys.maxsize
    return int.from_bytes(head[16:18]) * int.from_bytes(head[28:32]) or sys.maxsize
