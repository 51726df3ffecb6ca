"""What a database must have before it is a store: constraints, indexes, identity."""

from __future__ import annotations

import re
import uuid

from graph_api.errors import StoreCorrupt, StoreUnavailable
from graph_api.stores.neo4j.connection import Connection, Transaction
from graph_api.stores.neo4j.indexes import CONSTRAINTS, INDEXES, SCHEMA
from graph_api.stores.neo4j.statements import (
    AWAIT_SCHEMA,
    CREATE_NAMES,
    FIRST_META,
    META,
    SERVER_VERSION,
    SHOW_SCHEMA,
)
from graph_api.stores.neo4j.stored_meta import FORMAT
from graph_api.stores.neo4j.upgrading import upgrade_format
from schema.migrations import SchemaSteps
from schema.words import say

OLDEST = (5, 26)
"""Oldest release of Neo4j that the store works with: the tests run on its last patch."""
READ_SECONDS = 5.0
SCHEMA_SECONDS = 90.0


async def prepare(connection: Connection, schema: SchemaSteps, *, creates: bool, address: str) -> None:
    """Make what is missing of constraints, indexes and identity; nothing is written to a store that has all.

    Raises StoreUnavailable for a database without a store, if none is to be made.
    """
    await _check_version(connection, address)
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
    if missing:
        await connection.write(_name, seconds=SCHEMA_SECONDS, server_seconds=SCHEMA_SECONDS)
    await connection.run_schema([INDEXES[name] for name in missing if name in INDEXES], seconds=SCHEMA_SECONDS)
    for name in CONSTRAINTS.keys() & missing:
        await connection.run_schema([CONSTRAINTS[name]], seconds=SCHEMA_SECONDS)
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


async def _name(transaction: Transaction) -> None:
    for statement, names in CREATE_NAMES.items():
        await transaction.run(statement, names=names)


async def _check_version(connection: Connection, address: str) -> None:
    found = await connection.read(lambda transaction: transaction.run(SERVER_VERSION), seconds=READ_SECONDS)
    if found is not None and not is_new_enough(found):
        raise StoreUnavailable(
            say(
                "The server {address} is Neo4j {found}; {needed} or newer is needed. Nothing was changed.",
                address=address,
                found=found,
                needed=".".join(map(str, OLDEST)),
            ),
            address=address,
        )


def is_new_enough(version: str) -> bool:
    """Whether a version of Neo4j, as 5.26.1 or 2026.08.1, is one that the store works with."""
    numbers = [int(part) for part in re.findall(r"\d+", version)[:2]]
    return tuple(numbers) >= OLDEST
