"""Differences between two values, to the letter: order of fields, how a number is written, what is there at all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.compare.operation import Path


class Number(str):
    """A number as it is written: 1.0 is not 1."""

    __slots__ = ()


class What(StrEnum):
    """What kind of difference it is."""

    VALUE = "value"
    ONLY_OLD = "only in old"
    ONLY_NEW = "only in new"
    ORDER = "order"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two values differ."""

    path: Path
    what: What
    old: Any
    new: Any


def read_json(text: str) -> Any:
    """A JSON text, its numbers as they are written. ValueError if it is none."""
    return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=Number)


def written(value: Any) -> str:
    """A value of `read_json` as the shortest JSON text."""
    match value:
        case dict():
            return "{" + ",".join(f"{written(name)}:{written(item)}" for name, item in value.items()) + "}"
        case list():
            return "[" + ",".join(map(written, value)) + "]"
        case Number():
            return str(value)
    return json.dumps(value, ensure_ascii=False)


def differences(old: Any, new: Any, path: Path = ()) -> Iterator[Difference]:
    """All places where two values of `read_json` differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _of_objects(old, new, path)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _of_lists(old, new, path)
    elif type(old) is not type(new) or old != new:
        yield Difference(path, What.VALUE, old, new)


def _of_objects(old: dict[str, Any], new: dict[str, Any], path: Path) -> Iterator[Difference]:
    for name, value in old.items():
        if name in new:
            yield from differences(value, new[name], (*path, name))
        else:
            yield Difference((*path, name), What.ONLY_OLD, value, None)
    for name, value in new.items():
        if name not in old:
            yield Difference((*path, name), What.ONLY_NEW, None, value)
    orders = [name for name in old if name in new], [name for name in new if name in old]
    if orders[0] != orders[1]:
        yield Difference(path, What.ORDER, *orders)


def _of_lists(old: list[Any], new: list[Any], path: Path) -> Iterator[Difference]:
    if len(old) != len(new):
        yield Difference(path, What.LENGTH, *_parted(old, new))
        return
    found = [
        each for place, pair in enumerate(zip(old, new, strict=True)) for each in differences(*pair, (*path, place))
    ]
    if found and Counter(map(written, old)) == Counter(map(written, new)):
        yield Difference(path, What.ORDER, old, new)
    else:
        yield from found


def _parted(old: list[Any], new: list[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two lists of different length: how long they are, and what only one of them holds."""
    held = Counter(map(written, old)), Counter(map(written, new))
    return (
        {"length": Number(len(old)), "only here": list((held[0] - held[1]).elements())},
        {"length": Number(len(new)), "only here": list((held[1] - held[0]).elements())},
    )
