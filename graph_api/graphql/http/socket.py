"""GraphQL over a WebSocket, by the protocol graphql-transport-ws: queries, changes and subscriptions on one line.

    connection_init (who?) ──▶ connection_ack ──▶ subscribe … next … complete, as many at once as are allowed
"""  # fmt: skip

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from graphql import OperationType
from starlette.websockets import WebSocket, WebSocketDisconnect

from graph_api.access.entrance import Identify, Shown
from graph_api.access.principal import Principal
from graph_api.errors import BaodianError, Forbidden, InvalidInput, LimitExceeded, StoreError, Unauthenticated
from graph_api.graphql.execution.encoding import encode
from graph_api.graphql.execution.errors import RequestError, describe
from graph_api.graphql.execution.operations import Operations, Reader, refusal
from graph_api.graphql.execution.outward import outward, outward_body
from graph_api.graphql.http.requests import BadRequest, asked_of, json_of
from graph_api.graphql.http.shown import shown_of
from graph_api.graphql.push.group import NotSubscribed
from graph_api.graphql.push.hub import Hub
from graph_api.graphql.push.question import Question
from graph_api.graphql.push.subscriber import End
from schema.access import Act
from schema.words import accepted, say, speaking

PROTOCOL = "graphql-transport-ws"
CHECKS_S = 2.0
"""Seconds of silence after which it is looked whether who is there may still be there."""
INIT_S = 10.0
"""Seconds that a client has to say who it is."""
MOST = 100
"""Operations under way on one line."""
INVALID, UNAUTHORIZED, FORBIDDEN, NO_PROTOCOL, INIT_LATE, ID_TAKEN, INIT_TWICE, AWAY, STOPS = (
    4400, 4401, 4403, 4406, 4408, 4409, 4429, 1013, 1012,
)  # fmt: skip
"""Codes that the protocol closes with; 1013: ask again later, 1012: the service stops, come again."""


class _Closed(Exception):
    """The line ends with a code; who is there is told why in one line."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Sockets:
    """Answers WebSockets at the endpoint's address."""

    def __init__(self, operations: Operations, hub: Hub, identify: Identify, max_body: int) -> None:
        self._operations, self._hub, self._identify, self._max_body = operations, hub, identify, max_body

    async def answer(self, websocket: WebSocket) -> None:
        """One line, until either side ends it."""
        if PROTOCOL not in websocket.scope["subprotocols"]:
            await websocket.accept()
            await websocket.close(NO_PROTOCOL, "Subprotocol not acceptable")
            return
        await websocket.accept(PROTOCOL)
        line = _Line(websocket, self._operations, self._hub, self._identify, self._max_body)
        try:
            with speaking(accepted(websocket.headers.get("accept-language"))):
                await line.run()
        except _Closed as closed:
            with suppress(WebSocketDisconnect):  # it may be gone meanwhile
                await websocket.close(closed.code, closed.reason[:120])
        except WebSocketDisconnect:
            return
        finally:
            await line.end()


