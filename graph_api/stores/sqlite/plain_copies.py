"""Copies of a store's file that SQLite's own tools made: whole, but without checksums of ours.

    sqlite3 .backup     every page as it is, the first one written anew, without its checksum
    VACUUM INTO         every page written anew, none with a checksum

Recognised by that alone: in a file that is damaged other pages fail. Their checksums are written when the copy is first
opened by somebody who may write; who may only read gets told.
"""  # fmt: skip

from __future__ import annotations

import logging
from contextlib import closing
from pathlib import Path

import apsw

from graph_api.stores.sqlite.bytes_of import bytes_of
from graph_api.stores.sqlite.tables import APPLICATION_ID

log = logging.getLogger(__name__)
_NONE = bytes(8)


def is_plain_copy(path: Path) -> bool:
    """Whether the file is such a copy; False for one that is whole, and for one that is damaged."""
    with bytes_of(path) as file, closing(apsw.Connection(":memory:", vfs="memdb")) as checking:
        return _is_copy(checking, file)


def seal(connection: apsw.Connection, path: Path) -> None:
    """Write the checksums of a copy, once all of it was found to hang together."""
    connection.pragma("checksum_verification", "OFF")
    try:
        if connection.pragma("application_id") != APPLICATION_ID or connection.pragma("integrity_check") != "ok":
            raise apsw.CorruptError("the copy does not hang together")
        connection.execute("VACUUM")
        connection.pragma("journal_mode", "wal")
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    finally:
        connection.pragma("checksum_verification", "ON")
    log.warning("%s was copied by SQLite's own tools; its content was checked and its checksums were written", path)


def _is_copy(connection: apsw.Connection, file: apsw.VFSFile) -> bool:
    head = file.xRead(100, 0)
    size = int.from_bytes(head[16:18])
    if head[:15] != b"SQLite format 3" or head[20] != len(_NONE) or size < 512:
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
