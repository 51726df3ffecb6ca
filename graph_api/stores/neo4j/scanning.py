"""load: the whole graph at one revision, although Neo4j has no snapshot to read from.

Everything is read once into a spool on disk while writers go on. What they changed meanwhile comes from the change
feed: the spooled records that a change speaks of are left out, and the change's own follow at the end.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from typing import IO, Any

import msgspec

from graph_api.stores.contract import Change, Chunk, StoredEntity
from graph_api.stores.neo4j.connection import Transaction
from graph_api.stores.neo4j.decoding import (
    TYPES,
    Unreadable,
    believed,
    joins,
    key_text,
    origin,
    read_entity,
    read_type,
)
from graph_api.stores.neo4j.images import relationship
from graph_api.stores.neo4j.last_readable import kept
from graph_api.stores.neo4j.layout import LinkRow
from graph_api.stores.neo4j.mapping import THING, VERSION, entity_body, kind_of, sole_kind
from graph_api.stores.neo4j.reports import read_report
from graph_api.stores.neo4j.statements import NEXT_NODES, NEXT_REPORTS
from schema.numbers import Revision
from schema.positions import PositionReport, ReportKey
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKey

NODES_PER_READ = 4_000
REPORTS_PER_READ = 20_000

_TOLD = 50
log = logging.getLogger(__name__)
_encode = msgspec.msgpack.Encoder().encode
_entities = msgspec.msgpack.Decoder(list[tuple[str, str, int, bytes]])
_links = msgspec.msgpack.Decoder(list[LinkRow])
_report_rows = msgspec.msgpack.Decoder(list[PositionReport])
_KINDS: dict[str, EntityKind] = {kind.value: kind for kind in EntityKind}


class Scan:
    """What is read of the graph, spooled to disk."""

    def __init__(self, revision: Revision, *, strict: bool) -> None:
        self._revision = revision
        # what an older schema called a kind is passed on as it is: only a migration reads such a store
        self._strict = strict
        self._nodes = _Spool()
        self._links = _Spool()
        self._reports = _Spool()
        self._after = ""
        self._after_report = ""
        self._nodes_read = False
        self._aside: dict[str, Unreadable] = {}
        self._kept: dict[str, StoredEntity] = {}
        self._forbidden: list[tuple[LinkRow, tuple[str, ...], tuple[str, ...]]] = []
        """What the schema forbids between these labels; an end that is served as it was known may be another thing."""

    async def read_next(self, transaction: Transaction) -> bool:
        """Read some more; False at the end."""
        if self._nodes_read:
            return await self._read_reports(transaction)
        self._nodes_read = not await self._read_nodes(transaction)
        return True

    async def _read_nodes(self, transaction: Transaction) -> bool:
        rows = await transaction.run(NEXT_NODES, after=self._after, limit=NODES_PER_READ)
        if not rows:
            await self._take_kept(transaction)
            return False
        # what somebody deletes while it is being read comes without properties; the change feed tells of it
        read = [row for row in rows if "id" in row[1]]
        self._take(read)
        if read:
            self._after = read[-1][1]["id"]
        return True

    async def _read_reports(self, transaction: Transaction) -> bool:
        rows = await transaction.run(NEXT_REPORTS, after=self._after_report, limit=REPORTS_PER_READ)
        if not rows:
            return False
        self._after_report = rows[-1][0]
        read = [report for row in rows if (report := read_report(row)) is not None]
        self._reports.write(_encode(read))
        return True

    def chunks(self, changes: Changes, size: int) -> Iterator[Chunk]:
        """Everything read, with what changed meanwhile in its place."""
        for held in self._nodes.pieces(_entities, size):
            kinds = _KINDS.get
            rows = [StoredEntity(id, kinds(kind, kind), version, body) for id, kind, version, body in held]
            yield Chunk(entities=[row for row in rows if row.id not in changes.entities] if changes else rows)
        yield Chunk(entities=[row for row in changes.entities.values() if row is not None])
        yield Chunk(entities=[row for id, row in self._kept.items() if id not in changes.entities])
        for links in self._links.pieces(_links, size):
            kept = [link for link in links if not changes.touch(link)] if changes else links
            if self._aside:
                kept = [link for link in kept if link.source not in self._aside and link.target not in self._aside]
            yield Chunk(relationships=[relationship(link) for link in kept])
        yield Chunk(relationships=[relationship(link) for link in self._allowed() if not changes.touch(link)])
        yield Chunk(relationships=[link for link in changes.links.values() if link is not None])
        for reports in self._reports.pieces(_report_rows, size):
            yield Chunk(reports=[one for one in reports if one.key not in changes.reports] if changes else reports)
        yield Chunk(reports=[report for report in changes.reports.values() if report is not None])

    def close(self) -> None:
        """Give the disk's room back."""
        for spool in (self._nodes, self._links, self._reports):
            spool.close()

    def _allowed(self) -> list[LinkRow]:
        """What is allowed after all, since an end is served as the other thing that it was."""
        kinds = {id: row.kind for id, row in self._kept.items()}
        return [
            link
            for link, source, target in self._forbidden
            if (link.source in kinds or link.target in kinds)
            and not {link.source, link.target} & self._aside.keys()
            and joins(link.kind, kinds.get(link.source, sole_kind(source)), kinds.get(link.target, sole_kind(target)))
        ]

    async def _take_kept(self, transaction: Transaction) -> None:
        """Serve what cannot be read as it was known, where somebody knew it; the rest is left out and told."""
        if not self._aside:
            return
        held = await kept(transaction)
        self._kept = {id: held[id] for id in self._aside if id in held}
        left = [one for id, one in self._aside.items() if id not in held]
        self._aside = {one.id: one for one in left}
        for one in left[:_TOLD]:
            log.warning("left out: %s: %s", one.id, one.reason)
        if len(left) > _TOLD:
            log.warning("left out: %d more", len(left) - _TOLD)

    def _take(self, rows: list[Any]) -> None:
        nodes: list[tuple[Any, ...]] = []
        links: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        for labels, properties, outgoing in rows:
            is_read = self._take_node(nodes, labels, properties)
            source = properties["id"]
            ends = tuple(labels) if is_read else ()
            for name, target, key, load, row, target_labels in outgoing:
                kind = TYPES.get(name)
                if kind is None or type(source) is not str or type(target) is not str:
                    continue
                link = name, source, target, key_text(key)
                if self._strict and read_type(name, ends, tuple(target_labels)) is None:
                    told = LinkRow(kind, *link[1:], origin(load), origin(row))
                    self._forbidden.append((told, ends, tuple(target_labels)))
                    continue
                links[link] = *link, origin(load), origin(row)
        self._nodes.write(_encode(nodes))
        # Neo4j gives the relationships of a node in any order
        self._links.write(_encode(sorted(links.values())))

    def _take_node(self, nodes: list[tuple[Any, ...]], labels: list[str], properties: dict[str, Any]) -> bool:
        if not self._strict:
            name = kind_of(labels) or next((label for label in labels if label != THING), "")
            version = believed(properties.get(VERSION), self._revision)
            nodes.append((properties["id"], str(name), version, entity_body(name, properties)))
            return True
        read = read_entity(labels, properties, self._revision)
        if isinstance(read, Unreadable):
            self._aside[read.id] = read
            return False
        nodes.append((read.id, read.kind.value, read.version, read.body))
        return True


