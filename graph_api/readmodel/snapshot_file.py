"""The snapshot as a file: what a process starts from, mapped into memory so that processes share its pages.

    magic (8 bytes) | length of the head (uint32) | crc32 of the head (uint32) | head (msgpack) | sections

A section is one column as it stands in memory, aligned to 64 bytes, with its crc32 in the head. All are checked when
the file is opened. Sections named `reports.…` are the position reports, `search.…` the search index, if it was made.
A file is written beside its place and renamed into it, so that what stands there is always whole; it must not be
changed in place, which would change it under the processes that have mapped it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import mmap
import os
import struct
import sys
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO, NamedTuple, get_args, get_origin

import msgspec
import numpy as np
import numpy.typing as npt

from graph_api import __version__
from graph_api.errors import SnapshotOutdated, SnapshotUnusable
from graph_api.readmodel.columns import LINK_KINDS, Base, Columns
from graph_api.readmodel.report_columns import ReportColumns
from graph_api.readmodel.report_series import ReportSeries
from graph_api.readmodel.search import SearchColumns
from graph_api.readmodel.snapshot import Snapshot
from graph_api.whole_file import opened
from schema.codec import UNREADABLE
from schema.numbers import Revision
from schema.registry import CLASS_OF
from schema.words import say

MAGIC = b"BAODIAN\n"
FORMAT = 4
_SEARCH = "search."
_REPORTS = "reports."
_ALIGNMENT = 64
_START = struct.Struct("<8sII")


class FileSection(msgspec.Struct, array_like=True, frozen=True):
    """Where one column stands in the file."""

    name: str
    dtype: str
    offset: int
    rows: int
    crc: int


class Version(msgspec.Struct, kw_only=True, frozen=True):
    """What every version of a file says of itself."""

    format: int
    schema: int = 0
    program: str = ""


class Head(msgspec.Struct, kw_only=True, frozen=True):
    """What a file says of itself."""

    format: int
    store_uuid: str
    store: str
    """Where the store stood that it was made of."""
    revision: Revision
    changed_at: datetime
    schema: int
    """`schema_mark` of the program that wrote it."""
    program: str
    """Its version: keys of the search are read by the program that made them only."""
    length: int
    """Bytes of the whole file."""
    sections: list[FileSection]


class Stored(NamedTuple):
    """What a file holds."""

    graph: Snapshot
    search: SearchColumns | None
    """Of that very snapshot; None = it was not made."""
    store: str = ""
    """Where the store stood that it is of."""


@functools.cache
def schema_mark() -> int:
    """Number that changes when kinds, fields or relationship kinds change: bytes of other shapes are not read."""
    fields = [
        (kind, [(field.name, _shape(field.type)) for field in dataclasses.fields(cls)])
        for kind, cls in CLASS_OF.items()
    ]
    return zlib.crc32(repr((fields, [str(kind) for kind in LINK_KINDS])).encode())


def _shape(hint: Any) -> str:
    """A field's type without what describes or checks it, which changes no bytes."""
    if get_origin(hint) is Annotated:
        return _shape(get_args(hint)[0])
    inner = get_args(hint)
    return f"{get_origin(hint)}{[*map(_shape, inner)]}" if inner else str(hint)


def write(graph: Snapshot, path: Path, search: SearchColumns | None = None, store: str = "") -> Stored:
    """Write the snapshot of the store that stands there to its file, atomically and durably; returns the same, mapped.

    Takes the overlay in (see Snapshot.merged). Raises OSError; what stood at `path` is then still there.
    """
    whole = graph.merged()
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with opened(beside, path) as file:
            _fill(file, whole, search, store)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return _mapped(path, check=False)


class _OutdatedError(ValueError):
    """Another version wrote the file."""


def _unusable(path: Path, error: Exception) -> SnapshotUnusable:
    cls = SnapshotOutdated if isinstance(error, _OutdatedError) else SnapshotUnusable
    return cls(say("{path} cannot be used as a snapshot: {error}. It is made anew.", path=path, error=error))


def read(path: Path) -> Stored:
    """What a file holds, mapped into memory.

    Raises SnapshotUnusable if there is none, or it is damaged, cut short, foreign, or of another version.
    """
    try:
        return _mapped(path, check=True)
    except (OSError, struct.error, *UNREADABLE) as error:
        raise _unusable(path, error) from error


