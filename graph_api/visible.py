"""Text whose unseen characters are shown: what others wrote does nothing to a terminal or a log."""

from __future__ import annotations

import unicodedata

from schema.unseen import has_unseen, is_unseen

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def visible(text: str, kept: str = "\n\t") -> str:
    """The text with control, direction and other unseen characters shown by their number, but for those `kept`."""
    if text.isprintable() and not has_unseen(text):
        return text
    return "".join(char if char in kept or _is_shown(char) else f"\\u{ord(char):04x}" for char in text)


def _is_shown(char: str) -> bool:
    return unicodedata.category(char) not in _UNSEEN and not is_unseen(char)
