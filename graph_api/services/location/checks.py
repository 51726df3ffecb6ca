"""Next check (下一步核查): the observation that narrows the place of the fault most, and what it costs.

An observation that says yes with probability a where the fault is one side of it, and b where it is the other, tells
h(q a + (1-q) b) - q h(a) - (1-q) h(b) bits, q being the probability of the one side and h the entropy of a yes or no.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, unique

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing
from graph_api.services.location.evidence import PASSING_KINDS, SUPPLY_KINDS
from graph_api.services.location.rates import Rates, Reliability
from graph_api.services.location.weighing import Weighed
from schema.customer import Customer
from schema.grid import Switch
from schema.registry import FAULT_BREAKING, KINDS, SWITCHES, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import EvidenceKind, Importance

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
LEAST_BITS = 0.01
SHOWN = 5
MOST_ASKED = 50
TEST = Reliability(when_true=0.98, when_false=0.02, source="a feeder that is closed again onto a fault trips")


@unique
class CheckKind(StrEnum):
    """核查方式: what to do to learn more."""

    READ_INDICATOR = "READ_INDICATOR"
    OPEN_AND_TEST = "OPEN_AND_TEST"
    ASK_CUSTOMER = "ASK_CUSTOMER"
    PATROL = "PATROL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One observation: what to do on which thing, expected information in bits, minutes that it takes.

    `probability` is that it says yes: the indicator shows, the feeder trips again with this switch open, the
    customer has no power, the fault is found.
    """

    kind: CheckKind
    thing: Thing
    bits: float
    probability: float
    minutes: float
    remote: bool = False


def next_checks(
    graph: Snapshot, weighed: Weighed, sections: list[tuple[int, float, float]], rates: Rates
) -> list[Check]:
    """The most telling checks, most bits first, then the cheapest; of each kind the best two.

    `sections` are (first piece of equipment, probability, metres of line).
    """
    circuits = weighed.circuits
    posterior = weighed.fault[weighed.class_of] * weighed.share
    zones = np.asarray(np.bincount(circuits.zone, weights=posterior, minlength=circuits.zone_count), np.float64)
    found = [
        *_indicators(graph, weighed, posterior, rates),
        *_switches(graph, weighed, posterior, rates),
        *_customers(graph, weighed, zones, rates),
        *_patrols(sections, rates),
    ]
    found.sort(key=lambda check: (-round(check.bits, 2), check.minutes, check.thing))
    kept: list[Check] = []
    for check in found:
        if check.bits >= LEAST_BITS and sum(other.kind is check.kind for other in kept) < 2:
            kept.append(check)
    return kept[:SHOWN]


def _told(q: Floats, reliability: Reliability) -> tuple[Floats, Floats]:
    """Bits, and probability of a yes, where the fault is on the one side with probability q."""
    q = np.clip(q, 0.0, 1.0)
    yes = q * reliability.when_true + (1 - q) * reliability.when_false
    known = q * _entropy(reliability.when_true) + (1 - q) * _entropy(reliability.when_false)
    return np.maximum(_entropy(yes) - known, 0.0), np.asarray(yes)


def _entropy(p: Floats | float) -> Floats:
    held = np.clip(p, 1e-12, 1 - 1e-12)
    return np.asarray(-held * np.log2(held) - (1 - held) * np.log2(1 - held))


def _indicators(graph: Snapshot, weighed: Weighed, posterior: Floats, rates: Rates) -> Iterator[Check]:
    """Indicators that nobody has read."""
    read = {thing for each in weighed.reports if each.kind in PASSING_KINDS for thing in each.things}
    indicators, monitored = graph.pairs(RelationshipKind.MONITORS)
    near = np.isin(monitored, weighed.circuits.candidates)
    pairs = [
        pair for pair in zip(indicators[near].tolist(), monitored[near].tolist(), strict=True) if read.isdisjoint(pair)
    ]
    if pairs:
        q = weighed.circuits.passing_weight(np.array([equipment for _, equipment in pairs], np.int32), posterior)
        bits, chance = _told(q, rates.evidence[EvidenceKind.INDICATOR])
        for at in np.argsort(-bits)[:2].tolist():
            yield Check(
                kind=CheckKind.READ_INDICATOR,
                thing=pairs[at][0],
                bits=float(bits[at]),
                probability=float(chance[at]),
                minutes=rates.checks.READ_INDICATOR.minutes,
            )


