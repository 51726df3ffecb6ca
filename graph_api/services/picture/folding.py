"""Folding (折叠): zones behind switches that one symbol stands for, where a feeder has more than a picture can show."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from graph_api.services.picture.marks import Mark, trunk_of
from graph_api.services.picture.terms import PictureSymbol

LEAST = 6
"""What is smaller than this is not worth a zone."""
SWITCHES: Final = frozenset(
    {
        PictureSymbol.BREAKER,
        PictureSymbol.RECLOSER,
        PictureSymbol.LOAD_BREAK_SWITCH,
        PictureSymbol.DISCONNECTOR,
        PictureSymbol.FUSE,
    }
)


def fold(trees: Sequence[Mark], most: int, opened: Collection[int]) -> None:
    """Fold zones up until about so many things at most are drawn: what is behind a switch off the trunks first, then
    what is behind a switch on them. A zone that was opened stays so; what is in it folds in the same way."""
    every = sum(each.size for each in trees)
    if every > most:
        for tree in trees:
            _fold(tree, max(most * tree.size // every, LEAST), opened)


def _fold(tree: Mark, most: int, opened: Collection[int]) -> None:
    if tree.size <= most:
        return
    trunk, left, todo = trunk_of(tree), tree.size, [tree]
    on_trunk = set(trunk)
    for mark in todo:
        if mark not in on_trunk and _foldable(mark):
            left -= _fold_at(mark, most, opened)
        else:
            todo += mark.children
    if left > most:
        _fold_trunk(trunk, most, opened)


def _foldable(mark: Mark) -> bool:
    return bool(mark.children) and mark.size > LEAST and mark.symbol in SWITCHES and not mark.runs_out


def _fold_at(mark: Mark, most: int, opened: Collection[int]) -> int:
    """Fold what is behind a switch, unless somebody opened it; how much less is drawn."""
    if mark.things[0] in opened:
        for child in mark.children:
            _fold(child, most, opened)
        return 0
    below = mark.size - 1
    zone = Mark(mark.things[:1], PictureSymbol.ZONE, parent=mark, folded=below, customers=mark.customers)
    mark.children, mark.depth = [zone], 2
    return below


def _fold_trunk(trunk: Sequence[Mark], most: int, opened: Collection[int]) -> None:
    """Fold what is behind the first switch of a trunk before which enough is drawn."""
    drawn = 0
    for mark, after in zip(trunk, [*trunk[1:], None], strict=True):
        drawn += mark.size - (after.size if after else 0)
        if drawn > most and _foldable(mark):
            if _fold_at(mark, most, opened):
                return
            drawn = 0
