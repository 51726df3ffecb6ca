"""Presumed faults (未确认故障): what an incident was opened on, beside the fault that was confirmed.

opened on L1, L5; CB1, CB2 tripped        L1 is confirmed: CB1 tripped on it, CB2 did not. L5 is taken as faulty on
                                          until it is confirmed, too, or another fault is found that CB2 tripped on
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from graph_api.errors import InvalidInput
from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Things
from graph_api.services.incident.state import IncidentState
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.situation import situation_of

TRIPS_ON: Final = Derivation[tuple[int, int, datetime], bool]("whether a device trips on a fault", most=512)


def presumed(model: ReadModel, state: IncidentState) -> Things:
    """What of the equipment that it was opened on is taken as faulty beside the confirmed fault: what something has
    tripped on that tripped on no fault that is confirmed."""
    equipment = tuple(each for each in state.equipment if each not in (state.fault or ()))
    if not state.fault or not equipment or state.opened.cause is not Cause.FAULTED:
        return ()
    faults, others, tripped = (_indexes(model, ids) for ids in (state.fault, equipment, state.tripped))
    left = [each for each in tripped if not any(_trips(model, each, fault, state.since) for fault in faults)]
    return tuple(at for at in others if any(_trips(model, each, at, state.since) for each in left))


def _indexes(model: ReadModel, ids: tuple[str, ...]) -> Things:
    return tuple(at for at in map(model.graph.find, ids) if at is not None)


def _trips(model: ReadModel, device: int, fault: int, since: datetime) -> bool:
    return model.memo.recall(TRIPS_ON, (device, fault, since), lambda: _does(model, device, fault, since))


def _does(model: ReadModel, device: int, fault: int, since: datetime) -> bool:
    try:
        found = situation_of(model, Event(things=(fault,), tripped=(device,), since=since, at=since))
    except InvalidInput:
        return False
    return device in found.fault.tripped.tolist()
