"""apply and outcome, each inside one transaction.

The lock of the node :_Meta is taken first: writers queue there, so that what one has checked no other can change.
A writer that stands still while it holds the lock is ended by the server's own timeout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from graph_api.errors import Conflict, RequestIdConflict, StoreReplaced
from graph_api.stores.contract import Clock, Commit
from graph_api.stores.neo4j.connection import Transaction
from graph_api.stores.neo4j.ends import check_ends
from graph_api.stores.neo4j.images import images
from graph_api.stores.neo4j.layout import Layout
from graph_api.stores.neo4j.putting import (
    MOST_IDS,
    Held,
    delete_entities,
    delete_links,
    held_entities,
    held_of,
    links_of,
    put_entities,
    put_links,
)
from graph_api.stores.neo4j.reports import delete_reports, put_reports
from graph_api.stores.neo4j.statements import (
    FINISH,
    FINISH_REQUEST,
    PRUNE_CHANGES,
    PRUNE_LOADS,
    PRUNE_REQUESTS,
    REMEMBER,
)
from graph_api.stores.neo4j.stored_meta import NodeMeta, locked_look, refuse_while_loading
from schema.migrations import SchemaSteps
from schema.numbers import NOT_THERE, Revision, Version, next_revision, version_at
from schema.registry import EntityKind
from schema.relationships import RelationshipKey
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
    lease_seconds: float = 20.0
    """How long after its last sign of life a process that commits a large load is left alone."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest that a program knows of a store: an older state, or another store, must not be written to."""

    uuid: str
    revision: Revision

    def refuse_other(self, meta: NodeMeta) -> None:
        """Raise StoreReplaced if the store is not the one that was seen, or went back."""
        if meta.uuid != self.uuid or meta.revision < self.revision:
            raise StoreReplaced(
                say(
                    "Another store, or an older state of it, stands in the place of this one (revision "
                    "{revision}, {seen} was seen); nothing was changed. It has to be read anew before "
                    "it is written to.",
                    revision=meta.revision,
                    seen=self.revision,
                )
            )


async def apply(
    transaction: Transaction,
    rules: Rules,
    seen: Seen,
    layout: Layout,
    request_id: str | None,
    expected: Mapping[str, Version],
    fingerprint: bytes | None = None,
) -> Commit:
    """Store.apply of a batch that is laid out."""
    content = b"" if request_id is None else fingerprint or layout.content()
    ids = sorted(named(layout) | set(expected))
    meta, known, rows = await locked_look(transaction, rules.schema, request_id, ids[:MOST_IDS])
    seen.refuse_other(meta)
    if request_id is not None and known is not None:
        return _earlier(known, request_id, content)
    refuse_while_loading(meta)
    held = held_of(rows) | await held_entities(transaction, ids[MOST_IDS:])
    _check_expected(expected, held)
    if not len(layout):
        return Commit(meta.revision, meta.changed_at or rules.clock())
    at = rules.clock()
    record = await merge(transaction, meta, layout, held)
    revision = next_revision(meta.revision)
    done = {"revision": revision, "at": at.isoformat(), "request_id": request_id, "images": record}
    if request_id is None:
        await transaction.run(FINISH, **done)
    else:
        await transaction.run(FINISH_REQUEST, content=content, **done)
    if revision % PRUNE_EVERY == 0:
        await prune(transaction, rules, revision)
    return Commit(revision, at)


async def outcome(transaction: Transaction, rules: Rules, request_id: str) -> Commit | None:
    """Store.outcome: the commit, or a fence in its place."""
    _, known, _ = await locked_look(transaction, rules.schema, request_id, ())
    if known is None:
        fence = {"content": b"", "revision": None, "at": rules.clock().isoformat()}
        await transaction.run(REMEMBER, request_id=request_id, **fence)
        return None
    revision = known.get("revision")
    return None if revision is None else Commit(revision, datetime.fromisoformat(known["at"]), repeated=True)


async def prune(transaction: Transaction, rules: Rules, revision: Revision) -> None:
    """Forget requests, loads and changes that are older than they are kept; the newest change always stays."""
    now = rules.clock()
    requests_before, changes_before = (now - rules.keep_requests).isoformat(), (now - rules.keep_changes).isoformat()
    await transaction.run(PRUNE_REQUESTS, before=requests_before)
    await transaction.run(PRUNE_LOADS, before=requests_before)
    await transaction.run(PRUNE_CHANGES, before=changes_before, revision=revision)


async def merge(transaction: Transaction, meta: NodeMeta, layout: Layout, held: dict[str, Held]) -> bytes | None:
    """Write the batch; returns its change record. Raises DanglingRelationship or InvalidInput."""
    lost = [id for id in layout.delete_entities if id in held]
    gone = {touching.link: None for touching in await links_of(transaction, lost)}
    if lost:
        await delete_entities(transaction, lost)
    rest = [link for link in layout.delete_links if link not in gone]
    gone |= dict.fromkeys(await delete_links(transaction, rest))
    left = {id: entity for id, entity in held.items() if id not in set(lost)}
    kinds = {id: entity.kind for id, entity in left.items()} | {row.id: row.kind for row in layout.entities}
    check_ends((link.identity for link in layout.links), kinds.get)
    await _check_changed_kinds(transaction, layout, left, kinds)
    stored = await put_entities(
        transaction,
        layout.entities,
        version_at(next_revision(meta.revision)),
        left,
        keep_unknown=meta.holds_unknown_properties,
    )
    await put_links(transaction, layout.links)
    gone_reports = await delete_reports(transaction, layout.delete_reports)
    await put_reports(transaction, layout.reports)
    return images(stored, layout.links, lost, gone, layout.reports, gone_reports)


async def _check_changed_kinds(
    transaction: Transaction,
    layout: Layout,
    held: Mapping[str, Held],
    kinds: dict[str, EntityKind | None],
) -> None:
    """An entity that is put with another kind must fit the relationships that it has already."""
    changed = [row.id for row in layout.entities if row.id in held and held[row.id].kind is not row.kind]
    if not changed:
        return
    links: list[RelationshipKey] = []
    around = dict(kinds)
    for touching in await links_of(transaction, changed):
        links.append(touching.link)
        around.setdefault(touching.other, touching.other_kind)
    check_ends(links, around.get)


def named(layout: Layout) -> set[str]:
    """All ids that the batch speaks of."""
    ids = {row.id for row in layout.entities}
    ids.update(layout.delete_entities)
    for link in layout.links:
        ids.add(link.source)
        ids.add(link.target)
    return ids


def _earlier(known: Mapping[str, Any], request_id: str, content: bytes) -> Commit:
    revision = known.get("revision")
    if revision is None:
        raise RequestIdConflict(
            say(
                "Request {request_id!r} was given up when its outcome was asked for; send the change with a new id.",
                request_id=request_id,
            ),
            request_id=request_id,
            fenced=True,
        )
    if known["content"] != content:
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
    return Commit(revision, datetime.fromisoformat(known["at"]), repeated=True)


def _check_expected(expected: Mapping[str, Version], held: Mapping[str, Held]) -> None:
    nothing = Held(None, NOT_THERE)
    actual = {id: now for id, version in expected.items() if (now := held.get(id, nothing).version) != version}
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
