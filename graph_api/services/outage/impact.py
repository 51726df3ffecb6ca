"""Impact (影响范围): who is hit, and how badly, when equipment is opened or faulted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from graph_api.errors import InvalidInput
from graph_api.lazy import cached_property
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Things
from graph_api.readmodel.topology import Outage
from graph_api.services.outage.affected import AffectedCustomer
from graph_api.services.outage.back import seen_by_customers
from graph_api.services.outage.changes import Hit
from graph_api.services.outage.counting import Areas, Unnamed, unnamed_among
from graph_api.services.outage.dead_before import DeadBefore, Operated, dead_before, may_have_tripped, operated
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.failing import owners_of_what_fails
from graph_api.services.outage.hit_since import NOBODY, HitSince, hit_since
from graph_api.services.outage.hits import Moment, hit_of, moment_of_loss
from graph_api.services.outage.losses import Losses
from graph_api.services.outage.possible import Possible
from graph_api.services.outage.releases import fell_since, held_before
from graph_api.services.outage.situation import Situation, situation_of
from graph_api.services.outage.summary import ImpactSummary, summary_of
from graph_api.services.outage.transfers_acted import GridTransferActed, transfers_acted
from graph_api.services.outage.trips import has_opened
from graph_api.services.outage.unsupplied import without_supply
from schema.registry import CONDUCTING, KINDS, EntityKind
from schema.vocabulary import Importance, LoadsFed, SupplyState

WITHIN_HOUR_S = 3600
NEVER = 2**53
"""Stands for "no deadline" in sort keys, which count milliseconds from the loss: the same for all, and stable."""

_MS = timedelta(milliseconds=1)
SortKey = tuple[int, int, int, int, int, int, str, str]
_UNFED = {LoadsFed.NONE: 0, LoadsFed.SOME: 1, LoadsFed.ALL: 2}
_WORSE = {SupplyState.LOST: 0, SupplyState.DEGRADED: 1, SupplyState.NORMAL: 2}
_CLASSES = tuple(Importance)


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedFilter:
    """Which affected customers; what is empty does not matter."""

    states: Collection[SupplyState] = ()
    importance: Collection[Importance] = ()
    loads_fed: Collection[LoadsFed] = ()


@dataclass(frozen=True)
class Impact:
    """The answer for one event at one revision. Customers are evaluated at first touch; counts are always exact."""

    situation: Situation = field(repr=False)
    at_loss: Moment = field(repr=False)
    now: Moment = field(repr=False)
    """The same as `at_loss` as long as nobody has acted."""
    every_world: bool
    """Whether every world of the unknown switches on the way was gone through; else customers may be too many."""
    _operated: tuple[int, ...] = field(repr=False)
    """Devices that operate beside those that trip on the fault: switches that cut it out."""
    _simple: Sequence[int] = field(repr=False)
    """Customers with one supply and nothing recorded inside, that have lost it; in order."""
    _others: Mapping[int, Hit] = field(repr=False)
    since_then: HitSince = field(default=NOBODY, repr=False)
    """Whom its own acts have taken since: they are hit, too."""

    @property
    def event(self) -> Event:
        """What was asked."""
        return self.situation.event

    @property
    def model(self) -> ReadModel:
        """Of the grid before the event."""
        return self.situation.before

    @property
    def outage(self) -> Outage:
        """What the event did to the grid."""
        return self.at_loss.outage

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
        """The moment that the answer is for."""
        return self.event.at

    @property
    def since(self) -> datetime:
        """The moment of loss, from which deadlines run; positions of before are those of this moment."""
        return self.situation.since

    @property
    def operated_since(self) -> tuple[Operated, ...]:
        """What was reported of times after the loss until that of the answer, in order."""
        acts = (operated(self.situation, report) for report in self.situation.operated_since)
        return tuple(act for act in acts if act is not None)

    @property
    def revision(self) -> int:
        """Revision of the graph that the answer is true of."""
        return self.model.graph.revision

    @property
    def as_of(self) -> datetime:
        """When that revision was made."""
        return self.model.graph.changed_at

    @property
    def exact(self) -> bool:
        """Whether it is known who is hit and how: no world was left out, and nobody may hang here or there."""
        return self.every_world and not self.perhaps

    @cached_property
    def perhaps(self) -> Things:
        """Customers that are hit if they hang on that part of their feeder; of whom nobody knows it, ascending."""
        if not self.situation.anywhere.is_of_matter:
            return ()
        return tuple(sorted(at for at in self._others if self.place_unknown(at)))

    def place_unknown(self, customer: int) -> Things:
        """Feeders on which nobody knows where a customer hangs, and where that decides how it is hit."""
        points = self.model.customers.points_of(customer)
        supplies = (supply.index for point in points for supply in point.supplies if supply.in_service)
        return self.situation.anywhere.undecided(supplies, self.outage)

    @cached_property
    def taken_as_fed(self) -> Things:
        """Feeders of which nothing is drawn, asked about or feeding who is hit: taken as live before; ascending."""
        unplaced = self.model.topology.unplaced
        if not unplaced.undrawn:
            return ()
        points = (point for at in self._others for point in self.model.customers.points_of(at))
        of = {unplaced.feeder_of.get(supply.index) for point in points for supply in point.supplies}
        return tuple(each for each in unplaced.undrawn if each in of or each in self.event.things)

    @property
    def supply_not_recorded(self) -> Things:
        """Listed customers of whom nobody recorded a supply: they are missing here, hit or not."""
        return without_supply(self.model)

    @property
    def operated_by(self) -> Things:
        """Devices that trip, in any world of unknown positions, or cut the fault out (ISOLATED), ascending."""
        return tuple(sorted({*self.outage.tripped.tolist(), *self._operated}))

    @cached_property
    def grid_transfers(self) -> tuple[GridTransferActed, ...]:
        """Automatic transfers of the grid that acted, the quickest first, and who had a dip for their seconds only."""
        return transfers_acted(self.situation, {*self._simple, *self._others})

    @property
    def single_phase(self) -> Things:
        """Fuses among them, which open phase by phase."""
        return self.outage.single_phase

    @cached_property
    def dead_before(self) -> tuple[DeadBefore, ...]:
        """What of the things asked about had no voltage before: nobody can lose it with them."""
        return dead_before(self.situation)

    @cached_property
    def may_have_tripped(self) -> Things:
        """Why customers may be missing here: see `dead_before.may_have_tripped`. Asked again with all of them as
        `tripped`, the event is answered: what this event would not have opened cannot have tripped on it."""
        found: Things = ()
        for each in may_have_tripped(self.model, self.dead_before):
            tripped = (*self.event.tripped, *found, each)
            # what nobody reported open, or is assumed, would be refused as well
            if each in dict(self.event.assume) or not has_opened(self.situation.model, each, self.event.at):
                continue
            with suppress(InvalidInput):
                situation_of(self.situation.model, replace(self.event, tripped=tripped))
                found = (*found, each)
        return found

    @property
    def supplies_gained(self) -> int:
        """Customers' supplies and other loads that get supply which have none now, by what is assumed."""
        kinds = [self.model.graph.kind(index) for index in self.now.outage.gained.tolist()]
        return kinds.count(EntityKind.SUPPLY_SOURCE) + kinds.count(EntityKind.ENERGY_CONSUMER)

    def equipment_lost(self, kinds: Collection[EntityKind] = ()) -> list[int]:
        """Conducting equipment without supply now, ascending by index; of these kinds only, if any are given."""
        wanted = np.array([kind in (kinds or CONDUCTING) for kind in KINDS])
        lost = self.now.outage.lost
        found: list[int] = lost[wanted[self.model.graph.kind_codes()[lost]]].tolist()
        return found

    def affected(self, customer: int) -> AffectedCustomer:
        """One affected customer."""
        hit = self._others.get(customer) or self._hit(customer)
        inside = customer in self.faulty_inside
        return AffectedCustomer(self.situation, self.now.outage, hit, self.losses, inside, self.place_unknown(customer))

    @cached_property
    def losses(self) -> Losses:
        """Since when whom it hits is without supply."""
        return Losses(self.situation)

    @cached_property
    def faulty_inside(self) -> frozenset[int]:
        """Customers in whose own network the fault lies."""
        return frozenset() if self.cause is Cause.OPENED else owners_of_what_fails(self.model, self.equipment)

    @cached_property
    def taken_since(self) -> list[AffectedCustomer]:
        """Customers whom not the event has hit, but what was operated since; in the order of `customers`."""
        return [AffectedCustomer(self.situation, self.now.outage, hit, self.losses) for _, hit in self._taken]

    @property
    def taken_ranked(self) -> list[tuple[SortKey, int]]:
        """The same customers with their sort keys."""
        return [(key, hit.now.customer) for key, hit in self._taken]

    @property
    def taken_areas(self) -> Areas:
        """Public areas that what was operated since has taken supply from, and that have none now."""
        return self.taken_unnamed.areas

    @property
    def taken_unnamed(self) -> Unnamed:
        """The same with the other loads."""
        taken = np.setdiff1d(self.now.outage.lost, self._ever_lost).astype(np.int32)
        return unnamed_among(self.model, taken)

    @cached_property
    def _ever_lost(self) -> npt.NDArray[np.int32]:
        """What the event took, at the loss or since."""
        return np.union1d(self.outage.lost, np.array(sorted(self.since_then.lost), np.int32)).astype(np.int32)

    @cached_property
    def _taken(self) -> list[tuple[SortKey, Hit]]:
        if self.now is self.at_loss:
            return []
        known = {*self._simple, *self._others}
        taken = np.append(self.now.outage.lost, fell_since(self.situation)).astype(np.int32)
        found = self.model.customers.accounts.customers_of(taken).tolist()
        hits = {each: self._hit(each) for each in found if each not in known}
        return sorted(
            ((self._key(each, hit), hit) for each, hit in hits.items() if hit.now.changed), key=lambda pair: pair[0]
        )

    def _hit(self, customer: int) -> Hit:
        return hit_of(self.situation, customer, self.at_loss, self.now)

    def customers(self, chosen: AffectedFilter | None = None) -> list[tuple[SortKey, int]]:
        """Affected customers with their sort keys, people in danger first (docs/meanings.md)."""
        return [pair for pair in self._ranked if chosen is None or _passes(pair[0], chosen)]

    @cached_property
    def _ranked(self) -> list[tuple[SortKey, int]]:
        facts, graph = self.model.customers.accounts.facts, self.model.graph
        importance, name = facts.importance, facts.name
        lost, whole = _WORSE[SupplyState.LOST], _WORSE[SupplyState.NORMAL]
        none, every = _UNFED[LoadsFed.NONE], _UNFED[LoadsFed.ALL]
        ranked: list[tuple[SortKey, int]] = [
            ((0, NEVER, int(importance[at]), none, lost, NEVER, name[at], graph.id(at)), at)
            if at not in self._simple_back
            else ((1, NEVER, int(importance[at]), every, whole, NEVER, name[at], graph.id(at)), at)
            for at in self._simple
        ]
        ranked += ((self._key(at, hit), at) for at, hit in self._others.items())
        return sorted(ranked)

    def _key(self, customer: int, hit: Hit) -> SortKey:
        facts, each = self.model.customers.accounts.facts, hit.now
        soon, later, urgent = NEVER, NEVER, self.losses.urgent(hit)
        if urgent is not None:
            due = round((urgent[1] - self.since) / _MS + urgent[0].seconds * 1000)
            soon, later = (due, NEVER) if urgent[0].seconds <= WITHIN_HOUR_S else (NEVER, due)
        if each.urgent_unknown:
            soon = 0  # nobody knows how long these may be without: unknown is never the comfortable case
        unfed, worse = _UNFED[each.after.loads_fed], _WORSE[each.after.state]
        key = int(hit.back), soon, int(facts.importance[customer]), unfed, worse, later
        return (*key, facts.name[customer], self.model.graph.id(customer))

    @cached_property
    def _simple_back(self) -> frozenset[int]:
        """Those of `_simple` that are fed again."""
        if self.now is self.at_loss:
            return frozenset()
        still = self.model.customers.accounts.customers_of(self.now.outage.lost).tolist()
        return frozenset(self._simple).difference(still)

    @property
    def outcome(self) -> tuple[tuple[int, SupplyState, LoadsFed, float | None], ...]:
        """How each customer that is hit fares at the loss: state, what is fed, kW newly unfed; ascending by index."""
        kw = self.model.customers.accounts.facts.kw
        plain = [(at, SupplyState.LOST, LoadsFed.NONE, _known(float(kw[at]))) for at in self._simple]
        changed = (
            (at, each.after.state, each.after.loads_fed, each.newly_unfed_kw)
            for at, each in ((at, hit.at_loss) for at, hit in self._others.items())
        )
        return tuple(sorted([*plain, *changed], key=lambda each: each[0]))

    @cached_property
    def summary(self) -> ImpactSummary:
        """Counts of now and at the loss, and the most urgent deadline, all of whom the event hits: what other
        operations have taken since is no part of it."""
        out = [at for at in self._simple if at not in self._simple_back] if self._simple_back else self._simple
        return summary_of(self.losses, self.outage, self.left_dark, self._simple, out, self._others)

    @property
    def left_dark(self) -> npt.NDArray[np.int32]:
        """What has no supply now of what the event ever took."""
        lost = self.now.outage.lost
        return lost if self.now is self.at_loss else np.intersect1d(lost, self._ever_lost).astype(np.int32)


