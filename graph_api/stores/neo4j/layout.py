"""Batches as plain rows, checked: what is staged, sent to Neo4j and hashed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec

from graph_api.errors import BatchTooLarge, InvalidInput
from graph_api.stores.contract import MAX_APPLY
from schema.batch import GraphBatch
from schema.codec import encode
from schema.entity import Entity
from schema.registry import KIND_OF, EntityKind
from schema.relationships import Relationship, RelationshipKey, RelationshipKind

ROWS = 5_000
"""Rows that one statement takes."""

_LARGEST = 2**63 - 1
T = TypeVar("T")


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
    """A batch as rows; of two puts of one relationship the later one holds."""

    entities: list[EntityRow]
    links: list[LinkRow]
    delete_entities: list[str]
    delete_links: list[RelationshipKey]

    def __len__(self) -> int:
        """Number of records."""
        return len(self.entities) + len(self.links) + len(self.delete_entities) + len(self.delete_links)

    def content(self) -> bytes:
        """Hash of the content; the order inside the lists does not matter."""
        digest = hashlib.blake2b(digest_size=16)
        for rows in (self.entities, self.links, self.delete_entities, self.delete_links):
            digest.update(msgspec.msgpack.encode(sorted(rows)))
        return digest.digest()


def laid_out(batch: GraphBatch) -> Layout:
    """The batch as rows; InvalidInput if it puts an entity twice or holds a value that no store can keep."""
    twice = [id for id, times in Counter(entity.id for entity in batch.entities).items() if times > 1]
    if twice:
        raise InvalidInput(f"The batch puts {twice[0]!r} more than once; put each entity once.", ids=twice[:20])
    links = {link.identity: link for link in _rows(batch.relationships, _link)}
    return Layout(
        entities=_rows(batch.entities, _entity),
        links=list(links.values()),
        delete_entities=list(dict.fromkeys(_rows(batch.delete_entities, _text))),
        delete_links=list(dict.fromkeys(_rows(batch.delete_relationships, _identity))),
    )


def checked_size(batch: GraphBatch) -> None:
    """Raise BatchTooLarge for more records than one apply takes."""
    if len(batch) > MAX_APPLY:
        raise BatchTooLarge(
            f"{len(batch)} records are more than the {MAX_APPLY} that one apply takes; use a staged load.",
            records=len(batch),
            limit=MAX_APPLY,
        )


def pieces(rows: Sequence[T], size: int = ROWS) -> Iterator[Sequence[T]]:
    """The rows, a statement's worth at a time."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _rows(records: Sequence[Any], row_of: Callable[[Any], T]) -> list[T]:
    return [_row(record, row_of) for record in records]


def _row(record: Any, row_of: Callable[[Any], T]) -> T:
    try:
        return row_of(record)
    except (UnicodeEncodeError, OverflowError, TypeError) as error:
        raise InvalidInput(f"{str(record)[:200]!a} holds a value that cannot be stored: {error}.") from error


def _entity(entity: Entity) -> EntityRow:
    return EntityRow(_text(entity.id), KIND_OF[type(entity)], encode(entity))


def _link(link: Relationship) -> LinkRow:
    if not (0 <= link.load <= _LARGEST and 0 <= link.row <= _LARGEST):
        raise OverflowError("load and row of a relationship lie between 0 and 2^63 - 1")
    return LinkRow(*_identity(link.identity), link.load, link.row)


def _identity(key: RelationshipKey) -> RelationshipKey:
    return RelationshipKey(key.kind, _text(key.source), _text(key.target), _text(key.key))


def _text(value: str) -> str:
    value.encode()  # a lone surrogate has no bytes: refused here, where the record is known
    return value
