"""GraphBatch: what loaders and mutations make and stores take."""

from __future__ import annotations

from dataclasses import dataclass, field

from schema.entity import Entity
from schema.positions import PositionReport, ReportKey
from schema.relationships import Relationship, RelationshipKey


@dataclass(slots=True, kw_only=True)
class GraphBatch:
    """Changes that take effect together. Puts are whole post-images: what is put replaces what was there.

    Deleting an entity deletes its relationships with it. Deleting what is not there changes nothing.
    A relationship needs both its ends, in the store or in the same batch.
    Position reports stand on their own: they are neither deleted with their switch nor need it to be there; of two
    puts of one report the later one holds.
    Order inside a batch: deletes first, then entities, then relationships, then reports.
    """

    entities: list[Entity] = field(default_factory=list)
    relationships: list[Relationship] = field(default_factory=list)
    delete_entities: list[str] = field(default_factory=list)
    delete_relationships: list[RelationshipKey] = field(default_factory=list)
    reports: list[PositionReport] = field(default_factory=list)
    delete_reports: list[ReportKey] = field(default_factory=list)

    def __len__(self) -> int:
        """Number of records."""
        puts = len(self.entities) + len(self.relationships) + len(self.reports)
        return puts + len(self.delete_entities) + len(self.delete_relationships) + len(self.delete_reports)
