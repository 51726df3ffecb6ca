"""Acts of `baodian incident`: which incident, in whose name, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.asking import Asking
from graph_api.cli.times import read_time
from graph_api.errors import ErrorCode, InvalidInput
from schema.words import current, say

MOST = 500
"""Incidents among which a number is looked for."""
IncidentArgument = Annotated[
    str,
    typer.Argument(
        metavar="INCIDENT",
        help=say("Number of the incident, as 20261127-01, its end (01 of today's), its id or part of its title."),
    ),
]
ByOption = Annotated[str | None, typer.Option("--by", metavar="NAME", help=say("Who says so; without it, who asks."))]
NoteOption = Annotated[str | None, typer.Option("--note", metavar="TEXT", help=say("More of it, in words."))]


def incident_of(ask: Asking, text: str) -> str:
    """Id of the incident that a text names. Raises InvalidInput where it names none or several."""
    every = ask.ask_all("room_incidents", "incidents", most=MOST, filter=None)["incidents"]["nodes"]
    found = [each for each in every if text in (each["id"], each["number"])]
    ends = [each for each in every if each["number"].endswith(f"-{text:0>2}")]
    found = found or [each for each in ends if _is_open(each)] or ends
    found = found or [each for each in every if text in each["name"]]
    if len(found) == 1:
        id: str = found[0]["id"]
        return id
    listed = [f"{each['number']} {each['name']}" for each in found or every][:5]
    if not listed:
        raise InvalidInput(say("There is no incident yet: baodian incident open TITLE."))
    raise InvalidInput(
        say("{text} names several incidents, as {listed}. Give a number.", text=repr(text), listed=listed)
        if found
        else say("No incident is called {text}. There are: {listed}.", text=repr(text), listed=listed)
    )


def _is_open(each: Any) -> bool:
    return each["stateAt"] is not None and each["stateAt"]["isOpen"]


def told_at(state: Mapping[str, Any] | None, ask: Asking) -> datetime:
    """The moment that an answer shows an incident at, by the clock of who answers; of one that is over, now."""
    return ask.now if state is None or not state["isOpen"] else read_time(state["at"])


def act(ask: Asking, operation: str, as_json: bool, **given: Any) -> None:
    """Ask a change, and say what it recorded. Raises InvalidInput with all that is wrong."""
    from rich.text import Text

    asked = {name: value for name, value in given.items() if value is not None}
    (found,) = ask.ask(operation, input=asked, lang=current().value).values()
    refuse(found["userErrors"])
    if as_json:
        output.emit_json(found)
        return
    incident = found["incident"]
    output.sentence(say("Recorded: {number} {name}.", number=incident["number"], name=incident["name"]))
    for each in reversed(incident["newest"]):
        if each["version"] == found["revision"]:
            output.emit(Text(output.visible(f"  {each['text']}")))


def refuse(wrong: Sequence[Any]) -> None:
    """Raise InvalidInput with all that is wrong, if anything is."""
    if wrong:
        error = InvalidInput("\n  ".join(each["message"] for each in wrong))
        error.code = ErrorCode(wrong[0]["code"])  # type: ignore[misc]
        raise error
