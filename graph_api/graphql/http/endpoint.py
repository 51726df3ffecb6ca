"""GraphQL over HTTP: POST and GET at one address, and the GraphiQL page for browsers."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from graphql import OperationType
from starlette.requests import Request
from starlette.responses import Response

from graph_api.access.entrance import Identify
from graph_api.access.keys import tried
from graph_api.access.principal import Principal
from graph_api.errors import (
    BaodianError,
    Forbidden,
    InvalidInput,
    Overloaded,
    StaleReplica,
    StoreError,
    StoreReplaced,
    Unauthenticated,
)
from graph_api.graphql.context import Context
from graph_api.graphql.execution.answer import Answer
from graph_api.graphql.execution.encoding import encode
from graph_api.graphql.execution.errors import RequestError, describe
from graph_api.graphql.execution.executor import operation_label
from graph_api.graphql.execution.operations import Operations, Reader, refusal
from graph_api.graphql.execution.outward import outward, outward_body
from graph_api.graphql.execution.work import Stopped
from graph_api.graphql.http.event_stream import of_one, stream
from graph_api.graphql.http.negotiation import EVENTS, HTML, JSON, RESPONSE_JSON, answer_type, takes_events
from graph_api.graphql.http.requests import Asked, BadRequest, read_get, read_post
from graph_api.graphql.http.shown import shown_of
from graph_api.graphql.http.tags import is_held, tag_of
from graph_api.graphql.push.group import NotSubscribed
from graph_api.graphql.push.hub import Hub
from graph_api.graphql.push.question import Question
from graph_api.readmodel.snapshot import Snapshot
from schema.access import Act
from schema.numbers import BEFORE_THE_FIRST, Revision
from schema.words import accepted, say, speaking

GONE = "CLIENT_GONE"
"""Outcome of a request whose client went away; it never sees this."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


