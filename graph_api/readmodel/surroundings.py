"""Surroundings: who is linked with whom, in both directions, a whole frontier at a time from the columns.

For walks that do not ask what the links mean: paths, neighbourhoods. What a commit linked otherwise than the columns
have it is looked up entity by entity.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from heapq import merge
from typing import Final

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.columns import LINK_CODE, LINK_KINDS, Base
from graph_api.readmodel.numbers import Index, flagged
from graph_api.readmodel.snapshot import Edge, Snapshot
from schema.relationships import RelationshipKind

Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

_BY_NAME: Final = {LINK_CODE[kind]: place for place, kind in enumerate(sorted(LINK_KINDS))}
"""Where a kind of relationship stands by its name."""
_NOBODY: Final = np.empty(0, np.int32)


class Surroundings:
    """The links of a snapshot, of these kinds (None = all), in these directions. Threads may share it."""

    def __init__(
        self,
        graph: Snapshot,
        via: Collection[RelationshipKind] | None = None,
        *,
        leaving: bool = True,
        arriving: bool = True,
    ) -> None:
        self._graph = graph
        self._directions = [outgoing for outgoing, walked in ((True, leaving), (False, arriving)) if walked]
        self._base: Base = graph.base
        self._codes = {code: place for code, place in _BY_NAME.items() if via is None or LINK_KINDS[code] in via}
        self._walked = None if via is None else np.isin(np.arange(len(LINK_KINDS)), list(self._codes))
        self._relinked = flagged(graph.size, graph.relinked())
        self._relinked[self._base.size :] = True
        outside = graph.outside
        self._inside: Flags | None = None if outside is None else ~outside

    def of(self, frontier: Ints) -> tuple[Ints, int]:
        """Who is linked with any of the frontier, each once, ascending; and how many links were looked at."""
        changed = self._relinked[frontier]
        known = frontier[~changed]
        parts = [self._part(known, outgoing=outgoing) for outgoing in self._directions]
        if changed.any():
            around = [edge.other for index in frontier[changed].tolist() for edge in self.edges(index)]
            parts.append(np.array(around, np.int32))
        found = np.concatenate(parts)
        if self._inside is not None:
            found = found[self._inside[found]]
        return np.unique(found), len(found)

    def edges(self, index: int, among: Flags | None = None) -> Iterator[Edge]:
        """The links of one, to those that `among` flags alone: by name of kind, then key, leaving first, then id."""
        among = self._there(among)
        there = (self._graph.codes(index, outgoing=outgoing) for outgoing in self._directions)
        for code in sorted(self._codes.keys() & set().union(*there), key=self._codes.__getitem__):
            parts = [self._links(index, code, among, outgoing=outgoing) for outgoing in self._directions]
            yield from merge(*parts, key=self._place) if all(parts) else max(parts, key=len)

    def _there(self, among: Flags | None) -> Flags | None:
        """Of these (None = all) those that are there for who asks."""
        inside = self._inside
        return among if inside is None else inside if among is None else inside & among

    def _place(self, edge: Edge) -> tuple[str, bool, str]:
        return edge.key, not edge.outgoing, self._graph.id(edge.other)

    def _links(self, index: int, code: int, among: Flags | None, *, outgoing: bool) -> list[Edge]:
        kind = LINK_KINDS[code]
        if self._relinked[index]:
            held = self._graph.held(index, kind, outgoing=outgoing)
            pairs = zip(held.others, held.keys, strict=True)
            return [Edge(kind, other, key, outgoing) for other, key in pairs if among is None or among[other]]
        columns = self._base.columns
        part = self._base.part(index, code, outgoing=outgoing)
        others = (columns.out_other if outgoing else columns.in_other)[part]
        keys = (columns.out_key if outgoing else columns.in_key)[part]
        if among is not None:
            chosen = among[others]
            others, keys = others[chosen], keys[chosen]
        names = self._base.keys
        return [
            Edge(kind, Index(other), names[key], outgoing)
            for other, key in zip(others.tolist(), keys.tolist(), strict=True)
        ]

    def _part(self, frontier: Ints, *, outgoing: bool) -> Ints:
        columns = self._base.columns
        at = columns.out_at if outgoing else columns.in_at
        starts = at[frontier]
        lengths = at[frontier + 1] - starts
        ends = np.cumsum(lengths)
        if not len(ends) or not ends[-1]:
            return _NOBODY
        spots = np.arange(ends[-1]) + np.repeat(starts - ends + lengths, lengths)
        if self._walked is not None:
            spots = spots[self._walked[(columns.out_kind if outgoing else columns.in_kind)[spots]]]
        found: Ints = (columns.out_other if outgoing else columns.in_other)[spots]
        return found
