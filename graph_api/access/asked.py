"""Requests of changes of the register (请求号): a change that was asked for twice by one id has one effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from graph_api.errors import RequestIdConflict
from schema.words import say

KEPT: Final = timedelta(days=30)
MOST: Final = 1_000
"""Requests that are remembered, the newest."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A change as it was asked for: by what id, with what input (digest)."""

    id: str
    digest: str


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A change that was made, with the ids of the keys and accounts that it changed."""

    asked: Asked
    changed: tuple[str, ...]
    at: datetime


def made_before(every: Sequence[Made], asked: Asked | None) -> Made | None:
    """What came of this request, if it was made; None for one without id. Raises RequestIdConflict where the id had
    another input."""
    found = next((each for each in every if asked is not None and each.asked.id == asked.id), None)
    if found is not None and found.asked != asked:
        raise RequestIdConflict(say("This requestId was used for another change. Send another id, or none."))
    return found


def remembered(every: Sequence[Made], made: Made) -> tuple[Made, ...]:
    """The requests with one more, those that are too old left out."""
    return (*(each for each in every if made.at - each.at < KEPT), made)[-MOST:]
