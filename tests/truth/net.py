"""The plain data that the independent model works on: a node-breaker network, its customers, its reports.

A piece of equipment hangs on connectivity nodes; ids of pieces and nodes never collide. Power is in kW with a power
factor of 1 (kVA = kW), times are seconds on any one clock, positions are CLOSED, OPEN or UNKNOWN.
Nothing here knows the product: adapters (`from_schema`, `from_graphql`) and drawings make these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import networkx as nx


class Kind(StrEnum):
    """What a piece of equipment is."""

    SOURCE = "source"
    BUS = "bus"
    LINE = "line"
    TRANSFORMER = "transformer"
    BREAKER = "breaker"
    RECLOSER = "recloser"
    LOAD_BREAK = "load_break"
    DISCONNECTOR = "disconnector"
    FUSE = "fuse"
    BAY = "bay"
    SUPPLY = "supply"
    LOAD = "load"
    CONSUMER = "consumer"
    OTHER = "other"
    """Hangs on its node and conducts nothing that matters: shunt, distributed generation (never a source)."""


SWITCHES = frozenset({Kind.BREAKER, Kind.RECLOSER, Kind.LOAD_BREAK, Kind.DISCONNECTOR, Kind.FUSE, Kind.BAY})
BREAKS_FAULT = frozenset({Kind.BREAKER, Kind.RECLOSER, Kind.FUSE, Kind.BAY})
"""The design (4): breakers, reclosers and fuses break fault current; schema/customer.py: a customer's bay does too."""


