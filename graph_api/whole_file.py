"""Files that stand at their place whole or not at all, and what is said where the disk has no room for them."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from graph_api.errors import StoreUnwritable
from schema.words import say

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def is_full(error: BaseException) -> bool:
    """Whether the operating system said that there is no room."""
    return isinstance(error, OSError) and error.errno in _NO_ROOM


def disk_full(path: object, reason: BaseException) -> StoreUnwritable:
    """The error for a file that the disk has no room for."""
    full = say("the disk is full; nothing was changed, make room and try again")
    return StoreUnwritable(
        say("{path} cannot be used now: {error} ({reason}).", path=path, error=full, reason=reason), path=str(path)
    )


PRIVATE = 0o600
"""Mode of what may hold telephone numbers or secrets: its owner alone may read it."""


OPEN = 0o666
"""Mode of what anybody may read, as far as the user's umask lets."""


def opened(draft: Path, place: Path) -> BinaryIO:
    """A file to write that is to stand at a place: read by whom what stands there is read by, else by its owner."""
    return open(draft, "wb", opener=lambda name, flags: os.open(name, flags, _mode_of(place)))


def _mode_of(place: Path) -> int:
    return stat.S_IMODE(place.stat().st_mode) if place.exists() else PRIVATE


def draft_of(path: Path) -> Path:
    """Where a file is written before it is moved to its place."""
    return path.with_name(f".{path.name}.{os.getpid()}")


@contextmanager
def whole(path: Path, mode: int | None = None) -> Iterator[Path]:
    """Where to write what is to stand at `path`: beside it, moved there at the end, removed after any error.

    `mode`: of a file that is made; None = as what stands there, else its owner alone reads it; 0 = who writes makes it.
    Makes the folder. What is no regular file (/dev/stdout) is written to itself. Raises StoreUnavailable where the
    disk is full, and OSError.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    place = path.resolve()
    draft = draft_of(place)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if mode != 0:
            os.close(os.open(str(draft), os.O_WRONLY | os.O_CREAT, _mode_of(place) if mode is None else mode))
        yield draft
        draft.replace(place)
    except OSError as error:
        if is_full(error):
            raise disk_full(path, error) from error
        if error.filename == str(draft):
            error.filename = str(path)
        raise
    finally:
        draft.unlink(missing_ok=True)
