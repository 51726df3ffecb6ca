"""Waiting for what comes first: a later revision, a moment, or a while."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from graph_api.errors import StaleReplica
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from schema.numbers import Revision


async def changed_or_due(
    live: LiveGraph, model: ReadModel, most_s: float, now: datetime, moments: Iterable[datetime | None] = ()
) -> None:
    """Wait for a later revision than the model's, for the soonest of these moments, or for so long at most."""
    soonest = min((each for each in moments if each is not None), default=None)
    wait = most_s if soonest is None else min(most_s, max(0.0, (soonest - now).total_seconds()))
    try:
        await live.at_least(Revision(model.graph.revision + 1), wait)
    except StaleReplica:
        return
