"""What topology must answer, worked out the slow and plain way: every world of unknown positions, with networkx."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import networkx as nx

from graph_api.readmodel.snapshot import Snapshot
from schema import customer, grid
from schema.entity import Entity
from schema.grid import ConductingEquipment, ConnectivityNode, EnergySource, Feeder, Switch
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import SwitchPosition

C, O, U = SwitchPosition.CLOSED, SwitchPosition.OPEN, SwitchPosition.UNKNOWN  # noqa: E741
World = dict[int, bool]
"""Switch index -> closed."""

LINKS: tuple[type[ConductingEquipment], ...] = (
    grid.ACLineSegment, grid.ACLineSegment, grid.Breaker, grid.Breaker, grid.LoadBreakSwitch, grid.Disconnector,
    grid.Fuse, grid.Recloser, grid.PowerTransformer, customer.SwitchBay,
)  # fmt: skip
LEAVES: tuple[type[ConductingEquipment], ...] = (
    grid.EnergySource, grid.EnergySource, grid.BusbarSection, customer.InternalBus, customer.Load, grid.GeneratingUnit,
    customer.SupplySource, customer.SupplySource,
)  # fmt: skip


def random_network(seed: int, *, unknown: int = 0, feeders: int = 0) -> Snapshot:
    """A small random network: rings, parallel feeds, islands, three-winding transformers, things out of service."""
    chance = random.Random(seed)
    nodes = [f"n{number}" for number in range(chance.randint(2, 8))]
    entities: list[Entity] = [ConnectivityNode(id=node) for node in nodes]
    links: list[Relationship] = []
    switches: list[int] = []

    def add(cls: type[ConductingEquipment], ends: Sequence[str]) -> None:
        name = f"{cls.__name__}{len(entities)}"
        fields: dict[str, object] = {"in_service": chance.random() > 0.06}
        if issubclass(cls, Switch):
            fields["normal_position"] = C if chance.random() > 0.2 else O
            switches.append(len(entities))
        entities.append(cls(id=name, **fields))  # type: ignore[arg-type]
        links.extend(
            Relationship(kind=RelationshipKind.CONNECTS, source=name, target=node, key=str(key))
            for key, node in enumerate(ends, 1)
        )

    for _ in range(chance.randint(2, 3 * len(nodes))):
        cls = chance.choice(LINKS)
        ends = 3 if cls is grid.PowerTransformer and chance.random() < 0.4 else 2
        add(cls, [chance.choice(nodes) for _ in range(ends)])
    add(grid.EnergySource, [nodes[0]])
    for _ in range(chance.randint(0, 5)):
        add(chance.choice(LEAVES), [chance.choice(nodes)] if chance.random() > 0.05 else [])
    for at in chance.sample(switches, min(unknown, len(switches))):
        entities[at] = type(entities[at])(id=entities[at].id, normal_position=U)  # type: ignore[call-arg]
    for number in range(feeders):
        entities.append(Feeder(id=f"F{number}"))
        head = chance.choice(
            [entity.id for entity in entities if isinstance(entity, ConductingEquipment | ConnectivityNode)]
        )
        links.append(Relationship(kind=RelationshipKind.STARTS_AT, source=f"F{number}", target=head))
    chance.shuffle(entities)
    return Snapshot.of(entities, links)


@dataclass
class After:
    """One world after an event."""

    live: set[int]
    zone: set[int]
    tripped: set[int]


class Oracle:
    """Answers about a snapshot by brute force."""

    def __init__(self, graph: Snapshot) -> None:
        self.graph = graph
        self.all: dict[int, ConductingEquipment] = {}
        self.joined = nx.Graph()
        self.with_me: dict[int, set[int]] = {}
        for index in graph.indexes():
            entity = graph.entity(index)
            if isinstance(entity, ConductingEquipment):
                self.all[index] = entity
            if isinstance(entity, ConductingEquipment | ConnectivityNode):
                self.joined.add_node(index)
                self.with_me[index] = {index}
        for index, entity in self.all.items():
            for node in graph.targets(index, RelationshipKind.CONNECTS):
                self.joined.add_edge(index, node)
                if isinstance(entity, grid.BusbarSection):
                    self.with_me[node] |= {index}
        for shared in [those for those in self.with_me.values() if len(those) > 1]:
            for index in shared:
                self.with_me[index] = shared

    def together(self, indexes: Collection[int]) -> set[int]:
        """With what shares their vertex."""
        return {other for index in indexes for other in self.with_me[index]}

    def unknown(self, assume: Sequence[tuple[int, SwitchPosition]] = ()) -> list[int]:
        """Switches in service whose position nobody knows."""
        assumed = dict(assume)
        return [
            index
            for index, entity in self.all.items()
            if isinstance(entity, Switch) and entity.in_service and assumed.get(index, entity.current_position) is U
        ]

    def worlds(self, assume: Sequence[tuple[int, SwitchPosition]] = ()) -> Iterator[World]:
        """Every assignment of positions to the unknown switches; the first has all open, the last all closed."""
        assumed = dict(assume)
        fixed = {
            index: assumed.get(index, entity.current_position) is C
            for index, entity in self.all.items()
            if isinstance(entity, Switch)
        }
        unknown = self.unknown(assume)
        for choice in product([False, True], repeat=len(unknown)):
            yield {**fixed, **dict(zip(unknown, choice, strict=True))}

    def conducting(self, world: World) -> nx.Graph:
        """What conducts in a world."""
        stops = {i for i, entity in self.all.items() if not entity.in_service or not world.get(i, True)}
        return nx.Graph(self.joined.subgraph(self.joined.nodes - self.together(stops)))

    def reached(self, conducting: nx.Graph) -> set[int]:
        """What the sources reach."""
        sources = [i for i, entity in self.all.items() if isinstance(entity, EnergySource) and i in conducting]
        return {other for source in sources for other in nx.node_connected_component(conducting, source)}

    def opened(self, world: World, removed: Collection[int]) -> After:
        """OPENED in one world."""
        graph = self.conducting(world)
        graph.remove_nodes_from(self.together(removed))
        return After(self.reached(graph), self.together(removed), set())

    def faulted(self, world: World, removed: Collection[int], stuck: Collection[int] = ()) -> After:
        """FAULTED in one world."""
        graph = self.conducting(world)
        zone = self.together(removed)
        idle = {i for i in zone if any(not self.all[j].in_service for j in self.with_me[i] if j in self.all)}
        border: set[int] = set()
        todo = [i for i in zone if i not in idle]
        while todo:
            for near in self.joined[todo.pop()]:
                if near in zone or near not in graph:
                    continue
                entity = self.all.get(near)
                if isinstance(entity, Switch) and entity.breaks_fault and near not in stuck:
                    border.add(near)
                else:
                    fresh = self.with_me[near] - zone
                    zone |= fresh
                    todo.extend(fresh)
        graph.remove_nodes_from(zone)
        tripped = border & self.reached(graph)
        graph.remove_nodes_from(tripped)
        return After(self.reached(graph), zone, tripped)
