"""A TCP proxy that breaks connections on purpose."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit


def port_of(uri: str) -> int:
    """Port of an address."""
    port = urlsplit(uri).port
    assert port
    return port


class FaultProxy:
    """Stands between a store and its server: passes on, swallows everything, refuses, or resets at the n-th piece."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = asyncio.Event()
        self._open.set()
        self.refuses = False
        self.passed = 0
        """Pieces passed on so far, both ways."""
        self.swallow_at: int | None = None
        """Number of the piece from which on nothing passes, until `swallow(False)`: then what was held back does."""
        self.reset_at: int | None = None
        """Number of the piece in whose place all connections are reset; new ones are refused from then on."""
        self.watched = b""
        self.met = 0
        """How often that text has passed so far."""

    @property
    def uri(self) -> str:
        """Bolt address of the proxy."""
        assert self._server is not None
        return f"bolt://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        # who is being passed on makes ends: nobody does any more before they are cut
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        ends = list(self._ends)
        self.reset()
        await asyncio.gather(*(end.wait_closed() for end in ends), return_exceptions=True)

    def swallow(self, yes: bool) -> None:
        """A black hole: connections stay, nothing passes."""
        if yes:
            self._open.clear()
        else:
            self.swallow_at = None
            self._open.set()

    def reset(self) -> None:
        """Reset all connections now."""
        for end in self._ends:
            with suppress(OSError):
                end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.transport.abort()
        self._ends.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        if self.refuses:
            self.reset()
            return
        self._keep(asyncio.current_task())
        try:
            to_reader, to_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            # nobody is there: who connects here is to see the same
            writer.transport.abort()
            return
        self._ends.add(to_writer)
        for source, sink in ((reader, to_writer), (to_reader, writer)):
            self._keep(asyncio.create_task(self._pump(source, sink)))

    def _keep(self, task: asyncio.Task[None] | None) -> None:
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await source.read(65536):
                if self.swallow_at is not None and self.passed + 1 >= self.swallow_at:
                    self.swallow(True)
                await self._open.wait()
                self.passed += 1
                self.met += piece.count(self.watched) if self.watched else 0
                if self.reset_at is not None and self.passed >= self.reset_at:
                    self.refuses = True
                    self.reset()
                    return
                sink.write(piece)
                await sink.drain()
        sink.close()
