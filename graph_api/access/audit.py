"""Audit (访问审计): who changed what, and who saw whose numbers, as a chain of lines that nobody rewrites unnoticed.

    line n = what happened + the digest of line n - 1 + its own digest

One file beside the store, which all processes of a machine append to under a lock and sync to the disk before an answer
with numbers leaves. It holds ids and names of fields, never values. What happened goes to the log, too.
"""  # fmt: skip

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, takewhile
from pathlib import Path
from typing import NamedTuple

import msgspec

from graph_api.errors import StoreCorrupt
from graph_api.whole_file import whole
from schema.codec import UNREADABLE
from schema.words import say

try:
    import fcntl
except ImportError:  # no such locks on this system: one process writes there
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger("baodian.audit")

CHANGE = "CHANGE"
"""Act of an entry that something was committed."""
SEE, REVEAL = "SEE", "REVEAL"
"""Acts of entries that numbers were seen: by whom they are open to, or for a reason that an incident gives."""
ELEVATE = "ELEVATE"
"""Act of entries that somebody was elevated for a reason, or ended it."""
ELEVATED = "ELEVATED"
"""Stands behind the roles of who acts elevated."""
CUT = "CUT"
"""Act of the entry that says up to which line older ones were removed, by the term that they are kept."""
ANCHOR = "ANCHOR"
"""Act of the entry that says with which line the chains of other machines ended: see `anchors`."""
LOG_IN, LOG_OUT = "LOG_IN", "LOG_OUT"
"""Acts of entries that a session was begun, or ended by whoever had it."""
_PRIVATE = 0o600
_FIRST = "0" * 64
"""Stands for the digest of the line before the first."""
_TAIL = 1 << 16


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened: `act` CHANGE, SEE, REVEAL, LOG_IN or LOG_OUT, `what` the command, field or way, `things` whom or
    what."""

    at: datetime
    who: str
    roles: tuple[str, ...]
    origin: str
    """Where the request came from: an address, or `command` for one of the store's own user."""
    operation: str
    """Name of the operation, and the digest of its document behind it."""
    request_id: str
    act: str
    what: str
    things: tuple[str, ...]
    revision: int
    on_behalf_of: str = ""
    """For whom it was done, as whoever did it says; what stands not in a line is not in its digest."""
    incident: str = ""
    """The incident that numbers were revealed for."""
    reason: str = ""
    """Why they were."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An entry in its place."""

    number: int
    entry: Entry
    previous: str
    digest: str

    @classmethod
    def after(cls, last: Line | None, entry: Entry) -> Line:
        """The line of an entry behind the last one."""
        number, previous = (1, _FIRST) if last is None else (last.number + 1, last.digest)
        return cls(number=number, entry=entry, previous=previous, digest=_digest(number, previous, entry))

    def follows(self, last: Line | None) -> bool:
        """Whether it is as it was written, and stands behind that one."""
        return self == Line.after(last, self.entry)


class Verdict(NamedTuple):
    """What became of a chain: the lines that hold, the last of them, and the number of the first that does not.

    `torn`: bytes behind the last whole line, where the first that does not hold is not whole. `missed`: digests that
    were asked for, and that a chain which holds has not.
    """

    lines: int
    head: str
    broken_at: int | None
    torn: int = 0
    missed: tuple[str, ...] = ()


@dataclass(slots=True)
class _Writing:
    """Entries that somebody waits for, and what became of them."""

    entries: list[Entry]
    is_over: bool = False
    head: str = ""
    """Digest of a line that stands behind them: the log that has it bears witness of the chain up to there."""
    error: OSError | StoreCorrupt | None = None