def read_head(path: Path) -> Head:
    """What the file at `path` says of itself; raises SnapshotUnusable."""
    try:
        with _regular(path).open("rb") as file:
            return _head(file)
    except (OSError, struct.error, *UNREADABLE) as error:
        raise _unusable(path, error) from error


def _columns(graph: Snapshot, search: SearchColumns | None) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    for part, prefix in ((graph.base.columns, ""), (graph.reports.base.columns, _REPORTS), (search, _SEARCH)):
        if part is not None:
            for field in dataclasses.fields(part):
                yield prefix + field.name, np.ascontiguousarray(getattr(part, field.name))


def _fill(file: BinaryIO, graph: Snapshot, search: SearchColumns | None, store: str) -> None:
    sections, columns = list[FileSection](), list[npt.NDArray[Any]]()
    offset = 0
    for name, column in _columns(graph, search):
        offset = _aligned(offset)
        sections.append(FileSection(name, column.dtype.str, offset, len(column), zlib.crc32(column.data)))
        columns.append(column)
        offset += column.nbytes
    head = Head(
        format=FORMAT,
        store_uuid=graph.store_uuid,
        store=store,
        revision=graph.revision,
        changed_at=graph.changed_at,
        schema=schema_mark(),
        program=__version__,
        length=0,
        sections=sections,
    )
    start = _aligned(_START.size + len(msgspec.msgpack.encode(head)) + 16 * len(sections))
    head = msgspec.structs.replace(
        head,
        length=start + offset,
        sections=[msgspec.structs.replace(section, offset=start + section.offset) for section in sections],
    )
    encoded = msgspec.msgpack.encode(head)
    file.write(_START.pack(MAGIC, len(encoded), zlib.crc32(encoded)) + encoded)
    for section, column in zip(head.sections, columns, strict=True):
        file.seek(section.offset)
        file.write(column.data)
    file.truncate(head.length)


def _head(file: BinaryIO) -> Head:
    start = file.read(_START.size)
    if len(start) < _START.size:
        raise ValueError(say("it is cut short") if start else say("it is empty"))
    magic, length, crc = _START.unpack(start)
    if magic != MAGIC:
        raise ValueError(say("it is not a snapshot file"))
    encoded = file.read(length)
    if zlib.crc32(encoded) != crc:
        raise ValueError(say("its head is damaged"))
    version = msgspec.msgpack.decode(encoded, type=Version)
    if (version.format, version.schema, version.program) != (FORMAT, schema_mark(), __version__):
        raise _OutdatedError(say("it was written by another version of this program"))
    return msgspec.msgpack.decode(encoded, type=Head)


def _regular(path: Path) -> Path:
    """The path, if a file stands there: opening a pipe would wait for its writer."""
    if path.exists() and not path.is_file():
        raise ValueError(say("it is no regular file"))
    return path


def _mapped(path: Path, *, check: bool) -> Stored:
    with _regular(path).open("rb") as file:
        head = _head(file)
        if os.fstat(file.fileno()).st_size != head.length:
            raise ValueError(say("it is cut short"))
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    columns = {section.name: _column(memory, section, check=check) for section in head.sections}
    search, reports = _taken(columns, _SEARCH), _taken(columns, _REPORTS)
    for made, cls in ((columns, Columns), (reports, ReportColumns), *([(search, SearchColumns)] if search else [])):
        if sorted(made) != sorted(field.name for field in dataclasses.fields(cls)):
            raise ValueError(say("it lacks columns"))
    base = Base(Columns(**columns))
    graph = Snapshot(
        base,
        revision=head.revision,
        changed_at=head.changed_at,
        store_uuid=head.store_uuid,
        reports=ReportSeries.of_columns(ReportColumns(**reports)),
    )
    return Stored(graph, SearchColumns(**search) if search else None, head.store)


def _taken(columns: dict[str, npt.NDArray[Any]], prefix: str) -> dict[str, npt.NDArray[Any]]:
    """Take the columns of a prefix out, by their names without it."""
    return {name.removeprefix(prefix): columns.pop(name) for name in [*columns] if name.startswith(prefix)}


def _column(memory: mmap.mmap, section: FileSection, *, check: bool) -> npt.NDArray[Any]:
    column: npt.NDArray[Any] = np.frombuffer(memory, section.dtype, section.rows, section.offset)
    if check and zlib.crc32(column.data) != section.crc:
        raise ValueError(say("its section {section} is damaged", section=section.name))
    return column


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNMENT) * _ALIGNMENT


def _sync_folder(folder: Path) -> None:
    """Make the rename durable, where the system can open a folder."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
