"""Batches as plain rows, checked: what is staged, sent to Neo4j and hashed."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import msgspec

from graph_api.stores.rows import checked_once, origin, report_key, report_row, rows_of, text
from schema.batch import GraphBatch
from schema.codec import encode
from schema.entity import Entity
from schema.positions import PositionReport, ReportKey
from schema.registry import KIND_OF, EntityKind
from schema.relationships import Relationship, RelationshipKey, RelationshipKind


class EntityRow(NamedTuple):
    """An entity to put."""

    id: str
    kind: EntityKind
    body: bytes


class LinkRow(NamedTuple):
    """A relationship to put."""

    kind: RelationshipKind
    source: str
    target: str
    key: str
    load: int
    row: int

    @property
    def identity(self) -> RelationshipKey:
        """Kind, ends and key."""
        return RelationshipKey(self.kind, self.source, self.target, self.key)


class Layout(msgspec.Struct, frozen=True):
    """A batch as rows; of two puts of one relationship or report the later one holds."""

    entities: list[EntityRow]
    links: list[LinkRow]
    delete_entities: list[str]
    delete_links: list[RelationshipKey]
    reports: list[PositionReport] = []
    delete_reports: list[ReportKey] = []

    def __len__(self) -> int:
        """Number of records."""
        puts = len(self.entities) + len(self.links) + len(self.reports)
        return puts + len(self.delete_entities) + len(self.delete_links) + len(self.delete_reports)

    def content(self) -> bytes:
        """Hash of the content; the order inside the lists does not matter."""
        digest = hashlib.blake2b(digest_size=16)
        for rows in (self.entities, self.links, self.delete_entities, self.delete_links):
            digest.update(msgspec.msgpack.encode(sorted(rows)))
        # lists that came later must not change the content of a batch that has nothing for them
        for name, later in (("reports", self.reports), ("delete_reports", self.delete_reports)):
            if later:
                digest.update(msgspec.msgpack.encode((name, sorted(later))))
        return digest.digest()


def laid_out(batch: GraphBatch) -> Layout:
    """The batch as rows; InvalidInput if it puts an entity twice or holds a value that no store can keep."""
    checked_once(batch)
    links = {link.identity: link for link in rows_of(batch.relationships, _link)}
    reports = {report.key: report for report in rows_of(batch.reports, report_row)}
    return Layout(
        entities=rows_of(batch.entities, _entity),
        links=list(links.values()),
        delete_entities=list(dict.fromkeys(rows_of(batch.delete_entities, text))),
        delete_links=list(dict.fromkeys(rows_of(batch.delete_relationships, _identity))),
        reports=list(reports.values()),
        delete_reports=list(dict.fromkeys(rows_of(batch.delete_reports, report_key))),
    )


def _entity(entity: Entity) -> EntityRow:
    return EntityRow(text(entity.id), KIND_OF[type(entity)], encode(entity))


def _link(link: Relationship) -> LinkRow:
    return LinkRow(*_identity(link.identity), *origin(link))


def _identity(key: RelationshipKey) -> RelationshipKey:
    return RelationshipKey(key.kind, text(key.source), text(key.target), text(key.key))
