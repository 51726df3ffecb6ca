"""Supply risks (供电隐患): what is weak about a customer's supply before anything happens.

[G1] - B1 - CB1 - L1 - [S1]      two supplies, and one bus above both: a single point
         \\ - CB2 - L2 - [S2]      L1 and L2 in one trench: a hidden common cause of what else are two circuits
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from graph_api.errors import InvalidInput
from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing
from graph_api.readmodel.topology import Assumption, Outage, SingleFaults, single_faults
from graph_api.services.outage.failing import Failing, failing
from graph_api.services.outage.grid_transfers import transferred
from graph_api.services.outage.interlocks import without_interlock
from graph_api.services.risk.stakes import Stakes
from graph_api.services.risk.supply_rules import measured
from schema.customer import Customer
from schema.registry import EntityKind
from schema.supply_rules import SupplyDemand, rules_of
from schema.vocabulary import Importance
from schema.words import say

Ints = npt.NDArray[np.int32]
SHARED = (EntityKind.TOWER, EntityKind.CORRIDOR, EntityKind.RISK_GROUP)
"""What fails together by one fault: all that hangs on it or lies in it is faulty."""
PLACES = (EntityKind.SUBSTATION, EntityKind.DISTRIBUTION_STATION)
"""What goes out of service as a whole: all that it contains is dead, nothing else trips."""


@unique
class RiskKind(StrEnum):
    """供电隐患类型: what is weak."""

    SINGLE_POINT = "SINGLE_POINT"
    SHARED_PROTECTION = "SHARED_PROTECTION"
    COMMON_CAUSE = "COMMON_CAUSE"
    CLASS_MISMATCH = "CLASS_MISMATCH"
    NO_INTERLOCK = "NO_INTERLOCK"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyRisk:
    """One weakness of a receiving point. Numbers are snapshot indexes.

    `things`: single points, nearest first; equipment of which any one's fault trips every supply; or towers, corridors,
    risk groups or stations (of one kind) of which any one's loss takes every supply. Of a CLASS_MISMATCH the demand,
    how much there is, how much the class must have, and the rule's source. Of NO_INTERLOCK the receiving point, or the
    own sources.
    """

    customer: Thing
    receiving_point: Thing
    kind: RiskKind
    things: tuple[int, ...] = ()
    demand: SupplyDemand | None = None
    found: float | None = None
    required: float | None = None
    source: str = ""

    @property
    def thing_count(self) -> int:
        """Things that are the cause."""
        return len(self.things)


class RiskQuestion(NamedTuple):
    """Which risks are asked for; None = all."""

    kinds: frozenset[RiskKind] | None = None
    importance: frozenset[Importance] | None = None
    customers: tuple[int, ...] | None = None


RISKS: Final = Derivation[RiskQuestion, list[SupplyRisk]]("supply risks by question", most=4)


def known_supply_risks(model: ReadModel, asked: RiskQuestion) -> Sequence[SupplyRisk]:
    """`supply_risks`, once per revision: lists that are paged through ask for them again and again."""
    return model.memo.recall(
        RISKS,
        asked,
        lambda: supply_risks(model, kinds=asked.kinds, importance=asked.importance, customers=asked.customers),
    )


def supply_risks(
    model: ReadModel,
    *,
    kinds: Collection[RiskKind] | None = None,
    importance: Collection[Importance] | None = None,
    customers: Collection[int] | None = None,
) -> list[SupplyRisk]:
    """Weaknesses of these customers (None = all), the most important customer first, then by point and kind.

    Single points and common causes are told of receiving points with two or more live supplies: a single supply
    hangs on everything above it. What is dead now counts as no supply.
    """
    chosen = _chosen(model, importance, customers)
    wanted = set(RiskKind) if kinds is None else set(kinds)
    several = _several(model, chosen)
    found = [risk for customer in chosen for risk in _own(model, customer, wanted)]
    if RiskKind.SINGLE_POINT in wanted:
        found.extend(_single_points(several))
    if wanted & {RiskKind.SHARED_PROTECTION, RiskKind.COMMON_CAUSE}:
        found.extend(risk for risk in _together(model, several) if risk.kind in wanted)
    rank, order = model.customers.accounts.facts.rank, list(RiskKind)
    found.sort(
        key=lambda risk: (int(rank[risk.customer]), model.graph.id(risk.receiving_point), order.index(risk.kind))
    )
    return found


def _chosen(
    model: ReadModel, importance: Collection[Importance] | None, customers: Collection[int] | None
) -> list[int]:
    graph = model.graph
    for index in customers or ():
        if graph.kind(index) is not EntityKind.CUSTOMER:
            raise InvalidInput(say("{id} is no customer; name customers.", id=graph.id(index)), id=graph.id(index))
    asked = graph.of_kind(EntityKind.CUSTOMER) if customers is None else customers
    return [each for each in asked if importance is None or graph.get(Customer, each).importance in importance]


class _Several(NamedTuple):
    """A receiving point with several live supplies."""

    customer: int
    point: int
    live: tuple[int, ...]
    """What tells of each supply whether it is live."""
    single_points: tuple[int, ...]
    """What all of them hang on, nearest first."""


def _several(model: ReadModel, customers: Iterable[int]) -> list[_Several]:
    found = []
    for customer in customers:
        for point in model.customers.points_of(customer):
            ends = {each.stands_for for each in point.supplies if each.in_service and each.stands_for >= 0}
            live = tuple(sorted(filter(model.topology.energised, ends)))
            if len(live) > 1:
                above = tuple(model.topology.common_single_points(live))
                found.append(_Several(customer, point.index, live, above))
    return found


def _single_points(several: Iterable[_Several]) -> Iterator[SupplyRisk]:
    for customer, point, _, things in several:
        if things:
            yield SupplyRisk(customer=customer, receiving_point=point, kind=RiskKind.SINGLE_POINT, things=things)


def _own(model: ReadModel, customer: int, wanted: set[RiskKind]) -> Iterator[SupplyRisk]:
    rules = rules_of(model.graph.get(Customer, customer).importance) if RiskKind.CLASS_MISMATCH in wanted else ()
    if RiskKind.NO_INTERLOCK in wanted:
        yield from _without_interlock(model, customer)
    for point in model.customers.points_of(customer):
        for rule in rules:
            has = measured(model, point, rule.demand)
            if has is not None and has < rule.least:
                yield SupplyRisk(
                    customer=customer,
                    receiving_point=point.index,
                    kind=RiskKind.CLASS_MISMATCH,
                    demand=rule.demand,
                    found=has,
                    required=rule.least,
                    source=rule.source,
                )


def _without_interlock(model: ReadModel, customer: int) -> Iterator[SupplyRisk]:
    apart = without_interlock(model, customer)
    for point in model.customers.points_of(customer):
        things = tuple(each for each in (point.index, *(own.index for own in point.backups)) if each in apart)
        if things:
            yield SupplyRisk(customer=customer, receiving_point=point.index, kind=RiskKind.NO_INTERLOCK, things=things)


def _together(model: ReadModel, several: Sequence[_Several]) -> Iterator[SupplyRisk]:
    """What takes all of several live supplies although what they hang on in common, if anything, stays live."""
    cases, together = single_faults(model.topology), _Together(model, several)
    alone: dict[int, list[int]] = {}
    for number, outage in cases.apart.items():
        fails = Failing((int(cases.members[number][0]),), ())
        for at in together.taken(together.left(fails, outage)):
            alone.setdefault(at, []).extend(cases.members[number].tolist())
    owner = {each.point: each.customer for each in several}
    for at, things in alone.items():
        yield SupplyRisk(
            customer=owner[at], receiving_point=at, kind=RiskKind.SHARED_PROTECTION, things=tuple(sorted(things))
        )
    causes: dict[tuple[int, EntityKind], list[int]] = {}
    for thing, lost in _losses(model, cases, together):
        kind = model.graph.kind(thing)
        for at in together.taken(lost):
            # one of its parts alone does it: that is told as shared protection
            if kind in PLACES or not set(alone.get(at, ())).intersection(failing(model, [thing]).equipment):
                causes.setdefault((at, kind), []).append(thing)
    for (at, _), things in causes.items():
        yield SupplyRisk(customer=owner[at], receiving_point=at, kind=RiskKind.COMMON_CAUSE, things=tuple(things))


class _Together:
    """The points that have several live supplies, and what faults take all of them."""

    def __init__(self, model: ReadModel, several: Sequence[_Several]) -> None:
        self._model = model
        self._stakes = Stakes(model)
        self._of_customer: dict[int, list[_Several]] = {}
        for each in several:
            self._of_customer.setdefault(each.customer, []).append(each)
        supplies = [each.live for each in several]
        self._supplies = np.array([end for live in supplies for end in live], np.int32)
        self._starts = np.cumsum([0, *map(len, supplies)])[:-1]

    def taken(self, lost: Ints) -> Iterator[int]:
        """Points that lose every live supply, but not the nearest single point above them."""
        return (each.point for each in self._cut_off(lost) if not any(at in lost for at in each.single_points[:1]))

    def may_be_taken(self, parts: Sequence[int]) -> bool:
        """Whether any point may lose every live supply if these are out of service; no miss."""
        gone = self._model.topology.may_lose(parts, self._supplies)
        return bool(gone.size and np.logical_and.reduceat(gone, self._starts).any())

    def left(self, fails: Failing, fault: Outage) -> Ints:
        """What is lost of a fault once automatic transfers of the grid have acted.

        They only give back, so where no point lost every supply before them they need not be worked out.
        """

        def again(positions: tuple[Assumption, ...]) -> Outage:
            return self._model.topology.faulted(fails.places, positions)

        if not any(self._cut_off(fault.lost)):
            return fault.lost
        return transferred(self._model, fault, again, fails.equipment).outage.lost

    def _cut_off(self, lost: Ints) -> Iterator[_Several]:
        """Points that lose every live supply."""
        gone = self._stakes.ends(lost)
        points = (each for customer in self._stakes.behind(gone) for each in self._of_customer.get(customer, ()))
        return (each for each in points if gone.issuperset(each.live))


def _losses(model: ReadModel, cases: SingleFaults, together: _Together) -> Iterator[tuple[int, Ints]]:
    """What goes with each thing that stands for equipment of more than one case: the others are single faults.

    Things that touch the same cases have one answer: the towers of a double circuit are worked out once.
    """
    graph = model.graph
    case_of = np.full(graph.size, -1, np.int32)
    for number, members in enumerate(cases.members):
        case_of[members] = number
    known: dict[frozenset[int], Ints] = {}
    for kind in (*SHARED, *PLACES):
        for thing in graph.of_kind(kind):
            try:
                fails = failing(model, [thing])
            except InvalidInput:  # nothing is recorded that conducts there
                continue
            parts = (*fails.equipment, *fails.heads)
            touched = frozenset(case_of[list(parts)].tolist()) - {-1}
            if len(touched) < 2:
                continue
            if kind in PLACES:
                if together.may_be_taken(parts):
                    yield thing, model.topology.opened(parts).lost
                continue
            if touched not in known:
                known[touched] = together.left(fails, model.topology.faulted(fails.places))
            yield thing, known[touched]
