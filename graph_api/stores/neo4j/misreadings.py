"""What Cypher lets people write and this program would read as something else, or show as something else.

It is set aside rather than guessed: a place that is no point of longitude and latitude, a time without a zone, a text
that is too long, or with characters that nobody sees.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from neo4j.spatial import WGS84Point
from neo4j.time import DateTime

from graph_api.stores.neo4j.mapping import PLACES
from schema.unseen import first_unseen
from schema.words import say

MOST_TEXT = 100_000
"""Characters of a text."""


def misread(fields: Collection[str], properties: Mapping[str, Any]) -> tuple[str, str] | None:
    """The reason and the property, for the first that means another thing than would be read; None if none does."""
    for name, held in properties.items():
        known = PLACES[name][0] in fields if name in PLACES else name in fields
        if known and (reason := _wrong(name, held)) is not None:
            return reason, name
    return None


def _wrong(name: str, held: Any) -> str | None:
    if name in PLACES and not isinstance(held, WGS84Point):
        return say("{name} is no point of longitude and latitude", name=name)
    if isinstance(held, DateTime) and held.tzinfo is None:
        return say("{name} is a time without a zone", name=name)
    for text in _texts(held):
        if len(text) > MOST_TEXT:
            return say("{name} is longer than {most} characters", name=name, most=MOST_TEXT)
        if unseen := first_unseen(text):
            return say("{name} holds a character that nobody sees ({unseen})", name=name, unseen=unseen)
    return None


def _texts(held: Any) -> Iterator[str]:
    for each in held if isinstance(held, list) else (held,):
        if isinstance(each, str):
            yield each
