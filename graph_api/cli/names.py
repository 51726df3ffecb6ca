"""Things by the name that people use, and how a thing is named in a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph_api.cli.asking import Asking
from graph_api.cli.labels import label
from graph_api.errors import ErrorCode, InvalidInput
from schema.telephone import spoken
from schema.vocabulary import ResponsibilityRole
from schema.words import Language, current, say, text_of

SWITCHES = ("BREAKER", "RECLOSER", "LOAD_BREAK_SWITCH", "DISCONNECTOR", "FUSE", "SWITCH_BAY")
CONDUCTING = (
    *SWITCHES, "BUSBAR_SECTION", "POWER_TRANSFORMER", "AC_LINE_SEGMENT", "ENERGY_SOURCE", "ENERGY_CONSUMER",
    "GENERATING_UNIT", "SHUNT_COMPENSATOR", "SUPPLY_SOURCE", "INTERNAL_BUS", "CUSTOMER_TRANSFORMER", "LOAD",
)  # fmt: skip
FAILING = (
    *CONDUCTING, "CONNECTIVITY_NODE", "FEEDER", "SUBSTATION", "DISTRIBUTION_STATION", "TOWER", "CORRIDOR",
    "RISK_GROUP", "FAULT_INDICATOR", "RECEIVING_POINT", "CUSTOMER",
)  # fmt: skip
"""Kinds that stand for equipment: what a trace or an impact is asked of."""
LISTED_NAMES = 40
"""Names that a line holds."""
Thing = Mapping[str, Any]
"""A thing as answers show it: id, name."""


def resolve_all(
    asking: Asking,
    texts: Sequence[str],
    kinds: Sequence[str] | None = None,
    *,
    once: bool = True,
    else_kinds: Sequence[str] = (),
) -> list[str]:
    """Ids of several things, in order, each once; of `else_kinds` what names no one thing of `kinds`, but one of these.

    Raises InvalidInput with the candidates where one is not alone."""
    if not texts:
        return []
    found = {each["text"]: each for each in _named(asking, texts, kinds)}
    unknown = [text for text, each in found.items() if each["thing"] is None] if else_kinds else []
    found |= {each["text"]: each for each in _named(asking, unknown, else_kinds) if each["thing"] is not None}
    ids = [_one(found[text]) for text in texts]
    return list(dict.fromkeys(ids)) if once else ids


def _named(asking: Asking, texts: Sequence[str], kinds: Sequence[str] | None) -> list[dict[str, Any]]:
    if not texts:
        return []
    named: list[dict[str, Any]] = asking.ask("resolve", texts=list(texts), kinds=kinds, lang=current().value)["resolve"]
    return named


def resolve(asking: Asking, text: str, kinds: Sequence[str] | None = None) -> str:
    """Id of the one thing that a text names. Raises InvalidInput with the candidates."""
    return resolve_all(asking, [text], kinds)[0]


def _one(naming: Mapping[str, Any]) -> str:
    if naming["thing"] is not None:
        found: str = naming["thing"]["id"]
        return found
    text = repr(naming["text"])
    if naming["candidates"]:
        listed = "".join(f"\n  {described(each)}" for each in naming["candidates"])
        more = "\n  ... (+{count})".format(count=naming["more"]) if naming["more"] else ""
        raise InvalidInput(
            say(
                "{text} may be any of several things. Give one of these ids instead:{listed}",
                text=text,
                listed=listed + more,
            ),
            text=naming["text"],
        )
    if naming["nearest"] is None:
        error = InvalidInput(
            say("Nothing in the graph is called {text}. Look it up: baodian search {text}.", text=text)
        )
    else:
        error = InvalidInput(
            say(
                "{text} is no name of anything that this command takes; what comes nearest is of another kind:\n"
                "  {nearest}",
                text=text,
                nearest=described(naming["nearest"]),
            )
        )
    error.code = ErrorCode.UNKNOWN_ENTITY  # type: ignore[misc]
    raise error


def described(thing: Thing) -> str:
    """A thing in one line: id, and kind and name as one says them."""
    return f"{thing['id']}  {thing['label']}"


def title(thing: Thing) -> str:
    """A thing's name, or its id where it has none."""
    name: str = thing["name"] or thing["id"]
    return name


def titles(things: Iterable[Thing]) -> str:
    """Names of things in a line, cut visibly after LISTED_NAMES."""
    every = list(things)
    stop = "、" if current() is Language.ZH else ", "
    more = f"{stop}... ({len(every):,})" if len(every) > LISTED_NAMES else ""
    return stop.join(title(each) for each in every[:LISTED_NAMES]) + more


def called(doer: str, done_by: Mapping[str, Any]) -> str:
    """A role, and who of it is on duty now with the number to call; in which other role, where nobody of it is."""
    first = done_by["first"]
    role = label(ResponsibilityRole, doer)
    if first["role"] != doer:
        role = text_of(say("{role}, by way of {other}", role=role, other=label(ResponsibilityRole, first["role"])))
    person = first["person"] or first["group"]
    number = spoken(first["number"]["value"]) if first["number"] else ""
    return " ".join(each for each in (role, title(person) if person else "", number) if each)
