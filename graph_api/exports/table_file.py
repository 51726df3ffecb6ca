"""Tables as files: what the suffix of the name asks for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from graph_api.errors import InvalidInput
from graph_api.exports.printing import as_pdf
from graph_api.exports.sheets import Sheet, as_csv, as_workbook
from graph_api.whole_file import whole
from schema.words import say

SUFFIXES = (".csv", ".xlsx", ".pdf")


def write(sheets: Sequence[Sheet], out: Path) -> None:
    """Write sheets to .csv (the first one only: a CSV file holds one table), .xlsx or .pdf (all of them).

    Raises InvalidInput for another suffix, StoreUnavailable where the disk is full.
    """
    suffix = out.suffix.lower()
    if suffix not in SUFFIXES:
        raise InvalidInput(
            say("{out} is neither .csv nor .xlsx nor .pdf; name the file so.", out=out.name), file=out.name
        )
    with whole(out) as draft:
        draft.write_bytes(_content(sheets, suffix))


def _content(sheets: Sequence[Sheet], suffix: str) -> bytes:
    match suffix:
        case ".csv":
            return as_csv(sheets[0])
        case ".pdf":
            return as_pdf(sheets)
        case _:
            return as_workbook(sheets)
