"""Impact (影响范围): who is hit, and how badly, when equipment is opened or faulted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, unique
from functools import cached_property

import numpy as np

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology import Assumption, Outage
from graph_api.services.outage.failing import failing
from graph_api.services.outage.supply_state import (
    CustomerState,
    GridState,
    LoadDeadline,
    PointState,
    customer_state,
    deadlines,
    present_state,
)
from graph_api.services.outage.trips import before_trips, may_have_tripped, refuse_other_trips
from schema.registry import KINDS, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import Importance, LoadsFed, SupplyState, SwitchPosition

MAX_EQUIPMENT = 100
"""Most elements that one question may name."""
WITHIN_HOUR_S = 3600
NEVER = 2**53
"""Stands for "no deadline" in sort keys, which count milliseconds from the loss: the same for all, and stable."""

SortKey = tuple[int, int, int, int, int, str, str]
_UNFED = {LoadsFed.NONE: 0, LoadsFed.SOME: 1, LoadsFed.ALL: 2}
_WORSE = {SupplyState.LOST: 0, SupplyState.DEGRADED: 1, SupplyState.NORMAL: 2}
_CLASSES = tuple(Importance)


@unique
class Cause(StrEnum):
    """影响原因: what happens to the equipment."""

    OPENED = "OPENED"
    FAULTED = "FAULTED"
    ISOLATED = "ISOLATED"


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedPoint:
    """A receiving point before and after the event, with the deadlines of its critical loads, soonest first."""

    before: PointState
    after: PointState
    deadlines: tuple[LoadDeadline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedCustomer:
    """A customer whom the event hits: before, after, receiving points, deadlines soonest first."""

    customer: int
    before: CustomerState
    after: CustomerState
    points: tuple[AffectedPoint, ...]
    most_urgent: LoadDeadline | None
    newly_unfed_kw: float | None
    """Power in kW that the event leaves unfed; None if that of any point is not known."""
    changed: bool
    """Whether the event makes any difference to the customer."""
    depends_on: tuple[int, ...] = ()
    """Switches of unknown position that decide this answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactSummary:
    """Counts of affected customers, exact; `lost_kw` is the power known to be unfed, and `kw_unknown` counts the
    customers with unfed loads of unknown power. Feeders and stations are snapshot indexes, ascending."""  # fmt: skip

    customers: int
    by_state: Mapping[SupplyState, int]
    by_importance: Mapping[Importance, int]
    by_loads_fed: Mapping[LoadsFed, int]
    lost_kw: float
    kw_unknown: int
    feeders: tuple[int, ...]
    stations: tuple[int, ...]
    transformers: int
    most_urgent: LoadDeadline | None
    most_urgent_customer: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedFilter:
    """Which affected customers; what is empty does not matter."""

    states: Collection[SupplyState] = ()
    importance: Collection[Importance] = ()
    loads_fed: Collection[LoadsFed] = ()


