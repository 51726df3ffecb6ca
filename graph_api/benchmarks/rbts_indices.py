"""Indices of the RBTS buses, worked out with our own answers, to compare with the published ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graph_api.benchmarks.rbts import TestSystem, read_rbts
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.risk.reliability import Failure, reliability

BUSES = (2, 4)
TRANSFORMER_PER_YEAR = 0.015
"""Failures a year of an 11/0.415 kV transformer (Allan et al. 1991, table 2)."""
TRANSFORMER_REPAIR_H = 200.0
"""Hours to repair one (the same table)."""
TRANSFORMER_REPLACE_H = 10.0
"""Hours to replace one by a spare (the same table)."""
SWITCHING_H = 1.0
"""Hours until a fault is cut out and what can be fed again is fed."""


@dataclass(frozen=True, slots=True)
class PaperCase:
    """A case of the paper: fuses in the laterals, disconnects in the main sections, transfer over ties, hours of a
    transformer."""

    fuses: bool
    disconnects: bool
    ties: bool
    transformer_hours: float


CASES = {
    "A": PaperCase(fuses=True, disconnects=True, ties=True, transformer_hours=TRANSFORMER_REPAIR_H),
    "B": PaperCase(fuses=False, disconnects=False, ties=False, transformer_hours=TRANSFORMER_REPAIR_H),
    "C": PaperCase(fuses=True, disconnects=False, ties=False, transformer_hours=TRANSFORMER_REPAIR_H),
    "D": PaperCase(fuses=False, disconnects=True, ties=True, transformer_hours=TRANSFORMER_REPAIR_H),
    "E": PaperCase(fuses=True, disconnects=True, ties=True, transformer_hours=TRANSFORMER_REPLACE_H),
    "F": PaperCase(fuses=False, disconnects=True, ties=False, transformer_hours=TRANSFORMER_REPAIR_H),
}
"""The six cases of Allan et al. 1991."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointIndices:
    """Indices of a load point: interruptions a year, hours of each, hours a year."""

    id: str
    customers: int
    per_year: float
    hours_each: float
    hours_a_year: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BusIndices:
    """Indices of a bus (IEEE 1366): SAIFI [1/yr], SAIDI [h/yr], CAIDI [h], ASAI, energy not supplied [MWh/yr]."""

    bus: int
    saifi: float
    saidi: float
    caidi: float
    asai: float
    ens_mwh: float
    load_points: tuple[PointIndices, ...]
    """By number."""


def rbts_indices(folder: Path, case: PaperCase) -> list[BusIndices]:
    """Indices of Bus 2 and Bus 4. Raises LoadError for tables that are missing or wrong."""
    return [_of_bus(bus, read_rbts(folder, bus, fuses=case.fuses, disconnects=case.disconnects), case) for bus in BUSES]


def _of_bus(bus: int, system: TestSystem, case: PaperCase) -> BusIndices:
    graph = Snapshot.of(system.graph.entities, system.graph.relationships)
    model = ReadModel.build(graph)
    found = reliability(model, list(_failures(graph, system, case.transformer_hours)), ties=case.ties)
    points = (
        PointIndices(
            id=graph.id(each.load_point),
            customers=each.customers,
            per_year=each.per_year,
            hours_each=each.hours_each,
            hours_a_year=each.hours_a_year,
        )
        for each in found.load_points
    )
    return BusIndices(
        bus=bus,
        saifi=found.saifi,
        saidi=found.saidi,
        caidi=found.caidi,
        asai=found.asai,
        ens_mwh=found.ens_mwh,
        load_points=tuple(sorted(points, key=lambda each: _number(each.id))),
    )


def _failures(graph: Snapshot, system: TestSystem, transformer_hours: float) -> Iterator[Failure]:
    for each in system.failures:
        yield Failure(
            element=graph.index(each.id), per_year=each.per_year, repair_h=each.repair_h, switching_h=each.switching_h
        )
    for transformer in system.transformers:
        yield Failure(
            element=graph.index(transformer),
            per_year=TRANSFORMER_PER_YEAR,
            repair_h=transformer_hours,
            switching_h=SWITCHING_H,
        )


def _number(name: str) -> int:
    return int("".join(filter(str.isdigit, name)) or 0)
