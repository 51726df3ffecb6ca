"""The graph as a workbook of the plain format: a sheet per kind, one of relationships, written row by row.

`baodian load` reads it back into the same entities and relationships; `read_back` tells what comes back otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from graph_api.errors import InvalidInput
from graph_api.exports.read_back import links_among
from graph_api.readmodel.snapshot import Snapshot
from graph_api.whole_file import whole
from loaders.tabular import TabularSource
from loaders.tabular.names import LOADABLE
from loaders.tabular.relationship_rows import RELATIONSHIP_TABLE
from loaders.tabular.values import fields_of
from schema.codec import properties
from schema.entity import Entity
from schema.registry import EntityKind
from schema.vocabulary import Term
from schema.words import say

MOST_ROWS = 1_048_575
"""Rows that a sheet of a workbook holds below its head."""
_LINK_HEADS = ("kind", "source", "target", "key")


def write_workbook(graph: Snapshot, out: Path, kinds: Collection[EntityKind] = LOADABLE) -> tuple[Counter[str], int]:
    """Write what is of these kinds and the relationships among it: entities by kind, and number of relationships.

    Raises InvalidInput for a kind with more things than a sheet has rows, StoreUnavailable where the disk is full.
    """
    counts = Counter({kind.label: len(graph.of_kind(kind)) for kind in LOADABLE if kind in kinds})
    links = sum(1 for _ in links_among(graph, kinds))
    # before the first sheet: openpyxl cannot let go of one that is half written
    for name, count in (*counts.items(), (RELATIONSHIP_TABLE, links)):
        if count > MOST_ROWS:
            told = say("{name}: a sheet of a workbook holds {most:,} rows, the graph more.", name=name, most=MOST_ROWS)
            raise InvalidInput(say("{told} Write a part with --kind, or a backup.", told=told))
    book = Workbook(write_only=True)
    for kind in LOADABLE:
        if kind in kinds:
            _sheet(book, graph, kind)
    put_sheet(book, RELATIONSHIP_TABLE, _LINK_HEADS, _link_rows(graph, kinds))
    if not book.worksheets:
        book.create_sheet("README")
    with whole(out) as draft:
        book.save(draft)
    return +counts, links


def written(out: Path) -> TabularSource:
    """The workbook as a load reads it."""
    return TabularSource.open([out])


def _sheet(book: Workbook, graph: Snapshot, kind: EntityKind) -> None:
    things = graph.of_kind(kind)
    used = set[str]().union(*(properties(graph.entity(index)) for index in things))
    heads = tuple(name for name in fields_of(kind) if name == "id" or name in used)
    put_sheet(book, kind.label, heads, (row_of(graph.entity(index), heads) for index in things))


def row_of(entity: Entity, heads: tuple[str, ...]) -> list[object]:
    """The cells of an entity under these heads."""
    return [_cell(getattr(entity, name)) for name in heads]


def _link_rows(graph: Snapshot, kinds: Collection[EntityKind]) -> Iterator[list[object]]:
    for link in links_among(graph, kinds):
        yield [link.kind.value, link.source, link.target, link.key]


def put_sheet(book: Workbook, name: str, heads: tuple[str, ...], rows: Iterator[list[object]]) -> None:
    """A sheet with its head; none where there are no rows."""
    sheet: WriteOnlyWorksheet | None = None
    for row in rows:
        if sheet is None:
            sheet = book.create_sheet(name)
            sheet.freeze_panes = "B2"
            sheet.append([_text(sheet, head, bold=True) for head in heads])
        sheet.append([_text(sheet, value) if isinstance(value, str) else value for value in row])


def _text(sheet: WriteOnlyWorksheet, text: str, *, bold: bool = False) -> object:
    """A cell that is a text whatever it looks like; what no workbook holds is left out of it."""
    plain = ILLEGAL_CHARACTERS_RE.sub("", text)
    if not bold and plain[:1] not in ("=", "#"):
        return plain
    cell = WriteOnlyCell(sheet, plain)
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _cell(value: Any) -> object:
    """What a cell holds of a value: codes, times and lists as the plain format writes them."""
    match value:
        case Term():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case float() if float(f"{value:.16g}") != value:
            return repr(value)  # openpyxl keeps 16 digits of a number
        case tuple():
            plain = all(item and ";" not in item and "；" not in item and item == item.strip() for item in value)
            joined = ";".join(value)
            return joined if plain and joined[:1] != "[" else msgspec.json.encode(value).decode()
        case _:
            return value
