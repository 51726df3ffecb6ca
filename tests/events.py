"""Questions about an event in one call, for tests: things and times as they come, made into the service's Event."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.outage.impact import Impact
from graph_api.services.restoration.aftermath import answer
from graph_api.services.restoration.plan import RestorationPlan
from graph_api.services.restoration.planning import plan_restoration

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def event(things: Iterable[int], at: datetime = NOW, **parts: Any) -> Event:
    """An event; lists of devices may be given as any iterable."""
    given = {name: tuple(value) if name != "cause" else value for name, value in parts.items()}
    return Event(things=tuple(things), at=at, **given)


def impact_on(model: ReadModel, things: Iterable[int], at: datetime = NOW, **parts: Any) -> Impact:
    """Whom it hits, whatever the cause."""
    return answer(model, event(things, at, **parts))


def plans_for(model: ReadModel, things: Iterable[int], at: datetime = NOW, **parts: Any) -> list[RestorationPlan]:
    """Plans after it."""
    return plan_restoration(model, event(things, at, **parts))