class _Line:
    """One connection."""

    def __init__(
        self, websocket: WebSocket, operations: Operations, hub: Hub, identify: Identify, max_body: int
    ) -> None:
        self._websocket, self._operations, self._hub, self._identify = websocket, operations, hub, identify
        self._max_body = max_body
        self._shown: Shown | None = None
        """What was shown by who asks; None = not yet."""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._broken = asyncio.get_running_loop().create_future()
        """Why the line ends, where an operation sees it first."""

    async def run(self) -> None:
        """Read message after message. Raises _Closed and WebSocketDisconnect."""
        try:
            message = await asyncio.wait_for(self._message(), INIT_S)
            while message["type"] == "ping":
                await self._send(type="pong")
                message = await asyncio.wait_for(self._message(), INIT_S)
        except TimeoutError:
            raise _Closed(INIT_LATE, "Connection initialisation timeout") from None
        if message["type"] != "connection_init":
            raise _Closed(UNAUTHORIZED, "Unauthorized")
        await self._begin(message)
        while True:
            await self._take(await self._next_message())

    async def _next_message(self) -> dict[str, Any]:
        """The next message; who says nothing is looked at again and again. Raises why the line ends."""
        assert self._shown is not None  # noqa: S101  (says to the type checker what `run` sees to)
        reading = asyncio.ensure_future(self._message())
        try:
            while not reading.done():
                await asyncio.wait({reading, self._broken}, timeout=CHECKS_S, return_when=asyncio.FIRST_COMPLETED)
                if self._broken.done():
                    raise self._broken.result()
                if not reading.done():
                    await self._still_there(self._shown)
            return await reading
        finally:
            reading.cancel()

    async def _still_there(self, shown: Shown) -> None:
        """Raises _Closed for who may not be here any more; a store that is away for a while ends nothing."""
        try:
            await self._principal(shown, used=False)
        except _Closed as closed:
            if closed.code != AWAY:
                raise

    async def end(self) -> None:
        """End all that is under way."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _begin(self, message: Mapping[str, Any]) -> None:
        payload = {} if message.get("payload") is None else message["payload"]
        if not isinstance(payload, dict):
            raise _Closed(INVALID, "The payload of connection_init must be an object or null")
        shown, given = shown_of(self._websocket), {each.lower(): value for each, value in payload.items()}
        if not all(isinstance(given.get(each, ""), str) for each in ("authorization", "x-session-token")):
            raise _Closed(INVALID, "What connection_init shows must be text")
        if "authorization" in given:
            shown = replace(shown, authorization=(*shown.authorization, given["authorization"]))
        shown = replace(shown, token=given.get("x-session-token", shown.token))
        await self._principal(shown)
        self._shown = shown
        await self._send(type="connection_ack")

    async def _principal(self, shown: Shown, *, used: bool = True) -> Principal:
        try:
            principal = await self._identify(shown, used=used)
            principal.require(Act.READ)
        except Unauthenticated:
            raise _Closed(UNAUTHORIZED, "Unauthorized") from None
        except Forbidden:
            raise _Closed(FORBIDDEN, "Forbidden") from None
        except StoreError:
            raise _Closed(AWAY, "Try again later") from None
        return principal

    async def _message(self) -> dict[str, Any]:
        received = await self._websocket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received.get("code", 1005))
        text = received.get("text")
        if text is None or len(text) > self._max_body:
            raise _Closed(INVALID, "Messages are JSON texts of a limited length")
        try:
            message = json_of(text, say("message"))
        except BadRequest as error:
            raise _Closed(INVALID, str(error)) from None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise _Closed(INVALID, "A message is an object with a type")
        return message

    async def _take(self, message: dict[str, Any]) -> None:
        kind, number = message["type"], message.get("id")
        if kind == "ping":
            await self._send(type="pong")
        elif kind == "connection_init":
            raise _Closed(INIT_TWICE, "Too many initialisation requests")
        elif kind == "complete" and isinstance(number, str):
            if (task := self._tasks.pop(number, None)) is not None:
                task.cancel()
        elif kind == "subscribe" and isinstance(number, str) and number:
            if number in self._tasks:
                raise _Closed(ID_TAKEN, f"Subscriber for {number[:40]} already exists")
            task = asyncio.create_task(self._operate(number, message.get("payload")))
            self._tasks[number] = task
        elif kind != "pong":
            raise _Closed(INVALID, "Unknown message")

    async def _operate(self, number: str, payload: object) -> None:
        """One operation from its beginning to its end."""
        request_id = uuid.uuid4().hex
        try:
            errors = await self._answer(number, payload, request_id)
            if errors is not None:
                await self._send(type="error", id=number, payload=[outward(each) for each in errors])
        except (_Closed, WebSocketDisconnect) as closed:
            if not self._broken.done():
                self._broken.set_result(closed)
        finally:
            if self._tasks.get(number) is asyncio.current_task():
                del self._tasks[number]

    async def _answer(self, number: str, payload: object, request_id: str) -> list[dict[str, Any]] | None:
        """Send what the operation answers; the errors where nothing of it was executed."""
        assert self._shown is not None  # noqa: S101  (says to the type checker what `run` sees to)
        principal = await self._principal(self._shown)
        client = self._websocket.client
        reader = Reader(principal, client.host if client else "", request_id)
        try:
            return await self._executed(number, payload, reader)
        except BadRequest as error:
            return [describe(error.error, request_id=request_id)]
        except RequestError as refused:
            return list(refusal(refused, request_id).body["errors"])
        except NotSubscribed as refused:
            return list(refused.answer.body["errors"])
        except BaodianError as error:
            return [describe(error, request_id=request_id)]

    async def _executed(self, number: str, payload: object, reader: Reader) -> list[dict[str, Any]] | None:
        if len(self._tasks) > MOST:
            raise LimitExceeded(say("Too much is under way on this line."), limit="operations", most=MOST)
        if not isinstance(payload, dict):
            raise InvalidInput(say("The payload of subscribe must be an object with `query`."))
        asked = asked_of(payload, None)
        reader.principal.require_document(asked.query)
        prepared = self._operations.documents.prepare(asked.query)
        operation = prepared.operation(asked.operation_name)
        if operation.operation is OperationType.SUBSCRIPTION:
            return await self._told(number, Question.of(asked.query, prepared, operation, asked.variables), reader)
        model = self._operations.live.pin()
        if asked.min_revision is not None:
            model = await self._operations.live.at_least(asked.min_revision)
        context = self._operations.context(model, reader.request_id, reader.principal, reader.origin)
        answer = await self._operations.execute(asked.query, prepared, operation, asked.variables, context)
        await self._next(number, encode(outward_body(answer.body)))
        await self._send(type="complete", id=number)
        return None

    async def _told(self, number: str, question: Question, reader: Reader) -> list[dict[str, Any]] | None:
        assert self._shown is not None  # noqa: S101
        identify = partial(self._identify, self._shown, used=False)
        subscriber = await self._hub.subscribe(question, reader, identify)
        try:
            while not isinstance(told := await subscriber.next(), End):
                await self._next(number, told.text)
        finally:
            self._hub.leave(subscriber)
        if isinstance(told.error, Unauthenticated):
            raise _Closed(UNAUTHORIZED, "Unauthorized")
        if told.error is None:
            raise _Closed(STOPS, "The service stops")
        return [describe(told.error, request_id=reader.request_id)]

    async def _next(self, number: str, answer: bytes) -> None:
        """An answer, as text that was made once for all who get it."""
        text = '{"type":"next","id":' + encode(number).decode() + ',"payload":' + answer.decode() + "}"
        await self._websocket.send_text(text)

    async def _send(self, **message: Any) -> None:
        await self._websocket.send_text(encode(message).decode())
