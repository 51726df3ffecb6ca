"""ReportSeries: all position reports at one revision, immutable: columns, and what differs from them.

    columns ── removed (rows) ── added (a few reports a switch)  ──▶ merged into new columns now and then
"""  # fmt: skip

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import attrgetter

import numpy as np

from graph_api.readmodel.columns import POSITION_CODES, Longs
from graph_api.readmodel.report_columns import ReportBase, ReportBuilder, ReportColumns, columns_of, no_reports
from schema.positions import PositionReport, ReportKey

_ORDER = attrgetter("at_us", "sequence")


class ReportSeries:
    """The reports at one revision. Safe to share between threads: nothing changes after construction."""

    __slots__ = ("_added", "_recent", "_removed", "base", "count")

    def __init__(
        self,
        base: ReportBase,
        added: dict[str, tuple[PositionReport, ...]] | None = None,
        recent: list[tuple[int, str]] | None = None,
        removed: frozenset[int] = frozenset(),
    ) -> None:
        self.base = base
        self._added = added or {}
        """What the columns do not hold, by switch, ascending by (at, sequence)."""
        self._recent = recent or []
        """(at, switch) of the same, ascending."""
        self._removed = removed
        """Rows of the columns that are no more."""
        self.count = base.size - len(removed) + len(self._recent)
        """Number of reports."""

    @classmethod
    def of(cls, reports: Iterable[PositionReport] = ()) -> ReportSeries:
        """A series of these, each key once."""
        builder = ReportBuilder()
        builder.add(list(reports))
        return cls(ReportBase(builder.finish()))

    @classmethod
    def of_columns(cls, columns: ReportColumns) -> ReportSeries:
        """A series of what the columns hold."""
        return cls(ReportBase(columns))

    @property
    def overlay_size(self) -> int:
        """Number of reports that differ from the columns."""
        return len(self._recent) + len(self._removed)

    def __iter__(self) -> Iterator[PositionReport]:
        for switch in dict.fromkeys([*self.base.names, *self._added]):
            yield from self.of_switch(switch)

    def of_switch(self, switch: str) -> list[PositionReport]:
        """All reports of a switch (by its id), the one of the position now last."""
        base, removed = self.base, self._removed
        held = [base.report(switch, row) for row in base.rows_of(switch) if row not in removed]
        return sorted([*held, *self._added.get(switch, ())], key=_ORDER)

    def count_of(self, switch: str) -> int:
        """Number of reports of a switch, those that were deleted lately perhaps included."""
        return len(self.base.rows_of(switch)) + len(self._added.get(switch, ()))

    def holds(self, key: ReportKey) -> bool:
        """Whether there is a report of that key."""
        row = self.base.row(key)
        return (row is not None and row not in self._removed) or any(
            report.key == key for report in self._added.get(key.switch, ())
        )

    def next_sequence(self, switch: str, at_us: int) -> int:
        """Sequence of one more report of that switch and time."""
        held = [report.sequence for report in self._added.get(switch, ()) if report.at_us == at_us]
        rows = self.base.rows_of(switch)
        end = self.base.spot(rows, at_us + 1, -1)
        if end > rows.start and self.base.columns.at[end - 1] == at_us:
            held.append(int(self.base.columns.sequence[end - 1]))
        return max(held, default=-1) + 1

    @property
    def added(self) -> Collection[str]:
        """Switches of which the columns lack a report."""
        return self._added.keys()

    def added_after(self, at_us: int) -> set[str]:
        """Switches of which the columns lack a report that speaks of a time after that one."""
        first = bisect_right(self._recent, at_us, key=lambda one: one[0])
        return {switch for _, switch in self._recent[first:]}

    @property
    def newest_us(self) -> int:
        """The latest time that any report speaks of, in microseconds; 0 where there is none."""
        return max(self.base.newest_us, self._recent[-1][0] if self._recent else 0)

    def has_added(self, switch: str) -> bool:
        """Whether the columns lack a report of that switch."""
        return bool(self._added.get(switch))

    def last_until(self, switch: str, at_us: int) -> PositionReport | None:
        """The report that tells a switch's position at a time; None if none speaks of that time or one before."""
        base, added = self.base, self._added.get(switch, ())
        rows = base.rows_of(switch)
        row = base.spot(rows, at_us + 1, -1) - 1
        while row >= rows.start and row in self._removed:
            row -= 1
        held = base.report(switch, row) if row >= rows.start else None
        end = bisect_right(added, at_us, key=lambda report: report.at_us)
        if not end:
            return held
        return added[end - 1] if held is None else max(held, added[end - 1], key=_ORDER)

    def last_row_until(self, numbers: Longs, at_us: int) -> Longs:
        """The same of many switches, as rows of the columns: -1 where there is none, what the columns lack left out."""
        rows, starts = self.base.last_until(numbers, at_us), self.base.columns.rows_at[numbers]
        if self._removed:
            for place in np.flatnonzero(np.isin(rows, list(self._removed))).tolist():
                row = int(rows[place])
                while row >= starts[place] and row in self._removed:
                    row -= 1
                rows[place] = row if row >= starts[place] else -1
        return rows

    def superseded(self, until_us: int, most: int) -> list[ReportKey]:
        """The oldest reports that another one of the same switch follows at that time or before; at most so many.

        What is left tells the position of every switch at any time from then on.
        """
        base, columns = self.base, self.base.columns
        # of each switch one report stays for good at the front of the order, and those that are gone stand there too
        window = base.switch_count + len(self._removed) + most
        rows = columns.by_time[: min(base.size - len(base.later(until_us)), window)].astype(np.int64)
        following = rows + 1
        has_next = following < columns.rows_at[base.numbers_of(rows) + 1]
        rows, following = rows[has_next], following[has_next]
        rows = rows[columns.at[following] <= until_us]
        names, numbers = base.names, base.numbers_of(rows)
        found = [
            ReportKey(names[number], int(columns.at[row]), int(columns.sequence[row]))
            for row, number in zip(rows.tolist(), numbers.tolist(), strict=True)
            if row not in self._removed
        ]
        return found[:most]

    def advanced(self, reports: Sequence[PositionReport], deleted: Sequence[ReportKey]) -> ReportSeries:
        """The series after one more commit: deletes first, then puts."""
        if not reports and not deleted:
            return self
        added, recent, removed = dict(self._added), list(self._recent), set(self._removed)
        for key in [*deleted, *(report.key for report in reports)]:
            row = self.base.row(key)
            if row is not None:
                removed.add(row)
            held = added.get(key.switch, ())
            left = tuple(report for report in held if report.key != key)
            if len(left) < len(held):
                added[key.switch] = left
                del recent[bisect_left(recent, (key.at_us, key.switch))]
        for report in reports:
            added[report.switch] = tuple(sorted([*added.get(report.switch, ()), report], key=_ORDER))
            insort(recent, (report.at_us, report.switch))
        return ReportSeries(self.base, added, recent, frozenset(removed))

    def merged(self) -> ReportSeries:
        """The same reports in columns alone."""
        return ReportSeries.of_columns(_merged(self.base, self._added, self._removed)) if self.overlay_size else self


