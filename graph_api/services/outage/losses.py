"""Losses (失电时刻): since when the loads of a customer are unfed: each bears its time from its own last loss on.

    02:13 CB1 trips on L1 ── 02:16 fed by the tie ── 04:16 the tie's feeder trips: what it carries is out since 04:16
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from graph_api.errors import InvalidInput
from graph_api.lazy import cached_property
from graph_api.readmodel.positions import openings, reports_between
from graph_api.services.outage.changes import CustomerChange, Hit
from graph_api.services.outage.doing import outage_of
from graph_api.services.outage.failing import failing
from graph_api.services.outage.hits import hit_then
from graph_api.services.outage.situation import Situation, in_world, situation_of
from graph_api.services.outage.supply_state import Endurance
from graph_api.services.outage.trips import later_trips
from schema.positions import PositionReport
from schema.vocabulary import SwitchPosition


@dataclass(frozen=True)
class Losses:
    """Since when whom an event hits is without supply, worked out at first touch."""

    found: Situation

    def urgent(self, hit: Hit) -> tuple[Endurance, datetime] | None:
        """What comes to harm first of a customer, with since when it is unfed; None where nothing does."""
        if hit.now.shortest is None:
            return None
        since = self.of(hit)
        every = (each for point in hit.now.points for each in point.endurances)
        first = min(every, key=lambda each: (since[each.load] + timedelta(seconds=each.seconds), each.load))
        return first, since[first.load]

    def of(self, hit: Hit) -> dict[int, datetime]:
        """Since when each load that comes to harm is unfed."""
        loads, customer = _loads(hit.now), hit.now.customer
        if not self.found.operated_since and not self._later:
            return dict.fromkeys(loads, self.found.since)
        known = self._known.get(customer)
        if known is None:
            asked = Losses(in_world(self.found, dict(hit.world))) if hit.world else self
            known = self._known[customer] = asked._worked_out(customer, loads)
        return known

    @cached_property
    def _known(self) -> dict[int, dict[int, datetime]]:
        return {}

    def _worked_out(self, customer: int, loads: list[int]) -> dict[int, datetime]:
        """Backwards from now, until each load was fed."""
        since, left = dict.fromkeys(loads, self.found.event.at), set(loads)
        for at, unfed in self._backwards(customer) if loads else ():
            left &= unfed
            since |= dict.fromkeys(left, at)
            if not left:
                break
        return since | dict.fromkeys(
            (each for each in loads if self._never_had(customer, since[each])), self.found.since
        )

    def _backwards(self, customer: int) -> Iterator[tuple[datetime, set[int]]]:
        """Loads of a customer that were unfed from each moment on, the last one first."""
        course = self.found.course
        for at in reversed(self._moments):
            then = self._happened(at)
            known = [each for each in course if each.at <= at] if then is self.found.at_moment(at) else None
            yield at, set(_loads(hit_then(then, customer, known).now))

    @cached_property
    def _moments(self) -> list[datetime]:
        """The loss, and when anything was reported or repaired since."""
        found = self.found
        reported = {each.at for each in reports_between(found.model.graph, found.since, found.event.at)}
        repaired = {at for _, at in found.event.repairs if found.since < at}
        return sorted({found.since, *reported, *repaired})

    def _happened(self, at: datetime) -> Situation:
        """How it stood at a moment: of several faults those alone whose devices had tripped by then."""
        not_yet = frozenset(thing for thing, moment in self._later.items() if moment > at)
        return self._narrowed(not_yet, at) if not_yet else self.found.at_moment(at)

    def _narrowed(self, not_yet: frozenset[int], at: datetime) -> Situation:
        found = self.found
        if at not in self._known_narrowed:
            things = tuple(each for each in found.event.things if each not in not_yet)
            tripped = tuple(each for each in found.event.tripped if _opened(found, each) <= at)
            event = replace(found.event, things=things, tripped=tripped, since=found.since, at=at)
            self._known_narrowed[at] = found.at_moment(at)
            with suppress(InvalidInput):
                self._known_narrowed[at] = situation_of(found.model, event)
        return self._known_narrowed[at]

    @cached_property
    def _known_narrowed(self) -> dict[datetime, Situation]:
        return {}

    @cached_property
    def _later(self) -> dict[int, datetime]:
        """Of several faults those whose devices all tripped after the loss, with when the first of these did."""
        found, known = self.found, dict[int, datetime]()
        later = later_trips(found.model, found.event, found.since)
        for thing in found.event.things if later else ():
            opened = outage_of(found.before, found.event, failing(found.before, (thing,)), ()).tripped.tolist()
            named = set(opened).intersection(found.event.tripped)
            if named and named <= later:
                known[thing] = min(_opened(found, each) for each in named)
        return known if len(known) < len(found.event.things) else {}

    def _never_had(self, customer: int, since: datetime) -> bool:
        """Whether what made a load unfed at a moment is the report that an automatic transfer, which nobody had
        reported, stands open: it is taken to have never acted, and the time to run from the loss."""
        return since in self._refuted and customer in self._dipped

    @cached_property
    def _refuted(self) -> frozenset[datetime]:
        """When a switch that a transfer closes was reported open though never reported closed since the loss."""
        first, number = dict[int | None, PositionReport](), self.found.model.graph.number
        for each in self.found.operated_since:
            first.setdefault(number(each.switch), each)
        closed = (at for at, position in self.found.transferred.items() if position is SwitchPosition.CLOSED)
        reports = (first[at] for at in closed if at in first)
        return frozenset(each.at for each in reports if each.position is SwitchPosition.OPEN)

    @cached_property
    def _dipped(self) -> frozenset[int]:
        back = [dip.back for dip in self.found.dips]
        touched = np.concatenate(back).astype(np.int32) if back else np.array([], np.int32)
        return frozenset(self.found.before.customers.accounts.customers_of(touched).tolist())


def _loads(change: CustomerChange) -> list[int]:
    return [each.load for point in change.points for each in point.endurances]


def _opened(found: Situation, device: int) -> datetime:
    """When a device that is named as tripped opened first from the loss on; the loss where nobody said."""
    moments = openings(found.model.graph, device, found.event.at)
    return min((at for at in moments if at >= found.since), default=found.since)
