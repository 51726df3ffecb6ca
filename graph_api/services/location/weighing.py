"""Weighing (推断): how probable each place of fault is, given what was reported.

    P(place | reports)  ~  share of failures there  x  the product, over all reports, of P(report | fault there)

Places that every report has to treat alike are one class: no evidence separates them. Protection may refuse, then the
next device above opens instead. Two faults at once, no fault at all, and a fault inside a customer whose own network is
not recorded are weighed as well. Probabilities are exact under these assumptions; nothing is sampled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology import ShortCircuits
from graph_api.readmodel.topology.short_circuits import LEVELS
from graph_api.services.location.evidence import Evidence, Sorted
from graph_api.services.location.expectations import (
    EITHER,
    TRUE,
    Expectations,
    Says,
    customers_of,
    customers_without_inside,
)
from graph_api.services.location.likelihoods import Likelihoods, conduct, facts_of, log_sum
from graph_api.services.location.rates import Rates
from schema.grid import Switch
from schema.vocabulary import EvidenceKind

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
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
    overhead: Bools
    """Per candidate, whether it is a line that is known to be overhead somewhere."""
    owners: Ints
    """Per candidate, the place in OWNERS of whose it is."""
    fault: Floats
    """Per class, probability that a fault is there, alone or with another."""
    alone: Floats
    """Per class, probability that it is the only fault."""
    expected: Says
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
    could: Says
    """What each report should say, of shape (classes, levels, reports), for each conduct of the protection."""
    conditions: Floats
    """Probability of each reporting condition, in the order of the rates."""
    explained: bool
    """Whether one fault, no fault, or a fault inside one customer agrees with every report."""
    evidence: float
    """Logarithm of the probability of all reports in this world."""


def weigh(model: ReadModel, circuits: ShortCircuits, found: Sorted, rates: Rates) -> Weighed:
    """Weigh all places of fault in one world. `circuits` are around the reports, as it was before the fault."""
    return _Scales(model, circuits, found, rates).weighed()


class _Scales:
    """Arrays end in an axis of reporting conditions until these are summed over."""

    def __init__(self, model: ReadModel, circuits: ShortCircuits, found: Sorted, rates: Rates) -> None:
        self.graph, self.found, self.rates, self.circuits = model.graph, found, rates, circuits
        self.reports = found.weighed
        self.likely = Likelihoods(self.reports, rates)
        self.should = Expectations(circuits, found)
        self.customers = customers_without_inside(model.graph, found)
        class_of, candidates = self.should.class_of, circuits.candidates
        facts = facts_of(model, candidates, rates)
        failures: Floats = facts[:, 0]
        self.lengths: Floats = facts[:, 1]
        self.overhead: Bools = facts[:, 2] > 0
        self.owners: Ints = facts[:, 3].astype(np.int64)
        size = self.should.zone.size
        self.failures = np.asarray(np.bincount(class_of, weights=failures, minlength=size), np.float64)
        elsewhere = len(self.customers) * rates.failures.INSIDE.per_year
        # what turns failures a year into the probability of a place before anything was reported
        self._prior = float(np.log((1 - rates.no_fault.value) / (self.failures.sum() + elsewhere)))
        self.share: Floats = failures / self.failures[class_of] if candidates.size else failures

    def weighed(self) -> Weighed:
        """All probabilities."""
        could, readings = self.should.could, np.array([report.positive for report in self.reports], np.bool_)
        silence = self._silence()[self.should.zone]
        levels = self.likely.of(could) + silence + np.log(conduct(self.rates.protection.refuses.value))[:, None]
        level = np.argmax(log_sum(levels + self.likely.chance, axis=2), axis=1)
        single = log_sum(levels, axis=1) + np.log(self.failures)[:, None] + self._prior
        none, inside, agrees = self._elsewhere(readings)
        pairs, chosen = self._paired(could[:, 0] == TRUE, readings, single, silence[:, 0])
        upper = pairs[np.triu_indices(chosen.size, 1)]
        every = np.concatenate((none[None], inside, single, upper)) + self.likely.chance
        total = float(log_sum(every, axis=(0, 1)))
        alone, together, within, empty = (
            np.exp(each + self.likely.chance - total).sum(axis=-1) for each in (single, pairs, inside, none)
        )
        fault = alone.copy()
        fault[chosen] += together.sum(axis=0)
        expected = could[np.arange(level.size), level]
        agreeing = bool(np.any(np.all((expected == readings) | (expected == EITHER), axis=1)))
        return Weighed(
            circuits=self.circuits,
            reports=self.reports,
            class_of=self.should.class_of,
            share=self.share,
            lengths=self.lengths,
            overhead=self.overhead,
            owners=self.owners,
            fault=fault,
            alone=alone,
            expected=expected,
            level=level,
            none=float(empty),
            inside=tuple(zip(self.customers, within.tolist(), strict=True)),
            pairs=_best_pairs(together, chosen),
            multiple=float(together.sum() / 2),
            could=could,
            conditions=np.exp(log_sum(every, axis=0) - total),
            explained=agreeing or agrees,
            evidence=total,
        )

    def _silence(self) -> Floats:
        """Per zone and level, what it costs that telemetered devices should have reported and did not.

        Only where trips are reported at all: else nobody listened.
        """
        found = np.zeros((self.circuits.zone_count, LEVELS, self.likely.silent.size))
        if not any(each.kind is EvidenceKind.TRIP and _heard(each) for each, _ in self.found.devices):
            return found
        reported = {device for _, device in self.found.devices}
        for device in self.circuits.openers:
            if device not in reported and self._telemetered(device):
                opens, _ = self.circuits.opening(device)
                found[opens] += self.likely.silent
        return found

    def _telemetered(self, index: int) -> bool:
        entity = self.graph.entity(index)
        return isinstance(entity, Switch) and bool(entity.remote_controlled)

    def _elsewhere(self, readings: Bools) -> tuple[Floats, Floats, bool]:
        """No fault; a fault inside each customer whose network is not recorded; whether either agrees with all."""
        silent = self.likely.no.sum(axis=0)
        none = silent + float(np.log(self.rates.no_fault.value))
        prior = float(np.log(self.rates.failures.INSIDE.per_year)) + self._prior
        agrees = not readings.any()
        inside = np.tile(prior + silent, (len(self.customers), 1))
        first, _ = self.should.spans()[3]
        for at, customer in enumerate(self.customers):
            own = [
                first + each
                for each, (report, _) in enumerate(self.found.supply)
                if customer in customers_of(self.graph, report)
            ]
            inside[at] += (self.likely.yes[own] - self.likely.no[own]).sum(axis=0)
            others = np.delete(readings, own)
            agrees = agrees or bool(readings[own].all() and not others.any())
        return none, inside, agrees

    def _paired(self, expected: Bools, readings: Bools, single: Floats, silence: Floats) -> tuple[Floats, Ints]:
        """Two faults at once, protection as designed: a symmetric matrix over the chosen classes, and these."""
        explains = (expected & readings).sum(axis=1)
        alone = log_sum(single + self.likely.chance, axis=1)
        ranks = np.argsort(np.argsort(-alone)), np.argsort(np.argsort(-(explains * 100.0 + alone)))
        chosen = np.flatnonzero(np.minimum(*ranks) < PAIRED // 2)
        either = expected[chosen][:, None, :] | expected[chosen][None, :, :]
        log_failures = np.log(self.failures[chosen])
        prior = log_failures[:, None] + log_failures[None, :] - np.log(self.failures.sum())
        prior += self._prior + np.log(2 * self.rates.second_fault.value)
        pairs = self.likely.of(either.astype(np.int8)) + prior[:, :, None]
        pairs += silence[chosen][:, None] + silence[chosen][None, :]
        pairs[np.arange(chosen.size), np.arange(chosen.size)] = -np.inf
        return pairs, chosen


def _heard(each: Evidence) -> bool:
    """Whether a report tells that trips are reported here: a position that says nothing happened does not."""
    return each.positive or not each.recorded


def _best_pairs(together: Floats, chosen: Ints, count: int = 5) -> tuple[tuple[int, int, float], ...]:
    one, other = np.triu_indices(chosen.size, 1)
    chances = together[one, other]
    best = np.argsort(-chances)[:count]
    return tuple(
        (int(chosen[one[at]]), int(chosen[other[at]]), float(chances[at])) for at in best.tolist() if chances[at] > 0
    )
