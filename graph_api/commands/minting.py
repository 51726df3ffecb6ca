"""Minting (编号): ids for things that a command makes."""

from __future__ import annotations

import hashlib

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def minted_id(request_id: str) -> str:
    """A new id, readable over a phone; the same for the same request, so that a retry finds what it made."""
    number = int.from_bytes(hashlib.blake2b(request_id.encode("utf-8", "backslashreplace"), digest_size=8).digest())
    digits = "".join(_LETTERS[number >> 5 * place & 31] for place in range(12))
    return f"BD:{digits[:4]}-{digits[4:8]}-{digits[8:]}"
