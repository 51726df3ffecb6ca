"""What listens from the first moment: the application's answers once it is open, until then what it waits for."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from graph_api.app.security import PLAIN
from graph_api.errors import StoreUnavailable
from schema.words import Language, accepted, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

PARTS = {
    "store": say("store"),
    "graph": say("graph"),
    "search index": say("search index"),
    "topology": say("topology"),
    "schema": say("schema of the API"),
    "machine code": say("machine code of the topology (made once per installation)"),
}
"""What a start waits for, in the order in which it is made, in words."""
_WAIT = [(b"content-type", b"application/json; charset=utf-8"), (b"retry-after", b"1"), *PLAIN]

PAGES = ("/", "/graphql")
"""Where a browser comes before the service is there: it is told so on a page that asks again by itself."""
_HTML = b"text/html; charset=utf-8"


def _page(text: str) -> bytes:
    refresh = '<meta charset="utf-8"><meta http-equiv="refresh" content="1"><title>保电 Baodian</title>'
    return f"<!doctype html>{refresh}<p>{escape(text)}</p>\n".encode()


class Front:
    """An ASGI application that becomes another one: /healthz lives, /readyz and all else answer 503 until then."""

    def __init__(self) -> None:
        self._application: ASGIApp | None = None
        self._stops: Callable[[], None] | None = None
        self._waits_for = "store"

    def waits_for(self, part: str) -> None:
        """Say what is being made now: one of PARTS."""
        self._waits_for = part

    def answers_with(self, application: ASGIApp, stops: Callable[[], None]) -> None:
        """Pass everything on from now on. `stops`: ends what would not end by itself."""
        self._application, self._stops = application, stops

    def stop(self) -> None:
        """End what would not end by itself: the server stops."""
        if self._stops is not None:
            self._stops()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if self._application is not None:
            await self._application(scope, receive, send)
        elif scope["type"] == "http":
            await self._say(scope, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})

    async def _say(self, scope: Scope, send: Send) -> None:
        asked = dict(scope["headers"])
        path, language = scope["path"], accepted(asked.get(b"accept-language", b"").decode("latin-1"))
        status, body, headers = 503, self._body(path, language), _WAIT
        if path == "/healthz":
            status, body, headers = 200, b"ok\n", [(b"content-type", b"text/plain; charset=utf-8"), *PLAIN]
        elif path in PAGES and b"text/html" in asked.get(b"accept", b""):
            body, headers = _page(self._error().text(language)), [(b"content-type", _HTML), *_WAIT[1:]]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _error(self) -> StoreUnavailable:
        return StoreUnavailable(
            say(
                "The service is starting: it waits for its {waits_for}. Ask again in a second.",
                waits_for=PARTS[self._waits_for],
            )
        )

    def _body(self, path: str, language: Language) -> bytes:
        if path == "/readyz":
            return json.dumps({"ready": False, "waitsFor": self._waits_for}).encode()
        error = self._error()
        extensions: dict[str, Any] = {"code": error.code.value, "retryable": error.retryable}
        return json.dumps({"errors": [{"message": error.text(language), "extensions": extensions}]}).encode()