def _merged(base: ReportBase, added: dict[str, tuple[PositionReport, ...]], removed: frozenset[int]) -> ReportColumns:
    old = base.columns
    numbers, texts = dict(base.numbers), {text: place for place, text in enumerate(base.texts)}
    counts = np.diff(old.rows_at)
    gone = np.array(sorted(removed), dtype=np.int64)
    np.subtract.at(counts, base.numbers_of(gone), 1)
    fresh = [switch for switch in added if switch not in numbers and added[switch]]
    numbers |= {switch: len(numbers) + place for place, switch in enumerate(fresh)}
    counts = np.append(counts, np.zeros(len(fresh), np.int64))
    spots, rows = list[int](), list[tuple[int, ...]]()
    for switch in sorted(added, key=lambda each: numbers.get(each, 0)):
        held = base.rows_of(switch)
        for report in added[switch]:
            spots.append(base.spot(held, report.at_us, report.sequence) if switch in base.numbers else base.size)
            rows.append(_row(report, texts))
            counts[numbers[switch]] += 1
    # where the rows that are gone no longer count
    places = np.array(spots, dtype=np.int64) - np.searchsorted(gone, np.array(spots, dtype=np.int64))
    columns = [
        np.delete(column, gone) for column in (old.at, old.sequence, old.position, old.by, old.source, old.recorded)
    ]
    if rows:
        columns = [
            np.insert(column, places, np.array(values, dtype=column.dtype))
            for column, values in zip(columns, zip(*rows, strict=True), strict=True)
        ]
    return columns_of([*numbers], counts, columns, [*texts])


def _row(report: PositionReport, texts: dict[str, int]) -> tuple[int, ...]:
    return (
        report.at_us,
        report.sequence,
        POSITION_CODES[report.position],
        texts.setdefault(report.by, len(texts)),
        texts.setdefault(report.source, len(texts)),
        report.recorded_us,
    )


NO_REPORTS = ReportSeries.of_columns(no_reports())
"""A series without a report."""
