"""Documents beside the graph. A file that was made before there were any has no table for them until one is written."""

from __future__ import annotations

from graph_api.stores.contract import StoredDocument
from graph_api.stores.documents import next_version
from graph_api.stores.sqlite import tables
from graph_api.stores.sqlite.connection import StoreConnection, writing
from graph_api.stores.sqlite.file_meta import read_meta
from schema.migrations import SchemaSteps


def read_document(connection: StoreConnection, schema: SchemaSteps, name: str) -> StoredDocument | None:
    """Store.document."""
    read_meta(connection, schema)
    return _standing(connection, name)


def put_document(connection: StoreConnection, schema: SchemaSteps, name: str, content: bytes, at_version: int) -> int:
    """Store.put_document."""
    with writing(connection):
        read_meta(connection, schema)
        connection.execute(tables.DOCUMENT)
        standing = _standing(connection, name)
        version = next_version(name, standing.version if standing else 0, at_version)
        connection.execute("INSERT OR REPLACE INTO main.document VALUES (?, ?, ?)", (name, version, content))
    return version


def _standing(connection: StoreConnection, name: str) -> StoredDocument | None:
    if not connection.execute("SELECT count(*) FROM main.sqlite_schema WHERE name = 'document'").get:
        return None
    row = connection.execute("SELECT version, content FROM main.document WHERE name = ?", (name,)).fetchone()
    return None if row is None else StoredDocument(*row)
