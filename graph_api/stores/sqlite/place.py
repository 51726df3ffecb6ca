"""The place of the store's file: whether the file that is open still is the one that stands at its path.

A file that was deleted or moved away can be written to for as long as it is open, and nobody would ever find what was
written. So every piece of work and every commit asks first. Once lost, a file is let go of for good: what stands at the
path later, even the same file moved back, is another store until it has been read anew (see `SqliteStore.meta`).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

from graph_api.errors import StoreReplaced, StoreUnavailable
from schema.words import say


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
        self._identity: tuple[int, int] | None = None
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
                self._identity = self._standing()
                self.may_create, self.was_store = False, True
        self.check()

    def check(self, rescue: Callable[[], object] | None = None) -> None:
        """Raise StoreUnavailable if the file is gone, StoreReplaced if another one stands there; no-op before `take`.

        Given a `rescue`, the file counts as lost from then on: the first who misses it calls `rescue`, while it is
        still open, which writes the last that is written to it; then all let go.
        """
        if self._identity is None and not self.is_lost:
            return
        standing = self._standing()
        if not self.is_lost and standing == self._identity:
            return
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

    def forget(self) -> None:
        """Take whatever is opened next, if it is a store."""
        with self._lock:
            self._identity, self.is_lost = None, False
            self.taken += 1

    def meant(self, taken: int) -> None:
        """Raise StoreReplaced if another file was taken since `taken` was read."""
        if taken != self.taken:
            raise self._replaced()

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

    def _standing(self) -> tuple[int, int] | None:
        """Device and inode of what stands at the path; None if nothing does."""
        try:
            found = os.stat(self.path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_dev, found.st_ino
