"""Names that a user may write for a kind, field or relationship, and what each one means."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from hashlib import sha256

from schema import unseen
from schema.entity import MAX_ID_BYTES
from schema.registry import KINDS, EntityKind
from schema.relationships import ENDS, HEADINGS, RelationshipKind
from schema.words import say
from schema.words.former_words import accepted_words

README_TABLES = frozenset({"readme", "说明"})
"""Sheets that explain their workbook, as `plain_name`."""
LOADABLE = tuple(kind for kind in KINDS if kind is not EntityKind.SOURCE_LOAD and kind.cls.group != "incident")
"""Kinds that a file may give; a SourceLoad is made by the load itself."""

_GAPS = re.compile(r"[\s_\-]+")
_NUMBERED = re.compile(r"^(?P<name>.*?)[_\s]*(?P<number>\d+)$")
_TERMINAL = re.compile(r"^端子(?P<number>\d+)连接节点$")
_UNIT = re.compile(r"^(?P<name>.*?)\s*[(（\[【](?P<unit>[^)）\]】]*)[)）\]】]$")


_NARROW = {
    wide: wide - 0xFEE0 for first, last in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
    for wide in range(first, last + 1)
}  # fmt: skip
_WIDE = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_QUOTES = "'\u2018\u2019\uff07"
_QUOTED = re.compile(r"['\u2018\u2019\uff07](?=[A-Za-z_.:/-]*\d)[\w.:/-]+", re.ASCII)
_BREAK = re.compile(r"[ \t]*(?:\r\n|[\r\n\x0b\u2028\u2029]|_x000D_\n?)+\s*")


def plain_name(text: str) -> str:
    """A name without case, gaps, underscores and width: as names are compared."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def split_unit(header: str) -> tuple[str, str]:
    """A header as name and unit: "合同容量(kVA)" is 合同容量 in kVA."""
    found = _UNIT.match(header)
    return (found["name"], found["unit"].strip()) if found else (header, "")


@cache
def kinds_by_name() -> dict[str, EntityKind]:
    """Every loadable kind by its class name, that of many, code and Chinese term, former ones too, as `plain_name`."""
    found: dict[str, EntityKind] = {
        plain_name(name): kind
        for kind in LOADABLE
        for name in (kind.label, _many(kind.label), kind.value, *accepted_words(kind.zh))
    }
    found["people"] = EntityKind.PERSON
    return found


def _many(label: str) -> str:
    """The plural of a class: Customers, Substations, Switches, EmergencyPlans."""
    return f"{label}es" if label.endswith(("s", "ch")) else f"{label[:-1]}ies" if label.endswith("y") else f"{label}s"


@cache
def relationships_by_name(kind: EntityKind | None = None) -> dict[str, RelationshipKind]:
    """Relationship kinds, those that leave `kind` if given, by code, Chinese term and heading, as `plain_name`."""
    return {
        plain_name(name): link
        for link in RelationshipKind
        if kind is None or kind in ENDS[link].sources
        for name in (link.zh, link.value, *((HEADINGS[link],) if kind else ()))
    }


def numbered_heading(link: RelationshipKind, number: int) -> str:
    """Chinese heading of the column for a numbered relationship: 端子1连接节点."""
    return HEADINGS[link].replace("端子", f"端子{number}")


def split_number(header: str) -> tuple[str, str] | None:
    """A numbered header as name and number: connects_1, 连接_1, 端子1连接节点; None for one without number."""
    found = _TERMINAL.match(header.strip())
    if found:
        return HEADINGS[RelationshipKind.CONNECTS], found["number"]
    found = _NUMBERED.match(header)
    return (found["name"], found["number"]) if found else None


def nearest(name: str, known: Iterable[str]) -> str:
    """ "Did you mean ...?" with the nearest known name, or an empty text."""
    by_plain = {plain_name(item): item for item in known}
    bare = plain_name(split_unit(name)[0])
    found = difflib.get_close_matches(bare, by_plain, n=1, cutoff=0.6 if bare.isascii() else 0.7)
    return say(" Did you mean {name}?", name=by_plain[found[0]]) if found else ""


def clean_id(text: str) -> str:
    """An id as the graph keeps it: stripped, in NFC, without characters that nobody sees; blanks are plain ones."""
    if unseen.is_common(text) or (text := text.strip()).isascii():
        return text
    if text.isprintable() and not unseen.has_unseen(text):
        return unicodedata.normalize("NFC", text)
    seen = "".join(" " if unicodedata.category(char) == "Zs" else char for char in text if not unseen.is_unseen(char))
    return unicodedata.normalize("NFC", seen).strip()


def fitting(ident: str, kind: EntityKind, system: str) -> str:
    """An id that is made of what a row says, as it is; a longer one than an id may be by its digest."""
    if len(ident.encode()) <= MAX_ID_BYTES:
        return ident
    return f"{kind.value}:{system}:{sha256(ident.encode()).hexdigest()[:32]}"


def clean_code(text: str) -> str:
    """A number of something as it was meant: letters and digits of full width, and the apostrophe of Excel, are none.

    The apostrophe stands before what is stored as text ('00123), and comes out with it in some exports.
    """
    code = text if text.isascii() or not _WIDE.search(text) else text.translate(_NARROW)
    return code[1:] if code[:1] in _QUOTES and _QUOTED.fullmatch(code) else code


def one_line(text: str) -> str:
    """A text in one line: line breaks inside it are blanks; the text itself where it has none."""
    if not text.isprintable() and _BREAK.search(bare := text.strip()):
        return _BREAK.sub(" ", bare)
    return text


def has_unseen(text: str) -> bool:
    """Whether an id holds characters that nobody sees: marks of direction and width, blanks that are no plain ones."""
    if unseen.is_common(text) or (text := text.strip()).isascii():
        return False
    return unseen.has_unseen(text) or (not text.isprintable() and any(char != " " and char.isspace() for char in text))
