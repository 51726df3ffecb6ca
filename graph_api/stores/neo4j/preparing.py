"""What a database must have before it is a store: constraints, indexes, identity."""

from __future__ import annotations

import uuid

from graph_api.errors import StoreCorrupt, StoreUnavailable
from graph_api.stores.neo4j.connection import Connection, Transaction
from graph_api.stores.neo4j.statements import AWAIT_SCHEMA, FIRST_META, META, SCHEMA, SHOW_SCHEMA
from graph_api.stores.neo4j.stored_meta import FORMAT
from graph_api.stores.neo4j.upgrading import upgrade_format
from schema.migrations import SchemaSteps
from schema.words import say

READ_SECONDS = 5.0
SCHEMA_SECONDS = 90.0


async def prepare(connection: Connection, schema: SchemaSteps, *, creates: bool, address: str) -> None:
    """Make what is missing of constraints, indexes and identity; nothing is written to a store that has all.

    Raises StoreUnavailable for a database without a store, if none is to be made.
    """
    if not creates and not await connection.read(lambda transaction: transaction.run(META), seconds=READ_SECONDS):
        raise StoreUnavailable(
            say(
                "The database {address} is not a Baodian store; nothing was changed. `baodian load` makes one there.",
                address=address,
            ),
            address=address,
        )

    async def online(transaction: Transaction) -> dict[str, str]:
        return dict(await transaction.run(SHOW_SCHEMA))

    states = await connection.read(online, seconds=READ_SECONDS)
    missing = [name for name in SCHEMA if name not in states]
    for name in missing:
        await connection.run_alone(SCHEMA[name], seconds=SCHEMA_SECONDS)
    if missing:
        await connection.read(lambda transaction: transaction.run(AWAIT_SCHEMA), seconds=SCHEMA_SECONDS)
        states = await connection.read(online, seconds=READ_SECONDS)
    failed = [name for name in SCHEMA if states.get(name) == "FAILED"]
    if failed:
        raise StoreCorrupt(
            say(
                "The indexes {failed} of Neo4j have failed; drop them, they are made anew at the next start.",
                failed=failed,
            ),
            indexes=failed,
        )
    if await connection.read(lambda transaction: transaction.run(META), seconds=READ_SECONDS):
        await upgrade_format(connection)
    else:
        first = {"uuid": str(uuid.uuid4()), "format": FORMAT}
        first |= {"schema_version": schema.version, "min_reader": schema.min_reader}
        await connection.write(
            lambda transaction: transaction.run(FIRST_META, **first),
            seconds=READ_SECONDS,
            server_seconds=READ_SECONDS,
        )
