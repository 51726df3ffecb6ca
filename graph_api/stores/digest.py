"""Content digest of a graph: equal for equal content, whatever the order and whichever store holds it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from graph_api.stores.contract import Store, StoredEntity
from schema.positions import PositionReport
from schema.relationships import RelationshipKey

_SIZE = 16
_ROUND = 1 << (8 * _SIZE)
_SEPARATOR = "\x1f"
"""Cannot occur in an id, so that no two different records run together to the same text."""


class ContentDigest:
    """Sum of the hashes of all records.

    (id, kind, body) of entities, (kind, source, target, key) of relationships, everything of position reports.
    """

    def __init__(self) -> None:
        self._sum = 0

    def add_entities(self, entities: Iterable[StoredEntity]) -> None:
        """Count entities in."""
        self._sum = (self._sum + sum(map(_entity, entities))) % _ROUND

    def add_relationships(self, relationships: Iterable[RelationshipKey]) -> None:
        """Count relationships in, by their identity."""
        self._sum = (self._sum + sum(map(_relationship, relationships))) % _ROUND

    def add_reports(self, reports: Iterable[PositionReport]) -> None:
        """Count position reports in."""
        self._sum = (self._sum + sum(map(_report, reports))) % _ROUND

    def hexdigest(self) -> str:
        """32 hexadecimal digits; all 0 for an empty graph."""
        return f"{self._sum:0{2 * _SIZE}x}"


async def store_digest(store: Store) -> tuple[int, str]:
    """Revision and content digest of everything in a store."""
    revision, digest = 0, ContentDigest()
    async for chunk in store.load():
        if isinstance(chunk, int):
            revision = chunk
        else:
            digest.add_entities(chunk.entities)
            digest.add_relationships(link.identity for link in chunk.relationships)
            digest.add_reports(chunk.reports)
    return revision, digest.hexdigest()


def _entity(entity: StoredEntity) -> int:
    head = f"{entity.kind}{_SEPARATOR}{entity.id}{_SEPARATOR}"
    return _number(head.encode() + entity.body)


def _relationship(key: RelationshipKey) -> int:
    return _number(_SEPARATOR.join((key.kind, key.source, key.target, key.key)).encode())


def _report(report: PositionReport) -> int:
    return _number((_SEPARATOR.join(map(str, report)) + _SEPARATOR).encode())


def _number(record: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(record, digest_size=_SIZE).digest(), "big")
