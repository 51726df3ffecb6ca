"""Sheets of an .xlsx workbook as rows of text, streamed; what would be misread is refused."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from schema.errors import LoadError
from schema.words import say

LARGEST_BYTES = 1 << 30
"""Most bytes that a workbook may unpack to."""
LARGEST_RATIO = 200
"""Most times its own size that a workbook over 64 MiB may unpack to."""
_SMALL = 1 << 26
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([^"]{1,40})"')
_OVERLAP = 256
_UNREADABLE = (KeyError, ValueError, ParseError, zipfile.BadZipFile, InvalidFileException, EOFError, OSError)


class Workbook:
    """An open workbook. Raises LoadError for a file that is none, unpacks to too much, or has merged cells."""

    def __init__(self, path: Path) -> None:
        self._path = path
        _check_size(path)
        try:
            self._book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except _UNREADABLE as error:
            raise LoadError(
                say("{path} is no readable .xlsx workbook. Save it again as .xlsx.", path=path.name)
            ) from error
        self.names: list[str] = [sheet.title for sheet in self._book.worksheets]
        """Sheets in their order."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._book.close()

    def rows(self, name: str) -> Iterator[list[str]]:
        """Rows of a sheet, empty ones among them, cells as text. Raises LoadError for merged cells."""
        sheet = self._book[name]
        self._refuse_merged(name, str(getattr(sheet, "_worksheet_path", "")))
        try:
            for cells in sheet.iter_rows(values_only=True):
                yield [_text(cell) for cell in cells]
        except _UNREADABLE as error:
            raise LoadError(
                say("{path}#{name} is damaged. Save the workbook again.", path=self._path.name, name=name)
            ) from error

    def _refuse_merged(self, name: str, part: str) -> None:
        with zipfile.ZipFile(self._path) as pack:
            if part not in pack.namelist():
                return
            with pack.open(part) as file:
                kept = b""
                while piece := file.read(1 << 20):
                    found = _MERGED.search(kept + piece)
                    if found:
                        where = found[1].decode("ascii", "replace")
                        raise LoadError(
                            say(
                                "{path}#{name} has merged cells ({where}): only their first cell holds a value. "
                                "Unmerge them, give every row its own value, and load again.",
                                path=self._path.name,
                                name=name,
                                where=where,
                            )
                        )
                    kept = piece[-_OVERLAP:]


def _check_size(path: Path) -> None:
    if path.stat().st_size == 0:
        raise LoadError(say("{path} is empty (0 bytes). Export it again.", path=path.name))
    try:
        with zipfile.ZipFile(path) as pack:
            unpacked = sum(item.file_size for item in pack.infolist())
    except zipfile.BadZipFile as error:
        raise LoadError(
            say("{path} is no .xlsx workbook. Save it as .xlsx (not .xls), or as CSV.", path=path.name)
        ) from error
    if unpacked > LARGEST_BYTES or (unpacked > _SMALL and unpacked > LARGEST_RATIO * path.stat().st_size):
        raise LoadError(
            say(
                "{path} unpacks to {what} MiB, more than is taken from a workbook. Give its sheets as CSV.",
                path=path.name,
                what=unpacked >> 20,
            )
        )


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date():
            return cell.isoformat()
        case _:
            return str(cell)
