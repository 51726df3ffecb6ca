"""Likelihoods (可信度): how probable reports are, in each reporting condition (上报状况) of the night.

Nobody knows beforehand whether tonight's reports err as often as usual: after a storm the indicators of half a town may
have lost their radio. So places are weighed in several conditions at once, each with other odds of an error, and how
probable each condition is follows from how the reports hang together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology.short_circuits import LEVELS
from graph_api.services.location.evidence import Evidence
from graph_api.services.location.expectations import EITHER, TRUE
from graph_api.services.location.rates import Rates
from schema.entity import Entity
from schema.grid import ACLineSegment, ConductingEquipment
from schema.vocabulary import Construction, Ownership

Floats = npt.NDArray[np.float64]
OWNERS: Final = tuple(sorted((None, *Ownership), key=str))
"""Whose equipment is; None = not recorded."""
FACTS: Final = Derivation[str, Floats]("figures of equipment by rates, filled as they are asked for", most=2)
_COIN = float(np.log(0.5))
"""A device that refused reports whatever it likes."""


class Likelihoods:
    """Logarithms of the probability of each report, of shape (reports, conditions)."""

    def __init__(self, reports: Sequence[Evidence], rates: Rates) -> None:
        self.conditions = [*rates.conditions.values()]
        self.chance: Floats = np.log([each.chance for each in self.conditions])
        self.chance -= log_sum(self.chance, axis=0)
        self.silent: Floats = np.log([each.missed(rates.protection.silent_trip.value) for each in self.conditions])
        kinds = {(report.kind, report.stale) for report in reports}
        altered = {kind: [each.altered(rates.reliability_of(*kind)) for each in self.conditions] for kind in kinds}
        tables = [altered[report.kind, report.stale] for report in reports]
        shape = (len(reports), len(self.conditions))
        self.yes, self.no = (
            np.log(
                [
                    [held.chance(positive=report.positive, expected=expected) for held in table]
                    for report, table in zip(reports, tables, strict=True)
                ]
            ).reshape(shape)
            for expected in (True, False)
        )

    def of(self, expected: npt.NDArray[np.int8]) -> Floats:
        """Of all reports, summed over the last axis of what they should say; the last axis is the condition then."""
        found = (expected == TRUE).astype(np.float64) @ (self.yes - self.no) + self.no.sum(axis=0)
        either = expected == EITHER
        if either.any():
            found += either.astype(np.float64) @ (_COIN - self.no)
        return np.asarray(found)


def conduct(refuses: float) -> Floats:
    """Probability of each level of the protection's conduct."""
    levels = np.array([(1 - refuses) * refuses**level for level in range(LEVELS)])
    levels[-1] = refuses ** (LEVELS - 1)
    return levels


def log_sum(values: Floats, axis: int | tuple[int, ...]) -> Floats:
    """Logarithm of the sum of exponentials."""
    most = values.max(axis=axis, keepdims=True, initial=-1e300)
    return np.asarray(np.log(np.exp(values - most).sum(axis=axis)) + most.squeeze(axis))


def facts_of(model: ReadModel, indexes: npt.NDArray[np.int32], rates: Rates) -> Floats:
    """Failures a year, metres of line, 1 where that is overhead somewhere, and the place in OWNERS of whose it is, of
    shape (indexes, 4); known ones are looked up."""
    graph = model.graph
    known = model.memo.recall(FACTS, rates.written, lambda: np.full((graph.size, 4), -1.0))
    missing = indexes[known[indexes, 0] < 0]
    if missing.size:
        known[missing] = [_facts(graph.entity(index), rates) for index in missing.tolist()]
    found: Floats = known[indexes]
    return found


def _facts(entity: Entity, rates: Rates) -> tuple[float, float, float, float]:
    """Failures a year, metres of line, whether that is known to be overhead somewhere, and whose it is."""
    per_year = rates.failures_per_year(entity)
    owner = float(OWNERS.index(entity.ownership if isinstance(entity, ConductingEquipment) else None))
    if not isinstance(entity, ACLineSegment):
        return per_year, 0.0, 0.0, owner
    overhead = entity.construction in (Construction.OVERHEAD, Construction.MIXED)
    return per_year, entity.length_m or 0.0, float(overhead), owner
