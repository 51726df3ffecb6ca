"""What stands in Neo4j and cannot be part of the graph: told with its element id, the reason, and what mends it."""

from __future__ import annotations

from collections.abc import Collection

from graph_api.stores.contract import SetAside
from graph_api.stores.neo4j.connection import Transaction
from graph_api.stores.neo4j.decoding import TYPES as KNOWN_TYPES
from graph_api.stores.neo4j.layout import LinkRow
from graph_api.stores.neo4j.mapping import THING
from graph_api.stores.neo4j.mending import quoted
from graph_api.stores.neo4j.statements import DERIVED, NAMELESS, STRANGE_LINKS, TYPES
from schema.registry import EntityKind
from schema.words import say


def link_aside(element: str, link: LinkRow, source: EntityKind, target: EntityKind) -> SetAside:
    """A relationship whose ends the schema forbids."""
    reason = say(
        "{kind} may not lead from {source} ({source_id!r}) to {target} ({target_id!r}); the schema "
        "reference lists the allowed ends.",
        kind=link.kind,
        source=source,
        source_id=link.source,
        target=target,
        target_id=link.target,
    )
    return SetAside(link.source, element, reason, _delete_link(element))


async def nameless(transaction: Transaction, limit: int) -> list[SetAside]:
    """Nodes without an id, or without the label _Entity, and relationships of types that nobody reads."""
    return [*await _nodes(transaction, limit), *await _links(transaction, limit)]


async def _nodes(transaction: Transaction, limit: int) -> list[SetAside]:
    told = []
    for element, labels, id in await transaction.run(NAMELESS, limit=limit) or []:
        node = f"MATCH (n) WHERE elementId(n) = {quoted(element)}"
        if id and THING not in labels:
            told.append(SetAside(id, element, say("it has no label _Entity"), f"{node} SET n:{THING}"))
        else:
            reason = say("its id is missing or no text")
            told.append(SetAside(id or element, element, reason, f"{node} SET n.id = $id"))
    return told


async def _links(transaction: Transaction, limit: int) -> list[SetAside]:
    strange = sorted(set(await transaction.run(TYPES) or []) - set(KNOWN_TYPES) - set(DERIVED))
    if not strange:
        return []
    rows: Collection[list[str]] = await transaction.run(STRANGE_LINKS, types=strange, limit=limit) or []
    return [
        SetAside(source or element, element, say("no relationship of the schema is named {name}", name=name),
                 _delete_link(element))
        for element, name, source, _ in rows
    ]  # fmt: skip


def _delete_link(element: str) -> str:
    return f"MATCH ()-[r]->() WHERE elementId(r) = {quoted(element)} DELETE r"
