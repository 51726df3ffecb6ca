"""Impact (影响范围): who is hit, and how badly, when equipment is opened or faulted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import numpy as np

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Things
from graph_api.readmodel.topology import Outage
from graph_api.services.outage import trips
from graph_api.services.outage.affected import AffectedCustomer, CustomerChange, change_of, deciding
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.failing import owners_of_what_fails
from graph_api.services.outage.situation import Situation, situation_of
from graph_api.services.outage.summary import ImpactSummary, summary_of
from graph_api.services.outage.supply_state import GridState
from schema.registry import KINDS, EntityKind
from schema.vocabulary import Importance, LoadsFed, SupplyState

WITHIN_HOUR_S = 3600
NEVER = 2**53
"""Stands for "no deadline" in sort keys, which count milliseconds from the loss: the same for all, and stable."""

SortKey = tuple[int, int, int, int, int, str, str]
_UNFED = {LoadsFed.NONE: 0, LoadsFed.SOME: 1, LoadsFed.ALL: 2}
_WORSE = {SupplyState.LOST: 0, SupplyState.DEGRADED: 1, SupplyState.NORMAL: 2}
_CLASSES = tuple(Importance)
_NODE = EntityKind.CONNECTIVITY_NODE


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
    """Of the grid before the event."""
    event: Event
    since: datetime
    """The moment of loss, from which deadlines run."""
    outage: Outage = field(repr=False)
    _operated: tuple[int, ...] = field(repr=False)
    """Devices that operate beside those that trip on the fault: switches that cut it out."""
    _grid_state: GridState = field(repr=False)
    _simple: Sequence[int] = field(repr=False)
    """Customers with one supply and nothing recorded inside, that have lost it; in order."""
    _others: Mapping[int, CustomerChange] = field(repr=False)

    @property
    def equipment(self) -> Things:
        """What was asked about."""
        return self.event.things

    @property
    def cause(self) -> Cause:
        """What happens to it."""
        return self.event.cause

    @property
    def at(self) -> datetime:
        """The moment of loss."""
        return self.since

    @property
    def revision(self) -> int:
        """Revision of the graph that the answer is true of."""
        return self.model.graph.revision

    @property
    def as_of(self) -> datetime:
        """When that revision was made."""
        return self.model.graph.changed_at

    @property
    def operated_by(self) -> Things:
        """Devices that trip, or cut the fault out (ISOLATED), ascending."""
        return tuple(sorted({*self.outage.tripped.tolist(), *self._operated}))

    @property
    def single_phase(self) -> Things:
        """Fuses among them, which open phase by phase."""
        return self.outage.single_phase

    @cached_property
    def may_have_tripped(self) -> Things:
        """Why customers may be missing here: see `trips.may_have_tripped`."""
        return trips.may_have_tripped(self.model, self.equipment)

    @property
    def supplies_gained(self) -> int:
        """Customers' supplies and other loads that get supply which have none now, by what is assumed."""
        kinds = [self.model.graph.kind(index) for index in self.outage.gained.tolist()]
        return kinds.count(EntityKind.SUPPLY_SOURCE) + kinds.count(EntityKind.ENERGY_CONSUMER)

    def equipment_lost(self, kinds: Collection[EntityKind] = ()) -> list[int]:
        """Conducting equipment that loses supply, ascending by index; of these kinds only, if any are given."""
        wanted = np.array([kind in kinds if kinds else kind is not _NODE for kind in KINDS])
        lost: list[int] = self.outage.lost[wanted[self.model.graph.kind_codes()[self.outage.lost]]].tolist()
        return lost

    def affected(self, customer: int) -> AffectedCustomer:
        """One affected customer."""
        change = self._others.get(customer) or change_of(self.model, customer, self._grid_state)
        deciders = deciding(self.outage, change)
        return AffectedCustomer(self.model, self.outage, self.at, change, deciders, customer in self.faulty_inside)

    @cached_property
    def faulty_inside(self) -> frozenset[int]:
        """Customers in whose own network the fault lies."""
        return frozenset() if self.cause is Cause.OPENED else owners_of_what_fails(self.model, self.equipment)

    def customers(self, chosen: AffectedFilter | None = None) -> list[tuple[SortKey, int]]:
        """Affected customers with their sort keys, people in danger first (docs/meanings.md)."""
        return [pair for pair in self._ranked if chosen is None or _passes(pair[0], chosen)]

    @cached_property
    def _ranked(self) -> list[tuple[SortKey, int]]:
        facts, graph = self.model.customers.accounts.facts, self.model.graph
        importance, name = facts.importance, facts.name
        lost = _WORSE[SupplyState.LOST]
        ranked: list[tuple[SortKey, int]] = [
            ((NEVER, int(importance[at]), _UNFED[LoadsFed.NONE], lost, NEVER, name[at], graph.id(at)), at)
            for at in self._simple
        ]
        for at, each in self._others.items():
            soon, later = NEVER, NEVER
            if each.shortest is not None:
                due = round(each.shortest.seconds * 1000)
                soon, later = (due, NEVER) if each.shortest.seconds <= WITHIN_HOUR_S else (NEVER, due)
            if each.urgent_unknown:
                soon = 0  # nobody knows how long these may be without: unknown is never the comfortable case
            key = (soon, int(importance[at]), _UNFED[each.after.loads_fed], _WORSE[each.after.state], later)
            ranked.append(((*key, name[at], graph.id(at)), at))
        return sorted(ranked)

    @property
    def outcome(self) -> tuple[tuple[int, SupplyState, LoadsFed, float | None], ...]:
        """How each customer that is hit fares: state, what is fed, and kW newly unfed; ascending by index."""
        kw = self.model.customers.accounts.facts.kw
        plain = [(at, SupplyState.LOST, LoadsFed.NONE, _known(float(kw[at]))) for at in self._simple]
        changed = (
            (at, each.after.state, each.after.loads_fed, each.newly_unfed_kw) for at, each in self._others.items()
        )
        return tuple(sorted([*plain, *changed], key=lambda each: each[0]))

    @cached_property
    def summary(self) -> ImpactSummary:
        """Counts and the most urgent deadline."""
        return summary_of(self.model, self.outage, self._simple, self._others, self.at)


