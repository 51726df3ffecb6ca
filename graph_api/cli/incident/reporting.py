"""`baodian incident report` and `hand-over`: what is filed and handed on, as files; `sign`; `watch`: what comes."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.asking import Asking, asking
from graph_api.cli.incident.acting import ByOption, IncidentArgument, NoteOption, act, incident_of, told_at
from graph_api.cli.names import resolve
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.cli.times import clock_time, read_time
from graph_api.errors import InvalidInput
from schema.words import current, say

if TYPE_CHECKING:
    from graph_api.exports.sheets import Sheet

MOST = 500
"""Entries that are looked at a time."""
SUFFIXES = (".pdf", ".docx", ".xlsx", ".json")


_REPORT = ["room_incidents", "incident_report", "incident_customers", "incident_interruptions"]


def report_name(out: Path | None) -> Path | None:
    """The name of the file, where it says what is to be written. Raises InvalidInput."""
    if out is not None and out.suffix.lower() not in SUFFIXES:
        raise InvalidInput(
            say("{out} is neither {suffixes}; name the file so.", out=out.name, suffixes=", ".join(SUFFIXES))
        )
    return out


def report(
    incident: IncidentArgument,
    out: Annotated[
        Path, typer.Option("--out", help=say("File to write: .pdf, .docx, .xlsx or .json."), callback=report_name)
    ],
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Write the report of an incident."""
    with asking(store, server, _REPORT) as ask:
        id = incident_of(ask, incident)
        found = ask.ask_all("incident_report", "incident", "timeline", id=id, lang=current().value)["incident"]
        _add_customers(ask, id, found)
        _add_interruptions(ask, id, found)
    if found["stateAt"] is None:
        raise InvalidInput(say("The opening of this incident cannot be read; open another one."))
    _write(found, out)
    counts = {"file": str(out), "entries": len(found["timeline"]["nodes"])}
    if as_json:
        output.emit_json(counts)
    else:
        output.notice(say("Written: {file} ({entries} entries)", file=str(out), entries=f"{counts['entries']:,}"))


def _add_customers(ask: Asking, id: str, found: Any) -> None:
    """Everybody who is affected, however many they are, into the answer."""
    state = found["stateAt"]
    if state is None or state["recorded"] is None:
        return
    path = ("incident", "stateAt", "recorded", "customers")
    whole = ask.ask_all("incident_customers", *path, id=id)
    state["recorded"]["customers"] = whole["incident"]["stateAt"]["recorded"]["customers"]


def _add_interruptions(ask: Asking, id: str, found: Any) -> None:
    """How long whom it left without full supply, into the answer."""
    if found["stateAt"] is not None:
        whole = ask.ask_all("incident_interruptions", "incident", "stateAt", "interruptions", id=id)
        found["stateAt"]["interruptions"] = whole["incident"]["stateAt"]["interruptions"]


def hand_over(
    incident: IncidentArgument,
    out: Annotated[
        Path, typer.Option("--out", help=say("File to write: .pdf, .docx, .xlsx or .json."), callback=report_name)
    ],
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Write the hand-over sheet of an incident."""
    from graph_api.exports.hand_over import hand_over_sheets  # what only an answer has to wait for

    with asking(store, server, ["room_incidents", "hand_over_sheet", "incident_customers"]) as ask:
        id = incident_of(ask, incident)
        found = ask.ask("hand_over_sheet", id=id, lang=current().value)["incident"]
        _add_customers(ask, id, found)
        now = told_at(found["stateAt"], ask)
    if found["stateAt"] is None:
        raise InvalidInput(say("The opening of this incident cannot be read; open another one."))
    _written(found, lambda: hand_over_sheets(found, now), out)
    if as_json:
        output.emit_json({"file": str(out)})
    else:
        output.notice(say("Written: {file}", file=str(out)))


def sign(
    incident: IncidentArgument,
    person: Annotated[str, typer.Argument(metavar="PERSON", help=say("Who took over, and signs."))],
    by: ByOption = None,
    note: NoteOption = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Sign for a hand-over."""
    with asking(store, server, ["room_incidents", "sign_hand_over"]) as ask:
        who = resolve(ask, person, ["PERSON"])
        act(ask, "sign_hand_over", as_json, incident=incident_of(ask, incident), person=who, by=by, note=note)


def _write(found: Any, out: Path) -> None:
    from graph_api.exports.incident_report import report_sheets

    _written(found, lambda: report_sheets(found), out)


def _written(found: Any, sheets: Callable[[], list[Sheet]], out: Path) -> None:
    """Write an answer as what the file is called after: JSON as it came, else its sheets."""
    import json

    from graph_api.exports.printing import as_pdf
    from graph_api.exports.sheets import as_workbook
    from graph_api.exports.word import as_word
    from graph_api.whole_file import whole

    suffix = out.suffix.lower()
    if suffix == ".json":
        made = json.dumps(found, ensure_ascii=False, indent=2).encode()
    else:
        made = {".pdf": as_pdf, ".docx": as_word, ".xlsx": as_workbook}[suffix](sheets())
    with whole(out) as draft:
        draft.write_bytes(made)


def watch(
    incident: IncidentArgument,
    every: Annotated[float, typer.Option("--every", min=0.2, max=60, help=say("Seconds between looks."))] = 2.0,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Print what is recorded of an incident, as it comes, until it is closed."""
    id, told, is_open = "", 0, True
    while is_open:  # asked anew each time: a store has moved on meanwhile
        with asking(store, server, ["room_incidents", "room_newest"], tells=not id) as ask:
            id = id or incident_of(ask, incident)
            found = ask.ask("room_newest", id=id, first=MOST, lang=current().value)["incident"]
            for each in (one for one in reversed(found["newest"]) if one["order"] > told):
                told = each["order"]
                _tell(each, told_at(found["stateAt"], ask), as_json)
            is_open = found["stateAt"] is not None and found["stateAt"]["isOpen"]
        if is_open:
            time.sleep(every)


def _tell(each: Any, now: datetime, as_json: bool) -> None:
    if as_json:
        output.emit_json(each)
    else:
        note = "" if each["note"] is None else f" {each['note']}"
        output.line(f"{clock_time(read_time(each['at']), now)}  {each['text']}{note}  [{each['by']}]")
