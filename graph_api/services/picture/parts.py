"""What a picture is made of: nodes with a place, edges with routed points, frames around stations.

Coordinates are units of the picture (about a pixel), x to the right and y downwards, within its box.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph_api.readmodel.things import Thing, Things
from graph_api.services.picture.terms import PictureCondition, PictureKind, PictureSymbol
from schema.vocabulary import SwitchPosition

CELL_X, CELL_Y = 76.0, 60.0
"""No two nodes of a schematic stand closer than this, across or down."""
Spot = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One symbol. `things` are what it stands for: the first is its own, none = a name alone stands there.

    `length_x` and `length_y` say how far a bar goes from its place, to the right and down; 0 for all else.
    """

    id: str
    symbol: PictureSymbol
    x: float
    y: float
    things: Things = ()
    passes: Things = ()
    """What decides its state where it has no thing of its own."""
    label: str = ""
    detail: str = ""
    beside: bool = False
    """Whether its texts stand to the right, else under it (over a bar)."""
    silent: bool = False
    """Whether its texts are left to whoever points at it: there is no room for them."""
    upright: bool = False
    """Whether its line runs down, not across."""
    length_x: float = 0.0
    length_y: float = 0.0
    condition: PictureCondition = PictureCondition.NOT_KNOWN
    position: SwitchPosition | None = None
    normal_position: SwitchPosition | None = None
    telemetered: bool | None = None
    """Whether a switch can be seen and operated from afar; None = no switch, or not recorded."""
    tripped: bool = False
    """Whether it is open because of the event."""
    probability: float | None = None
    """That the fault is here, where that was asked."""
    indicators: Things = ()
    folded: int = 0
    """Things that a folded zone stands for."""
    customers: int = 0
    """Customers among them."""

    @property
    def thing(self) -> Thing | None:
        """What it is the symbol of."""
        return self.things[0] if self.things else None

    @property
    def off_normal(self) -> bool:
        """Whether a switch stands otherwise than in the normal diagram."""
        return self.position is not None and self.position is not self.normal_position


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One line between two nodes; the equipment in series that it stands for, from `source` to `target`."""

    id: str
    source: str
    target: str
    points: tuple[Spot, ...]
    things: Things = ()
    passes: Things = ()
    """What decides its state: these things and the plain nodes between them."""
    label: str = ""
    detail: str = ""
    condition: PictureCondition = PictureCondition.NOT_KNOWN
    link: bool = False
    """Whether it is a tie that normally stands open: drawn dashed."""
    probability: float | None = None
    indicators: Things = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A box around what stands in one station."""

    thing: Thing
    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """A text of the picture itself: the name of a feeder over its part."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A whole picture."""

    kind: PictureKind
    title: str
    width: float
    height: float
    of: Things
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    frames: tuple[Frame, ...] = ()
    captions: tuple[Caption, ...] = ()
    unplaced: Things = ()
    """Things that belong into it and of which no place is known."""
    truncated: bool = False
    """Whether there was more than is drawn, and it cannot be unfolded here."""
    remarks: tuple[str, ...] = ()

    @property
    def parts(self) -> Iterator[Node | Edge]:
        """Nodes, then edges."""
        yield from self.nodes
        yield from self.edges

    @property
    def symbols(self) -> tuple[PictureSymbol, ...]:
        """Symbols that occur, in the order of their list: the legend."""
        used = {node.symbol for node in self.nodes}
        if any(part.indicators for part in self.parts):
            used.add(PictureSymbol.FAULT_INDICATOR)
        return tuple(each for each in PictureSymbol if each in used)

    @property
    def conditions(self) -> tuple[PictureCondition, ...]:
        """States that occur, in the order of their list."""
        used = {part.condition for part in self.parts}
        return tuple(each for each in PictureCondition if each in used)


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture without its texts and states: what the equipment alone decides."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    frames: tuple[Frame, ...] = ()
    width: float = 0.0
    height: float = 0.0
    truncated: bool = False
    unplaced: Things = ()
