"""Copies of a store's file that SQLite's own tools made: whole, but without checksums of ours.

    sqlite3 .backup     every page as it is, the first one written anew, without its checksum
    VACUUM INTO         every page written anew, none with a checksum
    .backup in use      as above, but for pages that stood in the log alone: those have the checksum of what they were

The first two are recognised by that alone: in a file that is damaged other pages fail. Their checksums are written when
the copy is first opened by somebody who may write; who may only read gets told. Of the third nobody can tell whether
its pages out of the log are whole, so whoever has it decides, and is told how.
"""  # fmt: skip

from __future__ import annotations

import logging
from contextlib import closing
from pathlib import Path

import apsw

from graph_api.errors import StoreCorrupt
from graph_api.stores.sqlite.bytes_of import bytes_of
from graph_api.stores.sqlite.tables import APPLICATION_ID
from schema.words import say

log = logging.getLogger(__name__)
_NONE = bytes(8)
_LEAST_PAGE = 512


def is_plain_copy(path: Path) -> bool:
    """Whether the file is such a copy; False for one that is whole, and for one that is damaged."""
    with bytes_of(path) as file, closing(apsw.Connection(":memory:", vfs="memdb")) as checking:
        return _is_copy(checking, file)


def refuse_live_copy(connection: apsw.Connection, path: Path) -> None:
    """Raise StoreCorrupt for what looks like the copy of a store in use: only its checksums are wrong, not its build,
    and that of the first page among them. No-op for what is damaged."""
    with bytes_of(path) as file, closing(apsw.Connection(":memory:", vfs="memdb")) as checking:
        size = int.from_bytes(file.xRead(100, 0)[16:18])
        pages = file.xFileSize() // size if size >= _LEAST_PAGE else 0
        held = [_holds(checking, file.xRead(size, size * number)) for number in range(pages)]
    if not pages or held[0] or not _hangs_together(connection):
        return
    raise StoreCorrupt(
        say(
            "{path} was written by sqlite3, as a copy by `.backup` of a store in use, or by looking into it after a "
            "crash: it hangs together, but {count} of its {pages} pages came out of the log and have no checksum, so "
            "nobody can tell whether they are whole. `baodian backup` makes copies that can be checked. To use this "
            "one all the same: sqlite3 {name} \"VACUUM INTO 'whole.db'\", then put whole.db in its place.",
            path=path,
            count=held.count(False),
            pages=pages,
            name=path.name,
        ),
        path=str(path),
    )


def _hangs_together(connection: apsw.Connection) -> bool:
    """Whether the file is one of ours and well built, whatever its checksums say."""
    connection.pragma("checksum_verification", "OFF")
    try:
        is_ours: bool = connection.pragma("application_id") == APPLICATION_ID
        return is_ours and connection.pragma("integrity_check") == "ok"
    except apsw.Error:
        return False
    finally:
        connection.pragma("checksum_verification", "ON")


def seal(connection: apsw.Connection, path: Path) -> None:
    """Write the checksums of a copy, once all of it was found to hang together."""
    if not _hangs_together(connection):
        raise apsw.CorruptError("the copy does not hang together")
    connection.pragma("checksum_verification", "OFF")
    try:
        connection.execute("VACUUM")
        connection.pragma("journal_mode", "wal")
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    finally:
        connection.pragma("checksum_verification", "ON")
    log.warning("%s was copied by SQLite's own tools; its content was checked and its checksums were written", path)


def _is_copy(connection: apsw.Connection, file: apsw.VFSFile) -> bool:
    head = file.xRead(100, 0)
    size = int.from_bytes(head[16:18])
    if head[:15] != b"SQLite format 3" or head[20] != len(_NONE) or size < _LEAST_PAGE:
        return False
    first = file.xRead(size, 0)
    if _holds(connection, first):
        return False
    # what VACUUM writes has no checksum at all; of what `.backup` copies only the first page is another
    fresh = first[-8:] == _NONE
    return all(
        page[-8:] == _NONE if fresh else _holds(connection, page)
        for page in (file.xRead(size, size * number) for number in range(1, file.xFileSize() // size))
    )


def _holds(connection: apsw.Connection, page: bytes) -> bool:
    return bool(connection.execute("SELECT verify_checksum(?)", (page,)).get)
