"""Faults made up on a feeder, with reports that err as the rates say: is the answer as sure as it is right?

`python -m tests.services.location.simulated` prints the reliability curve of some thousand faults.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology import ShortCircuits
from graph_api.readmodel.topology.short_circuits import LEVELS
from graph_api.services.location import Evidence, Rates, load_rates, locate
from schema.vocabulary import EvidenceKind
from tests.drawing import draw

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
BINS = 10


def feeder(spans: int = 24) -> str:
    """A trunk with switches, a recloser in the middle, and fused laterals of three lines with a customer each."""
    lines = ["F1 = CB1", "G1 - B1 - CB1 - n0"]
    for span in range(1, spans + 1):
        between = {0: f"LS{span} - ", spans // 2: f"RC{span} - "}.get(span % 3 if span != spans // 2 else span, "")
        lines.append(f"n{span - 1} - {between}L{span}({300 + 40 * (span % 5)}m) - n{span}")
        if span % 2:
            lines.append(
                f"n{span} - FU{span} - L{span}a(200m) - L{span}b({150 + 30 * (span % 4)}m) - L{span}c(120m) "
                f"- S{span}>C{span}"
            )
    return "\n".join(lines)


@dataclass
class Case:
    """One made-up fault, or two at once, or none, and what the answer says of each candidate."""

    faulty: bool
    chances: list[tuple[float, bool]]
    """Per candidate, what was said and whether it was right."""
    rank: int | None
    """Rank of the first candidate that holds a fault."""


def simulate(count: int, seed: int, rates: Rates | None = None) -> Iterator[Case]:
    """Make faults up, by failures a year, and reports of them, by the rates; ask where the fault is."""
    rates = rates or load_rates()
    chance = random.Random(seed)
    graph = draw(feeder())
    model = ReadModel.build(graph)
    circuits = ShortCircuits(model.topology, [graph.index("L1")])
    candidates = circuits.candidates.tolist()
    weights = [rates.failures_per_year(graph.entity(i)) for i in candidates]
    watched = [graph.index(name) for name in ("LS3", "LS6", "LS9", "RC12", "LS15", "LS18", "LS21")]
    customers = [graph.index(f"C{n}") for n in range(1, 24, 2)]
    supplies = [[graph.index(f"S{n}")] for n in range(1, 24, 2)]
    devices = [graph.index(name) for name in ("CB1", "RC12")]
    dark = circuits.dark(supplies)
    for _ in range(count):
        faults = chance.choices(range(len(candidates)), weights) if chance.random() >= rates.no_fault.value else []
        if faults and chance.random() < rates.second_fault.value:
            faults += chance.choices(range(len(candidates)), weights)
        places = np.array(faults, int)
        opened, refused = set[int](), set[int]()
        out = np.zeros(len(customers), np.bool_)
        for at in faults:
            level = 0
            # the chance of a device refusing is weighed for a fault that comes alone
            while len(faults) == 1 and level < LEVELS - 1 and chance.random() < rates.protection.refuses.value:
                level += 1
            openings = circuits.openings(int(circuits.zone[at]))
            level = min(level, len(openings) - 1)
            opened.update(openings[level] if openings else ())
            refused.update(device for lower in openings[:level] for device in lower)
            out |= dark[circuits.zone[at], max(level, 0)]

        def report(kind: EvidenceKind, thing: int, *, true: bool) -> Evidence:
            says = chance.random() < rates.evidence[kind].chance(positive=True, expected=true)
            return Evidence(kind=kind, things=(thing,), positive=says, at=NOW)

        evidence = [
            *(report(EvidenceKind.TRIP, i, true=i in opened) for i in devices if i not in refused),
            # a device that refused reports whatever it likes
            *(
                Evidence(kind=EvidenceKind.TRIP, things=(i,), positive=chance.random() < 0.5, at=NOW)
                for i in devices
                if i in refused
            ),
            *(report(EvidenceKind.INDICATOR, i, true=bool(circuits.passing(i)[places].any())) for i in watched),
            *(
                report(EvidenceKind.METER, customer, true=bool(out[place]))
                for place, customer in enumerate(customers)
                if chance.random() < 0.5
            ),
        ]
        found = locate(model, evidence, NOW, rates=rates)
        true = {candidates[at] for at in faults}
        hits = [not true.isdisjoint(i for part in each.sections for i in part.equipment) for each in found.candidates]
        chances = [(each.probability, hit) for each, hit in zip(found.candidates, hits, strict=True)]
        yield Case(bool(faults), chances, next((rank for rank, hit in enumerate(hits, 1) if hit), None))


def curve(cases: list[Case]) -> list[tuple[float, float, int]]:
    """Reliability curve: mean probability that was said, share that was right, and how many, per tenth."""
    said = np.array([chance for case in cases for chance, _ in case.chances])
    right = np.array([hit for case in cases for _, hit in case.chances])
    tenth = np.minimum((said * BINS).astype(int), BINS - 1)
    return [
        (float(said[tenth == n].mean()), float(right[tenth == n].mean()), int((tenth == n).sum()))
        for n in range(BINS)
        if (tenth == n).any()
    ]


def in_top(cases: list[Case], rank: int) -> float:
    """Share of faults whose true place is among the first candidates."""
    faulty = [case for case in cases if case.faulty]
    return sum(case.rank is not None and case.rank <= rank for case in faulty) / len(faulty)


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")


def main(count: int) -> None:
    """Print the curve."""
    cases = list(simulate(count, 1))
    for said, right, number in curve(cases):
        say(f"said {said:6.1%}   right {right:6.1%}   of {number}")
    say(f"first {in_top(cases, 1):.1%}, among the first three {in_top(cases, 3):.1%} of {count:,} incidents")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