def _known(kw: float) -> float | None:
    return None if np.isnan(kw) else kw


def _passes(key: SortKey, chosen: AffectedFilter) -> bool:
    return (
        (not chosen.loads_fed or key[3] in {_UNFED[each] for each in chosen.loads_fed})
        and (not chosen.importance or _CLASSES[key[2]] in chosen.importance)
        and (not chosen.states or key[4] in {_WORSE[each] for each in chosen.states})
    )


def find_impact(model: ReadModel, event: Event) -> Impact:
    """Who is hit when the event's things are OPENED or FAULTED. `restoration.aftermath` answers ISOLATED, too.

    A feeder that is FAULTED has its fault right behind its head. Raises InvalidInput for what cannot fail and for other
    trips than it causes.
    """
    return impact_in(situation_of(model, event))


def impact_in(found: Situation) -> Impact:
    """Who is hit in a situation, and how they are now; of what unknown positions allow the worst."""
    possible = Possible(found) if found.undecided else None
    lost, left = (found.fault, found.now) if possible is None else possible.outages()
    at_loss = now = moment_of_loss(found, lost)
    if left is not lost or found.closed_again or found.kept_open:
        now = Moment(left, seen_by_customers(found))
    perhaps = () if possible is None else possible.tripped()
    return impact_of(found, at_loss, now, perhaps, possible)


