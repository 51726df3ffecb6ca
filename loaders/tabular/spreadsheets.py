"""Workbooks of either form, opened: what all of them can be asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from loaders.tabular.merged import Merged
from loaders.tabular.old_workbook import OldWorkbook
from loaders.tabular.open_document import OpenDocument
from loaders.tabular.workbook import Workbook

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods"})
"""Suffixes of workbooks that are read; .et is what WPS calls an .xls."""


class Book(Protocol):
    """An open workbook."""

    names: list[str]
    """Sheets in their order."""
    hidden: frozenset[str]
    """Those that nobody sees who opens it."""

    def __enter__(self) -> Self:
        """The book itself."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close it."""

    def merged(self, name: str) -> Sequence[Merged]:
        """Ranges of merged cells of a sheet."""

    def rows(self, name: str) -> Iterator[Sequence[str]]:
        """Rows of a sheet, empty ones among them, cells as the texts that their user sees."""


def open_book(path: Path) -> Book:
    """The workbook of a file. Raises LoadError for one that cannot be read."""
    suffix = path.suffix.lower()
    if suffix in (".xls", ".et"):
        return OldWorkbook(path)
    return OpenDocument(path) if suffix == ".ods" else Workbook(path)
