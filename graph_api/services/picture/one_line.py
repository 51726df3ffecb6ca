"""One-line diagram (单线图): feeders as trunks with laterals, ties to their neighbours, stations as frames.

Where things stand follows from the equipment and from normal positions alone: no switching moves anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.picture.feeder_roots import grow_feeder
from graph_api.services.picture.folding import fold
from graph_api.services.picture.framing import frames_around
from graph_api.services.picture.growth import Growth, feeder_of, walked
from graph_api.services.picture.marks import Mark, Marks
from graph_api.services.picture.parts import CELL_X, CELL_Y, Edge, Node, Placed, Spot
from graph_api.services.picture.rows import beside, place
from graph_api.services.picture.terms import BARS, PictureSymbol

MOST_DRAWN: Final = 2_500
"""Things that are drawn without folding."""
LEFT: Final = 96.0
TOP: Final = 96.0
"""Room for the title, and over the first row for the texts of bars."""
_FOOT: Final = 44.0
_LANE: Final = 14.0
_PARTED: Final = 1
"""Rows between two trees."""
_NODES: Final = BARS | {PictureSymbol.LINE_END}
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
    width = _stack(trees)
    return _Drawn(growth, trees, width).placed(growth.truncated)


def _stack(trees: Sequence[Mark]) -> int:
    """Place the trees one below the other; the columns that they take."""
    below = widest = 0
    for tree in trees:
        width, rows = place(tree)
        for mark in tree.walk():
            mark.row += below
        below += rows + _PARTED
        widest = max(widest, width)
    return widest


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


class _Drawn:
    """Marks as nodes, ways as edges."""

    def __init__(self, growth: Growth, trees: Sequence[Mark], columns: int) -> None:
        self._growth, self._graph = growth, growth.graph
        self._every = [mark for tree in trees for mark in tree.walk()]
        self._right = LEFT + columns * CELL_X
        self._ids: dict[Mark, str] = {}
        ends: dict[int, list[Mark]] = {}
        for mark in self._every:
            self._ids[mark] = self._id(mark)
            if mark.runs_out:
                ends.setdefault(mark.link, []).append(mark)
        self._pairs = {link: both for link, both in ends.items() if len(both) > 1}

    def placed(self, truncated: bool) -> Placed:
        """The whole drawing."""
        drawn = [mark for mark in self._every if mark.things]
        nodes = tuple(node for mark in drawn for node in self._nodes(mark))
        edges = (*(edge for mark in drawn for edge in self._way(mark)), *self._links())
        right = self._right + _LANE * (1 + len(self._pairs))
        rows = max((mark.row + mark.bar for mark in self._every), default=0)
        frames = frames_around(self._graph, nodes, dict(zip(self._ids.values(), self._ids, strict=True)))
        return Placed(nodes, edges, frames, right + LEFT / 2, TOP + rows * CELL_Y + _FOOT, truncated)

    def _id(self, mark: Mark) -> str:
        if not mark.things:
            return ""
        own = self._graph.id(mark.things[-1] if mark.symbol is PictureSymbol.JUNCTION else mark.things[0])
        return f"{own}/zone" if mark.symbol is PictureSymbol.ZONE else own

    def _nodes(self, mark: Mark) -> Iterator[Node]:
        x, y = spot(mark)
        yield Node(
            id=self._ids[mark],
            symbol=mark.symbol,
            x=x,
            y=y,
            things=mark.things,
            beside=beside(mark) and not mark.beyond,
            length_y=mark.bar * CELL_Y,
            folded=mark.folded,
            customers=mark.customers if mark.folded else 0,
        )
        if mark.beyond:
            at = f"{self._ids[mark]}/neighbour"
            node = Node(id=at, symbol=PictureSymbol.NEIGHBOUR, x=x + CELL_X, y=y, passes=mark.far, label=mark.beyond)
            yield replace(node, beside=True)

    def _way(self, mark: Mark) -> Iterator[Edge]:
        """The edge to a mark from what it hangs on, and that to its neighbour."""
        x, y = spot(mark)
        if mark.parent is not None:
            yield Edge(
                id=f"{self._ids[mark.parent]}~{self._ids[mark]}",
                source=self._ids[mark.parent],
                target=self._ids[mark],
                points=_routed(mark.parent, mark),
                things=mark.lines,
                passes=mark.way or _node_of(mark),
            )
        if mark.beyond:
            at = self._ids[mark]
            neighbour = f"{at}/neighbour"
            points = ((x, y), (x + CELL_X, y))
            yield Edge(id=f"{at}~{neighbour}", source=at, target=neighbour, points=points, passes=mark.far, link=True)

    def _links(self) -> Iterator[Edge]:
        """Rings and ties: out to the margin on the row of the one end, down or up there, back on that of the other."""
        for number, (link, (one, other)) in enumerate(sorted(self._pairs.items()), 1):
            lane = self._right + number * _LANE
            out, back = _way_out(one), _way_out(other)
            piece, node = self._growth.links[link]
            source, target = (self._ids[end.parent] for end in (one, other) if end.parent)
            yield Edge(
                id=f"{source}~{target}/link",
                source=source,
                target=target,
                points=(*out, (lane, out[-1][1]), (lane, back[-1][1]), *reversed(back)),
                passes=(node,),
                link=self._is_tie(piece),
            )

    def _is_tie(self, link: int) -> bool:
        return link in self._growth.ties


def _way_out(end: Mark) -> tuple[Spot, ...]:
    """From what an end hangs on to its row."""
    return () if end.parent is None else _routed(end.parent, end)[:-1]


def _node_of(mark: Mark) -> tuple[int, ...]:
    """Where two marks meet without anything between them: the one of them that is a node."""
    ends = (mark, mark.parent)
    return next((end.things[-1:] for end in ends if end is not None and end.symbol in _NODES), mark.things[:1])


def spot(mark: Mark) -> Spot:
    """Where a mark stands."""
    return LEFT + mark.column * CELL_X, TOP + mark.row * CELL_Y


def _routed(parent: Mark, mark: Mark) -> tuple[Spot, ...]:
    """From what a mark hangs on, along its own row; first down to it, where that is no bar."""
    (from_x, from_y), (x, y) = spot(parent), spot(mark)
    if from_y == y or parent.symbol in BARS:
        return (from_x, y), (x, y)
    return (from_x, from_y), (from_x, y), (x, y)
