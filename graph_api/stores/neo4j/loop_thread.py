"""An event loop on a thread of its own, so that the service's loop never unpacks what Neo4j sends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from graph_api.errors import StoreUnavailable
from schema.words import say

T = TypeVar("T")


class LoopThread:
    """Runs coroutines on its own loop. Cancelling a caller does not stop what has begun."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of the work; StoreUnavailable after `close`."""
        if self._closed:
            work.close()
            raise StoreUnavailable(say("The store is closed; open it again."))
        loop = self._loop or self._start()
        return await asyncio.shield(asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop)))

    async def close(self, last: Coroutine[Any, Any, None]) -> None:
        """Finish what is under way, run the last piece of work, end the thread. No-op when closed already."""
        if self._closed:
            last.close()
            return
        self._closed = True
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            last.close()
            return
        finishing = asyncio.run_coroutine_threadsafe(_finish(last), loop)
        await asyncio.shield(asyncio.wrap_future(finishing))
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)

    def _start(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()
        self._loop = loop
        self._thread = threading.Thread(target=_serve, args=(loop,), name=self._name, daemon=True)
        self._thread.start()
        return loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(_cut(loop))
        loop.close()


async def _cut(loop: asyncio.AbstractEventLoop) -> None:
    """End the connections that the driver has forgotten, as those of a server that was killed while they were made.

    asyncio names its transports in no public place; a loop that keeps them otherwise leaves them to the system.
    """
    for transport in list(getattr(loop, "_transports", {}).values()):
        transport.abort()
    await asyncio.sleep(0)


async def _finish(last: Coroutine[Any, Any, None]) -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others)
    await last
