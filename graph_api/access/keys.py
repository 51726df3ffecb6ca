"""API keys (访问密钥): 256 random bits, shown once; what is kept is their digest, found by a prefix.

    bd_K7F3Q2MD_2sVq...43 characters   →   id K7F3Q2MD, SHA-256 of the whole

A key of that many random bits needs no slow digest: nobody guesses it.
"""  # fmt: skip

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from typing import NamedTuple

_MARK = "bd"
_SECRET_BYTES = 32
_ID_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_ID_LENGTH = 8
_ID = re.compile(rf"[{_ID_LETTERS}]{{{_ID_LENGTH}}}")
_KEY = re.compile(rf"{_MARK}_(?P<id>[{_ID_LETTERS}]{{{_ID_LENGTH}}})_[A-Za-z0-9_-]{{43}}")


class NewKey(NamedTuple):
    """A key that was just made: the only time that its text is known."""

    id: str
    text: str
    digest: str


def new_id() -> str:
    """An id that nobody else has: of a key or an account."""
    return "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH))


def new_key() -> NewKey:
    """A key that nobody else has."""
    name = new_id()
    text = f"{_MARK}_{name}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    return NewKey(name, text, digest_of(text))


def id_of(text: str) -> str | None:
    """Id of a key by its text; None for what is no key."""
    found = _KEY.fullmatch(text)
    return None if found is None else found["id"]


def is_id(text: str) -> bool:
    """Whether a text looks like the id of a key."""
    return _ID.fullmatch(text) is not None


def tried(authorization: Sequence[str]) -> str:
    """How a key that opened nothing stands in the log: by its id alone; "" where none was shown."""
    ids = [id_of(each.rpartition(" ")[2]) for each in authorization]
    return f"REFUSED:{ids[0] or '?'}" if ids else ""


def digest_of(text: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(text.encode()).hexdigest()


def fits(text: str, digest: str) -> bool:
    """Whether this is the text of that digest, in a time that tells nothing."""
    return hmac.compare_digest(digest_of(text), digest)
