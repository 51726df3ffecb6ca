"""The format of the file: tables, and the temporary tables in which a batch is laid out before it is merged."""

from __future__ import annotations

from schema.relationships import ENDS

FORMAT = 2
"""Version of the tables below; a file of a higher one is refused with UpgradeRequired. 2 = with position reports."""

FIRST_FORMAT_WITH_REPORTS = 2

APPLICATION_ID = 0x42414F44
"""Marks the file as a Baodian store ("BAOD") for SQLite and for file(1)."""

_RELATIONSHIP = """
    source TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, key TEXT NOT NULL,
    load INTEGER NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (source, kind, target, key)"""
_IDENTITY = """
    source TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, key TEXT NOT NULL,
    PRIMARY KEY (source, kind, target, key)"""
# times in µs since 1970
_REPORT = """
    switch TEXT NOT NULL, at INTEGER NOT NULL, sequence INTEGER NOT NULL, position TEXT NOT NULL,
    reported_by TEXT NOT NULL, source TEXT NOT NULL, recorded_at INTEGER NOT NULL, PRIMARY KEY (switch, at, sequence)"""
_REPORT_KEY = """
    switch TEXT NOT NULL, at INTEGER NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (switch, at, sequence)"""

# One shape for what is staged (durable, in main) and for the batch of one apply (in temp): both are merged by the
# same statements, named by {area}.
_BATCH = f"""
CREATE TABLE IF NOT EXISTS {{area}}.staged_entity (
    id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS {{area}}.staged_relationship ({_RELATIONSHIP}) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS {{area}}.staged_deleted_entity (
    id TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS {{area}}.staged_deleted_relationship ({_IDENTITY}) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS {{area}}.staged_report ({_REPORT}) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS {{area}}.staged_deleted_report ({_REPORT_KEY}) WITHOUT ROWID, STRICT;
"""
BATCH_TABLES = (
    "staged_entity", "staged_relationship", "staged_deleted_entity", "staged_deleted_relationship",
    "staged_report", "staged_deleted_report",
)  # fmt: skip

DOCUMENT = """
CREATE TABLE IF NOT EXISTS main.document (
    name TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, content BLOB NOT NULL) WITHOUT ROWID, STRICT;
"""
DURABLE = f"""
PRAGMA application_id = {APPLICATION_ID};
CREATE TABLE IF NOT EXISTS meta (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    uuid TEXT NOT NULL, format INTEGER NOT NULL, schema_version INTEGER NOT NULL, min_reader INTEGER NOT NULL,
    revision INTEGER NOT NULL, changed_at TEXT) STRICT;
CREATE TABLE IF NOT EXISTS entity (
    id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL
    ) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS relationship ({_RELATIONSHIP}) WITHOUT ROWID, STRICT;
CREATE INDEX IF NOT EXISTS relationship_by_target ON relationship (target);
CREATE TABLE IF NOT EXISTS position_report ({_REPORT}) WITHOUT ROWID, STRICT;
-- images: post-images as JSON; NULL = too many to list, a follower has to load anew
CREATE TABLE IF NOT EXISTS change (
    revision INTEGER PRIMARY KEY, at TEXT NOT NULL, request_id TEXT, images TEXT) STRICT;
CREATE INDEX IF NOT EXISTS change_by_time ON change (at);
-- revision NULL = fenced: outcome() was asked before the request arrived, it can never commit
CREATE TABLE IF NOT EXISTS request (
    id TEXT PRIMARY KEY NOT NULL, content BLOB NOT NULL, revision INTEGER, at TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE INDEX IF NOT EXISTS request_by_time ON request (at);
-- revision NULL = still open
CREATE TABLE IF NOT EXISTS staged_load (
    id TEXT PRIMARY KEY NOT NULL, records INTEGER NOT NULL, revision INTEGER, at TEXT NOT NULL) WITHOUT ROWID, STRICT;
{_BATCH.format(area="main")}
"""

TEMPORARY = f"""
{_BATCH.format(area="temp")}
CREATE TABLE temp.gone ({_IDENTITY}) WITHOUT ROWID;
CREATE TABLE temp.gone_report ({_REPORT_KEY}) WITHOUT ROWID;
CREATE TABLE temp.lost (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE temp.kind_changed (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE temp.allowed (
    kind TEXT, source_kind TEXT, target_kind TEXT, PRIMARY KEY (kind, source_kind, target_kind)) WITHOUT ROWID;
"""

ALLOWED: list[tuple[str, str, str]] = [
    (kind.value, source.value, target.value)
    for kind, ends in ENDS.items()
    for source in sorted(ends.sources)
    for target in sorted(ends.targets)
]
"""Rows of temp.allowed: which kinds may stand at the ends of which relationship."""
