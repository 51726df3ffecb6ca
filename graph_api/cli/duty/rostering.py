"""`baodian roster plan` and `stand-in`: rows of a roster by a pattern, and who works instead of somebody else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.asking import Asking, asking
from graph_api.cli.incident.acting import refuse
from graph_api.cli.labels import label
from graph_api.cli.names import resolve, title
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.cli.times import local_minute, read_time, typed_day, typed_time
from graph_api.errors import InvalidInput
from schema.words import say

_SHIFT = re.compile(r"(\d?\d:\d\d)-(\d?\d:\d\d)(?:=(\d+(?:,\d+)*))?")
_BETWEEN = re.compile(r"[、，,;；\s]+")
_PAGE = 500


def plan(
    team: Annotated[str, typer.Argument(metavar="TEAM", help=say("Team, by name or id."))],
    first: Annotated[
        date, typer.Option("--first", parser=typed_day, metavar="DAY", help=say("First day, as 2026-12-01."))
    ],
    until: Annotated[
        date, typer.Option("--until", parser=typed_day, metavar="DAY", help=say("The day after the last one."))
    ],
    crews: Annotated[
        list[str],
        typer.Option("--crew", metavar="NAMES", help=say("People who are on duty together; one option for each crew.")),
    ],
    shifts: Annotated[
        list[str],
        typer.Option(
            "--shift",
            metavar="HOURS=CREWS",
            help=say(
                "Hours of a shift and its crews turn by turn, as 08:00-20:00=1,2,3 (0 = nobody); without crews all in "
                "turn."
            ),
        ),
    ],
    turn_days: Annotated[int, typer.Option("--turn-days", help=say("Days of a turn: 1 daily, 7 weekly."))] = 1,
    begins: Annotated[
        date | None,
        typer.Option(
            "--cycle-begins",
            parser=typed_day,
            metavar="DAY",
            help=say("First day of the first turn; without it, the first day."),
        ),
    ] = None,
    standby: Annotated[bool, typer.Option("--standby", help=say("Rows of standby, not of duty."))] = False,
    zone: Annotated[str, typer.Option("--timezone", help=say("Time zone of the hours."))] = "Asia/Shanghai",
    replace: Annotated[
        bool, typer.Option("--replace", help=say("Replace rows of the team that begin on these days already."))
    ] = False,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Make a team's roster by a pattern."""
    with asking(store, server, ["plan_roster"]) as ask:
        given = {
            "team": resolve(ask, team, ["TEAM"]),
            "firstDay": first.isoformat(),
            "until": until.isoformat(),
            "crews": [{"people": _people(ask, crew)} for crew in crews],
            "shifts": [_shift(each, len(crews)) for each in shifts],
            "turnDays": turn_days,
            "cycleBegins": None if begins is None else begins.isoformat(),
            "timeZone": zone,
            "shiftType": "STANDBY" if standby else "DUTY",
            "replace": replace,
        }
        _tell(ask.ask("plan_roster", input=given)["planRoster"], as_json)


def stand_in(
    of: Annotated[str, typer.Argument(metavar="OF", help=say("Who cannot come, by name or id, or the id of the row."))],
    by: Annotated[str, typer.Argument(metavar="BY", help=say("Who works instead, by name or id."))],
    start: Annotated[
        datetime | None,
        typer.Option(
            "--from", parser=typed_time, metavar="TIME", help=say("From when on; without it, the shift's own.")
        ),
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option("--to", parser=typed_time, metavar="TIME", help=say("Until when; without it, the shift's own.")),
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Let somebody else work a shift, or a part of it."""
    with asking(store, server, ["stand_in", "shifts_of"]) as ask:
        moments = {"start": _moment(start), "end": _moment(end)}
        row = _row_of(ask, of, start)
        given = {"shift": row, "person": resolve(ask, by, ["PERSON"]), **moments}
        _tell(ask.ask("stand_in", input=given)["standIn"], as_json)


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone().isoformat()


def _people(ask: Asking, crew: str) -> list[str]:
    return [resolve(ask, name, ["PERSON"]) for name in _BETWEEN.split(crew.strip()) if name]


def _shift(written: str, crews: int) -> dict[str, Any]:
    """A shift as the API takes it. Raises InvalidInput."""
    found = _SHIFT.fullmatch(written.replace("\uff1a", ":").replace(" ", ""))
    if found is None:
        raise InvalidInput(say("{text} is no shift. Give its hours and crews, as 08:00-20:00=1,2.", text=repr(written)))
    turns = range(1, crews + 1) if found[3] is None else map(int, found[3].split(","))
    return {"start": f"{found[1]:0>5}", "end": f"{found[2]:0>5}", "crews": list(turns)}


def _row_of(ask: Asking, of: str, start: datetime | None) -> str:
    """The row meant: by its id, else that of a person that holds at a time, or the next. May raise InvalidInput."""
    thing = resolve(ask, of, ["PERSON", "SHIFT"])
    if ask.ask("shifts_of", person=thing, first=1, after=None)["node"]["kind"] == "SHIFT":
        return thing
    node = ask.ask_all("shifts_of", "node", "shifts", at_once=_PAGE, person=thing)["node"]
    at = ask.now if start is None else start.astimezone()
    rows = [each for each in node["shifts"]["nodes"] if each["shiftType"] != "LEAVE" and read_time(each["end"]) > at]
    if start is not None:
        rows = [each for each in rows if read_time(each["start"]) <= at]
    if not rows:
        raise InvalidInput(
            say("{name} is in no row of a roster then. Look with baodian roster TEAM, or give the id.", name=of)
        )
    row: str = min(rows, key=lambda each: read_time(each["start"]))["id"]
    return row


def _tell(found: dict[str, Any], as_json: bool) -> None:
    refuse(found["userErrors"])
    if as_json:
        output.emit_json(found)
        return
    output.sentence(say("Rows of the roster written: {count}", count=len(found["shifts"])))
    output.emit(output.table("", *_HEADS, rows=_rows(found["shifts"]), whole=_HEADS[:2]))


_HEADS = (say("begins"), say("ends"), say("who"), say("type"))


def _rows(shifts: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    from schema.vocabulary import ShiftType  # what only an answer has to wait for

    return [
        (local_minute(read_time(each["start"])), local_minute(read_time(each["end"])), title(each["person"]),
         label(ShiftType, each["shiftType"]))
        for each in sorted(shifts, key=lambda each: (each["start"], each["id"]))
    ]  # fmt: skip
