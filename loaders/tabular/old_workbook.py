"""Sheets of a workbook as Excel wrote them until 2003 (.xls), and WPS writes them (.et), as rows of text."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from datetime import time, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import xlrd
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDocError

from loaders.tabular.cells import shown
from loaders.tabular.merged import Merged
from loaders.tabular.moments import Since1904
from schema.errors import LoadError
from schema.words import say

_UNREADABLE = (
    XLRDError, CompDocError, struct.error, LookupError, ValueError, AssertionError, TypeError, AttributeError,
    ArithmeticError, EOFError, OSError,
)  # fmt: skip
"""What xlrd raises over a file that is none, or is damaged."""
_DAY = 86_400
"""Seconds."""
_PACKED = b"PK\x03\x04"


class _Cell(NamedTuple):
    value: Any
    number_format: str


class OldWorkbook:
    """An open .xls workbook. Raises LoadError for a file that is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._check_start()
        try:
            self._book = xlrd.open_workbook(
                str(path), formatting_info=True, on_demand=True, logfile=io.StringIO(), ignore_workbook_corruption=False
            )
        except _UNREADABLE as error:
            raise LoadError(
                say(
                    "{path} is no .xls workbook that can be read, or asks for a password; some systems write web pages "
                    "and texts under that name. Open it in Excel, WPS or LibreOffice and save it as .xlsx.",
                    path=path.name,
                )
            ) from error
        self.names: list[str] = self._book.sheet_names()
        self._sheets = {name: place for place, name in enumerate(self.names)}
        self.hidden = frozenset(name for name in self.names if self._sheet(name).visibility)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._book.release_resources()

    def merged(self, name: str) -> Sequence[Merged]:
        """Ranges of merged cells of a sheet."""
        found = self._sheet(name).merged_cells
        return [Merged(top + 1, below, left + 1, right) for top, below, left, right in found]

    def rows(self, name: str) -> Iterator[list[str]]:
        """Rows of a sheet, empty ones among them, cells as text; a number that lost digits is TooLong."""
        sheet = self._sheet(name)
        number = Since1904 if self._book.datemode else str
        for row in range(sheet.nrows):
            yield [shown(*self._cell(cell), number) for cell in sheet.row(row)]

    def _sheet(self, name: str) -> Any:
        try:
            return self._book.sheet_by_index(self._sheets[name])
        except _UNREADABLE as error:
            raise LoadError(
                say("{path}#{name} is damaged. Save the workbook again.", path=self._path.name, name=name)
            ) from error

    def _cell(self, cell: Any) -> _Cell:
        value: Any = cell.value
        match cell.ctype:
            case xlrd.XL_CELL_EMPTY | xlrd.XL_CELL_BLANK:
                value = None
            case xlrd.XL_CELL_BOOLEAN:
                value = bool(value)
            case xlrd.XL_CELL_ERROR:
                value = xlrd.error_text_from_code.get(value, "#VALUE!")
            case xlrd.XL_CELL_DATE:
                value = self._moment(value)
        if cell.ctype != xlrd.XL_CELL_NUMBER or cell.xf_index is None:
            return _Cell(value, "")
        found = self._book.format_map.get(self._book.xf_list[cell.xf_index].format_key)
        return _Cell(value, found.format_str if found is not None else "")

    def _moment(self, value: float) -> Any:
        if 0 <= value < 1:
            seconds = round(value * _DAY)
            if seconds < _DAY:
                return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
            value = 1
        if value == 1:
            return timedelta(days=1)  # the time 24:00
        try:
            return xlrd.xldate_as_datetime(value, self._book.datemode)
        except (xlrd.XLDateError, ValueError, OverflowError):
            return value

    def _check_start(self) -> None:
        with self._path.open("rb") as file:
            start = file.read(len(_PACKED))
        if not start:
            raise LoadError(say("{path} is empty (0 bytes). Export it again.", path=self._path.name))
        if start == _PACKED:
            raise LoadError(
                say("{path} is an .xlsx workbook by its content. Rename it to .xlsx.", path=self._path.name)
            )
