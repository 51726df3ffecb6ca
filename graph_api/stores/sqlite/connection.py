"""Connections to the file, and the one place where SQLite's errors become ours.

Every page carries a checksum (cksumvfs) that is verified whenever the page is read from disk.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import apsw
import apsw.sqlite_extra
import msgspec

from graph_api.errors import (
    BaodianError,
    InvalidInput,
    OutcomeUnknown,
    StoreCorrupt,
    StoreError,
    StoreUnavailable,
    StoreUnwritable,
)
from graph_api.stores.sqlite import tables
from graph_api.stores.sqlite.cut_short import refuse_cut_short
from graph_api.stores.sqlite.network_drive import warn_of_network_drive
from graph_api.stores.sqlite.own_log import next_mark, refuse_foreign_log
from graph_api.stores.sqlite.place import Place
from graph_api.stores.sqlite.plain_copies import is_plain_copy, refuse_live_copy, seal
from graph_api.whole_file import PRIVATE, disk_full, is_full
from schema.words import say

CHECKSUM_BYTES = 8
VFS = "cksmvfs"

_DAMAGED = (apsw.CorruptError, apsw.NotADBError)
_parse = msgspec.json.Decoder().decode


@functools.cache
def _register_checksums() -> None:
    """Make the checksumming file layer known to this process; StoreUnavailable where apsw was built without it."""
    try:
        with apsw.Connection(":memory:", vfs="memdb") as loader:
            apsw.sqlite_extra.load(loader, "cksumvfs")
        loader.close()
    except (apsw.Error, LookupError, apsw.sqlite_extra.NotAvailable) as error:
        raise StoreUnavailable(
            say("This build of apsw has no checksumming file layer (cksumvfs); install apsw from its wheels.")
        ) from error


class StoreConnection(apsw.Connection):
    """A connection that knows the place of its file."""

    def __init__(self, place: Place, *, flags: int, vfs: str) -> None:
        place.check()
        warn_of_network_drive(place.path)
        if not place.is_taken:
            refuse_foreign_log(place.path)
            if place.path.exists():
                refuse_cut_short(place.path)
        name, unwritable = str(place.path), is_read_only(place.path)
        if unwritable:
            flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
            name = f"{place.path.absolute().as_uri()}?{_how_to_read(place.path)}"
        super().__init__(name, flags=flags, vfs=vfs)
        self.place = place
        self.is_read_only = unwritable
        self._holds = False

    def hold(self) -> None:
        """Begin to hold the log: a file that may only be read may have none, and it comes and goes with who writes."""
        self.pragma("user_version")
        if not self.is_read_only:
            self.place.hold()
            self._holds = True

    def close(self, force: bool = False) -> None:
        """Let go of the file and its log."""
        super().close(force)
        if self._holds:
            self._holds = False
            self.place.release()


def is_read_only(path: Path) -> bool:
    """Whether there is a file that this process may not write, or beside which it may make no log."""
    effective = os.access in os.supports_effective_ids
    return path.exists() and not all(os.access(each, os.W_OK, effective_ids=effective) for each in (path, path.parent))


def _how_to_read(path: Path) -> str:
    """Without a log everything is in the file, and SQLite need make nothing beside it; else somebody may be writing."""
    log, index = (path.with_name(f"{path.name}-{each}") for each in ("wal", "shm"))
    return "mode=ro" if log.exists() and (log.stat().st_size or index.exists()) else "immutable=1"


def connect(place: Place, *, busy_timeout_seconds: float, vfs: str = VFS) -> StoreConnection:
    """Open a connection to a file that exists and is prepared (see `prepare`)."""
    _register_checksums()
    connection = StoreConnection(place, flags=apsw.SQLITE_OPEN_READWRITE, vfs=vfs)
    try:
        place.take()
        connection.set_busy_timeout(int(busy_timeout_seconds * 1000))
        connection.execute("PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY")
        connection.hold()
    except BaseException:
        connection.close()
        raise
    return connection


def connect_writer(place: Place, *, busy_timeout_seconds: float, vfs: str = VFS) -> StoreConnection:
    """Open the connection that writes; makes directory, file and tables where nothing was before."""
    _register_checksums()
    flags = apsw.SQLITE_OPEN_READWRITE
    if place.may_create:
        refuse_foreign_log(place.path)
        place.path.parent.mkdir(parents=True, exist_ok=True)
        if not place.path.exists():  # its log follows it
            os.close(os.open(place.path, os.O_WRONLY | os.O_CREAT, PRIVATE))
    elif not place.was_store and not place.path.exists():
        raise StoreUnavailable(
            say("There is no store {path}, and none was made. `baodian load` makes one.", path=place.path),
            path=str(place.path),
        )
    connection = StoreConnection(place, flags=flags, vfs=vfs)
    try:
        connection.set_busy_timeout(int(busy_timeout_seconds * 1000))
        _prepare(connection, place, busy_timeout_seconds)
        place.take()
        connection.hold()
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: StoreConnection, place: Place, busy_timeout_seconds: float) -> None:
    if not _is_ours(connection, place.path):
        if connection.is_read_only:
            raise apsw.ReadOnlyError(str(place.path))
        if not place.may_create:
            copying = say("{path} is empty; copy a store there.", path=place.path)
            never = say(
                "{path} is empty, not a Baodian store; nothing was changed. `baodian load` makes one.", path=place.path
            )
            raise StoreUnavailable(copying if place.was_store else never, path=str(place.path))
        connection.reserve_bytes("main", CHECKSUM_BYTES)
        _switch_to_wal(connection, busy_timeout_seconds)
        with writing(connection):
            connection.execute(tables.DURABLE)
    if connection.is_read_only:
        return
    connection.execute("PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536")
    connection.execute(f"PRAGMA journal_size_limit = {64 << 20}")
    connection.execute(tables.TEMPORARY)
    connection.executemany("INSERT INTO temp.allowed VALUES (?, ?, ?)", tables.ALLOWED)


def _is_ours(connection: StoreConnection, path: Path) -> bool:
    """True for a prepared store, False for an empty file; StoreCorrupt for any other database."""
    if _application(connection, path) == tables.APPLICATION_ID:
        return True
    if connection.execute("SELECT count(*) FROM sqlite_schema").get:
        raise StoreCorrupt(
            say(
                "{path} is an SQLite database of another program, not a Baodian store; nothing was changed. "
                "Give another path.",
                path=path,
            ),
            path=str(path),
        )
    return False


def _application(connection: StoreConnection, path: Path) -> int:
    """Whose file it is; a copy that SQLite's own tools made is made good first."""
    try:
        return int(connection.pragma("application_id"))
    except apsw.IOError as error:
        if _extended(error) != apsw.SQLITE_IOERR_DATA:
            raise
        if not is_plain_copy(path):
            refuse_live_copy(connection, path)
            raise
    if connection.is_read_only:
        raise StoreCorrupt(
            say(
                "{path} is a copy that SQLite's own tools made (.backup, VACUUM INTO), without checksums. Copy it to a "
                "folder that is writable: the first command that opens it there checks it and makes it good.",
                path=path,
            ),
            path=str(path),
        )
    seal(connection, path)
    return int(connection.pragma("application_id"))


