"""Tables as files: what the suffix of the name asks for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from graph_api.errors import InvalidInput
from graph_api.whole_file import whole
from schema.words import say

if TYPE_CHECKING:
    from graph_api.exports.sheets import Sheet

SUFFIXES = (".csv", ".xlsx", ".pdf")


def table_name(out: Path | None) -> Path | None:
    """The name of a table's file, where it says what is to be written; before any work is done for it.

    Raises InvalidInput for another suffix.
    """
    if out is not None and out.suffix.lower() not in SUFFIXES:
        raise InvalidInput(
            say("{out} is neither .csv nor .xlsx nor .pdf; name the file so.", out=out.name), file=out.name
        )
    return out


def write(sheets: Sequence[Sheet], out: Path) -> None:
    """Write sheets to .csv (the first one only: a CSV file holds one table), .xlsx or .pdf (all of them).

    Raises InvalidInput for another suffix, StoreUnavailable where the disk is full.
    """
    table_name(out)
    with whole(out) as draft:
        draft.write_bytes(_content(sheets, out.suffix.lower()))


def _content(sheets: Sequence[Sheet], suffix: str) -> bytes:
    # what only writing has to wait for
    from graph_api.exports.printing import as_pdf
    from graph_api.exports.sheets import as_csv, as_workbook

    match suffix:
        case ".csv":
            return as_csv(sheets[0])
        case ".pdf":
            return as_pdf(sheets)
        case _:
            return as_workbook(sheets)
