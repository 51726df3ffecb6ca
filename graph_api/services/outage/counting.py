"""Counting (停电统计): everybody who is dark counts: public areas (台区) by households and kW, other loads by kW.

One aggregation for every answer: of impact, of contingencies, of what a plan brings back or leaves out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.model import ReadModel

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Areas:
    """Public distribution areas (台区): loads of which it is recorded how many households they stand for."""

    count: int = 0
    households: int = 0
    kw: float = 0.0
    """Power in kW; what is not known counts 0."""


@dataclass(frozen=True, slots=True)
class OtherLoads:
    """Loads behind which neither a customer nor a number of households is recorded."""

    count: int = 0
    kw: float = 0.0
    """Power in kW; what is not known counts 0."""


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Everybody who is no customer on record."""

    areas: Areas
    other_loads: OtherLoads

    @property
    def kw(self) -> float:
        """Power of all of them."""
        return self.areas.kw + self.other_loads.kw


def unnamed_among(model: ReadModel, indexes: Ints | Collection[int]) -> Unnamed:
    """Areas and other loads among some indexes, as those that have lost supply, or that get it back."""
    asked = indexes if isinstance(indexes, np.ndarray) else np.fromiter(indexes, np.int32, len(indexes))
    households, kw = model.customers.accounts.unnamed.among(asked).T
    area = households >= 0
    return Unnamed(
        Areas(int(area.sum()), int(households[area].sum()), float(kw[area].sum())),
        OtherLoads(int((~area).sum()), float(kw[~area].sum())),
    )


def unnamed_loads(model: ReadModel, indexes: Ints) -> list[tuple[int, float, bool]]:
    """The same one by one: which load, its power, and whether it is a public area."""
    unnamed = model.customers.accounts.unnamed
    loads = unnamed.loads_among(indexes)
    facts = unnamed.among(loads).tolist()
    return [(load, kw, households >= 0) for load, (households, kw) in zip(loads.tolist(), facts, strict=True)]