def _switch_to_wal(connection: apsw.Connection, busy_timeout_seconds: float) -> None:
    """SQLite does not wait by itself here when two processes make the file at the same moment."""
    give_up = time.monotonic() + busy_timeout_seconds
    while True:
        try:
            connection.pragma("journal_mode", "wal")
            return
        except apsw.BusyError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.01)


def value(connection: apsw.Connection, sql: str, bindings: Any = None) -> Any:
    """First column of the first row, parsed as JSON; None without a row.

    Rows are gathered into one JSON value inside SQLite: a step per row would take and release the interpreter's lock
    each time, which beside a busy event loop makes reading 50 times slower (measured: 9,600 against 474,000 rows/s).
    """
    text = connection.execute(sql, bindings).get
    return None if text is None else _parse(text)


@contextmanager
def writing(connection: StoreConnection) -> Iterator[None]:
    """A write transaction: committed at the end, rolled back on any error.

    Raises StoreUnavailable or StoreReplaced if the file is not at its place any more (nothing was committed), and
    OutcomeUnknown if the disk failed while committing (the change may come back after a crash), or if the file went
    meanwhile.
    """
    if connection.is_read_only:
        raise apsw.ReadOnlyError(str(connection.place.path))
    connection.execute("BEGIN IMMEDIATE")
    try:
        mark = connection.pragma("user_version")
        yield
        connection.pragma("user_version", next_mark(mark))
        # last of all: nothing may be acknowledged that lies in a file which nobody can find
        connection.place.check()
        connection.place.check_content(lambda: mark, loses=False)
    except BaseException:
        _roll_back(connection)
        raise
    try:
        connection.execute("COMMIT")
    except apsw.IOError as error:
        _roll_back(connection)
        raise OutcomeUnknown(
            say(
                "The disk failed while the change was committed; ask for the outcome of its request id, then try again."
            )
        ) from translated(error, connection.place.path)
    except apsw.Error:
        _roll_back(connection)
        raise
    _still_there(connection)


