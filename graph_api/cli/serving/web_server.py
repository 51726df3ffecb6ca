"""HTTP on one listening socket: uvicorn, with a door and limits of our own."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from graph_api.app.logs import ClientsFault, OnceASecond
from graph_api.cli.serving.connection import Connection
from graph_api.cli.serving.crowd import Crowd
from graph_api.cli.serving.door import Door, most_connections
from graph_api.settings import Settings

IDLE_S = 30
"""Seconds that a connection is kept after an answer."""
STOP_S = 7
"""Seconds that requests under way have to be answered when the server stops."""
_TALKATIVE = (
    "uvicorn.error", "asyncio", "graph_api.cli.serving.crowd", "graph_api.cli.serving.door", "baodian.access.refused",
)  # fmt: skip
"""Loggers whose lines clients can cause, as many as they like."""


class WebServer(uvicorn.Server):
    """Serves until the first SIGINT or SIGTERM and returns, so that the store is closed properly."""

    def __init__(
        self, app: Any, listener: socket.socket, settings: Settings, stops: Callable[[], None] = lambda: None
    ) -> None:
        """`stops`: ends what would not end by itself, as subscriptions."""
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws=WebSocketsSansIOProtocol,
            ws_max_size=settings.max_body_bytes,
            server_header=False,
            forwarded_allow_ips=list(settings.gateways),
            timeout_keep_alive=IDLE_S,
            timeout_graceful_shutdown=STOP_S,
        )
        super().__init__(config)
        self._listener = listener
        self._stops = stops
        self._crowd = Crowd[Connection](most_connections(settings.max_connections))
        self._receive_s = settings.max_receive_seconds

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the door."""
        for name in _TALKATIVE:
            talker = logging.getLogger(name)
            if not any(isinstance(each, OnceASecond) for each in talker.filters):
                talker.addFilter(OnceASecond())
                talker.addFilter(ClientsFault())
        await super().startup(sockets or [])
        self._door = Door(self._listener, self._connection)
        self._door.open()

    def _connection(self) -> Connection:
        return Connection(self.config, self.server_state, self._crowd, self._receive_s)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Shut the door, let what has been asked be answered, end, also for who is still there after that."""
        self._door.close()
        self._stops()
        await super().shutdown(sockets)
        for left in list(self._crowd):
            left.transport.abort()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Heed the signals until the end, then whoever heeded them before."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
