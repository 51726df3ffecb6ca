"""The register as a host keeps it beside its store, by which keys open and accounts log in while that is away.

    graph.db.access (mode 0600): id of the store, register

Whoever may write the file may take from it what opens something, while no store can be told: services of this host see
that, and keep it shut also when the store is back.
"""  # fmt: skip

from __future__ import annotations

import json
import logging
import os
import stat
from collections.abc import Callable
from pathlib import Path

from graph_api.access.register import Register
from graph_api.errors import InvalidInput, StoreError
from graph_api.whole_file import whole
from schema.words import say

log = logging.getLogger(__name__)

_PRIVATE = 0o600
_OTHERS = 0o077


class KeptRegister:
    """The file; None = nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None

    def write(self, store_uuid: str, register: Register) -> None:
        """Keep a register of that store. What hinders is told in the log."""
        if self._path is None:
            return
        try:
            _write(self._path, store_uuid, register)
            self._seen = self._stamp()
        except (OSError, StoreError) as error:
            log.warning("the register of keys cannot be kept in %s: %s", self._path, error)

    def read(self, store_uuid: str) -> Register | None:
        """What the file holds, if it is of this store, and nobody else may write or read it."""
        if self._path is None:
            return None
        self._seen = self._stamp()
        try:
            uuid, register = _read(self._path)
        except FileNotFoundError:
            return None
        except PermissionError:
            log.error("%s may be read by others; it is not used: chmod 600 it", self._path)
            return None
        except (OSError, ValueError, KeyError, TypeError, StoreError) as error:
            log.error("the register of keys in %s cannot be used: %s", self._path, error)
            return None
        if uuid != store_uuid:
            log.warning("%s holds the keys of another store that was served here; they open nothing now", self._path)
            return None
        return register

    def was_edited(self) -> bool:
        """Whether somebody else has written the file since this process read or wrote it."""
        return self._path is not None and self._stamp() not in (None, self._seen)

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path or "")
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns


def edit_kept(path: Path | None, edit: Callable[[Register], Register]) -> Register:
    """Edit the register that this host keeps. Raises InvalidInput where it keeps none, what `edit` raises, OSError."""
    if path is None or not path.exists():
        raise InvalidInput(say("This host keeps no register of that store: nothing opens here while it is away."))
    try:
        uuid, register = _read(path)
    except (ValueError, KeyError, TypeError, StoreError) as error:
        raise InvalidInput(say("The register that this host keeps cannot be read: {file}.", file=str(path))) from error
    edited = edit(register)
    _write(path, uuid, edited)
    return edited


def _write(path: Path, store_uuid: str, register: Register) -> None:
    body = {"store": store_uuid, "register": register.encoded().decode()}
    with whole(path, mode=0) as draft:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(body, out)


def _read(path: Path) -> tuple[str, Register]:
    """Id of the store, and register. Raises PermissionError for a file that others may read."""
    handle = os.open(path, os.O_RDONLY)
    with os.fdopen(handle, encoding="utf-8") as file:
        mode = os.fstat(file.fileno()).st_mode
        if mode & _OTHERS or not stat.S_ISREG(mode):
            raise PermissionError(13, os.strerror(13), str(path))
        body = json.load(file)
    return str(body["store"]), Register.decoded(str(body["register"]).encode())
