"""`baodian incident list` and `show`: what is worked on, how it stands, and its timeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from graph_api.cli import clock, output
from graph_api.cli.asking import asking
from graph_api.cli.incident.acting import IncidentArgument, incident_of, told_at
from graph_api.cli.labels import label
from graph_api.cli.names import titles
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.cli.times import AHEAD, clock_time, duration_of, local_minute, minute_asked, past_time, read_time
from schema.incident_terms import ClockState, IncidentLevel, WorkOrderState
from schema.words import current, say, text_of

Answer = Mapping[str, Any]


def list_incidents(
    every: Annotated[bool, typer.Option("--all", help=say("Closed ones, too."))] = False,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Incidents by harm."""
    with asking(store, server, ["room_incidents"]) as ask:
        chosen = None if every else {"isOpen": True}
        found = ask.ask_all("room_incidents", "incidents", filter=chosen)
    if as_json:
        output.emit_json(found)
        return
    nodes = found["incidents"]["nodes"]
    if not nodes:
        output.sentence(say("No incident is open.") if not every else say("There is no incident yet."))
        return
    heads = (say("number"), say("title"), say("since"), say("customers out"), say("commander"), say("state"))
    rows = [_row(each, told_at(each["stateAt"], ask)) for each in nodes]
    output.emit(output.table(say("Incidents"), *heads, rows=rows, numbers=[heads[3]], whole=[heads[0], heads[2]]))


def _row(each: Answer, now: datetime) -> tuple[object, ...]:
    state = each["stateAt"]
    if state is None:
        return each["number"], each["name"], None, None, None, say("cannot be read")
    recorded = state["recorded"]
    out = None if recorded is None else f"{recorded['outCount']}/{recorded['totalCount']}"
    mark = text_of(say("exercise")) + " " if each["exercise"] else ""
    is_open = say("worked on") if state["isOpen"] else say("over")
    commander = state["commander"]
    leads = None if commander is None else commander["name"] or commander["id"]
    since = clock_time(read_time(state["since"]), now)
    return each["number"], mark + state["title"], since, out, leads, is_open


