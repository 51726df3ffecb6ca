"""Names of lines as people write them: 10kV甲线, 10千伏甲线, 城东变甲线, 911甲线, 甲线（911）, 911线 are one line.

110kV城东变 10kV 911 甲线（911）
station     kV   number name number
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

KEY = "\x1f"
"""Begins what is no name of anything, but a key of lines."""
_GAPS = re.compile(r"[\s_·/,，:：-]+")
_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_STATION = re.compile(r"(?P<station>(?:\d+(?:\.\d+)?kv)?[^\d]{1,12}?(?:变电站|变电所|开闭所|开关站|变|站|所))(?=.)")
_KV = re.compile(r"(?P<kv>\d+(?:\.\d+)?)kv")
_NUMBERED = re.compile(r"(?P<before>[a-z]{0,2}\d{2,6})?(?P<name>.*?)(?P<behind>[a-z]{0,2}\d{2,6})?", re.DOTALL)
_LINE = ("线路", "馈线", "线", "开关", "断路器", "出线")
"""What stands behind a number that is all there is of a name: 911线, 911线路."""


@dataclass(frozen=True, slots=True)
class LineName:
    """A name of a line taken apart; what it does not say is empty."""

    station: str
    kv: str
    number: str
    name: str
    """Without all of these, and without 线路 or 线 at its end where a number says which."""

    def fits(self, other: LineName, numbers: Collection[str] = (), stations: Collection[str] = ()) -> bool:
        """Whether somebody who writes this may mean the line that is called like the other.

        `numbers` and `stations` are further ones that the line has. What only one side says does not part them; a
        number may stand for the name.
        """
        if self.kv and other.kv and self.kv != other.kv:
            return False
        held = {_folded(each) for each in (other.number, *numbers) if each}
        if self.number and held and self.number not in held:
            return False
        at = {_station(each) for each in (other.station, *stations) if each}
        if self.station and at and _station(self.station) not in at:
            return False
        called = {other.name, *(each + other.name for each in at)}
        return self.name in called if self.name else self.number in held


def line_keys(text: str) -> list[str]:
    """What all ways to write a line have in common: by these keys those that somebody may mean are found."""
    found = line_name(text)
    return [f"{KEY}{each}" for each in (found.name, found.number) if each]


def line_name(text: str) -> LineName:
    """A written name, taken apart; a station or number is taken off only where something is left."""
    left = _GAPS.sub("", _folded(text))
    bracket = ""
    if (found := _BRACKETS.search(left)) is not None:
        left, bracket = left[: found.start()] + left[found.end() :], found[1]
    station = kv = ""
    found = _STATION.match(left)
    if found is not None and not found["station"].endswith(("专变", "公变")) and left[found.end() :] not in _LINE:
        station, left = found["station"], left[found.end() :]
    if (found := _KV.match(left)) is not None and found.end() < len(left):
        kv, left = found["kv"], left[found.end() :]
    number, name = _numbered(left)
    if re.search(r"\d", bracket):
        number = number or bracket.removesuffix("线路").removesuffix("线").removesuffix("开关")
    return LineName(station, kv, number, name)


def _numbered(text: str) -> tuple[str, str]:
    """The number before or behind a name, and the name; a name of which nothing else is left is the number's."""
    found = _NUMBERED.fullmatch(text)
    if found is None or not (number := found["before"] or found["behind"]):
        return "", text
    return number, "" if found["name"] in _LINE else found["name"]


def _folded(text: str) -> str:
    """In one width and case, 千伏 as kv."""
    return unicodedata.normalize("NFKC", text).casefold().replace("千伏", "kv").strip()


def _station(text: str) -> str:
    """A station's name without voltage and without the word for what it is."""
    bare = _KV.sub("", _GAPS.sub("", _folded(text)), count=1)
    for word in ("变电站", "变电所", "开闭所", "开关站", "变", "站", "所"):
        if bare.endswith(word) and bare != word:
            return bare.removesuffix(word)
    return bare
