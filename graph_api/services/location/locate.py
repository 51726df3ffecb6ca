"""Where the fault is: candidates in order of probability, each with what speaks for and against it.

[G1] - CB1 - L1 - LS1 - L2 - LS2 - L3        CB1 tripped; the indicator on LS1 shows, the one on LS2 does not:
                  fi         fi              LS1..LS2 (L2) 96 %, beyond LS2 2 %, before LS1 1 % ...
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique

import numpy as np
import numpy.typing as npt

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing, Things
from graph_api.readmodel.topology import Assumption, ShortCircuits, Topology, unknown_near
from graph_api.services.location.checks import Check
from graph_api.services.location.contradictions import Contradiction, contradictions_of
from graph_api.services.location.enquiring import next_checks
from graph_api.services.location.evidence import Evidence, Reason, SetAside, Sorted, sort_out
from graph_api.services.location.expectations import EITHER
from graph_api.services.location.explaining import forget_dead
from graph_api.services.location.rates import Rates, ReportingCondition
from graph_api.services.location.recorded import ground_of, recorded_evidence
from graph_api.services.location.sections import Section, Sections
from graph_api.services.location.weighing import Weighed, weigh
from schema.vocabulary import SwitchPosition
from schema.words import joined, say

Floats = npt.NDArray[np.float64]
LISTED = 12
"""Candidates that are worked out to the last detail."""
LEAST = 1e-4
"""Candidates less probable than this are left to the rest."""
DEPENDS = 0.02
"""A probability that differs by more than this between the worlds of an unknown switch depends on it."""


@unique
class LocationFinding(StrEnum):
    """定位结论: 能否给出候选位置。 What can be said at all."""

    PLACES = "PLACES"
    NO_EVIDENCE = "NO_EVIDENCE"
    EXPLAINED = "EXPLAINED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Places that no report separates, with the probability that a fault is in one of them.

    `rank` counts from 1; sections of one candidate share it. `opens` are the devices that break a fault there,
    `refused_devices` how many would have failed to do so. `depends_on` are switches of unknown position that the
    probability hangs on.
    """

    rank: int
    probability: float
    sections: tuple[Section, ...]
    evidence_for: tuple[Evidence, ...]
    evidence_against: tuple[Evidence, ...]
    opens: Things
    refused_devices: int
    depends_on: Things


@dataclass(frozen=True, slots=True, kw_only=True)
class InsideCustomer:
    """A customer whose own network, which is not recorded, may be all that is faulty, and the probability of that."""

    customer: Thing
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionChance:
    """How the reports of this incident err, and the probability of that."""

    condition: ReportingCondition
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultLocation:
    """What the reports say about the place of the fault. Probabilities are 0..1.

    `finding` is whether there are places at all, or nothing that was reported says that anything is wrong, or all that
    does is explained by planned work or arrears: then no place is named.
    `rest` is the probability of places that are not listed, `no_fault` that nothing is faulty, `multiple` of two
    faults at once. `one_cause` is whether a single cause agrees with every report; if not, a device or a person
    misreported, or there is more than one fault. `conditions` says how far the reports
    of this incident seem to err. `contradictions` are pairs of reports of which one is wrong wherever
    the fault is. `explained` and `contradicted` are the reports as the most probable
    cause would have them or not. `temporary` is whether what tripped closed again and held.
    """

    finding: LocationFinding
    revision: int
    """Of the graph that it is true of."""
    as_of: datetime
    """When that revision was made."""
    at: datetime
    candidates: tuple[Candidate, ...]
    rest: float
    no_fault: float
    inside: tuple[InsideCustomer, ...]
    multiple: float
    one_cause: bool
    temporary: bool
    explained: tuple[Evidence, ...]
    contradicted: tuple[Evidence, ...]
    contradictions: tuple[Contradiction, ...]
    set_aside: tuple[SetAside, ...]
    conditions: tuple[ConditionChance, ...]
    next_check: tuple[Check, ...]


