"""`baodian assign`: a responsibility table changed as a workbook is read back, each line a change of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.asking import Asking, asking
from graph_api.cli.names import resolve, resolve_all
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.cli.times import typed_time
from graph_api.errors import InvalidInput
from schema.vocabulary import Rank, ResponsibilityRole, Term
from schema.words import say

if TYPE_CHECKING:
    from graph_api.exports.assignment_sheet import Line

OPERATIONS = ("assignments_named", "assign_as_written")
_AT_ONCE = 50
_HEADS = (say("line"), say("what is wrong"))


def assign(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", exists=True, help=say("A duty table that was changed."))],
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Read a responsibility table back: what was changed in its sheet of assignments becomes so."""
    from graph_api.exports.assignment_sheet import lines_of  # what only running has to wait for

    lines = lines_of(file)
    changed: list[str] = []
    refused: list[tuple[int, str]] = []
    with asking(store, server, OPERATIONS) as ask:
        known = {each["id"]: each for each in assignments(ask, _ids(lines))}
        for line in lines:
            try:
                changed += _assigned(ask, line, known)
            except InvalidInput as error:
                refused.append((line.number, str(error.message)))
    unchanged = len(lines) - len(changed) - len(refused)
    if as_json:
        output.emit_json({"changed": changed, "unchanged": unchanged, "refused": dict(refused)})
    else:
        done, left = f"{len(changed):,}", f"{unchanged:,}"
        counts = say(
            "Changed {changed}, unchanged {unchanged}, refused {refused}.",
            changed=done, unchanged=left, refused=f"{len(refused):,}",
        )  # fmt: skip
        output.sentence(counts)
        if refused:
            output.emit(output.table("", *_HEADS, rows=refused, numbers=_HEADS[:1]))
    if refused:
        raise typer.Exit(1)


def assignments(ask: Asking, ids: Iterable[str]) -> list[dict[str, Any]]:
    """Assignments by their ids, in that order; those that are none are left out."""
    every, found = list(dict.fromkeys(ids)), list[dict[str, Any]]()
    for start in range(0, len(every), _AT_ONCE):
        nodes = ask.ask("assignments_named", ids=every[start : start + _AT_ONCE])["nodes"]
        found += [each for each in nodes if each]
    return found


def _ids(lines: Iterable[Line]) -> list[str]:
    return [str(line.cells["id"]) for line in lines if line.cells["id"]]


def _assigned(ask: Asking, line: Line, known: Mapping[str, dict[str, Any]]) -> list[str]:
    """The id of the assignment, if it is another than before. Raises InvalidInput with all that is wrong."""
    from graph_api.exports.assignment_sheet import cells_of

    id = str(line.cells["id"])
    before = known.get(id) if id else None
    if id and before is None:
        raise InvalidInput(say("No assignment has the id {id}. Leave it empty for a new one.", id=id))
    stands = {} if before is None else cells_of(before)
    wanted = _wanted(ask, line, stands, before)
    if before is not None and wanted == _input_of(before):
        return []
    expected = None if before is None else [{"id": id, "version": str(line.cells["version"])}]
    found = ask.ask("assign_as_written", input={**wanted, "expected": expected})["upsertAssignment"]
    if found["userErrors"]:
        raise InvalidInput(" ".join(each["message"] for each in found["userErrors"]))
    return [found["assignment"]["id"]]


def _wanted(ask: Asking, line: Line, stands: Mapping[str, str], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """The assignment that a line says: a cell as it was written means what it meant."""
    known = {} if before is None else _input_of(before)
    fields = ("id", "role", "rank", "person", "team", "covers", "validFrom", "validTo")
    return {
        name: known[name] if stands.get(name) == line.cells[name] else _value(ask, name, line.cells[name])
        for name in fields
    }


def _value(ask: Asking, name: str, cell: str | datetime) -> Any:
    from graph_api.exports.assignment_sheet import named_ids

    match name:
        case "role" | "rank":
            return _code(ResponsibilityRole if name == "role" else Rank, str(cell))
        case "covers":
            return sorted(resolve_all(ask, named_ids(str(cell))))
        case "person" | "team":
            ids = named_ids(str(cell))
            if len(ids) > 1:
                raise InvalidInput(say("Several hold it: {text}. Give each a line of its own.", text=str(cell)))
            return resolve(ask, ids[0], [name.upper()]) if ids else None
        case "id":
            return None
        case _:
            return _moment(cell) if cell else None


def _moment(cell: str | datetime) -> str:
    try:
        return typed_time(cell).astimezone().isoformat()
    except typer.BadParameter as error:
        raise InvalidInput(str(error)) from error


def _code(vocabulary: type[Term], text: str) -> str:
    known = {word.casefold(): each.value for each in vocabulary for word in (each.value, each.zh, each.en)}
    if text.casefold() not in known:
        words = ", ".join(f"{each.value} {each.zh}" for each in vocabulary)
        raise InvalidInput(say("{text} is none of: {words}.", text=text, words=words))
    return known[text.casefold()]


def _input_of(assignment: Mapping[str, Any]) -> dict[str, Any]:
    """An assignment as the change of it would say it."""
    ends = {name: None if assignment[name] is None else assignment[name]["id"] for name in ("person", "team")}
    plain = {name: assignment[name] for name in ("id", "role", "rank", "validFrom", "validTo")}
    return {**plain, **ends, "covers": sorted(each["id"] for each in assignment["covers"]["nodes"])}
