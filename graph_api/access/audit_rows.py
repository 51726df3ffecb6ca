"""Lines of the audit as people and machines read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph_api.access.audit import Line
from schema.numbers import Revision


@dataclass(frozen=True, slots=True)
class Row:
    """A line as people and machines read it."""

    number: int
    at: datetime
    who: str
    roles: list[str]
    origin: str
    operation: str
    request_id: str
    act: str
    what: str
    things: list[str]
    revision: Revision
    on_behalf_of: str
    incident: str
    reason: str
    digest: str


def row_of(line: Line) -> Row:
    """A line as people and machines read it."""
    entry = line.entry
    return Row(
        line.number, entry.at, entry.who, list(entry.roles), entry.origin, entry.operation, entry.request_id, entry.act,
        entry.what, list(entry.things), Revision(entry.revision), entry.on_behalf_of,
        entry.incident, entry.reason, line.digest,
    )  # fmt: skip
