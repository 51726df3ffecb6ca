"""The plan of an incident (事件恢复方案): bound by every other incident that is open.

What another one has as its confirmed fault is cut out and stays so: the plan is of all these faults together. Where
they cannot be one event, and for planned work, what stands open for the others is operated by nobody in this plan, nor
is what was said to be inoperable in any of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Things
from graph_api.services.incident.acts import acts_of, together
from graph_api.services.incident.affected import worked_event
from graph_api.services.incident.contents import Switched
from graph_api.services.incident.room import Told, found, open_incidents
from graph_api.services.incident.state import IncidentState
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.trips import stands_open
from graph_api.services.restoration.plan import RestorationPlan
from graph_api.services.restoration.planning import restoration_of
from schema.vocabulary import SwitchPosition


def plan_of(model: ReadModel, incident: int, state: IncidentState, at: datetime) -> RestorationPlan | None:
    """How to cut the fault out and feed the rest again, and back to normal once it is repaired; None while nothing is
    known to be faulty.

    Raises InvalidInput as a plan does.
    """
    event = worked_event(model, state, at)
    if event is None or event.cause is not Cause.FAULTED:
        return None
    refused = _refused(model, exercise=state.opened.exercise)
    others = [] if state.opened.exercise else [*_others(model, incident)]
    kept = tuple(sorted({switch for each in others for switch in _kept_open(model, each)}))
    faults = [each.state for each in others if each.state is not None and each.state.fault]
    if faults:
        planned = [each for each in others if each.state is not None and not each.state.fault]
        of_work = tuple(sorted({switch for each in planned for switch in _kept_open(model, each)}))
        together = _together(model, event, [each for each in faults if each.repaired_at is None])
        try:
            return restoration_of(model, replace(together, fixed=(*of_work, *refused)))
        except InvalidInput:
            kept = tuple(switch for switch in kept if switch not in event.tripped)
    return restoration_of(model, replace(event, fixed=(*kept, *refused)))


def _refused(model: ReadModel, *, exercise: bool) -> Things:
    """Switches that an open incident says nobody can operate; an exercise those of exercises."""
    states = (each.state for each in open_incidents(model) if each.state is not None)
    return found(model.graph, (id for each in states if each.opened.exercise is exercise for id in each.refused))


def _others(model: ReadModel, incident: int) -> Iterator[Told]:
    """Real incidents beside this one whose fault is not repaired, or whose work has not ended."""
    for each in open_incidents(model):
        state = each.state
        if each.incident == incident or state is None or state.opened.exercise or state.repaired_at is not None:
            continue
        if state.fault or state.opened.cause is Cause.OPENED:
            yield each


def _together(model: ReadModel, event: Event, faults: list[IncidentState]) -> Event:
    """One event of this fault and those of the others, from the first loss on."""
    graph = model.graph

    def joined(mine: Things, ids: Iterator[str]) -> Things:
        return tuple(dict.fromkeys((*mine, *found(graph, ids))))

    losses = [each.since for each in faults]
    theirs = ((index, moment) for each in faults for id, moment in each.sound for index in found(graph, [id]))
    return replace(
        event,
        repaired=None,
        sound=(*event.repairs, *theirs),
        things=joined(event.things, (id for each in faults for id in each.fault or ())),
        tripped=joined(event.tripped, (id for each in faults for id in each.tripped)),
        stuck=joined(event.stuck, (id for each in faults for id in each.stuck)),
        since=min([event.since, *losses] if event.since else losses),
        acts=together(filter(None, (event.acts, *(acts_of(model, each) for each in faults)))),
    )


def _kept_open(model: ReadModel, each: Told) -> Iterator[int]:
    """What was opened for an incident, or tripped in it, and stands open."""
    opened = [
        switch
        for entry in each.entries
        if isinstance(entry.content, Switched)
        for switch, position in entry.content.operations
        if position is SwitchPosition.OPEN
    ]
    tripped = each.state.tripped if each.state else ()
    return (index for index in found(model.graph, (*opened, *tripped)) if stands_open(model, index))
