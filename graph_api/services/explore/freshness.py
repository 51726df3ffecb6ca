"""Freshness: how old the data of each source system is, and how much of it was taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph_api.readmodel.snapshot import Snapshot
from schema.provenance import SourceLoad
from schema.registry import EntityKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFreshness:
    """What is known of a source system's data."""

    system: str
    as_of: datetime | None
    """Newest time that its data was true at, as far as it says so."""
    loaded_at: datetime
    files: int
    """Files loaded from it, one loaded twice counting twice."""
    rows_taken: int
    """Rows taken of the newest load of each file."""
    rows_rejected: int
    """Rows rejected of the newest load of each file."""


def freshness_of(graph: Snapshot) -> list[SourceFreshness]:
    """Freshness by source system, by name."""
    every = [graph.get(SourceLoad, index) for index in graph.of_kind(EntityKind.SOURCE_LOAD)]
    loads = sorted(every, key=lambda load: load.number)
    systems = sorted({load.system for load in loads})
    return [_of_system(system, [load for load in loads if load.system == system]) for system in systems]


def _of_system(system: str, loads: list[SourceLoad]) -> SourceFreshness:
    """Freshness from a system's loads, the newest last."""
    newest = list({load.file: load for load in loads}.values())
    return SourceFreshness(
        system=system,
        as_of=max((load.as_of for load in loads if load.as_of), default=None),
        loaded_at=max(load.loaded_at for load in loads),
        files=len(loads),
        rows_taken=sum(load.rows_taken for load in newest),
        rows_rejected=sum(load.rows_rejected for load in newest),
    )
