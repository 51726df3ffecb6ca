"""Keeping who is affected (影响范围更新): an entry of its own whenever the grid makes it another answer.

Whichever process sees it first writes it: the entry's id follows from its place in the timeline, and the incident is
put on the version that was read, so that of several that see the same one commits and the others find nothing to do.
"""

from __future__ import annotations

from datetime import datetime

from graph_api.commands.edits import Edit
from graph_api.commands.incident.acting import WORKED_OUT, Author, Said, with_entries
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.affected import affected_of
from graph_api.services.incident.room import Told
from schema.incident import Incident


def affected_anew(model: ReadModel, each: Told, now: datetime) -> Edit | None:
    """The entry that is missing; None where who is affected is as the timeline says, or the incident is closed.

    Raises InvalidInput where it cannot be worked out.
    """
    state = each.state
    if state is None or not state.is_open:
        return None
    affected = affected_of(model, state, now)
    if affected is None or (state.affected is not None and affected.digest == state.affected.digest):
        return None
    author = Author(by=WORKED_OUT, source=None, at=now, recorded_at=now)
    incident = model.graph.get(Incident, each.incident)
    edit = with_entries(model, incident, each, [Said(content=affected)], author)
    return edit if isinstance(edit, Edit) else None
