"""The sheet of assignments (责任分配) behind a responsibility table: what is changed in it can be read back.

Each line says an assignment as it is; a cell that was not touched means what it meant. Names stand with their ids,
`孙伟 (P1)`; whoever changes one may type a name alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

from openpyxl import load_workbook

from graph_api.errors import InvalidInput
from graph_api.exports.incident_table import Answer, term, title
from graph_api.exports.sheets import Sheet, plain
from schema.vocabulary import Rank, ResponsibilityRole
from schema.words import Language, say, text_of, translated

TITLE = say("Assignments, to be changed here")
HEADS: Final = {
    "id": say("id"), "version": say("version"), "role": say("role"), "rank": say("rank"), "person": say("person"),
    "team": say("team"), "covers": say("responsible for"), "validFrom": say("valid from"),
    "validTo": say("valid until"),
}  # fmt: skip
"""Fields of an assignment, and what their columns are called."""
_BETWEEN = re.compile(r"\s*[;；]\s*")
_ID = re.compile(r".*\((?P<id>[^()]+)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was found in the sheet: its number, and the text or time of each field."""

    number: int
    cells: Mapping[str, str | datetime]


def assignment_sheet(assignments: Iterable[Answer]) -> Sheet:
    """A line for each assignment."""
    rows = [tuple(cells_of(each).values()) for each in assignments]
    return Sheet(text_of(TITLE), tuple(text_of(head) for head in HEADS.values()), rows)


def cells_of(assignment: Answer) -> dict[str, str]:
    """What the line of an assignment says, by field."""
    return {
        "id": assignment["id"],
        "version": str(assignment["version"]),
        "role": term(ResponsibilityRole, assignment["role"]),
        "rank": term(Rank, assignment["rank"]),
        "person": _named(assignment["person"]),
        "team": _named(assignment["team"]),
        "covers": "; ".join(_named(each) for each in assignment["covers"]["nodes"]),
        "validFrom": _moment(assignment["validFrom"]),
        "validTo": _moment(assignment["validTo"]),
    }


def lines_of(file: Path) -> list[Line]:
    """The lines of the sheet in a workbook; empty ones are left out. Raises InvalidInput where it has none."""
    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise InvalidInput(say("{file} cannot be read as a workbook.", file=file.name), file=file.name) from error
    known = _known_heads()
    for sheet in book.worksheets:
        rows = enumerate(sheet.iter_rows(values_only=True), 1)
        for _, row in rows:
            heads = [known.get(str(cell).strip()) for cell in row]
            if {"id", "role", "covers"} <= {*heads}:
                return [*_lines(rows, heads)]
    raise InvalidInput(
        say("{file} has no sheet of assignments. Write one: baodian export duty-table.", file=file.name), file=file.name
    )


def named_ids(text: str) -> list[str]:
    """What a cell names, in order: ids where they stand with the name, else the names."""
    parts = (part for part in _BETWEEN.split(text.strip()) if part)
    return [found["id"] if (found := _ID.fullmatch(part)) else part for part in parts]


def _known_heads() -> dict[str, str]:
    return {translated(str(head), language): name for name, head in HEADS.items() for language in Language}


def _lines(rows: Iterator[tuple[int, tuple[Any, ...]]] | Any, heads: list[str | None]) -> Iterator[Line]:
    for number, row in rows:
        said = {head: cell for head, cell in zip(heads, row, strict=False) if head is not None and cell is not None}
        cells = {head: cell if isinstance(cell, datetime) else str(cell).strip() for head, cell in said.items()}
        if any(cells.values()):
            yield Line(number, {head: cells.get(head, "") for head in HEADS})


def _named(thing: Answer | None) -> str:
    """Name and id of a thing; the id alone where it has no other name."""
    if thing is None:
        return ""
    return f"{title(thing)} ({thing['id']})"


def _moment(text: str | None) -> str:
    return "" if text is None else plain(datetime.fromisoformat(text))
