"""Whom the application listens to: requests to names that are its own, from pages that are its own or allowed.

A page of another site can make a browser send requests to this machine. By rebinding a name it owns to our address it
could read the answers, too: such a request says the foreign name in Host. Without that trick it says so in Origin, or,
where it only loads, in Sec-Fetch-Site.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Collection
from typing import TYPE_CHECKING

from graph_api.errors import InvalidInput
from schema.words import Sentence, accepted, say

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

ANY = "*"
"""Setting of the allowed hosts that lets every name in."""
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_FOREIGN_SITES = (b"cross-site", b"same-site")

Header = dict[bytes, bytes]


def is_loopback(host: str) -> bool:
    """Whether who listens on this address or name is reached from this machine alone."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class Gate:
    """Refuses what was sent to a foreign name (421) or by a foreign page (403); an ASGI application around another."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] = (), origins: Collection[str] = ()) -> None:
        """`hosts`: names beside those of loopback and the address that a request came in by; `origins`: of pages."""
        self.app = app
        self._hosts = {each.lower().strip("[]") for each in hosts}
        self._origins = {each.lower().rstrip("/") for each in origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer that it is not for us."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers: Header = dict(scope["headers"])
        if scope["type"] == "websocket":
            if self._is_ours(headers.get(b"host"), scope) and self._is_from_ours(headers, "POST"):
                await self.app(scope, receive, send)
            else:
                await send({"type": "websocket.close"})  # before it is accepted: 403
        elif not self._is_ours(headers.get(b"host"), scope):
            await _refuse(421, _NOT_OURS, headers, send)
        elif not self._is_from_ours(headers, scope["method"]):
            await _refuse(403, _FOREIGN_PAGE, headers, send)
        else:
            await self.app(scope, receive, send)

    def _is_ours(self, host: bytes | None, scope: Scope) -> bool:
        """Whether Host names us. Only clients that are no browsers (HTTP/1.0) may leave it out."""
        if host is None:
            return bool(scope["http_version"] == "1.0")
        name = _name(host.decode("latin-1").lower())
        if ANY in self._hosts or name in self._hosts or name == "localhost" or name.endswith(".localhost"):
            return True
        return _is_address(name, scope.get("server"))

    def _is_from_ours(self, headers: Header, method: str) -> bool:
        """Whether no page sent it, or one of ours, or one that is allowed; links from elsewhere may lead to us."""
        origin = headers.get(b"origin", b"").decode("latin-1").lower()
        if origin:
            return origin in self._origins or _is_same(origin, headers.get(b"host", b"").decode("latin-1").lower())
        if headers.get(b"sec-fetch-site") not in _FOREIGN_SITES:
            return True
        return method in ("GET", "HEAD") and headers.get(b"sec-fetch-dest") == b"document"


_NOT_OURS = say(
    "This service does not answer to the name that the request was sent to. Ask it by an address of its own, or have "
    "the name added to its allowed hosts."
)
_FOREIGN_PAGE = say(
    "This service takes no requests from pages of other sites. Have the origin of the page allowed, if it should be."
)


def _name(host: str) -> str:
    """The name of a Host header, without port and brackets; empty for what is none."""
    if host.startswith("["):
        name, closed, rest = host[1:].partition("]")
        return name if closed and (not rest or _is_port(rest)) else ""
    name, colon, port = host.partition(":")
    return name if not colon or _is_port(colon + port) else ""


def _is_port(text: str) -> bool:
    return text.startswith(":") and text[1:].isascii() and text[1:].isdigit()


def _is_address(name: str, server: tuple[str, int | None] | None) -> bool:
    """Whether it is a loopback address, or the one that the connection came in by: those cannot be rebound."""
    try:
        address = ipaddress.ip_address(name)
        return address.is_loopback or (server is not None and address == ipaddress.ip_address(server[0]))
    except ValueError:
        return False


def _is_same(origin: str, host: str) -> bool:
    """Whether an origin is the site that Host names; its scheme does not count, as TLS may have ended before us."""
    scheme, _, place = origin.partition("://")
    port = _DEFAULT_PORTS.get(scheme)
    return port is not None and bool(place) and place.removesuffix(port) == host.removesuffix(port)


async def _refuse(status: int, why: Sentence, headers: Header, send: Send) -> None:
    error = InvalidInput(why)
    language = accepted(headers.get(b"accept-language", b"").decode("latin-1"))
    extensions = {"code": error.code.value, "retryable": error.retryable}
    body = json.dumps({"errors": [{"message": error.text(language), "extensions": extensions}]}).encode()
    told = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})
