"""How a store's file and the log (`-wal`) beside it begin, and the pages that the log holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import apsw

from graph_api.stores.sqlite.bytes_of import bytes_of

HEAD = 100
"""Bytes of a file's head."""
_HEADER, _FRAME = 32, 24


class Frame(NamedTuple):
    """A page in a log."""

    page: int
    """Its number, from 1."""
    after: int
    """Pages of the file after the commit that this frame ends; 0 = it ends none."""
    head: bytes
    """How the first page begins; of any other page empty."""


def head_of(path: Path) -> bytes:
    """How a file begins; empty where that cannot be read."""
    with suppress(apsw.Error), bytes_of(path) as file:
        return file.xRead(HEAD, 0)
    return b""


def frames(log: Path) -> Iterator[Frame]:
    """The frames of a log that are of its last round, oldest first; none where it cannot be read."""
    with suppress(OSError), log.open("rb") as file:
        head = file.read(_HEADER)
        page, salts = int.from_bytes(head[8:12]), head[16:24]
        while len(frame := file.read(_FRAME)) == _FRAME and frame[8:16] == salts:
            number = int.from_bytes(frame[:4])
            begins = file.read(HEAD) if number == 1 else b""
            file.seek(page - len(begins), 1)
            yield Frame(number, int.from_bytes(frame[4:8]), begins)
