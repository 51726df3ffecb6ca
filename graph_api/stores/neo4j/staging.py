"""Staged loads: what is staged lies as bytes in nodes of its own, invisible to the graph, until it is committed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from graph_api.errors import Conflict, InvalidInput, StoreUnavailable
from graph_api.stores.contract import Commit
from graph_api.stores.neo4j.connection import Transaction
from graph_api.stores.neo4j.layout import EntityRow, Layout, LinkRow
from graph_api.stores.neo4j.statements import (
    BEGIN_LOAD,
    DROP_LOAD,
    DROP_STAGED,
    LOAD,
    OPEN_LOAD,
    STAGE,
    STAGED,
)
from graph_api.stores.neo4j.stored_meta import NodeMeta, locked_meta
from graph_api.stores.neo4j.writing import Rules
from graph_api.stores.open_loads import in_progress, is_left
from graph_api.stores.rows import ROWS, pieces
from schema.numbers import Revision
from schema.positions import PositionReport, ReportKey
from schema.relationships import RelationshipKey
from schema.words import say

DELETES, ENTITIES, LINKS, REPORTS = 0, 1, 2, 3
"""Steps of a load, in the order in which they are applied."""

_STEP = 1 << 40
_PIECES_AT_ONCE = 8
_encode = msgspec.msgpack.Encoder().encode
log = logging.getLogger(__name__)


class Deletes(NamedTuple):
    """A piece of what a load deletes."""

    entities: list[str]
    links: list[RelationshipKey]
    reports: list[ReportKey] = []  # noqa: RUF012  (never changed)


_decoders: dict[int, msgspec.msgpack.Decoder[Any]] = {
    DELETES: msgspec.msgpack.Decoder(Deletes),
    ENTITIES: msgspec.msgpack.Decoder(list[EntityRow]),
    LINKS: msgspec.msgpack.Decoder(list[LinkRow]),
    REPORTS: msgspec.msgpack.Decoder(list[PositionReport]),
}


class KnownLoad(NamedTuple):
    """A load: how much is staged, and what it became (revision None = still open)."""

    records: int
    pieces: int
    revision: Revision | None
    at: str

    def commit(self) -> Commit | None:
        """What it became."""
        if self.revision is None:
            return None
        return Commit(self.revision, datetime.fromisoformat(self.at), repeated=True)


async def find_load(transaction: Transaction, load_id: str) -> KnownLoad | None:
    """The load of that id."""
    held = await transaction.run(LOAD, id=load_id)
    if held is None:
        return None
    return KnownLoad(held["records"], held["pieces"], held.get("revision"), held["at"])


async def begin_load(transaction: Transaction, rules: Rules, load_id: str) -> int | None:
    """Open or resume a load: how many records are staged; None if it is new."""
    meta = await locked_meta(transaction, rules.schema)
    known = await find_load(transaction, load_id)
    if known is not None:
        return known.records
    other = await transaction.run(OPEN_LOAD)
    if other is not None:
        await _drop_left(transaction, meta, *other)
    await transaction.run(BEGIN_LOAD, id=load_id, at=rules.clock().isoformat())
    return None


async def _drop_left(transaction: Transaction, meta: NodeMeta, load_id: str, silent_ms: int) -> None:
    """Drop the open load if its program is gone; what it staged is dropped afterwards. Raises LoadInProgress."""
    refuse_if_committing(meta, load_id)
    if not is_left(silent_ms / 1000):
        raise in_progress(load_id, silent_ms / 1000)
    log.warning("the load %s was left %d s ago and is dropped", load_id, silent_ms / 1000)
    await transaction.run(DROP_LOAD, id=load_id)


def staged_pieces(layout: Layout) -> Iterator[list[tuple[int, int, bytes]]]:
    """The batch as (step, records, bytes), as many as one transaction takes at a time."""
    staged = list(_pieces(layout))
    yield from (list(some) for some in pieces(staged, _PIECES_AT_ONCE))


async def stage(transaction: Transaction, rules: Rules, load_id: str, staged: list[tuple[int, int, bytes]]) -> None:
    """Store.stage of some pieces."""
    meta = await locked_meta(transaction, rules.schema)
    known = await find_load(transaction, load_id)
    if known is None or known.revision is not None:
        state = say("is committed already") if known else say("is not open")
        raise InvalidInput(
            say("The load {load_id!r} {state}; begin a load first.", load_id=load_id, state=state), load_id=load_id
        )
    refuse_if_committing(meta, load_id)
    rows = [[step * _STEP + known.pieces + place, body] for place, (step, _, body) in enumerate(staged)]
    await transaction.run(STAGE, id=load_id, rows=rows, records=sum(records for _, records, _ in staged))


async def abandon_load(transaction: Transaction, rules: Rules, load_id: str) -> bool:
    """Forget an open load; False if there is none. What it staged is dropped afterwards."""
    meta = await locked_meta(transaction, rules.schema)
    known = await find_load(transaction, load_id)
    if known is None or known.revision is not None:
        return False
    refuse_if_committing(meta, load_id)
    await transaction.run(DROP_LOAD, id=load_id)
    return True


async def drop_staged(transaction: Transaction) -> bool:
    """Drop some of what is staged for no load that is open; False when nothing is left to drop."""
    return bool(await transaction.run(DROP_STAGED, limit=2 * _PIECES_AT_ONCE))


async def staged_piece(transaction: Transaction, load_id: str, place: int) -> Any:
    """The piece at a place: Deletes, entity rows, relationship rows or position reports."""
    body = await transaction.run(STAGED, id=load_id, place=place)
    if body is None:
        raise StoreUnavailable(
            say("The load {load_id!r} was changed by another process meanwhile; try again.", load_id=load_id)
        )
    return _decoders[step_of(place)].decode(body)


def step_of(place: int) -> int:
    """The step that a piece belongs to."""
    return place // _STEP


def refuse_if_committing(meta: NodeMeta, load_id: str) -> None:
    """Raise StoreUnavailable if that load is being committed."""
    if meta.loading is not None and meta.loading.load_id == load_id:
        raise StoreUnavailable(
            say("The load {load_id!r} is being committed; try again.", load_id=load_id),
            load_id=load_id,
            abandoned=meta.loading.abandoned,
        )


def refuse_other_revision(meta: NodeMeta, at_revision: Revision | None) -> None:
    """Raise Conflict if the store is not at the revision that the load was made for."""
    if at_revision is not None and meta.revision != at_revision:
        raise Conflict(
            say(
                "The store is at revision {revision}, not at {at_revision} any more; begin the load anew.",
                revision=meta.revision,
                at_revision=at_revision,
            ),
            revision=meta.revision,
        )


def _pieces(layout: Layout) -> Iterator[tuple[int, int, bytes]]:
    for ids in pieces(layout.delete_entities):
        yield DELETES, len(ids), _encode(Deletes(list(ids), []))
    for links in pieces(layout.delete_links):
        yield DELETES, len(links), _encode(Deletes([], list(links)))
    for keys in pieces(layout.delete_reports):
        yield DELETES, len(keys), _encode(Deletes([], [], list(keys)))
    for step, rows in ((ENTITIES, layout.entities), (LINKS, layout.links), (REPORTS, layout.reports)):
        for some in pieces(rows, ROWS):
            yield step, len(some), _encode(some)
