"""Records of a table: one, or some that follow each other with their columns; and what stands between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from loaders.tabular.names import plain_name

Ids = Callable[[Sequence[str]], Iterable[str]]
Numbered = tuple[int, Sequence[str]]
"""A row with its number."""


class Apart(Protocol):
    """Tells rows that stand between the records of a list."""

    def between(self, row: int, cells: Sequence[str]) -> str:
        """Why a row is no record, which may be told; empty for one that is."""

    def is_alone(self, cells: Sequence[str]) -> bool:
        """Whether so few cells of a row hold anything that it may be none."""


class NoneApart:
    """Of a table in which each row is a record."""

    def between(self, _row: int, _cells: Sequence[str]) -> str:
        """Empty: each is."""
        return ""

    def is_alone(self, _cells: Sequence[str]) -> bool:
        """None is doubtful."""
        return False


NONE_APART = NoneApart()


def no_ids(_: Sequence[str]) -> Iterable[str]:
    """The ids of rows that stand for no entity."""
    return ()


class Line(NamedTuple):
    """One record: its row as a spreadsheet counts (header = 1) and one text per column of the header."""

    row: int
    cells: Sequence[str]


class Block(NamedTuple):
    """Records that follow each other. With their columns where none of them may be anything else than a record, each
    has the header's width, and none has a scar; else a block has one record and no columns."""

    lines: Sequence[Line]
    columns: Sequence[Sequence[str]]


class Only(NamedTuple):
    """The rows of a table that one part of it has: those whose cell at `place` holds one of these words.

    `others` are the words of its other parts; the part that has them has the rows of no known word, too, and what is no
    record; None for any other part. `allowed` names the words that are known.
    """

    place: int
    own: frozenset[str]
    others: frozenset[str] | None
    allowed: str

    def has(self, cells: Sequence[str]) -> bool:
        """Whether a row is of this part."""
        word = plain_name(cells[self.place]) if self.place < len(cells) else ""
        return word in self.own or (self.others is not None and word not in self.others)

    def knows(self, cells: Sequence[str]) -> bool:
        """Whether the word of a row is known."""
        return plain_name(cells[self.place]) in self.own
