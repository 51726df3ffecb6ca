"""Derived relationships in Neo4j: written in batches, marked with the revision that they hold for, old ones dropped.

They are no part of the graph: no load, change or sweep sees them, as they are of no type of the schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph_api.stores.neo4j.connection import Connection, Transaction
from graph_api.stores.neo4j.statements import DERIVED, DROP_DERIVED
from schema.numbers import Revision

BATCH = 5_000
SECONDS = 30.0


async def write_derived(
    connection: Connection, pairs: Mapping[str, Sequence[tuple[str, str]]], revision: Revision
) -> dict[str, int]:
    """Make these the derived relationships; returns how many there are of each type."""
    return {name: await _written(connection, name, those, revision) for name, those in pairs.items()}


async def _written(connection: Connection, name: str, pairs: Sequence[tuple[str, str]], revision: Revision) -> int:
    async def put(transaction: Transaction) -> int:
        return int(await transaction.run(DERIVED[name], rows=rows, revision=revision) or 0)

    async def drop(transaction: Transaction) -> int:
        return int(await transaction.run(DROP_DERIVED[name], revision=revision, limit=BATCH) or 0)

    count = 0
    for start in range(0, len(pairs), BATCH):
        rows = [list(pair) for pair in pairs[start : start + BATCH]]
        count += await connection.write(put, seconds=SECONDS, server_seconds=SECONDS)
    while await connection.write(drop, seconds=SECONDS, server_seconds=SECONDS):
        pass
    return count