def _known(kw: float) -> float | None:
    return None if np.isnan(kw) else kw


def _passes(key: SortKey, chosen: AffectedFilter) -> bool:
    return (
        (not chosen.loads_fed or key[2] in {_UNFED[each] for each in chosen.loads_fed})
        and (not chosen.importance or _CLASSES[key[1]] in chosen.importance)
        and (not chosen.states or key[3] in {_WORSE[each] for each in chosen.states})
    )


def find_impact(model: ReadModel, event: Event) -> Impact:
    """Who is hit when the event's things are OPENED or FAULTED. `restoration.aftermath` answers ISOLATED, too.

    A feeder that is FAULTED has its fault right behind its head. Raises InvalidInput for what cannot fail and for other
    trips than it causes.
    """
    return impact_at_the_loss(situation_of(model, event))


def impact_at_the_loss(found: Situation) -> Impact:
    """Who is hit by what an event did."""
    outage = found.fault
    dead = frozenset((*outage.zone.tolist(), *outage.tripped.tolist()))
    grid_state = GridState(outage.live, dead, dict(found.positions_left))
    return impact_of(found, outage, grid_state, ())


def impact_of(found: Situation, outage: Outage, grid_state: GridState, operated: tuple[int, ...]) -> Impact:
    """Who is hit by an outage; `grid_state` is what customers see of it, `operated` operates beside what trips."""
    model = found.before
    accounts = model.customers.accounts
    customers = accounts.customers_of(outage.lost)
    simple = accounts.simple[customers]
    plain = customers[simple]
    hit = {at: change_of(model, at, grid_state) for at in customers[~simple].tolist()}
    return Impact(
        model=model,
        event=found.event,
        since=found.since,
        outage=outage,
        _operated=operated,
        _grid_state=grid_state,
        _simple=plain[np.argsort(accounts.facts.rank[plain])].tolist(),
        _others={customer: each for customer, each in hit.items() if each.changed},
    )
