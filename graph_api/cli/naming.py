"""Things by the name that people use: an id, a name, a number, pinyin; several that fit are listed, never guessed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from graph_api.errors import InvalidInput, UnknownEntity
from graph_api.readmodel.model import ReadModel
from schema.registry import CONDUCTING, EntityKind
from schema.relationships import RelationshipKind

_OUTWARD = {
    EntityKind.FEEDER: RelationshipKind.STARTS_AT,
    EntityKind.RECEIVING_POINT: RelationshipKind.FED_BY,
}
_INWARD = (
    RelationshipKind.CONTAINED_IN,
    RelationshipKind.CARRIED_BY,
    RelationshipKind.ROUTED_IN,
    RelationshipKind.SHARES_RISK,
)
LISTED = 8
"""Candidates that a message names."""
EXACT_SCORE = 93.0
"""Least score of a hit that is the whole of a name, number or pinyin."""


def resolve(model: ReadModel, text: str, kinds: Collection[EntityKind] | None = None) -> int:
    """Index of the one thing that `text` names: by id, else by search. Raises InvalidInput with the candidates."""
    index = model.graph.find(text)
    if index is not None:
        return index
    hits = model.search.search(text, kinds, LISTED + 1)
    if not hits:
        raise UnknownEntity(f"Nothing in the graph is called {text!r}. Look it up: baodian search {text!r}.", text=text)
    exact = [hit for hit in hits if hit.score >= EXACT_SCORE]
    if len(hits) == 1 or len(exact) == 1:
        return (exact or hits)[0].index
    named = "".join(f"\n  {line(model, hit.index)}" for hit in hits[:LISTED])
    more = "\n  ..." if len(hits) > LISTED else ""
    raise InvalidInput(f"{text!r} may be any of several things. Give one of these ids instead:{named}{more}", text=text)


def resolve_all(model: ReadModel, texts: Iterable[str], kinds: Collection[EntityKind] | None = None) -> list[int]:
    """Indexes of several things, in order, each once."""
    return list(dict.fromkeys(resolve(model, text, kinds) for text in texts))


def line(model: ReadModel, index: int) -> str:
    """A thing in one line: id, name, kind in Chinese."""
    return f"{model.graph.id(index)}  {model.graph.name(index)}  ({model.graph.kind(index).zh})"


def title(model: ReadModel, index: int) -> str:
    """A thing's name, or its id where it has none."""
    return model.graph.name(index) or model.graph.id(index)


def brief(model: ReadModel, index: int) -> dict[str, Any]:
    """A thing as JSON: id, kind, name."""
    return {"id": model.graph.id(index), "kind": model.graph.kind(index).value, "name": model.graph.name(index)}


def conducting(model: ReadModel, index: int) -> list[int]:
    """The conducting equipment that a thing stands for.

    Itself; a feeder's head; a customer's and a receiving point's supplies; what lies in a station, hangs on a tower,
    runs in a corridor or shares a risk. Raises InvalidInput where nothing conducts.
    """
    graph = model.graph
    kind = graph.kind(index)
    if kind in CONDUCTING or kind is EntityKind.CONNECTIVITY_NODE:
        return [index]
    if kind is EntityKind.CUSTOMER:
        found = [
            supply
            for point in graph.targets(index, RelationshipKind.HAS_RECEIVING_POINT)
            for supply in graph.targets(point, RelationshipKind.FED_BY)
        ]
    elif kind in _OUTWARD:
        found = list(graph.targets(index, _OUTWARD[kind]))
    else:
        found = [each for way in _INWARD for each in _conducting_within(model, index, way)]
    if not found:
        raise InvalidInput(
            f"{title(model, index)} is a {kind.label} ({kind.zh}) with no equipment that conducts; name that instead.",
            id=graph.id(index),
        )
    return found


def _conducting_within(model: ReadModel, index: int, way: RelationshipKind) -> list[int]:
    graph, seen, todo = model.graph, {index}, [index]
    found = []
    while todo:
        for each in graph.sources(todo.pop(), way):
            if each not in seen:
                seen.add(each)
                todo.append(each)
                if graph.kind(each) in CONDUCTING:
                    found.append(each)
    return sorted(found, key=graph.id)
