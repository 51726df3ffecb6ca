"""`baodian trace`: where supply comes from, what hangs on a thing, what it is joined to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.asking import Asking, asking
from graph_api.cli.events import AssumeOption, assumptions
from graph_api.cli.kinds import kind_name
from graph_api.cli.labels import label
from graph_api.cli.names import FAILING, LISTED_NAMES, resolve, title, titles
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.errors import InvalidInput
from schema.vocabulary import SwitchPosition
from schema.words import say, text_of

Answer = Mapping[str, Any]
DIRECTIONS = ("UP", "DOWN", "ISLAND", "PATH")
CUSTOMERS = 500
"""Customers asked for with a trace; more of them by pages."""


def trace(
    element: Annotated[str, typer.Argument(help=say("Id, name or search text of equipment, a feeder or a customer."))],
    up: Annotated[
        bool, typer.Option("--up", help=say("All that lies on any way up to the sources (the default)."))
    ] = False,
    down: Annotated[bool, typer.Option("--down", help=say("All that hangs on it alone."))] = False,
    island: Annotated[bool, typer.Option("--island", help=say("All that is joined to it, live or dead."))] = False,
    path: Annotated[bool, typer.Option("--path", help=say("One shortest way up, in order."))] = False,
    assume: AssumeOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help=say("Most rows to show; --json gives all."))] = 200,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Follow the supply of a thing."""
    chosen = [way for way, wanted in zip(DIRECTIONS, (up, down, island, path), strict=True) if wanted]
    if len(chosen) > 1:
        raise InvalidInput(say("Give one of --up, --down, --island, --path."))
    with asking(store, server, ["trace", "traced_customers"]) as ask:
        asked: dict[str, Any] = {
            "from": resolve(ask, element, FAILING),
            "direction": chosen[0] if chosen else "UP",
            "assume": assumptions(ask, assume or ()),
        }
        found = ask.ask_all(
            "trace", "trace", "equipment", most=None if as_json else limit, customers=CUSTOMERS, **asked
        )
        if as_json:
            _with_all_customers(ask, found, asked)
            output.emit_json(found)
        else:
            show(found["trace"])


def _with_all_customers(ask: Asking, found: dict[str, Any], asked: dict[str, Any]) -> None:
    if found["trace"]["customers"]["pageInfo"]["hasNextPage"]:
        every = ask.ask_all("traced_customers", "trace", "customers", **asked)
        found["trace"]["customers"] = every["trace"]["customers"]


def show(found: Answer) -> None:
    """Print a trace; equipment as far as it was asked for."""
    from rich.text import Text

    name, equipment = title(found["start"]), found["equipment"]
    if equipment["totalCount"]:
        number, position = "#", say("position")
        heads = (number, say("kind"), say("name"), say("id"), position)
        rows = (_row(place, each) for place, each in enumerate(equipment["nodes"], 1))
        about = _heading(found["direction"], name)
        output.emit(output.table(about, *heads, rows=rows, numbers=[number], whole=[number, position]))
        output.emit(Text(" · ".join(f"{kind_name(each['kind'])} {each['count']:,}" for each in found["kinds"])))
    elif found["energised"]:
        output.sentence(say("Nothing else loses supply if {name} opens.", name=name))
    if found["noSource"]:
        unknown = say(
            "How {name} is wired to a source (上级电源) is not recorded: whether it is live cannot be told from here.",
            name=name,
        )
        output.emit(Text(output.visible(text_of(unknown)), "yellow"))
    elif not found["energised"]:
        dead = say("{name} has no supply now: no source reaches it over closed switches.", name=name)
        output.emit(Text(output.visible(text_of(dead)), "bold red"))
    _show_around(found)
    left = equipment["totalCount"] - len(equipment["nodes"])
    if left > 0:
        output.notice(say("{count} more are not shown: --limit, or --json for all.", count=f"{left:,}"))


def _heading(direction: str, name: str) -> str:
    match direction:
        case "UP":
            return say("Where the supply of {name} comes from", name=name)
        case "DOWN":
            return say("What loses supply if {name} opens", name=name)
        case "ISLAND":
            return say("What {name} is joined to", name=name)
        case _:
            return say("Shortest way from {name} up to a source", name=name)


def _show_around(found: Answer) -> None:
    from rich.text import Text

    customers = [each for each in found["customers"]["nodes"] if each["id"] != found["start"]["id"]]
    if customers:
        count = found["customers"]["totalCount"] - (len(found["customers"]["nodes"]) - len(customers))
        listed = customers[:LISTED_NAMES]
        names = titles(listed) + (", ..." if count > len(listed) else "")
        _paragraph(say("Customers {count}: {names}", count=f"{count:,}", names=names))
    if unsure := found["placeUnknown"]["totalCount"]:
        said = say("Of {count} of them only the feeder is known: they may hang elsewhere on it.", count=f"{unsure:,}")
        output.emit(Text(output.visible(text_of(said)), "yellow"))
    if found["feeders"]:
        _paragraph(say("Fed by {names}", names=titles(found["feeders"])))
    ties = [point for point in found["openPoints"] if point["liveBeyond"]]
    if ties and found["direction"] != "PATH":
        position = say("position")
        heads = (say("switch"), say("id"), position, say("feeders behind it"))
        about = say("Could also be fed over")
        output.emit(output.table(about, *heads, rows=map(_tie, ties), whole=[position]))
    if found["dependsOn"]:
        doubt = say("Position unknown, counted as open: {names}", names=titles(found["dependsOn"]))
        output.emit(Text(output.visible(text_of(doubt)), "yellow"))


def _paragraph(text: str) -> None:
    from rich.text import Text

    output.emit(Text(output.visible(text_of(text))))


def _tie(point: Answer) -> tuple[object, ...]:
    switch = point["switch"]
    return title(switch), switch["id"], _position(point["position"]), titles(point["feeders"])


def _row(place: int, each: Answer) -> tuple[object, ...]:
    return place, kind_name(each["kind"]), each["name"], each["id"], _position(each.get("currentPosition"))


def _position(code: str | None) -> object:
    from rich.text import Text

    return Text("" if code is None else label(SwitchPosition, code), "" if code == "CLOSED" else "bold yellow")
