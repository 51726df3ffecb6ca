"""What the file says about itself, read and checked at the start of every transaction."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import apsw

from graph_api.errors import StoreCorrupt, UpgradeRequired
from graph_api.stores.contract import StoreMeta
from graph_api.stores.sqlite.tables import FORMAT
from schema.migrations import SchemaSteps
from schema.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMeta(StoreMeta):
    """Identity and format of the file, as this program sees it."""

    holds_unknown_properties: bool
    """True if a newer program wrote to it: bodies may hold properties that must be kept."""


def read_meta(connection: apsw.Connection, schema: SchemaSteps) -> FileMeta:
    """Raises UpgradeRequired if this program is too old for the file."""
    row = connection.execute(
        "SELECT uuid, format, schema_version, min_reader, revision, changed_at FROM main.meta"
    ).fetchone()
    if row is None:
        raise StoreCorrupt(say("The store has lost its identity (table meta is empty); restore the last backup."))
    identity, file_format, version, min_reader, revision, changed_at = row
    if file_format > FORMAT or min_reader > schema.version:
        raise UpgradeRequired(
            say(
                "The store (format {store_format}, schema {version}) needs a program that reads schema "
                "{min_reader}, format {store_format}; this one reads up to schema {known}, format "
                "{format}. Upgrade it.",
                store_format=file_format,
                version=version,
                min_reader=min_reader,
                known=schema.version,
                format=FORMAT,
            ),
            min_reader=min_reader,
            format=file_format,
        )
    return FileMeta(
        uuid=identity,
        format=file_format,
        schema_version=version,
        min_reader=min_reader,
        revision=revision,
        changed_at=datetime.fromisoformat(changed_at) if changed_at else None,
        holds_unknown_properties=version > schema.version,
    )


def write_first_meta(connection: apsw.Connection, schema: SchemaSteps) -> None:
    """Give a new file its identity; one that has it keeps it."""
    connection.execute(
        "INSERT OR IGNORE INTO main.meta VALUES (1, ?, ?, ?, ?, 0, NULL)",
        (str(uuid.uuid4()), FORMAT, schema.version, schema.min_reader),
    )
