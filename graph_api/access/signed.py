"""What looks like a signed token, and what is said of one that proves nothing. Cheap: nothing of cryptography."""

from __future__ import annotations

import re

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class NoToken(Exception):
    """It proves nothing; whoever showed it is told no more. Its text tells the log why, never what was shown."""


def is_signed(text: str) -> bool:
    """Whether a text looks like a signed token: three parts, none empty."""
    return _COMPACT.fullmatch(text) is not None
