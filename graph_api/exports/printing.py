"""Sheets as a PDF to print (打印): A4 across, Chinese type embedded, heads on every page.

Texts go in as data and never as markup. What the font has no glyph for is printed as 〓 and named above the table:
never a blank that nobody sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

from graph_api.exports.sheets import Sheet, plain, width
from schema.words import current, say, text_of

_HERE = Path(str(files("graph_api.exports")))
_MISSING = "〓"
_WHOLE, _WIDEST = 16, 70
"""A column of texts up to the first is as wide as they are; the others share what is left by their longest text, up to
the second (characters of half width)."""


def as_pdf(sheets: Sequence[Sheet]) -> bytes:
    """The pages of some sheets, one after the other."""
    import typst

    data = msgspec.json.encode([_page(sheet) for sheet in sheets]).decode()
    made = typst.compile(
        str(_HERE / "print.typ"),
        font_paths=[str(_HERE / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"sheets": data, "lang": current().value.lower()},
    )
    return bytes(made)


def _page(sheet: Sheet) -> dict[str, object]:
    rows = [[plain(cell) for cell in row] for row in sheet.rows]
    missing = _missing(
        [sheet.title, *sheet.remarks, *sheet.foot, *sheet.heads, *(text for row in rows for text in row)]
    )
    remarks = [*sheet.remarks, *([_named(missing)] if missing else [])]
    marked = str.maketrans(dict.fromkeys(missing, _MISSING))
    return {
        "title": sheet.title.translate(marked),
        "remarks": [remark.translate(marked) for remark in remarks],
        "foot": [line.translate(marked) for line in sheet.foot],
        "heads": sheet.heads,
        "rows": [[text.translate(marked) for text in row] for row in rows],
        "widths": [_column(head, [row[place] for row in rows]) for place, head in enumerate(sheet.heads)],
    }


def _named(missing: Sequence[str]) -> str:
    codes = " ".join(f"U+{ord(char):04X}" for char in missing)
    return text_of(say("No type for {codes}: printed as {mark}, see the workbook.", codes=codes, mark=_MISSING))


def _missing(texts: Iterable[str]) -> list[str]:
    """Characters that the font has no glyph for, each once; ends of lines need none."""
    return sorted({char for text in texts for char in text if char not in _glyphs() and char != "\n"})


@cache
def _glyphs() -> frozenset[str]:
    """What the font was cut down to: GB 2312, Latin 1 and some signs (fonts/OFL.txt)."""
    chars = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))} | set(_SIGNS)
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            chars.update(bytes([high, low]).decode("gb2312", errors="ignore"))
    return frozenset(chars)


_SIGNS = "—…·℃㎡②〓–‘’“”→≤≥×±✓□"


def _column(head: str, texts: Sequence[str]) -> int:
    """Its share of what is left; 0 = as wide as its texts are."""
    longest = max([width(head), *(width(text) for text in texts)])
    return 0 if longest <= _WHOLE else min(longest, _WIDEST)
