"""Snapshot: the whole graph at one revision, immutable, answered from memory.

Entities have dense numbers 0..size-1 ("index"); everything inside the read model speaks in them. An entity keeps its
number in every later snapshot that was made by `advanced` and `merged`; numbers of deleted ones are not used again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from graph_api.errors import UnknownEntity
from graph_api.readmodel.building import BaseBuilder
from graph_api.readmodel.columns import (
    KIND_CODE,
    LINK_CODE,
    LINK_KINDS,
    NO_ENTITY,
    POSITION_CODES,
    Base,
    Links,
    state_of,
)
from graph_api.readmodel.merging import merged
from graph_api.readmodel.numbers import Index, PresentIndexes, all_indexes, as_indexes
from graph_api.readmodel.overlay import Delta, Draft, Overlay, place, placed
from graph_api.readmodel.report_series import NO_REPORTS, ReportSeries
from graph_api.readmodel.whole import Whole
from schema.codec import encode
from schema.entity import Entity
from schema.numbers import Revision, Version, version_at
from schema.positions import PositionReport
from schema.registry import KIND_OF, KINDS, EntityKind
from schema.relationships import Relationship, RelationshipKind
from schema.words import say

__all__ = ["NO_ENTITY", "POSITION_CODES", "Edge", "Snapshot"]

E = TypeVar("E", bound=Entity)
FIRST: Final = Revision(1)
_MOST_MERGES = 32
"""Aliases followed in a row: a thing merged into a thing that was merged ..."""


class Edge(NamedTuple):
    """One relationship seen from an entity."""

    kind: RelationshipKind
    other: Index
    key: str
    outgoing: bool


class Snapshot(Whole):
    """The graph at one revision. Safe to share between threads: nothing changes after construction."""

    __slots__ = (
        "__weakref__",
        "_base",
        "_kind_codes",
        "_kind_lists",
        "_links",
        "_overlay",
        "_rows",
        "changed_at",
        "reports",
        "revision",
        "store_uuid",
    )

    def __init__(
        self,
        base: Base,
        overlay: Overlay | None = None,
        *,
        revision: Revision,
        changed_at: datetime | None = None,
        store_uuid: str = "",
        reports: ReportSeries = NO_REPORTS,
    ) -> None:
        self.revision = revision
        self.reports = reports
        """What was reported of switch positions, by time."""
        self.changed_at = changed_at or datetime.now(UTC)
        self.store_uuid = store_uuid
        self._base = base
        self._overlay = overlay or Overlay(base.size, base.entity_count, base.relationship_count)
        self._rows, self._links = self._overlay.rows, self._overlay.links
        self._kind_lists: dict[EntityKind, list[Index]] = {}
        self._kind_codes: npt.NDArray[np.uint8] | None = None

    @classmethod
    def of(
        cls,
        entities: Iterable[Entity],
        relationships: Iterable[Relationship] = (),
        *,
        revision: Revision = FIRST,
        changed_at: datetime | None = None,
        store_uuid: str = "",
        reports: Iterable[PositionReport] = (),
    ) -> Snapshot:
        """A snapshot of these, numbered in this order.

        Raises InvalidInput if an id stands twice, DanglingRelationship if a relationship lacks an end.
        """
        builder = BaseBuilder()
        builder.add_entities(
            (entity.id, KIND_OF[type(entity)], version_at(revision), encode(entity)) for entity in entities
        )
        builder.add_relationships(relationships)
        return cls(
            builder.finish(),
            revision=revision,
            changed_at=changed_at,
            store_uuid=store_uuid,
            reports=ReportSeries.of(reports),
        )

    def advanced(self, delta: Delta) -> tuple[Snapshot, frozenset[int]]:
        """The snapshot after one more commit, and the entities that it changed (put, deleted, linked otherwise).

        Costs in proportion to the commit and to `overlay_size`, never to the graph. Raises DanglingRelationship.
        """
        draft = Draft(self._base, self._overlay)
        later = Snapshot(
            self._base,
            draft.take(delta),
            revision=delta.revision,
            changed_at=delta.at,
            store_uuid=self.store_uuid,
            reports=self.reports.advanced(delta.reports, delta.delete_reports),
        )
        later._kind_lists = {kind: held for kind, held in self._kind_lists.items() if kind not in draft.kinds}
        later._kind_codes = None if draft.kinds else self._kind_codes
        return later, frozenset(draft.changed)

    def merged(self) -> Snapshot:
        """The same graph with the same numbers and no overlay. Costs about as much as copying the graph's memory."""
        if not self.overlay_size:
            return self
        return Snapshot(
            merged(self._base, self._overlay) if len(self._overlay) else self._base,
            revision=self.revision,
            changed_at=self.changed_at,
            store_uuid=self.store_uuid,
            reports=self.reports.merged(),
        )

    @property
    def base(self) -> Base:
        """The columns under the overlay: for the snapshot file and tests only."""
        return self._base

    @property
    def overlay(self) -> Overlay:
        """What differs from the columns: for views of this snapshot only."""
        return self._overlay

    def is_unchanged(self, index: int) -> bool:
        """Whether an entity is as the columns have it."""
        return index not in self._rows and self._base.kind_code(index) != NO_ENTITY

    def changed_bodies(self) -> Iterator[tuple[int, bytes]]:
        """Encoded entities that differ from the columns."""
        return ((index, row.body) for index, row in self._rows.items() if row is not None)

    @property
    def overlay_size(self) -> int:
        """Number of rows that differ from the columns."""
        return len(self._overlay) + self.reports.overlay_size

    @property
    def size(self) -> int:
        """One more than the highest index: the length of arrays with a place per entity."""
        return self._overlay.size

    @property
    def entity_count(self) -> int:
        """Number of entities."""
        return self._overlay.entity_count

    @property
    def relationship_count(self) -> int:
        """Number of relationships."""
        return self._overlay.relationship_count

    def find(self, entity_id: str) -> Index | None:
        """Index of an entity, following aliases of merged ones; None if the id names nothing."""
        index = self._number(entity_id)
        for _ in range(_MOST_MERGES):
            if index is None or self.kind(index) is not EntityKind.ALIAS:
                break
            targets = self.targets(index, RelationshipKind.ALIAS_OF)
            if not targets:
                break
            index = targets[0]
        return index

    def number(self, entity_id: str) -> Index | None:
        """Index of the entity of that very id, an alias included; None if there is none."""
        return self._number(entity_id)

    def index(self, entity_id: str) -> Index:
        """Like `find`, but raises UnknownEntity."""
        index = self.find(entity_id)
        if index is None:
            raise UnknownEntity(
                say("Nothing in the graph has the id {entity_id!r}; look it up with search.", entity_id=entity_id),
                id=entity_id,
            )
        return index

    def id(self, index: int) -> str:
        """Id of an entity."""
        row = self._rows.get(index)
        return self._base.id(index) if row is None else row.id

    def kind(self, index: int) -> EntityKind:
        """Kind of an entity."""
        row = self._rows.get(index)
        return KINDS[self._base.kind_code(index)] if row is None else row.kind

    def name(self, index: int) -> str:
        """Name of an entity."""
        return self.entity(index).name

    def version(self, index: int) -> Version:
        """Revision of the entity's last change: what `expected` compares with."""
        row = self._rows.get(index)
        return self._base.version(index) if row is None else row.version

    def entity(self, index: int) -> Entity:
        """The entity itself (decoded on first touch)."""
        row = self._rows.get(index)
        return self._base.entity(index) if row is None else row.entity

    def entities(self, indexes: Iterable[int]) -> list[Entity]:
        """Those of these entities that are there for who asks, in their order."""
        return [self.entity(index) for index in indexes]

    def decoded(self, index: int) -> Entity:
        """The entity, decoded anew and not kept: for walks over the whole graph."""
        row = self._rows.get(index)
        return self._base.decoded(index) if row is None else row.entity

    def get(self, cls: type[E], index: int) -> E:
        """The entity, known to be of a class; TypeError if it is not."""
        entity = self.entity(index)
        if not isinstance(entity, cls):
            raise TypeError(f"{entity.id} is a {type(entity).__name__}, not a {cls.__name__}")
        return entity

    def of_kind(self, kind: EntityKind) -> Sequence[Index]:
        """Indexes of all entities of a kind, ascending."""
        held = self._kind_lists.get(kind)
        if held is None:
            held = self._kind_lists[kind] = self._list_of(kind)
        return held

    def targets(self, index: int, kind: RelationshipKind) -> Sequence[Index]:
        """Where the relationships of that kind that leave the entity lead, in order of key, then id."""
        return self._others(index, LINK_CODE[kind], outgoing=True)

    def sources(self, index: int, kind: RelationshipKind) -> Sequence[Index]:
        """Where the relationships of that kind that arrive at the entity come from, in order of key, then id."""
        return self._others(index, LINK_CODE[kind], outgoing=False)

    def edges(self, index: int) -> Iterator[Edge]:
        """All relationships of an entity: leaving, then arriving, each in order of kind, key, id."""
        yield from self.leaving(index)
        yield from self._edges(index, outgoing=False)

    def leaving(self, index: int) -> Iterator[Edge]:
        """The relationships that leave an entity, in order of kind, key, id."""
        return self._edges(index, outgoing=True)

    def _edges(self, index: int, *, outgoing: bool) -> Iterator[Edge]:
        for code in self.codes(index, outgoing=outgoing):
            links = self._overlay.held(self._base, index, code, outgoing=outgoing)
            for other, key in zip(links.others, links.keys, strict=True):
                yield Edge(LINK_KINDS[code], other, key, outgoing)

    def held(self, index: int, kind: RelationshipKind, *, outgoing: bool) -> Links:
        """Relationships of one kind and direction of an entity, in order of key, then id. Not to be changed."""
        return self._overlay.held(self._base, index, LINK_CODE[kind], outgoing=outgoing)

    def codes(self, index: int, *, outgoing: bool) -> Sequence[int]:
        """Codes of the kinds of relationships that an entity may have in one direction, ascending."""
        return self._overlay.codes(self._base, index, outgoing=outgoing)

    def relinked(self) -> frozenset[int]:
        """Entities that have relationships otherwise than the columns have them."""
        return frozenset(placed(at)[0] for at in self._links)

    def indexes(self) -> Collection[Index]:
        """Indexes of all entities, ascending."""
        return (
            all_indexes(self.size)
            if self.entity_count == self.size
            else PresentIndexes(self.kind_codes().data, self.entity_count, NO_ENTITY)
        )

    def relationships(self) -> Iterator[Relationship]:
        """Every relationship of the graph, by source."""
        for index in self.indexes():
            source = self.id(index)
            for code in self.codes(index, outgoing=True):
                links = self._overlay.held(self._base, index, code, outgoing=True)
                for other, key, (load, row) in zip(*links, strict=True):
                    yield Relationship(
                        kind=LINK_KINDS[code], source=source, target=self.id(other), key=key, load=load, row=row
                    )

    def kind_codes(self) -> npt.NDArray[np.uint8]:
        """Per index the kind's place in KINDS, or NO_ENTITY where nothing is (any more). Shape (size,); read only."""
        codes = self._kind_codes
        if codes is None:
            codes = self._patched(self._base.columns.kind, NO_ENTITY)
            for index, row in self._rows.items():
                codes[index] = NO_ENTITY if row is None else KIND_CODE[row.kind]
            self._kind_codes = codes
        return codes

    def states(self) -> npt.NDArray[np.uint8]:
        """Per index what decides whether it conducts, shape (size,), read only: bit 0 = in service (equipment only),
        bits 1 and 2 = current position (POSITION_CODES; 0 for what is no switch)."""  # fmt: skip
        states = self._patched(self._base.columns.state, 0)
        for index, row in self._rows.items():
            states[index] = 0 if row is None else state_of(row.entity)
        return states

    def state(self, index: int) -> int:
        """One place of `states`."""
        row = self._rows.get(index)
        return int(self._base.columns.state[index]) if row is None else state_of(row.entity)

    def states_of(self, indexes: npt.NDArray[np.int32]) -> npt.NDArray[np.uint8]:
        """Some places of `states`."""
        columns = self._base.columns.state
        states = np.zeros(len(indexes), np.uint8)
        known = indexes < len(columns)
        states[known] = columns[indexes[known]]
        if self._rows:
            for place, index in enumerate(indexes.tolist()):
                if index in self._rows:
                    states[place] = self.state(index)
        return states

    def pairs(self, kind: RelationshipKind) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """All relationships of a kind as two arrays of equal length: indexes of sources, indexes of targets."""
        code, columns = LINK_CODE[kind], self._base.columns
        spots = np.flatnonzero(columns.out_kind == code)
        sources = (np.searchsorted(columns.out_at, spots, side="right") - 1).astype(np.int32)
        targets = columns.out_other[spots]
        changed = {
            index: links.others
            for (index, found, outgoing), links in ((placed(at), links) for at, links in self._links.items())
            if outgoing and found == code
        }
        if not changed:
            return sources, targets
        kept = ~np.isin(sources, list(changed))
        fresh = [(index, other) for index, others in changed.items() for other in others]
        both = np.array(fresh, dtype=np.int32).reshape(-1, 2)
        return np.concatenate([sources[kept], both[:, 0]]), np.concatenate([targets[kept], both[:, 1]])

    def _number(self, entity_id: str) -> Index | None:
        index = self._overlay.numbers.get(entity_id)
        if index is None:
            index = self._base.find(entity_id)
            if index in self._rows and self._rows[index] is None:
                return None
        return index

    def _others(self, index: int, code: int, *, outgoing: bool) -> Sequence[Index]:
        if self._links:
            held = self._links.get(place(index, code, outgoing=outgoing))
            if held is not None:
                return held.others
        return self._base.others(index, code, outgoing=outgoing) if index < self._base.size else ()

    def _list_of(self, kind: EntityKind) -> list[Index]:
        known = self._base.of_kind(kind)
        code, size = KIND_CODE[kind], self._base.size
        here = {index for index, row in self._rows.items() if row is not None and row.kind is kind}
        gone = {at for at in self._rows if at not in here and at < size and self._base.kind_code(at) == code}
        new = {at for at in here if at >= size or self._base.kind_code(at) != code}
        return as_indexes(sorted(new.union(known) - gone)) if new or gone else known

    def _patched(self, column: npt.NDArray[np.uint8], fill: int) -> npt.NDArray[np.uint8]:
        if not self._rows:
            return column
        patched = np.full(self.size, fill, dtype=np.uint8)
        patched[: len(column)] = column
        return patched
