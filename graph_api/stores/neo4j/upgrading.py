"""A store of an older format becomes one of this.

    1 ──▶ 2  position reports: the position that each switch was last reported in is the first one of its series
    2 ──▶ 3  a graph for planners: the shared label `_Entity` (was `Entity`), days and places of Neo4j's own kinds,
             `_load` and `_row`, and nothing on a relationship that says nothing
"""  # fmt: skip

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from graph_api.stores.neo4j.connection import Connection, Transaction, Work
from graph_api.stores.neo4j.decoding import TYPES
from graph_api.stores.neo4j.mapping import amendment, entity_body, kind_of
from graph_api.stores.neo4j.reports import put_reports
from graph_api.stores.neo4j.statements import (
    BEGIN_UPGRADE,
    DROP_OLD_CONSTRAINT,
    END_UPGRADE,
    LOCK,
    META,
    OLD_NODES,
    RENEW_NODES,
    STANDING_REPORTS,
)
from graph_api.stores.neo4j.stored_meta import FORMAT
from schema.codec import UNREADABLE, decode
from schema.grid import Switch
from schema.positions import PositionReport, standing_report
from schema.registry import SWITCHES

NODES_AT_ONCE = 4_000
SECONDS = 60.0
log = logging.getLogger(__name__)


async def upgrade_format(connection: Connection) -> None:
    """Bring the store to this program's format; no-op for one of it or of a newer one.

    The format is written first, so that older programs are turned away while it goes on. What is left half-way is gone
    on with by whoever opens the store next: each piece is one transaction, and what has been renewed is not old.
    """
    if not await connection.read(_is_older, seconds=SECONDS):
        return
    before = await _write(connection, _begin)
    if before is not None:
        log.warning("bringing the store from format %s to %s", before, FORMAT)
        after: str | None = "" if before < 2 else None
        while after is not None:
            after = await _write(connection, partial(_report_some, after=after))
        while await _write(connection, _renew_some):
            pass
        await connection.run_schema([DROP_OLD_CONSTRAINT], seconds=SECONDS)
        await _write(connection, lambda transaction: transaction.run(END_UPGRADE))


async def _write(connection: Connection, work: Work[Any]) -> Any:
    return await connection.write(work, seconds=SECONDS, server_seconds=SECONDS)


async def _is_older(transaction: Transaction) -> bool:
    meta = await transaction.run(META)
    return meta.get("format", FORMAT) < FORMAT or "upgrading_from" in meta


async def _begin(transaction: Transaction) -> int | None:
    """The format that it was of; None if another program has brought it further meanwhile."""
    meta = await transaction.run(LOCK)
    before: int | None = meta.get("upgrading_from")
    if before is None and meta["format"] < FORMAT:
        before = meta["format"]
        await transaction.run(BEGIN_UPGRADE, format=FORMAT)
    return before


async def _report_some(transaction: Transaction, after: str) -> str | None:
    """Put the reports of some switches; the id of the last one, None if all is done."""
    await transaction.run(LOCK)
    rows = await transaction.run(STANDING_REPORTS, after=after, limit=NODES_AT_ONCE)
    await put_reports(transaction, [report for row in rows if (report := _report(*row)) is not None])
    return rows[-1][1]["id"] if rows else None


def _report(labels: list[str], properties: dict[str, Any]) -> PositionReport | None:
    kind = kind_of(labels)
    if kind not in SWITCHES:
        return None
    switch = decode(kind, entity_body(kind, properties))
    return standing_report(switch) if isinstance(switch, Switch) else None


async def _renew_some(transaction: Transaction) -> bool:
    """Write some of the old nodes as they are written now, with what leaves them; False if none is left."""
    await transaction.run(LOCK)
    rows = await transaction.run(OLD_NODES, limit=NODES_AT_ONCE)
    if rows:
        renewed = [[element, _amendment(labels, properties)] for element, labels, properties in rows]
        await transaction.run(RENEW_NODES, rows=renewed, types=list(TYPES))
    return bool(rows)


def _amendment(labels: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    """What changes in a node; nothing in one that is no entity, or that cannot be read."""
    kind = kind_of(labels)
    if kind is None:
        return {}
    try:
        return amendment(kind, properties)
    except UNREADABLE:
        return {}
