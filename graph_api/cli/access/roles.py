"""Roles and persons as commands of access take them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Annotated

import typer

from graph_api.cli.asking import asking
from graph_api.cli.names import resolve
from graph_api.errors import InvalidInput
from schema.access import AccessRole
from schema.words import say, text_of

ScopeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--scope",
        help=say(
            "An organisation or area that it is for, with all below, by name or id; repeatable. Without it, everything."
        ),
    ),
]


def role_of(text: str | AccessRole) -> AccessRole:
    """The role that a text names, in either language."""
    wanted = text.strip().upper().replace("-", "_")
    for role in AccessRole:
        if wanted in (role.value, role.zh):
            return role
    listed = ", ".join(f"{role.value.lower().replace('_', '-')} ({role.zh})" for role in AccessRole)
    raise typer.BadParameter(say("{value} is none of {choices}.", value=repr(text), choices=listed))


def scope_of(store: str, texts: list[str] | None) -> list[str] | None:
    """Ids of the organisations and areas that texts name; None for none. Raises InvalidInput for anything else."""
    if not texts:
        return None
    with asking(store, None, ["scope"]) as ask:
        found = [ask.ask("scope", id=resolve(ask, text, ["AREA", "ORGANISATION"]))["node"] for text in texts]
    for text, each in zip(texts, found, strict=True):
        if each["kind"] not in ("AREA", "ORGANISATION"):
            raise InvalidInput(
                say("{name} is no organisation and no area: nothing belongs to it. Nothing was given.", name=text)
            )
    return [each["id"] for each in found]


def gone_of(store: str, ids: Iterable[str]) -> set[str]:
    """Of these what is no organisation or area of the graph (any more)."""
    wanted = set(ids)
    if not wanted:
        return set()
    with asking(store, None, ["scope"]) as ask:
        found = {id: ask.ask("scope", id=id)["node"] for id in wanted}
    return {id for id, each in found.items() if each is None or each["kind"] not in ("AREA", "ORGANISATION")}


def scope_text(scope: Iterable[str] | None, gone: Collection[str]) -> str:
    """What somebody is for; what of it is gone says so."""
    if scope is None:
        return text_of(say("everything"))
    return ", ".join(text_of(say("{id} (gone: opens nothing)", id=each)) if each in gone else each for each in scope)


def person_of(store: str, text: str) -> str:
    """Id of the one person that a text names. Raises InvalidInput for anything else, and for who has left."""
    with asking(store, None, ["person"]) as ask:
        found = ask.ask("person", id=resolve(ask, text, ["PERSON"]))["node"]
    if found["kind"] != "PERSON":
        raise InvalidInput(say("{name} is no person: a key or account belongs to a person of the graph.", name=text))
    if not found["active"]:
        raise InvalidInput(say("{name} has left (active: false); nothing was given.", name=found["name"] or text))
    whose: str = found["id"]
    return whose
