"""What lies behind one receiving point: supplies, loads, emergency sources and the small network between them.

    grid ── [S1] ── SB1 ── IB1 ── LD1        S1, S2  supplies (the boundary)        SB1..SB3  bays
                            │ SB3/           IB1, IB2  buses                        LD1, LD2  loads
    grid ── [S2] ── SB2 ── IB2 ── LD2
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graph_api.lazy import cached_property
from graph_api.readmodel.customers.incoming import incoming_report, is_its_own_switch, normal_position
from graph_api.readmodel.customers.kept_open import kept_open
from graph_api.readmodel.memo import Cache
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology.unplaced import feeder_named
from schema.customer import (
    CustomerTransformer,
    EmergencySource,
    InternalBus,
    Load,
    ReceivingPoint,
    SupplySource,
    SwitchBay,
)
from schema.grid import ConductingEquipment, Switch
from schema.registry import CONDUCTING, EntityKind, kinds_of
from schema.relationships import RelationshipKind
from schema.vocabulary import EmergencySourceType, LoadGrade, SupplyRole, SwitchPosition, TransferMode

CACHED_ANSWERS = 64
"""Sets of live supplies of a point whose answers are kept at least."""
INSIDE_KINDS = kinds_of(InternalBus, SwitchBay, CustomerTransformer, Load)
"""Equipment that only customers have."""


@dataclass(frozen=True, slots=True)
class Supply:
    """One incoming supply (供电电源): its index, role, capacity in kVA (None = not known) and node inside (-1 = none).

    `stands_for` is what tells whether it is live: itself; -1 where neither a terminal ties it to the grid nor the
    ledger names a feeder. `position` is that of its incoming switch where no switch is recorded at its inner node
    (进线开关未建模): it is its own switch then; None where one is.
    """

    index: int
    role: SupplyRole
    capacity_kva: float | None
    in_service: bool
    node: int
    stands_for: int
    position: SwitchPosition | None = None


@dataclass(frozen=True, slots=True)
class LoadFacts:
    """One load: power in kW (None = not known) and permitted interruption in s (None = no harm known)."""

    index: int
    kw: float | None
    grade: LoadGrade
    security: bool
    permitted_s: float | None
    in_service: bool
    node: int


@dataclass(frozen=True, slots=True)
class Backup:
    """One emergency source: power in kW, start in s, endurance in min (None = not known), and the loads it backs."""

    index: int
    source_type: EmergencySourceType
    kw: float | None
    start_s: float
    endurance_min: float | None
    automatic: bool
    loads: tuple[int, ...]

    @property
    def stores_energy(self) -> bool:
        """Whether it bridges without a start (UPS, EPS, battery)."""
        return self.source_type is not EmergencySourceType.GENSET


@dataclass(frozen=True, slots=True)
class Branch:
    """Equipment between nodes inside: what it joins, and whether it is closed, or open and could be closed."""

    index: int
    nodes: tuple[int, ...]
    conducts: bool
    closable: bool
    unknown: bool = False
    """Whether it is a switch in service whose position nobody knows: it counts as open."""
    is_switch: bool = False


@dataclass(frozen=True)
class Point:
    """A receiving point with everything behind it. `loads` is empty where the inside is not recorded."""

    index: int
    transfer: TransferMode
    """How loads change over really: behind an under-voltage release (失压脱扣) nothing does so by itself."""
    releases: bool
    """Whether its incoming switches open when they lose voltage (失压脱扣)."""
    transfer_s: float | None
    load_kw: float | None
    supplies: tuple[Supply, ...]
    loads: tuple[LoadFacts, ...]
    backups: tuple[Backup, ...]
    idle_backups: tuple[Backup, ...]
    """Emergency sources that are out of service: they bridge nothing, and are told."""
    branches: tuple[Branch, ...]
    transfer_bays: tuple[int, ...]
    kept_open: frozenset[int]
    """Switches, and supplies that are their own, that no automatic transfer closes (see `kept_open`)."""
    at_node: dict[int, tuple[Branch, ...]] = field(repr=False)
    answers: Cache[tuple[bool, ...], Any] = field(
        default_factory=lambda: Cache(CACHED_ANSWERS), repr=False, compare=False
    )
    """What services derived for sets of live supplies while nothing behind the point is disturbed."""

    @cached_property
    def parts(self) -> frozenset[int]:
        """Everything behind the supplies that can be out: equipment, loads and nodes."""
        return frozenset(
            (*(branch.index for branch in self.branches), *(load.index for load in self.loads), *self.at_node)
        )

    @cached_property
    def incoming(self) -> frozenset[int]:
        """Supplies that are their own incoming switch."""
        return frozenset(supply.index for supply in self.supplies if supply.position is not None)

    @cached_property
    def wired(self) -> bool:
        """Whether the inside is recorded."""
        return any(supply.node >= 0 for supply in self.supplies)

    def carrying(self, positions: Mapping[int, SwitchPosition]) -> frozenset[int] | None:
        """Supplies that carry loads of which no switch inside is recorded, by their own positions; None = as normally.

        `positions` are those of switches that stand otherwise than recorded.
        """
        if self.wired or not self.incoming:
            return None
        stand = ((supply.index, positions.get(supply.index, supply.position)) for supply in self.supplies)
        closed = frozenset(index for index, position in stand if position is SwitchPosition.CLOSED)
        return None if closed == home(self.supplies) else closed

    def held(self, positions: Mapping[int, SwitchPosition]) -> frozenset[int]:
        """Supplies of a recorded inside that feed nothing, as they were reported open."""
        if not self.wired or not self.incoming:
            return frozenset()
        return frozenset(
            supply.index
            for supply in self.supplies
            if positions.get(supply.index, supply.position) is SwitchPosition.OPEN
        )

    def stands_closed(self, supply: Supply, positions: Mapping[int, SwitchPosition]) -> bool:
        """Whether the incoming switch of a supply is closed, or may be: what opens on lost voltage is closed before."""
        if supply.position is not None:
            return positions.get(supply.index, supply.position) is not SwitchPosition.OPEN
        bays = (branch for branch in self.at_node.get(supply.node, ()) if branch.is_switch)
        return any(
            bay.conducts or bay.unknown if (at := positions.get(bay.index)) is None else at is not SwitchPosition.OPEN
            for bay in bays
        )

    @cached_property
    def unknown(self) -> frozenset[int]:
        """Switches inside whose position nobody knows."""
        return frozenset(branch.index for branch in self.branches if branch.unknown)

    def reach(
        self, nodes: Iterable[int], closed: Collection[int], opened: Collection[int], dead: Collection[int]
    ) -> set[int]:
        """Nodes joined to some nodes inside; `closed` and `opened` are switches in another position than recorded.

        `dead` are nodes and equipment that conduct nothing.
        """
        todo = [node for node in nodes if node not in dead]
        seen = set(todo)
        while todo:
            for branch in self.at_node.get(todo.pop(), ()):
                if branch.index in dead or branch.index in opened or not (branch.conducts or branch.index in closed):
                    continue
                for node in branch.nodes:
                    if node not in seen and node not in dead:
                        seen.add(node)
                        todo.append(node)
        return seen


def read_point(graph: Snapshot, index: int, positions: Mapping[int, SwitchPosition]) -> Point:
    """Everything behind a receiving point; `positions` are those of switches taken to stand otherwise than recorded."""
    entity = graph.get(ReceivingPoint, index)
    supplies = tuple(_supply(graph, supply) for supply in graph.targets(index, RelationshipKind.FED_BY))
    normally = home(supplies)
    supplies = tuple(_positioned(graph, supply, normally, positions) for supply in supplies)
    contained = set(graph.sources(index, RelationshipKind.CONTAINED_IN))
    equipment = _equipment(graph, supplies, contained)
    branches, loads = _network(graph, equipment, positions)
    at_node: dict[int, list[Branch]] = {}
    for branch in branches:
        for node in branch.nodes:
            at_node.setdefault(node, []).append(branch)
    point = Point(
        index=index,
        transfer=_transfer(entity),
        releases=bool(entity.undervoltage_release),
        transfer_s=entity.transfer_seconds,
        load_kw=entity.load_kw,
        supplies=supplies,
        loads=tuple(loads),
        backups=(),
        idle_backups=(),
        branches=tuple(branches),
        transfer_bays=tuple(graph.targets(index, RelationshipKind.TRANSFERS_BY)),
        kept_open=_kept_open(graph, entity, supplies, branches),
        at_node={node: tuple(found) for node, found in at_node.items()},
    )
    sources = {other for at in equipment for other in graph.sources(at, RelationshipKind.BACKS)}
    sources.update(at for at in contained if graph.kind(at) is EntityKind.EMERGENCY_SOURCE)
    in_service, idle = list[Backup](), list[Backup]()
    for at in sorted(sources):
        (in_service if graph.get(EmergencySource, at).in_service else idle).append(_backup(graph, point, at))
    return replace(point, backups=tuple(in_service), idle_backups=tuple(idle))


def _kept_open(
    graph: Snapshot, point: ReceivingPoint, supplies: Collection[Supply], branches: Iterable[Branch]
) -> frozenset[int]:
    if point.transfer is not TransferMode.AUTOMATIC:
        return frozenset()
    bays = [branch.index for branch in branches if branch.closable]
    own = [supply.index for supply in supplies if supply.position is SwitchPosition.OPEN]
    normally = home(supplies)
    closed = (at for at in bays if graph.get(Switch, at).normal_position is SwitchPosition.CLOSED)
    return kept_open(graph, (*bays, *own), (*closed, *(at for at in own if at in normally)))


def _transfer(point: ReceivingPoint) -> TransferMode:
    """The incoming switch that an under-voltage release has opened is closed by hand: nothing takes over by itself."""
    released = bool(point.undervoltage_release) and point.transfer is TransferMode.AUTOMATIC
    return TransferMode.MANUAL if released else point.transfer


def _supply(graph: Snapshot, index: int) -> Supply:
    entity = graph.get(SupplySource, index)
    nodes = graph.targets(index, RelationshipKind.CONNECTS)
    return Supply(
        index=index,
        role=entity.role,
        capacity_kva=entity.capacity_kva,
        in_service=entity.in_service,
        node=nodes[1] if len(nodes) > 1 else -1,
        stands_for=index if nodes or feeder_named(graph, index) is not None else -1,
    )


def home(supplies: Iterable[Supply]) -> frozenset[int]:
    """Supplies in service that carry a point normally: the main ones, else the first."""
    there = [supply for supply in supplies if supply.in_service]
    mains = [supply for supply in there if supply.role is SupplyRole.MAIN] or there[:1]
    return frozenset(supply.index for supply in mains)


def _positioned(
    graph: Snapshot, supply: Supply, normally: Collection[int], positions: Mapping[int, SwitchPosition]
) -> Supply:
    """A supply with the position of its incoming switch, if it stands for that: as reported last, else as normally."""
    if not is_its_own_switch(graph, supply.index):
        return supply
    position = positions.get(supply.index)
    if position is None:
        report = incoming_report(graph, supply.index)
        position = normal_position(graph, supply.index, normally) if report is None else report.position
    return replace(supply, position=position)


def _equipment(graph: Snapshot, supplies: Iterable[Supply], contained: Collection[int]) -> list[int]:
    """Equipment behind the boundary: what the point contains and what is wired to it, whatever stands open."""
    found = {at: None for at in sorted(contained) if _is_inside(graph, at, contained)}
    seen: set[int] = set()
    todo = [supply.node for supply in supplies if supply.node >= 0]
    todo += [node for at in found for node in graph.targets(at, RelationshipKind.CONNECTS)]
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        for at in graph.sources(node, RelationshipKind.CONNECTS):
            if at not in found and _is_inside(graph, at, contained):
                found[at] = None
                todo += graph.targets(at, RelationshipKind.CONNECTS)
    return list(found)


def _is_inside(graph: Snapshot, index: int, contained: Collection[int]) -> bool:
    kind = graph.kind(index)
    return kind in INSIDE_KINDS or (index in contained and kind in CONDUCTING and kind is not EntityKind.SUPPLY_SOURCE)


def _network(
    graph: Snapshot, equipment: Iterable[int], positions: Mapping[int, SwitchPosition]
) -> tuple[list[Branch], list[LoadFacts]]:
    branches: list[Branch] = []
    loads: list[LoadFacts] = []
    for at in equipment:
        entity = graph.entity(at)
        nodes = tuple(graph.targets(at, RelationshipKind.CONNECTS))
        if isinstance(entity, Load):
            node = nodes[0] if nodes else -1
            loads.append(
                LoadFacts(
                    at,
                    entity.kw,
                    entity.grade,
                    entity.security,
                    entity.permitted_interruption_s,
                    entity.in_service,
                    node,
                )
            )
        elif isinstance(entity, Switch):
            position = positions.get(at, entity.current_position)
            closed, could = position is SwitchPosition.CLOSED, position is SwitchPosition.OPEN
            unknown = entity.in_service and position is SwitchPosition.UNKNOWN
            conducts, closable = entity.in_service and closed, entity.in_service and could
            branches.append(Branch(at, nodes, conducts, closable, unknown, is_switch=True))
        elif isinstance(entity, ConductingEquipment):
            branches.append(Branch(at, nodes, entity.in_service, False))
    return branches, loads


def _backup(graph: Snapshot, point: Point, index: int) -> Backup:
    entity = graph.get(EmergencySource, index)
    backed: set[int] = set()
    for target in graph.targets(index, RelationshipKind.BACKS):
        if graph.kind(target) is EntityKind.LOAD:
            backed.add(target)
        else:
            reached = point.reach(graph.targets(target, RelationshipKind.CONNECTS), (), (), ())
            backed.update(load.index for load in point.loads if load.node in reached)
    return Backup(
        index=index,
        source_type=entity.source_type,
        kw=entity.kw,
        start_s=entity.start_seconds or 0.0,
        endurance_min=entity.endurance_minutes,
        automatic=entity.automatic,
        loads=tuple(load.index for load in point.loads if load.index in backed),
    )
