"""What a thing stands for when it fails: a station its equipment, a tower its lines, a customer its supplies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.outage.beginnings import beginnings_of
from schema.registry import BUSBARS, CONDUCTING, SWITCHES, EntityKind
from schema.relationships import RelationshipKind
from schema.words import say

_NAMED = 5
"""Customers that a message names."""
_OUTWARD = {
    EntityKind.RECEIVING_POINT: RelationshipKind.FED_BY,
    EntityKind.FAULT_INDICATOR: RelationshipKind.MONITORS,
}
_INWARD = (
    RelationshipKind.CONTAINED_IN,
    RelationshipKind.CARRIED_BY,
    RelationshipKind.ROUTED_IN,
    RelationshipKind.SHARES_RISK,
)
_CONTAINERS = frozenset(
    {
        EntityKind.SUBSTATION,
        EntityKind.DISTRIBUTION_STATION,
        EntityKind.TOWER,
        EntityKind.CORRIDOR,
        EntityKind.RISK_GROUP,
    }
)
_PLANT = (
    CONDUCTING
    - SWITCHES
    - {EntityKind.SUPPLY_SOURCE, EntityKind.ENERGY_CONSUMER, EntityKind.ENERGY_SOURCE, EntityKind.LOAD}
)


@dataclass(frozen=True, slots=True)
class Failing:
    """What fails when things do: equipment, and heads of feeders, which are not faulty themselves. Indexes.

    `behind` are the nodes right behind these heads: a feeder that is faulty has its fault there.
    """

    equipment: tuple[int, ...]
    heads: tuple[int, ...]
    behind: tuple[int, ...] = ()

    @property
    def places(self) -> tuple[int, ...]:
        """Where a fault on these things is."""
        return (*self.equipment, *self.behind)


def failing(model: ReadModel, things: Iterable[int]) -> Failing:
    """What fails with these things: their equipment; of a feeder its head, with the fault right behind it.

    In a closed ring both its heads trip: the other end feeds that fault, too.

    B1 - [CB1] - n1 - P1 - TCL/ - P2 - n2 - [CB2] - B2      F1 is faulty: the fault is at n1
    Raises InvalidInput as `equipment_of`.
    """
    graph = model.graph
    equipment: dict[int, None] = {}
    heads: dict[int, None] = {}
    behind: dict[int, None] = {}
    for thing in things:
        found = (thing,) if thing in model.topology.unplaced.undrawn else equipment_of(model, thing)
        shares = graph.sources(thing, RelationshipKind.SHARES_RISK)
        feeders = [each for each in (thing, *shares) if graph.kind(each) is EntityKind.FEEDER]
        started: dict[int, int] = {head: feeder for feeder in feeders for head in beginnings_of(model, feeder)}
        for each in found:
            if each not in started or graph.kind(each) not in SWITCHES:
                equipment[each] = None
                continue
            heads[each] = None
            node = _behind(model, each, started[int(each)])
            if node is not None:
                behind[node] = None
    return Failing(tuple(equipment), tuple(heads), tuple(behind))


def _behind(model: ReadModel, head: int, feeder: int) -> int | None:
    """The node right behind a feeder's head: where the feeder's own plant hangs and no busbar stands.

    Where no plant is recorded: whose supply runs through the head, else without a busbar. None = no terminal.
    """
    graph = model.graph
    nodes = graph.targets(head, RelationshipKind.CONNECTS)
    plant = (each for each in graph.sources(feeder, RelationshipKind.CONTAINED_IN) if each != head)
    own = {node for each in plant for node in graph.targets(each, RelationshipKind.CONNECTS)}
    free = [node for node in nodes if not _holds_busbar(graph, node)]
    through = [node for node in nodes if head in model.topology.path_up(node)]
    chosen = [node for node in free if node in own] or through or free or nodes
    return chosen[-1] if chosen else None


def _holds_busbar(graph: Snapshot, node: int) -> bool:
    return any(graph.kind(each) in BUSBARS for each in graph.sources(node, RelationshipKind.CONNECTS))


def worked_on(model: ReadModel, fails: Failing) -> tuple[int, ...]:
    """What people work on at a fault: what is faulty; of a node, and behind the head of a feeder, what hangs there: its
    busbar, else its lines, else other plant, and the node itself where nothing but switches and loads meet."""
    kind = model.graph.kind
    found: dict[int, None] = {}
    for at in (at for at in fails.places if kind(at) is not EntityKind.FEEDER):
        found.update(dict.fromkeys(_hanging(model.graph, at) if kind(at) is EntityKind.CONNECTIVITY_NODE else (at,)))
    return tuple(found)


def _hanging(graph: Snapshot, node: int) -> Sequence[int]:
    plant = [at for at in sorted(graph.sources(node, RelationshipKind.CONNECTS)) if graph.kind(at) in _PLANT]
    busbars = [at for at in plant if graph.kind(at) in BUSBARS]
    return busbars or [at for at in plant if graph.kind(at) is EntityKind.AC_LINE_SEGMENT] or plant or [node]


def owners_of_what_fails(model: ReadModel, things: Iterable[int]) -> frozenset[int]:
    """Customers in whose own network these things lie; a supply is the boundary, not inside. Raises as `failing`."""
    graph = model.graph
    fails = failing(model, things).equipment
    inside = [each for each in fails if graph.kind(each) is not EntityKind.SUPPLY_SOURCE]
    return frozenset(model.customers.accounts.owners_of(np.array(inside, np.int32)).tolist())


def equipment_of(model: ReadModel, index: int) -> tuple[int, ...]:
    """Indexes of what conducts and stands for a thing, ascending.

    Conducting equipment and a ConnectivityNode: itself. A feeder: what it begins at. A substation or distribution
    station: what it contains over any number of steps, but for the feeders that start there. A tower, corridor or
    risk group: what hangs on it, runs in it or shares it. A receiving point or customer: its supplies. A fault
    indicator: what it monitors. Raises InvalidInput for anything else, and where nothing conducts.
    """
    graph = model.graph
    kind = graph.kind(index)
    if kind in CONDUCTING or kind is EntityKind.CONNECTIVITY_NODE:
        return (index,)
    if kind is EntityKind.FEEDER:
        found: Iterable[int] = beginnings_of(model, index)
    elif kind is EntityKind.CUSTOMER:
        points = graph.targets(index, RelationshipKind.HAS_RECEIVING_POINT)
        found = (each for point in points for each in graph.targets(point, RelationshipKind.FED_BY))
    elif kind in _OUTWARD:
        found = graph.targets(index, _OUTWARD[kind])
    elif kind in _CONTAINERS:
        found = _within(model, index)
    else:
        raise InvalidInput(
            say(
                "{id}, of the kind {kind} ({kind_zh}), is nothing that can fail or be traced. Name equipment, or a "
                "station, feeder, tower, corridor, risk group, receiving point or customer.",
                id=graph.id(index),
                kind=kind.label,
                kind_zh=kind.zh,
            ),
            id=graph.id(index),
        )
    equipment = tuple(sorted(set(found)))
    if not equipment and kind is EntityKind.FEEDER:
        raise _headless(graph, index)
    if not equipment:
        raise InvalidInput(
            say(
                "No equipment is recorded for {id} ({kind} {kind_zh}); name the equipment itself.",
                id=graph.id(index),
                kind=kind.label,
                kind_zh=kind.zh,
            ),
            id=graph.id(index),
        )
    return equipment


def _headless(graph: Snapshot, feeder: int) -> InvalidInput:
    """Why a feeder without its first equipment cannot fail, whom the ledger supplies from it, and what to do."""
    supplies = graph.sources(feeder, RelationshipKind.FROM_FEEDER)
    points = [point for supply in supplies for point in graph.sources(supply, RelationshipKind.FED_BY)]
    owners = [each for point in points for each in graph.sources(point, RelationshipKind.HAS_RECEIVING_POINT)]
    customers = [graph.entity(each).name or graph.id(each) for each in dict.fromkeys(owners)]
    ident, name = graph.id(feeder), graph.entity(feeder).name
    head = say(
        "Where {id} ({name}) begins is not recorded, so what it feeds and who is hit cannot be told. Name its first "
        "switch in the column starts_at (首端设备) of the feeders, or name the equipment itself.",
        id=ident,
        name=name,
    )
    ledger = say(
        "Where {id} ({name}) begins is not recorded, so what it feeds and who is hit cannot be told; by the ledger it "
        "supplies {count}: {customers}. Name its first switch in the column starts_at (首端设备) of the feeders.",
        id=ident,
        name=name,
        count=len(customers),
        customers=customers[:_NAMED],
    )
    return InvalidInput(ledger if customers else head, id=ident)


def _within(model: ReadModel, index: int) -> Iterator[int]:
    """Conducting equipment in a container, hanging on it or sharing its risk, over any number of steps."""
    graph, seen, todo = model.graph, {index}, [index]
    while todo:
        at = todo.pop()
        for way in _INWARD:
            for each in graph.sources(at, way):
                if each in seen:
                    continue
                seen.add(each)
                kind = graph.kind(each)
                if kind in CONDUCTING:
                    yield each
                elif kind is EntityKind.FEEDER and way is RelationshipKind.SHARES_RISK:
                    yield from beginnings_of(model, each)
                elif kind in _CONTAINERS:
                    todo.append(each)
