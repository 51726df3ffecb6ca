"""Scoped (范围内): the graph as who has a scope sees it. What does not belong to the scope is not there.

Whoever walks, lists, counts or searches it finds nothing else; to read an index from elsewhere raises OutOfScope, so
that what nobody thought of is an error and not a leak. Topology and customers' insides are those of the whole graph:
they answer in indexes, exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from graph_api.errors import UnknownEntity
from graph_api.readmodel.belonging import Belonging, Inside
from graph_api.readmodel.columns import KIND_CODE, NO_ENTITY
from graph_api.readmodel.memo import Derivation, Memo
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.numbers import Index, as_indexes
from graph_api.readmodel.snapshot import Edge, Snapshot
from schema.entity import Entity
from schema.numbers import Version
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKind
from schema.words import say

Scope = frozenset[str]
"""Ids of organisations and areas."""

BELONGINGS: Final = Derivation[None, Belonging]("who belongs to whom", most=1)
INSIDES: Final = Derivation[Scope, Inside]("what belongs to a scope", most=64)
MEMOS: Final = Derivation[Scope, Memo]("what is derived for a scope", most=64)
KNOWN_INSIDE: Final = Derivation[None, set[str]]("what was seen of a scope", most=1)


class OutOfScope(UnknownEntity):
    """Something is to be shown that is out of the scope of who asks."""

    def __init__(self) -> None:
        super().__init__(say("This is out of what you may see."))


def inside_of(model: ReadModel, scope: Scope) -> Inside:
    """Per index of a whole model whether it belongs to a scope; worked out once a revision."""

    def work() -> Inside:
        belonging = model.memo.recall(BELONGINGS, None, lambda: Belonging(model.graph))
        return belonging.of(scope)

    return model.memo.recall(INSIDES, scope, work)


def scoped(model: ReadModel, scope: Scope) -> ReadModel:
    """A whole model as it is seen with a scope, for one request: what that names (`Snapshot.admit`) it sees alone."""
    memo = model.memo.recall(MEMOS, scope, Memo)
    graph = ScopedSnapshot(model.graph, inside_of(model, scope), memo.recall(KNOWN_INSIDE, None, set))
    return ReadModel(
        graph=graph,
        topology=model.topology,
        search=model.search.seen_in(graph),
        customers=model.customers,
        orders=model.orders,
        memo=memo,
    )


class ScopedSnapshot(Snapshot):
    """A snapshot of which only a part is there."""

    __slots__ = ("_admitted", "_flags", "_inside", "_part_codes", "_part_lists", "_whole", "known_inside")

    def __init__(self, whole: Snapshot, inside: Inside, known_inside: set[str]) -> None:
        super().__init__(
            whole.base, whole.overlay, revision=whole.revision, changed_at=whole.changed_at,
            store_uuid=whole.store_uuid, reports=whole.reports,
        )  # fmt: skip
        self._whole = whole
        self._inside = inside
        self._flags: memoryview[bool] = inside.data.cast("B").cast("?")
        """The same, quicker to read one by one."""
        self._admitted = set[int]()
        self.known_inside = known_inside
        """Ids of what was found to belong to the scope: shared by whoever has it."""
        self._part_lists: dict[EntityKind, list[Index]] = {}
        self._part_codes: npt.NDArray[np.uint8] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether everything is there."""
        return False

    @property
    def outside(self) -> Inside | None:
        """Per index whether it is not there."""
        return ~self._inside

    def holds(self, index: int) -> bool:
        """Whether an entity belongs to the scope."""
        return 0 <= index < len(self._flags) and self._flags[index]

    def admit(self, indexes: Iterable[int]) -> None:
        """Have these be read by who has their index: an answer has to name them, wherever they belong."""
        self._admitted.update(indexes)

    def _number(self, entity_id: str) -> Index | None:
        index = super()._number(entity_id)
        return index if index is not None and self._may_read(index) else None

    def _may_read(self, index: int) -> bool:
        return self.holds(index) or index in self._admitted

    def _require(self, index: int) -> None:
        if not self._may_read(index):
            raise OutOfScope

    def id(self, index: int) -> str:
        """Id of an entity. Raises OutOfScope."""
        self._require(index)
        return super().id(index)

    def kind(self, index: int) -> EntityKind:
        """Kind of an entity. Raises OutOfScope."""
        self._require(index)
        return super().kind(index)

    def version(self, index: int) -> Version:
        """Revision of its last change. Raises OutOfScope."""
        self._require(index)
        return super().version(index)

    def entity(self, index: int) -> Entity:
        """The entity. Raises OutOfScope."""
        if index not in self._admitted:
            self._require(index)
        return self._whole.entity(index)

    def decoded(self, index: int) -> Entity:
        """The entity, decoded anew. Raises OutOfScope."""
        self._require(index)
        return super().decoded(index)

    def entities(self, indexes: Iterable[int]) -> list[Entity]:
        """Those of these entities that may be read."""
        flags, admitted, read = self._flags, self._admitted, self._whole.entity
        return [read(index) for index in indexes if flags[index] or index in admitted]

    def is_unchanged(self, index: int) -> bool:
        """Whether an entity is there and as the columns have it."""
        return self.holds(index) and super().is_unchanged(index)

    def changed_bodies(self) -> Iterator[tuple[int, bytes]]:
        """Encoded entities of the scope that differ from the columns."""
        return (each for each in super().changed_bodies() if self.holds(each[0]))

    @property
    def entity_count(self) -> int:
        """Number of entities of the scope."""
        return int(np.count_nonzero(self._inside))

    @property
    def relationship_count(self) -> int:
        """Number of relationships within the scope."""
        return sum(len(self.pairs(kind)[0]) for kind in RelationshipKind)

    def of_kind(self, kind: EntityKind) -> Sequence[Index]:
        """Indexes of the scope's entities of a kind, ascending."""
        held = self._part_lists.get(kind)
        if held is None:
            found = np.flatnonzero(self.kind_codes() == KIND_CODE[kind])
            held = self._part_lists[kind] = as_indexes(found.tolist())
        return held

    def kind_codes(self) -> npt.NDArray[np.uint8]:
        """Per index the kind's place in KINDS, NO_ENTITY for what does not belong to the scope."""
        codes = self._part_codes
        if codes is None:
            codes = self._part_codes = np.where(self._inside, self._whole.kind_codes(), np.uint8(NO_ENTITY))
        return codes

    def states(self) -> npt.NDArray[np.uint8]:
        """Per index what decides whether it conducts: of the scope alone."""
        return np.where(self._inside, super().states(), np.uint8(0))

    def state(self, index: int) -> int:
        """One place of `states`. Raises OutOfScope."""
        self._require(index)
        return super().state(index)

    def indexes(self) -> Collection[Index]:
        """Indexes of the scope's entities, ascending."""
        return as_indexes(np.flatnonzero(self._inside).tolist())

    def pairs(self, kind: RelationshipKind) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """All relationships of a kind within the scope."""
        sources, targets = super().pairs(kind)
        both = self._inside[sources] & self._inside[targets]
        return sources[both], targets[both]

    def relationships(self) -> Iterator[Relationship]:
        """Every relationship within the scope, by source."""
        every = self._whole.relationships()
        return (each for each in every if None not in (self._number(each.source), self._number(each.target)))

    def _others(self, index: int, code: int, *, outgoing: bool) -> Sequence[Index]:
        self._require(index)
        flags = self._flags
        return [other for other in super()._others(index, code, outgoing=outgoing) if flags[other]]

    def _edges(self, index: int, *, outgoing: bool) -> Iterator[Edge]:
        self._require(index)
        return (each for each in super()._edges(index, outgoing=outgoing) if self.holds(each.other))
