"""The check of a whole load that is too large for one transaction, and what it found out about the store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple, Protocol, TypeVar

from graph_api.stores.neo4j.connection import Transaction, Work
from graph_api.stores.neo4j.ends import check_ends
from graph_api.stores.neo4j.layout import EntityRow, LinkRow
from graph_api.stores.neo4j.putting import Held, held_entities, links_of
from graph_api.stores.neo4j.staging import DELETES, ENTITIES, LINKS, staged_piece, step_of
from graph_api.stores.neo4j.statements import COUNT
from graph_api.stores.rows import pieces
from schema.numbers import NOT_THERE
from schema.registry import EntityKind
from schema.relationships import RelationshipKey

T = TypeVar("T")
_IDS_AT_ONCE = 50_000


class Read(Protocol):
    """Runs work in a transaction that reads."""

    async def __call__(self, work: Work[T]) -> T:
        """The result of the work."""


class CheckedLoad:
    """What the store holds beside a load that was checked, kept up while its pieces are written."""

    def __init__(self, held: dict[str, Held], fresh: set[str]) -> None:
        self.held = held
        """Entities that are there now."""
        self._fresh = fresh
        self._links: set[int] = set()

    def written(self, piece: list[EntityRow] | list[LinkRow]) -> None:
        """A piece has been written."""
        for row in piece:
            if isinstance(row, EntityRow):
                self.held[row.id] = Held(row.kind, NOT_THERE)
            else:
                self._links.add(hash(row.identity))

    def divided(self, rows: list[LinkRow]) -> tuple[list[LinkRow], list[LinkRow]]:
        """Relationships that surely are not there yet, and the others: an end that the load makes has none before."""
        unique = {row.identity: row for row in rows}
        new: list[LinkRow] = []
        others: list[LinkRow] = []
        for identity, row in unique.items():
            fresh = row.source in self._fresh or row.target in self._fresh
            (new if fresh and hash(identity) not in self._links else others).append(row)
        return new, others


class _Staged(NamedTuple):
    lost: set[str]
    gone: set[RelationshipKey]
    put: dict[str, EntityKind | None]
    ends: set[str]


async def checked_load(
    read: Read, load_id: str, places: list[int], still_here: Callable[[], Awaitable[None]]
) -> CheckedLoad:
    """Raise what `apply` would raise for the whole load; `still_here` is called every few seconds."""

    async def staged(step: int) -> AsyncIterator[Any]:
        for number, place in enumerate(places):
            if number % 32 == 0:
                await still_here()
            if step_of(place) == step:
                yield await read(lambda tx, place=place: staged_piece(tx, load_id, place))  # type: ignore[misc]

    told = _Staged(set(), set(), {}, set())
    async for piece in staged(DELETES):
        told.lost.update(piece.entities)
        told.gone.update(piece.links)
    async for piece in staged(ENTITIES):
        told.put.update({row.id: row.kind for row in piece})
    async for piece in staged(LINKS):
        told.ends.update(link.source for link in piece)
        told.ends.update(link.target for link in piece)
    held = await _held(read, [*told.put, *(told.ends - told.put.keys())], still_here)
    left = {id: entity for id, entity in held.items() if id not in told.lost}
    kinds = {id: entity.kind for id, entity in left.items()} | told.put
    async for piece in staged(LINKS):
        check_ends((link.identity for link in piece), kinds.get)
    await _check_changed_kinds(read, told, left, kinds)
    return CheckedLoad(left, told.put.keys() - left.keys())


async def _held(read: Read, ids: list[str], still_here: Callable[[], Awaitable[None]]) -> dict[str, Held]:
    held: dict[str, Held] = {}
    if await read(lambda tx: tx.run(COUNT)) == 0:
        return held
    for some in pieces(ids, _IDS_AT_ONCE):
        held |= await read(lambda tx, some=some: held_entities(tx, some))  # type: ignore[misc]
        await still_here()
    return held


async def _check_changed_kinds(
    read: Read, told: _Staged, left: dict[str, Held], kinds: dict[str, EntityKind | None]
) -> None:
    changed = [id for id, entity in left.items() if id in told.put and told.put[id] is not entity.kind]
    if not changed:
        return

    async def around(transaction: Transaction) -> list[Any]:
        return list(await links_of(transaction, changed))

    touching = await read(around)
    stays = [one for one in touching if one.link not in told.gone and one.other not in told.lost]
    others = {one.other: one.other_kind for one in stays} | kinds
    check_ends((one.link for one in stays), others.get)
