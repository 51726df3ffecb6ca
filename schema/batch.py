"""GraphBatch: what loaders and mutations make and stores take."""

from __future__ import annotations

from dataclasses import dataclass, field

from schema.entity import Entity
from schema.relationships import Relationship, RelationshipKey


@dataclass(slots=True, kw_only=True)
class GraphBatch:
    """Changes that take effect together. Puts are whole post-images: what is put replaces what was there.

    Deleting an entity deletes its relationships with it. Deleting what is not there changes nothing.
    A relationship needs both its ends, in the store or in the same batch.
    Order inside a batch: deletes first, then entities, then relationships.
    """

    entities: list[Entity] = field(default_factory=list)
    relationships: list[Relationship] = field(default_factory=list)
    delete_entities: list[str] = field(default_factory=list)
    delete_relationships: list[RelationshipKey] = field(default_factory=list)

    def __len__(self) -> int:
        """Number of records."""
        return len(self.entities) + len(self.relationships) + len(self.delete_entities) + len(self.delete_relationships)
