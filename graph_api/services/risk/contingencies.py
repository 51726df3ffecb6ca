"""Contingencies (N-1 校核): every single fault in the grid, worst first.

    [G1] - CB1 - L1 - CB2 - L2 - [S1 special]      a fault on L1 and one on CB2 each trip CB1 and cost S1
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Things
from graph_api.readmodel.topology import single_faults
from graph_api.services.risk.stakes import ClassCount, Loss, Stakes
from schema.registry import EntityKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Contingency:
    """One fault: the equipment whose faults all have this answer, the devices that open, and what is lost. Indexes."""

    rank: int
    """From 1; 1 is the worst."""
    equipment: tuple[int, ...]
    trips: Things
    loss: Loss

    @property
    def equipment_count(self) -> int:
        """Pieces of equipment whose faults have this answer."""
        return len(self.equipment)

    @property
    def lost(self) -> list[ClassCount]:
        """Customers that lose all supply, by class, without zeros."""
        return self.loss.by_class

    @property
    def lost_count(self) -> int:
        """Customers that lose all supply at some receiving point."""
        return sum(self.loss.lost)

    @property
    def degraded_count(self) -> int:
        """Customers that only lose some supply."""
        return self.loss.degraded

    @property
    def lost_kw(self) -> float:
        """Power of what goes dark. [kW]"""
        return self.loss.kw


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """All single faults, worst first: most customers lost of the highest class, then of the next, then degraded, kW."""

    contingencies: tuple[Contingency, ...]
    swept: int
    """Pieces of equipment whose fault was considered."""
    harmless: int
    """Those among them whose fault costs no customer and no power."""


SCREENINGS: Final = Derivation[frozenset[EntityKind] | None, Screening]("N-1 screening by kinds of equipment", most=4)


def screened_contingencies(model: ReadModel, kinds: Collection[EntityKind] | None = None) -> Screening:
    """`screen_contingencies`, once per revision: lists that are paged through ask for it again and again."""
    key = None if kinds is None else frozenset(kinds)
    return model.memo.recall(SCREENINGS, key, lambda: screen_contingencies(model, kinds))


def screen_contingencies(model: ReadModel, kinds: Collection[EntityKind] | None = None) -> Screening:
    """Every single fault (as `Topology.faulted`) on live equipment of these kinds; None = all.

    Equipment of one protection zone shares one answer and stands in one contingency. Before anybody switches: what
    can be fed again by hand afterwards is counted as lost. Live equipment and open switches beside it are considered.
    """
    cases = single_faults(model.topology)
    stakes = Stakes(model)
    below = stakes.below(cases.entry.clip(0))
    found: list[tuple[Loss, tuple[int, ...], tuple[int, ...]]] = []
    swept = harmless = 0
    for number, members in enumerate(cases.members):
        equipment = tuple(members.tolist())
        if kinds is not None:
            equipment = tuple(each for each in equipment if model.graph.kind(each) in kinds)
        if not equipment:
            continue
        swept += len(equipment)
        apart = cases.apart.get(number)
        loss = below[number] if apart is None else stakes.of(apart.lost)
        trips = (int(cases.entry[number]),) if apart is None else tuple(apart.tripped.tolist())
        if loss.nothing:
            harmless += len(equipment)
        else:
            found.append((loss, equipment, trips))
    found.sort(key=lambda each: (_badness(each[0]), model.graph.id(each[1][0])))
    ranked = tuple(
        Contingency(rank=rank, equipment=equipment, trips=trips, loss=loss)
        for rank, (loss, equipment, trips) in enumerate(found, 1)
    )
    return Screening(contingencies=ranked, swept=swept, harmless=harmless)


def customers_lost(model: ReadModel, contingency: Contingency) -> list[int]:
    """Customers that a contingency leaves without any live supply at some receiving point, most important first."""
    lost = model.topology.faulted([contingency.equipment[0]]).lost
    rank = model.customers.accounts.facts.rank
    return sorted(Stakes(model).customers(lost)[0], key=lambda customer: int(rank[customer]))


def _badness(loss: Loss) -> tuple[float, ...]:
    return (*(-count for count in loss.lost), -loss.degraded, -loss.kw)