class Position(StrEnum):
    """Position of a switch."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    UNKNOWN = "UNKNOWN"


class Transfer(StrEnum):
    """How a receiving point changes over."""

    AUTOMATIC = "AUTOMATIC"
    MANUAL = "MANUAL"
    NONE = "NONE"


class Role(StrEnum):
    """What an incoming supply is for."""

    MAIN = "MAIN"
    STANDBY = "STANDBY"
    SECURITY = "SECURITY"


IMPORTANCE = ("SPECIAL", "FIRST", "SECOND", "TEMPORARY", "ORDINARY")
"""Classes, the most important first."""
GRADES = ("ESPECIALLY_IMPORTANT", "GRADE_1", "GRADE_2", "GRADE_3")
"""Load grades, the most important first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Conducting equipment between its nodes (one node: it hangs there)."""

    id: str
    kind: Kind
    nodes: tuple[str, ...]
    normal: Position = Position.CLOSED
    in_service: bool = True
    remote: bool = False
    customer_owned: bool = False
    station: str | None = None
    """Substation that it stands in; None = out in the field."""
    limit_kw: float | None = None
    kw: float | None = None
    """Of a CONSUMER (a public area, 台区): its power; None = not known."""
    households: int | None = None

    @property
    def is_switch(self) -> bool:
        """Whether it can open."""
        return self.kind in SWITCHES


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """One incoming supply; its piece hangs on a node of the grid and, where the inside is known, on one inside."""

    id: str
    point: str
    role: Role = Role.MAIN
    capacity_kw: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One load of a customer; wired if a piece of this id exists."""

    id: str
    point: str
    kw: float | None = None
    grade: str = "GRADE_3"
    security: bool = False
    permitted_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A receiving point: its supplies in order, how it changes over, and its load where single loads are unknown."""

    id: str
    customer: str
    supplies: tuple[str, ...] = ()
    transfer: Transfer = Transfer.MANUAL
    transfer_s: float | None = None
    bays: tuple[str, ...] = ()
    load_kw: float | None = None
    interlock: str | None = None
    release: bool = False
    """Under-voltage release: what lost voltage stays open until somebody closes it."""
    parallel: bool = False
    """Parallel running is recorded as allowed: the inside conducts like the grid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer with its receiving points."""

    id: str
    name: str = ""
    importance: str = "ORDINARY"
    points: tuple[str, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSource:
    """A customer's genset, UPS or battery; `backs` are loads or internal buses."""

    id: str
    backs: tuple[str, ...]
    kw: float | None = None
    start_s: float | None = None
    endurance_min: float | None = None
    automatic: bool = True
    in_service: bool = True
    interlock: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeder:
    """A feeder: its head device and the node right behind the head."""

    id: str
    head: str
    behind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GridTransfer:
    """Automatic transfer in the grid (站内备自投): opens the dead infeed, then closes the other, after a delay."""

    id: str
    opens: str
    closes: str
    delay_s: float = 0.0
    in_service: bool = True
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A reported position. `number` is the order of recording: of two reports of one time the later one counts."""

    switch: str
    position: Position
    at: float
    number: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Net:
    """Everything that the model knows."""

    pieces: Mapping[str, Piece]
    supplies: Mapping[str, Supply] = field(default_factory=dict)
    points: Mapping[str, Point] = field(default_factory=dict)
    customers: Mapping[str, Customer] = field(default_factory=dict)
    loads: Mapping[str, Load] = field(default_factory=dict)
    own_sources: Mapping[str, OwnSource] = field(default_factory=dict)
    access: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Where a generator truck can be connected: access point -> internal buses."""
    feeders: Mapping[str, Feeder] = field(default_factory=dict)
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Things that stand for equipment: substation, tower, corridor, risk group -> pieces."""
    grid_transfers: tuple[GridTransfer, ...] = ()
    reports: tuple[Report, ...] = ()

    def __post_init__(self) -> None:
        nodes = {node for piece in self.pieces.values() for node in piece.nodes}
        clash = nodes & set(self.pieces)
        if clash:
            raise ValueError(f"pieces and nodes share ids: {sorted(clash)[:3]}")
        stray = self._wired_past_their_supplies()
        if stray:
            raise ValueError(f"insides of customers are wired to a source other than by a supply: {sorted(stray)[:3]}")

    @cached_property
    def wiring(self) -> nx.Graph[str]:
        """Pieces and nodes as vertices, whatever the positions are."""
        graph: nx.Graph[str] = nx.Graph()
        for piece in self.pieces.values():
            graph.add_node(piece.id)
            graph.add_edges_from((piece.id, node) for node in piece.nodes)
        return graph

    @cached_property
    def grid_wiring(self) -> nx.Graph[str]:
        """The same, cut at the ownership boundary: at the second terminal of each supply.

        Not cut where parallel running is recorded as allowed: that inside is an edge of the grid like any other.
        """
        graph = self.wiring.copy()
        for piece in self.of_kind(Kind.SUPPLY):
            if not self.runs_parallel(piece.id):
                graph.remove_edges_from((piece.id, node) for node in piece.nodes[1:])
        return graph

    def runs_parallel(self, supply: str) -> bool:
        """Whether the inside behind a supply is an edge of the grid: parallel running is recorded as allowed."""
        return supply in self.supplies and self.points[self.supplies[supply].point].parallel

    @cached_property
    def switch_ids(self) -> frozenset[str]:
        """Ids of everything that can open."""
        return frozenset(switch.id for switch in self.switches)

    @cached_property
    def nodes(self) -> frozenset[str]:
        """Connectivity nodes."""
        return frozenset(vertex for vertex in self.wiring if vertex not in self.pieces)

    @cached_property
    def inside_wiring(self) -> nx.Graph[str]:
        """The insides of customers, without their supplies."""
        return self.wiring.subgraph(self.inside).copy()

    @cached_property
    def inside(self) -> frozenset[str]:
        """Nodes and pieces behind the second terminals of supplies, the supplies themselves excluded."""
        found: set[str] = set()
        waiting = [node for piece in self.of_kind(Kind.SUPPLY) for node in piece.nodes[1:]]
        while waiting:
            vertex = waiting.pop()
            if vertex not in found and not self._is_supply(vertex):
                found.add(vertex)
                waiting.extend(self.wiring[vertex])
        return frozenset(found)

    @cached_property
    def idle(self) -> frozenset[str]:
        """What conducts nothing because it is out of service or earthed, nodes of such busbars included."""
        out = [piece for piece in self.pieces.values() if not piece.in_service]
        nodes = (node for piece in out if piece.kind is Kind.BUS for node in piece.nodes)
        return frozenset(piece.id for piece in out) | frozenset(nodes)

    def of_kind(self, *kinds: Kind) -> Iterable[Piece]:
        """Pieces of these kinds."""
        return (piece for piece in self.pieces.values() if piece.kind in kinds)

    @cached_property
    def switches(self) -> tuple[Piece, ...]:
        """Every piece that can open."""
        return tuple(piece for piece in self.pieces.values() if piece.is_switch)

    @cached_property
    def areas(self) -> tuple[Piece, ...]:
        """Public areas and other loads without a customer record, those in service."""
        return tuple(piece for piece in self.of_kind(Kind.CONSUMER) if piece.in_service)

    def points_of(self, customer: str) -> tuple[Point, ...]:
        """Receiving points of a customer."""
        return tuple(self.points[point] for point in self.customers[customer].points)

    def loads_of(self, point: str) -> tuple[Load, ...]:
        """The loads of a point in service; where none is recorded, one stand-in with the point's id and power."""
        return self._loads_by_point[point]

    @cached_property
    def _loads_by_point(self) -> dict[str, tuple[Load, ...]]:
        recorded: dict[str, list[Load]] = {}
        for load in self.loads.values():
            recorded.setdefault(load.point, []).append(load)
        return {
            point.id: tuple(load for load in recorded[point.id] if self._in_service(load.id))
            if point.id in recorded
            else (Load(id=point.id, point=point.id, kw=point.load_kw),)
            for point in self.points.values()
        }

    def _in_service(self, piece: str) -> bool:
        return piece not in self.pieces or self.pieces[piece].in_service

    def load(self, key: str) -> Load:
        """A load by its id, stand-ins included."""
        return self.loads[key] if key in self.loads else self.loads_of(key)[0]

    def inner_nodes(self, supply: str) -> tuple[str, ...]:
        """Nodes of a supply behind the boundary."""
        return self.pieces[supply].nodes[1:]

    def _is_supply(self, vertex: str) -> bool:
        return vertex in self.pieces and self.pieces[vertex].kind is Kind.SUPPLY

    def _wired_past_their_supplies(self) -> frozenset[str]:
        return frozenset(piece.id for piece in self.of_kind(Kind.SOURCE) if piece.id in self.inside)
