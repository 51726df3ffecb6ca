"""Entity tags (RFC 9110, 8.8.3): who holds an answer already is not sent it again."""

from __future__ import annotations

import hashlib

from starlette.requests import Request


def tag_of(body: bytes) -> str:
    """The tag of a text; weak, as it is the same packed and plain."""
    return f'W/"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'


def is_held(request: Request, tag: str) -> bool:
    """Whether the client says that it holds what has this tag (RFC 9110, 13.1.2: weak comparison)."""
    held = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    return tag.removeprefix("W/") in held
