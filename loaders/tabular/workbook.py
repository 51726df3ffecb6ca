"""Sheets of an .xlsx workbook as rows of text, streamed; what would be misread is refused."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from xml.etree.ElementTree import ParseError

from lxml import etree
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import Stylesheet
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.constants import ARC_STYLE, SHARED_STRINGS
from openpyxl.xml.functions import fromstring

from loaders.tabular.cells import shown, unescaped
from loaders.tabular.merged import Merged
from loaders.tabular.moments import Since1904
from loaders.tabular.shared_texts import shared_texts
from loaders.tabular.sheet_rows import SheetRows, Styles
from loaders.tabular.sheet_scan import SheetScan, Uncalculated, is_plain, scan
from schema.errors import LoadError
from schema.words import say

LARGEST_BYTES = 1 << 30
"""Most bytes that a workbook may unpack to."""
LARGEST_RATIO = 200
"""Most times its own size that a workbook over 64 MiB may unpack to."""
_SMALL = 1 << 26
_DAMAGED = (KeyError, ValueError, IndexError, etree.LxmlError, zipfile.BadZipFile, EOFError, OSError)
_UNREADABLE = (*_DAMAGED, ParseError, InvalidFileException, AttributeError, TypeError)


class Workbook:
    """An open workbook. Raises LoadError for a file that is none, unpacks to too much."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._scans: dict[str, SheetScan] = {}
        check_size(path)
        try:
            self._pack = zipfile.ZipFile(path)
            sheets, styles, self._strikes = _opened(path)
        except _UNREADABLE as error:
            raise LoadError(
                say("{path} is no readable .xlsx workbook. Save it again as .xlsx.", path=path.name)
            ) from error
        self._number = Since1904 if styles.epoch == CALENDAR_MAC_1904 else str
        self._rows = SheetRows(styles)
        self._parts = {name: part for name, part, _ in sheets}
        self.names: list[str] = list(self._parts)
        """Sheets in their order."""
        self.hidden = frozenset(name for name, _, state in sheets if state != "visible")
        """Those that nobody sees who opens it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._pack.close()

    def merged(self, name: str) -> Sequence[Merged]:
        """Ranges of merged cells of a sheet."""
        return [Merged.of(where) for where in self._scanned(name).merged]

    def doubtful(self, name: str) -> tuple[set[int], set[int]]:
        """Rows of a sheet that are hidden, and those that are struck out in any cell."""
        found = self._scanned(name)
        return found.hidden, found.struck

    def rows(self, name: str) -> Iterator[list[str]]:
        """Rows of a sheet, empty ones among them, cells as text.

        A formula without its value is Uncalculated, a number that lost digits TooLong.
        """
        found = self._scanned(name)
        number = self._number
        try:
            with self._pack.open(self._parts[name]) as source:
                for row, cells in enumerate(self._rows.rows(source, is_plain=found.is_plain), start=1):
                    texts = [
                        unescaped(value) if type(value) is str else shown(value, form, number) for value, form in cells
                    ]
                    if found.uncalculated:
                        _fill(texts, row, found.uncalculated)
                    yield texts
        except _DAMAGED as error:
            raise LoadError(
                say("{path}#{name} is damaged. Save the workbook again.", path=self._path.name, name=name)
            ) from error

    def _scanned(self, name: str) -> SheetScan:
        if name not in self._scans:
            self._scans[name] = scan(self._path, self._parts[name], self._strikes)
        return self._scans[name]


def _opened(path: Path) -> tuple[list[tuple[str, str, str]], Styles, frozenset[int]]:
    """Name, part and state of each sheet, what cells refer to, and styles that strike out; charts are no sheets."""
    reader: Any = ExcelReader(path, read_only=True, data_only=True, keep_links=False)
    with reader.archive as pack:
        reader.read_manifest()
        strings = _strings(pack, reader.package)
        reader.read_workbook()
        styles = _stylesheet(pack)
        sheets = [
            (sheet.name, rel.target, sheet.state)
            for sheet, rel in reader.parser.find_sheets()
            if rel.target in reader.valid_files and "chartsheet" not in rel.Type
        ]
    numbers = [style.numFmtId for style in styles.cell_styles] if styles is not None else []
    formats = [_format(number, styles.number_formats) for number in numbers]
    dates, durations = (styles.date_formats, styles.timedelta_formats) if styles is not None else ((), ())
    fonts = [bool(font.strike) for font in styles.fonts] if styles is not None else []
    every = styles.cell_styles if styles is not None else ()
    strikes = frozenset(at for at, style in enumerate(every) if style.fontId < len(fonts) and fonts[style.fontId])
    found = Styles(strings, formats, frozenset(dates), frozenset(durations), reader.wb.epoch)
    return sheets, found, strikes


def _strings(pack: zipfile.ZipFile, manifest: Any) -> Sequence[str]:
    """The texts that cells refer to; openpyxl takes each for an object, and `_x005F_` out of them."""
    listed = manifest.find(SHARED_STRINGS)
    if listed is None:
        return ()
    part = listed.PartName.removeprefix("/")
    with pack.open(part) as source:
        plain = is_plain(source)
    with pack.open(part) as source:
        return shared_texts(source, is_plain=plain)


def _stylesheet(pack: zipfile.ZipFile) -> Any:
    """The styles of a workbook; None where it has none."""
    node: Any = fromstring(pack.read(ARC_STYLE)) if ARC_STYLE in pack.namelist() else None
    return None if node is None else Stylesheet.from_tree(node)


def _format(number: int, own: Sequence[str]) -> str:
    """The number format of that number: one that Excel has, or the workbook's own."""
    is_own = number >= BUILTIN_FORMATS_MAX_SIZE
    return own[number - BUILTIN_FORMATS_MAX_SIZE] if is_own else BUILTIN_FORMATS.get(number, "General")


def check_size(path: Path) -> None:
    """Raise LoadError for a packed workbook that is empty, none, or unpacks to too much."""
    if path.stat().st_size == 0:
        raise LoadError(say("{path} is empty (0 bytes). Export it again.", path=path.name))
    try:
        with zipfile.ZipFile(path) as pack:
            unpacked = sum(item.file_size for item in pack.infolist())
    except zipfile.BadZipFile as error:
        raise LoadError(
            say(
                "{path} is no {suffix} workbook. Save it as .xlsx, or as CSV; name it .xls if it is an old workbook.",
                path=path.name,
                suffix=path.suffix.lower(),
            )
        ) from error
    if unpacked > LARGEST_BYTES or (unpacked > _SMALL and unpacked > LARGEST_RATIO * path.stat().st_size):
        raise LoadError(
            say(
                "{path} unpacks to {what} MiB, more than is taken from a workbook. Give its sheets as CSV.",
                path=path.name,
                what=unpacked >> 20,
            )
        )


def _fill(texts: list[str], row: int, formulas: dict[tuple[int, int], Uncalculated]) -> None:
    for place in range(len(texts)):
        formula = formulas.get((row, place + 1))
        if formula is not None:
            texts[place] = formula
