"""Things by the name that people use: an id, a name, a number, pinyin; several that fit are listed, never guessed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Annotated, Any

import typer

from graph_api.errors import InvalidInput, UnknownEntity
from graph_api.readmodel.model import ReadModel
from schema.registry import CONDUCTING, SWITCHES, EntityKind
from schema.vocabulary import SwitchPosition

FAILING = CONDUCTING | {
    EntityKind.CONNECTIVITY_NODE,
    EntityKind.FEEDER,
    EntityKind.SUBSTATION,
    EntityKind.DISTRIBUTION_STATION,
    EntityKind.TOWER,
    EntityKind.CORRIDOR,
    EntityKind.RISK_GROUP,
    EntityKind.FAULT_INDICATOR,
    EntityKind.RECEIVING_POINT,
    EntityKind.CUSTOMER,
}
"""Kinds that stand for equipment: what a trace or an impact is asked of."""
AssumeOption = Annotated[
    list[str] | None,
    typer.Option("--assume", metavar="SWITCH=OPEN", help="A switch in another position: OPEN or CLOSED; repeatable."),
]
TrippedOption = Annotated[
    list[str] | None,
    typer.Option(
        "--tripped",
        help="A device that stands open since it tripped on this; it counts as closed before, so that whom it left "
        "without supply is counted; repeatable.",
    ),
]
LISTED_NAMES = 40
"""Names that a line holds."""
LISTED = 8
"""Candidates that a message names."""
COMPARED = 50
"""Candidates that are looked at to see whether one alone fits."""
EXACT_SCORE = 93.0
"""Least score of a hit that is the whole of a name, number or pinyin."""


def resolve(model: ReadModel, text: str, kinds: Collection[EntityKind] | None = None) -> int:
    """Index of the one thing that `text` names: by id, else by search.

    One alone must fit: be called so in whole, else hold the text in its name, else be found at all.
    Raises InvalidInput with the candidates.
    """
    index = model.graph.find(text)
    if index is not None:
        return index
    hits = model.search.search(text, kinds, COMPARED)
    if not hits:
        raise UnknownEntity(_nothing(model, text, kinds), text=text)
    exact = [hit for hit in hits if hit.score >= EXACT_SCORE]
    holding = [hit for hit in hits if text.casefold() in model.graph.name(hit.index).casefold()]
    for fitting in (exact, holding, hits):
        if len(fitting) == 1:
            return fitting[0].index
        if len(fitting) > 1:
            break
    named = "".join(f"\n  {line(model, hit.index)}" for hit in hits[:LISTED])
    more = "\n  ..." if len(hits) > LISTED else ""
    raise InvalidInput(f"{text!r} may be any of several things. Give one of these ids instead:{named}{more}", text=text)


def _nothing(model: ReadModel, text: str, kinds: Collection[EntityKind] | None) -> str:
    others = () if kinds is None else model.search.search(text, None, 1)
    if not others:
        return f"Nothing in the graph is called {text!r}. Look it up: baodian search {text!r}."
    return f"{text!r} is nothing that this command takes; nearest to it is:\n  {line(model, others[0].index)}"


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


def briefs(model: ReadModel, indexes: Iterable[int]) -> list[dict[str, Any]]:
    """Things as JSON."""
    return [brief(model, index) for index in indexes]


def titles(model: ReadModel, indexes: Sequence[int]) -> str:
    """Names of things in a line, cut visibly after LISTED_NAMES."""
    more = f", ... ({len(indexes):,})" if len(indexes) > LISTED_NAMES else ""
    return ", ".join(title(model, index) for index in indexes[:LISTED_NAMES]) + more


def assumptions(model: ReadModel, texts: Iterable[str] | None) -> list[tuple[int, SwitchPosition]]:
    """Switches and the positions that they are assumed in. Raises InvalidInput for what is not SWITCH=POSITION."""
    return [_assumption(model, text) for text in texts or ()]


def _assumption(model: ReadModel, text: str) -> tuple[int, SwitchPosition]:
    name, _, word = text.rpartition("=")
    for position in SwitchPosition:
        if name and word.strip().casefold() in (position.value.casefold(), position.zh):
            return resolve(model, name.strip(), SWITCHES), position
    raise InvalidInput(f"{text!r} is no assumption; write SWITCH=OPEN or SWITCH=CLOSED.", assume=text)
