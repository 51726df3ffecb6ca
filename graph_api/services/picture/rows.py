"""Rows: where the marks of a tree stand. The trunk lies on the first row, laterals on rows below it.

    row 0   B1 ─ CB1 ─ n1 ─── LS1 ─ n2 ─ T1
    row 1              ├─ FU1 ─ T2  ├─ FU3 ─ T4        what starts further right is placed first, so that no drop
    row 2              └─ FU2 ─ T3                     crosses a row; rows are shared where there is room

A lateral is placed as one block with all that hangs on it: at the first rows where it ends before anything that is
there begins. Rows that run out to the margin (links) are nobody else's from there on.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from graph_api.services.picture.marks import Mark, trunk_of
from graph_api.services.picture.terms import BARS, PictureSymbol

MARGIN_COLUMN: Final = 1 << 30
"""Where a row ends that runs out to the margin."""
EMPTY: Final = 1 << 31
"""Where an empty row begins."""
_NOWHERE: Final = -1
_APART: Final = 1
"""Rows between two trees: in a schematic, which lies on its side, a coupler stands there."""
TEXT_COLUMNS: Final = 2
"""Columns that the texts beside a leaf take."""
_BESIDE: Final = frozenset(
    {
        PictureSymbol.LOAD,
        PictureSymbol.CUSTOMER,
        PictureSymbol.NEIGHBOUR,
        PictureSymbol.ZONE,
        PictureSymbol.GENERATION,
        PictureSymbol.COMPENSATOR,
    }
)
SPREADS = 3
"""From so many laterals on the trunk makes room for them, as beside a ring main unit."""


@dataclass(slots=True)
class Block:
    """A way with all that hangs on it: per row where it begins and ends, in columns from its first mark."""

    path: list[Mark]
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    hung: list[tuple[Block, int, int]] = field(default_factory=list)
    """Blocks of laterals with column and row, both from the first mark."""

    @property
    def width(self) -> int:
        """Columns that what stands in it takes."""
        last = self.path[-1]
        own = last.column + 1 + TEXT_COLUMNS * beside(last)
        return max([own, *(right + hung.width for hung, right, _ in self.hung)])


def beside(mark: Mark) -> bool:
    """Whether a mark's texts stand beside it."""
    return not mark.children and (mark.symbol in _BESIDE or bool(mark.beyond))


def place(trees: Iterable[Mark]) -> int:
    """Give every mark of these trees its column and row, one tree below the other; the columns that they take."""
    first = widest = 0
    for tree in trees:
        width, rows = _place(tree)
        for mark in tree.walk():
            mark.row += first
        first += rows + _APART
        widest = max(widest, width)
    return widest


def _place(tree: Mark) -> tuple[int, int]:
    """Give every mark of a tree its column and row, from (0, 0) on; the columns and rows it takes."""
    block = _block(tree)
    width = block.width
    todo = [(block, 0, 0)]
    for each, column, row in todo:
        for mark in each.path:
            mark.column += column
            mark.row = row
        todo += [(hung, column + right, row + down) for hung, right, down in each.hung]
    return width, len(block.starts)


def _block(tree: Mark) -> Block:
    block = Block(trunk_of(tree))
    laterals = [_laterals(mark, after) for mark, after in zip(block.path, [*block.path[1:], None], strict=True)]
    _spread(block.path, laterals)
    last = block.path[-1]
    block.starts = [0]
    block.ends = [MARGIN_COLUMN if last.runs_out else last.column + TEXT_COLUMNS * beside(last)]
    for mark, hung in zip(reversed(block.path), reversed(laterals), strict=True):
        down = 0
        for each in hung:
            down = max(down, row := _free_row(block, each, mark.column))
            _hang(block, each, mark, row)
        mark.bar = down if mark.symbol in BARS else 0
    return block


def _laterals(mark: Mark, after: Mark | None) -> list[Block]:
    return [_block(each) for each in mark.children if each is not after]


def _spread(path: Sequence[Mark], laterals: Sequence[Sequence[Block]]) -> None:
    """Columns of a way: one after the other, but for what has to leave room for many laterals before it."""
    column = reach = station = 0
    for mark, hung in zip(path, laterals, strict=True):
        if mark.lines:
            column = max(column, reach)
            column += station >= 0 and 0 <= mark.station != station and column > reach
        mark.column, station = column, mark.station
        if len(hung) >= SPREADS:
            reach = column + 1 + max(each.width for each in hung)
        column += 1


def _free_row(block: Block, lateral: Block, column: int) -> int:
    """The first row at which a lateral ends before what is there begins."""
    row = 1
    while not _fits(block, lateral, column + 1, row):
        row += 1
    return row


def _fits(block: Block, lateral: Block, column: int, row: int) -> bool:
    for end, start in zip(lateral.ends, block.starts[row:], strict=False):
        if end != _NOWHERE and end + column + 1 > start:
            return False
    return True


def _hang(block: Block, lateral: Block, mark: Mark, row: int) -> None:
    """Note what a lateral takes, and the drop to it."""
    column = mark.column + 1
    missing = row + len(lateral.starts) - len(block.starts)
    block.starts += [EMPTY] * missing
    block.ends += [_NOWHERE] * missing
    for place_, (start, end) in enumerate(zip(lateral.starts, lateral.ends, strict=True), row):
        block.starts[place_] = min(block.starts[place_], start + column)
        block.ends[place_] = max(block.ends[place_], min(end + column, MARGIN_COLUMN) if end != _NOWHERE else end)
    for place_ in range(1, row + 1):
        block.starts[place_] = min(block.starts[place_], mark.column)
        block.ends[place_] = max(block.ends[place_], mark.column)
    block.hung.append((lateral, column, row))
