"""Naming: things by the name that people use. One alone must fit; several that fit are told, never guessed."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from graph_api.readmodel.exact import called
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.search import SEARCHED_CANDIDATES
from graph_api.readmodel.search.text import normalise
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing, Things
from schema.grid import Feeder
from schema.line_names import LineName, line_name
from schema.registry import EntityKind
from schema.relationships import RelationshipKind

COMPARED = SEARCHED_CANDIDATES
"""Candidates that are looked at to see whether one alone fits: all that a search finds."""
LISTED = 8
"""Candidates that are told."""
_DIGITS = re.compile(r"\d+")
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
    if not exact and (kinds is None or EntityKind.FEEDER in kinds) and (lines := _lines(graph, text)):
        return _told(text, lines)
    hits = model.search.search(text, kinds, COMPARED, contacts)
    whole = [hit.index for hit in hits if hit.score >= EXACT_SCORE]
    wanted = normalise(text)
    holding = [hit.index for hit in hits if wanted and wanted in normalise(graph.name(hit.index))]
    like = [hit.index for hit in hits if _has_its_numbers(graph, hit.index, text)]
    for fitting in (whole, holding, like):
        if fitting:
            return _told(text, fitting)
    others = hits or (() if kinds is None else model.search.search(text, None, 1, contacts))
    return Naming(text=text, nearest=others[0].index if others else None)


def _told(text: str, fitting: Sequence[int]) -> Naming:
    if len(fitting) == 1:
        return Naming(text=text, thing=fitting[0])
    return Naming(text=text, candidates=tuple(fitting[:LISTED]), more=max(0, len(fitting) - LISTED))


def _lines(graph: Snapshot, text: str) -> list[int]:
    """Feeders that somebody may mean who writes so: 10千伏甲线, 911甲线, 城东变甲线."""
    written = line_name(text)
    return [at for at in graph.of_kind(EntityKind.FEEDER) if _is_meant(graph, at, written)]


def _is_meant(graph: Snapshot, feeder: int, written: LineName) -> bool:
    entity = graph.get(Feeder, feeder)
    holders = graph.targets(feeder, RelationshipKind.CONTAINED_IN)
    stations = [graph.name(at) for at in holders if graph.kind(at) is EntityKind.SUBSTATION]
    numbers = filter(None, (entity.number, entity.id, entity.source_key))
    own = [line_name(each) for each in (entity.name, *entity.aliases) if each]
    return any(written.fits(each, (*numbers,), stations) for each in own)


def _has_its_numbers(graph: Snapshot, index: int, text: str) -> bool:
    """Whether all numbers of a text stand in what is like it: 921线 is not 911线, however alike. A number alone may be
    found in other texts, as a telephone number."""
    if normalise(text).isdigit():
        return True
    entity = graph.entity(index)
    held = " ".join(map(str, (entity.id, entity.name, getattr(entity, "number", ""), *entity.aliases)))
    return set(_DIGITS.findall(normalise(text))) <= set(_DIGITS.findall(normalise(held)))
