"""Merged cells below a head: one that says a word for several rows holds for each; any other is refused.

A word in A2:A3 is of both rows. A number there may be the sum of its rows, a cell over several columns one of several
values: refused. A note that stands alone in its rows may be as wide and high as it likes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from openpyxl.utils import get_column_letter, range_boundaries

from schema.errors import LoadError
from schema.words import say

_NUMBER = re.compile(r"\s*[+-]?[\d.,]+(?:[eE][+-]?\d+)?\s*")


class Merged(NamedTuple):
    """A range of merged cells, rows and columns from 1, both ends included."""

    top: int
    bottom: int
    left: int
    right: int

    @classmethod
    def of(cls, where: str) -> Merged:
        """From A2:B3."""
        left, top, right, bottom = range_boundaries(where)
        return cls(int(top or 1), int(bottom or 1), int(left or 1), int(right or 1))

    @property
    def where(self) -> str:
        """As A2:B3."""
        return f"{get_column_letter(self.left)}{self.top}:{get_column_letter(self.right)}{self.bottom}"


class _Book(Protocol):
    def merged(self, name: str) -> Sequence[Merged]: ...

    def rows(self, name: str) -> Iterator[Sequence[str]]: ...


def spread(book: _Book, file: str, name: str, head: int) -> tuple[Merged, ...]:
    """The merged cells of a sheet that hold for each of their rows. Raises LoadError for one that is refused."""
    below = [each for each in book.merged(name) if each.bottom > head]
    if not below:
        return ()
    deepest = max(each.bottom for each in below)
    rows = [list(cells) for _, cells in zip(range(deepest), book.rows(name), strict=False)]
    found = []
    for each in below:
        held = rows[each.top - 1 : each.bottom]
        text = held[0][each.left - 1] if held and len(held[0]) >= each.left else ""
        if sum(1 for cells in held for cell in cells if cell.strip()) <= bool(text.strip()):
            continue
        if each.left != each.right or each.top <= head or _NUMBER.fullmatch(text):
            raise _refused(file, name, each)
        found.append(each)
    return tuple(found)


def filled(rows: Iterable[Sequence[str]], merged: Sequence[Merged]) -> Iterator[Sequence[str]]:
    """Rows with the word of a merged cell in each row that it covers."""
    by_row: dict[int, list[Merged]] = {}
    for each in merged:
        for row in range(each.top, each.bottom + 1):
            by_row.setdefault(row, []).append(each)
    words: dict[Merged, str] = {}
    for row, cells in enumerate(rows, start=1):
        for each in by_row.get(row, ()):
            place = each.left - 1
            if row == each.top:
                words[each] = cells[place] if place < len(cells) else ""
                continue
            cells = [*cells, *[""] * (each.left - len(cells))]
            cells[place] = words.get(each, "")
        yield cells


def _refused(file: str, name: str, each: Merged) -> LoadError:
    return LoadError(
        say(
            "{path}#{name} has merged cells ({where}): only their first cell holds a value. "
            "Unmerge them, give every row its own value, and load again.",
            path=file,
            name=name,
            where=each.where,
        )
    )
