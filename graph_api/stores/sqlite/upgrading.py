"""A file of an older format becomes one of this: tables that came since, and what has to stand in them.

    1 ──▶ 2  position reports: the position that each switch was last reported in is the first one of its series
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_api.stores.sqlite import tables
from graph_api.stores.sqlite.connection import StoreConnection, writing
from schema.codec import decode
from schema.grid import Switch
from schema.positions import PositionReport, standing_report
from schema.registry import SWITCHES


def upgrade_format(connection: StoreConnection) -> None:
    """Bring the file to this program's format; no-op for one of it or of a newer one. All or nothing."""
    if not _is_older(connection):
        return
    with writing(connection):
        # another process may have been first
        if _is_older(connection):
            connection.execute(tables.DURABLE)
            connection.executemany(
                "INSERT OR IGNORE INTO main.position_report VALUES (?, ?, ?, ?, ?, ?, ?)", _standing_reports(connection)
            )
            connection.execute("UPDATE main.meta SET format = ?", (tables.FORMAT,))


def _is_older(connection: StoreConnection) -> bool:
    return any(found < tables.FORMAT for (found,) in connection.execute("SELECT format FROM main.meta"))


def _standing_reports(connection: StoreConnection) -> Iterator[PositionReport]:
    for kind in sorted(SWITCHES):
        rows: list[tuple[Any, ...]] = connection.execute(
            "SELECT body FROM main.entity WHERE kind = ?", (kind.value,)
        ).fetchall()
        for (body,) in rows:
            switch = decode(kind, body)
            report = standing_report(switch) if isinstance(switch, Switch) else None
            if report is not None:
                yield report
