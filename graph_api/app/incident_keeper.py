"""Works out anew who is affected by the open incidents (影响范围更新), whenever the graph has changed."""

from __future__ import annotations

import asyncio
import logging
import uuid

from graph_api.commands.incident.keeping import affected_anew
from graph_api.errors import BaodianError, Conflict, InvalidInput, StaleReplica
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.room import Told, open_incidents
from graph_api.stores.contract import Clock
from schema.numbers import Revision

log = logging.getLogger(__name__)

WAIT_SECONDS = 30.0
"""How long it waits for a change before it looks whether it is to go on."""
REST_SECONDS = 0.2
"""Least time between two rounds: changes that come close together are worked out once."""


class IncidentKeeper:
    """Follows the graph; what is away or refused is tried again with the next change, and after a while."""

    def __init__(self, live: LiveGraph, clock: Clock) -> None:
        self._live = live
        self._clock = clock
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
        id = model.graph.id(each.incident)
        try:
            edit = await asyncio.to_thread(affected_anew, model, each, self._clock())
        except InvalidInput as error:
            if self._refused.get(id) != error.message:
                log.warning("who is affected by incident %s cannot be worked out: %s", id, error)
            self._refused[id] = error.message
            return False
        self._refused.pop(id, None)
        if edit is None:
            return False
        try:
            await self._live.apply(edit.batch, uuid.uuid4().hex, edit.versions, None)
        except Conflict:
            return False  # somebody else has written it, or changed the incident: the next round sees it
        return True

    async def _changed(self, model: ReadModel) -> None:
        """Wait until there is a later revision, or a while."""
        try:
            await self._live.at_least(Revision(model.graph.revision + 1), WAIT_SECONDS)
        except StaleReplica:
            return
