"""Brings a store of an older schema to this program's, through the contract, as one staged load."""

from __future__ import annotations

import logging
import uuid

import msgspec

from graph_api.errors import LoadInProgress
from graph_api.stores.contract import Store, StoredEntity
from schema.batch import GraphBatch
from schema.codec import decode
from schema.migrations import Record, SchemaSteps
from schema.numbers import BEFORE_THE_FIRST
from schema.registry import EntityKind

log = logging.getLogger(__name__)


async def migrate(store: Store, schema: SchemaSteps) -> None:
    """Rewrite what the schema's migrations change; no-op if the store is of that schema already.

    All or nothing: a crash leaves the store as it was. A staged load of the older schema that is open is dropped: its
    records would be of two schemas; whoever began it starts it again. Raises Conflict if somebody wrote meanwhile.
    """
    meta = await store.meta()
    if meta.schema_version >= schema.version:
        return
    log.warning("migrating the store from schema %s to %s", meta.schema_version, schema.version)
    load_id = f"migration-{meta.schema_version}-{schema.version}-{uuid.uuid4()}"
    await _begin(store, load_id)
    revision = BEFORE_THE_FIRST
    async for chunk in store.load():
        if isinstance(chunk, int):
            revision = chunk
        else:
            batch = _migrated(chunk.entities, schema, meta.schema_version)
            if len(batch):
                await store.stage(load_id, batch)
    await store.commit_load(load_id, at_revision=revision, upgrade_schema=True)


async def _begin(store: Store, load_id: str) -> None:
    try:
        await store.begin_load(load_id)
    except LoadInProgress as error:
        await store.abandon_load(error.details["load_id"])
        await store.begin_load(load_id)


def _migrated(entities: list[StoredEntity], schema: SchemaSteps, version: int) -> GraphBatch:
    batch = GraphBatch()
    for stored in entities:
        before = Record(str(stored.kind), msgspec.msgpack.decode(stored.body))
        after = schema.upgraded(Record(before.kind, dict(before.properties)), version)
        if after is None:
            batch.delete_entities.append(stored.id)
        elif after != before:
            entity = decode(EntityKind(after.kind), msgspec.msgpack.encode(after.properties))
            batch.entities.append(entity)
    return batch
