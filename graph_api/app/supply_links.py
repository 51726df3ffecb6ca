"""Keeps the derived relationships of Neo4j (派生关系) of the newest revision, once somebody has asked for them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, runtime_checkable

from graph_api.errors import BaodianError
from graph_api.exports.supply_links import derive
from graph_api.readmodel.model import ReadModel
from schema.numbers import Revision

log = logging.getLogger(__name__)

REST_SECONDS = 2.0
"""Least time between two rounds: changes that come close together are written once."""
SHARE = 20
"""Rests so many times as long as a round took: the store has other things to do."""


@runtime_checkable
class Derives(Protocol):
    """A store that holds derived relationships for people who use Cypher."""

    async def derived_revision(self) -> Revision | None:
        """What they were worked out of; None if nobody has asked for them."""

    async def derive(self, pairs: Mapping[str, Sequence[tuple[str, str]]], revision: Revision) -> dict[str, int]:
        """Make these the derived relationships; {} where newer ones stand."""


class SupplyLinks:
    """Works out FEEDS and SUPPLIED_BY anew after commits."""

    def __init__(self, store: Derives, pin: Callable[[], ReadModel]) -> None:
        self._store = store
        self._pin = pin

    async def run(self, rest_seconds: float = REST_SECONDS) -> None:
        """Round after round; never ends."""
        while True:
            begun = time.monotonic()
            try:
                await self.once()
            except BaodianError as error:
                log.info("derived relationships stay of an older revision for now: %s", error)
            except Exception:
                # a task that died would let them grow old in silence
                log.exception("derived relationships stay of an older revision for now")
            await asyncio.sleep(max(rest_seconds, SHARE * (time.monotonic() - begun)))

    async def once(self) -> bool:
        """Write them if there are some, of an older revision; True if that was so. Raises StoreError."""
        held, model = await self._store.derived_revision(), self._pin()
        if held is None or held >= model.graph.revision:
            return False
        links = await asyncio.to_thread(derive, model)
        return bool(await self._store.derive(links.pairs, links.revision))
