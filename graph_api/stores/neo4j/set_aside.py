"""What stands in Neo4j and cannot be part of the graph: told with its element id, the reason, and what mends it."""

from __future__ import annotations

from collections.abc import Collection

from graph_api.stores.contract import SetAside
from graph_api.stores.neo4j.connection import Transaction
from graph_api.stores.neo4j.decoding import TYPES as KNOWN_TYPES
from graph_api.stores.neo4j.layout import LinkRow
from graph_api.stores.neo4j.mapping import THING
from graph_api.stores.neo4j.mending import quoted
from graph_api.stores.neo4j.statements import DERIVED, LABELLESS, NAMELESS, STRANGE_LINKS, TYPES
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
    rows = [row for each in (NAMELESS, LABELLESS) for row in await transaction.run(each, limit=limit) or []]
    return [SetAside(id or element, element, *_told(element, labels, id, is_taken=is_taken))
            for element, labels, id, is_taken in rows[:limit]]  # fmt: skip


def _told(element: str, labels: Collection[str], id: str | None, *, is_taken: bool) -> tuple[str, str]:
    """Why a node is set aside, and what mends it."""
    node = f"MATCH (n) WHERE elementId(n) = {quoted(element)}"
    if not id or THING in labels:
        return say("its id is missing or no text"), f"{node} SET n.id = $id"
    label = "" if labels else " SET n:$($label)"
    if is_taken:
        reason = say("it has no label _Entity, and another node has its id (to delete it: DETACH DELETE n)")
        return reason, f"{node} SET n.id = $id SET n:{THING}{label}"
    return say("it has no label _Entity") if labels else say("it has no label"), f"{node} SET n:{THING}{label}"


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
