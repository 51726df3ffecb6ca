"""Tables out of files: CSV and TSV in UTF-8, UTF-16 or GB18030, and sheets of .xlsx workbooks, row by row."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from loaders.archives import ARCHIVES
from loaders.report import EMPTY, FileAccount, Reject
from loaders.source import Reading
from loaders.tabular.cards import HEADER as card_header
from loaders.tabular.cards import card_rows
from loaders.tabular.encodings import encoding_of, what_no_text_has
from loaders.tabular.events import HEADER as event_header
from loaders.tabular.events import event_rows
from loaders.tabular.features import Features, features_of
from loaders.tabular.footers import footer
from loaders.tabular.geopackage import layers_of
from loaders.tabular.heads import LOOKED_AT, head_row
from loaders.tabular.names import README_TABLES, plain_name
from loaders.tabular.packs import PACKS
from loaders.tabular.roster_matrix import Matrix
from loaders.tabular.scars import Scar, Wanted, scar
from loaders.tabular.spreadsheets import WORKBOOKS, Book, open_book
from loaders.tabular.workbook import Workbook
from schema.errors import LoadError
from schema.registry import EntityKind
from schema.validation import masked
from schema.words import Sentence, say

CARDS, CALENDARS = frozenset({".vcf"}), frozenset({".ics"})
TEXTS = frozenset({".csv", ".tsv", ".txt"}) | CARDS | CALENDARS
_UNREAD = {
    ".vcf": (say("numbers of fax and pager"), say("all but UID, FN, N, TITLE, TEL, EMAIL, ORG")),
    ".ics": (say("events that are cancelled"), say("all but UID, SUMMARY, times, repeats and names of ATTENDEE")),
}
"""What is not read of each of these."""
_UNICODE = frozenset({"", "utf-8", "utf-8-sig"})
FEATURES = frozenset({".geojson", ".gpkg"})
TABLES = TEXTS | WORKBOOKS | FEATURES
"""Suffixes of files that hold tables."""
_OTHER_BOOKS = frozenset({".xlsb", ".numbers", ".wps", ".xlt", ".xltx"})
MOST_COLUMNS = 16_384
"""As many as a spreadsheet has."""
_DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR = re.compile(r"\ufeff?sep=(.)\r?\n", re.IGNORECASE)
_START = 1 << 20
"""Characters that hold the head of any table."""
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
    head_row: int = 1
    """Row that holds the header; what stands above it are titles."""
    encoding: str = ""
    """Encoding of a text file; empty for a sheet."""
    delimiter: str = ","
    skipped_lines: int = 0
    """Lines before the first row: `sep=;`, which tells the delimiter."""
    not_read: str = ""
    """Why nothing of it is read: a sheet that is empty or hidden."""
    matrix: Matrix | None = None
    """How it is read where it is a roster that was drawn; `header` is that of the rows it becomes."""
    book: Workbook | None = None
    """The workbook of its sheet, which stays open for all sheets."""
    features: Features | None = None
    """What it holds where it is of a GeoJSON file."""
    odd: str = ""
    """A line with what no text has, as it was decoded; empty if there is none."""

    def account(self, first_load: int) -> FileAccount:
        """An account of it, with nothing in it yet."""
        encoding = "" if self.encoding in _UNICODE else self.encoding.upper()
        load = first_load + self.place
        unread = _UNREAD.get(self.path.suffix.lower(), ()) + (self.features.unread if self.features else ())
        return FileAccount(file=self.label, load=load, encoding=encoding, not_read=self.not_read, unread=unread)

    def first_rows(self) -> list[Sequence[str]]:
        """All its rows, titles and header among them: of a sheet that explains its workbook."""
        return list(self._raw(Reading()))

    def column(self, place: int) -> Iterator[str]:
        """The cells of a column below the head, of rows of any kind."""
        return (cells[place] for cells in islice(self._raw(Reading()), self.head_row, None) if place < len(cells))

    def lines(
        self, reading: Reading, account: FileAccount, ids: Ids = no_ids, wanted: Mapping[int, Wanted] | None = None
    ) -> Iterator[Line]:
        """The records below the header. Ragged and scarred ones are rejected here; blank ones are left out.

        `ids` tells what a ragged record, filled up or cut to the header's width, would have stood for; `wanted` what
        the columns that are read are read as. Raises LoadError if the file cannot be read to its end.
        """
        width = len(self.header)
        read = dict.fromkeys(range(width), Wanted.OTHER) if wanted is None else wanted
        for row, cells in self._numbered(reading):
            if row <= self.head_row:
                if row < self.head_row and any(cells):
                    account.left_out[say("title above the head")] += 1
                continue
            if (last := footer(cells, self.header)) or not any(cells):
                account.left_out[last or say("blank row")] += 1
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
            found = scar(cells, read)
            if found is not None:
                self._scarred(reading, account, row, cells, found, read[found.place])
                reading.kept.update(filter(None, ids(cells)))
                continue
            yield Line(row, cells)

    def _numbered(self, reading: Reading) -> Iterator[tuple[int, Sequence[str]]]:
        if self.features is not None:
            return iter(self.features.rows)
        raw = self._raw(reading)
        return iter(enumerate(raw, start=1)) if self.matrix is None else self.matrix.rows(raw)

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
                yield from (card_rows if suffix in CARDS else event_rows)(file)
            return
        if not self.encoding:
            with nullcontext(self.book) if self.book is not None else open_book(self.path) as book:
                for row, cells in enumerate(book.rows(self.name)):
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
                raise LoadError(_unreadable(self.label, begins, error)) from error


def tables_of(path: Path, place: int, encoding: str = "") -> list[Table]:
    """The tables of one file: one for a text file, one per sheet of a workbook.

    `encoding` is that of texts, if somebody said. Raises LoadError for an empty file, one that is no table at all, or
    one without a usable header.
    """
    if path.suffix.lower() in WORKBOOKS:
        return _sheets(path, place)
    if path.suffix.lower() not in TABLES:
        raise LoadError(no_table(path))
    if path.stat().st_size == 0:
        raise LoadError(say("{path} is empty (0 bytes). Export it again.", path=path.name))
    if path.suffix.lower() in FEATURES:
        layers = layers_of(path) if path.suffix.lower() == ".gpkg" else features_of(path)
        return [_of_features(path, place, each) for each in layers]
    encoding = encoding_of(path, encoding)
    suffix = path.suffix.lower()
    if suffix in CARDS | CALENDARS:
        kind = EntityKind.PERSON if suffix in CARDS else EntityKind.SHIFT
        header = card_header if suffix in CARDS else event_header
        return [Table(path=path, place=place, name=kind.label, label=path.name, header=header, encoding=encoding)]
    with path.open(encoding=encoding, newline="") as file:
        start = file.read(_START)
    told = _SEPARATOR.match(start)
    delimiter = told[1] if told else "\t" if path.suffix.lower() == ".tsv" else _delimiter(start)
    reader = csv.reader(io.StringIO(start[told.end() :] if told else start, newline=""), delimiter=delimiter)
    rows: list[Sequence[str]] = []
    try:
        rows.extend(islice(reader, LOOKED_AT))
    except csv.Error as error:
        if not any(rows):
            raise LoadError(_unreadable(path.name, reader.line_num, error)) from error
    head = head_row(rows)
    return [
        Table(
            path=path,
            place=place,
            name=path.stem,
            label=path.name,
            header=_header(rows[head] if rows else (), path.name),
            head_row=head + 1,
            encoding=encoding,
            delimiter=delimiter,
            skipped_lines=1 if told else 0,
            odd=what_no_text_has(path, encoding),
        )
    ]


def _unreadable(label: str, line: int, error: csv.Error) -> Sentence:
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


def _of_features(path: Path, place: int, each: Features) -> Table:
    label = f"{path.name}#{each.kind}" if each.kind else path.name
    header = each.header if each.header else ("id",)
    return Table(path=path, place=place, name=each.kind or path.stem, label=label, header=header, features=each)


def no_table(path: Path) -> Sentence:
    """Why a file is no table that can be read, and what to do."""
    suffix = path.suffix.lower()
    if suffix in _OTHER_BOOKS:
        return say(
            "{path} is a workbook of another form. Open it in Excel, WPS or LibreOffice and save it as .xlsx.",
            path=path.name,
        )
    if suffix in ARCHIVES - PACKS:
        return say("{path} is packed. Unpack it, and load what is in it, or the folder.", path=path.name)
    return say(
        "{path} is nothing that can be read. Read are: tables (.csv, .tsv, .txt, .xlsx, .xls, .ods), GeoJSON "
        "(.geojson), GeoPackage (.gpkg), vCards (.vcf), iCalendar (.ics), each also packed (.gz, .zip), CIM RDF/XML "
        "(.xml, .rdf, .zip), pandapower networks (.json), OpenDSS (.dss). Save it as one of them, most simply "
        "as .xlsx.",
        path=path.name,
    )


def _sheets(path: Path, place: int) -> list[Table]:
    tables = []
    book = open_book(path)
    stays = book if isinstance(book, Workbook) else None
    with ExitStack() as stack:
        if stays is None:
            stack.enter_context(book)
        for name in book.names:
            label = f"{path.name}#{name}"
            reason = _passed_over(book, name)
            if reason or plain_name(name) in README_TABLES:
                tables.append(
                    Table(path=path, place=place, name=name, label=label, header=(), not_read=reason, book=stays)
                )
                continue
            rows = list(islice(book.rows(name), LOOKED_AT))
            head = head_row(rows)
            book.check_merged(name, head + 1)
            header = _header(rows[head], label)
            tables.append(
                Table(path=path, place=place, name=name, label=label, header=header, head_row=head + 1, book=stays)
            )
    if all(table.not_read for table in tables):
        raise LoadError(say("{path} has no sheet with anything in it that is shown.", path=path.name))
    return tables


def _passed_over(book: Book, name: str) -> str:
    """Why a sheet is not read; empty if it is."""
    if name in book.hidden:
        return say("the sheet is hidden, so it is not read; show it if it should be")
    return "" if any(any(cells) for cells in book.rows(name)) else EMPTY


def _delimiter(start: str) -> str:
    """The one that most of the first lines have most of."""
    lines = [line for line in start.splitlines()[:LOOKED_AT] if line.strip()]
    first = next((line for line in lines if any(each in line for each in _DELIMITERS)), "")
    return max(_DELIMITERS, key=first.count)


def _header(cells: Sequence[str], label: str) -> tuple[str, ...]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise LoadError(say("{label} has no header: its first row must hold the names of the columns.", label=label))
    if len(names) > MOST_COLUMNS:
        raise LoadError(
            say(
                "{label} has {count:,} columns; at most {most:,} are read. Is its delimiter the right one?",
                label=label,
                count=len(names),
                most=MOST_COLUMNS,
            )
        )
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
