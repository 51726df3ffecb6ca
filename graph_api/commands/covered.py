"""What a source can find missing: what earlier loads of its system put in, of the kinds that it holds all of.

A list of customers makes people and their numbers of its columns (客户经理, 联系电话). Of these it owns what it made:
the phone list of the same system, which was loaded by itself, is another list, and stays. What was loaded together is
one list.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from graph_api.readmodel.snapshot import Snapshot
from loaders.source import Source
from schema.entity import Entity
from schema.provenance import SourceLoad
from schema.registry import EntityKind


@dataclass(frozen=True, slots=True)
class Covered:
    """Kinds that a source covers, those of them that only its columns make; numbers of the loads of its system, and of
    those that were of the same lists."""

    kinds: frozenset[EntityKind]
    of_columns: frozenset[EntityKind]
    own: frozenset[int]
    lists: frozenset[int]

    @classmethod
    def by(cls, source: Source, graph: Snapshot, loads: Collection[SourceLoad]) -> Covered:
        """What a source covers, as it knows by now; `loads` are the earlier ones of its system."""
        kinds, of_columns = source.covers(), source.of_columns()
        files = {path.name for path in source.files}
        same = {load.number for load in loads if load.file in files}
        for kind in kinds - of_columns if of_columns and loads else ():
            same |= {graph.entity(index).load for index in graph.of_kind(kind)}
        together = {load.loaded_at for load in loads if load.number in same}
        lists = frozenset(load.number for load in loads if load.loaded_at in together)
        return cls(kinds, of_columns, frozenset(load.number for load in loads), lists)

    def holds(self, kind: EntityKind, entity: Entity) -> bool:
        """Whether a thing of the graph is missing where the source does not hold it.

        What only columns make is so if it came together with such a list: with a file that is read now, or with things
        of the kinds that the source has tables of.
        """
        return kind in self.kinds and entity.load in (self.lists if kind in self.of_columns else self.own)
