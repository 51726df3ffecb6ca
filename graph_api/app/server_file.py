"""The file that a server writes beside its embedded store, so that commands on this machine ask it.

`graph.db` → `graph.db.server`, readable by its user only: address, process, store, and a key that proves who asks. Its
server holds a lock on it as long as it lives, so that a file left by a crash is never taken for a server, whoever has
its process number now.
"""  # fmt: skip

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

try:
    import fcntl
except ImportError:  # no such locks on this system: the process number alone has to do
    fcntl = None  # type: ignore[assignment]

_SUFFIX = ".server"
_PRIVATE = 0o600
_OTHERS = 0o077


class RunningServer(NamedTuple):
    """A server that is running now."""

    address: str
    """As http://127.0.0.1:8000."""
    pid: int
    store_uuid: str
    key: str = ""
    """What a command of the same user shows it."""


def server_file(store: Path) -> Path:
    """Where the server of an embedded store tells of itself."""
    return store.with_name(store.name + _SUFFIX)


@contextmanager
def announced(store: Path, address: str, store_uuid: str, key: str = "") -> Iterator[Path]:
    """Tell of this process as the server of the store, until the end. Raises OSError.

    The last of several servers of one store is the one that is told.
    """
    path = server_file(store)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    with suppress(FileNotFoundError):
        beside.unlink()
    handle = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, _PRIVATE)
    try:
        _lock(handle)
        told = {"address": address, "pid": os.getpid(), "store": store_uuid, "key": key}
        os.write(handle, json.dumps(told).encode())
        beside.replace(path)
        yield path
    finally:
        _remove_own(path, handle)
        os.close(handle)


def find_server(store: Path, store_uuid: str | None = None) -> RunningServer | None:
    """The running server of an embedded store, if this user started it; None for any doubt.

    `store_uuid`: identity that its store must have; None = the caller compares it.
    """
    try:
        handle = os.open(server_file(store), os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a pipe there is no server
    except OSError:
        return None
    try:
        there = os.fstat(handle)
        if (
            not stat.S_ISREG(there.st_mode)
            or there.st_mode & _OTHERS
            or (hasattr(os, "getuid") and there.st_uid != os.getuid())
        ):
            return None
        told = json.loads(os.read(handle, 4096))
        server = RunningServer(str(told["address"]), int(told["pid"]), str(told["store"]), str(told.get("key", "")))
        ours = store_uuid is None or server.store_uuid == store_uuid
        return server if ours and _is_alive(server.pid) and _is_locked(handle) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    finally:
        os.close(handle)


def _remove_own(path: Path, handle: int) -> None:
    """Remove the file, unless another server tells of itself there by now."""
    with suppress(OSError):
        if os.path.samestat(path.stat(), os.fstat(handle)):
            path.unlink()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def _lock(handle: int) -> None:
    if fcntl is not None:
        fcntl.flock(handle, fcntl.LOCK_EX)


def _is_locked(handle: int) -> bool:
    """Whether another open file holds the lock; true where there are no locks."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