def locate(
    model: ReadModel,
    evidence: Sequence[Evidence],
    at: datetime,
    *,
    rates: Rates,
    assume: Sequence[Assumption] = (),
    since: datetime | None = None,
) -> FaultLocation:
    """Rank the places where the fault can be.

    Recorded positions of devices that report them are evidence as well; without any report the latest recorded trip is
    asked about. What tripped counts as closed before the fault; positions reported after `since` (None = when the first
    of them opened, else `at`) are undone, and `assume` gives other switches the position that they had then. Where a
    switch near the reports is of unknown position, both worlds are weighed.
    Raises InvalidInput if reports were given and none can be weighed, but for those that planned work explains.
    """
    found = sort_out(model, evidence, at)
    if since is not None and at < since:
        raise InvalidInput(
            say("An answer cannot be of a time before the loss; ask of {since} or later.", since=since), argument="at"
        )
    ground = ground_of(model, found, at, since, assume)
    forget_dead(model, ground, found)
    circuits = ShortCircuits(ground.before, sorted(found.around))
    if found.around:
        found.devices += recorded_evidence(model.graph, circuits.openers, found, ground, at)
    if not found.weighed and any(each.reason is not Reason.EXPLAINED for each in found.set_aside):
        raise InvalidInput(
            say("No report can be weighed: {reasons}", reasons=joined([each.message for each in found.set_aside[:3]]))
        )
    if not any(each.positive for each in found.weighed):
        return _nothing(model, found, at)
    return _Answer(model, found, rates, ground.before, circuits).location(at)


def _nothing(model: ReadModel, found: Sorted, at: datetime) -> FaultLocation:
    """Nothing that was reported says that anything is wrong, or all that does is explained: no place is named."""
    explained = any(each.reason is Reason.EXPLAINED for each in found.set_aside)
    return FaultLocation(
        finding=LocationFinding.EXPLAINED if explained else LocationFinding.NO_EVIDENCE,
        revision=model.graph.revision,
        as_of=model.graph.changed_at,
        at=at,
        candidates=(),
        rest=0.0,
        no_fault=1.0,
        inside=(),
        multiple=0.0,
        one_cause=True,
        temporary=False,
        explained=found.weighed,
        contradicted=(),
        contradictions=(),
        set_aside=tuple(found.set_aside),
        conditions=(),
        next_check=(),
    )


