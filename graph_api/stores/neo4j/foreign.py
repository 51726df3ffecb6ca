"""Edits that were made behind the store's back, as in Neo4j Browser: looked at, and taken into the history.

What somebody else made has no `_version`: it is no part of the graph until it has been adopted. What cannot be part of
the graph is kept as it was known, in a node :_Kept, so that whoever starts later serves the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from graph_api.errors import Conflict
from graph_api.stores.contract import Commit, FoundEntity, SetAside, StoredEntity
from graph_api.stores.neo4j.connection import Transaction
from graph_api.stores.neo4j.decoding import TYPES, Unreadable, joins, read_entity, read_link
from graph_api.stores.neo4j.ends import KindOf
from graph_api.stores.neo4j.images import images
from graph_api.stores.neo4j.last_readable import forget_kept, keep
from graph_api.stores.neo4j.layout import EntityRow, LinkRow
from graph_api.stores.neo4j.mapping import VERSION, amendment
from graph_api.stores.neo4j.mending import mended
from graph_api.stores.neo4j.reports import put_reports, reports_of
from graph_api.stores.neo4j.set_aside import link_aside
from graph_api.stores.neo4j.statements import AMEND, AROUND, FINISH, IDS, MEND_KEYS
from graph_api.stores.neo4j.stored_meta import locked_meta, refuse_while_loading
from graph_api.stores.neo4j.writing import Rules, Seen
from graph_api.stores.rows import ROWS, pieces
from schema.codec import decode
from schema.grid import Switch
from schema.numbers import Revision, next_revision, version_at
from schema.positions import PositionReport, ReportKey, microseconds
from schema.registry import POSITIONED, EntityKind
from schema.relationships import RelationshipKey
from schema.words import say

FOREIGN_SOURCE = "数据库直接修改"
"""Source of a position that somebody set in the store itself and did not say from where."""


class _Around(NamedTuple):
    element: str
    labels: list[str]
    properties: dict[str, Any]
    read: StoredEntity | Unreadable
    rows: list[list[Any]]

    def links(self, kind_of: KindOf) -> tuple[list[LinkRow], list[SetAside]]:
        """Its relationships, and those that the schema forbids; one to what is not served waits for that one."""
        links: list[LinkRow] = []
        aside: list[SetAside] = []
        for *row, element in self.rows:
            link = read_link(*row)
            if link is None or (source := kind_of(link.source)) is None or (target := kind_of(link.target)) is None:
                continue
            if joins(link.kind, source, target):
                links.append(link)
            else:
                aside.append(link_aside(element, link, source, target))
        return links, aside

    def aside(self, unread: Unreadable, known: StoredEntity | None) -> SetAside:
        """What is told of it, which cannot be read; `known`: what it was."""
        return SetAside(unread.id, self.element, unread.reason, mended(self.labels, self.properties, unread, known))


async def look(transaction: Transaction, ids: Sequence[str], kind_of: KindOf) -> list[FoundEntity]:
    """The entities of these ids that are there and part of the graph, with the relationships that leave them."""
    found = []
    held = await _around(transaction, ids)
    kinds = _kinds(held, kind_of)
    for id, around in held.items():
        if isinstance(around.read, StoredEntity) and VERSION in around.properties:
            links, aside = around.links(kinds)
            leaving = frozenset(link.identity for link in links if link.source == id)
            stored = around.read._replace(version=around.properties[VERSION])
            found.append(FoundEntity(stored, leaving, aside=tuple(aside)))
    reports = await reports_of(transaction, [one.entity.id for one in found if one.entity.kind in POSITIONED])
    return [one._replace(reports=reports.get(one.entity.id, frozenset())) for one in found]


async def ids(transaction: Transaction, after: str, limit: int) -> list[str]:
    """The next ids."""
    return list(await transaction.run(IDS, after=after, limit=limit))


async def adopt(
    transaction: Transaction,
    rules: Rules,
    seen: Seen,
    ids: Sequence[str],
    known_links: Collection[RelationshipKey],
    at_revision: Revision,
    known_reports: Collection[ReportKey] = (),
    known_entities: Mapping[str, StoredEntity] | None = None,
    *,
    kind_of: KindOf,
) -> tuple[Commit, dict[str, SetAside]]:
    """Commit what is there now of these ids as a change; returns also what cannot be taken, with its reason.

    A relationship to what is neither served nor put here waits for that one's own piece: who follows could not take it.
    """
    meta = await locked_meta(transaction, rules.schema)
    seen.refuse_other(meta)
    refuse_while_loading(meta)
    if meta.revision != at_revision:
        raise Conflict(
            say(
                "The store is at revision {revision}, not at {at_revision} any more; look again.",
                revision=meta.revision,
                at_revision=at_revision,
            )
        )
    for some in pieces(ids, ROWS):
        await transaction.run(MEND_KEYS, ids=some, types=list(TYPES))
    around = await _around(transaction, ids)
    refused = {
        id: one.aside(one.read, (known_entities or {}).get(id))
        for id, one in around.items()
        if isinstance(one.read, Unreadable)
    }
    known = {id: one for id, one in (known_entities or {}).items() if id in refused}
    revision, at = next_revision(meta.revision), rules.clock()
    unmarked = {id for id in known if VERSION not in around[id].properties}
    newly_kept = await keep(transaction, known, version_at(revision), unmarked)
    good = {id: one for id, one in around.items() if id not in refused}
    entities = [EntityRow(*_row(one.read)) for one in good.values() if isinstance(one.read, StoredEntity)]
    told = [*entities, *(EntityRow(*_row(one)) for one in newly_kept)]
    lost = [id for id in ids if id not in around]
    if not told and not lost:
        return Commit(meta.revision, meta.changed_at or at), refused
    await forget_kept(transaction, [*good, *lost])
    kinds = _kinds(around, kind_of)
    links = {link.identity: link for one in around.values() for link in one.links(kinds)[0]}
    reports = await _with_positions(transaction, entities, at)
    # reports of what is refused or gone stay as they were known
    gone_reports = {key for key in known_reports if key.switch in good} - {report.key for report in reports}
    gone_links = [link for link in known_links if link not in links]
    record = images(told, list(links.values()), lost, gone_links, reports, sorted(gone_reports))
    amended = [[row.id, {VERSION: revision} | amendment(row.kind, around[row.id].properties)] for row in entities]
    for rows in pieces(amended):
        await transaction.run(AMEND, rows=rows)
    await transaction.run(FINISH, revision=revision, at=at.isoformat(), request_id=None, images=record)
    return Commit(revision, at), refused


def _kinds(around: Mapping[str, _Around], kind_of: KindOf) -> KindOf:
    """What things are once this has been taken over: what was read here as read, all else as it is served."""
    read = {id: one.read.kind for id, one in around.items() if isinstance(one.read, StoredEntity)}
    return lambda id: read.get(id) or kind_of(id)


def _row(stored: StoredEntity) -> tuple[str, EntityKind, bytes]:
    return stored.id, stored.kind, stored.body


async def _with_positions(
    transaction: Transaction, entities: Sequence[EntityRow], found_at: datetime
) -> list[PositionReport]:
    """The position reports of these switches, and one more of each that stands otherwise than its last one says."""
    switches = [row for row in entities if row.kind in POSITIONED]
    held = await reports_of(transaction, [row.id for row in switches])
    unreported = []
    for row in switches:
        switch = decode(row.kind, row.body)
        last = max(held.get(row.id, ()), key=lambda report: report.key, default=None)
        if isinstance(switch, Switch) and (report := _unreported(switch, last, found_at)) is not None:
            unreported.append(report)
    await put_reports(transaction, unreported)
    return [*(report for some in held.values() for report in some), *unreported]


def _unreported(switch: Switch, last: PositionReport | None, found_at: datetime) -> PositionReport | None:
    """The report that whoever set the position past this program did not make."""
    stood = switch.normal_position if last is None else last.position
    if switch.current_position is stood:
        return None
    at_us = recorded_us = microseconds(found_at)
    if switch.position_at is not None and (last is None or microseconds(switch.position_at) > last.at_us):
        at_us = min(at_us, microseconds(switch.position_at))
    if last is not None and at_us <= last.at_us:
        at_us = last.at_us + 1
    return PositionReport(
        switch.id,
        at_us,
        0,
        switch.current_position,
        switch.position_by or "",
        switch.position_source or FOREIGN_SOURCE,
        recorded_us,
    )


async def _around(transaction: Transaction, ids: Sequence[str]) -> dict[str, _Around]:
    around: dict[str, _Around] = {}
    for some in pieces(ids, ROWS):
        for element, labels, properties, rows in await transaction.run(AROUND, ids=some):
            read = read_entity(labels, properties)
            around[properties["id"]] = _Around(element, labels, properties, read, rows)
    return around
