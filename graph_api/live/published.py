"""The model that is served: one owner, one lock for those who bring the next, one place to wait for it."""

from __future__ import annotations

import asyncio

from graph_api.errors import StaleReplica
from graph_api.readmodel.model import ReadModel
from schema.numbers import Revision
from schema.words import say


class Published:
    """Holds the newest model. Whoever makes the next one of it holds `advancing` from reading it to publishing."""

    def __init__(self, model: ReadModel) -> None:
        self._model = model
        self._news = asyncio.Condition()
        self.advancing = asyncio.Lock()

    @property
    def model(self) -> ReadModel:
        """The newest model; it never changes while you hold it."""
        return self._model

    @property
    def revision(self) -> Revision:
        """Revision of the newest model."""
        return self._model.graph.revision

    async def publish(self, model: ReadModel) -> None:
        """Serve this one from now on."""
        async with self._news:
            self._model = model
            self._news.notify_all()

    async def at_least(self, revision: Revision, timeout_seconds: float) -> ReadModel:
        """The newest model once it holds that revision; StaleReplica if that takes longer than the timeout."""
        try:
            async with asyncio.timeout(timeout_seconds), self._news:
                await self._news.wait_for(lambda: self.revision >= revision)
        except TimeoutError:
            have = self.revision
            raise StaleReplica(
                say(
                    "This process is at revision {have}, not yet at {revision}; try again in a moment.",
                    have=have,
                    revision=revision,
                ),
                revision=have,
                wanted=revision,
            ) from None
        return self._model

    async def after(self, model: ReadModel) -> ReadModel:
        """The newest model once it is another one than this."""
        async with self._news:
            await self._news.wait_for(lambda: self._model is not model)
            return self._model

    async def other_store(self, uuid: str) -> None:
        """Wait until another store than that one is served."""
        async with self._news:
            await self._news.wait_for(lambda: self._model.graph.store_uuid != uuid)
