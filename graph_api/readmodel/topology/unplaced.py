"""Supplies without a place (接入位置未录入): only the feeder is known, so each may hang anywhere on it.

[G1] - B1 - CB1 - n1 - L1 - LS1 - L2 - LS9/ - L8      F1 = CB1, S1 is of F1: it hangs on n1, L1 or L2, or between them

They are drawn to the node right behind the head, where most of a feeder's supply is; that they may hang elsewhere is
what `places` is for. What is live for them is what is live everywhere there. A feeder of which nothing is drawn at all
stands for itself, and is taken to have voltage.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology.adjacency import expanded
from graph_api.readmodel.topology.components import components
from graph_api.readmodel.topology.forest import grow
from graph_api.readmodel.topology.jit import Flags, Ints
from schema.grid import Switch
from schema.registry import BUSBARS, CONDUCTING, KINDS, SWITCHES, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition

PLANT = (
    CONDUCTING
    - SWITCHES
    - {EntityKind.SUPPLY_SOURCE, EntityKind.ENERGY_CONSUMER, EntityKind.ENERGY_SOURCE, EntityKind.LOAD}
)
"""What a supply may hang on, beside nodes."""
_NONE = np.empty(0, np.int32)


class Unplaced(NamedTuple):
    """Which supplies have no place, and where they may hang. Vertices unless said otherwise."""

    feeder_of: dict[int, int]
    """Feeder of each such supply; indexes."""
    supplies: dict[int, tuple[int, ...]]
    """Such supplies by feeder; indexes, ascending."""
    places: dict[int, Ints]
    """Where supplies of a feeder (index) may hang, ascending; none of a feeder of which nothing is drawn."""
    behind: dict[int, int]
    """Right behind the head of a feeder (index)."""
    normally_open: frozenset[int]
    """Indexes of switches that are open in the normal diagram."""
    contained: dict[int, frozenset[int]]
    """Plant that each feeder contains; indexes."""
    undrawn: tuple[int, ...] = ()
    """Feeders of which nothing is drawn, that stand for themselves and have voltage; indexes, ascending."""
    held: tuple[Ints, Ints] = (_NONE, _NONE)
    """What is at a place of a feeder, ascending, and that feeder; indexes."""

    def feeders_at(self, indexes: Ints) -> tuple[Ints, Ints]:
        """Which of these are at a place of a feeder, and that feeder."""
        at, feeder = self.held
        found = np.isin(at, indexes)
        return at[found], feeder[found]

    def supplies_at(self, indexes: Ints) -> list[int]:
        """Supplies that may hang on any of these, ascending."""
        if not self.held[0].size:
            return []
        feeders = np.unique(self.feeders_at(indexes)[1]).tolist()
        return sorted(supply for feeder in feeders for supply in self.supplies[feeder])

    def places_of(self, index: int) -> Ints | None:
        """Where a supply without a place may hang; None for any other index."""
        feeder = self.feeder_of.get(index)
        return None if feeder is None else self.places.get(feeder, _NONE)

    def wires(self) -> tuple[list[int], list[int]]:
        """The supplies (indexes) and the vertices that they are drawn to."""
        drawn = [(supply, self.behind[feeder]) for supply, feeder in self.feeder_of.items() if feeder in self.behind]
        return [supply for supply, _ in drawn], [vertex for _, vertex in drawn]

    def numbered(self, number: Ints, member_starts: Ints, members: Ints) -> Unplaced:
        """The same once vertices have other numbers, and these members."""
        if not self.feeder_of:
            return self
        places = {at: np.sort(number[those]).astype(np.int32) for at, those in self.places.items()}
        found = [(expanded(those, member_starts, members), at) for at, those in places.items()]
        index = np.concatenate([_NONE, *(those for those, _ in found)]).astype(np.int32)
        feeder = np.repeat(np.array([at for _, at in found], np.int32), [those.size for those, _ in found])
        order = np.argsort(index, kind="stable")
        behind = {at: int(number[vertex]) for at, vertex in self.behind.items()}
        return self._replace(places=places, behind=behind, held=(index[order], feeder[order]))

    def is_alike(self, graph: Snapshot, index: int, kind: EntityKind) -> bool:
        """Whether a later snapshot has nothing else at an index of a kind that decides where supplies may hang."""
        if kind is EntityKind.SUPPLY_SOURCE:
            return feeder_named(graph, index) == self.feeder_of.get(index)
        if not self.feeder_of:
            return True
        if kind in SWITCHES:
            return _is_normally_open(graph, index) == (index in self.normally_open)
        held = {at for at, those in self.contained.items() if index in those}
        return kind not in PLANT or held == self.contained.keys() & set(
            graph.targets(index, RelationshipKind.CONTAINED_IN)
        )


NO_UNPLACED = Unplaced({}, {}, {}, {}, frozenset(), {})


def feeder_named(graph: Snapshot, supply: int) -> int | None:
    """The feeder that the ledger names for a supply that no terminal ties to the grid; None where it has one, or none
    is named."""
    named = graph.targets(supply, RelationshipKind.FROM_FEEDER)
    return int(named[0]) if named and not graph.targets(supply, RelationshipKind.CONNECTS) else None


def undrawn_in(graph: Snapshot) -> list[int]:
    """Feeders that the ledger names for supplies without a place, and of which neither head nor plant is recorded;
    ascending."""
    feeders = set(_by_supply(graph).values())
    return sorted(
        at for at in feeders if not graph.targets(at, RelationshipKind.STARTS_AT) and not _plant_of(graph, at)
    )


def _by_supply(graph: Snapshot) -> dict[int, int]:
    named = np.unique(graph.pairs(RelationshipKind.FROM_FEEDER)[0]).tolist()
    return {at: feeder for at in named if (feeder := feeder_named(graph, at)) is not None}


def _plant_of(graph: Snapshot, feeder: int) -> list[int]:
    """Plant that a feeder contains."""
    return [at for at in graph.sources(feeder, RelationshipKind.CONTAINED_IN) if graph.kind(at) in PLANT]


def unplaced_in(graph: Snapshot, kinds: npt.NDArray[np.uint8], vertex_of: Ints, starts: Ints, arcs: Ints) -> Unplaced:
    """Those of a snapshot; linear in its size where there are any.

    A feeder reaches from its head over whatever is closed in the normal diagram, up to the heads of others, and what it
    contains is part of it. Out of service or not does not matter: who hangs there is out.
    """
    feeder_of = _by_supply(graph)
    if not feeder_of:
        return NO_UNPLACED
    grid = _Drawn(graph, kinds, vertex_of, starts, arcs)
    supplies: dict[int, list[int]] = {}
    for supply, feeder in feeder_of.items():
        supplies.setdefault(feeder, []).append(supply)
    found = {feeder: grid.reach(feeder) for feeder in supplies}
    return Unplaced(
        feeder_of=feeder_of,
        supplies={feeder: tuple(sorted(those)) for feeder, those in supplies.items()},
        places={feeder: places for feeder, (places, _) in found.items() if places.size},
        behind={feeder: behind for feeder, (_, behind) in found.items() if behind >= 0},
        normally_open=grid.normally_open,
        contained={feeder: frozenset(_plant_of(graph, feeder)) for feeder in supplies},
        undrawn=tuple(feeder for feeder in sorted(supplies) if vertex_of[feeder] >= 0),
    )


class _Drawn:
    """The grid in the normal diagram, cut at the heads of feeders and at customers' supplies."""

    def __init__(
        self, graph: Snapshot, kinds: npt.NDArray[np.uint8], vertex_of: Ints, starts: Ints, arcs: Ints
    ) -> None:
        self._graph, self._vertex_of, self._starts, self._arcs = graph, vertex_of, starts, arcs
        switches = (at for kind in SWITCHES for at in graph.of_kind(kind))
        self.normally_open = frozenset(at for at in switches if _is_normally_open(graph, at))
        heads = vertex_of[graph.pairs(RelationshipKind.STARTS_AT)[1]]
        passes = np.ones(starts.size - 1, np.uint8)
        passes[vertex_of[list(self.normally_open)]] = 0
        passes[vertex_of[_are(kinds, [EntityKind.SUPPLY_SOURCE])]] = 0
        sources = np.unique(vertex_of[_are(kinds, [EntityKind.ENERGY_SOURCE])]).astype(np.int32)
        self._above, *_ = grow(starts, arcs, passes, sources)
        passes[heads[heads >= 0]] = 0
        self._part, _ = components(starts, arcs, passes)
        self._is_node, self._is_place, self._is_busbar = (
            self._marked(_are(kinds, those))
            for those in ([EntityKind.CONNECTIVITY_NODE], [EntityKind.CONNECTIVITY_NODE, *PLANT], BUSBARS)
        )
        self._with_source = set(self._part[sources].tolist())

    def reach(self, feeder: int) -> tuple[Ints, int]:
        """Where supplies of a feeder may hang, and what is right behind its head (-1 = nothing is drawn)."""
        if (itself := int(self._vertex_of[feeder])) >= 0:
            return np.array([itself], np.int32), itself
        own = [int(self._vertex_of[at]) for at in _plant_of(self._graph, feeder)]
        own += [near for at in own for near in self._near(at)]
        parts, behind = set[int](), -1
        heads = [int(self._vertex_of[at]) for at in self._graph.targets(feeder, RelationshipKind.STARTS_AT)]
        for head in (at for at in heads if at >= 0):
            first = self._right_behind(head, frozenset(own))
            parts |= {int(self._part[at]) for at in first} - {-1}
            behind = head if self._is_node[head] or not first else first[-1]
        reached = np.flatnonzero(np.isin(self._part, list(parts)) & (self._is_place > 0)).astype(np.int32)
        places = np.union1d(reached, np.array(own, np.int32)).astype(np.int32)
        if not places.size and behind >= 0:
            places = np.array([behind], np.int32)
        if behind < 0 and own:
            behind = min((at for at in own if self._is_node[at]), default=own[0])
        return places, behind

    def _right_behind(self, head: int, own: frozenset[int]) -> list[int]:
        """What of the neighbours of a head is behind it: the feeder's own, else not what feeds the head, where no
        source is, and no busbar."""
        near = [at for at in self._near(head) if at != self._above[head]]
        free = near if self._is_node[head] else [at for at in near if not self._is_busbar[at]]
        away = [at for at in near if int(self._part[at]) not in self._with_source]
        both = [at for at in free if at in away]
        return [at for at in free if at in own] or both or away or free or near

    def _near(self, vertex: int) -> list[int]:
        found: list[int] = self._arcs[self._starts[vertex] : self._starts[vertex + 1]].tolist()
        return found

    def _marked(self, indexes: Ints) -> Flags:
        marks = np.zeros(self._starts.size - 1, np.uint8)
        marks[self._vertex_of[indexes]] = 1
        return marks


def _are(kinds: npt.NDArray[np.uint8], wanted: Iterable[EntityKind]) -> Ints:
    codes = [KINDS.index(kind) for kind in wanted]
    return np.flatnonzero(np.isin(kinds, codes)).astype(np.int32)


def _is_normally_open(graph: Snapshot, switch: int) -> bool:
    return graph.get(Switch, switch).normal_position is SwitchPosition.OPEN
