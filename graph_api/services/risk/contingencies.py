"""Contingencies (N-1 校核): every single fault in the grid, worst first; each is what `impact` says of it.

    [G1] - CB1 - L1 - CB2 - L2 - [S1 special]      a fault on L1 and one on CB2 each trip CB1 and cost S1: one outcome
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Things
from graph_api.readmodel.topology import SingleFaults, single_faults
from graph_api.services.outage.counting import Areas, OtherLoads
from graph_api.services.outage.fault_now import fault_now
from graph_api.services.outage.grid_transfers import transfers_of
from graph_api.services.outage.impact import Impact, impact_in
from graph_api.services.risk.stakes import ClassCount, Loss
from schema.registry import EntityKind
from schema.vocabulary import Importance, SupplyState


@dataclass(frozen=True, slots=True, kw_only=True)
class Contingency:
    """One outcome: the equipment whose faults all have it, the devices that open, and what is lost. Indexes."""

    rank: int
    """From 1; 1 is the worst."""
    equipment: tuple[int, ...]
    trips: Things
    loss: Loss

    @property
    def equipment_count(self) -> int:
        """Pieces of equipment whose faults have this outcome."""
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
        """Customers that are hit otherwise: they lose some supply, or loads by a fault inside."""
        return self.loss.degraded

    @property
    def areas(self) -> Areas:
        """Public areas that go dark."""
        return self.loss.areas

    @property
    def other_loads(self) -> OtherLoads:
        """Loads that go dark and that neither a customer nor households are recorded of."""
        return self.loss.other_loads

    @property
    def lost_kw(self) -> float:
        """Power that is unfed after automatic transfers, of customers, areas and other loads. [kW]"""
        return self.loss.kw


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """All outcomes, worst first: most customers lost of the highest class, then of the next, then degraded, kW."""

    contingencies: tuple[Contingency, ...]
    swept: int
    """Pieces of equipment whose fault was considered."""
    harmless: int
    """Those among them whose fault costs no customer and no power."""


SCREENINGS: Final = Derivation[frozenset[EntityKind] | None, Screening]("N-1 screening by kinds of equipment", most=4)
_CLASSES = tuple(Importance)
_Outcome = tuple[Things, Loss, tuple[tuple[int, object, object, float | None], ...]]
"""What opens, what is lost, and how each customer fares."""


def screened_contingencies(model: ReadModel, kinds: Collection[EntityKind] | None = None) -> Screening:
    """`screen_contingencies`, once per revision: lists that are paged through ask for it again and again."""
    key = None if kinds is None else frozenset(kinds)
    return model.memo.recall(SCREENINGS, key, lambda: screen_contingencies(model, kinds))


def screen_contingencies(model: ReadModel, kinds: Collection[EntityKind] | None = None) -> Screening:
    """Every single fault (as `Topology.faulted`) on live equipment of these kinds, by outcome; None = all.

    Before anybody switches: what can be fed again by hand afterwards is counted as lost. Live equipment and open
    switches beside it are considered.
    """
    cases = single_faults(model.topology)
    sweep = _Sweep(model, cases)
    members: dict[_Outcome, list[int]] = {}
    swept = harmless = 0
    for number, every in enumerate(cases.members):
        equipment = every.tolist()
        if kinds is not None:
            equipment = [each for each in equipment if model.graph.kind(each) in kinds]
        if not equipment:
            continue
        swept += len(equipment)
        for outcome, alike in sweep.outcomes(number, equipment):
            if outcome[1].nothing:
                harmless += len(alike)
            else:
                members.setdefault(outcome, []).extend(alike)
    found = [(loss, tuple(sorted(equipment)), trips) for (trips, loss, _), equipment in members.items()]
    found.sort(key=lambda each: (_badness(each[0]), model.graph.id(each[1][0])))
    ranked = tuple(
        Contingency(rank=rank, equipment=equipment, trips=trips, loss=loss)
        for rank, (loss, equipment, trips) in enumerate(found, 1)
    )
    return Screening(contingencies=ranked, swept=swept, harmless=harmless)


def customers_lost(model: ReadModel, contingency: Contingency) -> list[int]:
    """Customers that a contingency leaves without any live supply at some receiving point, most important first."""
    impact = impact_in(fault_now(model, contingency.equipment[0]))
    rank = model.customers.accounts.facts.rank
    return sorted(_lost(impact), key=lambda customer: int(rank[customer]))


class _Sweep:
    """Outcomes of the cases. Where no customer's inside is touched, all that one device breaks has one outcome."""

    def __init__(self, model: ReadModel, cases: SingleFaults) -> None:
        self._model, self._cases = model, cases
        accounts = model.customers.accounts
        owner = accounts.owner
        self._rich = (owner >= 0) & ~accounts.simple[owner]
        state = model.topology.state
        self._unknown = frozenset(state.network.indexes(state.unknown).tolist())
        """Switches of unknown position: they may set apart what one device breaks."""
        self._by_device: dict[int, _Outcome] = {}
        nodes = {node for each in transfers_of(model).every for node in each.between}
        self._transferring = {device for node in nodes for device in model.topology.single_points(node)}
        """Above what automatic transfers close: what these do depends on where exactly the fault is."""

    def outcomes(self, number: int, equipment: list[int]) -> Iterator[tuple[_Outcome, list[int]]]:
        """What faults of a case do: all the same, but for those that an unknown switch among them sets apart."""
        if self._unknown.isdisjoint(self._cases.members[number].tolist()):
            yield self._outcome(number), equipment
        else:
            yield from ((self._worked_out(each), [each]) for each in equipment)

    def _outcome(self, number: int) -> _Outcome:
        members, device = self._cases.members[number], int(self._cases.entry[number])
        apart = bool(self._unknown) or device in self._transferring
        if device < 0 or apart or bool(self._rich[members].any()):
            return self._worked_out(int(members[0]))
        known = self._by_device.get(device)
        if known is None:
            known = self._by_device[device] = self._worked_out(int(members[0]))
        return known

    def _worked_out(self, equipment: int) -> _Outcome:
        impact = impact_in(fault_now(self._model, equipment))
        return impact.operated_by, _loss(impact), impact.outcome


def _loss(impact: Impact) -> Loss:
    facts, summary = impact.model.customers.accounts.facts, impact.summary
    lost = np.bincount(facts.importance[_lost(impact)], minlength=len(_CLASSES))
    return Loss(
        lost=tuple(lost.tolist()),
        degraded=summary.total_count - int(lost.sum()),
        kw=round(summary.lost_kw, 6),
        areas=summary.areas,
        other_loads=summary.other_loads,
    )


def _lost(impact: Impact) -> list[int]:
    return [each[0] for each in impact.outcome if each[1] is SupplyState.LOST]


def _badness(loss: Loss) -> tuple[float, ...]:
    return (*(-count for count in loss.lost), -loss.degraded, -loss.kw)
