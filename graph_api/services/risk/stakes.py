"""Stakes: which customers lose all supply, or part of it, with what goes dark; by sums over the whole grid at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology import common_tops, depth_first
from schema.registry import EntityKind
from schema.vocabulary import Importance

Floats = npt.NDArray[np.float64]
CLASSES = tuple(Importance)


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How many customers of an importance class."""

    importance: Importance
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What an event takes: customers of each class with a receiving point that loses its last live supply, customers
    that only lose some supply, and the power in kW of what goes dark before anybody or anything changes over."""

    lost: tuple[int, ...]
    """By place in CLASSES."""
    degraded: int
    kw: float

    @property
    def nothing(self) -> bool:
        """Whether nobody notices."""
        return not (any(self.lost) or self.degraded or self.kw)

    @property
    def by_class(self) -> list[ClassCount]:
        """Customers that lose all supply by class, the most important first, without zeros."""
        return [ClassCount(each, count) for each, count in zip(CLASSES, self.lost, strict=True) if count]


class Stakes:
    """Live supplies of all customers at one revision. Supplies that nothing feeds now cannot be lost."""

    def __init__(self, model: ReadModel) -> None:
        self._model = model
        accounts = model.customers.accounts
        self._class = accounts.facts.importance
        self._power = accounts.power
        self._supplies: dict[int, tuple[tuple[int, ...], ...]] = {}
        for customer in model.graph.of_kind(EntityKind.CUSTOMER):
            ends = [
                {each.stands_for for each in point.supplies if each.in_service and each.stands_for >= 0}
                for point in model.customers.points_of(customer)
            ]
            live = [tuple(sorted(filter(model.topology.energised, those))) for those in ends]
            if any(live):
                self._supplies[customer] = tuple(filter(None, live))
        self._behind: dict[int, list[int]] = {}
        for number, points in self._supplies.items():
            for end in {end for live in points for end in live}:
                self._behind.setdefault(end, []).append(number)
        self._is_end = np.zeros(model.graph.size, np.bool_)
        self._is_end[list(self._behind)] = True

    def points(self, customer: int) -> tuple[tuple[int, ...], ...]:
        """Per receiving point with supply now, the indexes that tell whether its live supplies are live."""
        return self._supplies.get(customer, ())

    def of(self, lost: Sequence[int] | npt.NDArray[np.int32]) -> Loss:
        """What goes with these indexes."""
        array = np.asarray(lost, np.int32)
        dark, weaker = self.customers(array)
        counts = Counter(int(self._class[customer]) for customer in dark)
        kw = float(self._power[array[array < self._power.size]].sum())
        return Loss(lost=tuple(counts[place] for place in range(len(CLASSES))), degraded=len(weaker), kw=kw)

    def customers(self, lost: npt.NDArray[np.int32]) -> tuple[list[int], list[int]]:
        """Customers that lose all supply at some receiving point, and those that only lose some; ascending."""
        ends = lost[lost < self._is_end.size]
        gone = set(ends[self._is_end[ends]].tolist())
        hit = sorted({customer for end in gone for customer in self._behind[end]})
        dark = {customer for customer in hit if any(gone.issuperset(live) for live in self._supplies[customer])}
        return sorted(dark), [customer for customer in hit if customer not in dark]

    def below(self, entries: npt.NDArray[np.int32]) -> list[Loss]:
        """What goes with each of these if it opens; one pass for all, however many."""
        topology = self._model.topology
        tops = iter(common_tops(topology, (live for points in self._supplies.values() for live in points)))
        last: dict[int, list[int]] = {}
        for customer, points in self._supplies.items():
            last[customer] = [top for _ in points if (top := next(tops)) >= 0]
        hit = {customer: [end for live in points for end in live] for customer, points in self._supplies.items()}
        lost = np.stack(
            [
                topology.below(self._weights({c: at for c, at in last.items() if self._class[c] == place}))[entries]
                for place in range(len(CLASSES))
            ],
            axis=1,
        )
        touched = topology.below(self._weights(hit))[entries]
        kw = topology.below(self._power)[entries]
        counts = np.rint(lost).astype(np.int64)
        degraded = np.rint(touched).astype(np.int64) - counts.sum(axis=1)
        return [
            Loss(lost=tuple(by_class), degraded=some, kw=power)
            for by_class, some, power in zip(counts.tolist(), degraded.tolist(), kw.tolist(), strict=True)
        ]

    def _weights(self, spots: dict[int, list[int]]) -> Floats:
        """Weights whose sum below anything is the number of customers with a spot below it, each counted once.

        Where two neighbouring spots of one customer hang on the same thing, that thing takes one of them back.
        """
        weights = np.zeros(self._model.graph.size)
        several: list[list[int]] = []
        for own in spots.values():
            chosen = own if len(own) < 2 else depth_first(self._model.topology, sorted(set(own)))
            np.add.at(weights, chosen, 1.0)
            several.extend([one, other] for one, other in pairwise(chosen))
        for meeting in common_tops(self._model.topology, several):
            if meeting >= 0:
                weights[meeting] -= 1.0
        return weights
