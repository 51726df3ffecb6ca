"""Containers (范围): what lies in an area, company, station, feeder or another thing that holds some."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from graph_api.errors import InvalidInput
from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.numbers import Index
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.surroundings import Surroundings
from schema.relationships import ENDS, RelationshipKind
from schema.words import say

Ints = npt.NDArray[np.int32]
ARRIVING: Final = Derivation[frozenset[RelationshipKind], Surroundings]("who points at whom", most=8)
MEMBERS: Final = Derivation[int, Ints]("what lies in a container", most=64)

_BELONGING = (RelationshipKind.CONTAINED_IN, RelationshipKind.MEMBER_OF)
_CONTAINERS = frozenset().union(*(ENDS[kind].targets for kind in _BELONGING))


class Container:
    """Says what lies in a container, over any number of steps; each thing on the way is looked at once."""

    def __init__(self, graph: Snapshot, container: str) -> None:
        self._graph = graph
        self._known: dict[int, bool] = {container_of(graph, container): True}

    def holds(self, index: int) -> bool:
        """Whether the thing is the container or lies in it."""
        known = self._known.get(index)
        if known is None:
            self._known[index] = False
            above = (each for kind in _BELONGING for each in self._graph.targets(index, kind))
            known = self._known[index] = any(self.holds(each) for each in above)
        return known


def container_of(graph: Snapshot, container: str) -> Index:
    """Index of a container. Raises UnknownEntity, InvalidInput for what nothing can lie in."""
    index = graph.index(container)
    if graph.kind(index) not in _CONTAINERS:
        entity = graph.entity(index)
        raise InvalidInput(
            say(
                "Nothing lies within {thing}: it is a {kind}. Send the id of a station, feeder, area, organisation "
                "or another thing that contains some.",
                thing=entity.name or entity.id,
                kind=graph.kind(index).label,
            ),
            argument="within",
        )
    return index


def members(model: ReadModel, container: str) -> Ints:
    """What a container holds over any number of steps, itself included. Raises UnknownEntity, InvalidInput."""
    index = container_of(model.graph, container)
    return model.memo.recall(MEMBERS, index, lambda: _members(model, index))


def _members(model: ReadModel, container: Index) -> Ints:
    inside, around = np.zeros(model.graph.size, np.bool_), arriving(model, *_BELONGING)
    found = np.array([container], np.int32)
    while len(found):
        inside[found] = True
        found, _ = around.of(found)
        found = found[~inside[found]]
    return np.flatnonzero(inside).astype(np.int32)


def arriving(model: ReadModel, *kinds: RelationshipKind) -> Surroundings:
    """Who points at whom by relationships of these kinds."""
    key = frozenset(kinds)
    return model.memo.recall(ARRIVING, key, lambda: Surroundings(model.graph, key, leaving=False))


def there(graph: Snapshot, indexes: Ints) -> Ints:
    """Those of these that are there for who asks, in their order."""
    return indexes if graph.outside is None else indexes[~graph.outside[indexes]]
