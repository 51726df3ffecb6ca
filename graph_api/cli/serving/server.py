"""The web server in this process: opens the store, follows it, serves until it is told to stop, closes everything."""

from __future__ import annotations

import gc
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from graph_api.app.assembly import assemble
from graph_api.app.logs import configure_logging
from graph_api.readmodel.model import ReadModel
from graph_api.settings import Settings


async def serve_on(settings: Settings, listener: socket.socket, greet: Callable[[ReadModel], None]) -> None:
    """Serve on an open socket until SIGINT or SIGTERM; `greet` is told once what is served. Raises StoreError."""
    configure_logging(settings.log_level, settings.log_format)
    async with assemble(settings) as application:
        # what is there now stays: the collector need not walk it again and again, each time a pause for all
        gc.collect()
        gc.freeze()
        greet(application.live.pin())
        config = uvicorn.Config(application.asgi, log_config=None, access_log=False, lifespan="off")
        await _Server(config).serve(sockets=[listener])


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
