"""Tables that people open: as CSV and as Excel workbooks."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from schema.words import say, text_of

Cell = str | int | float | bool | datetime | None
WIDEST = 60
"""Widest column of a workbook, in characters."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a title, heads, and rows as long as the heads; remarks stand above it, where nobody misses them, and
    what it is held against later below it."""

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    remarks: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()


def as_csv(sheet: Sheet) -> bytes:
    """CSV in UTF-8 with a mark, so that Excel shows Chinese; text that a spreadsheet would run is made harmless."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([_harmless(remark)] for remark in sheet.remarks)
    writer.writerow(sheet.heads)
    for row in sheet.rows:
        writer.writerow([_harmless(plain(cell)) for cell in row])
    writer.writerows([_harmless(line)] for line in sheet.foot)
    return text.getvalue().encode("utf-8-sig")


def as_workbook(sheets: Sequence[Sheet]) -> bytes:
    """An .xlsx workbook, one worksheet per sheet, heads frozen and bold; every text stays text."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(_page_title(sheet.title))
        for remark in sheet.remarks:
            page.append(("",))
            cell = page.cell(page.max_row, 1, remark)
            cell.data_type, cell.font = "s", Font(bold=True, color="FFC00000")
        page.append(sheet.heads)
        first = page.max_row
        for cell in page[first]:
            cell.font = Font(bold=True)
        for place, row in enumerate(sheet.rows, first + 1):
            for column, value in enumerate(row, 1):
                cell = page.cell(place, column)
                cell.value = plain(value) if isinstance(value, str | bool | datetime) else value
                if isinstance(cell.value, str):
                    cell.data_type = "s"
                    cell.alignment = Alignment(wrap_text=True, vertical="top")
        for line in sheet.foot:
            page.append(("",))
            cell = page.cell(page.max_row, 1, line)
            cell.data_type = "s"
        page.freeze_panes = f"A{first + 1}"
        page.print_title_rows = f"{first}:{first}"
        page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        for column, head in enumerate(sheet.heads, 1):
            longest = max([width(head), *(width(plain(row[column - 1])) for row in sheet.rows[:200])])
            page.column_dimensions[get_column_letter(column)].width = min(longest + 2, WIDEST)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _page_title(title: str) -> str:
    return "".join("-" if char in r"\/?*[]:" else char for char in title)[:31]


def width(text: str) -> int:
    """Cells of a terminal or a column that a text fills: a Chinese character fills two."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def plain(cell: Cell) -> str:
    """What is read in a cell."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return text_of(say("yes") if cell else say("no"))
    if isinstance(cell, datetime):
        return cell.astimezone().strftime("%Y-%m-%d %H:%M %z")
    return str(cell)


def _harmless(text: str) -> str:
    """A quotation mark before what a spreadsheet takes for a formula; telephone and other numbers stay."""
    if text[:1] in ("=", "@", "\t", "\r") or (text[:1] in ("+", "-") and not text[1:].replace(".", "").isdigit()):
        return "'" + text
    return text
