"""What a source changes in the graph: only what differs is written, and what it does not hold any more is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from graph_api.commands.covered import Covered
from graph_api.commands.reporting import has_reported, reported
from graph_api.readmodel.snapshot import Snapshot
from loaders.source import Source
from schema.batch import GraphBatch
from schema.codec import properties
from schema.entity import Entity
from schema.grid import ConductingEquipment, Feeder, Switch
from schema.line_names import line_keys
from schema.people import Person, compact, name_and_remark
from schema.positions import PositionReport, is_ahead
from schema.provenance import SourceLoad
from schema.registry import CONDUCTING, KIND_OF, EntityKind
from schema.relationships import Relationship, RelationshipKey, RelationshipKind

EXAMPLES = 20
"""Changes of each sort (added, changed, removed) that are shown one by one."""
_PROVENANCE = frozenset({"load", "row"})
_REPORTED = ("position", "position_source", "position_by", "position_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One difference: what happens to an entity, and for a change which fields it is in."""

    id: str
    kind: EntityKind
    name: str
    what: str
    fields: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Difference:
    """Counts per kind of what is added, changed, removed and left alone, and of relationships."""

    added: Counter[EntityKind] = field(default_factory=Counter)
    changed: Counter[EntityKind] = field(default_factory=Counter)
    removed: Counter[EntityKind] = field(default_factory=Counter)
    unchanged: Counter[EntityKind] = field(default_factory=Counter)
    links_added: int = 0
    links_removed: int = 0
    kept_positions: int = 0
    """Switches whose reported position is newer than the source and was kept."""
    reports: int = 0
    """Position reports of the source that the series did not hold."""
    not_read: dict[str, int] = field(default_factory=dict)
    """Relationships left alone, by file of the system that was loaded before and was not read this time."""
    examples: list[Example] = field(default_factory=list)
    new_system: bool = False
    """Whether no earlier load was of this source system."""
    held_by: Counter[str] = field(default_factory=Counter)
    """Entities of these files that earlier loads of other source systems put in, by system."""

    @property
    def is_empty(self) -> bool:
        """Whether the graph would stay as it is."""
        entities = self.added.total() + self.changed.total() + self.removed.total()
        return not (entities or self.links_added or self.links_removed or self.reports)


