"""Values of cells, kept for the next cell like it: words of a vocabulary and numbers come again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

UNREAD: Any = object()
"""In the place of a value that was not read yet."""
_MOST = 4096


class ReadBefore:
    """The first values of a table by field and text (one column may be two fields); of plain texts, which say all."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], Any] = {}

    def value(self, name: str, text: str) -> Any:
        """The value of a text that was read before; UNREAD for none."""
        return self._values.get((name, text), UNREAD) if type(text) is str else UNREAD

    def parsed(self, name: str, parse: Callable[[str], Any], text: str) -> Any:
        """The value of a text that is read now. Raises ValueError."""
        value = parse(text)
        if len(self._values) < _MOST and type(text) is str:
            self._values[name, text] = value
        return value
