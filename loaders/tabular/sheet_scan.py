"""What the raw XML of a sheet tells before its cells are read: merged cells, and formulas that nobody calculated."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import IO

from openpyxl.utils.cell import coordinate_to_tuple

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([^"]{1,40})"')
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s(?P<head>[^>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>(?P<formula>[^<]*)</(?:\w+:)?f>)\s*"
    rb"(?P<empty><(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_HIDDEN = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d{1,7})"')
_STYLED = re.compile(rb'<(?:\w+:)?c\s(?=[^>]*?\bs="(\d{1,6})")[^>]*?\br="[A-Z]{1,3}(\d{1,7})"')
_PLACE = re.compile(rb'\br="([A-Z]{1,3}\d{1,7})"')
_TEXT = b't="str"'
_BEGINS_PLAIN = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml(?![^>]*encoding=[\"'](?!utf-8|us-ascii))[^>]*\?>)?\s*<(?:worksheet|sst)[\s>]", re.I
)
_PIECE = 1 << 20
_OVERLAP = 40_000
"""More than the longest cell: a formula has at most 8,192 characters."""


class Uncalculated(str):
    """A cell's formula in the place of its value, which the file does not hold."""

    __slots__ = ()


@dataclass(slots=True)
class SheetScan:
    """`merged` are ranges of merged cells; `uncalculated` has formulas by row and column from 1; `hidden` rows that
    nobody sees, and `struck` those with a cell that is struck out."""

    merged: list[str] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)
    uncalculated: dict[tuple[int, int], Uncalculated] = field(default_factory=dict)
    is_plain: bool = False
    """Whether it is UTF-8 without comments, CDATA and instructions, and its tags have no prefix."""


def scan(book: Path, part: str, strikes: frozenset[int] = frozenset()) -> SheetScan:
    """Read one part of a workbook through; an empty scan where the part is not there. `strikes` are styles that strike
    a cell out."""
    found = SheetScan()
    with zipfile.ZipFile(book) as pack:
        if part not in pack.namelist():
            return found
        with pack.open(part) as file:
            kept = b""
            while piece := file.read(_PIECE):
                text = kept + piece
                found.is_plain = _is_plain(text) if not kept else found.is_plain and not _has_marks(text)
                _look(text, found, strikes)
                kept = text[-_OVERLAP:]
    return found


def is_plain(source: IO[bytes]) -> bool:
    """Whether a part is UTF-8 without comments, CDATA and instructions, and its tags have no prefix."""
    text = source.read(_PIECE)
    found = _is_plain(text)
    while found and (piece := source.read(_PIECE)):
        text = text[-1:] + piece
        found = not _has_marks(text)
    return found


def _is_plain(text: bytes) -> bool:
    begin = _BEGINS_PLAIN.match(text)
    return begin is not None and not _has_marks(text[begin.end() :])


def _has_marks(text: bytes) -> bool:
    return b"<!" in text or b"<?" in text


def _look(text: bytes, found: SheetScan, strikes: frozenset[int]) -> None:
    # what a piece does not hold is not looked for tag by tag
    if b"hidden=" in text:
        found.hidden.update(map(int, _HIDDEN.findall(text)))
    if strikes:
        found.struck.update(int(row) for style, row in _STYLED.findall(text) if int(style) in strikes)
    if b"mergeCell" in text:
        found.merged += [each.decode("ascii", "replace") for each in _MERGED.findall(text)]
    for cell in _FORMULA.finditer(text) if b"<f" in text or b":f" in text else ():
        place = _PLACE.search(cell["head"])
        # A formula that gives the empty text is stored as such: <c t="str"> with an empty value.
        if place and not (cell["empty"] and _TEXT in cell["head"]):
            formula = unescape((cell["formula"] or b"").decode("utf-8", "replace"))
            found.uncalculated[coordinate_to_tuple(place[1].decode())] = Uncalculated("=" + formula)
