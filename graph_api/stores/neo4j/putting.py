"""The writes themselves: nodes and relationships of rows, a few thousand a statement, inside a transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from graph_api.stores.neo4j.connection import Transaction
from graph_api.stores.neo4j.decoding import TYPES, believed, key_text
from graph_api.stores.neo4j.layout import EntityRow, LinkRow
from graph_api.stores.neo4j.mapping import kind_of, node_properties, unknown_properties, with_unknown
from graph_api.stores.neo4j.statements import (
    CREATE_ENTITIES,
    CREATE_LINKS,
    DELETE_ENTITIES,
    DELETE_LINKS,
    KNOWN,
    LABEL,
    LINKS_OF,
    MERGE_LINKS,
    NODES,
    REPLACE_ENTITIES,
    UNLABEL,
)
from graph_api.stores.rows import ROWS, pieces
from schema.numbers import NOT_THERE, Version
from schema.registry import EntityKind
from schema.relationships import RelationshipKey

MOST_IDS = 2 * ROWS
"""Ids that one statement looks for."""


class Held(NamedTuple):
    """What the store holds of an entity; kind None = none of the kinds that this program knows."""

    kind: EntityKind | None
    version: Version


async def held_entities(transaction: Transaction, ids: Iterable[str]) -> dict[str, Held]:
    """Kind and version of those entities that are there, by id."""
    held: dict[str, Held] = {}
    for piece in pieces(list(ids), MOST_IDS):
        held |= held_of(await transaction.run(KNOWN, ids=piece))
    return held


def held_of(rows: Iterable[Sequence[Any]]) -> dict[str, Held]:
    """Kind and version by id, of [id, labels, version]."""
    return {
        id: Held(None, NOT_THERE) if version is None else Held(kind_of(labels), believed(version, None))
        for id, labels, version in rows
    }


class Touching(NamedTuple):
    """A relationship of an entity, with the kind of its other end."""

    link: RelationshipKey
    other: str
    other_kind: EntityKind | None


async def links_of(transaction: Transaction, ids: Sequence[str]) -> list[Touching]:
    """The relationships that begin or end at these entities, those between two of them twice."""
    found: list[Touching] = []
    for piece in pieces(ids):
        for kind, source, target, key, other, labels in await transaction.run(LINKS_OF, ids=piece):
            if kind in TYPES:
                link = RelationshipKey(TYPES[kind], source, target, key_text(key))
                found.append(Touching(link, other, kind_of(labels)))
    return found


async def delete_entities(transaction: Transaction, ids: Sequence[str]) -> None:
    """Delete them with their relationships."""
    for piece in pieces(ids):
        await transaction.run(DELETE_ENTITIES, ids=piece)


async def delete_links(transaction: Transaction, links: Iterable[RelationshipKey]) -> list[RelationshipKey]:
    """Delete relationships; returns those that were there."""
    gone: list[RelationshipKey] = []
    for kind, keys in _by_kind(links).items():
        for piece in pieces(keys):
            rows = await transaction.run(
                DELETE_LINKS[kind], rows=[[link.source, link.target, link.key] for link in piece]
            )
            gone += [RelationshipKey(kind, *row) for row in rows]
    return gone


async def put_entities(
    transaction: Transaction,
    rows: Sequence[EntityRow],
    version: Version,
    held: Mapping[str, Held],
    *,
    keep_unknown: bool,
) -> list[EntityRow]:
    """Put entities; `held` says which are there already. Returns the rows as they were stored."""
    replaced = [row for row in rows if row.id in held]
    if keep_unknown and replaced:
        unknown = await _unknown(transaction, replaced)
        rows = [row._replace(body=with_unknown(row.body, unknown.get((row.id, row.kind), {}))) for row in rows]
    for kind, some in _by_kind(rows).items():
        new = [node_properties(kind, row.body, version) for row in some if row.id not in held]
        old = [node_properties(kind, row.body, version) for row in some if row.id in held]
        for piece in pieces(new):
            await transaction.run(CREATE_ENTITIES[kind], rows=piece)
        for piece in pieces(old):
            await transaction.run(REPLACE_ENTITIES[kind], rows=piece)
    await _relabel(transaction, [row for row in replaced if held[row.id].kind is not row.kind], held)
    return list(rows)


async def put_links(transaction: Transaction, rows: Iterable[LinkRow], *, new: bool = False) -> None:
    """Put relationships between entities that are there; `new` = surely none of them is there yet."""
    statements = CREATE_LINKS if new else MERGE_LINKS
    for kind, some in _by_kind(rows).items():
        for piece in pieces(some):
            values = [[link.source, link.target, link.key, _bookkeeping(link)] for link in piece]
            await transaction.run(statements[kind], rows=values)


def _bookkeeping(link: LinkRow) -> dict[str, Any]:
    """What a relationship says of itself; null = nothing, and no property."""
    return {"key": link.key or None, "_load": link.load or None, "_row": link.row or None}


async def _relabel(transaction: Transaction, rows: Sequence[EntityRow], held: Mapping[str, Held]) -> None:
    before: dict[EntityKind, list[str]] = defaultdict(list)
    for row in rows:
        kind = held[row.id].kind
        if kind is not None:
            before[kind].append(row.id)
    for kind, ids in before.items():
        await transaction.run(UNLABEL[kind], ids=ids)
    for kind, some in _by_kind(rows).items():
        await transaction.run(LABEL[kind], ids=[row.id for row in some])


async def _unknown(transaction: Transaction, rows: Sequence[EntityRow]) -> dict[tuple[str, EntityKind], dict[str, Any]]:
    """By id and kind, the properties which the class of that kind does not know."""
    unknown: dict[tuple[str, EntityKind], dict[str, Any]] = {}
    for piece in pieces([row.id for row in rows]):
        for labels, properties in await transaction.run(NODES, ids=piece):
            kind = kind_of(labels)
            if kind is not None:
                unknown[properties["id"], kind] = unknown_properties(kind, properties)
    return unknown


def _by_kind(rows: Iterable[Any]) -> dict[Any, list[Any]]:
    by_kind: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    return by_kind
