"""Columns of position reports: the immutable large part of a series, in memory or mapped from the snapshot file.

    switches   K1 ───────────────┐ K2 ────────┐          rows_at = [0, 3, 5]
    rows       at₀ at₁ at₂       │ at₃ at₄    │          of each switch ascending by (at, sequence)
    by_time    the same rows ascending by at

Switches are numbered here on their own ("number"): a report may be of a switch that is not in the graph (any more).
"""  # fmt: skip

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from graph_api.lazy import cached_property
from graph_api.readmodel.columns import POSITION_CODES, Bytes, Ints, Longs, offsets
from schema.positions import PositionReport, ReportKey
from schema.vocabulary import SwitchPosition

POSITION_OF_CODE: dict[int, SwitchPosition] = {code: position for position, code in POSITION_CODES.items()}


@dataclass(frozen=True, slots=True)
class ReportColumns:
    """The arrays; n = number of reports, s = number of switches. `*_at` of bytes are offsets, one longer than rows."""

    switch_at: Longs
    switches: Bytes
    """Ids of switches in UTF-8, in any order, each once."""
    rows_at: Longs
    """(s + 1,) where the rows of a switch start."""
    at: Longs
    """(n,) µs since 1970."""
    sequence: Ints
    position: Bytes
    """(n,) POSITION_CODES."""
    by: Ints
    """(n,) place in the table of texts."""
    source: Ints
    recorded: Longs
    """(n,) µs since 1970."""
    by_time: Ints
    """(n,) rows, ascending by `at`."""
    text_at: Longs
    texts: Bytes
    """UTF-8, each once."""


class ReportBase:
    """Answers from columns alone. Safe to share between threads."""

    def __init__(self, columns: ReportColumns) -> None:
        self.columns = columns
        self.size = len(columns.at)
        self.switch_count = len(columns.rows_at) - 1
        self._indexes: Ints | None = None
        self._rows_at, self._at, self._sequence = columns.rows_at.data, columns.at.data, columns.sequence.data

    @cached_property
    def names(self) -> list[str]:
        """Ids of the switches, by number."""
        return table(self.columns.switch_at, self.columns.switches)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Numbers of the switches, by id."""
        return {name: number for number, name in enumerate(self.names)}

    @cached_property
    def texts(self) -> list[str]:
        """Who reported, and by what means."""
        return table(self.columns.text_at, self.columns.texts)

    def indexes(self, number: Callable[[str], int | None]) -> Ints:
        """Snapshot index of each switch, as `number` told when it was asked first; -1 = it was not there then."""
        if self._indexes is None:
            found = map(number, self.names)
            self._indexes = np.array([-1 if index is None else index for index in found], dtype=np.int32)
        return self._indexes

    def rows_of(self, switch: str) -> range:
        """Rows of a switch's reports, ascending by (at, sequence)."""
        number = self.numbers.get(switch)
        return range(0) if number is None else range(self._rows_at[number], self._rows_at[number + 1])

    def spot(self, rows: range, at_us: int, sequence: int) -> int:
        """Row of the first report among `rows` that does not come before (at, sequence); the end of `rows` if none."""
        wanted = (at_us, sequence)
        return rows.start + bisect_left(rows, wanted, key=lambda row: (self._at[row], self._sequence[row]))

    def row(self, key: ReportKey) -> int | None:
        """Row of the report with that key."""
        rows = self.rows_of(key.switch)
        row = self.spot(rows, key.at_us, key.sequence)
        return row if row < rows.stop and (self._at[row], self._sequence[row]) == key[1:] else None

    def report(self, switch: str, row: int) -> PositionReport:
        """The report in a row of that switch."""
        columns, texts = self.columns, self.texts
        return PositionReport(
            switch,
            self._at[row],
            self._sequence[row],
            POSITION_OF_CODE[int(columns.position[row])],
            texts[columns.by[row]],
            texts[columns.source[row]],
            int(columns.recorded[row]),
        )

    @cached_property
    def newest_us(self) -> int:
        """The latest time that any report speaks of, in microseconds; 0 where there is none."""
        return int(self.columns.at.max(initial=0))

    def later(self, at_us: int) -> Ints:
        """Rows of reports that speak of a time after that one."""
        by_time, at = self.columns.by_time, self._at
        first = bisect_right(range(len(by_time)), at_us, key=lambda place: at[by_time[place]])
        return by_time[first:]

    def numbers_of(self, rows: npt.NDArray[np.integer]) -> Longs:
        """Number of the switch of each row."""
        found: Longs = np.searchsorted(self.columns.rows_at, rows, side="right") - 1
        return found

    def last_until(self, numbers: npt.NDArray[np.integer], at_us: int) -> Longs:
        """Of each of these switches the last row that speaks of that time or one before; -1 where there is none."""
        starts = self.columns.rows_at[numbers]
        low, high, at = starts.copy(), self.columns.rows_at[numbers + 1], self.columns.at
        while (open_spans := low < high).any():
            middle = (low + high) // 2
            is_until = np.zeros(len(numbers), np.bool_)
            is_until[open_spans] = at[middle[open_spans]] <= at_us
            low = np.where(open_spans & is_until, middle + 1, low)
            high = np.where(open_spans & ~is_until, middle, high)
        return np.where(low > starts, low - 1, -1)


