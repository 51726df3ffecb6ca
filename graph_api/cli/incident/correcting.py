"""`baodian incident switch`, `amend` and `withdraw`: what was operated, what was known wrongly, what was no report."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from graph_api.cli import output
from graph_api.cli.asking import asking
from graph_api.cli.events import assumptions
from graph_api.cli.incident.acting import ByOption, IncidentArgument, NoteOption, act, incident_of, refuse
from graph_api.cli.incident.opening import WhenOption
from graph_api.cli.names import FAILING, resolve_all, titles
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.cli.times import past_time
from schema.words import say

SwitchesArgument = Annotated[
    list[str],
    typer.Argument(metavar="SWITCH=POSITION...", help=say("What was operated, in order: OPEN (分) or CLOSED (合).")),
]


def switch(
    incident: IncidentArgument,
    operations: SwitchesArgument,
    at: WhenOption = None,
    by: ByOption = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Record what was operated, as one act."""
    with asking(store, server, ["room_incidents", "record_operated"]) as ask:
        asked = {
            "incident": incident_of(ask, incident),
            "operations": assumptions(ask, operations),
            "at": None if at is None else at.astimezone().isoformat(),
        }
        found = ask.ask("record_operated", input={**asked, **({"by": by} if by else {})})["recordSwitching"]
        refuse(found["userErrors"])
        if as_json:
            output.emit_json(found)
        else:
            output.sentence(say("Recorded: {switches}.", switches=titles([*found["switches"], *found["supplies"]])))


def amend(
    incident: IncidentArgument,
    title: Annotated[str | None, typer.Option("--title", metavar="TITLE", help=say("What it is about."))] = None,
    equipment: Annotated[
        list[str] | None,
        typer.Option("--equipment", metavar="ELEMENT", help=say("What fails, instead of what was said; repeatable.")),
    ] = None,
    tripped: Annotated[
        list[str] | None,
        typer.Option("--tripped", metavar="DEVICE", help=say("What tripped, instead of what was said; repeatable.")),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option("--since", parser=past_time, metavar="TIME", help=say("Moment of loss.")),
    ] = None,
    level: Annotated[
        str | None, typer.Option("--level", metavar="I|II|III|IV", help=say("Response level of the company."))
    ] = None,
    by: ByOption = None,
    note: NoteOption = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Correct what was known; what is left out stays."""
    with asking(store, server, ["room_incidents", "amend_incident"]) as ask:
        act(
            ask,
            "amend_incident",
            as_json,
            incident=incident_of(ask, incident),
            title=title,
            equipment=resolve_all(ask, equipment, FAILING) if equipment else None,
            tripped=resolve_all(ask, tripped) if tripped else None,
            since=None if since is None else since.astimezone().isoformat(),
            level=level and level.upper(),
            by=by,
            note=note,
        )


def withdraw(
    incident: IncidentArgument,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", help=say("Number of the report's entry in the timeline."))],
    by: ByOption = None,
    note: NoteOption = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """A report turned out to be none."""
    with asking(store, server, ["room_incidents", "withdraw_evidence"]) as ask:
        act(ask, "withdraw_evidence", as_json, incident=incident_of(ask, incident), entry=entry, by=by, note=note)