class _Answer:
    """Both worlds of unknown switches, weighed and put together by equipment."""

    def __init__(
        self, model: ReadModel, found: Sorted, rates: Rates, before: Topology, circuits: ShortCircuits
    ) -> None:
        self.model, self.found, self.rates = model, found, rates
        self.unknown = unknown_near(before, found.around)
        worlds = [circuits]
        if self.unknown:
            worlds = [
                ShortCircuits(before.assuming([(switch, position) for switch in self.unknown]), sorted(found.around))
                for position in (SwitchPosition.OPEN, SwitchPosition.CLOSED)
            ]
        self.worlds = [weigh(model, world, found, rates) for world in worlds]
        heard = np.array([world.evidence for world in self.worlds])
        weights = np.exp(heard - heard.max())
        self.weights: Floats = weights / weights.sum()
        self.main = self.worlds[int(np.argmax(self.weights))]

    def location(self, at: datetime) -> FaultLocation:
        """The whole answer."""
        candidates, walks = self._candidates()
        contradictions = contradictions_of(self.model.graph, self.main, self.found)
        checks = next_checks(self.model, self.found, self.main, walks, contradictions, self.rates, at)
        explained, contradicted = self._judged()
        listed = sum(each.probability for each in candidates)
        none, multiple = (self._mixed([getattr(world, name) for world in self.worlds]) for name in ("none", "multiple"))
        inside: dict[int, float] = {}
        for weight, world in zip(self.weights.tolist(), self.worlds, strict=True):
            for customer, chance in world.inside:
                inside[customer] = inside.get(customer, 0.0) + weight * chance
        total = self._mixed([float(world.fault.sum()) for world in self.worlds])
        ranked = sorted(inside.items(), key=lambda each: (-each[1], each[0]))
        return FaultLocation(
            finding=LocationFinding.PLACES,
            revision=self.model.graph.revision,
            as_of=self.model.graph.changed_at,
            at=at,
            candidates=tuple(candidates),
            rest=max(total - listed, 0.0),
            no_fault=none,
            inside=tuple(InsideCustomer(customer=customer, probability=chance) for customer, chance in ranked),
            multiple=multiple,
            one_cause=any(world.explained for world in self.worlds),
            temporary=any(each.positive and each.reclosed for each, _ in self.found.devices),
            explained=explained,
            contradicted=contradicted,
            contradictions=contradictions,
            set_aside=tuple(self.found.set_aside),
            conditions=tuple(self._conditions()),
            next_check=tuple(checks),
        )

    def _conditions(self) -> Iterator[ConditionChance]:
        """How far the reports seem to err, the most probable first."""
        chances = np.tensordot(self.weights, np.array([world.conditions for world in self.worlds]), axes=1)
        found = zip(self.rates.conditions, chances.tolist(), strict=True)
        for condition, probability in sorted(found, key=lambda each: -each[1]):
            yield ConditionChance(condition=condition, probability=probability)

    def _mixed(self, values: Sequence[float]) -> float:
        return float(np.dot(self.weights, values))

    def _candidates(self) -> tuple[list[Candidate], list[tuple[int, float, float]]]:
        """Candidates of the more probable world with probabilities over both; their sections as
        (first equipment, probability, metres of line), the likeliest first."""
        main = self.main
        chances = [self._over(main, world) for world in self.worlds]
        probability = np.tensordot(self.weights, np.array(chances), axes=1)
        order = [at for at in np.argsort(-probability, kind="stable")[:LISTED].tolist() if probability[at] >= LEAST]
        sections = Sections(self.model.graph, main)
        found: list[Candidate] = []
        walks: list[tuple[int, float, float]] = []
        for rank, at in enumerate(order, start=1):
            parts = sections.of(at, float(probability[at]))
            spread = max(chance[at] for chance in chances) - min(chance[at] for chance in chances)
            openings = main.circuits.openings(int(main.circuits.zone[np.argmax(main.class_of == at)]))
            level = min(int(main.level[at]), max(len(openings) - 1, 0))
            expected = main.expected[at]
            found.append(
                Candidate(
                    rank=rank,
                    probability=float(probability[at]),
                    sections=parts,
                    evidence_for=_said(main, expected, agreeing=True),
                    evidence_against=_said(main, expected, agreeing=False),
                    opens=openings[level] if openings else (),
                    refused_devices=level,
                    depends_on=tuple(self.unknown) if spread > DEPENDS else (),
                )
            )
            walks += [(part.equipment[0], part.probability, part.length_metres) for part in parts[:4]]
        walks.sort(key=lambda walk: -walk[1])
        return found, walks

    def _over(self, main: Weighed, world: Weighed) -> Floats:
        """Probability in a world of each class of the main one."""
        if world is main:
            return main.fault
        mine = world.fault[world.class_of] * world.share
        places = np.searchsorted(world.circuits.candidates, main.circuits.candidates)
        inside = places < world.circuits.candidates.size
        same = np.zeros(main.circuits.candidates.size, np.bool_)
        same[inside] = world.circuits.candidates[places[inside]] == main.circuits.candidates[inside]
        held = np.where(same, mine[np.minimum(places, max(mine.size - 1, 0))] if mine.size else 0.0, 0.0)
        return np.asarray(np.bincount(main.class_of, weights=held, minlength=main.fault.size), np.float64)

    def _judged(self) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
        """Reports that the most probable cause agrees with, and those that it does not."""
        main = self.main
        best_alone = float(main.alone.max(initial=0.0))
        best_pair = main.pairs[0][2] if main.pairs else 0.0
        best_inside = max((chance for _, chance in main.inside), default=0.0)
        best = max(best_alone, best_pair, best_inside, main.none)
        if best == best_alone and main.alone.size:
            expected = main.expected[int(np.argmax(main.alone))]
        elif best == best_pair and main.pairs:
            one, other, _ = main.pairs[0]
            expected = np.maximum(main.expected[one], main.expected[other])
        else:
            only = max(main.inside, key=lambda each: each[1])[0] if best == best_inside and main.inside else None
            expected = np.array([only is not None and only in each.things for each in main.reports], np.int8)
        return _said(main, expected, agreeing=True), _said(main, expected, agreeing=False)


def _said(world: Weighed, expected: npt.NDArray[np.int8], *, agreeing: bool) -> tuple[Evidence, ...]:
    """Reports that say, or do not say, what is expected."""
    return tuple(
        each
        for each, should in zip(world.reports, expected.tolist(), strict=True)
        if should != EITHER and (each.positive == bool(should)) == agreeing
    )
