"""How records written by an older schema become records of this one: pure functions, record to record.

A field that is only added needs no migration and no new version: bytes without it read as its default. A field that
changes its meaning, a kind that changes its name or a code that goes away does: raise SCHEMA_VERSION and add the
function under the version that it starts from. Raise MIN_READER with it if programs of the version before cannot read
the new records; otherwise they go on working on the same store and keep the properties that they do not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

SCHEMA_VERSION = 1
"""Version of the schema that this program writes."""

MIN_READER = 1
"""Oldest SCHEMA_VERSION whose programs read what this program writes."""


class Record(NamedTuple):
    """An entity as plain data: its kind's code and the properties that differ from their default, id included."""

    kind: str
    properties: dict[str, Any]


Migration = Callable[[Record], Record | None]
"""From one version to the next; None = the entity is no more. The id must stay."""

MIGRATIONS: Mapping[int, Migration] = {}
"""Migration to version + 1, by version."""


class SchemaSteps(NamedTuple):
    """A schema version, and how to get there: what a program knows about records of other versions."""

    version: int = SCHEMA_VERSION
    min_reader: int = MIN_READER
    migrations: Mapping[int, Migration] = MIGRATIONS

    def upgraded(self, record: Record, version: int) -> Record | None:
        """The record of an older version as one of this version; None = the entity is no more."""
        for step in range(version, self.version):
            migrate = self.migrations.get(step)
            migrated = migrate(record) if migrate else record
            if migrated is None:
                return None
            record = migrated
        return record
