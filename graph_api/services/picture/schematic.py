"""Schematics (接线图) of stations and customers: supplies above, busbars across, bays below, couplers between busbars.

    line        line            a tree for each supply, side by side
     QF1         QF2
    ═══════ QF0 ═══════         a coupler stands between two busbars of the same height, where nothing is in its way
     T1          T2
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph_api.services.picture.drawing import DOWN, Drawing
from graph_api.services.picture.growth import Growth
from graph_api.services.picture.marks import Mark, Marks
from graph_api.services.picture.parts import Placed
from graph_api.services.picture.rows import place
from graph_api.services.picture.terms import PictureSymbol
from schema.registry import SWITCHES


def schematic(
    growth: Growth, roots: Sequence[int], attached: Mapping[int, Sequence[int]], labels: Mapping[int, str]
) -> Placed:
    """The drawing of what has grown: `attached` stands at pieces without wires, `labels` are texts of roots, and of
    what leads out of it."""
    marks = Marks(growth, attached)
    trees = [marks.tree(root) for root in roots]
    for tree in trees:
        for mark in tree.walk():
            _name(growth, mark, labels)
    couplers = _taken_out(growth, trees)
    columns = place(trees)
    left = [each for each in couplers if not _put_between(each, trees)]
    if left:
        for coupler in left:
            coupler.put_back()
        columns = place(trees)
        for coupler in couplers:
            if coupler not in left:
                _put_between(coupler, trees)
    return Drawing(growth, trees, columns, DOWN, _between(couplers, left)).placed(growth.truncated)


class Coupler:
    """A switch between two busbars of different trees."""

    def __init__(self, near: Mark, far: Mark, mark: Mark, at: Mark, to: Mark) -> None:
        self.near, self.far, self.mark, self.at, self.to = near, far, mark, at, to
        mark.children = []
        at.children.remove(mark)
        to.children.remove(far)

    def put_back(self) -> None:
        """Have it hang on its busbar again, with a link to the other one."""
        self.mark.children = [self.near]
        self.at.children.append(self.mark)
        self.to.children.append(self.far)


def _between(couplers: Sequence[Coupler], left: Sequence[Coupler]) -> list[tuple[Mark, Mark, Mark]]:
    """Couplers that stand between busbars, each after the one on its left, and before the other one."""
    found = []
    for each in couplers:
        if each not in left:
            each.mark.parent = None
            one, other = sorted((each.at, each.to), key=lambda mark: mark.row)
            found.append((one, each.mark, other))
    return found


def _name(growth: Growth, mark: Mark, labels: Mapping[int, str]) -> None:
    piece = mark.things[-1] if mark.things else -1
    if piece not in labels:
        return
    if mark.parent is None:
        mark.label = labels[piece]
        mark.symbol = PictureSymbol.SOURCE
    elif not mark.children:
        mark.beyond = labels[piece]
        nodes = growth.children.get(piece, ())
        mark.far = tuple(nodes) or mark.things[:1]


def _taken_out(growth: Growth, trees: Sequence[Mark]) -> list[Coupler]:
    """Switches that link busbars of two trees, out of these."""
    of = {id(mark): number for number, tree in enumerate(trees) for mark in tree.walk()}
    ends: dict[int, list[Mark]] = {}
    for tree in trees:
        for mark in tree.walk():
            if mark.runs_out and mark.parent is not None:
                ends.setdefault(mark.link, []).append(mark)
    found = []
    for link, both in sorted(ends.items()):
        if len(both) == 2 and growth.graph.kind(growth.links[link][0]) in SWITCHES:
            near, far = _sides(growth.links[link][0], both)
            switch, at, to = near.parent, near.parent and near.parent.parent, far.parent
            fits = switch and at and to and _is_bar(at) and _is_bar(to) and switch.children == [near]
            if fits and switch and at and to and abs(of[id(at)] - of[id(to)]) == 1:
                found.append(Coupler(near, far, switch, at, to))
    return found


def _sides(piece: int, both: Sequence[Mark]) -> tuple[Mark, Mark]:
    one, other = both
    return (one, other) if one.parent and one.parent.things[:1] == (piece,) else (other, one)


def _is_bar(mark: Mark) -> bool:
    return mark.symbol is PictureSymbol.BUSBAR


def _put_between(coupler: Coupler, trees: Sequence[Mark]) -> bool:
    """Have a coupler stand right beside the busbar on the left, which reaches to it, as the other one does.

    False where they are not of one height, or something stands between.
    """
    left, right = sorted((coupler.at, coupler.to), key=lambda mark: mark.row)
    if left.column != right.column:
        return False
    row = right.row - 1
    between = (mark for tree in trees for mark in tree.walk() if mark is not left and mark.column == left.column)
    if any(left.row + left.bar < mark.row + mark.bar and mark.row < right.row for mark in between):
        return False
    if any(_passes(mark, left.column, left.row + left.bar, right.row) for tree in trees for mark in tree.walk()):
        return False
    left.bar = max(left.bar, row - 1 - left.row)
    coupler.mark.column, coupler.mark.row = left.column, row
    return True


def _passes(mark: Mark, column: int, after: int, before: int) -> bool:
    """Whether the way to a mark crosses a column between two rows."""
    parent = mark.parent
    return parent is not None and parent.column < column < mark.column and after < mark.row < before
