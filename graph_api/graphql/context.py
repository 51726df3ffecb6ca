"""What a request carries: one pinned read model, the clock, and the request's id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from strawberry.types import Info as StrawberryInfo

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.stores.contract import Commit
from schema.batch import GraphBatch

Clock = Callable[[], datetime]
"""Tells the time, aware."""


def now_utc() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)


class Live(Protocol):
    """What the API needs of the live graph (graph_api.live.LiveGraph)."""

    def pin(self) -> ReadModel:
        """The newest read model."""

    async def at_least(self, revision: int, timeout_seconds: float = 0.25) -> ReadModel:
        """A read model of that revision or a later one; StaleReplica if it does not come in time."""

    async def apply(
        self, batch: GraphBatch, request_id: str | None = None, expected: Mapping[str, int] | None = None
    ) -> Commit:
        """Commit to the store, then show it to readers."""

    def status(self) -> Any:
        """How the live graph stands to its store."""


@dataclass(slots=True)
class Context:
    """One request: everything in its answer is true of the same revision and time."""

    live: Live
    model: ReadModel
    now: datetime = field(default_factory=now_utc)
    request_id: str = ""

    @property
    def graph(self) -> Snapshot:
        """The graph of the pinned revision."""
        return self.model.graph


Info = StrawberryInfo[Context, None]
"""What resolvers get: `info.context` is the request's Context."""
