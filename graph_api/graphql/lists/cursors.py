"""Opaque cursors: where a page ended, in a list that may change meanwhile."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from graph_api.errors import BadCursor
from schema.canonical import canonical_digest
from schema.codec import UNREADABLE
from schema.words import say

SortKey = tuple[str | float | int | bool, ...]
"""What a list is ordered by; the id comes last, so that no two are equal."""

MAX_CURSOR = 2_000
"""Characters of the longest cursor that is looked at."""

QUERY_BYTES = 6
"""Of the hash in a cursor, which is there to find mistakes and guards nothing."""

_Fields = tuple[bytes, float, int, tuple[str | float | int | bool, ...]]
_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(_Fields)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: sort key of its last item, the time the list was made for, and the revision then."""

    at: datetime
    revision: int
    key: SortKey


def query_hash(name: str, arguments: Mapping[str, object], version: int = 1) -> bytes:
    """Hash of what a list is a list of: a cursor of another list is refused by it.

    Told are the list's name, the arguments that are not null, and of an input the fields that were given: an argument
    or field that is added later leaves cursors of earlier lists as they are. `version` is raised when an argument
    changes its meaning.
    """
    told = {key: value for key, value in arguments.items() if value is not None}
    return canonical_digest(name, version, told, QUERY_BYTES)


def write_cursor(query: bytes, position: Position) -> str:
    """The cursor of a position in a list."""
    fields: _Fields = (query, position.at.timestamp(), position.revision, position.key)
    return base64.urlsafe_b64encode(_encode(fields)).decode().rstrip("=")


def read_cursor(query: bytes, cursor: str) -> Position:
    """The position a cursor stands for; BadCursor if it is none, or one of another list."""
    try:
        if len(cursor) > MAX_CURSOR:
            raise ValueError
        found, at, revision, key = _decoder.decode(_unpacked(cursor))
        moment = datetime.fromtimestamp(at, UTC)
    except (OSError, *UNREADABLE):
        raise BadCursor(say("This is no cursor: take `endCursor` of the page before, unchanged.")) from None
    if found != query:
        raise BadCursor(
            say("The cursor belongs to another list: keep all arguments but `first` and `after` as they were.")
        )
    return Position(moment, revision, key)


def _unpacked(cursor: str) -> bytes:
    padded = cursor.encode() + b"=" * (-len(cursor) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True)