class Comparison:
    """Compares batches of one source system with the graph as it is; `now` is when it is loaded."""

    def __init__(self, graph: Snapshot, system: str, now: datetime) -> None:
        self._graph = graph
        self._system = system
        self._now = now
        self._reports: list[PositionReport] = []
        loads = [graph.get(SourceLoad, at) for at in graph.of_kind(EntityKind.SOURCE_LOAD)]
        self.loads = loads
        self._own = {load.number: load.file for load in loads if load.system == system}
        self._others = {load.number: load.system for load in loads if load.system != system}
        self._covered = Covered(frozenset(), frozenset(), frozenset(), frozenset(), frozenset())
        self.difference = Difference(new_system=not self._own)
        self._seen = np.zeros(graph.size, np.bool_)
        self._links: set[RelationshipKey] = set()
        self._links_added: Counter[RelationshipKind] = Counter()
        self._links_removed: Counter[RelationshipKind] = Counter()
        self.links_before: Counter[RelationshipKind] = Counter()
        """Relationships that earlier loads of the system put in."""
        self.others_before: Counter[RelationshipKind] = Counter()
        """Those that others put in, and what of them goes with its ends."""
        self.others_lost: Counter[RelationshipKind] = Counter()
        """Relationships that earlier loads of the system put in, or that go with what they end at; after `gone`."""
        self._holds_any = graph.size > 0
        self._has_links = graph.relationship_count > 0
        self._replaced: set[str] = set()
        self._shown: Counter[str] = Counter()
        self._by_name: dict[str, list[tuple[EntityKind, str]]] | None = None
        self._by_key: dict[str, list[int]] | None = None
        self._near: tuple[int, frozenset[tuple[int, RelationshipKind, str]]] = (-1, frozenset())

    def next_load(self) -> int:
        """First free number of a SourceLoad."""
        return max((load.number for load in self.loads), default=0) + 1

    def kind(self, entity_id: str) -> EntityKind | None:
        """Kind of an entity in the graph; None if it is not there."""
        index = self._graph.find(entity_id) if self._holds_any else None
        return None if index is None else self._graph.kind(index)

    def holds(self, entity_id: str) -> bool:
        """Whether something in the graph has this id."""
        return self._graph.find(entity_id) is not None

    def cover(self, source: Source) -> None:
        """Note what a source can find missing, as far as it knows by now."""
        self._covered = Covered.by(source, self._graph, [load for load in self.loads if load.number in self._own])

    def stays(self, entity_id: str) -> bool:
        """Whether it would be in the graph if the source did not hold it."""
        index = self._graph.find(entity_id)
        return index is None or not self._covered.holds(self._graph.kind(index), self._graph.entity(index))

    def entity(self, entity_id: str) -> Entity | None:
        """The entity as it is in the graph; None if it is not there."""
        index = self._graph.find(entity_id)
        return None if index is None else self._graph.entity(index)

    def named(self, name: str) -> list[tuple[EntityKind, str]]:
        """Kinds and ids of what has this `compact` name in the graph, people with a remark too; indexed at first."""
        if self._by_name is None:
            self._by_name = {}
            for index in self._graph.indexes():
                entity = self._graph.entity(index)
                for called in _called(entity):
                    self._by_name.setdefault(called, []).append((self._graph.kind(index), entity.id))
        return self._by_name.get(name, [])

    def of_another_kind(self, entity: Entity) -> Entity | None:
        """What has the id of an entity in the graph, if that is a thing of another kind."""
        index = self._graph.find(entity.id) if self._holds_any else None
        if index is None or self._graph.kind(index) is KIND_OF[type(entity)] or self._graph.id(index) != entity.id:
            return None
        return self._graph.entity(index)

    def is_own(self, entity: Entity) -> bool:
        """Whether an earlier load of the system put in what is in the graph."""
        return entity.load in self._own

    def system_of(self, entity: Entity) -> str:
        """The other system that put it in; empty for what no load did."""
        return self._others.get(entity.load, "")

    def keyed(self, key: str) -> list[Entity]:
        """Entities of the graph that have this `source_key`, however it is cased; indexed at first."""
        if self._by_key is None:
            self._by_key = {}
            for index in self._graph.indexes():
                if own := self._graph.entity(index).source_key:
                    self._by_key.setdefault(own.casefold(), []).append(index)
        return [self._graph.entity(index) for index in self._by_key.get(key.casefold(), ())]

    def linked(self, entity_id: str, kind: RelationshipKind) -> list[str]:
        """Ids of what an entity leads to in the graph by a kind of relationship."""
        index = self._graph.find(entity_id)
        return [] if index is None else [self._graph.id(at) for at in self._graph.targets(index, kind)]

    def leaving(self, entity_id: str, kind: RelationshipKind) -> list[RelationshipKey]:
        """The relationships of a kind by which an entity leads to others in the graph."""
        index = self._graph.find(entity_id)
        edges = [] if index is None else self._graph.edges(index)
        return [
            RelationshipKey(kind, entity_id, self._graph.id(edge.other), edge.key)
            for edge in edges
            if edge.outgoing and edge.kind is kind
        ]

    def equipment(self) -> Iterator[ConductingEquipment]:
        """All conducting equipment of the graph."""
        for kind in CONDUCTING:
            for index in self._graph.of_kind(kind):
                yield self._graph.get(ConductingEquipment, index)

    def differing(self, batch: GraphBatch, as_of: datetime | None = None) -> GraphBatch:
        """What of a batch is not in the graph already. `as_of` is when the source was true, where it says so."""
        self._reports = []
        entities = [kept for entity in batch.entities if (kept := self._entity(entity, as_of)) is not None]
        links = [link for link in batch.relationships if self._is_new(link)]
        gone = [link for link in batch.delete_relationships if link in self.leaving(link.source, link.kind)]
        self.difference.links_removed += len(gone)
        self.difference.reports += len(self._reports)
        return GraphBatch(entities=entities, relationships=links, reports=self._reports, delete_relationships=gone)

    def gone(self, kept: Collection[str], files: Collection[str] = ()) -> GraphBatch:
        """What earlier loads of the system put in and this one did not hold; call it when all batches were compared.

        Only what the source covers (see `cover`), and nothing of an entity whose row was rejected this time (`kept`). A
        relationship is gone only if the file that it came from was read again: one of `files`, or one whose entities
        now stand in another file.
        """
        graph, found, covers = self._graph, GraphBatch(), self._covered.kinds
        if not self._own:
            return found
        for index in graph.indexes():
            kind = graph.kind(index)
            if self._seen[index] or kind not in covers or kind is EntityKind.SOURCE_LOAD:
                continue
            entity = graph.entity(index)
            if self._covered.holds(kind, entity) and entity.id not in kept:
                found.delete_entities.append(entity.id)
                self.difference.removed[kind] += 1
                self._show(entity, "removed")
        self._links_gone(found, covers, kept, self._replaced.union(files))
        return found

    def _links_gone(
        self, found: GraphBatch, covers: Collection[EntityKind], kept: Collection[str], files: Collection[str]
    ) -> None:
        removed, left = set(found.delete_entities), Counter[str]()
        for link in self._graph.relationships():
            ends = (link.source, link.target)
            own = link.load in self._own
            if not own:
                self.others_before[link.kind] += 1
            if not removed.isdisjoint(ends):
                # The store removes it with its end, whichever system it came from.
                self._link_gone(link, own=own)
                continue
            if not own:
                continue
            if link.identity in self._links:
                self.links_before[link.kind] += 1
                continue
            if not any(self.kind(end) in covers for end in ends) or any(end in kept for end in ends):
                self.links_before[link.kind] += 1
                continue
            file = self._own[link.load]
            if file not in files:
                self.links_before[link.kind] += 1
                left[file] += 1
                continue
            found.delete_relationships.append(link.identity)
            self._link_gone(link, own=True)
        self.difference.not_read = dict(left)

    def _link_gone(self, link: Relationship, *, own: bool) -> None:
        self.difference.links_removed += 1
        if not own:
            self.others_lost[link.kind] += 1
            return
        self.links_before[link.kind] += 1
        self._links_removed[link.kind] += 1

    def size_of_system(self) -> Counter[EntityKind]:
        """Entities that earlier loads of the system put in, by kind."""
        graph = self._graph
        indexes = graph.indexes() if self._own else ()
        return Counter(
            kind
            for index in indexes
            if (kind := graph.kind(index)) is not EntityKind.SOURCE_LOAD and graph.entity(index).load in self._own
        )

    def links_lost(self) -> Counter[RelationshipKind]:
        """Relationships that go, less those of their kind that come, by kind."""
        return self._links_removed - self._links_added

    def _entity(self, entity: Entity, as_of: datetime | None) -> Entity | None:
        """The entity as it is to be put; None if nothing about it differs."""
        graph, kind = self._graph, KIND_OF[type(entity)]
        index = graph.find(entity.id) if self._holds_any else None
        if index is None or graph.id(index) != entity.id:
            self.difference.added[kind] += 1
            self._show(entity, "added")
            return self._first_position(entity, as_of) if isinstance(entity, Switch) else entity
        self._seen[index] = True
        before = graph.entity(index)
        if before.load in self._own and not self._covered.is_of_another(before):
            self._replaced.add(self._own[before.load])
        elif before.load in self._others and entity.load != before.load:
            self.difference.held_by[self._others[before.load]] += 1
        if isinstance(entity, Switch) and isinstance(before, Switch):
            entity = self._with_position(entity, before, as_of)
        fields = _differing(before, entity)
        if not fields and type(before) is type(entity):
            self.difference.unchanged[kind] += 1
            return None
        self.difference.changed[kind] += 1
        self._show(entity, "changed", fields or ("kind",))
        return entity

    def _with_position(self, entity: Switch, before: Switch, as_of: datetime | None) -> Switch:
        """The switch with the position that it is to have; what the source reports goes into the series.

        A position that somebody reported later than the source knows is kept. A source that says again what stands, and
        no time of its own, reports nothing.
        """
        if entity.position_at is not None and entity.position_at > self._now:
            entity = replace(entity, position_at=self._now)
        known = entity.position_at or (as_of if entity.position is not None else None)
        repeats = entity.position == before.position and entity.position_at in (None, before.position_at)
        if repeats and entity.position_at == before.position_at:
            return entity
        if before.position_at is None or (
            known is not None and not repeats and self._is_newer(known, before.position_at)
        ):
            self._report(entity, before, known)
            return _since(entity, known)
        if known is None or known < before.position_at:
            self.difference.kept_positions += 1
        if known is not None and not repeats:
            self._report(entity, before, known)
        return replace(entity, **{name: getattr(before, name) for name in _REPORTED})

    def _is_newer(self, known: datetime, stands: datetime) -> bool:
        """Whether a position of the one time comes after that of the other; one of the future is in nobody's way."""
        return known > stands or is_ahead(stands, self._now)

    def _first_position(self, entity: Switch, as_of: datetime | None) -> Switch:
        """A switch that is new, with its position since when the source says."""
        if entity.position is None:
            return entity
        known = entity.position_at or as_of
        known = None if known is None else min(known, self._now)
        self._report(entity, replace(entity, position_at=None), known)
        return _since(entity, known)

    def _report(self, entity: Switch, before: Switch, known: datetime | None) -> None:
        """Note what the source reports, at the time that it knows, else at that of the load."""
        series, by, source = self._graph.reports, entity.position_by or "", entity.position_source or self._system
        position, at = entity.current_position, known or self._now
        if not has_reported(series, entity.id, position, at, by=by, source=source):
            self._reports += reported(series, before, position, at, by=by, source=source, now=self._now)

    def _is_new(self, link: Relationship) -> bool:
        identity = link.identity
        if self._has_links:
            source, target = self._graph.find(identity.source), self._graph.find(identity.target)
            if (
                source is not None
                and target is not None
                and (target, identity.kind, identity.key) in self._leaving(source)
            ):
                self._links.add(identity)
                return False
        self._links_added[link.kind] += 1
        self.difference.links_added += 1
        return True

    def _leaving(self, source: int) -> frozenset[tuple[int, RelationshipKind, str]]:
        """Relationships that leave an entity; those of one entity follow each other in most files."""
        if self._near[0] != source:
            edges = self._graph.edges(source)
            self._near = (source, frozenset((edge.other, edge.kind, edge.key) for edge in edges if edge.outgoing))
        return self._near[1]

    def _show(self, entity: Entity, what: str, fields: Iterable[str] = ()) -> None:
        shown = self.difference.examples
        self._shown[what] += 1
        if self._shown[what] <= EXAMPLES:
            kind = KIND_OF[type(entity)]
            shown.append(Example(id=entity.id, kind=kind, name=entity.name, what=what, fields=tuple(fields)))


def _since(entity: Switch, known: datetime | None) -> Switch:
    """The switch in the position that its source reports, since when it is known."""
    return entity if known is None or entity.position is None else replace(entity, position_at=known)


def _differing(one: Entity, other: Entity) -> tuple[str, ...]:
    """Names of fields that differ, without those that only say which load an entity came from."""
    a, b = properties(one), properties(other)
    return tuple(sorted(name for name in a.keys() | b.keys() if name not in _PROVENANCE and a.get(name) != b.get(name)))


def _called(entity: Entity) -> set[str]:
    """What an entity is called, as names are compared; a person without the remark that a list adds, too."""
    names = {entity.name, name_and_remark(entity.name)[0]} if isinstance(entity, Person) else {entity.name}
    own = (entity.name, entity.id.rpartition(":")[2], entity.number or "") if isinstance(entity, Feeder) else ()
    return {compact(name) for name in names} - {""} | {key for each in own for key in line_keys(each)}
