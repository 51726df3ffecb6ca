"""A file of a store into which nothing was ever written: taken away, so that no empty store is left behind."""

from __future__ import annotations

from pathlib import Path

import apsw


def remove_unused(path: Path) -> bool:
    """Remove the file if the store in it stands at revision 0; whether it did.

    Nobody can commit between the look and the removal; who has the file open finds it gone at its next commit. A file
    that is in use, holds something or is no store stays, and so does what lies beside it.
    """
    if not path.exists() or not path.stat().st_size:
        # SQLite deletes a log that it finds beside an empty file
        return False
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    except apsw.Error:
        return False
    try:
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("SELECT revision FROM main.meta").fetchall() != [(0,)]:
            return False
        path.unlink()
    except (apsw.Error, OSError):
        return False
    finally:
        connection.close()
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    return True
