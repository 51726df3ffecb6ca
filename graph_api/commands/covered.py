"""What a source can find missing: what earlier loads of its system put in, of the kinds that it holds all of.

A list of customers makes people and their numbers of its columns (客户经理, 联系电话). Of these it owns what it made:
the phone list of the same system, which was loaded by itself, is another list, and stays. So does whom the columns of
that list made, when the phone list is loaded. What was loaded together is one list.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from graph_api.readmodel.snapshot import Snapshot
from loaders.source import Source
from schema.entity import Entity
from schema.provenance import SourceLoad
from schema.registry import EntityKind
from schema.relationships import RelationshipKind

_HOLDERS = frozenset({EntityKind.PERSON, EntityKind.TEAM})
_HELD = (RelationshipKind.HELD_BY, RelationshipKind.OF_TEAM)


@dataclass(frozen=True, slots=True)
class Covered:
    """Kinds that a source covers, those of them that only its columns make; numbers of the loads of its system, and of
    those that were of the same lists; ids of people and teams that columns of any list made."""

    kinds: frozenset[EntityKind]
    of_columns: frozenset[EntityKind]
    own: frozenset[int]
    lists: frozenset[int]
    made: frozenset[str]

    @classmethod
    def by(cls, source: Source, graph: Snapshot, loads: Collection[SourceLoad]) -> Covered:
        """What a source covers, as it knows by now; `loads` are the earlier ones of its system."""
        kinds, of_columns = source.covers(), source.of_columns()
        files = {path.name for path in source.files}
        same = {load.number for load in loads if load.file in files}
        made = _made_of_columns(graph) if loads and not _HOLDERS.isdisjoint(kinds) else frozenset()
        for kind in kinds - of_columns if loads and (of_columns or made) else ():
            every = (graph.entity(index) for index in graph.of_kind(kind))
            same |= {each.load for each in every if each.id not in made}
        together = {load.loaded_at for load in loads if load.number in same}
        lists = frozenset(load.number for load in loads if load.loaded_at in together)
        return cls(kinds, of_columns, frozenset(load.number for load in loads), lists, made)

    def holds(self, kind: EntityKind, entity: Entity) -> bool:
        """Whether a thing of the graph is missing where the source does not hold it.

        What columns made is so only if it came together with such a list: with a file that is read now, or with things
        of the kinds that the source has tables of.
        """
        if kind not in self.kinds:
            return False
        return entity.load in (self.lists if kind in self.of_columns else self.own) and not self.is_of_another(entity)

    def is_of_another(self, entity: Entity) -> bool:
        """Whether columns of a list made it that is none of these."""
        return entity.id in self.made and entity.load not in self.lists


def _made_of_columns(graph: Snapshot) -> frozenset[str]:
    """Who was made by the very row that makes them answer for something."""
    found = set()
    for kind in _HOLDERS:
        for index in graph.of_kind(kind):
            entity = graph.entity(index)
            duties = (graph.entity(at) for held in _HELD for at in graph.sources(index, held))
            if any((duty.load, duty.row) == (entity.load, entity.row) for duty in duties):
                found.add(entity.id)
    return frozenset(found)
