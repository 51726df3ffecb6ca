"""Roles and persons as commands of access take them."""

from __future__ import annotations

import typer

from graph_api.cli.asking import asking
from graph_api.cli.names import resolve
from graph_api.errors import InvalidInput
from schema.access import AccessRole
from schema.words import say


def role_of(text: str | AccessRole) -> AccessRole:
    """The role that a text names, in either language."""
    wanted = text.strip().upper().replace("-", "_")
    for role in AccessRole:
        if wanted in (role.value, role.zh):
            return role
    listed = ", ".join(f"{role.value.lower().replace('_', '-')} ({role.zh})" for role in AccessRole)
    raise typer.BadParameter(say("{value} is none of {choices}.", value=repr(text), choices=listed))


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
