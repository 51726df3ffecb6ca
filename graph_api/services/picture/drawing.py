"""Drawing: placed marks as symbols and lines, across the sheet or down it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from graph_api.services.picture.framing import frames_around
from graph_api.services.picture.growth import Growth
from graph_api.services.picture.marks import Mark
from graph_api.services.picture.parts import CELL_X, CELL_Y, Edge, Node, Placed, Spot
from graph_api.services.picture.rows import beside
from graph_api.services.picture.terms import BARS, PictureSymbol

LANE: Final = 0.2
"""How far apart links run in the margin, in columns."""
_BELOW: Final = 0.65
"""How far below a load the way to its own sources turns, in columns."""
_NODES: Final = BARS | {PictureSymbol.LINE_END}


@dataclass(frozen=True, slots=True)
class Sheet:
    """How columns and rows become places: columns to the right, or (upright) down."""

    column: float
    row: float
    upright: bool = False
    left: float = 96.0
    top: float = 96.0

    def at(self, column: float, row: float) -> Spot:
        """Where a column and row are."""
        if self.upright:
            return self.left + row * self.row, self.top + column * self.column
        return self.left + column * self.column, self.top + row * self.row

    def along(self, rows: int) -> Spot:
        """How far a bar over some rows goes, to the right and down."""
        return (rows * self.row, 0.0) if self.upright else (0.0, rows * self.row)

    def size(self, columns: float, rows: int) -> Spot:
        """Width and height of a sheet that ends with these."""
        x, y = self.at(columns, rows)
        return x + (self.row if self.upright else self.left / 2), y + 44.0


ACROSS: Final = Sheet(CELL_X, CELL_Y)
DOWN: Final = Sheet(68.0, 148.0, upright=True)


class Drawing:
    """Marks as nodes, ways as edges."""

    def __init__(
        self,
        growth: Growth,
        trees: Sequence[Mark],
        columns: int,
        sheet: Sheet = ACROSS,
        couplers: Sequence[tuple[Mark, Mark, Mark]] = (),
    ) -> None:
        self._sheet = sheet
        self._growth, self._graph = growth, growth.graph
        self._couplers = couplers
        self._every = [*(mark for tree in trees for mark in tree.walk()), *(mark for _, mark, _ in couplers)]
        self._level = {mark for _, mark, _ in couplers}
        self._right = columns
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
        edges = (*(edge for mark in drawn for edge in self._way(mark)), *self._links(), *self._coupled())
        columns = self._right + (1 + len(self._pairs)) * LANE
        rows = max((mark.row + mark.bar for mark in self._every), default=0)
        width, height = self._sheet.size(columns, rows)
        marks = dict(zip(self._ids.values(), self._ids, strict=True))
        frames = () if self._sheet.upright else frames_around(self._graph, nodes, marks)
        return Placed(nodes, edges, frames, width, height, truncated)

    def _id(self, mark: Mark) -> str:
        if not mark.things:
            return ""
        own = self._graph.id(mark.things[-1] if mark.symbol is PictureSymbol.JUNCTION else mark.things[0])
        return f"{own}/zone" if mark.symbol is PictureSymbol.ZONE else own

    def _nodes(self, mark: Mark) -> Iterator[Node]:
        x, y = self._sheet.at(mark.column, mark.row)
        length_x, length_y = self._sheet.along(mark.bar)
        yield Node(
            id=self._ids[mark],
            symbol=mark.symbol,
            x=x,
            y=y,
            things=mark.things,
            beside=(self._sheet.upright and mark not in self._level) or (beside(mark) and not mark.beyond),
            label=mark.label,
            length_x=length_x,
            length_y=length_y,
            upright=self._sheet.upright and mark not in self._level,
            folded=mark.folded,
            customers=mark.customers if mark.folded else 0,
        )
        if mark.beyond:
            at = f"{self._ids[mark]}/neighbour"
            x, y = self._sheet.at(mark.column + 1, mark.row)
            node = Node(id=at, symbol=PictureSymbol.NEIGHBOUR, x=x, y=y, passes=mark.far, label=mark.beyond)
            yield replace(node, beside=True, upright=self._sheet.upright)

    def _way(self, mark: Mark) -> Iterator[Edge]:
        """The edge to a mark from what it hangs on, and that to its neighbour."""
        if mark.parent is not None:
            yield Edge(
                id=f"{self._ids[mark.parent]}~{self._ids[mark]}",
                source=self._ids[mark.parent],
                target=self._ids[mark],
                points=self._route(_routed(mark.parent, mark)),
                things=mark.lines,
                passes=mark.way or _node_of(mark),
            )
        if mark.beyond:
            at = self._ids[mark]
            neighbour = f"{at}/neighbour"
            points = self._route(((mark.column, mark.row), (mark.column + 1, mark.row)))
            tie = mark.things[0] in self._growth.ties
            yield Edge(id=f"{at}~{neighbour}", source=at, target=neighbour, points=points, passes=mark.far, link=tie)

    def _links(self) -> Iterator[Edge]:
        """Rings and ties: out to the margin on the row of the one end, down or up there, back on that of the other."""
        for number, (link, (one, other)) in enumerate(sorted(self._pairs.items()), 1):
            lane = self._right + number * LANE
            out, back = _way_out(one), _way_out(other)
            piece, node = self._growth.links[link]
            source, target = (self._ids[end.parent] for end in (one, other) if end.parent)
            yield Edge(
                id=f"{source}~{target}/link",
                source=source,
                target=target,
                points=self._route((*out, (lane, out[-1][1]), (lane, back[-1][1]), *reversed(back))),
                passes=(node,),
                link=self._is_tie(piece),
            )

    def _coupled(self) -> Iterator[Edge]:
        """From the busbar on the left to a coupler, and on to the other one."""
        for left, mark, right in self._couplers:
            for one, other in ((left, mark), (mark, right)):
                begin, end = one.row + (one.bar if one is left else 0), other.row
                at, to = self._ids[one], self._ids[other]
                points = self._route(((mark.column, begin), (mark.column, end)))
                bar = left if one is left else right
                yield Edge(id=f"{at}~{to}", source=at, target=to, points=points, passes=bar.things[-1:])

    def _route(self, points: Sequence[Spot]) -> tuple[Spot, ...]:
        return tuple(self._sheet.at(column, row) for column, row in points)

    def _is_tie(self, link: int) -> bool:
        return link in self._growth.ties


def _way_out(end: Mark) -> tuple[Spot, ...]:
    """From what an end hangs on to its row."""
    return () if end.parent is None else _routed(end.parent, end)[:-1]


def _node_of(mark: Mark) -> tuple[int, ...]:
    """Where two marks meet without anything between them: the one of them that is a node."""
    ends = (mark, mark.parent)
    return next((end.things[-1:] for end in ends if end is not None and end.symbol in _NODES), mark.things[:1])


def _routed(parent: Mark, mark: Mark) -> tuple[Spot, ...]:
    """From what a mark hangs on, along its own row; first down to it, from no bar, and below a load."""
    column, row = mark.column, mark.row
    if parent.row == row or parent.symbol in BARS:
        return (parent.column, row), (column, row)
    if parent.symbol is PictureSymbol.LOAD:
        turn = parent.column + _BELOW
        return (parent.column, parent.row), (turn, parent.row), (turn, row), (column, row)
    return (parent.column, parent.row), (parent.column, row), (column, row)
