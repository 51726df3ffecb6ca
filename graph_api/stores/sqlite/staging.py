"""Staged loads, as they run on the writer's thread."""

from __future__ import annotations

import logging
from datetime import datetime

from graph_api.errors import Conflict, InvalidInput
from graph_api.stores.contract import Commit
from graph_api.stores.open_loads import in_progress, is_left
from graph_api.stores.sqlite.batches import Layout, clear, fill
from graph_api.stores.sqlite.connection import StoreConnection, writing
from graph_api.stores.sqlite.file_meta import read_meta
from graph_api.stores.sqlite.merging import merge
from graph_api.stores.sqlite.writing import Rules, prune
from schema.numbers import Revision
from schema.words import say

log = logging.getLogger(__name__)


def begin_load(connection: StoreConnection, rules: Rules, load_id: str) -> int:
    """Store.begin_load."""
    with writing(connection):
        read_meta(connection, rules.schema)
        known = _find(connection, load_id)
        if known is not None:
            return known[0]
        other = connection.execute("SELECT id, at FROM main.staged_load WHERE revision IS NULL").fetchone()
        if other is not None:
            _drop_left(connection, rules, *other)
        connection.execute("INSERT INTO main.staged_load VALUES (?, 0, NULL, ?)", (load_id, rules.clock().isoformat()))
    return 0


def stage(connection: StoreConnection, rules: Rules, load_id: str, layout: Layout) -> None:
    """Store.stage of a batch that is laid out."""
    with writing(connection):
        read_meta(connection, rules.schema)
        known = _find(connection, load_id)
        if known is None or known[1] is not None:
            state = say("is committed already") if known else say("is not open")
            raise InvalidInput(
                say("The load {load_id!r} {state}; begin a load first.", load_id=load_id, state=state), load_id=load_id
            )
        fill(connection, "main", layout)
        connection.execute(
            "UPDATE main.staged_load SET records = records + ?, at = ? WHERE id = ?",
            (len(layout), rules.clock().isoformat(), load_id),
        )


def commit_load(
    connection: StoreConnection, rules: Rules, load_id: str, at_revision: Revision | None, upgrade_schema: bool
) -> Commit:
    """Store.commit_load."""
    with writing(connection):
        meta = read_meta(connection, rules.schema)
        known = _find(connection, load_id)
        if known is None:
            raise InvalidInput(
                say("The load {load_id!r} is not open; begin it first.", load_id=load_id), load_id=load_id
            )
        _, done, done_at = known
        if done is not None:
            return Commit(Revision(done), datetime.fromisoformat(done_at), repeated=True)
        if at_revision is not None and meta.revision != at_revision:
            raise Conflict(
                say(
                    "The store is at revision {revision}, not at {at_revision} any more; begin the load anew.",
                    revision=meta.revision,
                    at_revision=at_revision,
                ),
                revision=meta.revision,
            )
        at = rules.clock()
        revision = merge(connection, "main", meta, at, load_id)
        clear(connection, "main")
        connection.execute(
            "UPDATE main.staged_load SET revision = ?, at = ? WHERE id = ?", (revision, at.isoformat(), load_id)
        )
        if upgrade_schema:
            connection.execute(
                "UPDATE main.meta SET schema_version = ?, min_reader = max(min_reader, ?)",
                (rules.schema.version, rules.schema.min_reader),
            )
        prune(connection, rules)
    return Commit(revision, at)


def abandon_load(connection: StoreConnection, rules: Rules, load_id: str) -> None:
    """Store.abandon_load."""
    with writing(connection):
        read_meta(connection, rules.schema)
        known = _find(connection, load_id)
        if known is not None and known[1] is None:
            _drop(connection, load_id)


def _drop_left(connection: StoreConnection, rules: Rules, load_id: str, heard_of: str) -> None:
    """Drop the open load if its program is gone. Raises LoadInProgress."""
    # a clock that was put back must not make a load of the future last until then
    silent = abs((rules.clock() - datetime.fromisoformat(heard_of)).total_seconds())
    if not is_left(silent):
        raise in_progress(load_id, silent)
    log.warning("the load %s was left %d s ago and is dropped", load_id, silent)
    _drop(connection, load_id)


def _drop(connection: StoreConnection, load_id: str) -> None:
    clear(connection, "main")
    connection.execute("DELETE FROM main.staged_load WHERE id = ?", (load_id,))


def _find(connection: StoreConnection, load_id: str) -> tuple[int, int | None, str] | None:
    """Records staged, revision (None = open) and time of a load; None if it is not known."""
    row: tuple[int, int | None, str] | None = connection.execute(
        "SELECT records, revision, at FROM main.staged_load WHERE id = ?", (load_id,)
    ).fetchone()
    return row
