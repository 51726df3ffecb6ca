"""A file's bytes past its checksums, read by SQLite's own file layer.

Who opens and closes a file otherwise drops the locks that this process has on it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

_LAYER = "unix" if os.name == "posix" else "win32"


@contextmanager
def bytes_of(path: Path) -> Iterator[apsw.VFSFile]:
    """The file, open to be read. Raises apsw.Error where it cannot be."""
    file = apsw.VFSFile(_LAYER, str(path.absolute()), [apsw.SQLITE_OPEN_MAIN_DB | apsw.SQLITE_OPEN_READONLY, 0])
    try:
        yield file
    finally:
        file.xClose()
