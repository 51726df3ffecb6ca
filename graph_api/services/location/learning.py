"""Learning (误报率学习): error rates out of closed incidents, of which somebody found out where the fault was.

A Beta distribution for each kind of report: today's rate as if it had been seen in so many reports, and the reports of
the closed incidents beside it. How often nights err more than usual is learned alike, from how probable each condition
is for an incident once the fault is known.

    92 % of indicators show, as 20 reports; 130 of 200 that should did  ->  (0.92 * 20 + 130) / (20 + 200) = 67 %
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Things
from graph_api.readmodel.topology import ShortCircuits
from graph_api.services.location.evidence import Evidence, sort_out
from graph_api.services.location.expectations import EITHER, TRUE
from graph_api.services.location.explaining import forget_dead
from graph_api.services.location.likelihoods import Likelihoods, log_sum
from graph_api.services.location.rates import Rates, Reliability
from graph_api.services.location.recorded import ground_of
from graph_api.services.location.weighing import weigh
from schema.vocabulary import EvidenceKind
from schema.words import say

Says = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastIncident:
    """A closed incident: when it was, what was reported, and the faults that were found; none = there was no fault."""

    key: str
    at: datetime
    faults: Things
    evidence: tuple[Evidence, ...]


@dataclass(slots=True)
class Tally:
    """Reports of a kind: of those that should say yes how many did, and of those that should not."""

    should: int = 0
    did: int = 0
    should_not: int = 0
    did_falsely: int = 0


@dataclass(slots=True, kw_only=True)
class Learned:
    """Rates as they are after the incidents, what was counted, and incidents that tell nothing, with the reason."""

    rates: Rates
    used: int = 0
    tallies: dict[EvidenceKind, Tally] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def learn(model: ReadModel, incidents: Sequence[PastIncident], rates: Rates, strength: float) -> Learned:
    """Learn from closed incidents; today's rates count as `strength` reports of each kind and sort."""
    learned = Learned(rates=rates)
    known: list[tuple[tuple[Evidence, ...], Says]] = []
    for incident in incidents:
        found = _what_should_be(model, incident, rates)
        if isinstance(found, str):
            learned.left_out.append((incident.key, found))
            continue
        known.append(found)
        for report, should in zip(*found, strict=True):
            _count(learned.tallies.setdefault(report.kind, Tally()), report, should)
    learned.used = len(known)
    evidence = {
        kind: _updated(held, learned.tallies[kind], strength, learned.used) if kind in learned.tallies else held
        for kind, held in rates.evidence.items()
    }
    learned.rates = rates.model_copy(update={"evidence": evidence})
    learned.rates = _with_conditions(learned.rates, known, strength)
    return learned


def _what_should_be(model: ReadModel, incident: PastIncident, rates: Rates) -> tuple[tuple[Evidence, ...], Says] | str:
    """The reports of an incident and what each should have said; else why nobody can tell."""
    found = sort_out(model, incident.evidence, incident.at)
    ground = ground_of(model, found, incident.at, None, ())
    forget_dead(model, ground, found)
    if not found.weighed:
        return say("no report can be weighed")
    circuits = ShortCircuits(ground.before, sorted(found.around))
    weighed = weigh(model, circuits, found, rates)
    places = np.flatnonzero(np.isin(circuits.candidates, incident.faults))
    if places.size < len(set(incident.faults)):
        return say("the fault is none of the places that the reports speak of")
    expected = np.zeros(len(weighed.reports), np.int8)
    for place in places.tolist():
        # what is either way for one fault is told by another, if it is
        own = weighed.expected[weighed.class_of[place]]
        expected = np.where(own == TRUE, TRUE, np.where((own == EITHER) & (expected != TRUE), EITHER, expected))
    return weighed.reports, expected.astype(np.int8)


def _count(tally: Tally, report: Evidence, should: int) -> None:
    if should == EITHER:
        return
    if should == TRUE:
        tally.should += 1
        tally.did += report.positive
    else:
        tally.should_not += 1
        tally.did_falsely += report.positive


def _updated(held: Reliability, tally: Tally, strength: float, incidents: int) -> Reliability:
    """The mean of the Beta posterior."""
    source = (
        f"learned from {incidents} closed incidents: {tally.did} of {tally.should} that should say yes did, "
        f"{tally.did_falsely} of {tally.should_not} that should not; before, as {strength:g} reports each: "
        f"{held.when_true:g}, {held.when_false:g}"
    )
    return Reliability(
        when_true=(held.when_true * strength + tally.did) / (strength + tally.should),
        when_false=(held.when_false * strength + tally.did_falsely) / (strength + tally.should_not),
        source=source,
    )


def _with_conditions(rates: Rates, known: Sequence[tuple[tuple[Evidence, ...], Says]], strength: float) -> Rates:
    """How often each condition was, given where the faults were: the mean of a Dirichlet posterior."""
    if not known:
        return rates
    seen = np.zeros(len(rates.conditions))
    for reports, expected in known:
        likely = Likelihoods(reports, rates)
        chance = likely.of(expected) + likely.chance
        seen += np.exp(chance - log_sum(chance, axis=0))
    total = sum(each.chance for each in rates.conditions.values())
    conditions = {
        name: held.model_copy(
            update={"chance": (held.chance / total * strength + float(count)) / (strength + len(known))}
        )
        for (name, held), count in zip(rates.conditions.items(), seen.tolist(), strict=True)
    }
    return rates.model_copy(update={"conditions": conditions})