class Changes:
    """The last word on whatever changed while a scan went on."""

    def __init__(self) -> None:
        self.entities: dict[str, StoredEntity | None] = {}
        self.links: dict[RelationshipKey, Relationship | None] = {}
        self.reports: dict[ReportKey, PositionReport | None] = {}

    def __bool__(self) -> bool:
        return bool(self.entities or self.links or self.reports)

    def add(self, change: Change) -> None:
        """Take in the change that follows."""
        self.entities |= dict.fromkeys(change.delete_entities) | {entity.id: entity for entity in change.entities}
        self.links |= dict.fromkeys(change.delete_relationships) | {
            link.identity: link for link in change.relationships
        }
        self.reports |= dict.fromkeys(change.delete_reports) | {report.key: report for report in change.reports}

    def touch(self, link: LinkRow) -> bool:
        """True if the relationship changed."""
        return link.identity in self.links


class _Spool:
    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="baodian-load-")  # noqa: SIM115 (closed by its owner)
        self._sizes: list[int] = []

    def write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._sizes.append(len(piece))

    def pieces(self, decoder: msgspec.msgpack.Decoder[list[Any]], size: int) -> Iterator[list[Any]]:
        self._file.seek(0)
        rows: list[Any] = []
        for length in self._sizes:
            rows += decoder.decode(self._file.read(length))
            while len(rows) >= size:
                yield rows[:size]
                rows = rows[size:]
        if rows:
            yield rows

    def close(self) -> None:
        self._file.close()
