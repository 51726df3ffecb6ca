"""A sheet of an .xlsx workbook, parted into rows as text; those that are written in an unusual way are left to a
parser, row by row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

from lxml import etree

from loaders.tabular.part_text import TEXT, Listed, batches, parse

_ROWS = Listed.of("worksheet", "sheetData", "row")
_HEAD = re.compile(rf'\s*<row(?P<said>(?:\s+[\w:.]+="{TEXT}")*)\s*(?P<empty>/?)>')
_NUMBER = re.compile(r'\sr="(\d{1,7})"')
_CELL = re.compile(
    r'<c(?: r="([A-Z]{1,3})\d{1,7}")?(?: s="(\d{1,6})")?(?: t="(\w+)")?(?:/>|>(?:'
    rf'<is><t(?: xml:space="preserve")?>({TEXT})</t></is>'
    rf"|(?:<f>{TEXT}</f>)?<v>({TEXT})</v>"
    r")?</c>)"
)
_EACH = _CELL.groups + 1


class RowText(NamedTuple):
    """A row: its number, 0 where it says none; and of its cells the letters of the column, style and type as they are
    written, the text that they hold themselves, and the value, each None where there is none."""

    number: int
    letters: Sequence[str | None]
    styles: Sequence[str | None]
    kinds: Sequence[str | None]
    own: Sequence[str | None]
    values: Sequence[str | None]


def parted(source: IO[bytes]) -> Iterator[RowText | etree._Element]:
    """The rows of a plain sheet in their order; those that are written in an unusual way as elements.

    Raises ValueError or etree.LxmlError for a sheet that is damaged.
    """
    for batch in batches(source, _ROWS):
        for row in batch.texts:
            yield from _row(row, batch.root)
        yield from _parsed(batch.rest, batch.root)


def _row(text: str, root: str) -> Iterator[RowText | etree._Element]:
    """The row that a text holds without its end, and those without cells before it."""
    head = _HEAD.match(text)
    if head is None or head["empty"]:
        yield from _parsed(f"{text}</row>", root)
        return
    parts = _CELL.split(text[head.end() :])
    if any(parts[::_EACH]):
        yield from _parsed(f"{text}</row>", root)
        return
    number = _NUMBER.search(head["said"])
    yield RowText(int(number[1]) if number else 0, *(parts[place::_EACH] for place in range(1, _EACH)))


def _parsed(text: str, root: str) -> Iterator[etree._Element]:
    if text and not text.isspace():
        yield from parse(f"{root}<sheetData>{text}</sheetData></worksheet>").iter("{*}row")
