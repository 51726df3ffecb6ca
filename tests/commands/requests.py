"""Requests as a program of before the upgrade sent and stored them; the bytes were written by that program."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

from graph_api.commands.assignments import EndAssignment, UpsertAssignment
from graph_api.commands.command import Command
from graph_api.commands.switching import SetSwitchPosition
from schema.vocabulary import Rank, ResponsibilityRole, SwitchPosition

CHINA = timezone(timedelta(hours=8))
SUMMER = timezone(-timedelta(hours=3, minutes=30))


class Stored(NamedTuple):
    """A request: its id, the input over GraphQL, the command it is now, its fingerprint then and now."""

    id: str
    input: dict[str, Any]
    command: Command
    before: str
    now: str


STORED = [
    Stored(
        "set-1",
        {"switch": "B1", "position": "OPEN", "by": "李建军"},
        SetSwitchPosition(switch="B1", position=SwitchPosition.OPEN, by="李建军"),
        "aee013e33625895eed435ef3ab9aefef",
        "5113aba9d88b13436b04e0a246482fe7",
    ),
    Stored(
        "set-2",
        {
            "switch": "F1",
            "position": "CLOSED",
            "by": 'O\'Neil "x"\u00ad',
            "source": "现场汇报",
            "at": "2026-07-30T13:50:00+08:00",
        },
        SetSwitchPosition(
            switch="F1",
            position=SwitchPosition.CLOSED,
            by='O\'Neil "x"\u00ad',
            source="现场汇报",
            at=datetime(2026, 7, 30, 13, 50, tzinfo=CHINA),
        ),
        "9a57b66c9a69f5a156169266de19e54c",
        "ee184c411b01382215fce872f1bbceae",
    ),
    Stored(
        "set-3",
        {"switch": "B2", "position": "UNKNOWN", "by": "王芳", "source": "SCADA", "at": "2026-07-30T05:50:00.250Z"},
        SetSwitchPosition(
            switch="B2",
            position=SwitchPosition.UNKNOWN,
            by="王芳",
            source="SCADA",
            at=datetime(2026, 7, 30, 5, 50, 0, 250_000, tzinfo=UTC),
        ),
        "c41051e011c8804fb57d08795630d987",
        "0034c0bfdd03e82535639e723104da85",
    ),
    Stored(
        "up-1",
        {"role": "DISTRIBUTION_REPAIR", "person": "P2", "covers": ["FD1"]},
        UpsertAssignment(role=ResponsibilityRole.DISTRIBUTION_REPAIR, person="P2", covers=("FD1",)),
        "7f5db1f50879638b6ba818f09a433bb3",
        "ad94bf5f82331d108084a3ace147a3d6",
    ),
    Stored(
        "up-2",
        {
            "id": "排班:7",
            "role": "DISTRIBUTION_REPAIR",
            "person": "P3",
            "team": "TEAM",
            "covers": ["C1", "FD2"],
            "rank": "B",
            "validFrom": "2026-07-30T13:50:00+08:00",
            "validTo": "2026-09-01T00:00:00-03:30",
        },
        UpsertAssignment(
            id="排班:7",
            role=ResponsibilityRole.DISTRIBUTION_REPAIR,
            person="P3",
            team="TEAM",
            covers=("C1", "FD2"),
            rank=Rank.B,
            valid_from=datetime(2026, 7, 30, 13, 50, tzinfo=CHINA),
            valid_to=datetime(2026, 9, 1, tzinfo=SUMMER),
        ),
        "9c18091605bc8639c4fffd01bfb14a0f",
        "833dad118b4d35764e9558153156df6d",
    ),
    Stored(
        "end-1",
        {"id": "A1"},
        EndAssignment(id="A1"),
        "d2b553e34a79ef49ca887baceaa35b7f",
        "d285aea40ef0a320610801a8afd1f146",
    ),
    Stored(
        "end-2",
        {"id": "排班:7", "at": "2026-08-30T14:00:00+08:00"},
        EndAssignment(id="排班:7", at=datetime(2026, 8, 30, 14, tzinfo=CHINA)),
        "2d83aa373d4b2b5a57b21cc68a872ece",
        "d2341f011ab8e614979a8955e404b596",
    ),
]
