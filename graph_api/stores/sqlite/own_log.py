"""Whether the log beside a store's file is that file's own.

SQLite replays whatever log (`-wal`) lies beside a file, also one that another file left there: a backup copied over a
file whose log stayed would be torn. So every commit writes its mark on the first page, which thereby stands in the log,
too, and follows from the mark before it. What is in the file must be one of the log's marks (brought into the file up
to there) or the one that the log's first mark follows. Files of earlier releases hold no marks, nor do the logs beside
them: they are taken as they are, unless the log is one of another program.
"""

from __future__ import annotations

import secrets
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from graph_api.errors import StoreCorrupt, StoreUnavailable
from graph_api.stores.sqlite.log_frames import frames, head_of
from graph_api.stores.sqlite.tables import APPLICATION_ID
from schema.words import say

_MARK, _APPLICATION = slice(60, 64), slice(68, 72)
"""Where the first page of a file holds its `user_version` and its `application_id`."""
_OURS = APPLICATION_ID.to_bytes(4)
_CHANCE = 12
"""Low bits of a mark, drawn anew for each commit: copies of one file that went their own ways are told apart."""
_LOCKS = Path("/proc/locks")
_BETWEEN_S = 0.02
_LOOKS = 5
"""How often a file and its log, which others write to meanwhile, are read until they stand still."""


def next_mark(mark: int) -> int:
    """The mark of a commit after the one of that mark: 31 bits, never 0."""
    return _family(mark) | secrets.randbelow(1 << _CHANCE) or 1


def refuse_foreign_log(path: Path) -> None:
    """Raise StoreCorrupt if the log beside a file is not its own, StoreUnavailable if its index is another file's."""
    log = path.with_name(f"{path.name}-wal")
    if _size(log) and not _size(path):
        raise _left_log(path, log)
    if not path.exists():
        return
    if _holds_something_else(log):
        raise _odd_log(path, log)
    for _ in range(_LOOKS):
        held, heads = head_of(path), list(_heads_in(log))
        if _belongs(held, heads):
            break
        if (held, heads) == (head_of(path), list(_heads_in(log))):
            raise _foreign_log(path, log)
    _refuse_foreign_index(path)


def is_overwritten(path: Path, mark: Callable[[], int]) -> bool:
    """Whether a file that is open holds another state than its log and `mark`, that of its newest commit, allow.

    Others may write to both meanwhile: only what is seen so at every look is believed.
    """
    log = path.with_name(f"{path.name}-wal")
    for look in range(_LOOKS):
        if look:
            time.sleep(_BETWEEN_S)
        held, heads = head_of(path), list(_heads_in(log))
        if _mark_in(held) == mark() or (heads and _belongs(held, heads)):
            return False
    return True


def _belongs(held: bytes, heads: list[bytes]) -> bool:
    """Whether a log with these first pages, one of each commit, is of the file that begins so."""
    mark, marks = _mark_in(held), list(map(_mark_in, heads))
    if held[_APPLICATION] == _OURS and any(head[_APPLICATION] != _OURS for head in heads):
        return False
    if not any(marks):
        return not (mark and marks)
    return mark in marks or _family(mark) == marks[0] & ~((1 << _CHANCE) - 1)


def _family(mark: int) -> int:
    """The high bits of all marks that may follow this one."""
    return zlib.crc32(mark.to_bytes(4)) & 0x7FFFFFFF & ~((1 << _CHANCE) - 1)


def _mark_in(head: bytes) -> int:
    return int.from_bytes(head[_MARK])


def _heads_in(log: Path) -> Iterator[bytes]:
    """How the first page begins after each commit in a log, oldest first; a commit that is there by half counts not."""
    first = b""
    for frame in frames(log):
        first = frame.head or first
        if frame.after and first:
            yield first
            first = b""


def _holds_something_else(log: Path) -> bool:
    """Whether a folder or the like stands where the log, or its index, should."""
    return any(each.exists() and not each.is_file() for each in (log, log.with_name(f"{log.name[:-4]}-shm")))


def _refuse_foreign_index(path: Path) -> None:
    """A process that has the log's index open, and not the file, works on another file that stood here before.

    One that opens or closes the file is for a moment seen so, too: only who is seen so at every look is believed.
    """
    with suppress(OSError):
        strangers = _strangers(path)
        for _ in range(_LOOKS):
            if not strangers:
                return
            time.sleep(_BETWEEN_S)
            strangers &= _strangers(path)
        if strangers:
            raise StoreUnavailable(
                say(
                    "The process {process} still has the log of another file open that stood at {path} before; nothing "
                    "was changed. Stop it, then try again.",
                    process=min(strangers),
                    path=path,
                ),
                path=str(path),
            )


def _strangers(path: Path) -> set[str]:
    """Numbers of the processes that hold locks on the log's index and none on the file, as far as the system tells."""
    index, file = map(_lock_name, (path.with_name(f"{path.name}-shm"), path))
    lines = [line.split() for line in _LOCKS.read_text("utf-8").splitlines()]
    held = [(words[4], words[5]) for words in lines if len(words) > 5 and words[1] == "POSIX"]
    return {who for who, name in held if name == index} - {who for who, name in held if name == file}


def _lock_name(path: Path) -> str:
    """How the system names a file in its list of locks."""
    found = path.stat()
    return f"{found.st_dev >> 8 & 0xFFF:02x}:{found.st_dev & 0xFF:02x}:{found.st_ino}"


def _size(path: Path) -> int:
    """Bytes of a file; 0 where there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _left_log(path: Path, log: Path) -> StoreCorrupt:
    """SQLite deletes a log beside which it makes a new file, with what was committed last to the old one."""
    return StoreCorrupt(
        say(
            "{log} is the log of a store that is not there any more: it holds what was committed last; nothing was "
            "changed. Put the file back as {path}, or, to make a new store there, move {log} and the -shm beside it "
            "away.",
            log=log.name,
            path=path,
        ),
        path=str(path),
    )


def _foreign_log(path: Path, log: Path) -> StoreCorrupt:
    return StoreCorrupt(
        say(
            "{log} is the log of another file than {path}, or of another state of it, and would damage it; nothing was "
            "changed. Was the file copied here from elsewhere, move {log} and the -shm beside it away; was the file "
            "itself mistaken, put back the one that the log belongs to.",
            log=log.name,
            path=path,
        ),
        path=str(path),
    )


def _odd_log(path: Path, log: Path) -> StoreUnavailable:
    return StoreUnavailable(
        say(
            "{log}, or the -shm beside it, is no file: the log of {path} has to be written there; nothing was changed. "
            "Move it away.",
            log=log.name,
            path=path,
        ),
        path=str(path),
    )
