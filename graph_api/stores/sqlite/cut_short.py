"""Whether a file is as long as it says: one that was cut short opens well where its log holds the first pages."""

from __future__ import annotations

from pathlib import Path

from graph_api.errors import StoreCorrupt
from graph_api.stores.sqlite.log_frames import HEAD, frames, head_of
from schema.words import say


def refuse_cut_short(path: Path) -> None:
    """Raise StoreCorrupt if pages of a file stand neither in it nor in its log."""
    # others may write to both meanwhile: what is missing is missing at two looks in a row
    missing = _missing(path)
    if missing and missing == _missing(path):
        size, told = missing
        raise StoreCorrupt(
            say(
                "{path} is damaged: it was cut short, {size} of {told} bytes are left. Stop the service, put the file "
                "and its -wal aside and restore the last backup; what was read into memory stays served meanwhile.",
                path=path,
                size=size,
                told=told,
            ),
            path=str(path),
        )


def _missing(path: Path) -> tuple[int, int] | None:
    """Bytes that are there and that should be; None if all are."""
    logged, pages = _logged(path.with_name(f"{path.name}-wal"))
    head = head_of(path)
    size = path.stat().st_size
    if len(head) < HEAD:
        return None
    page = int.from_bytes(head[16:18]) if head[16:18] != b"\x00\x01" else 1 << 16
    held = size // page if page else 0
    told = pages or _told(head) or held
    return None if held >= told or logged.issuperset(range(held + 1, told + 1)) else (size, told * page)


def _told(head: bytes) -> int:
    """Pages of a file by its head; 0 where another program wrote last that does not keep that."""
    return int.from_bytes(head[28:32]) if head[24:28] == head[92:96] else 0


def _logged(log: Path) -> tuple[set[int], int]:
    """Numbers of the pages that were committed to a log, and how many the file has after the last commit; 0 = none."""
    committed, under_way, pages = set[int](), set[int](), 0
    for frame in frames(log):
        under_way.add(frame.page)
        if frame.after:
            committed |= under_way
            under_way, pages = set(), frame.after
    return committed, pages