def _switches(graph: Snapshot, weighed: Weighed, posterior: Floats, rates: Rates) -> Iterator[Check]:
    """Switches to open before the feeder is closed again: it trips unless the fault lies behind the switch."""
    chosen = _of_kinds(graph, weighed.circuits.candidates, SWITCHES - FAULT_BREAKING)
    if not chosen.size:
        return
    total = float(posterior.sum())
    bits, chance = _told(total - weighed.circuits.passing_weight(chosen, posterior), TEST)
    order = np.argsort(-bits)
    telling = [at for at in order.tolist() if bits[at] >= LEAST_BITS]
    remote = {at for at in telling[:MOST_ASKED] if _is_remote(graph, int(chosen[at]))}
    best = {*telling[:2], *[at for at in telling if at in remote][:1]}
    for at in sorted(best):
        cost = rates.checks.TEST_REMOTE if at in remote else rates.checks.TEST_BY_HAND
        yield Check(
            kind=CheckKind.OPEN_AND_TEST,
            thing=int(chosen[at]),
            bits=float(bits[at]),
            probability=float(chance[at]),
            minutes=cost.minutes,
            remote=at in remote,
        )


def _of_kinds(graph: Snapshot, indexes: Ints, kinds: frozenset[EntityKind]) -> Ints:
    """Those of the indexes that are of these kinds."""
    codes = np.array([code for code, kind in enumerate(KINDS) if kind in kinds], np.uint8)
    return indexes[np.isin(graph.kind_codes()[indexes], codes)]


def _is_remote(graph: Snapshot, index: int) -> bool:
    entity = graph.entity(index)
    return isinstance(entity, Switch) and bool(entity.remote_controlled)


def _customers(graph: Snapshot, weighed: Weighed, zones: Floats, rates: Rates) -> Iterator[Check]:
    """Customers who have said nothing, of those that tell the same the most important first."""
    heard = {thing for each in weighed.reports if each.kind in SUPPLY_KINDS for thing in each.things}
    supplies = _of_kinds(graph, weighed.circuits.candidates, frozenset({EntityKind.SUPPLY_SOURCE}))
    q = weighed.circuits.dark_weight(supplies, zones)
    truth = Reliability(when_true=0.97, when_false=0.02, source="somebody who is asked looks")
    bits, chance = _told(q, truth)
    asked: dict[int, int] = {}
    for at in np.argsort(-bits, kind="stable")[:MOST_ASKED].tolist():
        customer = _customer_of(graph, int(supplies[at]))
        if customer is not None and customer not in heard:
            asked.setdefault(customer, at)
    ranked = sorted(asked, key=lambda each: (-round(float(bits[asked[each]]), 2), _class(graph, each), each))
    for customer in ranked[:2]:
        yield Check(
            kind=CheckKind.ASK_CUSTOMER,
            thing=customer,
            bits=float(bits[asked[customer]]),
            probability=float(chance[asked[customer]]),
            minutes=rates.checks.ASK_CUSTOMER.minutes,
        )


def _class(graph: Snapshot, customer: int) -> int:
    """Place of a customer's class, the highest first."""
    return list(Importance).index(graph.get(Customer, customer).importance or Importance.ORDINARY)


def _customer_of(graph: Snapshot, supply: int) -> int | None:
    """The customer of a supply, if it is its only one: one of several does not say whether this one is live."""
    for point in graph.sources(supply, RelationshipKind.FED_BY):
        for customer in graph.sources(point, RelationshipKind.HAS_RECEIVING_POINT):
            points = graph.targets(customer, RelationshipKind.HAS_RECEIVING_POINT)
            if sum(len(graph.targets(each, RelationshipKind.FED_BY)) for each in points) == 1:
                return customer
    return None


def _patrols(sections: list[tuple[int, float, float]], rates: Rates) -> Iterator[Check]:
    """The likeliest sections to walk."""
    cost = rates.checks.PATROL
    for first, probability, metres in sections[:4]:
        bits, chance = _told(np.array(probability), rates.evidence[EvidenceKind.PATROL])
        yield Check(
            kind=CheckKind.PATROL,
            thing=first,
            bits=float(bits),
            probability=float(chance),
            minutes=cost.minutes + cost.minutes_per_km * metres / 1000,
        )
