"""Content lines of vCard and iCalendar (RFC 6350, RFC 5545): folded lines put together, names, parameters, values."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_DROPPED = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "ATTACH"})
"""Properties that hold files: their lines are passed over as they come."""
_HEAD = re.compile(
    r'(?:[\w-]+\.)?(?P<name>[A-Za-z-]+)(?P<params>(?:;[^:;"]*(?:"[^"]*"[^:;"]*)*)*):(?P<value>.*)', re.DOTALL
)
_PARAM = re.compile(r';([\w-]+)(?:=("[^"]*"|[^;]*))?')
_ESCAPED = re.compile(r"\\([\\;,nN])")
MOST_CHARACTERS = 65_536
"""Of one property; longer ones are cut off."""


class Property(NamedTuple):
    """A property: its name, its parameters (without a name: TYPE), its value as it stands."""

    name: str
    params: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as a text, on one line."""
        return _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], self.value).strip()


class CutOffError(Exception):
    """The file ends inside of a component."""


def components(lines: Iterable[str], name: str) -> Iterator[list[Property]]:
    """The properties of each component of that name (VCARD, VEVENT), without those of what stands inside it.

    Raises CutOffError where one is never ended: the file was cut off, or lost a line, and with it all that follows.
    """
    inside: list[Property] | None = None
    depth = 0
    for each in properties(lines):
        what = each.value.strip().upper()
        if each.name == "BEGIN":
            if inside is None and what == name:
                inside, depth = [], 0
            elif inside is not None:
                depth += 1
        elif each.name == "END" and inside is not None:
            if depth == 0 and what == name:
                yield inside
                inside = None
            depth -= 1
        elif inside is not None and depth == 0:
            inside.append(each)
    if inside is not None:
        raise CutOffError(name)


def properties(lines: Iterable[str]) -> Iterator[Property]:
    """All properties of a file, one after the other."""
    for line in _unfolded(lines):
        found = _HEAD.fullmatch(line)
        if found is None:
            continue
        params: dict[str, str] = {}
        for key, value in _PARAM.findall(found["params"]):
            name, text = (key.upper(), value.strip('"')) if value else ("TYPE", key)
            params[name] = f"{params[name]},{text}" if name in params else text
        value = found["value"]
        if params.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
            value = quopri.decodestring(value.encode()).decode(params.get("CHARSET", "utf-8"), "replace")
        yield Property(found["name"].upper(), params, value)


def _unfolded(lines: Iterable[str]) -> Iterator[str]:
    kept = ""
    for raw in lines:
        line = raw.rstrip("\r\n")
        soft = kept.endswith("=") and "QUOTED-PRINTABLE" in kept.upper()
        if line[:1] in (" ", "\t") or soft:
            if len(kept) < MOST_CHARACTERS and re.split("[;:]", kept, maxsplit=1)[0].upper() not in _DROPPED:
                kept = kept[:-1] + line if soft else kept + line[1:]
            continue
        if kept:
            yield kept
        kept = line[:MOST_CHARACTERS]
    if kept:
        yield kept
