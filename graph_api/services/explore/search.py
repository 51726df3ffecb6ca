"""Search: from what somebody typed to entities."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.search import Hit
from schema.registry import EntityKind
from schema.words import say

MAX_TEXT = 200
MAX_HITS = 200


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first."""

    hits: tuple[Hit, ...]
    truncated: bool
    """True if more than MAX_HITS fit: the text should be made longer."""


def find(
    model: ReadModel,
    text: str,
    kinds: Collection[EntityKind] | None = None,
    contacts: Collection[int] | None = None,
) -> SearchResult:
    """Up to MAX_HITS entities that the text finds; `contacts`: those whose numbers are looked at, None = all.

    Raises InvalidInput for a text of more than MAX_TEXT characters.
    """
    if len(text) > MAX_TEXT:
        raise InvalidInput(say("A search text may have at most {most} characters.", most=MAX_TEXT), argument="text")
    hits = model.search.search(text, kinds, MAX_HITS + 1, contacts)
    return SearchResult(tuple(hits[:MAX_HITS]), truncated=len(hits) > MAX_HITS)
