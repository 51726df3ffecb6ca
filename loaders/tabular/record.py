"""A row of a list for what its columns make beside its own thing: contacts, points, duties, supplies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from loaders.tabular.collect import Collector
from loaders.tabular.counted import NONE
from loaders.tabular.marks import MOST_OF_MARK, says_none
from loaders.tabular.writing import Writing


class Record(NamedTuple):
    """The thing that a row stands for, by its id and name, with the row's cells and who takes what it makes."""

    collector: Collector
    row: int
    ident: str
    name: str
    cells: Sequence[str]
    writing: Writing
    system: str

    def text(self, place: int, header: str) -> str:
        """What a cell says, stripped; empty where it says that there is nothing, which is counted."""
        found = self.cells[place].strip()
        if not found or len(found) > MOST_OF_MARK or not says_none(found):
            return found
        self.collector.count(NONE, self.row, header)
        return ""
