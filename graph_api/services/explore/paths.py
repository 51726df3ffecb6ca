"""Shortest paths between two things, looked for from both ends.

A search from one end looks at everything that is as near as the other end; from both ends at what is half as near.
Where the two meet, and for paths that are longer, what may lie on a path of a length is what is together no farther
from both ends: for that alone the exact distance to the end is worked out, and paths are drawn along it.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.surroundings import Surroundings
from graph_api.readmodel.things import Things
from graph_api.services.explore.links import MAX_HOPS, Link, in_range
from schema.relationships import RelationshipKind

MAX_PATHS = 50
LOOKED_AT = 5_000_000
"""Relationships looked at before a search gives up and says so."""
DRAWN = 200_000
"""Beginnings of paths that are drawn before a search gives up and says so."""
SURROUNDINGS: Final = Derivation[frozenset[RelationshipKind] | None, Surroundings]("surroundings", most=8)
_FAR: Final = 127
"""Farther than any path may be long."""

Ints = npt.NDArray[np.int32]
Distances = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path: over which relationship to which entity."""

    kind: RelationshipKind
    key: str
    outgoing: bool
    to: int


@dataclass(frozen=True, slots=True)
class Path:
    """A path without repeated entities."""

    start: int
    hops: tuple[Hop, ...]

    @property
    def length(self) -> int:
        """Relationships on it."""
        return len(self.hops)

    @property
    def entities(self) -> Things:
        """Entities on it, both ends included, in order."""
        return (self.start, *(hop.to for hop in self.hops))

    @property
    def relationships(self) -> tuple[Link, ...]:
        """Relationships on it, in order."""
        ends = pairwise(self.entities)
        return tuple(
            Link(hop.kind, here, there, hop.key) if hop.outgoing else Link(hop.kind, there, here, hop.key)
            for hop, (here, there) in zip(self.hops, ends, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths found, shortest first."""

    nodes: tuple[Path, ...]
    truncated: bool
    """True if there may be more: the asked number was reached, or the search gave up (LOOKED_AT, DRAWN)."""


def find_paths(
    model: ReadModel,
    start: int,
    end: int,
    *,
    via: Collection[RelationshipKind] | None = None,
    max_hops: int = 10,
    first: int = 5,
) -> Paths:
    """The `first` shortest paths of at most `max_hops` relationships between two entities.

    `via` walks only those relationship kinds. Of equal length, in order of relationship kind, key and id, hop by hop.
    Raises InvalidInput for numbers out of range.
    """
    in_range("maxHops", max_hops, MAX_HOPS)
    in_range("first", first, MAX_PATHS)
    search = _Search(surroundings(model, via), model.graph.size, start, end, max_hops)
    complete = search.run(first + 1)
    return Paths(tuple(search.found[:first]), truncated=len(search.found) > first or not complete)


def surroundings(model: ReadModel, via: Collection[RelationshipKind] | None) -> Surroundings:
    """Who is linked with whom by these kinds; None = by any."""
    kinds = None if via is None else frozenset(via)
    return model.memo.recall(SURROUNDINGS, kinds, lambda: Surroundings(model.graph, kinds))


class _GivenUp(Exception):
    """The search has looked at all that it may look at."""


class _Ball:
    """What is within some hops of a thing."""

    def __init__(self, around: Surroundings, size: int, centre: int) -> None:
        self._around = around
        self.distance: Distances = np.full(size, _FAR, np.int8)
        self.distance[centre] = 0
        self.radius = 0
        self.rim: Ints = np.array([centre], np.int32)
        """What is exactly `radius` away."""

    def grow(self) -> int:
        """One hop more; how many relationships were looked at."""
        found, looked_at = self._around.of(self.rim)
        self.rim = found[self.distance[found] == _FAR]
        self.radius += 1
        self.distance[self.rim] = self.radius
        return looked_at


class _Search:
    """One search between two things."""

    def __init__(self, around: Surroundings, size: int, start: int, end: int, max_hops: int) -> None:
        self._around = around
        self._start, self._end, self._max_hops = start, end, max_hops
        self._from, self._to = _Ball(around, size, start), _Ball(around, size, end)
        self._looked_at = 0
        self.found: list[Path] = []
        """Paths so far, shortest first."""

    def run(self, wanted: int) -> bool:
        """Find so many paths, or all that there are; False if the search gave up before."""
        try:
            length, more = self._shortest(), 1
            while length is not None:
                self._widen(length)
                self.found = []
                self.found.extend(islice(self._drawn(length), wanted))
                if len(self.found) == wanted or length == self._max_hops:
                    break
                length, more = min(self._max_hops, length + more), 2 * more
        except _GivenUp:
            return False
        return True

    def _shortest(self) -> int | None:
        """Length of the shortest path; None if none is short enough."""
        if self._start == self._end:
            return 0
        for length in range(1, self._max_hops + 1):
            grown, other = self._grow()
            if not len(grown.rim):
                return None
            if (other.distance[grown.rim] != _FAR).any():
                return length
        return None

    def _widen(self, length: int) -> None:
        """Have each thing on a path of that length in one ball or the other."""
        while self._from.radius + self._to.radius < length and len(self._from.rim) and len(self._to.rim):
            self._grow()

    def _grow(self) -> tuple[_Ball, _Ball]:
        """The ball that grew, which is the one with less to do, and the other."""
        one, other = (self._from, self._to) if len(self._from.rim) < len(self._to.rim) else (self._to, self._from)
        self._looked_at += one.grow()
        if self._looked_at > LOOKED_AT:
            raise _GivenUp
        return one, other

    def _left(self, length: int) -> Distances:
        """Hops to the end from what may lie on a path of that length; _FAR from what may not, or not needed."""
        left, rim = self._to.distance.copy(), self._to.rim
        for hops in range(self._to.radius + 1, length + 1):
            found, looked_at = self._around.of(rim)
            self._looked_at += looked_at
            rim = found[(left[found] == _FAR) & (self._from.distance[found] <= length - hops)]
            if not len(rim):
                break
            left[rim] = hops
        return left

    def _drawn(self, length: int) -> Iterator[Path]:
        """Paths of at most that length, shortest first: the distance to the end bounds what is left.

        Of equal length that whose places come first, which is the order of kinds, keys and ids hop by hop.
        """
        left = self._left(length)
        among, drawn = left != _FAR, 0
        steps = cache(lambda at: [(edge, int(left[edge.other])) for edge in self._around.edges(at, among)])
        heap: list[tuple[int, tuple[int, ...], int, tuple[Hop, ...]]] = [(int(left[self._start]), (), self._start, ())]
        while heap:
            _, places, at, hops = heapq.heappop(heap)
            if at == self._end:
                yield Path(self._start, hops)
                continue
            visited = {self._start, *(hop.to for hop in hops)}
            for place, (edge, rest) in enumerate(steps(at)):
                whole = len(hops) + 1 + rest
                if whole > length or edge.other in visited:
                    continue
                drawn += 1
                hop = Hop(edge.kind, edge.key, edge.outgoing, edge.other)
                heapq.heappush(heap, (whole, (*places, place), edge.other, (*hops, hop)))
            if drawn > DRAWN:
                raise _GivenUp
