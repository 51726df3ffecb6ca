"""What the raw XML of a sheet tells before its cells are read: merged cells, and formulas that nobody calculated."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

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
                _look(kept + piece, found, strikes)
                kept = (kept + piece)[-_OVERLAP:]
    return found


def _look(text: bytes, found: SheetScan, strikes: frozenset[int]) -> None:
    found.hidden.update(map(int, _HIDDEN.findall(text)))
    if strikes:
        found.struck.update(int(row) for style, row in _STYLED.findall(text) if int(style) in strikes)
    found.merged += [each.decode("ascii", "replace") for each in _MERGED.findall(text)]
    for cell in _FORMULA.finditer(text):
        place = _PLACE.search(cell["head"])
        # A formula that gives the empty text is stored as such: <c t="str"> with an empty value.
        if place and not (cell["empty"] and _TEXT in cell["head"]):
            formula = unescape((cell["formula"] or b"").decode("utf-8", "replace"))
            found.uncalculated[coordinate_to_tuple(place[1].decode())] = Uncalculated("=" + formula)
