"""Tables out of files: CSV and TSV in UTF-8, UTF-16 or GB18030, and sheets of .xlsx workbooks, row by row."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from loaders.report import EMPTY, FileAccount, Reject
from loaders.source import Reading
from loaders.tabular.encodings import encoding_of
from loaders.tabular.sheet_scan import Uncalculated
from loaders.tabular.workbook import Workbook
from schema.errors import LoadError
from schema.words import say

WORKBOOKS = frozenset({".xlsx", ".xlsm"})
TEXTS = frozenset({".csv", ".tsv", ".txt"})
_UNICODE = frozenset({"", "utf-8", "utf-8-sig"})
_EVERY = 4096


Ids = Callable[[Sequence[str]], Iterable[str]]


def no_ids(_: Sequence[str]) -> Iterable[str]:
    """The ids of rows that stand for no entity."""
    return ()


class Line(NamedTuple):
    """One record: its row as a spreadsheet counts (header = 1) and one text per column of the header."""

    row: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: a text file, or one sheet of a workbook."""

    path: Path
    place: int
    """Place of its file in the source."""
    name: str
    """Name of the sheet, or of the file without its suffix."""
    label: str
    """What reports call it: file name, with #sheet for a sheet."""
    header: tuple[str, ...]
    encoding: str = ""
    """Encoding of a text file; empty for a sheet."""
    delimiter: str = ","
    not_read: str = ""
    """Why nothing of it is read: a sheet that is empty or hidden."""

    def account(self, first_load: int) -> FileAccount:
        """An account of it, with nothing in it yet."""
        encoding = "" if self.encoding in _UNICODE else self.encoding.upper()
        load = first_load + self.place
        return FileAccount(file=self.label, load=load, encoding=encoding, not_read=self.not_read)

    def lines(self, reading: Reading, account: FileAccount, ids: Ids = no_ids) -> Iterator[Line]:
        """The records below the header. Ragged ones are rejected here; blank ones are left out.

        `ids` tells what a ragged record, filled up or cut to the header's width, would have stood for.
        Raises LoadError if the file cannot be read to its end.
        """
        width = len(self.header)
        for row, cells in enumerate(self._raw(reading), start=1):
            if row == 1:
                continue
            if len(cells) != width:
                if len(cells) < width and self.encoding and any(cells):
                    self._ragged(reading, account, row, cells, ids)
                    continue
                if any(cells[width:]):
                    self._ragged(reading, account, row, cells, ids)
                    continue
                cells = [*cells[:width], *[""] * (width - len(cells))]
            if not cells[0] and not any(cells):
                account.left_out[say("blank row")] += 1
                continue
            account.rows_read += 1
            if not self.encoding and self._uncalculated(reading, account, row, cells, ids):
                continue
            yield Line(row, cells)

    def _ragged(self, reading: Reading, account: FileAccount, row: int, cells: Sequence[str], ids: Ids) -> None:
        width = len(self.header)
        reading.kept.update(filter(None, ids([*cells[:width], *[""] * (width - len(cells))])))
        account.rows_read += 1
        account.rejected += 1
        reading.report.rejects.append(
            Reject(
                file=self.label,
                row=row,
                reason=say("the row has {count} cells where the header has {width}", count=len(cells), width=width),
                remedy=say("Quote cells that hold the delimiter or a line break, and give every column a cell."),
            )
        )

    def _uncalculated(self, reading: Reading, account: FileAccount, row: int, cells: Sequence[str], ids: Ids) -> bool:
        """Reject a row with a formula that has no value."""
        place = next((place for place, cell in enumerate(cells) if isinstance(cell, Uncalculated)), None)
        if place is None:
            return False
        reading.kept.update(filter(None, ids(cells)))
        account.rejected += 1
        reading.report.rejects.append(
            Reject(
                file=self.label,
                row=row,
                column=self.header[place],
                value=str(cells[place]),
                reason=say("the file holds this formula without the value that it gives"),
                remedy=say("Open the workbook in Excel or WPS, save it there and load it again, or enter the value."),
            )
        )
        return True

    def _raw(self, reading: Reading) -> Iterator[Sequence[str]]:
        if not self.encoding:
            with Workbook(self.path) as book:
                for row, cells in enumerate(book.rows(self.name)):
                    yield cells
                    if row % _EVERY == 0:
                        reading.progress(self.label, row, 0)
            return
        total = self.path.stat().st_size
        with self.path.open("rb") as raw:
            lines = csv.reader(io.TextIOWrapper(raw, self.encoding, newline=""), delimiter=self.delimiter, strict=True)
            try:
                for row, cells in enumerate(lines):
                    yield cells
                    if row % _EVERY == 0:
                        reading.progress(self.label, raw.tell(), total)
            except csv.Error as error:
                raise LoadError(
                    say(
                        "{label}, line {line}: {error}. Look for a quotation mark that is not closed or not "
                        "doubled; then load again.",
                        label=self.label,
                        line=lines.line_num,
                        error=error,
                    )
                ) from error


def tables_of(path: Path, place: int) -> list[Table]:
    """The tables of one file: one for a text file, one per sheet that holds anything for a workbook.

    Raises LoadError for an empty file, one that is no table at all, or one without a usable header.
    """
    if path.suffix.lower() in WORKBOOKS:
        return _sheets(path, place)
    if path.suffix.lower() not in TEXTS:
        raise LoadError(say("{path} is no table that can be read: give .csv, .tsv or .xlsx.", path=path.name))
    if path.stat().st_size == 0:
        raise LoadError(say("{path} is empty (0 bytes). Export it again.", path=path.name))
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        start = file.read(1 << 16)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _delimiter(start)
    try:
        header = next(csv.reader(io.StringIO(start, newline=""), delimiter=delimiter), [])
    except csv.Error as error:
        raise LoadError(say("{path}, line 1: {error}. Correct the header row.", path=path.name, error=error)) from error
    return [
        Table(
            path=path,
            place=place,
            name=path.stem,
            label=path.name,
            header=_header(header, path.name),
            encoding=encoding,
            delimiter=delimiter,
        )
    ]


def _sheets(path: Path, place: int) -> list[Table]:
    tables = []
    with Workbook(path) as book:
        for name in book.names:
            label = f"{path.name}#{name}"
            reason = _passed_over(book, name)
            if reason:
                tables.append(Table(path=path, place=place, name=name, label=label, header=(), not_read=reason))
                continue
            first = next(book.rows(name))
            tables.append(Table(path=path, place=place, name=name, label=label, header=_header(first, label)))
    if all(table.not_read for table in tables):
        raise LoadError(say("{path} has no sheet with anything in it that is shown.", path=path.name))
    return tables


def _passed_over(book: Workbook, name: str) -> str:
    """Why a sheet is not read; empty if it is."""
    if name in book.hidden:
        return say("the sheet is hidden, so it is not read; show it if it should be")
    return "" if any(any(cells) for cells in book.rows(name)) else EMPTY


def _delimiter(start: str) -> str:
    first = start.splitlines()[0] if start.strip() else ""
    return max((",", ";", "\t"), key=first.count)


def _header(cells: Sequence[str], label: str) -> tuple[str, ...]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise LoadError(say("{label} has no header: its first row must hold the names of the columns.", label=label))
    if "" in names:
        raise LoadError(
            say(
                "{label}: column {what} has no name in the header row. Name it or delete it.",
                label=label,
                what=names.index("") + 1,
            )
        )
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise LoadError(
            say(
                "{label}: the header has {repeated!r} more than once. Rename or delete one of them.",
                label=label,
                repeated=repeated[0],
            )
        )
    return tuple(names)
