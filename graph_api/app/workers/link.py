"""The link between the process that listens and a further one: messages over a socket, whole or not at all."""

from __future__ import annotations

import asyncio
import socket
import struct

import msgspec

from graph_api.graphql.execution.elsewhere import Question, Told
from graph_api.settings import Settings

_LENGTH = struct.Struct("<I")


class Begin(msgspec.Struct, frozen=True, tag=True):
    """The first message: how to run, and whether for heavy questions."""

    settings: Settings
    heavy: bool


class Ask(msgspec.Struct, frozen=True, tag=True):
    """A question, by a number of its own."""

    number: int
    question: Question


class Stop(msgspec.Struct, frozen=True, tag=True):
    """Nobody waits for that one any more."""

    number: int


class Ready(msgspec.Struct, frozen=True, tag=True):
    """Questions are taken from now on."""


class Ping(msgspec.Struct, frozen=True, tag=True):
    """Whether the other end lives."""


class Pong(msgspec.Struct, frozen=True, tag=True):
    """It does."""


class Reply(msgspec.Struct, frozen=True, tag=True):
    """What came of one; nothing where it is to be answered elsewhere."""

    number: int
    told: Told | None


Message = Begin | Ask | Stop | Ready | Ping | Pong | Reply

_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)
CANNOT_TRAVEL = (OverflowError, ValueError, TypeError, RecursionError)
"""Raised for values that no message holds: whole numbers beyond 64 bits, half characters."""


class Link:
    """One end of it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def over(cls, end: socket.socket) -> Link:
        """A link over one of a pair of sockets."""
        return cls(*await asyncio.open_connection(sock=end))

    def send(self, message: Message) -> None:
        """Send a message. Raises one of CANNOT_TRAVEL, and then nothing was sent."""
        text = _encode(message)
        self._writer.write(_LENGTH.pack(len(text)) + text)

    async def receive(self) -> Message | None:
        """The next message; None once the other end is gone."""
        try:
            (length,) = _LENGTH.unpack(await self._reader.readexactly(_LENGTH.size))
            return _decoder.decode(await self._reader.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    def close(self) -> None:
        """Let the other end know that this one is gone."""
        self._writer.close()
