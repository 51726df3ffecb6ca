"""A fault now (当前故障): what one on a piece of equipment would do to the grid as it stands."""

from __future__ import annotations

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.doing import outage_of, transferred_by
from graph_api.services.outage.event import Event
from graph_api.services.outage.failing import Failing
from graph_api.services.outage.situation import Situation


def fault_now(model: ReadModel, equipment: int) -> Situation:
    """What a fault on one piece of equipment would do to the grid as it stands."""
    at = model.graph.changed_at
    fails = Failing((equipment,), ())
    event = Event(things=fails.equipment, at=at)
    fault = outage_of(model, event, fails, ())
    moved = transferred_by(model, event, fails, fault)
    return Situation(
        event=event,
        model=model,
        since=at,
        undone=(),
        before=model,
        fails=fails,
        fault=moved.outage,
        transferred=moved.positions,
        dips=moved.dips,
    )
