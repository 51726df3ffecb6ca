"""Marks of an empty cell: people write /, -, — or 无 where there is nothing to say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_STROKES = re.compile(r"[-‐‑‒–—―─_/\\|·.。、×]+")
_OTHER_HAN = re.compile(r"(?![无暂没空])[\u3400-\u9fff]")
"""A Chinese character with which none of the words begins."""
_WORDS = frozenset({"无", "暂无", "没有", "空", "无人", "none", "n/a", "na", "nil", "null"})
_COMMON_MARK = re.compile(r"^(?:[-_/\\|.]+|[nN无暂没空].{0,5})$", re.MULTILINE)
"""What any of them looks like that is made of common characters alone (is_common)."""
MOST_OF_MARK = 6
"""Characters of the longest."""


def says_none(text: str) -> bool:
    """Whether a cell that is not empty says that there is nothing: /, —, 无, N/A."""
    if len(text) > MOST_OF_MARK or "0" <= text[:1] <= "9":
        return False
    if text[:1].isalnum() and text.isascii():
        return text[0] in "nN" and text.strip().casefold() in _WORDS
    if _OTHER_HAN.match(text):
        return False
    plain = unicodedata.normalize("NFKC", text).strip()
    return _STROKES.fullmatch(plain) is not None or plain.casefold() in _WORDS


def may_say_none(texts: Sequence[str]) -> bool:
    """Whether any of these texts, of common characters alone, may say that there is nothing."""
    return _COMMON_MARK.search("\n".join(texts)) is not None


def is_stroke(text: str) -> bool:
    """Whether it is nothing but strokes: /, -, ——."""
    return len(text) <= MOST_OF_MARK and _STROKES.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None
