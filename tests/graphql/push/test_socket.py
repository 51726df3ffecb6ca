"""Subscriptions, questions and changes over a WebSocket, as graphql-transport-ws says."""

from __future__ import annotations

import asyncio
import json
import socket as socket_of
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from graph_api.app.assembly import Application
from graph_api.cli.serving.web_server import WebServer
from graph_api.graphql.http import socket
from graph_api.live.graph import LiveGraph
from graph_api.settings import Settings
from schema.access import AccessRole
from tests.graphql.city import NOW
from tests.graphql.push.conftest import BY, CHANGED, NOTE, OPEN, PROTOCOL, Service

GRAPH = "subscription { graphChanged { revision } }"


async def say(line: ClientConnection, **message: Any) -> None:
    await line.send(json.dumps(message))


async def hear(line: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(20):
        told: dict[str, Any] = json.loads(await line.recv())
        return told


async def closed(line: ClientConnection) -> int:
    """The code that the line is closed with."""
    async with asyncio.timeout(20):
        with suppress(ConnectionClosed):
            async for _ in line:
                pass
    assert line.close_code is not None
    return line.close_code


async def subscribe(line: ClientConnection, number: str, query: str, **variables: Any) -> None:
    await say(line, type="subscribe", id=number, payload={"query": query, "variables": variables})


async def test_question_change_and_subscription_on_one_line(service: Service) -> None:
    headers = await service.key(AccessRole.DISPATCHER)
    async with service.line(headers) as line:
        await subscribe(line, "1", OPEN, id="I1")
        opened = await hear(line)
        assert (opened["id"], opened["type"]) == ("1", "next")
        assert await hear(line) == {"id": "1", "type": "complete"}
        await subscribe(line, "2", CHANGED, id="I1")
        first = await hear(line)
        assert [each["order"] for each in first["payload"]["data"]["incidentChanged"]["entries"]] == [1, 2]
        await service.ask(headers, NOTE, id="I1", note="到达现场")
        assert (await hear(line))["payload"]["data"]["incidentChanged"]["entries"] == [{"order": 3, "note": "到达现场"}]
        await say(line, type="complete", id="2")
        await say(line, type="ping")
        assert await hear(line) == {"type": "pong"}
        await service.ask(headers, NOTE, id="I1", note="nobody listens")
        await say(line, type="pong")
        await subscribe(line, "2", "{ graph { revision } }")
        assert (await hear(line))["payload"]["data"]["graph"]["revision"]
    async with asyncio.timeout(5):
        while len(service.application.hub):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_what_cannot_be_executed_is_an_error_of_its_operation(service: Service) -> None:
    headers = await service.key(AccessRole.DISPATCHER)
    async with service.line(headers) as line:
        for number, (payload, code) in enumerate(
            (
                ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
                ({"query": CHANGED, "variables": {"id": "GONE"}}, "UNKNOWN_ENTITY"),
                ({"query": ""}, "BAD_INPUT"),
                ("text", "BAD_INPUT"),
                ({"query": GRAPH, "extensions": {"minRevision": "x"}}, "BAD_INPUT"),
                ({"query": "{ graph { revision } }", "extensions": {"minRevision": "99999"}}, "STALE_REPLICA"),
            )
        ):
            await say(line, type="subscribe", id=str(number), payload=payload)
            told = await hear(line)
            assert (told["id"], told["type"]) == (str(number), "error")
            assert told["payload"][0]["extensions"]["code"] == code
            assert told["payload"][0]["message"]


@asynccontextmanager
async def raw(service: Service, *protocols: str) -> AsyncIterator[ClientConnection]:
    address = service.address.replace("http", "ws") + "/graphql"
    async with connect(address, subprotocols=[Subprotocol(each) for each in protocols] or None) as line:
        yield line


INIT = {"type": "connection_init"}


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (["no json"], 4400),
        (["[]"], 4400),
        (['{"type": 1}'], 4400),
        ([b"\x00"], 4400),
        ([json.dumps(INIT | {"payload": "x"})], 4400),
        (['{"type": "subscribe", "id": "1", "payload": {"query": "{ graph { revision } }"}}'], 4401),
        ([json.dumps(INIT)], 4401),
        ([json.dumps(INIT | {"payload": {"Authorization": "Bearer baodian_xxx"}})], 4401),
    ],
)
async def test_who_keeps_not_to_the_protocol_is_shut_out(
    service: Service, messages: list[str | bytes], code: int
) -> None:
    await service.key(AccessRole.DISPATCHER)  # from now on one has to say who one is
    async with raw(service, PROTOCOL) as line:
        for each in messages:
            await line.send(each)
        assert await closed(line) == code


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (INIT, 4429),
        ({"type": "subscribe", "id": "1", "payload": {"query": GRAPH}}, 4409),
        ({"type": "subscribe", "payload": {"query": GRAPH}}, 4400),
        ({"type": "other"}, 4400),
    ],
)
async def test_and_so_is_who_leaves_it_later(service: Service, message: dict[str, Any], code: int) -> None:
    async with service.line(await service.key(AccessRole.VIEWER)) as line:
        await subscribe(line, "1", GRAPH)
        assert (await hear(line))["type"] == "next"
        await say(line, **message)
        assert await closed(line) == code


