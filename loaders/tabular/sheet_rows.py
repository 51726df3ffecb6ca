"""Rows of one sheet of an .xlsx workbook, read from its XML: numbers, texts, dates as openpyxl takes them.

openpyxl's own reader makes an object of each cell and runs through a sheet that does not say its size each time the
workbook is opened: 46 sheets of 103,000 rows took 95 seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from lxml import etree
from openpyxl.utils import datetime as written
from openpyxl.utils.cell import column_index_from_string, get_column_letter

from loaders.tabular.part_text import elements
from loaders.tabular.shared_texts import spoken_text
from loaders.tabular.sheet_text import RowText, parted

_LETTERS = list(map(get_column_letter, range(1, 257)))
"""Columns of a row that leaves none out."""
from_iso: Any = written.from_ISO8601


@dataclass(frozen=True, slots=True)
class Styles:
    """What the cells of a workbook refer to."""

    strings: Sequence[str]
    formats: Sequence[str]
    """Number format by style."""
    dates: frozenset[int]
    durations: frozenset[int]
    """Styles that make a number a date or time, or a duration."""
    epoch: datetime


class SheetRows:
    """Reads sheets of one workbook."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._columns: dict[str, int] = {}

    def rows(self, source: IO[bytes], *, is_plain: bool = False) -> Iterator[list[tuple[Any, str]]]:
        """Each row as value and number format of its cells; rows and cells that the file leaves out are empty.

        `is_plain` tells that the sheet may be read as text (see part_text). Raises ValueError, IndexError or
        etree.LxmlError for a sheet that is damaged.
        """
        done = 0
        for row in parted(source) if is_plain else elements(source, "row"):
            said = row.number if isinstance(row, RowText) else int(row.get("r") or 0)
            number = said or done + 1
            for _ in range(done + 1, number):
                yield []
            if number > done:
                yield self._plain_cells(row) if isinstance(row, RowText) else self._cells(row)
                done = number

    def _plain_cells(self, row: RowText) -> list[tuple[Any, str]]:
        cells = [
            (own, "") if kind == "inlineStr" else self._plain_cell(style, kind or "n", text)
            for style, kind, own, text in zip(row.styles, row.kinds, row.own, row.values, strict=True)
        ]
        if row.letters == _LETTERS[: len(cells)]:
            return cells
        found: list[tuple[Any, str]] = []
        for letters, cell in zip(row.letters, cells, strict=True):
            self._put(found, letters, cell)
        return found

    def _plain_cell(self, style: str | None, kind: str, text: str | None) -> tuple[Any, str]:
        value = self._typed(kind, text, int(style or 0))
        return value, self._styles.formats[int(style)] if style and isinstance(value, int | float) else ""

    def _cells(self, row: etree._Element) -> list[tuple[Any, str]]:
        found: list[tuple[Any, str]] = []
        for cell in row.iterchildren("{*}c"):
            style = int(cell.get("s") or 0)
            value = self._value(cell, style)
            form = self._styles.formats[style] if style and isinstance(value, int | float) else ""
            self._put(found, (cell.get("r") or "").rstrip("0123456789"), (value, form))
        return found

    def _put(self, found: list[tuple[Any, str]], letters: str | None, cell: tuple[Any, str]) -> None:
        """Put a cell into its place; one that does not name its column follows the last one."""
        place = self._place(letters) if letters else len(found)
        if place == len(found):
            found.append(cell)
        elif place < len(found):
            found[place] = cell
        else:
            found += [(None, "")] * (place - len(found))
            found.append(cell)

    def _place(self, letters: str) -> int:
        """Place of a column in its row, from 0."""
        place = self._columns.get(letters)
        if place is None:
            place = self._columns[letters] = column_index_from_string(letters) - 1
        return place

    def _value(self, cell: etree._Element, style: int) -> Any:
        kind = cell.get("t", "n")
        return _inline(cell) if kind == "inlineStr" else self._typed(kind, cell.findtext("{*}v"), style)

    def _typed(self, kind: str, text: str | None, style: int) -> Any:
        """The value of a cell of that type that does not hold its text itself."""
        if not text:
            return None
        if kind == "n":
            return self._number(text, style)
        if kind == "s":
            return self._styles.strings[int(text)]
        if kind == "b":
            return bool(int(text))
        return from_iso(text) if kind == "d" else text

    def _number(self, text: str, style: int) -> Any:
        number = float(text) if "." in text or "E" in text or "e" in text else int(text)
        if style not in self._styles.dates:
            return number
        try:
            return written.from_excel(number, self._styles.epoch, timedelta=style in self._styles.durations)
        except (OverflowError, ValueError):
            return "#VALUE!"


def _inline(cell: etree._Element) -> str | None:
    """The text of a cell that holds it itself, without what tells how it is spoken; None for none."""
    if len(cell) == 1 and len(cell[0]) == 1 and str(cell[0][0].tag).endswith("}t"):
        return cell[0][0].text or ""
    return spoken_text(cell)
