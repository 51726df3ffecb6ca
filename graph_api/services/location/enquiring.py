"""Enquiries (核查办法): all that somebody could look at now, each as a check.

position     of breakers that may have opened and that nobody has heard of, or of which two sources differ
indicator    that nobody has read
trial        a switch to open before what tripped is closed again: only where all behind is off already, and only
             onto a line that is overhead somewhere: a cable's fault does not go away, and each trial makes it worse
customer     with a single supply, who has said nothing
patrol       the likeliest sections
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.location.checks import LEAST_BITS, Check, CheckKind, check, ranked, told
from graph_api.services.location.contradictions import Contradiction, ContradictionKind
from graph_api.services.location.evidence import DEVICE_KINDS, PASSING_KINDS, SUPPLY_KINDS, Sorted
from graph_api.services.location.likelihoods import conduct
from graph_api.services.location.rates import Rates, Reliability
from graph_api.services.location.weighing import Weighed
from graph_api.services.restoration.operations import doer_on_site, is_customers, station_of
from schema.customer import Customer
from schema.durations import Enquiry
from schema.grid import ACLineSegment, Switch
from schema.registry import FAULT_BREAKING, KINDS, SWITCHES, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import Construction, EvidenceKind, Importance, ResponsibilityRole, SwitchPosition

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
MOST_ASKED = 50
TEST = Reliability(when_true=0.98, when_false=0.02, source="a feeder that is closed again onto a fault trips")
LOOKED = Reliability(when_true=0.97, when_false=0.02, source="somebody who is asked looks")
POSITION = Reliability(when_true=0.99, when_false=0.005, source="a position that is looked at for the purpose")


def next_checks(
    model: ReadModel,
    found: Sorted,
    weighed: Weighed,
    sections: list[tuple[int, float, float]],
    contradictions: Iterable[Contradiction],
    rates: Rates,
    at: datetime,
) -> list[Check]:
    """The most telling checks for what they cost. `sections` are (first equipment, probability, metres of line)."""
    asking = _Enquiries(model, found, weighed, rates, at)
    doubted = {
        pair.says.things[0]
        for pair in contradictions
        if pair.kind is ContradictionKind.SAME_THING and pair.says.kind in DEVICE_KINDS
    }
    return ranked(
        [
            *asking.positions(doubted),
            *asking.indicators(),
            *asking.trials(),
            *asking.customers(),
            *asking.patrols(sections),
        ]
    )


class _Enquiries:
    def __init__(self, model: ReadModel, found: Sorted, weighed: Weighed, rates: Rates, at: datetime) -> None:
        self.model, self.graph, self.found, self.weighed, self.rates = model, model.graph, found, weighed, rates
        self._check = partial(check, asked_at=at)
        self.circuits = weighed.circuits
        self.posterior: Floats = weighed.fault[weighed.class_of] * weighed.share
        size = self.circuits.zone_count
        self.zones = np.asarray(np.bincount(self.circuits.zone, weights=self.posterior, minlength=size), np.float64)

    def positions(self, doubted: set[int]) -> Iterator[Check]:
        """Devices that may have opened and of which nobody said so, those first of which two sources differ."""
        heard = {device for each, device in self.found.devices if each.stale is None} - doubted
        devices = np.array([each for each in self.circuits.openers if each not in heard], np.int32)
        if not devices.size:
            return
        levels = conduct(self.rates.protection.refuses.value)
        side = self.circuits.opening_weight(devices, self.zones[:, None] * levels[None, :])
        for at in _best(told(side, POSITION)[0]):
            device = int(devices[at])
            yield self._check(CheckKind.ASK_POSITION, device, *self._who_knows(device), float(side[at]), POSITION)

    def indicators(self) -> Iterator[Check]:
        """Indicators that nobody has read."""
        read = {thing for each in self.weighed.reports if each.kind in PASSING_KINDS for thing in each.things}
        indicators, monitored = self.graph.pairs(RelationshipKind.MONITORS)
        near = np.isin(monitored, self.circuits.candidates)
        pairs = zip(indicators[near].tolist(), monitored[near].tolist(), strict=True)
        unread = [pair for pair in pairs if read.isdisjoint(pair)]
        if not unread:
            return
        side = self.circuits.passing_weight(np.array([each for _, each in unread], np.int32), self.posterior)
        reliability = self._usual(EvidenceKind.INDICATOR)
        for at in _best(told(side, reliability)[0]):
            indicator, watched = unread[at]
            crew = Enquiry.LOOK_ON_SITE, self._who_goes(watched)
            yield self._check(CheckKind.READ_INDICATOR, indicator, *crew, float(side[at]), reliability)

    def trials(self) -> Iterator[Check]:
        """Switches to open before the feeder is closed again: it trips unless the fault lies behind the switch."""
        tripped = [device for each, device in self.found.devices if each.positive and not each.reclosed]
        if not tripped or not self.weighed.overhead.any():
            return
        now = self.model.topology.assuming([(device, SwitchPosition.OPEN) for device in tripped])
        chosen = _of_kinds(self.graph, self.circuits.candidates, SWITCHES - FAULT_BREAKING)
        side = float(self.posterior.sum()) - self.circuits.passing_weight(chosen, self.posterior)
        bits, _ = told(side, TEST)
        given = 0
        for at in np.argsort(-bits).tolist()[:MOST_ASKED]:
            switch = int(chosen[at])
            if given == 3 or bits[at] < LEAST_BITS:
                return
            if not now.may_be_energised(switch) and self._may_be_tried(switch, tripped):
                given += 1
                enquiry, doer = Enquiry.TRY_ON_SITE, self._who_goes(switch)
                if self._is_remote(switch):
                    enquiry, doer = Enquiry.TRY_REMOTE, ResponsibilityRole.DISPATCHER
                yield self._check(CheckKind.OPEN_AND_TEST, switch, enquiry, doer, float(side[at]), TEST)

    def customers(self) -> Iterator[Check]:
        """Customers who have said nothing, of those that tell the same the most important first."""
        heard = {thing for each in self.weighed.reports if each.kind in SUPPLY_KINDS for thing in each.things}
        supplies = _of_kinds(self.graph, self.circuits.candidates, frozenset({EntityKind.SUPPLY_SOURCE}))
        side = self.circuits.dark_weight(supplies, self.zones)
        bits, _ = told(side, LOOKED)
        asked: dict[int, int] = {}
        for at in np.argsort(-bits, kind="stable")[:MOST_ASKED].tolist():
            customer = _customer_of(self.graph, int(supplies[at]))
            if customer is not None and customer not in heard:
                asked.setdefault(customer, at)
        order = sorted(asked, key=lambda each: (-round(float(bits[asked[each]]), 2), self._class(each), each))
        for customer in order[:2]:
            manager = Enquiry.ASK_CUSTOMER, ResponsibilityRole.CUSTOMER_MANAGER
            yield self._check(CheckKind.ASK_CUSTOMER, customer, *manager, float(side[asked[customer]]), LOOKED)

    def patrols(self, sections: list[tuple[int, float, float]]) -> Iterator[Check]:
        """The likeliest sections to walk."""
        reliability = self._usual(EvidenceKind.PATROL)
        for first, probability, metres in sections[:4]:
            line = self.graph.entity(first)
            cable = isinstance(line, ACLineSegment) and line.construction is Construction.CABLE
            own = is_customers(self.model, first)
            doer = ResponsibilityRole.CABLE_MAINTENANCE if cable and not own else self._who_goes(first)
            yield self._check(CheckKind.PATROL, first, Enquiry.WALK, doer, probability, reliability, metres=metres)

    def _who_goes(self, thing: int) -> ResponsibilityRole:
        """Who looks at equipment at its place: a station's operators, the customer's electrician, else a crew."""
        return doer_on_site(self.model, thing)[0]

    def _usual(self, kind: EvidenceKind) -> Reliability:
        """How much to believe a further report of a kind, in the night that the reports speak of."""
        held = self.rates.evidence[kind]
        altered = [each.altered(held) for each in self.rates.conditions.values()]
        return held.model_copy(
            update={
                name: float(np.dot(self.weighed.conditions, [getattr(each, name) for each in altered]))
                for name in ("when_true", "when_false")
            }
        )

    def _who_knows(self, device: int) -> tuple[Enquiry, ResponsibilityRole]:
        if self._is_remote(device):
            return Enquiry.READ_TELEMETRY, ResponsibilityRole.DISPATCHER
        if station_of(self.model, device) is not None:
            return Enquiry.ASK_STATION, ResponsibilityRole.SUBSTATION_OPERATION
        return Enquiry.LOOK_ON_SITE, self._who_goes(device)

    def _may_be_tried(self, switch: int, tripped: list[int]) -> bool:
        """Whether something that tripped feeds the switch over a line that is overhead somewhere."""
        place = int(np.searchsorted(self.circuits.candidates, switch))
        behind = self.circuits.passing(switch)
        for device in tripped:
            below = self.circuits.passing(device)
            if below[place] and bool((below & ~behind & self.weighed.overhead).any()):
                return True
        return False

    def _is_remote(self, index: int) -> bool:
        entity = self.graph.entity(index)
        return isinstance(entity, Switch) and bool(entity.remote_controlled)

    def _class(self, customer: int) -> int:
        """Place of a customer's class, the highest first."""
        return list(Importance).index(self.graph.get(Customer, customer).importance or Importance.ORDINARY)


def _best(bits: Floats, count: int = 2) -> list[int]:
    return [at for at in np.argsort(-bits, kind="stable")[:count].tolist() if bits[at] >= LEAST_BITS]


def _of_kinds(graph: Snapshot, indexes: Ints, kinds: frozenset[EntityKind]) -> Ints:
    """Those of the indexes that are of these kinds."""
    codes = np.array([code for code, kind in enumerate(KINDS) if kind in kinds], np.uint8)
    return indexes[np.isin(graph.kind_codes()[indexes], codes)]


def _customer_of(graph: Snapshot, supply: int) -> int | None:
    """The customer of a supply, if it is its only one: one of several does not say whether this one is live."""
    for point in graph.sources(supply, RelationshipKind.FED_BY):
        for customer in graph.sources(point, RelationshipKind.HAS_RECEIVING_POINT):
            points = graph.targets(customer, RelationshipKind.HAS_RECEIVING_POINT)
            if sum(len(graph.targets(each, RelationshipKind.FED_BY)) for each in points) == 1:
                return customer
    return None
