"""Edits that were made behind the store's back, as in Neo4j Browser: looked at, and taken into the history.

What somebody else made has no `_version`: it is no part of the graph until it has been adopted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from graph_api.errors import Conflict
from graph_api.stores.contract import Commit, FoundEntity, StoredEntity
from graph_api.stores.neo4j.connection import Transaction
from graph_api.stores.neo4j.images import images
from graph_api.stores.neo4j.layout import EntityRow, LinkRow
from graph_api.stores.neo4j.mapping import VERSION, entity_body, kind_of
from graph_api.stores.neo4j.reports import put_reports, reports_of
from graph_api.stores.neo4j.statements import AROUND, FINISH, SET_VERSION, STRANGERS
from graph_api.stores.neo4j.stored_meta import locked_meta, refuse_while_loading
from graph_api.stores.neo4j.writing import Rules, Seen
from graph_api.stores.rows import ROWS, pieces
from schema.codec import decode
from schema.grid import Switch
from schema.numbers import Revision, next_revision
from schema.positions import PositionReport, ReportKey, microseconds
from schema.registry import POSITIONED, EntityKind
from schema.relationships import ENDS, RelationshipKey, RelationshipKind
from schema.words import say

FOREIGN_SOURCE = "数据库直接修改"
"""Source of a position that somebody set in the store itself and did not say from where."""
_TYPES = {kind.value: kind for kind in RelationshipKind}


class _Around(NamedTuple):
    kind: EntityKind | None
    properties: dict[str, Any]
    links: list[LinkRow]


async def look(transaction: Transaction, ids: Sequence[str]) -> list[FoundEntity]:
    """The entities of these ids that are there and part of the graph, with the relationships that leave them."""
    found = []
    for id, around in (await _around(transaction, ids)).items():
        if around.kind is not None and VERSION in around.properties:
            stored = StoredEntity(
                id, around.kind, around.properties[VERSION], entity_body(around.kind, around.properties)
            )
            found.append(FoundEntity(stored, frozenset(link.identity for link in around.links if link.source == id)))
    reports = await reports_of(transaction, [one.entity.id for one in found if one.entity.kind in POSITIONED])
    return [one._replace(reports=reports.get(one.entity.id, frozenset())) for one in found]


async def strangers(transaction: Transaction, limit: int) -> list[str]:
    """Ids of entities that somebody else made."""
    return list(await transaction.run(STRANGERS, limit=limit))


async def adopt(
    transaction: Transaction,
    rules: Rules,
    seen: Seen,
    ids: Sequence[str],
    known_links: Collection[RelationshipKey],
    at_revision: Revision,
    known_reports: Collection[ReportKey] = (),
) -> tuple[Commit, dict[str, str]]:
    """Commit what is there now of these ids as a change; returns also what cannot be taken, with its reason."""
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
    around = await _around(transaction, ids)
    refused = {id: reason for id, one in around.items() if (reason := _refusal(one))}
    revision, at = next_revision(meta.revision), rules.clock()
    good = {id: one for id, one in around.items() if id not in refused}
    entities = [
        EntityRow(id, one.kind, entity_body(one.kind, one.properties))
        for id, one in good.items()
        if one.kind is not None
    ]
    links = {link.identity: link for one in good.values() for link in one.links}
    held = {link.identity for one in around.values() for link in one.links}
    lost = [id for id in ids if id not in around]
    if not entities and not lost:
        return Commit(meta.revision, meta.changed_at or at), refused
    reports = await _with_positions(transaction, entities, at)
    # reports of what is refused or gone stay as they were known
    gone_reports = {key for key in known_reports if key.switch in good} - {report.key for report in reports}
    gone_links = [link for link in known_links if link not in held]
    record = images(entities, list(links.values()), lost, gone_links, reports, sorted(gone_reports))
    for some in pieces([row.id for row in entities]):
        await transaction.run(SET_VERSION, ids=some, version=revision)
    await transaction.run(FINISH, revision=revision, at=at.isoformat(), request_id=None, images=record)
    return Commit(revision, at), refused


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
        at_us = microseconds(switch.position_at)
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


def _refusal(one: _Around) -> str | None:
    """Why an entity cannot be part of the graph as it is; None if it can."""
    if one.kind is None:
        return say("it has no label of the schema")
    try:
        entity = decode(one.kind, entity_body(one.kind, one.properties))
        # decoding alone does not validate
        one.kind.cls(**{field.name: getattr(entity, field.name) for field in dataclasses.fields(entity)})
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        return str(error)[:300]
    return None


async def _around(transaction: Transaction, ids: Sequence[str]) -> dict[str, _Around]:
    around: dict[str, _Around] = {}
    for some in pieces(ids, ROWS):
        for labels, properties, links in await transaction.run(AROUND, ids=some):
            kind = kind_of(labels)
            rows = [
                LinkRow(_TYPES[name], source, target, key or "", load or 0, row or 0)
                for name, source, target, key, load, row, source_labels, target_labels in links
                if name in _TYPES and _allowed(_TYPES[name], source_labels, target_labels)
            ]
            around[properties["id"]] = _Around(kind, properties, rows)
    return around


def _allowed(kind: RelationshipKind, source: list[str], target: list[str]) -> bool:
    ends = ENDS[kind]
    return kind_of(source) in ends.sources and kind_of(target) in ends.targets
