"""Naming: things by the name that people use. One alone must fit; several that fit are told, never guessed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from graph_api.readmodel.exact import called
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.search import SEARCHED_CANDIDATES
from graph_api.readmodel.search.text import normalise
from graph_api.readmodel.things import Thing, Things
from schema.registry import EntityKind

COMPARED = SEARCHED_CANDIDATES
"""Candidates that are looked at to see whether one alone fits: all that a search finds."""
LISTED = 8
"""Candidates that are told."""
EXACT_SCORE = 93.0
"""Least score of a hit that is the whole of a name, number or pinyin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What a text names."""

    text: str
    thing: Thing | None = None
    """The one thing that fits; None if none or several do."""
    candidates: Things = ()
    """Several that fit, best first, at most LISTED."""
    more: int = 0
    """Further ones that fit beside those, of the SEARCHED_CANDIDATES that are compared."""
    nearest: Thing | None = None
    """Where nothing of the wanted kinds fits: what of another kind does."""


def name_of(
    model: ReadModel,
    text: str,
    kinds: Collection[EntityKind] | None = None,
    contacts: Collection[int] | None = None,
) -> Naming:
    """The one thing that a text names: by id, by exact name, number or alias, else by search.

    An id names its thing whatever its kind. Of what a search finds, one alone must be called so in whole, else hold
    the text in its name, else be found at all. An exact name builds no search index.
    `contacts`: those whose numbers are looked at, None = all.
    """
    graph = model.graph
    index = graph.find(text)
    if index is not None:
        return Naming(text=text, thing=index)
    exact = [at for at in called(graph, text.strip()) if kinds is None or graph.kind(at) in kinds]
    if len(exact) == 1:
        return Naming(text=text, thing=exact[0])
    hits = model.search.search(text, kinds, COMPARED, contacts)
    whole = [hit.index for hit in hits if hit.score >= EXACT_SCORE]
    wanted = normalise(text)
    holding = [hit.index for hit in hits if wanted and wanted in normalise(graph.name(hit.index))]
    for fitting in (whole, holding, [hit.index for hit in hits]):
        if len(fitting) == 1:
            return Naming(text=text, thing=fitting[0])
        if len(fitting) > 1:
            return Naming(text=text, candidates=tuple(fitting[:LISTED]), more=max(0, len(fitting) - LISTED))
    others = () if kinds is None else model.search.search(text, None, 1, contacts)
    return Naming(text=text, nearest=others[0].index if others else None)
