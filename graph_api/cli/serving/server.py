"""The web server in this process: opens the store, follows it, serves until it is told to stop, closes everything."""

from __future__ import annotations

import gc
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from graph_api.app import create_app
from graph_api.app.logs import configure_logging
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from graph_api.settings import Settings
from graph_api.stores import open_store


async def serve_on(settings: Settings, listener: socket.socket, greet: Callable[[ReadModel], None]) -> None:
    """Serve on an open socket until SIGINT or SIGTERM; `greet` is told once what is served. Raises StoreError."""
    configure_logging(settings.log_level, settings.log_format)
    store = open_store(settings.store)
    try:
        live = await LiveGraph.open(store, Path(settings.snapshot_file) if settings.snapshot_file else None)
        try:
            # what is there now stays: the collector need not walk it again and again, each time a pause for all
            gc.collect()
            gc.freeze()
            greet(live.pin())
            config = uvicorn.Config(create_app(settings, live), log_config=None, access_log=False, lifespan="off")
            await _Server(config).serve(sockets=[listener])
        finally:
            await live.close()
    finally:
        await store.close()


class _Server(uvicorn.Server):
    """Stops at the first SIGINT or SIGTERM and returns, so that the store is closed properly."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