def show(
    incident: IncidentArgument,
    at: Annotated[
        datetime | None,
        typer.Option("--at", parser=past_time, metavar="TIME", help=say("As it was at this time.")),
    ] = None,
    known: Annotated[
        datetime | None,
        typer.Option("--known", parser=past_time, metavar="TIME", help=say("As it was known at this time.")),
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """How an incident stands, and its timeline."""
    with asking(store, server, ["room_incidents", "room_incident"], at) as ask:
        id = incident_of(ask, incident)
        moment = None if known is None else known.astimezone().isoformat()
        found = ask.ask_all("room_incident", "incident", "timeline", id=id, known=moment, lang=current().value)
        found = found["incident"]
        now = told_at(found["stateAt"], ask)
    if as_json:
        output.emit_json(found)
        return
    if at is not None:
        still = ask.now - clock.now() > AHEAD
        time = minute_asked(ask.now, None)
        output.sentence(say("As it will be at {time}.", time=time) if still else say("As it was at {time}.", time=time))
    _show(found, now)


def replay(
    incident: IncidentArgument,
    moment: Annotated[
        datetime, typer.Argument(parser=past_time, metavar="TIME", help=say("The moment that it is shown at."))
    ],
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """An incident as it was seen at a moment: what had happened and was known then."""
    show(incident, at=moment, known=moment, store=store, server=server, as_json=as_json)


def _show(found: Answer, now: datetime) -> None:
    from rich.text import Text

    state = found["stateAt"]
    mark = text_of(say("exercise")) + " · " if found["exercise"] else ""
    title = found["name"] if state is None else state["title"]
    output.emit(Text(output.visible(f"{mark}{found['number']} {title}"), "bold"))
    if state is None:
        output.sentence(say("It was not opened yet then."))
        return
    for sentence in _facts(state):
        output.sentence(sentence)
    for sentence in (*_unacknowledged(state, now), *_unsigned(state)):
        output.emit(Text(output.visible(text_of(sentence)), "bold red"))
    for each in state["left"]:
        output.emit(Text(output.visible(each["text"]), "yellow"))
    if state["workOrders"]:
        output.emit(_orders(state["workOrders"], now))
    for sentence, style in _clocks(state["clocks"], now):
        output.emit(Text(output.visible(text_of(sentence)), style))
    heads = (say("time"), say("what"), say("by"))
    rows = [(_when(each, now), _what(each), each["by"]) for each in found["timeline"]["nodes"]]
    output.emit(output.table(say("Timeline"), *heads, rows=rows, whole=[heads[0]]))


def _facts(state: Answer) -> Iterator[str]:
    level = label(IncidentLevel, state["level"]) if state["level"] else text_of(say("no level"))
    opened = local_minute(read_time(state["since"]))
    if state["isOpen"]:
        yield say("Open, {level}; loss at {since}.", level=level, since=opened)
    else:
        closed = local_minute(read_time(state["closedAt"]))
        yield say(
            "Closed at {closed} by {by}, {level}; loss at {since}.",
            closed=closed, by=state["closedBy"], level=level, since=opened,
        )  # fmt: skip
    if state["commander"]:
        yield say("Led by {person}.", person=titles([state["commander"]]))
    if state["fault"]:
        yield say("The fault is on {things}.", things=titles(state["fault"]))
    recorded = state["recorded"]
    if recorded:
        yield say(
            "Affected: {total} customers, {out} not fully fed, {back} back; {areas} areas without supply, {kw} kW.",
            total=recorded["totalCount"],
            out=recorded["outCount"],
            back=recorded["backCount"],
            areas=recorded["areaCount"],
            kw=f"{recorded['lostKw']:,.0f}",
        )


def _unacknowledged(state: Answer, now: datetime) -> Iterator[str]:
    """Since when nobody has taken it in hand, and when who else is told."""
    if state["unacknowledgedSince"]:
        yield say("Not acknowledged since {since}.", since=clock_time(read_time(state["unacknowledgedSince"]), now))
    for each in state["waiting"][:1]:
        due = read_time(each["dueAt"])
        yield say("Told to others at {due}: {rule}.", due=clock_time(due, now), rule=titles([each["rule"]]))


def _unsigned(state: Answer) -> Iterator[str]:
    if state["unsigned"] is not None:
        yield say("The hand-over of entry {entry} is not signed.", entry=state["unsigned"])


def _orders(orders: list[Answer], now: datetime) -> Any:
    from graph_api.exports.incident_table import doers, order_name  # what only an answer has to wait for

    heads = (say("number"), say("work order"), say("done by"), say("state"), say("since"))
    rows = [
        (
            order_name(each),
            each["task"],
            titles(doers(each)),
            label(WorkOrderState, each["state"]),
            clock_time(read_time(each["times"][-1]["at"]), now),
        )
        for each in orders
    ]
    return output.table(say("Work orders"), *heads, rows=rows, numbers=[heads[0]], whole=[heads[4]])


def _clocks(clocks: list[Answer], now: datetime) -> Iterator[tuple[str, str]]:
    """Clocks that run, and those that are over their limit."""
    for each in clocks:
        due = read_time(each["dueAt"])
        number, what, until = each["workOrder"], titles([each["commitment"]]), clock_time(due, now)
        if each["state"] == ClockState.BREACHED.value:
            over = say("Work order {number}: {what}, over since {due}.", number=number, what=what, due=until)
            yield over, "bold red"
        elif each["state"] == ClockState.RUNNING.value:
            left = duration_of(each["remainingSeconds"])
            runs = say(
                "Work order {number}: {what}, due {due}, {left} left.", number=number, what=what, due=until, left=left
            )
            yield runs, "yellow" if each["warned"] else ""


def _when(entry: Answer, now: datetime) -> str:
    """When it happened; with when it was recorded, where that was a minute or more later."""
    at, recorded = read_time(entry["at"]), read_time(entry["recordedAt"])
    if (recorded - at).total_seconds() < 60:
        return clock_time(at, now)
    return f"{clock_time(at, now)} ({clock_time(recorded, now)})"


def _what(entry: Answer) -> str:
    return entry["text"] if entry["note"] is None else f"{entry['text']} {entry['note']}"
