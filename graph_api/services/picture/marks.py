"""Marks: the trees of a drawing, with lines and plain nodes between two marks taken together as one way.

    B1 - CB1 - L1 - n1 - L2 - T1        marks: B1, CB1, n1, T1 and L3's end     ways: (), (L1), (L2), (L3)
                    n1 - L3
"""  # fmt: skip

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.picture.growth import STATIONS, Growth, station_of
from graph_api.services.picture.terms import SYMBOL_OF, PictureSymbol
from schema.customer import EmergencySource
from schema.grid import ConductingEquipment
from schema.registry import BUSBARS, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import EmergencySourceType

_NODE: Final = EntityKind.CONNECTIVITY_NODE
_LINE: Final = EntityKind.AC_LINE_SEGMENT
_WINDINGS = 3
_TIE = 4
"""As deep as a fuse, a transformer and its load."""


@dataclass(slots=True, eq=False)
class Mark:
    """A symbol of the drawing: what it stands for, the way to it, and what hangs on it."""

    things: tuple[int, ...]
    """Its own thing first; of a busbar the node it stands on, too; none for the far end of a link."""
    symbol: PictureSymbol
    way: tuple[int, ...] = ()
    """Lines and plain nodes between what it hangs on and itself."""
    lines: tuple[int, ...] = ()
    """The lines among them."""
    parent: Mark | None = None
    children: list[Mark] = field(default_factory=list)
    link: int = -1
    """Of an end of a link: its place among the links of the growth. The other end has the same."""
    beyond: str = ""
    """Whose the far side of a tie is that is not drawn."""
    far: tuple[int, ...] = ()
    """The nodes there."""
    label: str = ""
    """A text of its own."""
    station: int = -1
    """The station that it stands in."""
    depth: int = 1
    size: int = 1
    customers: int = 0
    folded: int = 0
    column: int = 0
    row: int = 0
    bar: int = 0
    """Rows that a bar goes down."""

    def walk(self) -> Iterator[Mark]:
        """Itself and all that hangs on it, each after what it hangs on."""
        todo = [self]
        for mark in todo:
            yield mark
            todo += mark.children

    @property
    def runs_out(self) -> bool:
        """Whether its row goes on to the margin, where links run."""
        return self.link >= 0


