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
    """Fold zones up until about so many things at most are drawn: what is behind a switch off the trunks first, the
    most first, then what is behind a switch on them. A zone that was opened stays so; what is in it folds likewise."""
    every = sum(each.size for each in trees)
    if every > most:
        for tree in trees:
            _fold(tree, max(most * tree.size // every, LEAST), opened)


def _fold(tree: Mark, most: int, opened: Collection[int]) -> None:
    if tree.size <= most:
        return
    trunk, left = trunk_of(tree), tree.size
    for mark in sorted(_off(tree, trunk), key=lambda each: -each.size):
        if left <= most:
            return
        left -= _fold_at(mark, most, opened)
    if left > most:
        _fold_trunk(trunk, most, opened)


def _off(tree: Mark, trunk: Sequence[Mark]) -> list[Mark]:
    """Switches off a trunk that zones can be folded behind, none behind another."""
    on_trunk, todo, found = set(trunk), [tree], list[Mark]()
    for mark in todo:
        if mark not in on_trunk and _foldable(mark):
            found.append(mark)
        else:
            todo += mark.children
    return found


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