def _still_there(connection: StoreConnection) -> None:
    try:
        connection.place.check()
    except StoreError as error:
        raise OutcomeUnknown(
            say(
                "The file of the store was moved away, deleted or replaced while the change was committed; ask for the "
                "outcome of its request id, then try again."
            )
        ) from error


@contextmanager
def reading(connection: apsw.Connection) -> Iterator[None]:
    """A read transaction: all statements see one revision."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        _roll_back(connection)


def _roll_back(connection: apsw.Connection) -> None:
    if connection.in_transaction:
        # SQLite has often rolled back by itself after a failure; the first error is the one to tell
        with suppress(apsw.Error):
            connection.execute("ROLLBACK")


def _extended(error: Exception) -> int:
    return getattr(error, "extendedresult", 0)


def translated(error: Exception, path: Path) -> BaodianError:
    """What an error of SQLite or of the operating system means to the callers of a store."""
    if isinstance(error, BaodianError):
        return error
    if isinstance(error, UnicodeEncodeError | OverflowError):
        return InvalidInput(say("A value cannot be stored: {error}.", error=error))
    if isinstance(error, apsw.NotADBError):
        return StoreCorrupt(
            say(
                "{path} is not a Baodian store ({error}); nothing was changed. Name another file. If it was one, stop "
                "the service, put the file aside and restore the last backup.",
                path=path,
                error=error,
            ),
            path=str(path),
        )
    if isinstance(error, _DAMAGED) or _extended(error) in (apsw.SQLITE_IOERR_DATA, apsw.SQLITE_IOERR_CORRUPTFS):
        # SQLite says the same where the system cannot read a page (EIO): such a file may be whole
        return StoreCorrupt(
            say(
                "{path} is damaged, or its disk cannot be read: {error}. What was read into memory stays served; look "
                "into the log of the machine first. If `baodian verify` says the same again, stop the service, put the "
                "file aside and restore the last backup.",
                path=path,
                error=error,
            ),
            path=str(path),
        )
    if isinstance(error, apsw.FullError) or is_full(error):
        return disk_full(path, error)
    unwritable = isinstance(error, apsw.ReadOnlyError | apsw.IOError) or is_read_only(path)
    kind = StoreUnwritable if unwritable else StoreUnavailable
    return kind(
        say("{path} cannot be used now: {error} ({reason}).", path=path, error=_advice(error, path), reason=error),
        path=str(path),
    )


def _advice(error: Exception, path: Path) -> str:
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return say("another process is writing; nothing was changed, try again")
    if isinstance(error, apsw.ReadOnlyError | apsw.CantOpenError) and is_read_only(path):
        return say("the file or its folder is not writable; copy the store elsewhere, or give this process the right")
    if isinstance(error, apsw.ReadOnlyError):
        return say("the file is read-only; give this process the right to write it")
    if isinstance(error, apsw.CantOpenError | PermissionError | NotADirectoryError | FileExistsError):
        return _unopened(path)
    return say("the disk or the operating system refused; see the log of the machine")


def _unopened(path: Path) -> str:
    if path.is_dir():
        return say("there is a folder, not a file; give the path of the file in it")
    effective = os.access in os.supports_effective_ids
    for each in (path, *(path.with_name(f"{path.name}-{end}") for end in ("wal", "shm"))):
        if each.exists() and not os.access(each, os.R_OK | os.W_OK, effective_ids=effective):
            # a command run by another user, and killed, leaves its log so
            return say(
                "{name} is not this user's to read and write; give it the store's owner and rights", name=each.name
            )
    return say("the file cannot be opened; check its path and rights")
