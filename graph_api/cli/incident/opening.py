"""`baodian incident open`, `close` and `reopen`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from graph_api.cli import output
from graph_api.cli.asking import asking
from graph_api.cli.incident.acting import ByOption, IncidentArgument, NoteOption, act, incident_of
from graph_api.cli.names import FAILING, resolve, resolve_all
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.cli.times import past_time
from schema.words import say

TitleArgument = Annotated[str, typer.Argument(metavar="TITLE", help=say("What it is about, in one line."))]
EquipmentOption = Annotated[
    list[str] | None,
    typer.Option("--equipment", metavar="ELEMENT", help=say("What fails, as far as it is known; repeatable.")),
]
TrippedOption = Annotated[
    list[str] | None,
    typer.Option("--tripped", metavar="DEVICE", help=say("What tripped on it; recorded as open; repeatable.")),
]
SinceOption = Annotated[
    datetime | None,
    typer.Option(
        "--since", parser=past_time, metavar="TIME", help=say("Moment of loss; without it, the first trip, else now.")
    ),
]
WhenOption = Annotated[
    datetime | None,
    typer.Option("--at", parser=past_time, metavar="TIME", help=say("When it happened; without it, now.")),
]


def open_incident(
    title: TitleArgument,
    equipment: EquipmentOption = None,
    tripped: TrippedOption = None,
    since: SinceOption = None,
    level: Annotated[
        str | None, typer.Option("--level", metavar="I|II|III|IV", help=say("Response level of the company."))
    ] = None,
    commander: Annotated[str | None, typer.Option("--commander", metavar="PERSON", help=say("Who leads it."))] = None,
    cause: Annotated[
        str, typer.Option("--cause", metavar="FAULTED|OPENED", help=say("OPENED for planned work; else it is faulty."))
    ] = "FAULTED",
    exercise: Annotated[bool, typer.Option("--exercise", help=say("An exercise: nothing of it is real."))] = False,
    even_if_open: Annotated[
        bool, typer.Option("--even-if-open", help=say("Although an open incident is about the same."))
    ] = False,
    at: WhenOption = None,
    by: ByOption = None,
    note: NoteOption = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Open an incident."""
    with asking(store, server, ["open_incident"]) as ask:
        act(
            ask,
            "open_incident",
            as_json,
            title=title,
            equipment=resolve_all(ask, equipment or (), FAILING),
            tripped=resolve_all(ask, tripped or ()),
            since=None if since is None else since.astimezone().isoformat(),
            level=level and level.upper(),
            commander=resolve(ask, commander, ["PERSON"]) if commander else None,
            cause=cause.upper(),
            at=None if at is None else at.astimezone().isoformat(),
            exercise=exercise,
            evenIfOpen=even_if_open,
            by=by,
            source=None,
            note=note,
        )


def close(
    incident: IncidentArgument,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help=say("Why it is closed with something left open."))
    ] = None,
    by: ByOption = None,
    note: NoteOption = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Close it; what is left open is refused with the list."""
    with asking(store, server, ["room_incidents", "close_incident"]) as ask:
        id = incident_of(ask, incident)
        act(ask, "close_incident", as_json, incident=id, reason=reason, by=by, note=note)


def drill(
    script: Annotated[str, typer.Argument(metavar="SCRIPT", help=say("FEEDER_TRIP, DUAL_LOSS, BLACKOUT or TYPHOON."))],
    of: Annotated[str, typer.Argument(metavar="THING", help=say("Feeder, customer or station that it is played on."))],
    by: ByOption = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Begin a drill."""
    with asking(store, server, ["start_drill"]) as ask:
        thing = resolve(ask, of, ["FEEDER", "CUSTOMER", "SUBSTATION"])
        act(ask, "start_drill", as_json, script=script.upper(), of=thing, by=by)


def join(
    incident: IncidentArgument,
    other: Annotated[str, typer.Argument(metavar="OTHER", help=say("The incident that is joined into it, and ends."))],
    same_fault: Annotated[
        bool, typer.Option("--same-fault", help=say("Both are about one fault: what the first has confirmed holds."))
    ] = False,
    by: ByOption = None,
    note: NoteOption = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Join another one into it."""
    with asking(store, server, ["room_incidents", "join_incident"]) as ask:
        first, second = incident_of(ask, incident), incident_of(ask, other)
        act(ask, "join_incident", as_json, incident=first, other=second, sameFault=same_fault, by=by, note=note)


def split(
    incident: IncidentArgument,
    title: Annotated[str, typer.Argument(metavar="TITLE", help=say("What the new incident is about."))],
    equipment: Annotated[
        list[str] | None,
        typer.Option("--equipment", metavar="ELEMENT", help=say("Equipment or fault that goes; repeatable.")),
    ] = None,
    tripped: Annotated[
        list[str] | None, typer.Option("--tripped", metavar="DEVICE", help=say("What tripped and goes; repeatable."))
    ] = None,
    evidence: Annotated[
        list[int] | None,
        typer.Option("--evidence", metavar="ENTRY", help=say("Number of a report's entry that goes; repeatable.")),
    ] = None,
    work_orders: Annotated[
        list[int] | None,
        typer.Option("--work-order", metavar="NUMBER", help=say("Work order that goes; repeatable.")),
    ] = None,
    by: ByOption = None,
    note: NoteOption = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Make a part of it an incident of its own."""
    with asking(store, server, ["room_incidents", "split_incident"]) as ask:
        act(
            ask,
            "split_incident",
            as_json,
            incident=incident_of(ask, incident),
            title=title,
            equipment=resolve_all(ask, equipment or [], FAILING),
            tripped=resolve_all(ask, tripped or []),
            evidence=evidence or [],
            workOrders=work_orders or [],
            by=by,
            note=note,
        )


def acknowledge(
    incident: IncidentArgument,
    person: Annotated[
        str | None, typer.Option("--person", metavar="PERSON", help=say("Who was told and takes it in hand."))
    ] = None,
    by: ByOption = None,
    note: NoteOption = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Take it in hand, so that nobody else is told."""
    with asking(store, server, ["room_incidents", "acknowledge_incident"]) as ask:
        who = None if person is None else resolve(ask, person, ["PERSON"])
        id = incident_of(ask, incident)
        act(ask, "acknowledge_incident", as_json, incident=id, person=who, by=by, note=note)


def reopen(
    incident: IncidentArgument,
    why: Annotated[str, typer.Argument(metavar="WHY", help=say("Why it was not over."))],
    by: ByOption = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Open a closed one again."""
    with asking(store, server, ["room_incidents", "reopen_incident"]) as ask:
        act(ask, "reopen_incident", as_json, incident=incident_of(ask, incident), note=why, by=by)