async def test_another_protocol_is_not_spoken(service: Service) -> None:
    for protocols in ((), ("graphql-ws",)):
        async with raw(service, *protocols) as line:
            assert await closed(line) == 4406


async def test_who_says_not_in_time_who_it_is_is_left(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "INIT_S", 0.2)
    async with raw(service, PROTOCOL) as line:
        await say(line, type="ping")
        assert await hear(line) == {"type": "pong"}
        assert await closed(line) == 4408


async def test_pages_of_other_sites_get_no_line(service: Service) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with service.line({}, origin="https://evil.example"):
            pass
    assert refused.value.response.status_code == 403


async def test_too_much_on_one_line_is_refused_alone(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "MOST", 2)
    async with service.line(await service.key(AccessRole.VIEWER)) as line:
        for number in ("1", "2"):
            await subscribe(line, number, GRAPH)
            assert (await hear(line))["type"] == "next"
        await subscribe(line, "3", GRAPH)
        told = await hear(line)
        assert (told["id"], told["payload"][0]["extensions"]["code"]) == ("3", "LIMIT_EXCEEDED")


async def test_a_revoked_key_closes_its_line(service: Service) -> None:
    async with service.line(await service.key(AccessRole.VIEWER)) as line:
        await subscribe(line, "1", GRAPH)
        await hear(line)
        await service.edit(lambda register: register.without(service.keys[0], by=BY, now=NOW))
        assert await closed(line) == 4401


async def test_a_line_outlives_the_time_that_a_request_has(live: LiveGraph) -> None:
    settings = Settings(max_receive_seconds=0.3)
    application = Application(settings, live.store, live, lambda: NOW)
    with socket_of.create_server(("127.0.0.1", 0)) as listener:
        server = WebServer(application.asgi, listener, settings, application.hub.stop)
        serving = asyncio.create_task(server.serve())
        address = f"ws://127.0.0.1:{listener.getsockname()[1]}/graphql"
        async with connect(address, subprotocols=[PROTOCOL]) as line:
            await say(line, type="connection_init")
            assert (await hear(line))["type"] == "connection_ack"
            await asyncio.sleep(1)
            await subscribe(line, "1", GRAPH)
            assert (await hear(line))["type"] == "next"
            server.should_exit = True
            assert await closed(line) == 1012
        await serving


async def test_a_revoked_key_closes_a_line_that_asks_nothing(service: Service) -> None:
    async with service.line(await service.key(AccessRole.VIEWER)) as line:
        await service.edit(lambda register: register.without(service.keys[0], by=BY, now=NOW))
        assert await closed(line) == 4401


async def test_what_is_no_text_closes_the_line_in_one_line_of_the_log(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    async with service.line(await service.key(AccessRole.VIEWER)) as line:
        line.transport.write(_frame(b"\xff\xfe{"))
        assert await closed(line) == 1007
    told = [each for each in caplog.records if "UTF-8" in each.getMessage()]
    assert [(each.levelname, each.exc_info) for each in told] == [("WARNING", None)]


def _frame(text: bytes) -> bytes:
    """A text frame of a client, as RFC 6455 says (5.2): masked, here by noughts."""
    return bytes([0x81, 0x80 | len(text)]) + bytes(4) + text
