"""Server-sent events: a subscription over one HTTP answer, as graphql-sse says for distinct connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from starlette.responses import StreamingResponse

from graph_api.graphql.execution.encoding import encode
from graph_api.graphql.execution.errors import describe
from graph_api.graphql.execution.outward import outward
from graph_api.graphql.http.negotiation import EVENTS
from graph_api.graphql.push.hub import Hub
from graph_api.graphql.push.subscriber import End, Subscriber

BEAT_S = 12.0
"""Seconds of silence after which a line is sent that says nothing: gateways and clients see that it is alive."""
_BEAT = b":\n\n"
_COMPLETE = b"event: complete\ndata:\n\n"


def next_event(text: bytes) -> bytes:
    """An answer as an event."""
    return b"event: next\ndata: " + text + b"\n\n"


def of_one(body: Mapping[str, Any]) -> bytes:
    """The stream of an operation that has one answer."""
    return next_event(encode(body)) + _COMPLETE


def stream(hub: Hub, subscriber: Subscriber) -> StreamingResponse:
    """The stream of a subscription; it ends with its client, the right to it, or the service."""
    return StreamingResponse(_events(hub, subscriber), media_type=EVENTS, headers={"X-Accel-Buffering": "no"})


async def _events(hub: Hub, subscriber: Subscriber) -> AsyncIterator[bytes]:
    try:
        yield _BEAT
        while True:
            try:
                told = await asyncio.wait_for(subscriber.next(), BEAT_S)
            except TimeoutError:
                yield _BEAT
                continue
            if isinstance(told, End):
                if told.error is not None:
                    shaped = outward(describe(told.error, request_id=subscriber.reader.request_id))
                    yield next_event(encode({"errors": [shaped]})) + _COMPLETE
                return  # the service stops: broken off, so that clients come again, as `complete` is for good
            yield next_event(told.text)
    finally:
        hub.leave(subscriber)
