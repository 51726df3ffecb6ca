"""The door and the crowd behind it: no handle left, too many connections."""

from __future__ import annotations

import asyncio
import errno
import io
import json
import logging
import socket
from typing import Any

import pytest

from graph_api.cli.serving import door
from graph_api.cli.serving.crowd import Crowd
from graph_api.cli.serving.door import Door, most_connections
from tests.cli.serving.test_connection import hang_up, read


def test_the_crowd_lets_go_who_waits_longest_and_nobody_who_is_answered() -> None:
    crowd = Crowd[str](2)
    assert [*crowd.enter("a"), *crowd.enter("b")] == []
    assert list(crowd.enter("c")) == ["a"]
    crowd.work("b")
    assert list(crowd.enter("d")) == ["c"]
    crowd.work("d")
    assert list(crowd.enter("e")) == ["e"], "all others are being answered"
    crowd.wait("b")
    crowd.wait("gone")
    crowd.leave("gone")
    assert (list(crowd.enter("f")), len(crowd)) == (["b"], 2)


class Closing(asyncio.Protocol):
    """Closes as it is opened."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


class NoHandles(socket.socket):
    """A listener of a process that has no handle left, until one is given back; `refused` counts."""

    left_out = 0
    tried = 0

    def accept(self) -> tuple[socket.socket, Any]:
        self.tried += 1
        if self.left_out > 0 and self.tried % 2:
            self.left_out -= 1
            raise OSError(errno.EMFILE, "Too many open files")
        return super().accept()


@pytest.mark.parametrize("spare", [True, False])
async def test_without_handles_clients_are_turned_away_with_one_line(
    spare: bool, monkeypatch: pytest.MonkeyPatch, stream: io.StringIO
) -> None:
    monkeypatch.setattr(door, "PAUSE_S", 0.02)
    listener = NoHandles(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    listener.left_out = 30 if spare else 1
    shut = Door(listener, lambda: Closing())
    logging.getLogger("graph_api.cli.serving.door").filters.clear()
    with monkeypatch.context() as opening:
        if not spare:
            opening.setattr(door.os, "open", _nothing)
        shut.open()
        clients = [await asyncio.open_connection(*listener.getsockname()) for _ in range(30 if spare else 1)]
        if spare:
            assert [await read(reader) for reader, _ in clients] == [b""] * 30
        else:
            async with asyncio.timeout(5):
                while listener.tried < 2:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
    clients.append(await asyncio.open_connection(*listener.getsockname()))
    await asyncio.sleep(0.05)
    shut.close()
    await hang_up([writer for _, writer in clients])
    told = [json.loads(line)["message"] for line in stream.getvalue().splitlines()]
    assert told
    assert set(told) == {"no handle is left: connections are turned away (Too many open files)"}


def _nothing(*_: object) -> int:
    raise OSError(errno.EMFILE, "Too many open files")


def test_there_are_as_many_connections_as_handles(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = [256, 1_000]
    unlimited = door.resource.RLIM_INFINITY
    monkeypatch.setattr(door.resource, "getrlimit", lambda _: tuple(limits))
    monkeypatch.setattr(door.resource, "setrlimit", lambda _, given: limits.__setitem__(slice(None), given))
    assert most_connections(100) == 100
    assert (most_connections(400), limits) == (400, [656, 1_000])
    assert (most_connections(4_000), limits) == (1_000 - door.KEPT_HANDLES, [1_000, 1_000])
    limits[:] = [unlimited, unlimited]
    assert most_connections(4_000) == 4_000
    monkeypatch.setattr(door, "resource", None)
    assert most_connections(4_000) == 4_000
