"""Weighing (推断): how probable each place of fault is, given what was reported.

    P(place | reports)  ~  share of failures there  x  the product, over all reports, of P(report | fault there)

Places that every report has to treat alike are one class: no evidence separates them. Protection may refuse, then the
next device above opens instead. Two faults at once, no fault at all, and a fault inside a customer whose own network is
not recorded are weighed as well. Probabilities are exact under these assumptions; nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology import ShortCircuits
from graph_api.readmodel.topology.short_circuits import LEVELS
from graph_api.services.location.evidence import Evidence, Sorted
from graph_api.services.location.rates import Rates
from schema.entity import Entity
from schema.grid import ACLineSegment, Switch
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import EvidenceKind

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
TRUE, FALSE, EITHER = 1, 0, -1
"""What a report should say: yes, no, or either."""
_FACTS: WeakKeyDictionary[Snapshot, tuple[Rates, Floats]] = WeakKeyDictionary()
"""What was worked out about equipment of a graph, as long as the graph is there."""
_COIN = float(np.log(0.5))
"""A device that refused reports whatever it likes."""
PAIRED = 80
"""Classes of which every pair is weighed as two faults at once."""


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """Probabilities in one world of switch positions. Classes are numbered from 0; `reports` are in one order."""

    circuits: ShortCircuits
    reports: tuple[Evidence, ...]
    class_of: Ints
    """Class per candidate of `circuits`."""
    share: Floats
    """Per candidate, its part of its class's probability: by failures a year."""
    lengths: Floats
    """Per candidate, metres of line."""
    fault: Floats
    """Per class, probability that a fault is there, alone or with another."""
    alone: Floats
    """Per class, probability that it is the only fault."""
    expected: npt.NDArray[np.int8]
    """What each report should say, of shape (classes, reports), with the protection's most probable conduct."""
    level: Ints
    """Per class, that conduct: 0 as designed, 1 the nearest device refused, ..."""
    none: float
    """Probability that there is no fault at all."""
    inside: tuple[tuple[int, float], ...]
    """Customers whose own network is not recorded, and the probability that only they have a fault."""
    pairs: tuple[tuple[int, int, float], ...]
    """Most probable pairs of classes, with the probability."""
    multiple: float
    """Probability of two faults at once."""
    could: npt.NDArray[np.int8]
    """What each report should say, of shape (classes, levels, reports), for each conduct of the protection."""
    explained: bool
    """Whether one fault, no fault, or a fault inside one customer agrees with every report."""
    evidence: float
    """Logarithm of the probability of all reports in this world."""


def weigh(model: ReadModel, circuits: ShortCircuits, found: Sorted, rates: Rates) -> Weighed:
    """Weigh all places of fault in one world. `circuits` are around the reports, as it was before the fault."""
    return _Scales(model, circuits, found, rates).weighed()