class Marks:
    """Makes marks of a growth."""

    def __init__(self, growth: Growth, attached: Mapping[int, Sequence[int]] | None = None) -> None:
        self._growth = growth
        self._attached = attached or {}
        """What stands at a piece without being wired to it: own sources, access points."""
        self._graph: Snapshot = growth.graph
        self._ends: dict[int, list[int]] = {}
        for place, ends in enumerate(growth.links):
            for end in ends:
                self._ends.setdefault(end, []).append(place)
        self._busbars: dict[int, tuple[int, ...]] = {}

    def tree(self, root: int) -> Mark:
        """The marks of one tree, measured."""
        first = self._mark(root)
        todo = [(first, root)]
        for mark, piece in todo:
            for child in self._kids(piece):
                found = self._follow(child)
                if found is not None:
                    below, at = found
                    below.parent = mark
                    mark.children.append(below)
                    todo.append((below, at))
            self._attach(mark, piece)
            ends = self._ends.get(piece, ())
            mark.children += [Mark((), PictureSymbol.JUNCTION, parent=mark, link=link) for link in ends]
        _measure(first, self._growth.ties)
        self._put_in_order(first)
        return first

    def _attach(self, mark: Mark, piece: int) -> None:
        """Hang what stands at a piece on its mark, side by side: each of them backs it by itself."""
        for each in self._attached.get(piece, ()):
            mark.children.append(Mark((each,), symbol_of(self._graph, each), parent=mark))

    def _kids(self, piece: int) -> Sequence[int]:
        """What hangs on a piece; a busbar is drawn as the node that it stands on."""
        kids = self._growth.children.get(piece, ())
        return kids if self._growth.kind(piece) is not _NODE else [kid for kid in kids if not self._is_bar(kid)]

    def _is_bar(self, piece: int) -> bool:
        return self._growth.kind(piece) in BUSBARS

    def _follow(self, piece: int) -> tuple[Mark, int] | None:
        """The next mark from a piece on, with the way to it; None where nothing is left to draw."""
        way = list[int]()
        while self._passes(piece):
            way.append(piece)
            piece = self._kids(piece)[0]
        lines = tuple(each for each in way if self._growth.kind(each) is _LINE)
        nothing = not self._kids(piece) and piece not in self._ends and not self._bars(piece)
        nothing = nothing and piece not in self._attached
        if self._growth.kind(piece) is _NODE and nothing and not lines:
            return None
        mark = self._mark(piece)
        mark.way, mark.lines = tuple(way), lines
        return mark, piece

    def _passes(self, piece: int) -> bool:
        """Whether it is part of a way: one thing hangs on it, and nothing else is there to show."""
        if len(self._kids(piece)) != 1 or piece in self._ends or piece in self._attached:
            return False
        kind = self._growth.kind(piece)
        return kind is _LINE or (kind is _NODE and not self._bars(piece))

    def _bars(self, node: int) -> tuple[int, ...]:
        if self._growth.kind(node) is not _NODE:
            return ()
        found = self._busbars.get(node)
        if found is None:
            sources = self._graph.sources(node, RelationshipKind.CONNECTS)
            found = self._busbars[node] = tuple(each for each in dict.fromkeys(sources) if self._is_bar(each))
        return found

    def _mark(self, piece: int) -> Mark:
        bars = self._bars(piece)
        mark = Mark((*bars, piece), self._symbol(piece, bars))
        mark.customers = mark.symbol is PictureSymbol.CUSTOMER
        found = (station_of(self._graph, thing, *STATIONS) for thing in mark.things)
        mark.station = next((at for at in found if at >= 0), -1)
        return mark

    def _symbol(self, piece: int, bars: Sequence[int]) -> PictureSymbol:
        if bars:
            return PictureSymbol.BUSBAR
        kind = self._growth.kind(piece)
        if kind is _NODE and not self._kids(piece) and piece not in self._ends:
            return PictureSymbol.LINE_END
        return symbol_of(self._graph, piece)

    def _put_in_order(self, first: Mark) -> None:
        for mark in first.walk():
            if len(mark.children) > 1:
                mark.children.sort(key=self._order)

    def _order(self, mark: Mark) -> tuple[tuple[tuple[int, str], ...], str]:
        """By operating number, as people count; what has none comes after, by id."""
        if not mark.things:
            return ((2, ""),), f"{mark.link:09}"
        entity = self._graph.entity(mark.things[0])
        number = (entity.number or "") if isinstance(entity, ConductingEquipment) else ""
        return natural(number) or ((1, ""),), entity.id


def symbol_of(graph: Snapshot, piece: int) -> PictureSymbol:
    """How a thing is drawn by its kind."""
    kind = graph.kind(piece)
    if kind is EntityKind.EMERGENCY_SOURCE:
        source = graph.get(EmergencySource, piece)
        return PictureSymbol.GENSET if source.source_type is EmergencySourceType.GENSET else PictureSymbol.UPS
    if kind is EntityKind.POWER_TRANSFORMER and len(graph.targets(piece, RelationshipKind.CONNECTS)) >= _WINDINGS:
        return PictureSymbol.THREE_WINDINGS
    return SYMBOL_OF.get(kind, PictureSymbol.PLACE)


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Sorts 2 before 10, as people count."""
    parts = re.findall(r"\d+|\D+", text)
    return tuple((0, part.zfill(12)) if part.isdigit() else (1, part) for part in parts)


def _measure(first: Mark, ties: Collection[int]) -> None:
    """How deep and how large everything is. A tie counts as deep as a lateral: trunks lead to their neighbours."""
    for mark in reversed([*first.walk()]):
        below = mark.children
        end = _TIE if mark.things and mark.things[0] in ties else 1
        mark.depth = max([end, *(each.depth + 1 for each in below)])
        mark.size = 1 + sum(each.size + len(each.lines) for each in below)
        mark.customers += sum(each.customers for each in below)


def trunk_of(tree: Mark) -> list[Mark]:
    """The longest way down, the first one of several."""
    found = [tree]
    while found[-1].children:
        found.append(max(found[-1].children, key=lambda each: each.depth))
    return found
