"""Connections over real sockets: slow, half-closed, vanished, endless and surplus clients, and the stop."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from graph_api.cli.serving import connection
from graph_api.cli.serving import serve as serving
from graph_api.cli.serving.web_server import WebServer
from graph_api.settings import Settings

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST /%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Site:
    """An application whose answers a test holds back, and the server in front of it."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.seen: list[str] = []
        self.server: WebServer
        self.port = 0
        self.writers: list[asyncio.StreamWriter] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        size = 0
        while scope["path"] != "/early":
            message = await receive()
            if message["type"] == "http.disconnect":
                self.seen.append("gone")
                return
            size += len(message["body"])
            if not message["more_body"]:
                break
        self.asked.set()
        waits = {asyncio.ensure_future(self.may_answer.wait())}
        if scope["path"] != "/early":
            waits.add(asyncio.ensure_future(receive()))
        done, rest = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for each in rest:
            each.cancel()
        if any(isinstance(each.result(), dict) for each in done):
            self.seen.append("gone")
            return
        self.seen.append(scope["path"])
        body = b"x" * 20_000_000 if scope["path"] == "/much" else b"%d bytes" % size
        length = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": length})
        await send({"type": "http.response.body", "body": body})

    async def connect(self) -> Streams:
        made = await asyncio.open_connection("127.0.0.1", self.port)
        self.writers.append(made[1])
        return made

    async def until_seen(self, what: str) -> None:
        async with asyncio.timeout(5):
            while what not in self.seen:  # noqa: ASYNC110
                await asyncio.sleep(0.005)


async def hang_up(writers: list[asyncio.StreamWriter]) -> None:
    for each in writers:
        each.close()
    for each in writers:
        with suppress(ConnectionError):
            await each.wait_closed()


@asynccontextmanager
async def serving_site(**settings: Any) -> AsyncIterator[Site]:
    site = Site()
    with serving._listening("127.0.0.1", 0) as listener:
        site.port = listener.getsockname()[1]
        site.server = WebServer(site, listener, Settings(**settings))
        running = asyncio.create_task(site.server.serve())
        async with asyncio.timeout(10):
            while not site.server.started:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        try:
            yield site
        finally:
            site.may_answer.set()
            await hang_up(site.writers)
            site.server.should_exit = True
            await running


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving_site() as served:
        yield served


