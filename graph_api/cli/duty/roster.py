"""`baodian roster`: who of a team is on duty from when to when, and what is wrong with its roster."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from graph_api.cli import output
from graph_api.cli.asking import asking
from graph_api.cli.labels import label
from graph_api.cli.names import resolve, titles
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.cli.times import local_minute, minute_asked, read_time, typed_time
from schema.words import current, say


def roster(
    team: Annotated[str, typer.Argument(metavar="TEAM", help=say("Team, by name or id."))],
    start: Annotated[
        datetime | None,
        typer.Option("--from", "--at", parser=typed_time, metavar="TIME", help=say("From when on; without it, now.")),
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option("--to", parser=typed_time, metavar="TIME", help=say("Until when; without it, 7 days on.")),
    ] = None,
    most_hours: Annotated[
        int, typer.Option("--most-hours", help=say("Hours on duty without a break beyond which it is a finding."))
    ] = 24,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Who of a team is on duty from when to when."""
    from graph_api.services.duty.watch import RosterFindingKind  # what only an answer has to wait for

    with asking(store, server, ["roster"]) as ask:
        moments = [None if each is None else each.astimezone().isoformat() for each in (start, end)]
        asked = {"start": moments[0], "end": moments[1], "mostHours": most_hours, "lang": current().value}
        found = ask.ask("roster", team=resolve(ask, team, ["TEAM"]), **asked)["roster"]
    if as_json:
        output.emit_json(found)
        return
    heads = (say("begins"), say("ends"), say("on duty"), say("on standby"))
    rows = [
        (local_minute(read_time(each["start"])), local_minute(read_time(each["end"])), titles(each["onDuty"]) or None,
         titles(each["standby"]) or None)
        for each in found["watches"]
    ]  # fmt: skip
    begins = minute_asked(read_time(found["start"]), None)
    output.emit(output.table(f"{titles([found['team']])} · {begins}", *heads, rows=rows, whole=heads[:2]))
    wrong = (say("roster finding"), say("begins"), say("ends"), say("what"))
    rows = [
        (label(RosterFindingKind, each["kind"]), local_minute(read_time(each["start"])),
         local_minute(read_time(each["end"])), each["text"])
        for each in found["findings"]
    ]  # fmt: skip
    if rows:
        output.emit(output.table(say("What is wrong with the roster"), *wrong, rows=rows, whole=wrong[1:3]))
