"""Characters that nobody sees (看不见的字符): marks of direction and of no width, which make a text look like another.

Files lose them on the way in, and are told; over the API whoever sends one is told which. So none comes into the graph
by either door. What joins or parts letters (U+200C, U+200D) belongs to some scripts and to emoji, and stays in texts.
"""

from __future__ import annotations

import unicodedata

_UNSEEN = dict.fromkeys(
    (0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2060, 0x2065))
)
_UNSEEN |= dict.fromkeys(range(0x2066, 0x2070))


def without_unseen(text: str) -> str:
    """A text without them."""
    return text if text.isprintable() else text.translate(_UNSEEN)


def first_unseen(text: str, *, joiners: bool = False) -> str:
    """The first of them as U+202E, or an empty text; `joiners` = those that join or part letters count, too, as in an
    id."""
    if text.isprintable():
        return ""
    found = (char for char in text if ord(char) in _UNSEEN or (joiners and unicodedata.category(char) == "Cf"))
    return next((f"U+{ord(char):04X}" for char in found), "")


def escaped(text: str) -> str:
    """A text that a message repeats, with whatever cannot be seen or ends the line written as \\u202e."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\u3000" else _escape(ord(char)) for char in text)


def _escape(point: int) -> str:
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"
