"""Keeping a timeline (时间线维护): what follows of the grid and the clock becomes an entry by itself, once.

Whichever process sees it first writes it: the entry's id follows from its place in the timeline, and the incident is
put on the version that was read, so that of several that see the same one commits and the others find nothing to do.
What a clock has told stays told, whatever is said late, and if the clock of a machine is set back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from graph_api.commands.edits import Edit
from graph_api.commands.incident.acting import WORKED_OUT, Author, Said, with_entries
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.affected import affected_of
from graph_api.services.incident.clocks import clocks_of
from graph_api.services.incident.contents import Affected, ClockFired, Content, Escalated
from graph_api.services.incident.escalation import people_of, waiting
from graph_api.services.incident.room import Told
from graph_api.services.incident.state import Fired, IncidentState
from schema.incident import Incident


def affected_anew(model: ReadModel, each: Told, now: datetime) -> Affected | None:
    """Who is affected, where the timeline says otherwise; None where it says so, or the incident is closed.

    Raises InvalidInput where it cannot be worked out.
    """
    state = each.state
    if state is None or not state.is_open:
        return None
    affected = affected_of(model, state, now)
    known = state.affected
    return None if affected is None or (known is not None and affected.digest == known.digest) else affected


def clocks_fired(model: ReadModel, state: IncidentState, now: datetime) -> list[ClockFired]:
    """What clocks have to tell by now and is not in the timeline, in order of time."""
    due = sorted(
        (when, fired) for when, fired in _events(model, state, now) if when <= now and fired not in state.fired
    )
    return [ClockFired(work_order=of, commitment=id, event=event, due=due_at) for _, (of, id, event, due_at) in due]


def escalated(model: ReadModel, state: IncidentState, now: datetime) -> list[Escalated]:
    """What rules of escalation tell by now and have not told, in order of time."""
    return [
        Escalated(
            rule=each.rule_id,
            since=each.since,
            due=each.due_at,
            people=tuple(map(model.graph.id, people_of(model, each.rule, state, now))),
        )
        for each in waiting(model, state)
        if each.due_at <= now
    ]


def next_moment(model: ReadModel, state: IncidentState, now: datetime) -> datetime | None:
    """When a clock or a rule of escalation has to tell something next; None while none waits."""
    moments = [when for when, _ in _events(model, state, now)]
    moments += [each.due_at for each in waiting(model, state)]
    return min((when for when in moments if when > now), default=None)


def _events(model: ReadModel, state: IncidentState, now: datetime) -> Iterator[tuple[datetime, Fired]]:
    for clock in clocks_of(model, state, now):
        for event, when in clock.fires:
            yield when, (clock.work_order, clock.commitment_id, event, clock.due_at)


def kept(model: ReadModel, each: Told, said: Sequence[Content], now: datetime) -> Edit | None:
    """The entries that are missing: who is affected, what clocks and rules tell; None where none is."""
    if not said:
        return None
    author = Author(by=WORKED_OUT, source=None, at=now, recorded_at=now)
    incident = model.graph.get(Incident, each.incident)
    entries = [Said(content=content, things=_things(content)) for content in said]
    edit = with_entries(model, incident, each, entries, author, works_out=False)
    return edit if isinstance(edit, Edit) else None


def _things(content: Content) -> tuple[str, ...]:
    """What an entry speaks of."""
    if isinstance(content, ClockFired):
        return (content.commitment,)
    return (content.rule, *content.people) if isinstance(content, Escalated) else ()