class AuditLog:
    """The chain in one file; without one the log alone has it."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._waiting: deque[_Writing] = deque()
        self._left: list[Entry] = []
        self._newest: Line | None = None

    def append(self, entries: list[Entry]) -> None:
        """Write entries to the end, whole and on the disk when this returns. Raises OSError, StoreCorrupt.

        What is to be written while the disk is at work on others goes there next, all at once.
        """
        own = _Writing(entries)
        if self.path is not None:
            self._append_together(self.path, own)
        _tell(logging.INFO, entries, own.head)

    def _append_together(self, path: Path, own: _Writing) -> None:
        """Write what waits, unless somebody else has written it with theirs meanwhile."""
        self._waiting.append(own)
        with self._lock:
            if not own.is_over:
                waiting = [*self._waiting]
                error: OSError | StoreCorrupt | None = None
                try:
                    self._append(path, [entry for each in waiting for entry in each.entries])
                except (OSError, StoreCorrupt) as caught:
                    error = caught
                head = "" if self._newest is None else self._newest.digest
                for each in waiting:
                    self._waiting.popleft()
                    each.is_over, each.error, each.head = True, error, head
        if own.error is not None:
            raise own.error

    def leave(self, entries: list[Entry]) -> None:
        """Keep what happened and could not be written: the next that can be writes it first. The log has it at once."""
        with self._lock:
            self._left += entries
        _tell(logging.ERROR, entries)

    def _append(self, path: Path, entries: list[Entry]) -> None:
        with _locked(path) as handle:
            end = _whole_lines(handle, path)
            last, text = next(_backwards(handle, end, path), None), b""
            self._miss(last, path)
            for entry in (*self._left, *entries):
                last = Line.after(last, entry)
                text += _written(last)
            _write_whole(handle, text, end)
            os.fsync(handle)
            self._newest, self._left = last, []

    def cut(self, before: datetime, entry_of: Callable[[tuple[str, ...]], Entry]) -> int:
        """Remove the lines at the beginning that are older than that, and say so in a last one; how many they were.

        `entry_of`: the entry of that line, by the number and digest of the last one removed, which `verify` asks for.
        A chain that does not hold stays as it is. Raises OSError, StoreCorrupt.
        """
        if self.path is None or not self.path.exists() or self.verify().broken_at is not None:
            return 0
        with self._lock, _locked(self.path) as handle:
            _whole_lines(handle, self.path)
            with self.path.open("rb") as file:
                lines = [_line(text, 0, self.path) for text in file]
            old = list(takewhile(lambda line: line.entry.at < before, lines[:-1]))
            if old:
                kept = lines[len(old) :]
                said = Line.after(kept[-1], entry_of((str(old[-1].number), old[-1].digest)))
                _replace(self.path, b"".join(map(_written, (*kept, said))))
                self._newest = said
            return len(old)

    def _miss(self, last: Line | None, path: Path) -> None:
        """Tell where lines are gone that this process has seen on the disk."""
        if self._newest is not None and (last is None or last.number < self._newest.number):
            log.error(
                "lines up to %s are gone from the audit %s, which ended with %s",
                self._newest.number, path, self._newest.digest,
            )  # fmt: skip

    def lines(self) -> Iterator[Line]:
        """All whole lines, in order; nothing where there is no file. Raises StoreCorrupt for one that is none, OSError.

        What stands behind the last whole line a crash broke off, or it was cut: see `verify`.
        """
        for number, text in enumerate(self._texts(), 1):
            if text.endswith(b"\n"):
                yield _line(text, number, self.path)

    def _texts(self) -> Iterator[bytes]:
        """What stands in the file, by lines, up to where nobody is writing."""
        with suppress(FileNotFoundError):
            if self.path is None:
                return
            with self.path.open("rb") as file:
                left = _settled(file.fileno())
                while text := file.readline(left):
                    left -= len(text)
                    yield text

    def newest_first(self) -> Iterator[Line]:
        """All whole lines from the last one back, read as far as somebody looks. Raises as `lines`."""
        with suppress(FileNotFoundError):
            if self.path is not None:
                with self.path.open("rb") as file:
                    yield from _backwards(file.fileno(), _settled(file.fileno()), self.path)

    def head(self) -> str:
        """Digest of the last line; "" where there is none, or none that can be read: `verify` says why."""
        with suppress(StoreCorrupt):
            return next((line.digest for line in self.newest_first()), "")
        return ""

    def newest(self, most: int, before: int | None = None) -> list[Line]:
        """The last lines, newest first; with `before`, those before that number. Raises StoreCorrupt, OSError."""
        lines = (line for line in self.newest_first() if before is None or line.number < before)
        return [*islice(lines, most)]

    def verify(self, heads: Collection[str] = ()) -> Verdict:
        """Whether the chain holds to the end of the file, and, with `heads`, all these digests, too."""
        first: Line | None = None
        last: Line | None = None
        missed, cuts = set(heads), set[tuple[str, ...]]()
        count, number, digest = 0, 0, _FIRST
        for text in self._texts():
            if not text.endswith(b"\n"):
                return Verdict(count, digest, number + 1, len(text))
            line = self._next(text, last)
            if line is None:
                return Verdict(count, digest, number + 1)
            first, last, count, number, digest = first or line, line, count + 1, line.number, line.digest
            missed.discard(digest)
            if line.entry.act == CUT:
                cuts.add(line.entry.things)
        if first is not None and first.number > 1 and (str(first.number - 1), first.previous) not in cuts:
            return Verdict(0, _FIRST, 1)
        return Verdict(count, digest, number + 1 if missed else None, missed=tuple(sorted(missed)))

    def _next(self, text: bytes, last: Line | None) -> Line | None:
        """The line of a text, if it is as it was written and stands behind that one, or begins what is kept."""
        try:
            line = _line(text, 0, self.path)
        except StoreCorrupt:
            return None
        begins = last is None and line.number > 1 and line.digest == _digest(line.number, line.previous, line.entry)
        return line if begins or line.follows(last) else None


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The file to append to, alone; the one that stands there now, if another took its place meanwhile."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, _PRIVATE)
        try:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX)
            if path.exists() and os.fstat(handle).st_ino == path.stat().st_ino:
                yield handle
                return
        finally:
            os.close(handle)


def _replace(path: Path, content: bytes) -> None:
    """Have other content stand there, whole and on the disk."""
    with whole(path, _PRIVATE) as draft, draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _tell(level: int, entries: list[Entry], head: str = "") -> None:
    for entry in entries:
        facts = msgspec.to_builtins(entry)
        log.log(level, "audit", extra={"facts": {**facts, "head": head} if head else facts})


def _settled(handle: int) -> int:
    """How long the file is while nobody is writing a line."""
    if fcntl is None:
        return os.fstat(handle).st_size
    fcntl.flock(handle, fcntl.LOCK_SH)
    try:
        return os.fstat(handle).st_size
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)


def _backwards(handle: int, end: int, path: Path) -> Iterator[Line]:
    """The whole lines before that place, the last one first."""
    rest = b""
    while end > 0:
        size = min(end, _TAIL)
        end -= size
        first, *others = (os.pread(handle, size, end) + rest).splitlines(keepends=True) or [b""]
        rest, texts = (first, others) if end else (b"", [first, *others])
        yield from (_line(text, 0, path) for text in reversed(texts) if text.endswith(b"\n"))


def _whole_lines(handle: int, path: Path) -> int:
    """Where the last whole line ends. What a crash left behind it was never answered for, and is cut off."""
    end = os.fstat(handle).st_size
    size = min(end, _TAIL)
    while size and os.pread(handle, 1, end - 1) != b"\n":
        start = os.pread(handle, size, end - size).rfind(b"\n") + 1
        if start or size == end:
            log.warning("a line that a crash broke off was cut from the audit %s", path)
            end = end - size + start
            os.ftruncate(handle, end)
            break
        size = min(end, size * 2)
    return end


def _write_whole(handle: int, text: bytes, end: int) -> None:
    """All of it, or nothing: a line that broke off would end the chain."""
    try:
        written = os.write(handle, text)
        if written != len(text):
            raise OSError(28, os.strerror(28))
    except OSError:
        os.ftruncate(handle, end)
        raise


def _line(text: bytes, number: int, path: Path | None) -> Line:
    """The line of a text that is, byte by byte, as lines are written: no name twice, none that is unknown, no space.

    So its digest, which is of what it says, holds each byte of it.
    """
    with suppress(*UNREADABLE):
        line = msgspec.json.decode(text, type=Line)
        if _written(line) == text:
            return line
    raise StoreCorrupt(
        say("Line {number} of the audit {path} is none; verify it: `baodian audit verify`.", number=number, path=path)
    )


def _written(line: Line) -> bytes:
    return msgspec.json.encode(line) + b"\n"


def _digest(number: int, previous: str, entry: Entry) -> str:
    body = msgspec.json.encode((number, previous, entry))
    return hashlib.sha256(body).hexdigest()


def operation_of(name: str, document: str) -> str:
    """How an operation stands in an entry."""
    digest = hashlib.sha256(document.encode()).hexdigest()[:12]
    return f"{name} {digest}" if name else digest
