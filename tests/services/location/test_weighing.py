"""Probabilities of places of fault equal those that brute force works out by Bayes' rule, place by place."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import combinations
from math import prod

import networkx as nx
import pytest

from graph_api.rate_files import load_rates
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology import ShortCircuits
from graph_api.services.location import Evidence, LocationFinding, Rates, locate
from schema.registry import FAULT_BREAKING
from schema.vocabulary import EvidenceKind
from tests.readmodel.topology.oracle import Oracle, random_network
from tests.readmodel.topology.test_short_circuits import on_path, paths_graph

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SURE = 1e-12
KINDS = (EvidenceKind.INDICATOR, EvidenceKind.CURRENT, EvidenceKind.VOLTAGE, EvidenceKind.METER, EvidenceKind.PATROL)


def sure_protection() -> Rates:
    """Rates where protection never refuses, as the oracle does not know what it would do then, and no night errs more
    than usual: `test_brute` has both."""
    rates = load_rates()
    held = rates.model_dump()
    held["protection"]["refuses"]["value"] = SURE
    held["conditions"] = {"USUAL": held["conditions"]["USUAL"]}
    return Rates.model_validate(held)


class Bayes:
    """Bayes' rule, one hypothesis after the other."""

    def __init__(self, oracle: Oracle, evidence: list[Evidence], rates: Rates, zones: dict[int, int]) -> None:
        """`zones` gives for each place one that protection treats alike: a breaker's faults open what is above."""
        places = list(zones)
        self.oracle, self.evidence, self.rates, self.places = oracle, evidence, rates, places
        self.world = next(oracle.worlds())
        self.live = oracle.reached(oracle.conducting(self.world))
        self.merged: nx.Graph = paths_graph(oracle, oracle.conducting(self.world), self.live)
        self.after = {place: oracle.faulted(self.world, [zones[place]]) for place in places}
        self.weight = {place: rates.failures_per_year(oracle.all[place]) for place in places}
        self.total = sum(self.weight.values())

    def says(self, place: int) -> tuple[bool, ...]:
        """What each report should say for a fault at a place."""
        return tuple(self._says(place, each) for each in self.evidence)

    def _says(self, place: int, each: Evidence) -> bool:
        (thing,) = each.things
        if each.kind in (EvidenceKind.INDICATOR, EvidenceKind.CURRENT):
            return on_path(self.merged, self.oracle, thing, place)
        if each.kind is EvidenceKind.TRIP:
            return thing in self.after[place].tripped
        if each.kind is EvidenceKind.PATROL:
            return place == thing
        return thing not in self.after[place].live

    def chance(self, expected: tuple[bool, ...]) -> float:
        """Probability of the reports if they should say this."""
        return prod(
            self.rates.evidence[each.kind].chance(positive=each.positive, expected=should)
            for each, should in zip(self.evidence, expected, strict=True)
        )

    def posterior(self) -> tuple[dict[int, float], float, float]:
        """Per place, the probability that a fault is there; that there is none; that there are two."""
        says = {place: self.says(place) for place in self.places}
        zone = {
            place: (frozenset(self.after[place].tripped), frozenset(self.after[place].live)) for place in self.places
        }
        any_fault = 1 - self.rates.no_fault.value
        none = self.rates.no_fault.value * self.chance((False,) * len(self.evidence))
        found = {place: any_fault * self.weight[place] / self.total * self.chance(says[place]) for place in self.places}
        double = 0.0
        alone = dict(found)
        for one, other in combinations(self.places, 2):
            if (says[one], zone[one]) == (says[other], zone[other]):
                continue
            prior = 2 * any_fault * self.rates.second_fault.value
            prior *= self.weight[one] * self.weight[other] / self.total**2
            both = prior * self.chance(tuple(a or b for a, b in zip(says[one], says[other], strict=True)))
            double += both
            found[one] += both
            found[other] += both
        total = none + sum(alone.values()) + double
        return {place: held / total for place, held in found.items()}, none / total, double / total


@pytest.mark.parametrize("part", range(4))
def test_probabilities_are_those_of_brute_force(part: int) -> None:
    checked, rates = 0, sure_protection()
    for seed in range(part, 400, 4):
        chance = random.Random(seed)
        graph = random_network(seed, feeders=2)
        oracle = Oracle(graph)
        live = oracle.reached(oracle.conducting(next(oracle.worlds())))
        plain = [index for index in oracle.all if index in live and len(oracle.with_me[index]) == 1]
        if len(plain) < 4:
            continue
        things = chance.sample(plain, 3)
        evidence = [
            Evidence(kind=chance.choice(KINDS), things=(thing,), positive=chance.random() < 0.6, at=NOW)
            for thing in things
        ]
        breakers = [index for index in plain if graph.kind(index) in FAULT_BREAKING]
        if breakers:
            # reported as closed still: a report that it tripped would change what was closed before
            evidence.append(Evidence(kind=EvidenceKind.TRIP, things=(chance.choice(breakers),), positive=False, at=NOW))
        model = ReadModel.build(graph)
        found = locate(model, evidence, NOW, rates=rates)
        places = sorted({index for each in found.candidates for part in each.sections for index in part.equipment})
        zones = _zones(model, evidence)
        if zones is None or found.finding is LocationFinding.NO_EVIDENCE:
            continue
        assert set(places) <= set(zones)
        expected, none, double = Bayes(oracle, evidence, rates, zones).posterior()
        for candidate in found.candidates:
            own = sum(expected[index] for part in candidate.sections for index in part.equipment)
            assert candidate.probability == pytest.approx(own, rel=1e-6, abs=1e-9)
        assert found.no_fault == pytest.approx(none, rel=1e-6)
        assert found.multiple == pytest.approx(double, rel=1e-6, abs=1e-12)
        checked += 1
    assert checked > 10


def _zones(model: ReadModel, evidence: list[Evidence]) -> dict[int, int] | None:
    """Per candidate one that breaks nothing itself in the same zone; None if a zone has only breaking devices."""
    circuits = ShortCircuits(model.topology, sorted({thing for each in evidence for thing in each.things}))
    pairs = list(zip(circuits.candidates.tolist(), circuits.zone.tolist(), strict=True))
    plain = {zone: index for index, zone in pairs if model.graph.kind(index) not in FAULT_BREAKING}
    return {index: plain[zone] for index, zone in pairs} if {zone for _, zone in pairs} == plain.keys() else None
