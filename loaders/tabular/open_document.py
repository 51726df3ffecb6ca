"""Sheets of an OpenDocument spreadsheet (.ods) as rows of text, streamed and bounded."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from lxml import etree

from loaders.tabular.cells import shown_number
from loaders.tabular.merged import Merged
from loaders.tabular.scars import ERRORS, Dated
from loaders.tabular.sheet_scan import Uncalculated
from loaders.tabular.workbook import check_size
from schema.errors import LoadError
from schema.words import say

MOST_CELLS = 20_000_000
"""Most cells of one sheet, repeated ones counted: a file says "a million times the same" in a line."""
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_ERROR_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_CELLS = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})
_CLOCK = re.compile(r"PT(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+)(?:[.,]\d+)?S)?")
_UNREADABLE = (KeyError, ValueError, zipfile.BadZipFile, etree.LxmlError, EOFError, OSError, RuntimeError)


class OpenDocument:
    """An open .ods workbook. Raises LoadError for a file that is none, is encrypted, or unpacks to too much."""

    def __init__(self, path: Path) -> None:
        self._path = path
        check_size(path)
        self.names: list[str] = []
        self._merged: dict[str, list[tuple[int, str]]] = {}
        hidden: set[str] = set()
        unseen: set[str] = set()
        for event, element in self._events((f"{_STYLE}style", f"{_TABLE}table")):
            if event == "end" and element.tag == f"{_STYLE}style":
                shows = element.find(f"{_STYLE}table-properties")
                if shows is not None and shows.get(f"{_TABLE}display") == "false":
                    unseen.add(element.get(f"{_STYLE}name", ""))
            elif event == "start" and element.tag == f"{_TABLE}table":
                self.names.append(name := element.get(f"{_TABLE}name", ""))
                if element.get(f"{_TABLE}style-name", "") in unseen:
                    hidden.add(name)
            elif event == "end":
                element.clear()
        self.hidden = frozenset(hidden)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Nothing stays open."""

    def merged(self, name: str) -> Sequence[Merged]:
        """Ranges of merged cells of a sheet."""
        found, at = [], 0
        for row, again in self._row_elements(name):
            at += again
            for place, cell, _ in _cells(row):
                wide, high = _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")
                if wide > 1 or high > 1:
                    found.append(Merged(at, at + high - 1, place + 1, place + wide))
        return found

    def rows(self, name: str) -> Iterator[list[str]]:
        """Rows of a sheet up to the last that holds anything, cells as text."""
        empty = done = 0
        for row, again in self._row_elements(name):
            texts = self._texts(name, row)
            if not texts:
                empty += again
                continue
            done += (empty + again) * len(texts)
            if done > MOST_CELLS:
                raise self._too_large(name)
            for _ in range(empty):
                yield []
            empty = 0
            for _ in range(again):
                yield list(texts)

    def _texts(self, name: str, row: Any) -> list[str]:
        """Texts of a row's cells, without empty ones at its end."""
        texts: list[str] = []
        empty = 0
        for _, cell, again in _cells(row):
            text = _shown(cell)
            if not text:
                empty += again
                continue
            if len(texts) + empty + again > MOST_CELLS // 1000:
                raise self._too_large(name)
            texts += [""] * empty + [text] * again
            empty = 0
        return texts

    def _row_elements(self, name: str) -> Iterator[tuple[Any, int]]:
        wanted = False
        for event, element in self._events((f"{_TABLE}table", f"{_TABLE}table-row")):
            if element.tag == f"{_TABLE}table":
                if event == "start":
                    wanted = element.get(f"{_TABLE}name", "") == name
                elif wanted:
                    return
            elif event == "end":
                if wanted:
                    yield element, _count(element, "number-rows-repeated")
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]

    def _events(self, tags: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        try:
            with zipfile.ZipFile(self._path) as pack, pack.open("content.xml") as file:
                yield from etree.iterparse(
                    file, events=("start", "end"), tag=tags, resolve_entities=False, no_network=True, load_dtd=False
                )
        except _UNREADABLE as error:
            raise LoadError(
                say(
                    "{path} is no .ods workbook that can be read, or asks for a password. Save it again, or as .xlsx.",
                    path=self._path.name,
                )
            ) from error

    def _too_large(self, name: str) -> LoadError:
        return LoadError(
            say(
                "{path}#{name} has more than {most:,} cells, more than is taken from a workbook. Give it as CSV.",
                path=self._path.name,
                name=name,
                most=MOST_CELLS,
            )
        )


def _count(element: Any, name: str) -> int:
    text = element.get(_TABLE + name, "1")
    return int(text) if text.isdecimal() and len(text) < 10 else 1


def _cells(row: Any) -> Iterator[tuple[int, Any, int]]:
    """Place from 0, element, and how often it is repeated, of a row's cells."""
    place = 0
    for cell in row:
        if cell.tag in _CELLS:
            again = _count(cell, "number-columns-repeated")
            yield place, cell, again
            place += again


def _shown(cell: Any) -> str:
    """Text of a cell as its user sees it, where that says more than the value."""
    kind = cell.get(f"{_OFFICE}value-type", "")
    if cell.get(_ERROR_TYPE) == "error":
        return text if (text := _paragraphs(cell)) in ERRORS else "#VALUE!"
    match kind:
        case "":
            formula = cell.get(f"{_TABLE}formula", "")
            return Uncalculated("=" + formula.partition("=")[2]) if formula else _paragraphs(cell)
        case "float" | "currency" | "percentage":
            return _number(cell)
        case "date":
            return Dated(str(cell.get(f"{_OFFICE}date-value", "")).removesuffix("T00:00:00"))
        case "time":
            return Dated(_clock(cell.get(f"{_OFFICE}time-value", "")))
        case "boolean":
            return str(cell.get(f"{_OFFICE}boolean-value", ""))
        case _:
            return str(cell.get(f"{_OFFICE}string-value") or _paragraphs(cell))


def _number(cell: Any) -> str:
    """A number; zeros before it that its format shows are kept."""
    text = cell.get(f"{_OFFICE}value", "")
    seen = _paragraphs(cell)
    try:
        value = float(text)
    except ValueError:
        return str(text)
    if seen.isdecimal() and seen[0] == "0" and float(seen) == value:
        return seen
    return shown_number(int(value) if value.is_integer() else value)


def _clock(text: str) -> str:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return text
    return ":".join(f"{int(found[part] or 0):02d}" for part in "hms")


def _paragraphs(cell: Any) -> str:
    return "\n".join("".join(_pieces(each)) for each in cell.iterchildren(f"{_TEXT}p")).strip()


def _pieces(element: Any) -> Iterator[str]:
    yield element.text or ""
    for each in element:
        if each.tag == f"{_TEXT}s":
            yield " " * min(int(each.get(f"{_TEXT}c", "1")), 100)
        elif each.tag == f"{_TEXT}line-break":
            yield "\n"
        elif isinstance(each.tag, str) and not each.tag.startswith(_OFFICE):
            yield from _pieces(each)
        yield each.tail or ""