@dataclass(slots=True)
class Handled:
    """What became of a request, for metrics and the log."""

    request_id: str
    actor: str = ""
    """Who asked; "" = it was not told, or not believed."""
    origin: str = ""
    """Address that asked."""
    operation: str = "none"
    kind: str = "none"
    status: int = 200
    seconds: float = 0.0
    revision: Revision = BEFORE_THE_FIRST
    codes: tuple[str, ...] = ()
    name: str = field(default="")
    """Operation name as the client gave it."""

    @property
    def outcome(self) -> str:
        """`ok`, or the first error's code."""
        return self.codes[0] if self.codes else "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """The GraphQL endpoint; everything it depends on is given."""

    operations: Operations
    hub: Hub
    identify: Identify
    page: Callable[[Snapshot], Response] | None
    observe: Callable[[Handled], None]
    max_body: int
    min_revision_wait: float

    async def answer(self, request: Request) -> Response:
        """Answer one HTTP request; whatever the input, never with a 5xx of its own."""
        given = request.headers.get("x-request-id", "")
        handled = Handled(given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex)
        started = time.perf_counter()
        with speaking(accepted(request.headers.get("accept-language"))):
            response = await self._respond(request, handled)
        handled.seconds = time.perf_counter() - started
        handled.status = response.status_code
        response.headers["X-Request-Id"] = handled.request_id
        response.headers["Vary"] = "Accept, Accept-Language"
        self.observe(handled)
        return response

    async def _respond(self, request: Request, handled: Handled) -> Response:
        wants_page = request.method == "GET" and self.page is not None and "query" not in request.query_params
        media = answer_type(request.headers.get("accept"), page=wants_page)
        if media == HTML and self.page is not None:
            handled.operation = "page"
            return self.page(self.operations.live.pin().graph)
        if media is None:
            error = InvalidInput(
                say("Answers are {one} or {other}: accept one of them.", one=RESPONSE_JSON, other=JSON)
            )
            return self._refuse(406, [error], handled, RESPONSE_JSON)
        try:
            principal = await self._identified(request, handled)
            asked = await self._read(request)
            answer = await self._answer(asked, request, handled, principal)
        except Stopped:  # the client is gone: this is for the log
            handled.codes = (GONE,)
            return Response(status_code=499)
        except Overloaded as error:
            after = {"Retry-After": str(error.details["retryAfterSeconds"])}
            return self._refuse(429, [error], handled, media, after)
        except BadRequest as bad:
            return self._refuse(bad.status, [bad.error], handled, media, bad.headers)
        except RequestError as refused:
            answer = refusal(refused, handled.request_id)
        except NotSubscribed as refused:
            answer = refused.answer
        if isinstance(answer, Response):
            return answer
        handled.codes = answer.codes
        if media == EVENTS:
            return Response(of_one(outward_body(answer.body)), media_type=_typed(media))
        status = 400 if answer.refused and media == RESPONSE_JSON else 200
        body, headers = encode(outward_body(answer.body)), {"X-Revision": str(handled.revision)}
        if request.method == "GET" and not answer.codes:
            headers["ETag"] = tag_of(body)
            if is_held(request, headers["ETag"]):
                return Response(status_code=304, headers=headers)
        return Response(body, status, headers, media_type=_typed(media))

    async def _read(self, request: Request) -> Asked:
        if request.method == "POST":
            return await read_post(request, self.max_body)
        if request.method in ("GET", "HEAD"):
            return read_get(request, self.max_body)
        raise BadRequest(405, InvalidInput(say("Ask by POST, or a query by GET.")), {"Allow": "GET, POST"})

    async def _identified(self, request: Request, handled: Handled) -> Principal:
        handled.origin = "" if request.client is None else request.client.host
        shown = shown_of(request)
        try:
            principal = await self.identify(shown)
            principal.require(Act.READ)
        except Unauthenticated as error:
            handled.actor = tried(shown.authorization)
            raise BadRequest(401, error, {"WWW-Authenticate": "Bearer"}) from None
        except StoreError as error:
            raise BadRequest(503, error, {"Retry-After": "1"}) from None
        except Forbidden as error:
            raise BadRequest(403, error) from None
        handled.actor = str(principal.actor)
        return principal

    async def _answer(
        self, asked: Asked, request: Request, handled: Handled, principal: Principal
    ) -> Answer | Response:
        try:
            principal.require_document(asked.query)
        except Forbidden as error:
            raise BadRequest(403, error) from None
        prepared = self.operations.documents.prepare(asked.query)
        operation = prepared.operation(asked.operation_name)
        handled.operation, handled.kind = operation_label(operation), operation.operation.value
        handled.name = asked.operation_name or (operation.name.value if operation.name else "")
        if operation.operation is OperationType.SUBSCRIPTION:
            if not takes_events(request.headers.get("accept")):
                raise BadRequest(406, InvalidInput(_BY_EVENTS))
            await self._pin(asked, handled, principal)
            question = Question.of(asked.query, prepared, operation, asked.variables)
            return await self._subscribe(question, request, handled, principal)
        if request.method != "POST" and operation.operation is not OperationType.QUERY:
            raise BadRequest(
                405, InvalidInput(say("Only queries are answered by GET: send this by POST.")), {"Allow": "POST"}
            )
        context = await self._pin(asked, handled, principal)
        context.origin = handled.origin
        try:
            answer = await self.operations.execute(
                asked.query, prepared, operation, asked.variables, context, partial(_until_gone, request)
            )
        except StoreError as error:
            raise BadRequest(503, error) from None
        handled.revision = context.revision
        return answer

    async def _subscribe(
        self, question: Question, request: Request, handled: Handled, principal: Principal
    ) -> Response:
        shown = shown_of(request)
        reader = Reader(principal, handled.origin, handled.request_id)
        try:
            subscriber = await self.hub.subscribe(question, reader, partial(self.identify, shown, used=False))
        except StaleReplica as error:
            raise BadRequest(409, error, {"Retry-After": "1"}) from None
        except StoreReplaced as error:
            raise BadRequest(409, error) from None
        answer = stream(self.hub, subscriber)
        answer.headers["X-Revision"] = str(handled.revision)
        return answer

    async def _pin(self, asked: Asked, handled: Handled, principal: Principal) -> Context:
        live = self.operations.live
        try:
            if asked.min_revision is None:
                model = live.pin()
            else:
                model = await live.at_least(asked.min_revision, self.min_revision_wait)
        except StaleReplica as error:
            raise BadRequest(409, error, {"Retry-After": "1"}) from None
        except StoreError as error:
            raise BadRequest(503, error, {"Retry-After": "1"}) from None
        handled.revision = model.graph.revision
        return self.operations.context(model, handled.request_id, principal)

    def _refuse(
        self,
        status: int,
        errors: list[BaodianError],
        handled: Handled,
        media: str,
        headers: dict[str, str] | None = None,
    ) -> Response:
        shaped: list[dict[str, Any]] = [outward(describe(each, request_id=handled.request_id)) for each in errors]
        handled.codes = tuple(each["extensions"]["code"] for each in shaped)
        readable = RESPONSE_JSON if media == EVENTS else media
        return Response(encode({"errors": shaped}), status, headers, media_type=_typed(readable))


async def _until_gone(request: Request) -> None:
    """Wait until the client has gone; its whole request has been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


_BY_EVENTS = say(
    "A subscription is told by server-sent events (`Accept: text/event-stream`) or over a WebSocket "
    "(graphql-transport-ws)."
)


def _typed(media: str) -> str:
    return f"{media}; charset=utf-8"