class _Scales:
    def __init__(self, model: ReadModel, circuits: ShortCircuits, found: Sorted, rates: Rates) -> None:
        self.graph, self.found, self.rates = model.graph, found, rates
        self.circuits = circuits
        self.reports = found.weighed
        self.yes, self.no = _report_chances(self.reports, rates)
        self.customers = _customers_without_inside(model.graph, found)
        candidates = circuits.candidates
        facts = _facts_of(self.graph, candidates, rates)
        failures: Floats = facts[:, 0]
        self.lengths: Floats = facts[:, 1]
        own = np.concatenate((self._passing(), self._patrolled()), axis=1)
        _, first, class_of = np.unique(_keys(circuits.zone, own), return_index=True, return_inverse=True)
        self.class_of: Ints = class_of
        self.own: Bools = own[first]
        self.zone: Ints = circuits.zone[first].astype(np.int64)
        held = np.asarray(np.bincount(self.class_of, weights=failures, minlength=first.size), np.float64)
        self.failures = held
        elsewhere = len(self.customers) * rates.failures.INSIDE.per_year
        # what turns failures a year into the probability of a place before anything was reported
        self._prior = float(np.log((1 - rates.no_fault.value) / (held.sum() + elsewhere)))
        self.share: Floats = failures / held[self.class_of] if candidates.size else failures

    def weighed(self) -> Weighed:
        """All probabilities."""
        passing, latching, devices, supply, patrols = self._spans()
        by_zone = np.concatenate((self._tripping(), self._dark()), axis=2)
        rest = [*range(*devices), *range(*supply)]
        silence = self._silence()
        conduct = np.log(_conduct(self.rates.protection.refuses.value))
        latch = [*range(*latching)]
        shown = self.own[:, latch][:, None, :] & self._stays_dark()[self.zone]
        levels = (self._chances(by_zone, rest) + silence + conduct)[self.zone] + self._chances(shown, latch)
        level = np.argmax(levels, axis=1)
        own = [*range(*passing), *range(*patrols)]
        held = self.own[:, [at for at in range(self.own.shape[1]) if at not in latch]]
        likely = self._chances(held, own) + _log_sum(levels, axis=1)
        single = likely + np.log(self.failures) + self._prior
        could = np.zeros((self.failures.size, LEVELS, len(self.reports)), np.int8)
        could[:, :, own] = held[:, None, :]
        could[:, :, latch] = shown
        could[:, :, rest] = by_zone[self.zone]
        expected = could[np.arange(level.size), level]
        none, inside, agrees = self._elsewhere()
        pairs, chosen = self._paired(could[:, 0] == TRUE, single, silence[:, 0][self.zone])
        every = np.concatenate(([none], inside, single, pairs[np.triu_indices(chosen.size, 1)]))
        total = float(_log_sum(every, axis=0))
        alone, together = np.exp(single - total), np.exp(pairs - total)
        fault = alone.copy()
        fault[chosen] += together.sum(axis=0)
        readings = np.array([report.positive for report in self.reports], np.int8)
        agreeing = bool(np.any(np.all((expected == readings) | (expected == EITHER), axis=1)))
        return Weighed(
            circuits=self.circuits,
            reports=self.reports,
            class_of=self.class_of,
            share=self.share,
            lengths=self.lengths,
            fault=fault,
            alone=alone,
            expected=expected,
            level=level,
            none=float(np.exp(none - total)),
            inside=tuple(zip(self.customers, np.exp(inside - total).tolist(), strict=True)),
            pairs=_best_pairs(together, chosen),
            multiple=float(together.sum() / 2),
            could=could,
            explained=agreeing or agrees,
            evidence=total,
        )

    def _spans(self) -> tuple[tuple[int, int], ...]:
        """Where the reports of each sort stand: passing, latching, devices, supply, patrols."""
        found = self.found
        groups = (found.passing, found.latching, found.devices, found.supply, found.patrols)
        sizes = [0, *(len(group) for group in groups)]
        ends = np.cumsum(sizes).tolist()
        return tuple(pairwise(ends))

    def _passing(self) -> Bools:
        """Per candidate and report of passing current, whether it should have passed."""
        circuits = self.circuits
        seen = [
            circuits.passing(index) if each.towards is None else circuits.passing_towards(index, each.towards)
            for each, index in (*self.found.passing, *self.found.latching)
        ]
        return np.array(seen, np.bool_).reshape(len(seen), circuits.candidates.size).T

    def _patrolled(self) -> Bools:
        """Per candidate and patrol, whether it was walked."""
        walked = [np.isin(self.circuits.candidates, places) for _, places in self.found.patrols]
        return np.array(walked, np.bool_).reshape(len(walked), self.circuits.candidates.size).T

    def _tripping(self) -> npt.NDArray[np.int8]:
        """Per zone, level and report of a device, whether it should have opened; either, for one that refused."""
        found = np.zeros((self.circuits.zone_count, LEVELS, len(self.found.devices)), np.int8)
        for at, (each, device) in enumerate(self.found.devices):
            opens, refused = self.circuits.opening(device)
            found[opens, at] = TRUE
            # a device that refused stands closed, and its position says so
            found[refused, at] = FALSE if each.recorded else EITHER
        return found

    def _dark(self) -> npt.NDArray[np.int8]:
        """Per zone, level and report of supply, whether it should be off; not if what opened closed again and held."""
        dark = self.circuits.dark([places for _, places in self.found.supply]).astype(np.int8)
        for each, device in self.found.devices:
            if each.positive and each.reclosed:
                opens, _ = self.circuits.opening(device)
                dark[opens] = FALSE
        return dark

    def _stays_dark(self) -> Bools:
        """Per zone, level and report of an indicator that resets with voltage, whether there is none; as `_dark`."""
        dark = self.circuits.dark([(equipment,) for _, equipment in self.found.latching])
        for each, device in self.found.devices:
            if each.positive and each.reclosed:
                dark[self.circuits.opening(device)[0]] = False
        return dark

    def _silence(self) -> Floats:
        """Per zone and level, what it costs that telemetered devices should have reported and did not.

        Only where trips are reported at all: else nobody listened.
        """
        found = np.zeros((self.circuits.zone_count, LEVELS))
        if not any(each.kind is EvidenceKind.TRIP and _heard(each) for each, _ in self.found.devices):
            return found
        reported = {device for _, device in self.found.devices}
        cost = float(np.log(self.rates.protection.silent_trip.value))
        for device in self.circuits.openers:
            if device not in reported and self._telemetered(device):
                opens, _ = self.circuits.opening(device)
                found[opens] += cost
        return found

    def _telemetered(self, index: int) -> bool:
        entity = self.graph.entity(index)
        return isinstance(entity, Switch) and bool(entity.remote_controlled)

    def _chances(self, expected: npt.NDArray[np.int8] | Bools, columns: list[int]) -> Floats:
        """Logarithm of the probability of these reports, along the last axis of what they should say."""
        yes, no = self.yes[columns], self.no[columns]
        return np.asarray(np.where(expected == EITHER, _COIN, np.where(expected == TRUE, yes, no)).sum(axis=-1))

    def _elsewhere(self) -> tuple[float, Floats, bool]:
        """No fault; a fault inside each customer whose network is not recorded; whether either agrees with all."""
        silent = float(self.no.sum())
        none = silent + float(np.log(self.rates.no_fault.value))
        prior = float(np.log(self.rates.failures.INSIDE.per_year)) + self._prior
        readings = np.array([report.positive for report in self.reports])
        agrees = not readings.any()
        inside = np.full(len(self.customers), prior + silent)
        (_, _, _, (first, _), _) = self._spans()
        for at, customer in enumerate(self.customers):
            own = [
                first + each
                for each, (report, _) in enumerate(self.found.supply)
                if customer in customers_of(self.graph, report)
            ]
            inside[at] += float((self.yes[own] - self.no[own]).sum())
            others = np.delete(readings, own)
            agrees = agrees or bool(readings[own].all() and not others.any())
        return none, inside, agrees

    def _paired(self, expected: Bools, single: Floats, silence: Floats) -> tuple[Floats, Ints]:
        """Two faults at once, protection as designed: a symmetric matrix over the chosen classes, and these."""
        readings = np.array([report.positive for report in self.reports])
        explains = (expected & readings).sum(axis=1)
        ranks = np.argsort(np.argsort(-single)), np.argsort(np.argsort(-(explains * 100.0 + single)))
        chosen = np.flatnonzero(np.minimum(*ranks) < PAIRED // 2)
        either = expected[chosen][:, None, :] | expected[chosen][None, :, :]
        log_failures = np.log(self.failures[chosen])
        prior = log_failures[:, None] + log_failures[None, :] - np.log(self.failures.sum())
        prior += self._prior + np.log(2 * self.rates.second_fault.value)
        prior += silence[chosen][:, None] + silence[chosen][None, :]
        pairs = np.where(either, self.yes, self.no).sum(axis=2) + prior
        np.fill_diagonal(pairs, -np.inf)
        return pairs, chosen


def _heard(each: Evidence) -> bool:
    """Whether a report tells that trips are reported here: a position that says nothing happened does not."""
    return each.positive or not each.recorded


def _report_chances(reports: Iterable[Evidence], rates: Rates) -> tuple[Floats, Floats]:
    """Logarithm of the probability of each report if it should say yes, and if it should say no."""
    table = [
        [
            np.log(rates.reliability_of(each.kind, each.stale).chance(positive=each.positive, expected=expected))
            for each in reports
        ]
        for expected in (True, False)
    ]
    return np.array(table[0]), np.array(table[1])


def customers_of(graph: Snapshot, report: Evidence) -> set[int]:
    """Customers that a report comes from."""
    found: set[int] = set()
    for thing in report.things:
        if graph.kind(thing) is EntityKind.CUSTOMER:
            found.add(thing)
        elif graph.kind(thing) is EntityKind.RECEIVING_POINT:
            found.update(graph.sources(thing, RelationshipKind.HAS_RECEIVING_POINT))
        elif graph.kind(thing) is EntityKind.SUPPLY_SOURCE:
            points = graph.sources(thing, RelationshipKind.FED_BY)
            found.update(
                each for point in points for each in graph.sources(point, RelationshipKind.HAS_RECEIVING_POINT)
            )
    return found


def _customers_without_inside(graph: Snapshot, found: Sorted) -> list[int]:
    """Customers that report to be off, and of whom no load is recorded whose supply a fault inside could explain."""
    return sorted(
        {
            customer
            for report, places in found.supply
            if report.positive and not any(graph.kind(place) is EntityKind.LOAD for place in places)
            for customer in customers_of(graph, report)
        }
    )


def _facts_of(graph: Snapshot, indexes: npt.NDArray[np.int32], rates: Rates) -> Floats:
    """Failures a year and metres of line per index, of shape (indexes, 2); known ones are looked up."""
    held = _FACTS.get(graph)
    if held is None or held[0] is not rates:
        held = _FACTS[graph] = rates, np.full((graph.size, 2), -1.0)
    known = held[1]
    missing = indexes[known[indexes, 0] < 0]
    if missing.size:
        known[missing] = [_facts(graph.entity(index), rates) for index in missing.tolist()]
    found: Floats = known[indexes]
    return found


def _facts(entity: Entity, rates: Rates) -> tuple[float, float]:
    """Failures a year, and metres of line."""
    metres = entity.length_m or 0.0 if isinstance(entity, ACLineSegment) else 0.0
    return rates.failures_per_year(entity), metres


def _keys(zone: npt.NDArray[np.int_], bits: Bools) -> npt.NDArray[np.void]:
    """One value per row that is equal where zone and bits are."""
    rows = np.concatenate((zone.astype(np.uint32)[:, None].view(np.uint8), np.packbits(bits, axis=1)), axis=1)
    return np.ascontiguousarray(rows).view(np.dtype((np.void, rows.shape[1]))).reshape(-1)


def _conduct(refuses: float) -> Floats:
    """Probability of each level of the protection's conduct."""
    levels = np.array([(1 - refuses) * refuses**level for level in range(LEVELS)])
    levels[-1] = refuses ** (LEVELS - 1)
    return levels


def _log_sum(values: Floats, axis: int) -> Floats:
    """Logarithm of the sum of exponentials."""
    most = values.max(axis=axis, keepdims=True, initial=-1e300)
    return np.asarray(np.log(np.exp(values - most).sum(axis=axis)) + most.squeeze(axis))


def _best_pairs(together: Floats, chosen: Ints, count: int = 5) -> tuple[tuple[int, int, float], ...]:
    one, other = np.triu_indices(chosen.size, 1)
    chances = together[one, other]
    best = np.argsort(-chances)[:count]
    return tuple(
        (int(chosen[one[at]]), int(chosen[other[at]]), float(chances[at])) for at in best.tolist() if chances[at] > 0
    )
