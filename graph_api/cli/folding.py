"""Text in lines of a given width: Chinese breaks at any character, other words between them, as both are written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console, JustifyMethod, OverflowMethod
from rich.containers import Lines
from rich.text import Text

_CLOSING = r"，。、；：！？）】》」』”’…％\])"
_OPENING = r"（【《「『“‘\[("
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u3000-\u303f“”‘’…]"
_UNIT = re.compile(rf"\n|[^\S\n]+|[{_OPENING}]*(?:(?:(?!{_WIDE})\S)+|{_WIDE})[{_CLOSING}]*")
"""What is not broken: a run of spaces, a Chinese character with its punctuation, a word."""


class Folded(Text):
    """A text that lays itself out so, in a table too: no number, id or date of it is broken that fits into a line."""

    @classmethod
    def of(cls, text: Text) -> Folded:
        """The same text."""
        return cls(text.plain, text.style, justify=text.justify, overflow=text.overflow, spans=text.spans)

    def wrap(
        self,
        console: Console,
        width: int,
        *,
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        tab_size: int = 8,
        no_wrap: bool | None = None,
    ) -> Lines:
        """Its lines."""
        if no_wrap:
            return super().wrap(console, width, justify=justify, overflow=overflow, tab_size=tab_size, no_wrap=True)
        lines = Lines(folded(self, width))
        if side := justify or self.justify:
            lines.justify(console, width, justify=side, overflow=overflow or "fold")
        return lines


def folded(text: Text, width: int) -> list[Text]:
    """The text in lines of at most `width` cells, styles kept; a word that is longer than a line is cut."""
    plain = text.plain
    lines = text.divide(sorted({start for start, _ in _lines(plain, width)} - {0}))
    for line in lines:
        line.rstrip()
    return list(lines)


def _lines(plain: str, width: int) -> Iterator[tuple[int, int]]:
    """Start and end of each line."""
    start, used, end = 0, 0, 0
    for place, unit in _units(plain, width):
        cells = cell_len(unit)
        if unit == "\n" or (used + cells > width and used and not unit.isspace()):
            yield start, place
            start, used = (place + 1, 0) if unit == "\n" else (place, 0)
            cells = 0 if unit == "\n" else cells
        used += cells
        end = place + len(unit)
    yield start, end


def _units(plain: str, width: int) -> Iterator[tuple[int, str]]:
    """Units with their place; one that is wider than a line in pieces."""
    for found in _UNIT.finditer(plain):
        place, unit = found.start(), found[0]
        while cell_len(unit) > width and not unit.isspace():
            much = _fitting(unit, width)
            yield place, unit[:much]
            place, unit = place + much, unit[much:]
        yield place, unit


def _fitting(unit: str, width: int) -> int:
    """Characters of a unit that fit into a line: one at least."""
    much = 1
    while much < len(unit) and cell_len(unit[: much + 1]) <= width:
        much += 1
    return much
