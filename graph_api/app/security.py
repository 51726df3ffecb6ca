"""Security headers on every response, as plain ASGI."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

API_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
PLAIN = [*_HEADERS, (b"content-security-policy", API_POLICY.encode()), (b"cache-control", b"no-store")]
"""Headers of an answer that this service gives before or beside the application."""


class SecurityHeaders:
    """Adds the headers that a response does not have yet.

    Answers may hold people's numbers, so only the page's assets are cached.
    """

    def __init__(self, app: ASGIApp, cross_origin: bool = False) -> None:
        self.app = app
        self._headers = _HEADERS[:-1] if cross_origin else _HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with headers added to the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                present = {name.lower() for name, _ in headers}
                policy = (b"content-security-policy", API_POLICY.encode())
                caching = b"no-cache" if scope["path"].startswith("/assets/") else b"no-store"
                for name, value in (*self._headers, policy, (b"cache-control", caching)):
                    if name not in present:
                        headers.append((name, value))
            await send(message)

        await self.app(scope, receive, add)
