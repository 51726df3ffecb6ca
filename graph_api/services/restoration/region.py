"""The dark region (停电区域): what has no voltage around a fault, contracted to blocks between switches.

    live ─ CB1/ ─ [L1] ─ DS1 ─ [L2 fault] ─ LS2 ─ [L3] ─ LS9/ ─ live      blocks in brackets, joints between them

Read once for a plan; what is planned then happens on this small graph. Ends of joints are numbers of blocks, or LIVE.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

import numpy as np

from graph_api.lazy import cached_property
from graph_api.readmodel.model import ReadModel
from schema.customer import SupplySource
from schema.grid import BusbarSection, ConductingEquipment, EnergyConsumer, EnergySource, Switch
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition

LIVE = -1
"""End of a joint that has voltage."""


@dataclass(slots=True, eq=False)
class Block:
    """Nodes and equipment that are joined without a switch: all live or all dark."""

    number: int
    nodes: list[int] = field(default_factory=list)
    equipment: list[int] = field(default_factory=list)
    supplies: list[int] = field(default_factory=list)
    areas: list[int] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    """Energy sources in service, faulty ones left out."""
    faulty: bool = False


@dataclass(slots=True, eq=False)
class Joint:
    """A switch between two blocks, or between a block and what is live; `nodes` are its terminals in that order."""

    switch: int
    ends: tuple[int, int]
    nodes: tuple[int, int]
    entity: Switch
    inside: bool
    """Whether a customer owns it: the grid is never fed through it."""

    def other(self, block: int) -> int:
        """The end that is not this one."""
        return self.ends[1] if self.ends[0] == block else self.ends[0]

    def node_at(self, block: int) -> int:
        """The terminal at an end."""
        return self.nodes[0] if self.ends[0] == block else self.nodes[1]

    def node_beyond(self, block: int) -> int:
        """The terminal away from an end."""
        return self.nodes[1] if self.ends[0] == block else self.nodes[0]


@dataclass(frozen=True, eq=False)
class Region:
    """Blocks and the joints between them."""

    blocks: list[Block]
    joints: dict[int, Joint]
    """By switch."""
    at: dict[int, list[Joint]]
    """By block."""
    block_of: dict[int, int]
    """By node or equipment."""
    places: frozenset[int] = frozenset()
    """What is faulty itself."""
    beside: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """What a node or equipment leads to, as far as it was read, or somebody asked."""
    may_hang: dict[int, list[int]] = field(default_factory=dict)
    """Nodes and equipment where a supply without a place may hang; it is among the supplies of each of their blocks."""

    def blocks_at(self, thing: int) -> set[int]:
        """The block of a node or equipment; of a supply without a place, all where it may hang."""
        places = self.may_hang.get(thing, [thing])
        return {self.block_of[at] for at in places if at in self.block_of}

    def faulty(self) -> list[int]:
        """Blocks that hold the fault."""
        return [block.number for block in self.blocks if block.faulty]

    @cached_property
    def at_fault(self) -> frozenset[int]:
        """What is faulty, and what no switch parts from it."""
        blocks = [block for block in self.blocks if block.faulty]
        return frozenset(at for block in blocks for at in (*block.nodes, *block.equipment)) | self.places


def region_of(
    model: ReadModel, faulty: Collection[int], starts: Iterable[int], is_live: Callable[[int], bool]
) -> Region:
    """The region around faulty things and other nodes without voltage, as far as there is none.

    A switch that is faulty itself parts nothing. The inside of a customer belongs to it only where the fault is there.
    """
    reader = _Reader(model, frozenset(faulty), is_live)
    reader.read(starts)
    return reader.region()


def _nodes_of(model: ReadModel, things: Iterable[int]) -> list[int]:
    graph = model.graph
    found: list[int] = []
    for thing in things:
        if graph.kind(thing) is EntityKind.CONNECTIVITY_NODE:
            found.append(thing)
        else:
            found += graph.targets(thing, RelationshipKind.CONNECTS)
    return found


class _Reader:
    def __init__(self, model: ReadModel, faulty: frozenset[int], is_live: Callable[[int], bool]) -> None:
        self._model, self._faulty, self._is_live = model, faulty, is_live
        accounts = model.customers.accounts
        owners = {int(accounts.owner[at]) for at in faulty if accounts.owns(at)}
        owners |= {int(accounts.owner[at]) for node in faulty for at in self._hanging(node) if accounts.owns(at)}
        self._owners = owners
        self._number: dict[int, int] = {}
        self._blocks: list[Block] = []
        self._switches: dict[int, None] = {}
        self._waiting: list[int] = []
        self._passable: dict[int, bool] = {}
        self._beside: dict[int, tuple[int, ...]] = {}

    def read(self, starts: Iterable[int]) -> None:
        """Read everything around the fault and around nodes, over open switches too."""
        self._spread(node for node in _nodes_of(self._model, self._faulty) if self._is_dark(node))
        self._spread(node for node in starts if self._is_dark(node) and self._is_of_the_grid(node))
        for block in self._blocks:
            block.faulty = any(at in self._faulty for at in (*block.nodes, *block.equipment))

    def _spread(self, starts: Iterable[int]) -> None:
        self._waiting = list(starts)
        while self._waiting:
            node = self._waiting.pop()
            if node not in self._number:
                self._block(node)

    def _is_of_the_grid(self, node: int) -> bool:
        """Whether a node is no customer's own."""
        owns = self._model.customers.accounts.owns
        return any(not owns(at) for at in self._model.graph.sources(node, RelationshipKind.CONNECTS))

    def region(self) -> Region:
        """What was read."""
        joints: dict[int, Joint] = {}
        at: dict[int, list[Joint]] = {block.number: [] for block in self._blocks}
        for switch in self._switches:
            nodes = tuple(self._model.graph.targets(switch, RelationshipKind.CONNECTS))
            ends = tuple(self._end(node) for node in nodes)
            if len(ends) != 2 or ends[0] == ends[1] or None in ends:
                continue
            inside = self._model.customers.accounts.owns(switch)
            joint = Joint(switch, ends, nodes, self._model.graph.get(Switch, switch), inside)  # type: ignore[arg-type]
            joints[switch] = joint
            for end in ends:
                if end != LIVE:
                    at[end].append(joint)  # type: ignore[index]
        return Region(self._blocks, joints, at, self._number, self._faulty, self._beside, self._may_hang())

    def _may_hang(self) -> dict[int, list[int]]:
        """Put supplies without a place into every block where they may hang."""
        found: dict[int, list[int]] = {}
        unplaced = self._model.topology.unplaced
        at, feeders = unplaced.feeders_at(np.fromiter(self._number, np.int32, len(self._number)))
        for place, feeder in zip(at.tolist(), feeders.tolist(), strict=True):
            block = self._blocks[self._number[place]]
            for supply in unplaced.supplies[feeder]:
                found.setdefault(supply, []).append(place)
                if supply not in block.supplies:
                    block.supplies.append(supply)
        return found

    def _end(self, node: int) -> int | None:
        return self._number.get(node, LIVE if self._is_live(node) else None)

    def _hanging(self, node: int) -> Iterable[int]:
        if self._model.graph.kind(node) is not EntityKind.CONNECTIVITY_NODE:
            return ()
        return self._model.graph.sources(node, RelationshipKind.CONNECTS)

    def _is_dark(self, node: int) -> bool:
        """Whether a node has no voltage and could have: no busbar out of service or earthed stands on it."""
        if node not in self._passable:
            graph = self._model.graph
            self._passable[node] = not self._is_live(node) and not any(
                isinstance(entity := graph.entity(at), BusbarSection) and not entity.in_service
                for at in self._at_node(node)
            )
        return self._passable[node]

    def _at_node(self, node: int) -> tuple[int, ...]:
        """What hangs on a node, read once."""
        found = self._beside.get(node)
        if found is None:
            found = self._beside[node] = tuple(self._model.graph.sources(node, RelationshipKind.CONNECTS))
        return found

    def _block(self, start: int) -> None:
        block = Block(len(self._blocks))
        self._blocks.append(block)
        self._number[start] = block.number
        todo = [start]
        while todo:
            node = todo.pop()
            block.nodes.append(node)
            for at in self._at_node(node):
                todo += self._enter(block, at)

    def _enter(self, block: Block, at: int) -> list[int]:
        """Take equipment into a block: nodes that it leads to."""
        if at in self._number or at in self._switches:
            return []
        entity = self._model.graph.entity(at)
        accounts = self._model.customers.accounts
        foreign = accounts.owns(at) and int(accounts.owner[at]) not in self._owners
        if not isinstance(entity, ConductingEquipment) or not entity.in_service:
            return []
        if foreign and not isinstance(entity, SupplySource):
            return []
        others = self._beside[at] = tuple(self._model.graph.targets(at, RelationshipKind.CONNECTS))
        if isinstance(entity, Switch) and at not in self._faulty:
            self._switches[at] = None
            self._waiting += [node for node in others if self._is_dark(node)]
            return []
        self._number[at] = block.number
        block.equipment.append(at)
        if isinstance(entity, SupplySource):
            block.supplies.append(at)
            if foreign:
                return []
        elif isinstance(entity, EnergyConsumer):
            block.areas.append(at)
        elif isinstance(entity, EnergySource) and at not in self._faulty:
            block.sources.append(at)
        fresh: list[int] = [node for node in others if node not in self._number and self._is_dark(node)]
        for node in fresh:
            self._number[node] = block.number
        return fresh


def is_closed(position: SwitchPosition) -> bool:
    """Whether a switch may be closed: who does not know takes it as closed where that is the worse."""
    return position is not SwitchPosition.OPEN
