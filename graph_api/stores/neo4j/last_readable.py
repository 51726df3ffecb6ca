"""What was known of entities that others made unreadable: nodes :_Kept, served until those are mended or deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from graph_api.stores.contract import StoredEntity
from graph_api.stores.neo4j.connection import Transaction
from graph_api.stores.neo4j.decoding import believed
from graph_api.stores.neo4j.mapping import PACKED, node_properties
from graph_api.stores.neo4j.statements import FORGET_KEPT, KEEP, KEPT
from graph_api.stores.rows import ROWS, pieces
from schema.codec import UNREADABLE, decode
from schema.numbers import Version
from schema.registry import EntityKind


async def keep(
    transaction: Transaction, known: Mapping[str, StoredEntity], version: Version, unmarked: Collection[str] = ()
) -> list[StoredEntity]:
    """Keep these as they were known, in that version; returns those that were not kept so yet, or lost their mark."""
    if not known:
        return []
    held = await kept(transaction)
    new = [one._replace(version=version) for one in known.values() if held.get(one.id) != one or one.id in unmarked]
    for some in pieces(new, ROWS):
        await transaction.run(KEEP, rows=[_row(one) for one in some])
    return new


def _row(one: StoredEntity) -> list[Any]:
    """With what Cypher cannot write down, so that a statement can put it back."""
    packed = node_properties(one.kind, one.body, one.version).get(PACKED)
    return [one.id, one.kind.value, one.version, one.body, packed]


async def kept(transaction: Transaction) -> dict[str, StoredEntity]:
    """All that is kept, by id; what others made of these nodes is left out."""
    found: dict[str, StoredEntity] = {}
    for id, kind, version, body in await transaction.run(KEPT) or []:
        try:
            stored = StoredEntity(id, EntityKind(kind), believed(version, None), bytes(body))
            decode(stored.kind, stored.body)
        except UNREADABLE:
            continue
        found[id] = stored
    return found


async def forget_kept(transaction: Transaction, ids: Sequence[str]) -> None:
    """Forget what was kept of these: they can be read again, or are gone."""
    for some in pieces(ids, ROWS):
        await transaction.run(FORGET_KEPT, ids=some)
