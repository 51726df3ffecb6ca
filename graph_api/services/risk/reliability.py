"""Reliability of load points and of a system (供电可靠性) from what faults do and what switching brings back.

Indices as in IEEE 1366: SAIFI (interruptions per customer and year), SAIDI (hours per customer and year), CAIDI (hours
per interruption), ASAI (share of time with supply), ENS (energy not supplied, MWh a year).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.failing import failing
from graph_api.services.restoration.isolation import cut_out
from graph_api.services.restoration.ties import reach_by_ties, ties_of
from schema.grid import EnergyConsumer
from schema.registry import EntityKind

HOURS_A_YEAR = 8760.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """How often an element (index) fails a year, and the hours to repair it and to switch around it."""

    element: int
    per_year: float
    repair_h: float
    switching_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPointIndices:
    """A load point (index): interruptions a year, hours of each, hours a year."""

    load_point: int
    customers: int
    kw: float
    per_year: float
    hours_a_year: float

    @property
    def hours_each(self) -> float:
        """Mean duration of an interruption; 0 if there are none."""
        return self.hours_a_year / self.per_year if self.per_year else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemIndices:
    """Indices of the system and of its load points."""

    saifi: float
    saidi: float
    caidi: float
    asai: float
    ens_mwh: float
    load_points: tuple[LoadPointIndices, ...]


def reliability(model: ReadModel, failures: Sequence[Failure], *, ties: bool = True) -> SystemIndices:
    """Indices of all EnergyConsumers, one fault at a time.

    A fault is cleared by protection (`faulted`), cut out by the nearest switches and repaired. Whoever is fed again by
    closing what tripped, or (`ties`) over open ties of enough capacity, is out for the switching time, else for the
    repair. Load points are in order of id.
    """
    graph = model.graph
    points = sorted(graph.of_kind(EntityKind.ENERGY_CONSUMER), key=graph.id)
    place = {at: number for number, at in enumerate(points)}
    rate, hours = np.zeros(len(points)), np.zeros(len(points))
    for failure in failures:
        cut = cut_out(model, failing(model, [failure.element]).equipment)
        lost = [at for at in cut.fault.lost.tolist() if at in place]
        again = set(cut.back_by_reclosing.tolist())
        if ties and cut.dark.size:
            again.update(reach_by_ties(model, cut, ties_of(model, cut)).tolist())
        for at in lost:
            rate[place[at]] += failure.per_year
            hours[place[at]] += failure.per_year * (failure.switching_h if at in again else failure.repair_h)
    return _system(
        [
            LoadPointIndices(
                load_point=at,
                customers=graph.get(EnergyConsumer, at).customer_count or 0,
                kw=graph.get(EnergyConsumer, at).kw or 0.0,
                per_year=float(rate[number]),
                hours_a_year=float(hours[number]),
            )
            for at, number in place.items()
        ]
    )


def _system(points: Iterable[LoadPointIndices]) -> SystemIndices:
    found = tuple(points)
    customers = sum(point.customers for point in found) or 1
    interruptions = sum(point.customers * point.per_year for point in found)
    hours = sum(point.customers * point.hours_a_year for point in found)
    return SystemIndices(
        saifi=interruptions / customers,
        saidi=hours / customers,
        caidi=hours / interruptions if interruptions else 0.0,
        asai=1 - hours / customers / HOURS_A_YEAR,
        ens_mwh=sum(point.kw * point.hours_a_year for point in found) / 1000,
        load_points=found,
    )
