"""What a request carries: one pinned graph, the clock, and the request's id."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from strawberry.types import Info as StrawberryInfo

from graph_api.readmodel.snapshot import Snapshot


def now_utc() -> datetime:
    """The time, aware, UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Context:
    """One request: everything in its answer is true of the same revision and time."""

    graph: Snapshot
    now: datetime = field(default_factory=now_utc)
    request_id: str = ""


Info = StrawberryInfo[Context, None]
"""What resolvers get: `info.context` is the request's Context."""
