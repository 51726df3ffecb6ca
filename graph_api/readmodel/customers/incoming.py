"""Incoming switches that nobody drew (进线开关未建模): a supply stands for its own, and is reported open or closed.

    grid ── [S1] ── C1's load        no bay is recorded behind S1: what is reported of its incoming switch is of S1

Normally the main supplies of a receiving point are closed, where it has none the first; the others are open.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import numpy as np

from graph_api.readmodel.columns import NO_ENTITY
from graph_api.readmodel.positions import all_reported
from graph_api.readmodel.snapshot import Snapshot
from schema.positions import PositionReport, microseconds
from schema.registry import KINDS, SWITCHES, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition

_SUPPLY = EntityKind.SUPPLY_SOURCE
_IS_SUPPLY = np.array([kind is _SUPPLY for kind in KINDS] + [False] * (NO_ENTITY + 1 - len(KINDS)))


def reported_supplies(graph: Snapshot) -> list[int]:
    """Customers' supplies of whose incoming switch anything was reported, ascending."""
    if not graph.reports.count:
        return []
    indexes = all_reported(graph)
    indexes = indexes[indexes >= 0]
    added = (graph.number(each) for each in graph.reports.added)
    found = {at for at in added if at is not None and graph.kind(at) is _SUPPLY}
    return sorted(found.union(indexes[_IS_SUPPLY[graph.kind_codes()[indexes]]].tolist()))


def is_its_own_switch(graph: Snapshot, supply: int) -> bool:
    """Whether no switch is recorded at the inner node of a supply."""
    nodes = graph.targets(supply, RelationshipKind.CONNECTS)
    inner = graph.sources(nodes[1], RelationshipKind.CONNECTS) if len(nodes) > 1 else ()
    return not any(graph.kind(at) in SWITCHES for at in inner)


def incoming_report(graph: Snapshot, supply: int, until: datetime | None = None) -> PositionReport | None:
    """What was reported last of the incoming switch that a supply stands for, of times until then."""
    id, series = graph.id(supply), graph.reports
    if until is not None:
        return series.last_until(id, microseconds(until))
    reports = series.of_switch(id) if series.count_of(id) else []
    return reports[-1] if reports else None


def normal_position(graph: Snapshot, supply: int, normally: Collection[int]) -> SwitchPosition:
    """Of the incoming switch that a supply stands for; `normally` are those that carry its receiving point."""
    wired = len(graph.targets(supply, RelationshipKind.CONNECTS)) > 1
    return SwitchPosition.CLOSED if wired or supply in normally else SwitchPosition.OPEN
