"""A store of an older format becomes one of this.

    1 ──▶ 2  position reports: the position that each switch was last reported in is the first one of its series
"""  # fmt: skip

from __future__ import annotations

from functools import partial
from typing import Any

from graph_api.stores.neo4j.connection import Connection, Transaction
from graph_api.stores.neo4j.mapping import entity_body, kind_of
from graph_api.stores.neo4j.reports import put_reports
from graph_api.stores.neo4j.statements import LOCK, META, STANDING_REPORTS, UPGRADE_FORMAT
from graph_api.stores.neo4j.stored_meta import FORMAT
from schema.codec import decode
from schema.grid import Switch
from schema.positions import PositionReport, standing_report
from schema.registry import SWITCHES

SWITCHES_AT_ONCE = 4_000
SECONDS = 60.0


async def upgrade_format(connection: Connection) -> None:
    """Bring the store to this program's format; no-op for one of it or of a newer one.

    Piece by piece, the format last: a store that was left half-way is of the older format and is begun anew.
    """
    meta = await connection.read(lambda tx: tx.run(META), seconds=SECONDS)
    if meta.get("format", FORMAT) >= FORMAT:
        return
    after = ""
    while True:
        last = await connection.write(partial(_upgrade_some, after=after), seconds=SECONDS, server_seconds=SECONDS)
        if last is None:
            return
        after = last


async def _upgrade_some(transaction: Transaction, after: str) -> str | None:
    """Put the reports of some switches; the id of the last one, None if all is done."""
    meta = await transaction.run(LOCK)
    if meta["format"] >= FORMAT:
        return None
    rows = await transaction.run(STANDING_REPORTS, after=after, limit=SWITCHES_AT_ONCE)
    if not rows:
        await transaction.run(UPGRADE_FORMAT, format=FORMAT)
        return None
    await put_reports(transaction, [report for row in rows if (report := _report(*row)) is not None])
    last: str = rows[-1][1]["id"]
    return last


def _report(labels: list[str], properties: dict[str, Any]) -> PositionReport | None:
    kind = kind_of(labels)
    if kind not in SWITCHES:
        return None
    switch = decode(kind, entity_body(kind, properties))
    return standing_report(switch) if isinstance(switch, Switch) else None
