"""A sheet of an .xlsx workbook, parted into rows as text: a third of what an element for each of its cells costs.

Only of a plain sheet (see sheet_scan): UTF-8, without comments, CDATA and instructions, so that `</row>` ends a row
wherever it stands. What is written in an unusual way is left to a parser, row by row.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

from lxml import etree

_PIECE, _MOST = 1 << 18, 1 << 26
"""Characters that are read at once, and the most that a row may have."""
_TEXT = r"[^<&\x00-\x08\x0b-\x1f\ufffe\uffff]*"
_ROOT = re.compile(r"<worksheet(?=[\s>])[^<>]*>")
_BEGIN = re.compile(r"<sheetData(?:\s[^<>]*)?/?>")
_END = "</sheetData>"
_HEAD = re.compile(rf'\s*<row(?P<said>(?:\s+[\w:.]+="{_TEXT}")*)\s*(?P<empty>/?)>')
_NUMBER = re.compile(r'\sr="(\d{1,7})"')
_CELL = re.compile(
    r'<c(?: r="([A-Z]{1,3})\d{1,7}")?(?: s="(\d{1,6})")?(?: t="(\w+)")?(?:/>|>(?:'
    rf'<is><t(?: xml:space="preserve")?>({_TEXT})</t></is>'
    rf"|(?:<f>{_TEXT}</f>)?<v>({_TEXT})</v>"
    r")?</c>)"
)
_EACH = _CELL.groups + 1
_REFERENCE = re.compile(r"(&#\d{3,7};)")


class _Referred(dict[str, str]):
    """The character of a reference as &#23458;; of one to a mark, a control or none at all the reference itself."""

    def __missing__(self, reference: str) -> str:
        point = int(reference[2:-1])
        is_one = 0x80 <= point < 0xD800 or 0xE000 <= point < 0xFFFE or 0xFFFF < point <= 0x10FFFF
        self[reference] = found = chr(point) if is_one else reference
        return found


_REFERRED = _Referred()


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
    text = io.TextIOWrapper(source, "utf-8-sig", newline="")
    before, rest = _opened(text)
    root = _ROOT.search(before)
    if root is None:
        raise ValueError
    while True:
        whole, _, rest = rest.rpartition("</row>")
        for row in _read_out(whole).split("</row>") if whole else ():
            yield from _row(row, root[0])
        end = rest.find(_END)
        if end >= 0:
            break
        piece = text.read(_PIECE)
        if not piece or len(rest) > _MOST:
            raise ValueError
        rest += piece
    yield from _parsed(rest[:end], root[0])
    after = rest[end:] + text.read()
    _parse(before + after)


def _opened(text: io.TextIOWrapper) -> tuple[str, str]:
    """What stands before the first row, and what was read behind it."""
    read = ""
    while (begin := _BEGIN.search(read)) is None:
        piece = text.read(_PIECE)
        if not piece or len(read) > _MOST:
            raise ValueError
        read += piece
    if begin[0].endswith("/>"):
        return read[: begin.start()] + "<sheetData>", _END + read[begin.end() :]
    return read[: begin.end()], read[begin.end() :]


def _read_out(text: str) -> str:
    """A text with the characters themselves instead of the references that openpyxl writes for them."""
    if "&#" not in text:
        return text
    parts = _REFERENCE.split(text)
    parts[1::2] = map(_REFERRED.__getitem__, parts[1::2])
    return "".join(parts)


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
        yield from _parse(f"{root}<sheetData>{text}</sheetData></worksheet>").iter("{*}row")


def _parse(text: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(text.encode(), parser)
