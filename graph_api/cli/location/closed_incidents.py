"""Closed incidents as a file tells them, one JSON object a line: what was reported, and where the fault was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, PastDatetime, StrictBool, ValidationError

from graph_api.errors import InvalidInput
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.location import Evidence, PastIncident
from schema.system_reasons import reason
from schema.vocabulary import EvidenceKind
from schema.words import say


class _Report(BaseModel, extra="forbid"):
    kind: Literal[tuple(kind.name for kind in EvidenceKind)]  # type: ignore[valid-type]
    things: Annotated[list[str], Field(min_length=1)]
    positive: StrictBool = True


class _Row(BaseModel, extra="forbid"):
    id: str | int | None = None
    at: PastDatetime
    faults: list[str]
    reports: list[_Report]


def incidents_of(graph: Snapshot, path: Path) -> Iterator[PastIncident]:
    """Incidents of a file, each once. InvalidInput says which line cannot be read, and why."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        why = reason(error)
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
    return Evidence(kind=EvidenceKind[row.kind], things=_known(graph, row.things), positive=row.positive)
