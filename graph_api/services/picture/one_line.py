"""One-line diagram (单线图): feeders as trunks with laterals, ties to their neighbours, stations as frames.

Where things stand follows from the equipment and from normal positions alone: no switching moves anything.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.picture.drawing import Drawing
from graph_api.services.picture.feeder_roots import grow_feeder
from graph_api.services.picture.folding import fold
from graph_api.services.picture.growth import Growth, feeder_of, walked
from graph_api.services.picture.marks import Mark, Marks
from graph_api.services.picture.parts import Placed
from graph_api.services.picture.rows import place
from graph_api.services.picture.terms import PictureSymbol

MOST_DRAWN: Final = 2_500
"""Things that are drawn without folding."""
_NEARBY: Final = 60
"""Pieces beyond a tie that are looked at for whose they are."""


def one_line(graph: Snapshot, feeders: Sequence[int], opened: Collection[int], most: int = MOST_DRAWN) -> Placed:
    """The drawing of some feeders."""
    growth = Growth(graph)
    roots = [root for feeder in feeders for root in grow_feeder(growth, feeder)]
    growth.settle()
    marks = Marks(growth)
    trees = [marks.tree(root) for root in roots]
    fold(trees, most, opened)
    _name_neighbours(growth, trees, feeders)
    width = place(trees)
    return Drawing(growth, trees, width).placed(growth.truncated)


def _name_neighbours(growth: Growth, trees: Sequence[Mark], feeders: Sequence[int]) -> None:
    """Have each tie whose far side is not drawn say whose that is, and each head of another feeder which it is."""
    for mark in (mark for tree in trees for mark in tree.walk()):
        piece = mark.things[0] if mark.things else -1
        if mark.symbol is PictureSymbol.ZONE or any(child.runs_out for child in mark.children):
            continue
        if piece in growth.begins:
            mark.beyond, mark.far = growth.graph.name(growth.begins[piece]), (piece,)
        elif piece in growth.ties:
            found = (_whose(growth.graph, node, piece, feeders) for node in growth.ties[piece])
            mark.beyond, mark.far = next((name for name in found if name), "?"), growth.ties[piece]


def _whose(graph: Snapshot, node: int, tie: int, feeders: Sequence[int]) -> str:
    """Name of the feeder beyond a tie, as recorded; else that of a station there; "" for none."""
    for piece in walked(graph, node, tie, _NEARBY):
        feeder = feeder_of(graph, piece)
        if feeder >= 0 and feeder not in feeders:
            return graph.name(feeder)
    return ""
