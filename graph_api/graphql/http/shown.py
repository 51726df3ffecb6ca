"""What a request shows of who sends it: its headers, and the cookie of a browser's session."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from graph_api.access.entrance import Shown

TOKEN_HEADER = "x-session-token"  # noqa: S105 (the name of a header)
OVER_TLS, PLAIN = "__Host-baodian", "baodian"
"""Name of the cookie: the first is kept from other hosts and plain http by browsers themselves."""


def is_over_tls(request: HTTPConnection) -> bool:
    """Whether it came by TLS, to us or to a gateway that we believe."""
    return request.url.scheme in ("https", "wss")


def cookie_name(request: HTTPConnection) -> str:
    """What the session's cookie is called where this request came in."""
    return OVER_TLS if is_over_tls(request) else PLAIN


def cookies_of(request: HTTPConnection, name: str) -> list[str]:
    """Values of all cookies of that name."""
    pairs = (each.partition("=") for line in request.headers.getlist("cookie") for each in line.split(";"))
    return [value.strip() for key, _, value in pairs if key.strip() == name]


def shown_of(request: HTTPConnection) -> Shown:
    """What it shows."""
    return Shown(
        authorization=request.headers.getlist("authorization"),
        cookies=cookies_of(request, cookie_name(request)),
        token=request.headers.get(TOKEN_HEADER, ""),
    )
