"""Where feeders begin: at their recorded head, else where their plant is fed from outside.

B1 - L1 - L2 - L3      F1 contains L1, L2, L3 and has no head: it begins at L1, and a fault on it is one of L1
B1 - CB1 - L1 - L2     F1 contains CB1, L1, L2: it begins at CB1, as if that were recorded
"""

from __future__ import annotations

from collections.abc import Iterator

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from schema.registry import CONDUCTING, EntityKind
from schema.relationships import RelationshipKind

_HELD = frozenset({EntityKind.DISTRIBUTION_STATION, EntityKind.VOLTAGE_LEVEL, EntityKind.BAY})
"""What a feeder's plant may stand in."""


def beginnings_of(model: ReadModel, feeder: int) -> tuple[int, ...]:
    """What a feeder starts at, ascending: where no head is recorded, of its plant what is fed first; all of its plant
    where none of it is live; nothing where none is recorded."""
    heads = model.graph.targets(feeder, RelationshipKind.STARTS_AT)
    if heads:
        return tuple(sorted(set(heads)))
    own = frozenset(_plant(model.graph, feeder))
    return tuple(sorted(_fed_first(model, own) or own))


def _fed_first(model: ReadModel, own: frozenset[int]) -> set[int]:
    """Of these pieces those that are the last on a way to a source: ways to one source are a tree."""
    first, passed = set[int](), set[int]()
    for piece in sorted(own):
        if piece in passed:
            continue
        way = [at for at in model.topology.path_up(piece) if at in own]
        if way and passed.isdisjoint(way):
            first.add(way[-1])
        passed.update(way)
    return first


def _plant(graph: Snapshot, feeder: int) -> Iterator[int]:
    """What conducts in a feeder, and in the stations on it."""
    todo = [feeder]
    for holder in todo:
        for each in graph.sources(holder, RelationshipKind.CONTAINED_IN):
            if graph.kind(each) in CONDUCTING:
                yield each
            elif graph.kind(each) in _HELD:
                todo.append(each)
