"""Documents beside the graph: nodes :_Document."""

from __future__ import annotations

from graph_api.stores.contract import StoredDocument
from graph_api.stores.documents import next_version
from graph_api.stores.neo4j.connection import Transaction
from graph_api.stores.neo4j.statements import DOCUMENT, PUT_DOCUMENT
from graph_api.stores.neo4j.stored_meta import locked_meta
from graph_api.stores.neo4j.writing import Rules, Seen


async def read_document(transaction: Transaction, name: str) -> StoredDocument | None:
    """Store.document."""
    found = await transaction.run(DOCUMENT, name=name)
    return None if found is None else StoredDocument(found["version"], bytes(found["content"]))


async def put_document(
    transaction: Transaction, rules: Rules, seen: Seen, name: str, content: bytes, at_version: int
) -> int:
    """Store.put_document."""
    seen.refuse_other(await locked_meta(transaction, rules.schema))
    standing = await read_document(transaction, name)
    version = next_version(name, standing.version if standing else 0, at_version)
    await transaction.run(PUT_DOCUMENT, name=name, version=version, content=content)
    return version
