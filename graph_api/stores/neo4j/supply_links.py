"""Derived relationships in Neo4j: written in batches, marked with the revision that they hold for, old ones dropped.

They are no part of the graph: no load, change or sweep sees them, as they are of no type of the schema. One program
writes them at a time; one that knows a newer revision is never overwritten.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from graph_api.errors import StoreUnavailable
from graph_api.stores.neo4j.connection import Connection, Transaction
from graph_api.stores.neo4j.statements import CLAIM_DERIVED, CLOSE_DERIVED, DERIVED, DROP_DERIVED
from schema.numbers import Revision
from schema.words import say

BATCH = 5_000
SECONDS = 30.0
LEASE_MS = 120_000
"""After so long a program that writes them is taken for gone."""
_POLL_SECONDS = 0.2


async def write_derived(
    connection: Connection, pairs: Mapping[str, Sequence[tuple[str, str]]], revision: Revision
) -> dict[str, int]:
    """Make these the derived relationships; how many there are of each type, {} where newer ones stand already."""
    if not await _is_ours(connection, revision):
        return {}
    counts = {name: await _written(connection, name, those, revision) for name, those in pairs.items()}
    await connection.write(
        lambda transaction: transaction.run(CLOSE_DERIVED, revision=revision), seconds=SECONDS, server_seconds=SECONDS
    )
    return counts


async def _is_ours(connection: Connection, revision: Revision) -> bool:
    """Wait while another program writes; False if what it wrote is newer."""

    async def claim(transaction: Transaction) -> str:
        return str(await transaction.run(CLAIM_DERIVED, revision=revision, lease=LEASE_MS))

    for _ in range(round(LEASE_MS / 1000 / _POLL_SECONDS)):
        answer = await connection.write(claim, seconds=SECONDS, server_seconds=SECONDS)
        if answer != "BUSY":
            return answer == "OURS"
        await asyncio.sleep(_POLL_SECONDS)
    raise StoreUnavailable(say("Another program writes the derived relationships; try again."))


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