async def read(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the connection ends, which a reset ends, too."""
    got = b""
    async with asyncio.timeout(10):
        try:
            while part := await reader.read(65536):
                got += part
        except ConnectionResetError:
            pass
    return got


async def read_one(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(5):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        return head + await reader.readexactly(length)


async def send_for_ever(writer: asyncio.StreamWriter, piece: bytes) -> None:
    async with asyncio.timeout(10):
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)


async def test_requests_follow_one_another_whole_or_in_pieces(site: Site) -> None:
    reader, writer = await site.connect()
    for piece in (GET[:10], GET[10:], POST % (b"a", 4), b"ab", b"cd", GET + GET + GET[:5], GET[5:]):
        writer.write(piece)
        await asyncio.sleep(0.02)
    answers = [await read_one(reader) for _ in range(5)]
    assert [each[-7:] for each in answers] == [b"0 bytes", b"4 bytes", *[b"0 bytes"] * 3]
    assert b"server:" not in answers[0].lower()


@pytest.mark.parametrize(
    ("sent", "status"),
    [(b"", b""), (GET[:20], b"408"), (POST % (b"a", 10) + b"abc", b"408"), (GET[:-2] + b"X: " + b"y" * 70_000, b"400")],
)
async def test_who_does_not_ask_in_time_or_asks_no_http_is_closed(sent: bytes, status: bytes) -> None:
    async with serving_site(max_receive_seconds=0.2) as site:
        reader, writer = await site.connect()
        writer.write(sent)
        answer = await read(reader)
        assert answer[9:12] == status
        assert not status or b"content-security-policy" in answer
        assert not status or b"127.0.0.1" not in answer
        reader, writer = await site.connect()
        writer.write(GET)
        assert (await read_one(reader)).endswith(b"0 bytes")


async def test_a_byte_now_and_then_gives_no_more_time() -> None:
    async with serving_site(max_receive_seconds=0.3) as site:
        reader, writer = await site.connect()
        started = time.monotonic()
        answer = asyncio.create_task(read(reader))
        for at in range(40):
            writer.write(GET[at : at + 1] or b"a")
            await asyncio.sleep(0.05)
            if answer.done():
                break
        assert (await answer)[9:12] == b"408"
        assert time.monotonic() - started < 2


async def test_an_early_answer_reaches_who_is_still_sending(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LINGERS_S", 0.2)
    reader, writer = await site.connect()
    writer.write(POST % (b"early", 4))
    assert (await read_one(reader))[9:12] == b"200"
    writer.write(b"abcd" + GET)
    assert (await read_one(reader)).endswith(b"0 bytes"), "a rest that comes soon costs no connection"
    writer.write(POST % (b"early", 20_000_000))
    assert (await read_one(reader))[9:12] == b"200"
    for _ in range(20):
        writer.write(b"x" * 1_000_000)
        try:
            await writer.drain()
        except ConnectionError:
            break
    assert await read(reader) == b""


async def test_endless_chunks_after_an_answer_are_not_read_for_ever(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "LINGERS_S", 0.1)
    reader, writer = await site.connect()
    writer.write(b"POST /early HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
    assert (await read_one(reader))[9:12] == b"200"
    with pytest.raises(ConnectionError):
        await send_for_ever(writer, b"8000\r\n" + b"x" * 0x8000 + b"\r\n")


@pytest.mark.parametrize("version", [b"1.1", b"1.0"])
async def test_a_client_that_closed_its_half_is_answered(site: Site, version: bytes) -> None:
    site.may_answer.clear()
    reader, writer = await site.connect()
    writer.write(GET.replace(b"1.1", version))
    await site.asked.wait()
    writer.write_eof()
    await asyncio.sleep(0.3)
    site.may_answer.set()
    answer = await read(reader)
    told, _, rest = answer.rpartition(b"HTTP/1.1 200")
    assert rest.endswith(b"0 bytes")
    assert set(told.split(b"\r\n\r\n")) <= {b"HTTP/1.1 100 Continue", b""}
    assert bool(told) is (version == b"1.1")


async def test_all_that_a_half_closed_client_asked_is_answered(site: Site) -> None:
    reader, writer = await site.connect()
    writer.write(GET + POST % (b"a", 3) + b"abc")
    writer.write_eof()
    answer = await read(reader)
    assert (answer.count(b"HTTP/1.1 200"), answer[-7:]) == (2, b"3 bytes")


async def test_half_a_body_and_an_end_is_no_request(site: Site) -> None:
    reader, writer = await site.connect()
    writer.write(POST % (b"a", 10) + b"abc")
    writer.write_eof()
    assert await read(reader) == b""
    await site.until_seen("gone")


@pytest.mark.parametrize("how", ["close", "abort"])
async def test_the_work_for_a_client_that_goes_away_ends_soon(site: Site, how: str) -> None:
    site.may_answer.clear()
    _, writer = await site.connect()
    writer.write(GET)
    await site.asked.wait()
    left = time.monotonic()
    writer.close() if how == "close" else writer.transport.abort()
    await site.until_seen("gone")
    assert time.monotonic() - left < 0.5


async def test_who_reads_no_answer_is_left(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "UNREAD_S", 0.1)
    reader, writer = await site.connect()
    writer.transport.pause_reading()
    writer.write(GET.replace(b"/ ", b"/much "))
    await site.until_seen("/much")
    async with asyncio.timeout(5):
        while site.server.server_state.connections:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    writer.transport.resume_reading()
    assert len(await read(reader)) < 20_000_000


async def test_a_slow_reader_gets_all(site: Site) -> None:
    reader, writer = await site.connect()
    writer.write(GET.replace(b"/ ", b"/much "))
    await asyncio.sleep(0.1)
    assert len(await read_one(reader)) > 20_000_000


async def test_connections_that_ask_nothing_keep_nobody_out() -> None:
    async with serving_site(max_connections=20) as site:
        site.may_answer.clear()
        asking = await site.connect()
        asking[1].write(GET)
        await site.asked.wait()
        idle = [await site.connect() for _ in range(60)]
        site.may_answer.set()
        assert (await read_one(asking[0])).endswith(b"0 bytes")
        reader, writer = await site.connect()
        writer.write(GET)
        assert (await read_one(reader)).endswith(b"0 bytes")
        assert await read(idle[0][0]) == b""


async def test_the_stop_answers_what_is_asked_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "STOPS_S", 0.2)
    async with serving_site() as site:
        site.may_answer.clear()
        connections = {
            what: await site.connect() for what in (GET, GET[:9], b"", POST % (b"a", 9) + b"abc", POST % (b"b", 4))
        }
        for sent, (_, writer) in connections.items():
            writer.write(sent)
        await site.asked.wait()
        site.asked.clear()
        await asyncio.sleep(0.1)
        site.server.should_exit = True
        await asyncio.sleep(0.2)
        connections[POST % (b"b", 4)][1].write(b"abcd")
        await site.asked.wait()
        site.may_answer.set()
        answers = {sent: await read(reader) for sent, (reader, _) in connections.items()}
        with pytest.raises(ConnectionRefusedError):
            await site.connect()
    assert [answer[9:12] for answer in answers.values()] == [b"200", b"", b"", b"503", b"200"]


async def test_what_is_not_answered_in_time_is_told_at_the_stop_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "ANSWERS_S", 0.2)
    async with serving_site() as site:
        site.may_answer.clear()
        reader, writer = await site.connect()
        writer.write(POST % (b"b", 0))
        await site.asked.wait()
        site.server.should_exit = True
        head = (await read(reader)).split(b"\r\n\r\n")[0]
        await site.until_seen("gone")
    assert head.startswith(b"HTTP/1.1 503")
    assert b"retry-after: 1" in head.lower()


async def test_what_clients_cause_is_one_line_a_second(site: Site, stream: io.StringIO) -> None:
    for _ in range(20):
        reader, writer = await site.connect()
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nHost: \x1b[31mb\r\n\r\n" if _ % 2 else b"\x16\x03\x01\r\n\r\n")
        assert (await read(reader))[9:12] == b"400"
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert 1 <= len(lines) <= 3
    assert {line["logger"] for line in lines} == {"uvicorn.error"}


async def test_another_protocol_that_is_offered_is_passed_over(site: Site) -> None:
    reader, writer = await site.connect()
    writer.write(GET[:-2] + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
    assert (await read_one(reader)).endswith(b"0 bytes")


async def test_an_upgrade_that_is_no_web_socket_is_refused(site: Site) -> None:
    reader, writer = await site.connect()
    writer.write(GET[:-2] + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
    assert (await read(reader))[9:12] == b"400"
