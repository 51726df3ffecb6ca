"""Texts of an .xlsx workbook that its cells refer to by number, as Excel and WPS write them (ECMA-376, 18.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from lxml import etree

from loaders.tabular.part_text import TEXT, Batch, Listed, batches, elements, parse

_STRINGS = Listed.of("sst", "sst", "si")
_PLAIN = re.compile(rf'\s*<si><t(?: xml:space="preserve")?>({TEXT})</t>(?:<phoneticPr(?: \w+="\w*")*/>)?')
"""A text without runs, as Excel writes it; in Chinese it adds how the text would be spoken."""
_PHONETIC = "rPh"


def shared_texts(source: IO[bytes], *, is_plain: bool) -> list[str]:
    """The texts in their order, as they are written: `_x000D_` stays what it is (see cells.unescaped).

    `is_plain` tells that the part may be read as text (see part_text). Raises ValueError or etree.LxmlError for one
    that is damaged.
    """
    if not is_plain:
        return [spoken_text(each) or "" for each in elements(source, "si")]
    return [text for batch in batches(source, _STRINGS) for text in _texts(batch)]


def spoken_text(element: etree._Element) -> str | None:
    """The text of an element with its runs, without what tells how it is spoken; None for none."""
    texts = [
        each.text or ""
        for each in element.iter("{*}t")
        if (parent := each.getparent()) is not None and etree.QName(parent).localname != _PHONETIC
    ]
    return "".join(texts) if texts else None


def _texts(batch: Batch) -> Iterator[str]:
    for text in batch.texts:
        found = _PLAIN.fullmatch(text)
        if found is not None:
            yield found[1]
        else:
            yield from _parsed(f"{text}</si>", batch.root)
    yield from _parsed(batch.rest, batch.root)


def _parsed(text: str, root: str) -> Iterator[str]:
    if text and not text.isspace():
        for element in parse(f"{root}{text}</sst>").iter("{*}si"):
            yield spoken_text(element) or ""