@dataclass(frozen=True)
class Impact:
    """The answer for one event at one revision. Customers are evaluated at first touch; counts are always exact."""

    model: ReadModel = field(repr=False)
    equipment: tuple[int, ...]
    cause: Cause
    at: datetime
    """The moment of loss, from which deadlines run."""
    outage: Outage = field(repr=False)
    _operated: tuple[int, ...] = field(repr=False)
    """Devices that operate beside those that trip on the fault: heads of faulted feeders, switches that cut it out."""
    _grid_state: GridState = field(repr=False)
    _simple: Sequence[int] = field(repr=False)
    """Customers with one supply and nothing recorded inside, that have lost it; in order."""
    _others: Mapping[int, AffectedCustomer] = field(repr=False)

    @property
    def operated_by(self) -> tuple[int, ...]:
        """Devices that trip, or cut the fault out (ISOLATED), ascending."""
        return tuple(sorted({*self.outage.tripped.tolist(), *self._operated}))

    @cached_property
    def may_have_tripped(self) -> tuple[int, ...]:
        """Why customers may be missing here: see `trips.may_have_tripped`."""
        return may_have_tripped(self.model, self.equipment)

    def equipment_lost(self, kinds: Collection[EntityKind] = ()) -> list[int]:
        """Conducting equipment that loses supply, ascending by index; of these kinds only, if any are given."""
        wanted = np.array([kind in kinds if kinds else kind is not _NODE for kind in KINDS])
        lost: list[int] = self.outage.lost[wanted[self.model.graph.kind_codes()[self.outage.lost]]].tolist()
        return lost

    def affected(self, customer: int) -> AffectedCustomer:
        """One affected customer."""
        return self._others.get(customer) or _affected(self.model, customer, self.outage, self._grid_state)

    def customers(self, chosen: AffectedFilter | None = None) -> list[tuple[SortKey, int]]:
        """Affected customers with their sort keys, people in danger first (docs/meanings.md)."""
        return [pair for pair in self._ranked if chosen is None or self._passes(pair[0], chosen)]

    @cached_property
    def _ranked(self) -> list[tuple[SortKey, int]]:
        facts, graph = self.model.customers.accounts.facts, self.model.graph
        importance, name = facts.importance, facts.name
        lost = _WORSE[SupplyState.LOST]
        ranked: list[tuple[SortKey, int]] = [
            ((0, NEVER, int(importance[at]), lost, NEVER, name[at], graph.id(at)), at) for at in self._simple
        ]
        for at, each in self._others.items():
            soon, later = NEVER, NEVER
            if each.most_urgent is not None:
                due = round(each.most_urgent.seconds * 1000)
                soon, later = (due, NEVER) if each.most_urgent.seconds <= WITHIN_HOUR_S else (NEVER, due)
            key = (_UNFED[each.after.loads_fed], soon, int(importance[at]), _WORSE[each.after.state], later)
            ranked.append(((*key, name[at], graph.id(at)), at))
        return sorted(ranked)

    @cached_property
    def summary(self) -> ImpactSummary:
        """Counts and the most urgent deadline."""
        facts = self.model.customers.accounts.facts
        simple = np.array(self._simple, np.int64)
        kw = facts.kw[simple]
        others = self._others.values()
        classes = Counter(facts.importance[simple].tolist())
        classes.update(int(facts.importance[at]) for at in self._others)
        states = Counter({SupplyState.LOST: simple.size})
        states.update(each.after.state for each in others)
        fed = Counter({LoadsFed.NONE: simple.size})
        fed.update(each.after.loads_fed for each in others)
        newly = [each.newly_unfed_kw for each in others]
        urgent = min(
            ((each.most_urgent.seconds, at) for at, each in self._others.items() if each.most_urgent), default=None
        )
        return ImpactSummary(
            customers=len(self._simple) + len(self._others),
            by_state={state: states[state] for state in SupplyState},
            by_importance={each: classes[place] for place, each in enumerate(_CLASSES)},
            by_loads_fed={each: fed[each] for each in LoadsFed},
            lost_kw=float(np.nansum(kw)) + sum(each for each in newly if each is not None),
            kw_unknown=int(np.isnan(kw).sum()) + sum(each is None for each in newly),
            feeders=self.model.topology.feeders_among(self.outage.lost),
            stations=self._stations(),
            transformers=len(self.equipment_lost((EntityKind.POWER_TRANSFORMER,))),
            most_urgent=None if urgent is None else self._others[urgent[1]].most_urgent,
            most_urgent_customer=None if urgent is None else urgent[1],
        )

    def single_point(self, customer: int) -> int | None:
        """The nearest element that all supplies hang on which a customer still has; None if no one element is.

        Also None if no supply is live.
        """
        live = [
            supply.stands_for
            for point in self.affected(customer).points
            for supply in point.after.point.supplies
            if supply.index in point.after.live
        ]
        common = self.outage.common_single_points(live) if live else []
        return common[0] if common else None

    def _stations(self) -> tuple[int, ...]:
        """Substations with a busbar of their own that loses supply; what stands on a feeder is not their own."""
        graph = self.model.graph
        busbars = self.equipment_lost((EntityKind.BUSBAR_SECTION,))
        containers = {at for busbar in busbars for at in graph.targets(busbar, RelationshipKind.CONTAINED_IN)}
        return tuple(sorted(at for at in containers if graph.kind(at) is EntityKind.SUBSTATION))

    def _passes(self, key: SortKey, chosen: AffectedFilter) -> bool:
        return (
            (not chosen.loads_fed or key[0] in {_UNFED[each] for each in chosen.loads_fed})
            and (not chosen.importance or _CLASSES[key[2]] in chosen.importance)
            and (not chosen.states or key[3] in {_WORSE[each] for each in chosen.states})
        )


_NODE = EntityKind.CONNECTIVITY_NODE


