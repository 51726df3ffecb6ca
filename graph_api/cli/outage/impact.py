"""`baodian impact` and `baodian whatif`: who is hit when things fail, in the order in which they need help."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.asking import Asking, asking
from graph_api.cli.events import EventWords, assumptions, takes_event
from graph_api.cli.names import title, titles
from graph_api.cli.outage import screen
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.cli.times import AtOption
from schema.words import Sentence, say

LimitOption = Annotated[int, typer.Option("--limit", min=1, help=say("Most customers to show; --json gives all."))]
PAGE = 400
"""Customers asked for at once, with all that is told of each: as many as one answer may hold."""
CAUSES = {
    "OPENED": say("taken out of service"),
    "FAULTED": say("faulted"),
    "ISOLATED": say("isolated"),
}


@takes_event(but=("fixed",))
def impact(
    event: EventWords,
    limit: LimitOption = 50,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Who is hit when these fail."""
    with asking(store, server, ["impact"], event.at) as ask:
        most = None if as_json else limit
        found = ask.ask_all("impact", "impact", "customers", most=most, at_once=PAGE, **event.variables(ask))
        warn_of_trips(found["impact"]["mayHaveTripped"])
        if as_json:
            output.emit_json(found)
        else:
            screen.show(found["impact"], ask.now, heading(found["impact"]))


def whatif(
    positions: Annotated[
        list[str],
        typer.Argument(
            metavar="SWITCH=POSITION...", help=say("Switches as they would be: ID=OPEN (or 分), ID=CLOSED (or 合).")
        ),
    ],
    at: AtOption = None,
    limit: LimitOption = 50,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """What if these switches stood otherwise."""
    with asking(store, server, ["impact"], at) as ask:
        found = _assumed(ask, positions, None if as_json else limit)
        if as_json:
            output.emit_json(found)
            return
        screen.show(found["impact"], ask.now, ", ".join(positions))
        back = found["impact"]["suppliesGained"]
        output.sentence(say("Get supply that have none now: {count} supplies", count=f"{back:,}"))


def _assumed(ask: Asking, positions: list[str], most: int | None) -> dict[str, Any]:
    return ask.ask_all(
        "impact", "impact", "customers", most=most, at_once=PAGE,
        equipment=[], cause="OPENED", assume=assumptions(ask, positions), stuck=[], tripped=[], since=None,
        repaired=None,
    )  # fmt: skip


def heading(found: dict[str, Any]) -> str:
    """What is asked, in one line."""
    return say("{names}: {cause}", names=", ".join(map(title, found["equipment"])), cause=CAUSES[found["cause"]])


def warn_of_trips(devices: list[dict[str, Any]]) -> None:
    """Say that what was asked about has no supply already, and how to ask of before."""
    for warning in trip_warnings(devices):
        output.notice(warning)


def trip_warnings(devices: list[dict[str, Any]]) -> tuple[Sentence, ...]:
    """That customers are missing from what was asked: a line to go with every paper made of it, or none."""
    if not devices:
        return ()
    again = " ".join(f"--tripped {each['id']}" for each in devices)
    said = say(
        "It has no supply already: {switches} stands open, and whoever that left without supply is NOT counted "
        "here. If this is the trip, ask again with {again}",
        switches=titles(devices),
        again=again,
    )
    return (said,)
