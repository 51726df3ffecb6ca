"""Names that a user may write for a kind, field or relationship, and what each one means."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from schema.registry import KINDS, EntityKind
from schema.relationships import ENDS, RelationshipKind
from schema.words import say

LOADABLE = tuple(kind for kind in KINDS if kind is not EntityKind.SOURCE_LOAD)
"""Kinds that a file may give; a SourceLoad is made by the load itself."""

_GAPS = re.compile(r"[\s_\-]+")
_UNIT = re.compile(r"^(?P<name>.*?)\s*[(（\[](?P<unit>[^)）\]]*)[)）\]]$")


def plain_name(text: str) -> str:
    """A name without case, gaps, underscores and width: as names are compared."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def split_unit(header: str) -> tuple[str, str]:
    """A header as name and unit: "合同容量(kVA)" is 合同容量 in kVA."""
    found = _UNIT.match(header)
    return (found["name"], found["unit"].strip()) if found else (header, "")


@cache
def kinds_by_name() -> dict[str, EntityKind]:
    """Every loadable kind by its class name, code and Chinese term, all as `plain_name`."""
    return {plain_name(name): kind for kind in LOADABLE for name in (kind.label, kind.value, kind.zh)}


@cache
def relationships_by_name(kind: EntityKind | None = None) -> dict[str, RelationshipKind]:
    """Relationship kinds, those that leave `kind` if given, by code, Chinese and English term, as `plain_name`."""
    return {
        plain_name(name): link
        for link in RelationshipKind
        if kind is None or kind in ENDS[link].sources
        for name in (link.zh, link.value)
    }


def nearest(name: str, known: Iterable[str]) -> str:
    """ "Did you mean ...?" with the nearest known name, or an empty text."""
    by_plain = {plain_name(item): item for item in known}
    found = difflib.get_close_matches(plain_name(name), by_plain, n=1, cutoff=0.6)
    return say(" Did you mean {name}?", name=by_plain[found[0]]) if found else ""


def clean_id(text: str) -> str:
    """An id as the graph keeps it: stripped, in NFC."""
    text = text.strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)