def find_impact(
    model: ReadModel,
    things: Sequence[int],
    at: datetime,
    *,
    cause: Cause = Cause.FAULTED,
    assume: Sequence[Assumption] = (),
    stuck: Collection[int] = (),
    tripped: Collection[int] = (),
) -> Impact:
    """Who is hit when these things (equipment, or what stands for equipment: a feeder, station, tower, ...) fail.

    A feeder that is FAULTED has its fault behind its head, which trips. `at` is the moment of loss; `assume` gives
    switches another position for the event (OPENED with nothing but these asks what they change alone); `stuck` are
    devices that fail to trip; `tripped` have opened on it already, and count as closed before it. Raises InvalidInput
    for no or too many things, for what cannot fail, for other trips than it causes, and, ISOLATED, for a feeder as a
    whole.
    """
    only_positions = bool(assume) and cause is Cause.OPENED
    if (not things and not only_positions) or len(things) > MAX_EQUIPMENT:
        raise InvalidInput(f"Name between 1 and {MAX_EQUIPMENT} pieces of equipment, not {len(things)}.")
    if stuck and cause is Cause.OPENED:
        raise InvalidInput("A device can only fail to trip on a fault; leave `stuck` out, or ask FAULTED.")
    model = before_trips(model, tripped)
    if cause is Cause.ISOLATED:
        # restoration asks here what it has to restore
        from graph_api.services.restoration.planning import impact_when_isolated

        return impact_when_isolated(model, things, at, assume=assume, stuck=stuck, tripped=tripped)
    fails = failing(model, things)
    if cause is Cause.OPENED or not fails.equipment:
        outage = model.topology.opened((*fails.equipment, *fails.heads), assume)
    else:
        opened = [(head, SwitchPosition.OPEN) for head in fails.heads]
        outage = model.topology.faulted(fails.equipment, (*assume, *opened), stuck)
    refuse_other_trips(model, tripped, (*outage.tripped.tolist(), *fails.equipment, *fails.heads))
    grid_state = GridState(outage.live, _dead(outage), dict(assume))
    return impact_of(model, things, at, cause, outage, grid_state, () if cause is Cause.OPENED else fails.heads)


def impact_of(
    model: ReadModel,
    things: Sequence[int],
    at: datetime,
    cause: Cause,
    outage: Outage,
    grid_state: GridState,
    operated: tuple[int, ...],
) -> Impact:
    """Who is hit by an outage; `grid_state` is what customers see of it, `operated` what operates beside what trips."""
    simple, others = _customers_hit(model, outage)
    hit = {at_: _affected(model, at_, outage, grid_state) for at_ in others}
    return Impact(
        model=model,
        equipment=tuple(things),
        cause=cause,
        at=at,
        outage=outage,
        _operated=operated,
        _grid_state=grid_state,
        _simple=simple,
        _others={customer: each for customer, each in hit.items() if each.changed},
    )


def _customers_hit(model: ReadModel, outage: Outage) -> tuple[list[int], list[int]]:
    accounts = model.customers.accounts
    customers = accounts.customers_of(outage.lost)
    simple = accounts.simple[customers]
    plain = customers[simple]
    return plain[np.argsort(accounts.facts.rank[plain])].tolist(), customers[~simple].tolist()


def _dead(outage: Outage) -> frozenset[int]:
    return frozenset((*outage.zone.tolist(), *outage.tripped.tolist()))


def _affected(model: ReadModel, customer: int, outage: Outage, grid_state: GridState) -> AffectedCustomer:
    points = model.customers.points_of(customer)
    if any(map(grid_state.touches, points)):
        found = _worked_out(model, customer, grid_state)
    else:
        # which supplies are live says all, whatever took the others: worked out once a revision
        known = model.kept("affected", dict[tuple[int, tuple[tuple[bool, ...], ...]], AffectedCustomer])
        key = customer, tuple(map(grid_state.pattern, points))
        found = known.get(key) or known.setdefault(key, _worked_out(model, customer, grid_state))
    deciding = _deciding(outage, found.points) if outage.undecided else ()
    return replace(found, depends_on=deciding) if deciding else found


def _worked_out(model: ReadModel, customer: int, grid_state: GridState) -> AffectedCustomer:
    before, after = present_state(model, customer), customer_state(model, customer, grid_state)
    points = tuple(
        AffectedPoint(before=one, after=other, deadlines=tuple(deadlines(one, other)))
        for one, other in zip(before.points, after.points, strict=True)
    )
    every = [each for point in points for each in point.deadlines]
    return AffectedCustomer(
        customer=customer,
        before=before,
        after=after,
        points=points,
        most_urgent=min(every, key=lambda each: (each.seconds, each.load), default=None),
        newly_unfed_kw=_newly_unfed_kw(points),
        changed=any(map(_differs, points)),
    )


def _differs(point: AffectedPoint) -> bool:
    before, after = point.before, point.after
    return (before.live, before.fed, before.loads_fed) != (after.live, after.fed, after.loads_fed)


def _deciding(outage: Outage, points: Iterable[AffectedPoint]) -> tuple[int, ...]:
    found = {
        switch
        for point in points
        for supply in point.after.point.supplies
        if supply.stands_for >= 0
        for switch in outage.depends_on(supply.stands_for)
    }
    return tuple(sorted(found))


def _newly_unfed_kw(points: Iterable[AffectedPoint]) -> float | None:
    """Power in kW that the event leaves unfed; None if that of any point is not known."""
    total = 0.0
    for point in points:
        after, before = point.after.unfed_kw, point.before.unfed_kw
        if after is None or before is None:
            return None
        total += max(after - before, 0.0)
    return total
