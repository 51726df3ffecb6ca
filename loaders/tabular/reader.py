"""Tables out of files: CSV and TSV in UTF-8, UTF-16 or GB18030, and sheets of .xlsx workbooks, row by row."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path

from loaders.archives import ARCHIVES
from loaders.report import EMPTY
from loaders.tabular.cards import HEADER as card_header
from loaders.tabular.encodings import encoding_of, what_no_text_has
from loaders.tabular.events import HEADER as event_header
from loaders.tabular.features import Features, features_of
from loaders.tabular.geopackage import layers_of
from loaders.tabular.heads import LOOKED_AT, each_apart, head_of
from loaders.tabular.merged import spread
from loaders.tabular.names import README_TABLES, plain_name
from loaders.tabular.packs import PACKS
from loaders.tabular.shapefiles import shapes_of
from loaders.tabular.spreadsheets import WORKBOOKS, Book, open_book
from loaders.tabular.table import CALENDARS, CARDS, Table, unreadable
from loaders.tabular.workbook import Workbook
from schema.errors import LoadError
from schema.registry import EntityKind
from schema.words import Sentence, said, say

TEXTS = frozenset({".csv", ".tsv", ".txt"}) | CARDS | CALENDARS
FEATURES = frozenset({".geojson", ".gpkg", ".shp"})
TABLES = TEXTS | WORKBOOKS | FEATURES
"""Suffixes of files that hold tables."""
_OTHER_BOOKS = frozenset({".xlsb", ".numbers", ".wps", ".xlt", ".xltx"})
MOST_COLUMNS = 16_384
"""As many as a spreadsheet has."""
_DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_START = 1 << 20
"""Characters that hold the head of any table."""


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
        found, unread = _features(path, encoding)
        return [_of_features(path, place, each) for each in found] + [_of_view(path, place, name) for name in unread]
    encoding = encoding_of(path, encoding)
    suffix = path.suffix.lower()
    if suffix in CARDS | CALENDARS:
        kind = EntityKind.PERSON if suffix in CARDS else EntityKind.SHIFT
        header = card_header if suffix in CARDS else event_header
        return [Table(path=path, place=place, name=kind.label, label=path.name, header=header, encoding=encoding)]
    with path.open(encoding=encoding, newline="") as file:
        start = file.read(_START).lstrip("\ufeff")  # a second mark: some programs write it before one that is there
    told = _SEPARATOR.match(start)
    delimiter = told[1] if told else "\t" if path.suffix.lower() == ".tsv" else _delimiter(start)
    reader = csv.reader(io.StringIO(start[told.end() :] if told else start, newline=""), delimiter=delimiter)
    rows: list[Sequence[str]] = []
    try:
        rows.extend(islice(reader, LOOKED_AT))
    except csv.Error as error:
        if not any(rows):
            raise LoadError(unreadable(path.name, reader.line_num, error)) from error
    head, cells = head_of(rows)
    return [
        Table(
            path=path,
            place=place,
            name=path.stem,
            label=path.name,
            header=_header(cells, path.name, head + 1, delimiter),
            head_row=head + 1,
            encoding=encoding,
            delimiter=delimiter,
            skipped_lines=1 if told else 0,
            odd=what_no_text_has(path, encoding),
        )
    ]


def _features(path: Path, encoding: str) -> tuple[list[Features], list[str]]:
    """Layers of a file, and the names of those that are not read."""
    match path.suffix.lower():
        case ".gpkg":
            return layers_of(path)
        case ".shp":
            return shapes_of(path, encoding), []
    return features_of(path), []


def _of_view(path: Path, place: int, name: str) -> Table:
    reason = say("it is a view, and of what is made up while it is read nothing is: save it as a layer of its own")
    return Table(path=path, place=place, name=name, label=f"{path.name}#{name}", header=("id",), not_read=reason)


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
        "(.geojson), GeoPackage (.gpkg), shapefiles (.shp), vCards (.vcf), iCalendar (.ics), each also packed (.gz, "
        ".zip), CIM RDF/XML (.xml, .rdf, .zip), pandapower and power-grid-model (.json), OpenDSS (.dss). Save it as "
        "one of them, most simply as .xlsx.",
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
            found = Table(path=path, place=place, name=name, label=label, header=(), book=stays)
            try:
                head, cells = head_of(list(islice(book.rows(name), LOOKED_AT)))
                merged = spread(book, path.name, name, head + 1)
                found = replace(found, header=_header(cells, label, head + 1), head_row=head + 1, merged=merged)
                if stays is not None:
                    hidden, struck = map(frozenset, stays.doubtful(name))
                    found = replace(found, hidden_rows=hidden, struck_rows=struck)
            except LoadError as error:
                found = replace(found, not_read=said(error), refused=error)
            tables.append(found)
    if all(table.not_read and table.refused is None for table in tables):
        raise LoadError(say("{path} has no sheet with anything in it that is shown.", path=path.name))
    return tables


def _passed_over(book: Book, name: str) -> str:
    """Why a sheet is not read; empty if it is."""
    if name in book.hidden:
        return say("the sheet is hidden, so it is not read; show it if it should be")
    return "" if any(any(cells) for cells in book.rows(name)) else EMPTY


def _delimiter(start: str) -> str:
    """The one by which most of the first rows have equally many cells, then the most; what is quoted parts nothing."""
    return max(_DELIMITERS, key=lambda each: _evenness(start, each))


def _evenness(start: str, delimiter: str) -> tuple[int, int]:
    """How many of the first rows have as many cells as most of those that have several, and how many cells that is."""
    widths = list[int]()
    try:
        for cells in islice(csv.reader(io.StringIO(start, newline=""), delimiter=delimiter), 2 * LOOKED_AT):
            widths.append(len(cells))
    except csv.Error:  # a cell that no cell is so long as: what came before it tells
        pass
    several = Counter(width for width in widths if width > 1)
    width, rows = max(several.items(), key=lambda each: (each[1], each[0]), default=(0, 0))
    return rows, width


def _header(cells: Sequence[str], label: str, row: int, delimiter: str = "") -> tuple[str, ...]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise LoadError(say("{label} has no header: its first row must hold the names of the columns.", label=label))
    if len(names) > MOST_COLUMNS:
        raise LoadError(
            say(
                "{label}, row {row}: {count:,} columns or more; at most {most:,} are read, as many as a spreadsheet "
                "has. If its cells are parted by something else than {delimiter!r}, write that into a first line, as "
                "sep=; . If each column is a thing, turn the table: a row for each thing.",
                label=label,
                row=row,
                count=len(names),
                most=MOST_COLUMNS,
                delimiter=delimiter,
            )
        )
    if 2 * names.count("") > len(names):
        raise LoadError(
            say(
                "{label}: column {what} has no name in the header row. Name it or delete it.",
                label=label,
                what=names.index("") + 1,
            )
        )
    return each_apart(names)