def impact_of(
    found: Situation, at_loss: Moment, now: Moment, operated: tuple[int, ...], possible: Possible | None = None
) -> Impact:
    """Who is hit by an outage and how they are now; `operated` operates beside what trips."""
    model = found.before
    accounts = model.customers.accounts
    dipped = at_loss.grid_state.held | (possible.dipped() if possible is not None else frozenset())
    held = np.array(sorted(dipped), np.int32)
    customers = accounts.customers_of(np.append(at_loss.outage.lost, held).astype(np.int32))
    releases = accounts.facts.releases[customers]
    if releases.any():
        held = np.union1d(held, np.array(sorted(held_before(found)), np.int32)).astype(np.int32)
    simple = accounts.simple[customers] & ~np.isin(customers, accounts.customers_of(held))
    if possible is not None and possible.on_the_way:
        possible.expect(customers.tolist())
        simple = np.zeros(customers.size, np.bool_)
    if now is not at_loss:
        simple &= ~releases
    plain = customers[simple]
    hit: dict[int, Hit | None] = {}
    for at in customers[~simple].tolist():
        worst = possible is not None and possible.concerns(at)
        hit[at] = possible.hit(at) if possible is not None and worst else hit_of(found, at, at_loss, now)
    others = {at: each for at, each in hit.items() if each is not None and each.at_loss.changed}
    since_then = hit_since(found, {*plain.tolist(), *others}, at_loss, now)
    return Impact(
        situation=found,
        at_loss=at_loss,
        now=now,
        every_world=possible is None or possible.exact,
        _operated=operated,
        _simple=plain[np.argsort(accounts.facts.rank[plain])].tolist(),
        _others={**others, **since_then.hits},
        since_then=since_then,
    )
