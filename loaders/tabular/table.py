"""A table that is read: a text file, one sheet of a workbook, or the features of one kind; its records, row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import tzinfo
from itertools import islice
from pathlib import Path

from loaders.report import FileAccount, Reject
from loaders.source import Reading
from loaders.tabular.cards import card_rows
from loaders.tabular.content_lines import CutOffError
from loaders.tabular.events import event_rows
from loaders.tabular.features import Features
from loaders.tabular.footers import footer, has_no_footer
from loaders.tabular.lines import NONE_APART, Apart, Block, Ids, Line, Numbered, Only, no_ids
from loaders.tabular.merged import Merged, filled
from loaders.tabular.roster_matrix import Matrix
from loaders.tabular.scars import Scar, Wanted, are_sound, scar
from loaders.tabular.spreadsheets import open_book
from loaders.tabular.workbook import Workbook
from schema.errors import LoadError
from schema.validation import masked
from schema.words import Sentence, say

CARDS, CALENDARS = frozenset({".vcf"}), frozenset({".ics"})
_UNREAD = {
    ".vcf": (say("numbers of fax and pager"), say("all but UID, FN, N, TITLE, TEL, EMAIL, ORG")),
    ".ics": (say("events that are cancelled"), say("all but UID, SUMMARY, times, repeats and names of ATTENDEE")),
}
"""What is not read of each of these."""
_UNICODE = frozenset({"", "utf-8", "utf-8-sig"})
_EVERY = 4096
_TOGETHER, _FEW = 256, 16
"""Rows that are looked at together, column by column; so few are not parted any more."""
_NOT_ALONE = 3
"""A row of so many cells is not alone (see Apart)."""


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
    head_row: int = 1
    """Row that holds the header; what stands above it are titles."""
    encoding: str = ""
    """Encoding of a text file; empty for a sheet."""
    delimiter: str = ","
    skipped_lines: int = 0
    """Lines before the first row: `sep=;`, which tells the delimiter."""
    not_read: str = ""
    """Why nothing of it is read: a sheet that is empty or hidden."""
    refused: LoadError | None = None
    """Why it cannot be read, where the others may."""
    matrix: Matrix | None = None
    """How it is read where it is a roster that was drawn; `header` is that of the rows it becomes."""
    book: Workbook | None = None
    """The workbook of its sheet, which stays open for all sheets."""
    hidden_rows: frozenset[int] = frozenset()
    """Rows that whoever opens the workbook does not see."""
    struck_rows: frozenset[int] = frozenset()
    """Rows with a cell that is struck out."""
    merged: tuple[Merged, ...] = ()
    """Merged cells of its sheet whose word holds for each of their rows."""
    features: Features | None = None
    """What it holds where it is of a GeoJSON file."""
    only: Only | None = None
    """Which of the rows are read, where the others are of another kind."""
    zone: tzinfo | None = None
    """The zone of a calendar's times without one, as the load says it."""
    odd: str = ""
    """A line with what no text has, as it was decoded; empty if there is none."""

    def account(self, first_load: int) -> FileAccount:
        """An account of it, with nothing in it yet."""
        encoding = "" if self.encoding in _UNICODE else self.encoding.upper()
        load = first_load + self.place
        unread = _UNREAD.get(self.path.suffix.lower(), ()) + (self.features.unread if self.features else ())
        return FileAccount(file=self.label, load=load, encoding=encoding, not_read=self.not_read, unread=unread)

    def header_of(self, column: int) -> str:
        """What a column, from 1, is called; empty for one beside the table or of a roster that was drawn."""
        return self.header[column - 1] if self.matrix is None and column <= len(self.header) else ""

    def first_rows(self) -> list[Sequence[str]]:
        """All its rows, titles and header among them: of a sheet that explains its workbook."""
        return list(self._raw(Reading()))

    def column(self, place: int) -> Iterator[str]:
        """The cells of a column below the head, of rows of any kind."""
        return (cells[place] for cells in islice(self._raw(Reading()), self.head_row, None) if place < len(cells))

    def below_head(self, most: int | None) -> Iterator[Sequence[str]]:
        """The first rows below the head, of any kind (None = all)."""
        return islice(self._raw(Reading()), self.head_row, None if most is None else self.head_row + most)

    def lines(
        self,
        reading: Reading,
        account: FileAccount,
        ids: Ids = no_ids,
        wanted: Mapping[int, Wanted] | None = None,
    ) -> Iterator[Line]:
        """The records below the header, one by one; see `blocks`."""
        for block in self.blocks(reading, account, ids, wanted):
            yield from block.lines

    def blocks(
        self,
        reading: Reading,
        account: FileAccount,
        ids: Ids = no_ids,
        wanted: Mapping[int, Wanted] | None = None,
        apart: Apart = NONE_APART,
    ) -> Iterator[Block]:
        """The records below the header. Ragged and scarred ones are rejected here; blank ones are left out.

        `ids` tells what a ragged record, filled up or cut to the header's width, would have stood for; `wanted` what
        the columns that are read are read as; `apart` which rows are no record of this list. What is told of a row is
        told before the next one is given. Raises LoadError if the file cannot be read to its end.
        """
        width = len(self.header)
        read = dict.fromkeys(range(width), Wanted.OTHER) if wanted is None else wanted
        numbered = self._numbered(reading)
        while rows := list(islice(numbered, _TOGETHER)):
            for part, columns in self._parted(rows, read, apart):
                if columns:
                    account.rows_read += len(part)
                    yield Block([Line(row, cells) for row, cells in part], columns)
                    continue
                for line in self._one_by_one(part, reading, account, ids, read, apart):
                    yield Block([line], ())

    def _parted(
        self, rows: Sequence[Numbered], read: Mapping[int, Wanted], apart: Apart
    ) -> Iterator[tuple[Sequence[Numbered], Sequence[Sequence[str]]]]:
        """Rows with their columns, those around a doubtful one in ever smaller parts; the doubtful ones without."""
        columns = self._columns(rows, read, apart)
        if columns or len(rows) <= _FEW:
            yield rows, columns
            return
        half = len(rows) // 2
        yield from self._parted(rows[:half], read, apart)
        yield from self._parted(rows[half:], read, apart)

    def _columns(self, rows: Sequence[Numbered], read: Mapping[int, Wanted], apart: Apart) -> Sequence[Sequence[str]]:
        """The columns of rows that are records each, whole and without a scar; none where any of them may not be."""
        width = len(self.header)
        every = [cells for _, cells in rows]
        if rows[0][0] <= self.head_row or self.only is not None or set(map(len, every)) != {width}:
            return ()
        columns = list(zip(*every, strict=True))
        filled = sum(1 for column in columns if all(map(str.strip, column)))
        if not filled or (filled < _NOT_ALONE and any(map(apart.is_alone, every))):
            return ()
        return columns if has_no_footer(every, columns[0], self.header) and are_sound(columns, read) else ()

    def _one_by_one(
        self,
        rows: Iterable[Numbered],
        reading: Reading,
        account: FileAccount,
        ids: Ids,
        read: Mapping[int, Wanted],
        apart: Apart,
    ) -> Iterator[Line]:
        """The records of these rows, each looked at by itself."""
        width = len(self.header)
        for row, cells in rows:
            if self.only is not None and row > self.head_row and not self.only.has(cells):
                continue
            if row <= self.head_row:
                if row < self.head_row and any(cells):
                    account.left_out[say("title above the head")] += 1
                continue
            if last := footer(cells, self.header) or apart.between(row, cells):
                account.leave_out(last, row)
                continue
            if not any(cells):
                account.left_out[say("blank row")] += 1
                continue
            if len(cells) != width:
                if len(cells) < width and self.encoding and any(cells):
                    self._ragged(reading, account, row, cells, ids)
                    continue
                if any(cells[width:]):
                    self._ragged(reading, account, row, cells, ids)
                    continue
                cells = [*cells[:width], *[""] * (width - len(cells))]
            account.rows_read += 1
            if self.only is not None and not self.only.knows(cells):
                self._unknown(reading, account, row, cells, self.only)
                reading.keep(ids(cells))
                continue
            found = scar(cells, read)
            if found is not None:
                self._scarred(reading, account, row, cells, found, read[found.place])
                reading.keep(ids(cells))
                continue
            yield Line(row, cells)

    def _numbered(self, reading: Reading) -> Iterator[Numbered]:
        if self.features is not None:
            return iter(self.features.rows)
        raw = self._raw(reading)
        return iter(enumerate(raw, start=1)) if self.matrix is None else self.matrix.rows(raw)

    def _ragged(self, reading: Reading, account: FileAccount, row: int, cells: Sequence[str], ids: Ids) -> None:
        width = len(self.header)
        reading.keep(ids([*cells[:width], *[""] * (width - len(cells))]))
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

    def _unknown(self, reading: Reading, account: FileAccount, row: int, cells: Sequence[str], only: Only) -> None:
        account.rejected += 1
        reading.report.rejects.append(
            Reject(
                file=self.label,
                row=row,
                column=self.header[only.place],
                value=cells[only.place],
                reason=say("does not say which kind of switch it is: known are {kinds}", kinds=only.allowed),
                remedy=say("Write one of these, with whatever else is to be said in a column of its own."),
            )
        )

    def _scarred(
        self, reading: Reading, account: FileAccount, row: int, cells: Sequence[str], found: Scar, what: Wanted
    ) -> None:
        account.rejected += 1
        value = str(cells[found.place])
        reading.report.rejects.append(
            Reject(
                file=self.label,
                row=row,
                column=self.header[found.place],
                value=masked(value) if what is Wanted.PERSONAL else value,
                reason=found.reason,
                remedy=found.remedy,
            )
        )

    def _raw(self, reading: Reading) -> Iterator[Sequence[str]]:
        if self.features is not None:
            yield self.header
            yield from (cells for _, cells in self.features.rows)
            return
        suffix = self.path.suffix.lower()
        if suffix in CARDS | CALENDARS:
            with self.path.open(encoding=self.encoding, newline="") as file:
                yield self.header
                try:
                    yield from card_rows(file) if suffix in CARDS else event_rows(file, self.zone)
                except CutOffError as error:
                    raise LoadError(cut_off(self.label, str(error))) from error
            return
        if not self.encoding:
            with nullcontext(self.book) if self.book is not None else open_book(self.path) as book:
                rows = book.rows(self.name)
                for row, cells in enumerate(filled(rows, self.merged) if self.merged else rows):
                    yield cells
                    if row % _EVERY == 0:
                        reading.progress(self.label, row, 0)
            return
        total = self.path.stat().st_size
        with self.path.open("rb") as raw:
            text = io.TextIOWrapper(raw, self.encoding, newline="")
            for _ in range(self.skipped_lines):
                text.readline()
            lines = csv.reader(text, delimiter=self.delimiter, strict=True)
            begins = 1 + self.skipped_lines
            try:
                for row, cells in enumerate(lines):
                    yield cells
                    begins = lines.line_num + 1 + self.skipped_lines
                    if row % _EVERY == 0:
                        reading.progress(self.label, raw.tell(), total)
            except csv.Error as error:
                raise LoadError(unreadable(self.label, begins, error)) from error


def cut_off(label: str, what: str) -> Sentence:
    """Why a file that ends too early cannot be read, and what to do."""
    return say(
        "{label} ends inside of a {what} that has no END:{what}: it was cut off, or lost a line. Nothing of it was "
        "loaded; export or copy it once more.",
        label=label,
        what=what,
    )


def unreadable(label: str, line: int, error: csv.Error) -> Sentence:
    """Why the row that begins in this line cannot be read, and what to do."""
    if "field limit" in str(error):
        return say(
            "{label}, line {line}: a cell of the row that begins there has more than {most:,} characters. Most likely "
            "a quotation mark is opened there and never closed: close or double it; else shorten the cell.",
            label=label,
            line=line,
            most=csv.field_size_limit(),
        )
    return say(
        "{label}, line {line}: {error}. Look for a quotation mark that is not closed or not doubled; then load again.",
        label=label,
        line=line,
        error=error,
    )
