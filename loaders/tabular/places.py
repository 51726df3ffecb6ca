"""Coordinates as people write them: degrees as a number, with E and N, or with minutes and seconds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from loaders.tabular.writing import UnclearError
from schema.words import say

_SIGN = {"E": 1, "N": 1, "W": -1, "S": -1, "东经": 1, "北纬": 1, "西经": -1, "南纬": -1, "": 1}
_SIDES = {180: frozenset({"E", "W", "东经", "西经", ""}), 90: frozenset({"N", "S", "北纬", "南纬", ""})}
_DEGREES = re.compile(
    r"(?P<before>[EWNS]|东经|西经|北纬|南纬)?\s*(?P<degrees>[-+]?\d+(?:\.\d+)?)\s*[°度]?\s*"
    r"(?:(?P<minutes>\d+(?:\.\d+)?)\s*['′’‘分]\s*(?:(?P<seconds>\d+(?:\.\d+)?)\s*(?:\"|″|''|”|“|秒)\s*)?)?"
    r"(?P<after>[EWNS])?",
    re.IGNORECASE,
)


def coordinate(most: int) -> Callable[[str], float]:
    """Reader of a longitude (`most` 180) or a latitude (90) in degrees. Raises UnclearError for what is none."""

    def read(text: str) -> float:
        found = _DEGREES.fullmatch(unicodedata.normalize("NFKC", text.strip().replace("″", '"')).replace("′′", '"'))
        if found is None:
            raise UnclearError(say("is no coordinate"), say("Write degrees as a number, as 121.4737."))
        return _checked(_degrees(found, most), most)

    return read


def _degrees(found: re.Match[str], most: int) -> float:
    side = (found["before"] or found["after"] or "").upper()
    if side not in _SIDES[most]:
        raise UnclearError(
            say("names the other side of the map: longitude and latitude are swapped"),
            say("Put longitude and latitude into their own columns."),
        )
    minutes, seconds = float(found["minutes"] or 0), float(found["seconds"] or 0)
    if minutes >= 60 or seconds >= 60:
        raise UnclearError(say("has more than 59 minutes or seconds"), say("Write degrees as a number, as 121.4737."))
    degrees = float(found["degrees"])
    sign = _SIGN[side] * (-1 if found["degrees"].startswith("-") else 1)
    return sign * (abs(degrees) + minutes / 60 + seconds / 3600)


def _checked(value: float, most: int) -> float:
    if abs(value) <= most:
        return value
    if most == 90 and abs(value) <= 180:
        raise UnclearError(
            say("is no latitude, which lies between -90 and 90: are longitude and latitude swapped?"),
            say("Put longitude and latitude into their own columns."),
        )
    raise UnclearError(
        say("lies off the map: {most} is the most", most=most), say("Write degrees as a number, as 121.4737.")
    )
