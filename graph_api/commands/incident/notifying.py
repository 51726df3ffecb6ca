"""Messages in the timeline (通知记录): the intent before one is sent, so that one process alone sends it, and what came
of it."""

from __future__ import annotations

from datetime import datetime

from graph_api.commands.edits import Edit
from graph_api.commands.incident.acting import WORKED_OUT, Author, Said, with_entries
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.contents import Notified, Notifying
from graph_api.services.incident.room import Told
from graph_api.services.incident.sending import Due
from schema.incident import Incident


def intent(
    model: ReadModel, each: Told, due: Due, now: datetime, link: str | None, link_until: datetime | None
) -> Edit | None:
    """That a message is about to be sent; None where the incident is none any more."""
    content = Notifying(
        key=due.key,
        escalation=due.escalation,
        person=due.person,
        channel=due.channel,
        attempt=due.attempt,
        repeat=due.repeat,
        link=link,
        link_until=link_until,
    )
    return _entry(model, each, Said(content=content, things=(due.person,)), now)


def outcome(model: ReadModel, each: Told, due: Due, content: Notified, now: datetime) -> Edit | None:
    """What came of it."""
    return _entry(model, each, Said(content=content, things=(due.person,)), now)


def _entry(model: ReadModel, each: Told, said: Said, now: datetime) -> Edit | None:
    author = Author(by=WORKED_OUT, source=None, at=now, recorded_at=now)
    incident = model.graph.get(Incident, each.incident)
    edit = with_entries(model, incident, each, [said], author, works_out=False)
    return edit if isinstance(edit, Edit) else None
