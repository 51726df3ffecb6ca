"""Merging an area into the graph at a new revision, with its change record. Runs inside a write transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import apsw
import msgspec

from graph_api.errors import DanglingRelationship, InvalidInput
from graph_api.stores.contract import MAX_CHANGE
from graph_api.stores.sqlite.batches import Area
from graph_api.stores.sqlite.connection import value
from graph_api.stores.sqlite.file_meta import FileMeta
from schema.numbers import Revision, next_revision
from schema.registry import CLASS_OF, EntityKind
from schema.words import say

_SHOWN = 20

# CROSS JOIN, because SQLite keeps its order: the batch is gone through and the graph looked up, never the other way

_FIND_GONE = (
    """INSERT OR IGNORE INTO temp.gone SELECT source, kind, target, key FROM main.relationship
       WHERE source IN (SELECT id FROM {area}.staged_deleted_entity)""",
    """INSERT OR IGNORE INTO temp.gone SELECT source, kind, target, key FROM main.relationship
       WHERE target IN (SELECT id FROM {area}.staged_deleted_entity)""",
    """INSERT OR IGNORE INTO temp.gone SELECT source, kind, target, key
       FROM {area}.staged_deleted_relationship CROSS JOIN main.relationship USING (source, kind, target, key)""",
    """INSERT INTO temp.lost SELECT id FROM {area}.staged_deleted_entity CROSS JOIN main.entity USING (id)""",
)
_REMOVE_GONE = (
    """DELETE FROM main.relationship WHERE (source, kind, target, key)
       IN (SELECT source, kind, target, key FROM temp.gone)""",
    "DELETE FROM main.entity WHERE id IN (SELECT id FROM temp.lost)",
)
_FIND_KIND_CHANGED = """INSERT INTO temp.kind_changed SELECT new.id FROM {area}.staged_entity AS new
    CROSS JOIN main.entity AS old USING (id) WHERE old.kind <> new.kind"""
_PUT_ENTITIES = """INSERT INTO main.entity SELECT id, kind, :revision, body FROM {area}.staged_entity WHERE true
    ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, version = excluded.version, body = {body}"""
_KEPT_BODY = "CASE WHEN entity.kind = excluded.kind THEN kept(kind, body, excluded.body) ELSE excluded.body END"
_PUT_RELATIONSHIPS = """INSERT INTO main.relationship
    SELECT source, kind, target, key, load, row FROM {area}.staged_relationship WHERE true
    ON CONFLICT DO UPDATE SET load = excluded.load, row = excluded.row"""
_FIND_GONE_REPORTS = """INSERT INTO temp.gone_report SELECT switch, at, sequence
    FROM {area}.staged_deleted_report CROSS JOIN main.position_report USING (switch, at, sequence)"""
_REMOVE_GONE_REPORTS = """DELETE FROM main.position_report WHERE (switch, at, sequence)
    IN (SELECT switch, at, sequence FROM temp.gone_report)"""
_PUT_REPORTS = "INSERT OR REPLACE INTO main.position_report SELECT * FROM {area}.staged_report"
_BAD_ENDS = """SELECT json_group_array(json_array(source, kind, target, key, source_kind, target_kind)) FROM (
    SELECT link.*, origin.kind AS source_kind, goal.kind AS target_kind FROM {links} AS link
    LEFT JOIN main.entity AS origin ON origin.id = link.source LEFT JOIN main.entity AS goal ON goal.id = link.target
    WHERE {which} AND NOT EXISTS (SELECT 1 FROM temp.allowed AS allowed WHERE allowed.kind = link.kind
        AND allowed.source_kind = origin.kind AND allowed.target_kind = goal.kind)
    LIMIT :shown)"""
_COUNT = """SELECT (SELECT count(*) FROM {area}.staged_entity) + (SELECT count(*) FROM {area}.staged_relationship)
    + (SELECT count(*) FROM temp.gone) + (SELECT count(*) FROM temp.lost)
    + (SELECT count(*) FROM {area}.staged_report) + (SELECT count(*) FROM temp.gone_report)"""
# joined as text: a subquery's JSON would be quoted or parsed once more
_IMAGES = """'{{"entities":' || (SELECT json_group_array(json_array(id, now.kind, now.version, hex(now.body)))
        FROM {area}.staged_entity CROSS JOIN main.entity AS now USING (id))
    || ',"relationships":' || (SELECT json_group_array(json_object(
        'kind', kind, 'source', source, 'target', target, 'key', key, 'load', load, 'row', row))
        FROM {area}.staged_relationship)
    || ',"delete_entities":' || (SELECT json_group_array(id) FROM temp.lost
        WHERE id NOT IN (SELECT id FROM {area}.staged_entity))
    || ',"delete_relationships":' || (SELECT json_group_array(json_array(kind, source, target, key))
        FROM temp.gone AS gone WHERE NOT EXISTS (SELECT 1 FROM {area}.staged_relationship AS new
            WHERE (new.source, new.kind, new.target, new.key) = (gone.source, gone.kind, gone.target, gone.key)))
    || ',"reports":' || (SELECT json_group_array(json_array(
        switch, at, sequence, position, reported_by, source, recorded_at)) FROM {area}.staged_report)
    || ',"delete_reports":' || (SELECT json_group_array(json_array(switch, at, sequence))
        FROM temp.gone_report AS gone WHERE NOT EXISTS (SELECT 1 FROM {area}.staged_report AS new
            WHERE (new.switch, new.at, new.sequence) = (gone.switch, gone.at, gone.sequence)))
    || '}}'"""


def merge(connection: apsw.Connection, area: Area, meta: FileMeta, at: datetime, request_id: str | None) -> Revision:
    """Make what lies in the area part of the graph; returns the new revision.

    Raises DanglingRelationship, or InvalidInput for ends that the schema does not allow.
    """
    revision = next_revision(meta.revision)
    for table in ("gone", "lost", "kind_changed", "gone_report"):
        connection.execute(f"DELETE FROM temp.{table}")
    for statement in _FIND_GONE:
        connection.execute(statement.format(area=area))
    if connection.execute("SELECT EXISTS (SELECT 1 FROM temp.gone) OR EXISTS (SELECT 1 FROM temp.lost)").get:
        for statement in _REMOVE_GONE:
            connection.execute(statement)
    connection.execute(_FIND_KIND_CHANGED.format(area=area))
    body = _KEPT_BODY if meta.holds_unknown_properties else "excluded.body"
    connection.execute(_PUT_ENTITIES.format(area=area, body=body), {"revision": revision})
    connection.execute(_PUT_RELATIONSHIPS.format(area=area))
    _check_ends(connection, area)
    connection.execute(_FIND_GONE_REPORTS.format(area=area))
    connection.execute(_REMOVE_GONE_REPORTS)
    connection.execute(_PUT_REPORTS.format(area=area))
    _record(connection, area, revision, at, request_id)
    connection.execute("UPDATE main.meta SET revision = ?, changed_at = ?", (revision, at.isoformat()))
    return revision


def _check_ends(connection: apsw.Connection, area: Area) -> None:
    _refuse(value(connection, _bad_ends(f"{area}.staged_relationship", "true"), {"shown": _SHOWN}))
    # an entity that is put with another kind must fit the relationships that it has already
    if connection.execute("SELECT EXISTS (SELECT 1 FROM temp.kind_changed)").get:
        for end in ("source", "target"):
            touched = f"link.{end} IN (SELECT id FROM temp.kind_changed)"
            _refuse(value(connection, _bad_ends("main.relationship", touched), {"shown": _SHOWN}))


def _bad_ends(links: str, which: str) -> str:
    return _BAD_ENDS.format(links=links, which=which)


def _refuse(bad: list[list[Any]]) -> None:
    if not bad:
        return
    for source, kind, target, _, source_kind, target_kind in bad:
        missing = [id for id, end in ((source, source_kind), (target, target_kind)) if end is None]
        if missing:
            raise DanglingRelationship(
                say(
                    "{kind} from {source!r} to {target!r}: {missing!r} is neither in the store nor in the "
                    "batch; put it first or leave the relationship out.",
                    kind=kind,
                    source=source,
                    target=target,
                    missing=missing[0],
                ),
                missing=missing,
                relationships=[row[:4] for row in bad],
            )
    source, kind, target, _, source_kind, target_kind = bad[0]
    raise InvalidInput(
        say(
            "{kind} may not lead from {source_kind} ({source!r}) to {target_kind} ({target!r}); the "
            "schema reference lists the allowed ends.",
            kind=kind,
            source_kind=source_kind,
            source=source,
            target_kind=target_kind,
            target=target,
        ),
        relationships=[row[:4] for row in bad],
    )


def _record(connection: apsw.Connection, area: Area, revision: Revision, at: datetime, request_id: str | None) -> None:
    images = None
    if connection.execute(_COUNT.format(area=area)).get <= MAX_CHANGE:
        images = f"({_IMAGES.format(area=area)})"
    connection.execute(
        f"INSERT INTO main.change (revision, at, request_id, images) VALUES (?, ?, ?, {images or 'NULL'})",
        (revision, at.isoformat(), request_id),
    )


def kept(*arguments: Any) -> bytes:
    """SQL function of (kind, old, new): the new body, with those properties of the old one that its class lacks."""
    kind, old, new = arguments
    known = CLASS_OF[EntityKind(kind)].__dataclass_fields__
    unknown = {name: held for name, held in msgspec.msgpack.decode(old).items() if name not in known}
    return msgspec.msgpack.encode(msgspec.msgpack.decode(new) | unknown) if unknown else bytes(new)
