"""What commands ask of the files that they read, and say about those that they are to write."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from graph_api.errors import InvalidInput
from schema.words import say


class Format(StrEnum):
    """What files are read as."""

    AUTO = "auto"
    TABULAR = "tabular"
    CIM = "cim"
    PANDAPOWER = "pandapower"
    OPENDSS = "opendss"
    POWER_GRID_MODEL = "power-grid-model"


MappingOption = Annotated[
    str,
    typer.Option("--mapping", help=say("How tables become the graph: plain, bdgd, or the path of your mapping file.")),
]
TimezoneOption = Annotated[
    str, typer.Option("--timezone", help=say("Zone of times in tables that name none, as Asia/Shanghai."))
]
CountryOption = Annotated[
    str, typer.Option("--country", help=say("Whose telephone numbers those without a calling code are, as CN."))
]
EncodingOption = Annotated[
    str, typer.Option("--encoding", help=say("Encoding of text files that are neither UTF-8 nor GB18030."))
]
ShiftsOption = Annotated[
    str,
    typer.Option(
        "--shifts",
        help=say("Hours of shifts where rosters do not say them, as: 白班 08:00-20:00，夜班 20:00-次日08:00."),
    ),
]


def must_be_workbook(path: Path) -> None:
    """Raises InvalidInput for a file to write that is not named .xlsx."""
    if path.suffix.lower() != ".xlsx":
        raise InvalidInput(say("{file} is not an .xlsx file; name it so.", file=path.name), file=path.name)


def must_be_new(path: Path, *, force: bool) -> None:
    """Raises InvalidInput for a file to write that is there already, unless it is to be written over."""
    if path.exists() and not force:
        text = say("{file} exists. Name another file, or write over it with --force.", file=str(path))
        raise InvalidInput(text, file=str(path))
