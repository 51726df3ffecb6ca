"""`baodian learn-rates`: how often reports err, from closed incidents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from pydantic import BaseModel, Field, PastDatetime, StrictBool, ValidationError

from graph_api.cli import output
from graph_api.cli.session import DEFAULT_STORE, StoreOption, read_model
from graph_api.errors import InvalidInput
from schema.vocabulary import EvidenceKind
from schema.words import current, say

if TYPE_CHECKING:
    from graph_api.readmodel.snapshot import Snapshot
    from graph_api.services.location import Evidence, Learned, PastIncident, Rates


def learn_rates(
    incidents: Annotated[Path, typer.Argument(help=say("Closed incidents, one JSON object a line: see docs/cli.md."))],
    out: Annotated[Path, typer.Option("--out", help=say("File to write: YAML, for BAODIAN_LOCATION_RATES."))],
    rates: Annotated[
        Path | None, typer.Option("--rates", help=say("Rates to start from; without it, those built in."))
    ] = None,
    strength: Annotated[
        float, typer.Option("--strength", min=1, help=say("Reports of each kind that the rates before count as."))
    ] = 20.0,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Learn rates and write them."""
    from graph_api.rate_files import load_rates, write_rates
    from graph_api.services.location import learn

    model = read_model(store)
    before = load_rates(rates) if rates else load_rates()
    found = learn(model, list(_incidents(model.graph, incidents)), before, strength)
    write_rates(found.rates, out)
    if as_json:
        output.emit_json({"file": str(out), **_facts(found)})
        return
    _show(before, found)
    for key, reason in found.left_out:
        output.notice(say("Left out: {incident}: {reason}", incident=key, reason=reason))
    output.notice(say("Written: {file} (from {count} closed incidents)", file=str(out), count=found.used))


def _show(before: Rates, found: Learned) -> None:
    did, falsely = say("says yes when it should"), say("says yes falsely")
    rows = (
        (
            kind.label(current()),
            f"{before.evidence[kind].when_true:.3f} → {found.rates.evidence[kind].when_true:.3f} "
            f"({tally.did}/{tally.should})",
            f"{before.evidence[kind].when_false:.4f} → {found.rates.evidence[kind].when_false:.4f} "
            f"({tally.did_falsely}/{tally.should_not})",
        )
        for kind, tally in found.tallies.items()
    )
    output.emit(output.table(say("Learned rates"), say("report"), did, falsely, rows=rows, numbers=[did, falsely]))


def _facts(found: Learned) -> dict[str, Any]:
    return {
        "used": found.used,
        "leftOut": [{"id": key, "reason": reason} for key, reason in found.left_out],
        "rates": found.rates.model_dump(mode="json")["evidence"],
        "conditions": {name.value: each.chance for name, each in found.rates.conditions.items()},
    }


class _Report(BaseModel, extra="forbid"):
    kind: Literal[tuple(kind.name for kind in EvidenceKind)]  # type: ignore[valid-type]
    things: Annotated[list[str], Field(min_length=1)]
    positive: StrictBool = True


class _Row(BaseModel, extra="forbid"):
    id: str | int | None = None
    at: PastDatetime
    faults: list[str]
    reports: list[_Report]


def _incidents(graph: Snapshot, path: Path) -> Iterator[PastIncident]:
    """Incidents of a file, each once. InvalidInput says which line cannot be read, and why."""
    from graph_api.services.location import PastIncident

    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise InvalidInput(
            say("{path} cannot be read ({why}): name a file of incidents, one JSON object a line.", path=path, why=why)
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidInput(say("{path} is not UTF-8 text: save it as UTF-8.", path=path)) from error
    keys = set[str]()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = _Row.model_validate_json(line)
            key = str(number if row.id is None else row.id)
            if key in keys:
                raise ValueError(say("the incident {id} is there twice", id=key))
            keys.add(key)
            yield PastIncident(
                key=key,
                at=_moment(row.at),
                faults=_known(graph, row.faults),
                evidence=tuple(_evidence(graph, each) for each in row.reports),
            )
        except ValueError as error:
            why = _why(error) if isinstance(error, ValidationError) else str(error)
            raise InvalidInput(
                say("Line {number} of {path} is no incident: {error}.", number=number, path=path.name, error=why)
            ) from error
    if not keys:
        raise InvalidInput(say("{path} holds no incident; nothing was learned.", path=path.name))


def _why(error: ValidationError) -> str:
    """The first thing that is wrong, and where."""
    first = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    return f"{place}: {first['msg']}" if place else first["msg"]


def _moment(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(say("the time has no zone"))
    return at


def _known(graph: Snapshot, ids: list[str]) -> tuple[int, ...]:
    missing = [each for each in ids if graph.find(each) is None]
    if missing:
        raise ValueError(say("nothing has the id {id}", id=missing[0]))
    return tuple(map(graph.index, ids))


def _evidence(graph: Snapshot, row: _Report) -> Evidence:
    from graph_api.services.location import Evidence

    return Evidence(kind=EvidenceKind[row.kind], things=_known(graph, row.things), positive=row.positive)
