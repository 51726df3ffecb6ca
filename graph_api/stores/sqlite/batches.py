"""Batches as SQLite takes them: each list as JSON in one statement, laid out in the tables of an area.

An area is `temp` (the batch of one apply) or `main` (what is staged, durable).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

import apsw
import msgspec

from graph_api.stores.rows import checked_once, origin, pieces, report_key, report_row, rows_of, text
from graph_api.stores.sqlite.tables import BATCH_TABLES
from schema.batch import GraphBatch
from schema.codec import encode
from schema.entity import Entity
from schema.registry import KIND_OF
from schema.relationships import Relationship, RelationshipKey

Area = Literal["temp", "main"]
Row = tuple[Any, ...]

_ROWS_PER_STATEMENT = 20_000
_FIRST_TABLES = BATCH_TABLES[:4]
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
    "staged_report": (
        "INSERT INTO {area}.staged_report SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5,"
        " value->>6 FROM json_each(?) WHERE true ON CONFLICT DO UPDATE SET position = excluded.position,"
        " reported_by = excluded.reported_by, source = excluded.source, recorded_at = excluded.recorded_at"
    ),
    "staged_deleted_report": (
        "INSERT INTO {area}.staged_deleted_report SELECT value->>0, value->>1, value->>2 FROM json_each(?) WHERE true"
        " ON CONFLICT DO NOTHING"
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
            # a table that came later must not change the content of a batch that has nothing for it
            if self.rows[table] or table in _FIRST_TABLES:
                digest.update(_to_json([table, sorted(self.rows[table])]))
        return digest.digest()


def laid_out(batch: GraphBatch) -> Layout:
    """The batch as rows; InvalidInput if it puts an entity twice or holds a value that no store can keep."""
    checked_once(batch)
    return Layout(
        {
            "staged_entity": rows_of(batch.entities, _entity),
            "staged_relationship": rows_of(batch.relationships, _relationship),
            "staged_deleted_entity": rows_of(batch.delete_entities, lambda id: (text(id),)),
            "staged_deleted_relationship": rows_of(batch.delete_relationships, _identity),
            "staged_report": rows_of(batch.reports, report_row),
            "staged_deleted_report": rows_of(batch.delete_reports, report_key),
        }
    )


def fill(connection: apsw.Connection, area: Area, layout: Layout) -> None:
    """Write the rows into the area's tables; a row that is there already is replaced."""
    for table, rows in layout.rows.items():
        statement = _INTO[table].format(area=area)
        for piece in pieces(rows, _ROWS_PER_STATEMENT):
            connection.execute(statement, (_to_json(piece).decode(),))


def clear(connection: apsw.Connection, area: Area) -> None:
    """Empty the area's tables."""
    for table in BATCH_TABLES:
        connection.execute(f"DELETE FROM {area}.{table}")


def _entity(entity: Entity) -> Row:
    return (text(entity.id), KIND_OF[type(entity)].value, encode(entity).hex())


def _relationship(link: Relationship) -> Row:
    return (*_identity(link.identity), *origin(link))


def _identity(key: RelationshipKey) -> Row:
    return (text(key.source), key.kind.value, text(key.target), text(key.key))
