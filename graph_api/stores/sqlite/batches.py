"""Batches as SQLite takes them: each list as JSON in one statement, laid out in the tables of an area.

An area is `temp` (the batch of one apply) or `main` (what is staged, durable).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import apsw
import msgspec

from graph_api.errors import BatchTooLarge, InvalidInput
from graph_api.stores.contract import MAX_APPLY
from graph_api.stores.sqlite.tables import BATCH_TABLES
from schema.batch import GraphBatch
from schema.codec import encode
from schema.entity import Entity
from schema.registry import KIND_OF
from schema.relationships import Relationship, RelationshipKey

Area = Literal["temp", "main"]
Row = tuple[Any, ...]

_ROWS_PER_STATEMENT = 20_000
_LARGEST = 2**63 - 1
_to_json = msgspec.json.Encoder().encode

_INTO = {
    "staged_entity": (
        "INSERT INTO {area}.staged_entity SELECT value->>0, value->>1, unhex(value->>2) FROM json_each(?) WHERE true"
        " ON CONFLICT DO UPDATE SET kind = excluded.kind, body = excluded.body"
    ),
    "staged_relationship": (
        "INSERT INTO {area}.staged_relationship"
        " SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM json_each(?) WHERE true"
        " ON CONFLICT DO UPDATE SET load = excluded.load, row = excluded.row"
    ),
    "staged_deleted_entity": (
        "INSERT INTO {area}.staged_deleted_entity SELECT value->>0 FROM json_each(?) WHERE true ON CONFLICT DO NOTHING"
    ),
    "staged_deleted_relationship": (
        "INSERT INTO {area}.staged_deleted_relationship"
        " SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?) WHERE true ON CONFLICT DO NOTHING"
    ),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """A batch as rows of the tables of an area."""

    rows: dict[str, list[Row]]

    def __len__(self) -> int:
        """Number of records."""
        return sum(map(len, self.rows.values()))

    def content(self) -> bytes:
        """Hash of the content; the order inside the lists does not matter."""
        digest = hashlib.blake2b(digest_size=16)
        for table in BATCH_TABLES:
            digest.update(_to_json([table, sorted(self.rows[table])]))
        return digest.digest()


def laid_out(batch: GraphBatch) -> Layout:
    """The batch as rows; InvalidInput if it puts an entity twice or holds a value that no store can keep."""
    twice = [id for id, times in Counter(entity.id for entity in batch.entities).items() if times > 1]
    if twice:
        raise InvalidInput(f"The batch puts {twice[0]!r} more than once; put each entity once.", ids=twice[:20])
    return Layout(
        {
            "staged_entity": _rows(batch.entities, _entity),
            "staged_relationship": _rows(batch.relationships, _relationship),
            "staged_deleted_entity": _rows(batch.delete_entities, lambda id: (_text(id),)),
            "staged_deleted_relationship": _rows(batch.delete_relationships, _identity),
        }
    )


def checked_size(batch: GraphBatch) -> None:
    """Raise BatchTooLarge for more records than one apply takes."""
    if len(batch) > MAX_APPLY:
        raise BatchTooLarge(
            f"{len(batch)} records are more than the {MAX_APPLY} that one apply takes; use a staged load.",
            records=len(batch),
            limit=MAX_APPLY,
        )


def fill(connection: apsw.Connection, area: Area, layout: Layout) -> None:
    """Write the rows into the area's tables; a row that is there already is replaced."""
    for table, rows in layout.rows.items():
        statement = _INTO[table].format(area=area)
        for piece in _pieces(rows):
            connection.execute(statement, (_to_json(piece).decode(),))


def clear(connection: apsw.Connection, area: Area) -> None:
    """Empty the area's tables."""
    for table in BATCH_TABLES:
        connection.execute(f"DELETE FROM {area}.{table}")


def _pieces(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        yield rows[start : start + _ROWS_PER_STATEMENT]


def _rows(records: Sequence[Any], row_of: Callable[[Any], Row]) -> list[Row]:
    return [_row(record, row_of) for record in records]


def _row(record: Any, row_of: Callable[[Any], Row]) -> Row:
    try:
        return row_of(record)
    except (UnicodeEncodeError, OverflowError, TypeError) as error:
        raise InvalidInput(f"{str(record)[:200]!a} holds a value that cannot be stored: {error}.") from error


def _entity(entity: Entity) -> Row:
    return (_text(entity.id), KIND_OF[type(entity)].value, encode(entity).hex())


def _relationship(link: Relationship) -> Row:
    if not (0 <= link.load <= _LARGEST and 0 <= link.row <= _LARGEST):
        raise OverflowError("load and row of a relationship lie between 0 and 2^63 - 1")
    return (*_identity(link.identity), link.load, link.row)


def _identity(key: RelationshipKey) -> Row:
    return (_text(key.source), key.kind.value, _text(key.target), _text(key.key))


def _text(value: str) -> str:
    value.encode()  # a lone surrogate has no bytes: refused here, where the record is known
    return value
