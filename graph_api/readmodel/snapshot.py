"""Snapshot: the whole graph at one revision, immutable, answered from memory.

Entities have dense numbers 0..size-1 ("index"); everything inside the read model speaks in them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from graph_api.errors import UnknownEntity
from schema.entity import Entity
from schema.grid import ConductingEquipment, Switch
from schema.registry import KIND_OF, KINDS, EntityKind
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import SwitchPosition

E = TypeVar("E", bound=Entity)
_NONE: tuple[int, ...] = ()


NO_ENTITY = 255
"""Kind code of an index that names nothing (any more)."""
POSITION_CODES = {SwitchPosition.CLOSED: 1, SwitchPosition.OPEN: 2, SwitchPosition.UNKNOWN: 3}


def state_of(entity: Entity) -> int:
    """Bit 0: in service (equipment only); bits 1 and 2: code of the current position, 0 for what is no switch."""
    if not isinstance(entity, ConductingEquipment):
        return 0
    position = POSITION_CODES[entity.current_position] if isinstance(entity, Switch) else 0
    return position << 1 | entity.in_service


class Edge(NamedTuple):
    """One relationship seen from an entity."""

    kind: RelationshipKind
    other: int
    key: str
    outgoing: bool


class Snapshot:
    """The graph at one revision. Safe to share between threads: nothing changes after construction."""

    def __init__(
        self,
        entities: Iterable[Entity],
        relationships: Iterable[Relationship],
        *,
        revision: int = 1,
        changed_at: datetime | None = None,
        store_uuid: str = "",
    ) -> None:
        self.revision = revision
        self.changed_at = changed_at or datetime.now(UTC)
        self.store_uuid = store_uuid
        self._entities = list(entities)
        self._versions = [revision] * len(self._entities)
        self._index = {entity.id: number for number, entity in enumerate(self._entities)}
        self._kinds = [KIND_OF[type(entity)] for entity in self._entities]
        self._of_kind: dict[EntityKind, list[int]] = defaultdict(list)
        for number, kind in enumerate(self._kinds):
            self._of_kind[kind].append(number)
        self._edges: list[list[Edge]] = [[] for _ in self._entities]
        self.relationship_count = 0
        for link in relationships:
            source, target = self._index[link.source], self._index[link.target]
            self._edges[source].append(Edge(link.kind, target, link.key, True))
            self._edges[target].append(Edge(link.kind, source, link.key, False))
            self.relationship_count += 1

    @classmethod
    def of(
        cls,
        entities: Iterable[Entity],
        relationships: Iterable[Relationship] = (),
        *,
        revision: int = 1,
        changed_at: datetime | None = None,
        store_uuid: str = "",
    ) -> Snapshot:
        """A snapshot of these, numbered in this order; KeyError if a relationship lacks an end."""
        return cls(entities, relationships, revision=revision, changed_at=changed_at, store_uuid=store_uuid)

    @property
    def size(self) -> int:
        """One more than the highest index: the length of arrays with a place per entity."""
        return len(self._entities)

    def kind_codes(self) -> npt.NDArray[np.uint8]:
        """Per index the kind's place in KINDS, or NO_ENTITY where nothing is (any more). Shape (size,)."""
        return np.array([KINDS.index(kind) for kind in self._kinds], dtype=np.uint8)

    def states(self) -> npt.NDArray[np.uint8]:
        """Per index what decides whether it conducts, shape (size,): bit 0 = in service (equipment only),
        bits 1 and 2 = current position (POSITION_CODES; 0 for what is no switch)."""  # fmt: skip
        return np.array([state_of(entity) for entity in self._entities], dtype=np.uint8)

    def pairs(self, kind: RelationshipKind) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """All relationships of a kind as two arrays of equal length: indexes of sources, indexes of targets."""
        found = [(n, e.other) for n, edges in enumerate(self._edges) for e in edges if e.outgoing and e.kind is kind]
        both = np.array(found, dtype=np.int32).reshape(-1, 2)
        return both[:, 0].copy(), both[:, 1].copy()

    @property
    def entity_count(self) -> int:
        """Number of entities."""
        return len(self._entities)

    def find(self, entity_id: str) -> int | None:
        """Index of an entity, following aliases of merged ones; None if the id names nothing."""
        index = self._index.get(entity_id)
        if index is not None and self._kinds[index] is EntityKind.ALIAS:
            targets = self.targets(index, RelationshipKind.ALIAS_OF)
            return targets[0] if targets else index
        return index

    def index(self, entity_id: str) -> int:
        """Like `find`, but raises UnknownEntity."""
        index = self.find(entity_id)
        if index is None:
            raise UnknownEntity(f"Nothing in the graph has the id {entity_id!r}; look it up with search.", id=entity_id)
        return index

    def id(self, index: int) -> str:
        """Id of an entity."""
        return self._entities[index].id

    def kind(self, index: int) -> EntityKind:
        """Kind of an entity."""
        return self._kinds[index]

    def name(self, index: int) -> str:
        """Name of an entity."""
        return self._entities[index].name

    def version(self, index: int) -> int:
        """Revision of the entity's last change: what `expected` compares with."""
        return self._versions[index]

    def entity(self, index: int) -> Entity:
        """The entity itself (decoded on first touch)."""
        return self._entities[index]

    def get(self, cls: type[E], index: int) -> E:
        """The entity, known to be of a class; TypeError if it is not."""
        entity = self.entity(index)
        if not isinstance(entity, cls):
            raise TypeError(f"{entity.id} is a {type(entity).__name__}, not a {cls.__name__}")
        return entity

    def of_kind(self, kind: EntityKind) -> Sequence[int]:
        """Indexes of all entities of a kind."""
        return self._of_kind.get(kind, [])

    def targets(self, index: int, kind: RelationshipKind) -> Sequence[int]:
        """Where the relationships of that kind that leave the entity lead, in order of key, then id."""
        return self._ends(index, kind, outgoing=True)

    def sources(self, index: int, kind: RelationshipKind) -> Sequence[int]:
        """Where the relationships of that kind that arrive at the entity come from, in order of key, then id."""
        return self._ends(index, kind, outgoing=False)

    def edges(self, index: int) -> Iterator[Edge]:
        """All relationships of an entity, both directions."""
        return iter(self._edges[index])

    def indexes(self) -> Iterable[int]:
        """Indexes of all entities."""
        return range(len(self._entities))

    def _ends(self, index: int, kind: RelationshipKind, *, outgoing: bool) -> Sequence[int]:
        found = [edge for edge in self._edges[index] if edge.kind is kind and edge.outgoing is outgoing]
        if not found:
            return _NONE
        found.sort(key=lambda edge: (edge.key, self._entities[edge.other].id))
        return [edge.other for edge in found]
