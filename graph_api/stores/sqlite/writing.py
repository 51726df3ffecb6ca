"""apply and outcome, as they run on the writer's thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from graph_api.errors import Conflict, RequestIdConflict
from graph_api.stores.contract import Clock, Commit
from graph_api.stores.sqlite.batches import Layout, clear, fill
from graph_api.stores.sqlite.connection import StoreConnection, value, writing
from graph_api.stores.sqlite.file_meta import read_meta
from graph_api.stores.sqlite.merging import merge
from schema.migrations import SchemaSteps
from schema.numbers import Revision, Version
from schema.words import say

PRUNE_EVERY = 256
"""Commits between two prunings."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a store is run with."""

    schema: SchemaSteps
    clock: Clock
    keep_requests: timedelta
    keep_changes: timedelta


def apply(
    connection: StoreConnection,
    rules: Rules,
    layout: Layout,
    request_id: str | None,
    expected: Mapping[str, Version],
    fingerprint: bytes | None = None,
) -> Commit:
    """Store.apply of a batch that is laid out."""
    content = b"" if request_id is None else fingerprint or layout.content()
    with writing(connection):
        meta = read_meta(connection, rules.schema)
        if request_id is not None:
            earlier = _earlier(connection, request_id, content)
            if earlier:
                return earlier
        _check_expected(connection, expected)
        if not len(layout):
            return Commit(meta.revision, meta.changed_at or rules.clock())
        at = rules.clock()
        clear(connection, "temp")
        fill(connection, "temp", layout)
        revision = merge(connection, "temp", meta, at, request_id)
        if request_id is not None:
            _remember(connection, request_id, content, revision, at)
        if revision % PRUNE_EVERY == 0:
            prune(connection, rules)
    clear(connection, "temp")
    return Commit(revision, at)


def outcome(connection: StoreConnection, rules: Rules, request_id: str) -> Commit | None:
    """Store.outcome: the commit, or a fence in its place."""
    with writing(connection):
        read_meta(connection, rules.schema)
        row = connection.execute("SELECT revision, at FROM main.request WHERE id = ?", (request_id,)).fetchone()
        if row is None:
            _remember(connection, request_id, b"", None, rules.clock())
            return None
    revision, at = row
    return None if revision is None else Commit(revision, datetime.fromisoformat(at), repeated=True)


def prune(connection: StoreConnection, rules: Rules) -> None:
    """Forget requests and changes that are older than they are kept; the newest change always stays."""
    now = rules.clock()
    requests_before, changes_before = (now - rules.keep_requests).isoformat(), (now - rules.keep_changes).isoformat()
    connection.execute("DELETE FROM main.request WHERE at < ?", (requests_before,))
    connection.execute("DELETE FROM main.staged_load WHERE revision IS NOT NULL AND at < ?", (requests_before,))
    connection.execute(
        "DELETE FROM main.change WHERE at < ? AND revision < (SELECT revision FROM main.meta)", (changes_before,)
    )


def _earlier(connection: StoreConnection, request_id: str, content: bytes) -> Commit | None:
    row = connection.execute("SELECT content, revision, at FROM main.request WHERE id = ?", (request_id,)).fetchone()
    if row is None:
        return None
    known, revision, at = row
    if revision is None:
        raise RequestIdConflict(
            say(
                "Request {request_id!r} was given up when its outcome was asked for; send the change with a new id.",
                request_id=request_id,
            ),
            request_id=request_id,
            fenced=True,
        )
    if known != content:
        raise RequestIdConflict(
            say(
                "Request {request_id!r} was used for other content at revision {revision}; use a new id.",
                request_id=request_id,
                revision=revision,
            ),
            request_id=request_id,
            revision=revision,
            fenced=False,
        )
    return Commit(revision, datetime.fromisoformat(at), repeated=True)


def _remember(
    connection: StoreConnection, request_id: str, content: bytes, revision: Revision | None, at: datetime
) -> None:
    connection.execute("INSERT INTO main.request VALUES (?, ?, ?, ?)", (request_id, content, revision, at.isoformat()))


def _check_expected(connection: StoreConnection, expected: Mapping[str, Version]) -> None:
    if not expected:
        return
    held = value(
        connection,
        "SELECT json_group_object(id, version) FROM main.entity WHERE id IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(list(expected)).decode(),),
    )
    actual = {id: held.get(id, 0) for id, version in expected.items() if held.get(id, 0) != version}
    if actual:
        first = next(iter(actual))
        raise Conflict(
            say(
                "{id!r} is at version {actual}, not at {expected}: somebody changed it meanwhile. "
                "Read it again, then decide.",
                id=first,
                actual=actual[first],
                expected=expected[first],
            ),
            versions=actual,
        )