class ReportBuilder:
    """Takes reports in pieces of any size; each key once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._texts: dict[str, int] = {}
        self._switch, self._at, self._sequence = array("i"), array("q"), array("i")
        self._position, self._by, self._source = bytearray(), array("i"), array("i")
        self._recorded = array("q")

    def add(self, reports: Sequence[PositionReport]) -> None:
        """Append reports, in any order."""
        if not reports:
            return
        switches, at, sequence, positions, by, source, recorded = zip(*reports, strict=True)
        numbers, texts = self._numbers, self._texts
        self._switch.extend([numbers.setdefault(switch, len(numbers)) for switch in switches])
        self._at.extend(at)
        self._sequence.extend(sequence)
        self._position.extend(map(POSITION_CODES.__getitem__, positions))
        self._by.extend([texts.setdefault(text, len(texts)) for text in by])
        self._source.extend([texts.setdefault(text, len(texts)) for text in source])
        self._recorded.extend(recorded)

    def finish(self) -> ReportColumns:
        """The columns of all that was added. The builder is of no use afterwards."""
        switch = np.frombuffer(self._switch, np.int32)
        at, sequence = np.frombuffer(self._at, np.int64), np.frombuffer(self._sequence, np.int32)
        columns: list[npt.NDArray[Any]] = [
            at,
            sequence,
            np.frombuffer(self._position, np.uint8),
            np.frombuffer(self._by, np.int32),
            np.frombuffer(self._source, np.int32),
            np.frombuffer(self._recorded, np.int64),
        ]
        order = np.lexsort((sequence, at, switch))
        columns = [column[order] for column in columns]
        return columns_of([*self._numbers], np.bincount(switch, minlength=len(self._numbers)), columns, [*self._texts])


def columns_of(
    switches: Sequence[str],
    counts: npt.NDArray[np.integer],
    rows: Sequence[npt.NDArray[Any]],
    texts: Sequence[str],
) -> ReportColumns:
    """Columns of rows in order (at, sequence, position, by, source, recorded), `counts` of them of each switch."""
    at, sequence, position, by, source, recorded = rows
    (switch_at, switch_bytes), (text_at, text_bytes) = _written(switches), _written(texts)
    return ReportColumns(
        switch_at=switch_at,
        switches=switch_bytes,
        rows_at=offsets(counts),
        at=at.astype(np.int64, copy=False),
        sequence=sequence.astype(np.int32, copy=False),
        position=position.astype(np.uint8, copy=False),
        by=by.astype(np.int32, copy=False),
        source=source.astype(np.int32, copy=False),
        recorded=recorded.astype(np.int64, copy=False),
        by_time=np.argsort(at, kind="stable").astype(np.int32),
        text_at=text_at,
        texts=text_bytes,
    )


def no_reports() -> ReportColumns:
    """Columns without a report."""
    return ReportBuilder().finish()


def table(at: Longs, blob: Bytes) -> list[str]:
    """The texts between offsets."""
    written = blob.tobytes()
    return [written[start:end].decode() for start, end in pairwise(at.tolist())]


def _written(texts: Sequence[str]) -> tuple[Longs, Bytes]:
    encoded = [text.encode() for text in texts]
    lengths = np.array([len(text) for text in encoded], dtype=np.int64)
    return offsets(lengths), np.frombuffer(b"".join(encoded), dtype=np.uint8)
