"""Orders: the things of each kind in the order in which they are listed, and what lists are filtered by.

Made for a kind when it is first asked for and kept over commits: one that renames nothing, adds nothing and takes
nothing away costs nothing here. So a page of a list costs what the page costs, however many things there are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.columns import KIND_CODE, NO_ENTITY
from graph_api.readmodel.customer_columns import CustomerColumns
from graph_api.readmodel.memo import Cache
from graph_api.readmodel.snapshot import Snapshot
from schema.entity import Entity
from schema.registry import CONDUCTING, KINDS, EntityKind

SortKey = tuple[str, ...]
Ints = npt.NDArray[np.int32]
MOST_MOVES = 1_000
"""Things of a kind that one commit may move before their order is made anew, when it is asked for."""
MOST_STALE = 1_000
"""Things whose texts may have changed before the texts of their kind are joined anew."""
NAME = "name"
_END = "\0"


def key_of(graph: Snapshot, index: int, kind: EntityKind) -> SortKey:
    """What things of a kind are listed by: name, then id (equipment: id alone)."""
    return (graph.id(index),) if kind in CONDUCTING else (graph.name(index), graph.id(index))


def says(entity: Entity, wanted: str) -> bool:
    """Whether a text, casefolded, stands in the name, an alias or the number."""
    return any(wanted in each for each in _texts(entity))


def _texts(entity: Entity) -> Iterator[str]:
    number = getattr(entity, "number", None) or ""
    return (each.casefold() for each in (entity.name, number, *entity.aliases))


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts of the things of a kind, one after the other."""

    things: list[int]
    starts: list[int]
    """Where those of each begin in `joined`."""
    joined: str
    stale: frozenset[int] = frozenset()
    """Things that may have others by now."""

    @classmethod
    def of(cls, graph: Snapshot, things: Iterable[int]) -> _Texts:
        chosen = list(things)
        each = [_END.join(_texts(graph.decoded(index))) + _END for index in chosen]
        return cls(chosen, list(accumulate(map(len, each), initial=0))[:-1], "".join(each))

    def saying(self, wanted: str) -> Iterator[int]:
        """Things that said it, but for stale ones."""
        starts, things, at = self.starts, self.things, self.joined.find(wanted)
        while at >= 0:
            place = bisect_left(starts, at + 1) - 1
            if things[place] not in self.stale:
                yield things[place]
            at = self.joined.find(wanted, starts[place + 1]) if place + 1 < len(starts) else -1


class Orders:
    """The orders of one snapshot's things. Threads may share it."""

    def __init__(self, graph: Snapshot) -> None:
        self._graph = graph
        self._orders = Cache[EntityKind, Ints](len(KINDS))
        self._texts = Cache[EntityKind, _Texts](len(KINDS))
        self._customers = Cache[None, CustomerColumns](1)
        self._ranks = Cache[str, Ints](4)

    def of(self, kind: EntityKind) -> Ints:
        """Indexes of the things of a kind, in the order of `key_of`. Not to be changed."""
        held = self._orders.get(kind)
        return self._orders.derive(kind, lambda: self._ordered(kind)) if held is None else held

    def customers(self) -> CustomerColumns:
        """What customers are filtered by."""
        held = self._customers.get(None)
        return self._customers.derive(None, lambda: CustomerColumns.of(self._graph)) if held is None else held

    def customers_by(self, column: str) -> Ints:
        """Places in `customers()` by one of its columns (or NAME), ascending, then by name and id."""
        held = self._ranks.get(column)
        return self._ranks.derive(column, lambda: self._ranked(column)) if held is None else held

    def saying(self, kind: EntityKind, wanted: str) -> Ints:
        """Indexes of the things of a kind that have a text, casefolded, in name, alias or number; unordered."""
        if _END in wanted:
            return np.empty(0, np.int32)
        texts = self._texts.get(kind)
        if texts is None:
            texts = self._texts.derive(kind, lambda: _Texts.of(self._graph, self._graph.of_kind(kind)))
        found = list(texts.saying(wanted))
        codes, code = self._graph.kind_codes(), KIND_CODE[kind]
        found += [at for at in texts.stale if codes[at] == code and says(self._graph.entity(at), wanted)]
        return np.array(found, np.int32)

    def advanced(self, graph: Snapshot, changed: Collection[int]) -> Orders:
        """Those of a later snapshot that numbers its entities alike and differs in `changed` only."""
        later = Orders(graph)
        if not (self._orders or self._texts or self._customers):
            return later
        before, after = self._graph.kind_codes(), graph.kind_codes()
        touched: dict[int, list[int]] = {}
        for index in changed:
            for code in {_code(before, index), _code(after, index)} - {NO_ENTITY}:
                touched.setdefault(code, []).append(index)
        for kind, order in [*self._orders.items()]:
            moved = [at for at in touched.get(KIND_CODE[kind], ()) if self._key(at, kind) != later._key(at, kind)]
            if len(moved) <= MOST_MOVES:
                later._orders[kind] = later._moved(order, kind, moved) if moved else order
        for kind, texts in [*self._texts.items()]:
            stale = texts.stale | set(touched.get(KIND_CODE[kind], ()))
            if len(stale) <= MOST_STALE:
                later._texts[kind] = replace(texts, stale=stale)
        customers = self._customers.get(None)
        if customers is not None:
            others = touched.get(KIND_CODE[EntityKind.CUSTOMER])
            customers = customers.advanced(graph, others) if others else customers
            if customers is not None:
                later._customers[None] = customers
        if self._bases() == later._bases():
            later._ranks.update(self._ranks)
        return later

    def _bases(self) -> tuple[int, int]:
        """What ranks of customers hold for."""
        return id(self._customers.get(None)), id(self._orders.get(EntityKind.CUSTOMER))

    def _ranked(self, column: str) -> Ints:
        columns = self.customers()
        by_name = np.searchsorted(columns.customer, self.of(EntityKind.CUSTOMER)).astype(np.int32)
        return by_name if column == NAME else by_name[np.argsort(getattr(columns, column)[by_name], kind="stable")]

    def _ordered(self, kind: EntityKind) -> Ints:
        graph = self._graph
        things = graph.of_kind(kind)
        if kind in CONDUCTING:
            keyed: list[tuple[SortKey, int]] = [((graph.id(index),), index) for index in things]
        else:
            entities = ((graph.decoded(index), index) for index in things)  # not kept: there may be very many
            keyed = [((entity.name, entity.id), index) for entity, index in entities]
        return np.array([index for _, index in sorted(keyed)], np.int32)

    def _key(self, index: int, kind: EntityKind) -> SortKey | None:
        """Of a thing of that kind; None if there is none (any more)."""
        codes = self._graph.kind_codes()
        return key_of(self._graph, index, kind) if _code(codes, index) == KIND_CODE[kind] else None

    def _moved(self, order: Ints, kind: EntityKind, moved: list[int]) -> Ints:
        """The order with these taken from where they were and put where they belong now, if they are there."""
        kept = order[~np.isin(order, moved)].tolist()
        put = sorted((key, index) for index in moved if (key := self._key(index, kind)) is not None)
        places = [bisect_left(kept, key, key=lambda at: key_of(self._graph, at, kind)) for key, _ in put]
        return np.insert(np.array(kept, np.int32), places, [index for _, index in put])


def _code(codes: npt.NDArray[np.uint8], index: int) -> int:
    return int(codes[index]) if index < len(codes) else NO_ENTITY
