"""What a server compiles before its first change, asked for beforehand.

A server that has just started compiles each statement when it first meets it, and takes a second or more for those of a
change: more than a change may take where other work is going on, so that the first ones would be refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import TypeVar

from graph_api.errors import StoreError, StoreUnavailable
from graph_api.stores.neo4j.connection import Connection, Transaction
from graph_api.stores.neo4j.loop_thread import LoopThread
from graph_api.stores.neo4j.statements import FINISH_REQUEST, LOCK, LOOK, Statement

T = TypeVar("T")
COMPILE_SECONDS = 5.0
"""How long one try may take; nothing waits for it, and it holds no lock."""
_TRIES = 4
"""What one try had compiled the next one finds."""
# a plan fits what is sent later only if the types are the same
_AS_SENT = {
    "request": "id",
    "ids": ["id"],
    "revision": 1,
    "at": "2026-01-01T00:00:00+00:00",
    "request_id": "id",
    "images": b"",
    "content": b"",
}


class Compiling:
    """Asks a server once, as soon as it answers, and again whenever it was away."""

    def __init__(self, connection: Connection, lane: LoopThread) -> None:
        self._connection = connection
        self._lane = lane
        self._is_due = True
        self._task: asyncio.Task[None] | None = None

    async def beside(self, look: Awaitable[T]) -> T:
        """What a look at the server says; where it is the first one that is answered, the server is asked beside it."""
        try:
            seen = await look
        except StoreUnavailable:
            self._is_due = True
            raise
        if self._is_due and (self._task is None or self._task.done()):
            self._is_due = False
            self._task = asyncio.create_task(self._ask(), name="have changes compiled")
        return seen

    async def close(self) -> None:
        """Stop asking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _ask(self) -> None:
        seconds = {"seconds": COMPILE_SECONDS, "server_seconds": COMPILE_SECONDS}
        for _ in range(_TRIES):
            with suppress(StoreError):  # a change compiles what is left
                await self._lane.run(self._connection.write(_explain, **seconds))
                return


async def _explain(transaction: Transaction) -> None:
    for statement in (LOCK, LOOK, FINISH_REQUEST):
        await transaction.run(Statement(f"compile_{statement.name}", f"EXPLAIN {statement.text}"), **_AS_SENT)
