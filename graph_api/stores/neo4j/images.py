"""The change record of a commit as bytes: post-images as msgpack."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec

from graph_api.errors import InvalidInput
from graph_api.stores.contract import MAX_CHANGE, Change, Resync, StoredEntity
from graph_api.stores.neo4j.layout import EntityRow, LinkRow
from schema.codec import UNREADABLE
from schema.numbers import Revision, version_at
from schema.positions import PositionReport, ReportKey
from schema.relationships import Relationship, RelationshipKey
from schema.words import say


class _Images(msgspec.Struct, array_like=True):
    entities: list[EntityRow]
    links: list[LinkRow]
    delete_entities: list[str]
    delete_links: list[RelationshipKey]
    reports: list[PositionReport] = []
    delete_reports: list[ReportKey] = []


_decoder = msgspec.msgpack.Decoder(_Images)


def images(
    entities: Collection[EntityRow],
    links: Collection[LinkRow],
    lost: Collection[str],
    gone: Collection[RelationshipKey],
    reports: Collection[PositionReport] = (),
    gone_reports: Collection[ReportKey] = (),
) -> bytes | None:
    """The change record; None if it is too large to list. What is lost or gone and put again is listed as put only."""
    if sum(map(len, (entities, links, lost, gone, reports, gone_reports))) > MAX_CHANGE:
        return None
    put, joined = {row.id for row in entities}, {link.identity for link in links}
    told_again = {report.key for report in reports}
    told = _Images(
        list(entities),
        list(links),
        [id for id in lost if id not in put],
        [link for link in gone if link not in joined],
        list(reports),
        [key for key in gone_reports if key not in told_again],
    )
    record = msgspec.msgpack.encode(told)
    try:
        # what this program cannot read again must never be committed
        _decoder.decode(record)
    except UNREADABLE as error:
        raise InvalidInput(
            say("A change could not be read again: {error}; nothing was changed.", error=error)
        ) from error
    return record


def change(revision: Revision, at: str, request_id: str | None, record: bytes) -> Change:
    """The change of a record. Raises Resync for one that cannot be read: of a newer program, or edited by others."""
    try:
        told = _decoder.decode(record)
        moment = datetime.fromisoformat(at)
    except UNREADABLE as error:
        raise Resync(
            say(
                "The change record of revision {revision} cannot be read ({error}); load the graph anew.",
                revision=revision,
                error=error,
            )
        ) from error
    return Change(
        revision=revision,
        at=moment,
        request_id=request_id,
        entities=[StoredEntity(row.id, row.kind, version_at(revision), row.body) for row in told.entities],
        relationships=[relationship(link) for link in told.links],
        delete_entities=told.delete_entities,
        delete_relationships=told.delete_links,
        reports=told.reports,
        delete_reports=told.delete_reports,
    )


def relationship(link: LinkRow) -> Relationship:
    """A row as the schema's relationship."""
    kind, source, target, key, load, row = link
    return Relationship(kind=kind, source=source, target=target, key=key, load=load, row=row)
