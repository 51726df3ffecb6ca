"""Keeps the timelines of open incidents (时间线维护): who is affected by now, what clocks and rules tell."""

from __future__ import annotations

import asyncio
import logging
import uuid
from datetime import datetime

from graph_api.commands.incident.keeping import affected_anew, clocks_fired, escalated, kept, next_moment
from graph_api.errors import BaodianError, Conflict, InvalidInput
from graph_api.live.graph import LiveGraph
from graph_api.live.waiting import changed_or_due
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.contents import Affected
from graph_api.services.incident.room import Told, open_incidents
from graph_api.stores.contract import Clock

log = logging.getLogger(__name__)

WAIT_SECONDS = 30.0
"""How long it waits for a change before it looks whether it is to go on."""
REST_SECONDS = 0.2
"""Least time between two rounds: changes that come close together are worked out once."""


class IncidentKeeper:
    """Follows the graph; what is away or refused is tried again with the next change, and after a while."""

    def __init__(self, live: LiveGraph, clock: Clock, most_s: float = WAIT_SECONDS) -> None:
        """`most_s`: how long it waits at most until it looks at the clock again, which a rehearsal moves."""
        self._live = live
        self._clock = clock
        self._most_s = most_s
        self._refused: dict[str, str] = {}
        """Why an incident could not be worked out, by its id: said in the log once."""

    async def run(self) -> None:
        """Round after round; never ends."""
        while True:
            model = self._live.pin()
            try:
                await self.once(model)
            except BaodianError as error:
                log.info("who is affected by open incidents was not kept: %s", error)
            except Exception:
                # a task that died would let the timelines grow old in silence
                log.exception("who is affected by open incidents was not kept")
            await asyncio.sleep(REST_SECONDS)
            await self._changed(model)

    async def once(self, model: ReadModel) -> int:
        """Write what is missing in the timelines; how many entries that were. Raises StoreError."""
        written = 0
        for each in open_incidents(model):
            written += await self._keep(model, each)
        return written

    async def _keep(self, model: ReadModel, each: Told) -> bool:
        now, state = self._clock(), each.state
        if state is None:
            return False
        affected = await self._affected(model, each, now)
        said = [*([affected] if affected else []), *clocks_fired(model, state, now)]
        edit = kept(model, each, [*said, *escalated(model, state, now)], now)
        if edit is None:
            return False
        try:
            await self._live.apply(edit.batch, uuid.uuid4().hex, edit.versions, None)
        except Conflict:
            return False  # somebody else has written it, or changed the incident: the next round sees it
        return True

    async def _affected(self, model: ReadModel, each: Told, now: datetime) -> Affected | None:
        """Who is affected, where that is news; what cannot be worked out is said in the log once."""
        id = model.graph.id(each.incident)
        try:
            affected = await asyncio.to_thread(affected_anew, model, each, now)
        except InvalidInput as error:
            if self._refused.get(id) != error.message:
                log.warning("who is affected by incident %s cannot be worked out: %s", id, error)
            self._refused[id] = error.message
            return None
        self._refused.pop(id, None)
        return affected

    async def _changed(self, model: ReadModel) -> None:
        """Wait until there is a later revision, the next clock has something to tell, or a while."""
        now = self._clock()
        moments = [next_moment(model, each.state, now) for each in open_incidents(model) if each.state is not None]
        await changed_or_due(self._live, model, self._most_s, now, moments)
