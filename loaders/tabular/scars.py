"""Scars that spreadsheets leave in cells: what is no value any more, and what must not be taken for one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import NamedTuple, Self

from loaders.tabular.sheet_scan import Uncalculated
from schema.words import say

ERRORS = frozenset(
    {
        "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!",
        "#BLOCKED!", "#CONNECT!", "#GETTING_DATA", "#UNKNOWN!", "Err:502", "Err:504", "Err:508", "Err:522",
    }
)  # fmt: skip
MOST_DIGITS = 15
"""Digits that a spreadsheet keeps of a number."""
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{2,}")


class Wanted(Enum):
    """What a column is read as: a key (id, number, reference), part of one, a telephone number, a text, or else.

    What stands BESIDE the row's own thing (its contacts) costs itself only, where it is read.
    """

    KEY = auto()
    PART = auto()
    PERSONAL = auto()
    BESIDE = auto()
    TEXT = auto()
    OTHER = auto()


_SUSPECT = re.compile(r"[#+]|Err:")
"""Without any of these there is no scar in a row of plain texts."""
_TEXTS = {str}
_WHOLE = frozenset({Wanted.KEY, Wanted.PERSONAL})
_KEYS = _WHOLE | {Wanted.PART}


class TooLong(str):
    """A number of a workbook with more digits than it keeps: the last ones are lost."""

    __slots__ = ()


class Dated(str):
    """A date or time of a workbook: in a key it is what became of a text (3-1)."""

    __slots__ = ()


_TEXTS_AND_DATES = {str, Dated}


class Unreadable(str):
    """A text that stands for no value, with the reason and what to do."""

    reason: str
    remedy: str

    def __new__(cls, text: str, reason: str, remedy: str) -> Self:
        """Make it."""
        made = super().__new__(cls, text)
        made.reason, made.remedy = reason, remedy
        return made


class Scar(NamedTuple):
    """A cell that makes its row unusable."""

    place: int
    reason: str
    remedy: str


def scar(cells: Sequence[str], wanted: Mapping[int, Wanted]) -> Scar | None:
    """The first scar in the columns that are read; None if there is none."""
    if set(map(type, cells)) == _TEXTS and not may_be_scarred("\n".join(cells)):
        return None
    for place, what in wanted.items():
        cell = cells[place]
        if not cell or what is Wanted.BESIDE:
            continue
        if type(cell) is not str or cell[0] == "#" or cell[0] == "E":
            if isinstance(cell, Unreadable):
                return Scar(place, cell.reason, cell.remedy)
            if isinstance(cell, Uncalculated):
                return Scar(place, say("the file holds this formula without the value that it gives"), _calculate())
            if cell.strip() in ERRORS:
                return Scar(place, say("is the error of a formula, not a value"), _mend())
            if isinstance(cell, TooLong) and what is not Wanted.OTHER:
                return Scar(place, _rounded(), _as_text())
            if isinstance(cell, Dated) and what in _WHOLE:
                return Scar(place, say("is a date or time that the spreadsheet made of what was entered"), _as_text())
        if what in _KEYS and cell[0].isdigit() and _ROUNDED.fullmatch(cell.strip()):
            return Scar(place, _rounded(), _as_text())
    return None


def are_sound(columns: Sequence[Sequence[str]], wanted: Mapping[int, Wanted]) -> bool:
    """Whether no cell of the columns that are read has a scar, for sure: `scar` tells of the others, row by row."""
    for place, what in wanted.items():
        if what is Wanted.BESIDE:
            continue
        kinds = set(map(type, columns[place]))
        if kinds != _TEXTS and (what in _WHOLE or not kinds <= _TEXTS_AND_DATES):
            return False
        if _SUSPECT.search("\n".join(columns[place])):
            return False
    return True


def may_be_scarred(text: str) -> bool:
    """Whether a cell, or all cells of a row in one text, can hold a scar."""
    return type(text) is not str or _SUSPECT.search(text) is not None


def _calculate() -> str:
    return say("Open the workbook in Excel or WPS, save it there and load it again, or enter the value.")


def _mend() -> str:
    return say("Mend the formula, or enter the value.")


def _rounded() -> str:
    return say("is a number that the spreadsheet has rounded: its last digits are lost")


def _as_text() -> str:
    return say("Store it as text: format the column as text (@) before the numbers are entered or pasted.")
