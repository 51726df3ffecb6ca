"""load, changes and revision, as they run on a reader's thread."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import apsw
import msgspec

from graph_api.errors import UpgradeRequired
from graph_api.stores.contract import Change, Resync, StoredEntity
from graph_api.stores.sqlite.connection import reading
from graph_api.stores.sqlite.file_meta import read_meta
from graph_api.stores.sqlite.tables import FIRST_FORMAT_WITH_REPORTS
from schema.codec import UNREADABLE
from schema.migrations import SchemaSteps
from schema.numbers import Revision, Version
from schema.positions import PositionReport, ReportKey
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKey
from schema.words import say

_CHANGES_PER_READ = 32
_KINDS = {kind.value: kind for kind in EntityKind}

_NEXT_ENTITIES = """SELECT json_group_array(json_array(id, kind, version, hex(body))) FROM (
    SELECT id, kind, version, body FROM main.entity WHERE id > ? ORDER BY id LIMIT ?)"""
_NEXT_RELATIONSHIPS = """SELECT json_group_array(json_object(
    'kind', kind, 'source', source, 'target', target, 'key', key, 'load', load, 'row', row)) FROM (
    SELECT * FROM main.relationship WHERE (source, kind, target, key) > (?, ?, ?, ?)
    ORDER BY source, kind, target, key LIMIT ?)"""
_NEXT_REPORTS = """SELECT json_group_array(json_array(
    switch, at, sequence, position, reported_by, source, recorded_at)) FROM (
    SELECT * FROM main.position_report WHERE (switch, at, sequence) > (?, ?, ?)
    ORDER BY switch, at, sequence LIMIT ?)"""

_EntityRow = tuple[str, str, Version, str]


class _Images(msgspec.Struct):
    entities: list[_EntityRow]
    relationships: list[Relationship]
    delete_entities: list[str]
    delete_relationships: list[RelationshipKey]
    reports: list[PositionReport] = []
    delete_reports: list[ReportKey] = []


_entity_rows = msgspec.json.Decoder(list[_EntityRow])
_relationships = msgspec.json.Decoder(list[Relationship])
_reports = msgspec.json.Decoder(list[PositionReport])
_images = msgspec.json.Decoder(_Images)


class Scan:
    """Reads the whole graph piece by piece inside one read transaction, which holds one revision."""

    def __init__(self, connection: apsw.Connection, schema: SchemaSteps) -> None:
        connection.execute("BEGIN")
        self._connection = connection
        meta = read_meta(connection, schema)
        self.revision = meta.revision
        # what an older schema called a kind is passed on as it is: only a migration reads such a store
        self._strict = meta.schema_version >= schema.version
        # a file that may not be written to stays of its format
        self._has_reports = meta.format >= FIRST_FORMAT_WITH_REPORTS

    def entities(self, after: str, limit: int) -> list[StoredEntity]:
        """The entities whose id comes after the given one, in the order of their ids."""
        text = self._connection.execute(_NEXT_ENTITIES, (after, limit)).get
        return _stored(_entity_rows.decode(text), strict=self._strict)

    def relationships(self, after: tuple[str, str, str, str], limit: int) -> list[Relationship]:
        """The relationships after (source, kind, target, key), in that order."""
        text = self._connection.execute(_NEXT_RELATIONSHIPS, (*after, limit)).get
        links: list[Relationship] = _decoded(_relationships, text)
        return links

    def reports(self, after: ReportKey, limit: int) -> list[PositionReport]:
        """The position reports after a key, in the order of their keys."""
        if not self._has_reports:
            return []
        text = self._connection.execute(_NEXT_REPORTS, (*after, limit)).get
        reports: list[PositionReport] = _decoded(_reports, text)
        return reports


def read_revision(connection: apsw.Connection, schema: SchemaSteps) -> Revision:
    """Newest revision."""
    return read_meta(connection, schema).revision


def read_every_page(connection: apsw.Connection) -> None:
    """Read all tables and indexes; each page tells whether it is what was written. Raises StoreCorrupt."""
    told = connection.pragma("quick_check", 1)
    if told != "ok":
        raise apsw.CorruptError(told)


def next_changes(connection: apsw.Connection, schema: SchemaSteps, after: Revision) -> list[Change]:
    """Changes next after a revision, at most a few; [] if there is none. Raises Resync if one is not kept."""
    with reading(connection):
        newest = read_meta(connection, schema).revision
        rows = connection.execute(
            "SELECT revision, at, request_id, images FROM main.change WHERE revision > ? ORDER BY revision LIMIT ?",
            (after, _CHANGES_PER_READ),
        ).fetchall()
    if newest < after:
        raise Resync(
            say(
                "Revision {after} is not of this store, which is at {newest}; load it anew.", after=after, newest=newest
            )
        )
    first = rows[0][0] if rows else after + 1
    if first != after + 1 or (newest > after and not rows):
        raise Resync(say("Changes after revision {after} are not kept any more; load the graph anew.", after=after))
    return list(_readable(rows))


def _readable(rows: list[Any]) -> Iterator[Change]:
    for place, (revision, at, request_id, images) in enumerate(rows):
        if images is None:
            if place == 0:
                raise Resync(
                    say("Revision {revision} changed too much to be listed; load the graph anew.", revision=revision)
                )
            return
        yield _change(revision, at, request_id, images)


def _change(revision: Revision, at: str, request_id: str | None, images: str) -> Change:
    told = _decoded(_images, images)
    return Change(
        revision=revision,
        at=datetime.fromisoformat(at),
        request_id=request_id,
        entities=_stored(told.entities, strict=True),
        relationships=told.relationships,
        delete_entities=told.delete_entities,
        delete_relationships=told.delete_relationships,
        reports=told.reports,
        delete_reports=told.delete_reports,
    )


def _stored(rows: list[_EntityRow], *, strict: bool) -> list[StoredEntity]:
    kinds, unhex = _KINDS, bytes.fromhex
    try:
        return [StoredEntity(id, kinds[kind], version, unhex(body)) for id, kind, version, body in rows]
    except KeyError as error:
        if strict:
            raise _unknown(f"entities of kind {error}") from error
    return [StoredEntity(id, kinds.get(kind, kind), version, unhex(body)) for id, kind, version, body in rows]  # type: ignore[arg-type]


def _decoded(decoder: msgspec.json.Decoder[Any], text: str) -> Any:
    try:
        return decoder.decode(text)
    except UNREADABLE as error:
        raise _unknown(f"records that this program does not know: {error}") from error


def _unknown(what: str) -> UpgradeRequired:
    return UpgradeRequired(say("The store holds {what}; a newer program wrote them. Upgrade this one.", what=what))
