"""Stakes: which customers lose all supply, or part of it, with what goes dark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.counting import Areas, OtherLoads, unnamed_among
from schema.registry import EntityKind
from schema.vocabulary import Importance

CLASSES = tuple(Importance)


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How many customers of an importance class."""

    importance: Importance
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What an event takes: customers of each class that lose all supply at a receiving point, customers that are hit
    otherwise, public areas and other loads, and the power in kW of all of them."""

    lost: tuple[int, ...]
    """By place in CLASSES."""
    degraded: int
    kw: float
    areas: Areas
    other_loads: OtherLoads

    @property
    def nothing(self) -> bool:
        """Whether nobody notices."""
        dark = self.areas.count or self.other_loads.count
        return not (any(self.lost) or self.degraded or self.kw or dark)

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
        """What goes with these indexes, before anybody or anything changes over."""
        array = self._with_unplaced(np.asarray(lost, np.int32))
        dark, weaker = self.customers(array)
        counts = Counter(int(self._class[customer]) for customer in dark)
        kw = float(self._power[array[array < self._power.size]].sum())
        unnamed = unnamed_among(self._model, array)
        return Loss(
            lost=tuple(counts[place] for place in range(len(CLASSES))),
            degraded=len(weaker),
            kw=kw,
            areas=unnamed.areas,
            other_loads=unnamed.other_loads,
        )

    def ends(self, lost: npt.NDArray[np.int32]) -> set[int]:
        """Which of these indexes tell of a live supply whether it is live."""
        lost = self._with_unplaced(lost)
        known = lost[lost < self._is_end.size]
        return set(known[self._is_end[known]].tolist())

    def _with_unplaced(self, lost: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """With the supplies of which only the feeder is known that may hang there."""
        return np.union1d(lost, self._model.topology.unplaced.supplies_at(lost)).astype(np.int32)

    def behind(self, gone: Iterable[int]) -> list[int]:
        """Customers with a live supply that one of these ends tells of; ascending."""
        return sorted({customer for end in gone for customer in self._behind[end]})

    def customers(self, lost: npt.NDArray[np.int32]) -> tuple[list[int], list[int]]:
        """Customers that lose all supply at some receiving point, and those that only lose some; ascending."""
        gone = self.ends(lost)
        hit = self.behind(gone)
        dark = {customer for customer in hit if any(gone.issuperset(live) for live in self._supplies[customer])}
        return sorted(dark), [customer for customer in hit if customer not in dark]
