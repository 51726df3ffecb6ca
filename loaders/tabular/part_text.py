"""A part of an .xlsx workbook that lists like elements, parted into these as text: a third of what elements cost.

Only of a plain part (see sheet_scan): UTF-8, without comments, CDATA and instructions, so that the closing tag ends an
element wherever it stands.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

from lxml import etree

_PIECE, _MOST = 1 << 18, 1 << 26
"""Characters that are read at once, and the most that an element may have."""
TEXT = r"[^<&\x00-\x08\x0b-\x1f\ufffe\uffff]*"
"""What a regular expression finds that is text as it stands."""
_REFERENCE = re.compile(r"(&#\d{3,7};)")


class Listed(NamedTuple):
    """How a part lists its elements: its root, the element that holds them, its start tag, and theirs."""

    root: str
    holder: str
    opening: re.Pattern[str]
    each: str

    @classmethod
    def of(cls, root: str, holder: str, each: str) -> Listed:
        """The list of elements `each` in a holder, which may be the root."""
        return cls(root, holder, re.compile(rf"<{holder}(?:\s[^<>]*)?/?>"), each)


class Batch(NamedTuple):
    """Texts of elements that were read together, each without its end, and what stands behind the last of all."""

    root: str
    """The start tag of the root."""
    texts: Sequence[str]
    rest: str


class _Referred(dict[str, str]):
    """The character of a reference as &#23458;; of one to a mark, a control or none at all the reference itself."""

    def __missing__(self, reference: str) -> str:
        point = int(reference[2:-1])
        is_one = 0x80 <= point < 0xD800 or 0xE000 <= point < 0xFFFE or 0xFFFF < point <= 0x10FFFF
        self[reference] = found = chr(point) if is_one else reference
        return found


_REFERRED = _Referred()


def batches(source: IO[bytes], listed: Listed) -> Iterator[Batch]:
    """The elements of a plain part in their order. Raises ValueError or etree.LxmlError for one that is damaged."""
    text = io.TextIOWrapper(source, "utf-8-sig", newline="")
    before, rest = _opened(text, listed)
    root = re.search(rf"<{listed.root}(?=[\s>])[^<>]*>", before)
    if root is None:
        raise ValueError
    closing = f"</{listed.each}>"
    while True:
        whole, _, rest = rest.rpartition(closing)
        if whole:
            yield Batch(root[0], _read_out(whole).split(closing), "")
        end = rest.find(f"</{listed.holder}>")
        if end >= 0:
            break
        piece = text.read(_PIECE)
        if not piece or len(rest) > _MOST:
            raise ValueError
        rest += piece
    yield Batch(root[0], (), rest[:end])
    parse(before + rest[end:] + text.read())


def parse(text: str) -> etree._Element:
    """The root of an XML text."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(text.encode(), parser)


def elements(source: IO[bytes], name: str) -> Iterator[etree._Element]:
    """The elements of that name of any part, one at a time."""
    events = etree.iterparse(
        source,
        events=("end",),
        tag=f"{{*}}{name}",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in events:
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _opened(text: io.TextIOWrapper, listed: Listed) -> tuple[str, str]:
    """What stands before the first element, and what was read behind it."""
    read = ""
    while (begin := listed.opening.search(read)) is None:
        piece = text.read(_PIECE)
        if not piece or len(read) > _MOST:
            raise ValueError
        read += piece
    before, rest = read[: begin.end()], read[begin.end() :]
    return (f"{before[:-2]}>", f"</{listed.holder}>{rest}") if begin[0].endswith("/>") else (before, rest)


def _read_out(text: str) -> str:
    """A text with the characters themselves instead of the references that openpyxl writes for them."""
    if "&#" not in text:
        return text
    parts = _REFERENCE.split(text)
    parts[1::2] = map(_REFERRED.__getitem__, parts[1::2])
    return "".join(parts)
