"""The door: takes connections from the listening socket, and turns them away where the process has no handle left.

asyncio would leave them waiting then, and write thousands of lines a second.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import socket
from collections.abc import Callable
from contextlib import suppress

try:
    import resource
except ImportError:  # no such limits on this system
    resource = None  # type: ignore[assignment]

log = logging.getLogger(__name__)

AT_ONCE = 64
"""Connections taken before the loop does other work."""
PAUSE_S = 0.1
"""Seconds until the next try where a connection can neither be taken nor turned away."""
KEPT_HANDLES = 256
"""Handles that are left to all else: the store, the snapshot, logs."""
_EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_TRANSIENT = (BlockingIOError, InterruptedError, ConnectionAbortedError)


def most_connections(wanted: int) -> int:
    """How many of the wanted connections this process has handles for, once it has asked for all that it may have."""
    if resource is None:
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    aim = wanted + KEPT_HANDLES
    if soft != resource.RLIM_INFINITY and soft < aim:
        soft = aim if hard == resource.RLIM_INFINITY else min(aim, hard)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return wanted if soft == resource.RLIM_INFINITY else max(1, min(wanted, soft - KEPT_HANDLES))


class Door:
    """Connections of one listening socket, each given to a protocol of its own."""

    def __init__(self, listener: socket.socket, protocol: Callable[[], asyncio.Protocol]) -> None:
        self._listener = listener
        self._protocol = protocol
        self._loop = asyncio.get_running_loop()
        self._spare: int | None = None
        self._retry: asyncio.TimerHandle | None = None
        self._entering: set[asyncio.Task[None]] = set()

    def open(self) -> None:
        """Take connections from now on."""
        self._listener.setblocking(False)
        self._keep_spare()
        self._loop.add_reader(self._listener, self._take)

    def close(self) -> None:
        """Take no more, those that wait included."""
        if self._retry is not None:
            self._retry.cancel()
        self._loop.remove_reader(self._listener)
        self._listener.close()
        if self._spare is not None:
            os.close(self._spare)
            self._spare = None

    def _take(self) -> None:
        for _ in range(AT_ONCE):
            try:
                connection, _ = self._listener.accept()
            except _TRANSIENT:
                return
            except OSError as error:
                if error.errno not in _EXHAUSTED:
                    raise
                log.error("no handle is left: connections are turned away (%s)", error.strerror)
                if not self._turn_away():
                    return
            else:
                self._enter(connection)

    def _enter(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        entering = self._loop.create_task(self._greet(connection))
        self._entering.add(entering)
        entering.add_done_callback(self._entering.discard)

    async def _greet(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._protocol, connection)
        except OSError:  # it went as it came
            connection.close()

    def _turn_away(self) -> bool:
        """Close one connection that waits, on the handle that is kept for that; false where no further one can be."""
        if self._spare is None:
            self._loop.remove_reader(self._listener)
            self._retry = self._loop.call_later(PAUSE_S, self.open)
            return False
        os.close(self._spare)
        self._spare = None
        try:
            self._listener.accept()[0].close()
        except OSError:  # none waits: the kernel says so only to who has a handle
            return False
        else:
            return True
        finally:
            self._keep_spare()

    def _keep_spare(self) -> None:
        if self._spare is None:
            with suppress(OSError):
                self._spare = os.open(os.devnull, os.O_RDONLY)
