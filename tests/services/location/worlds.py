"""Incidents made up on a feeder, by somebody who does not know how the answer is worked out.

Nothing of the product is used but the drawing of the network: paths, trips and darkness come of the tree below, rates
and failures are read from the file that a utility edits. What the world is like is said apart from what is assumed:

    ASSUMED   every kind of report errs as often as the file says
    MISSING   of indicators that should show, three in ten do not (assumed: 8 %)
    FALSE     every kind of report says "yes" falsely five times as often
    SILENT    half of the indicators give no answer at all
    BOTH      MISSING and FALSE at once

`python -m tests.services.location.worlds 4000` prints the reliability of each world.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parents[3] / "graph_api" / "services" / "location" / "rates.yaml"
RATES: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
LEVELS = 3
"""How many devices in a row may have to open: the last of them never refuses."""


@dataclass
class Piece:
    """A piece of equipment in the tree: what is before it, whether it breaks a fault, and how often it fails."""

    name: str
    above: Piece | None
    breaks: bool
    per_year: float
    path: tuple[Piece, ...] = field(default=(), repr=False)
    """From the source to it."""

    def __post_init__(self) -> None:
        self.path = (*(self.above.path if self.above else ()), self)


@dataclass
class Feeder:
    """A radial feeder: its drawing, its pieces from the source on, and what reports."""

    lines: list[str]
    pieces: list[Piece]
    indicators: list[str]
    customers: dict[str, str]
    """Customer by name, with the supply that it hangs on."""
    devices: list[str]

    def named(self, name: str) -> Piece:
        return next(piece for piece in self.pieces if piece.name == name)


def feeder(spans: int = 24) -> Feeder:
    """A trunk with a switch every third span, a recloser in the middle, and fused laterals of three lines."""
    failures = {kind: each["per_year"] for kind, each in RATES["failures"].items()}
    pieces: list[Piece] = []

    def add(name: str, above: Piece | None, per_year: float, *, breaks: bool = False) -> Piece:
        pieces.append(Piece(name, above, breaks, per_year))
        return pieces[-1]

    def line(name: str, above: Piece, metres: int) -> Piece:
        return add(name, above, failures["OVERHEAD_LINE"] * metres / 1000)

    source = add("G1", None, failures["OTHER"])
    bus = add("B1", source, failures["BUSBAR"])
    at = add("CB1", bus, failures["BREAKER"], breaks=True)
    lines, indicators, customers = ["F1 = CB1", "G1 - B1 - CB1 - n0"], [], {}
    for span in range(1, spans + 1):
        between = ""
        if span == spans // 2:
            at = add(f"RC{span}", at, failures["BREAKER"], breaks=True)
            between = f"RC{span} - "
            indicators.append(f"RC{span}")
        elif span % 3 == 0:
            at = add(f"LS{span}", at, failures["SWITCH"])
            between = f"LS{span} - "
            indicators.append(f"LS{span}")
        metres = 300 + 40 * (span % 5)
        at = line(f"L{span}", at, metres)
        lines.append(f"n{span - 1} - {between}L{span}({metres}m) - n{span}")
        if span % 2:
            ends = (200, 150 + 30 * (span % 4), 120)
            off = add(f"FU{span}", at, failures["BREAKER"], breaks=True)
            for part, length in zip("abc", ends, strict=True):
                off = line(f"L{span}{part}", off, length)
            add(f"S{span}", off, failures["OTHER"])
            customers[f"C{span}"] = f"S{span}"
            chain = " - ".join(f"L{span}{part}({length}m)" for part, length in zip("abc", ends, strict=True))
            lines.append(f"n{span} - FU{span} - {chain} - S{span}>C{span}")
    return Feeder(lines, pieces, indicators, customers, ["CB1", f"RC{spans // 2}"])


@dataclass(frozen=True)
class World:
    """What is otherwise than assumed."""

    indicator_misses: float | None = None
    falsely: float = 1.0
    silent: float = 0.0

    def chance(self, kind: str, *, true: bool) -> float:
        """How often a report of a kind says yes in this world."""
        held = RATES["evidence"][kind]
        if not true:
            return min(1.0, float(held["when_false"]) * self.falsely)
        if kind == "INDICATOR" and self.indicator_misses is not None:
            return 1 - self.indicator_misses
        return float(held["when_true"])


WORLDS = {
    "ASSUMED": World(),
    "MISSING": World(indicator_misses=0.3),
    "FALSE": World(falsely=5.0),
    "SILENT": World(silent=0.5),
    "BOTH": World(indicator_misses=0.3, falsely=5.0),
}
BOUND = frozenset({"ASSUMED", "MISSING", "FALSE", "SILENT"})
"""Worlds that the answer has to bear."""
Report = tuple[str, str, bool]
"""Kind, thing, and whether it says yes."""


@dataclass(frozen=True)
class Incident:
    """What happened, and what was said of it."""

    faults: frozenset[str]
    reports: tuple[Report, ...]


def incidents(made: Feeder, world: World, count: int, seed: int) -> Iterator[Incident]:
    """Faults by failures a year, inside customers too, and reports of them as they are in this world."""
    chance = random.Random(seed)
    weights, inside = [piece.per_year for piece in made.pieces], sorted(made.customers)
    own = float(RATES["failures"]["INSIDE"]["per_year"])
    for _ in range(count):
        faults: list[Piece] = []
        within = ""
        if chance.random() >= RATES["no_fault"]["value"]:
            if chance.random() < len(inside) * own / (len(inside) * own + sum(weights)):
                within = chance.choice(inside)
            else:
                faults = chance.choices(made.pieces, weights)
                if chance.random() < RATES["second_fault"]["value"]:
                    faults += chance.choices(made.pieces, weights)
        said = tuple(_reports(made, world, faults, chance, within))
        yield Incident(frozenset(fault.name for fault in faults), said)


def cleared(fault: Piece, refusing: int) -> tuple[Piece | None, list[Piece]]:
    """What opens for a fault where so many of the nearest devices refuse, and which do; none helps itself."""
    above = [piece for piece in fault.path[:-1] if piece.breaks][::-1][:LEVELS]
    if not above:
        return None, []
    level = min(refusing, len(above) - 1)
    return above[level], above[:level]


def _reports(made: Feeder, world: World, faults: list[Piece], chance: random.Random, within: str) -> Iterator[Report]:
    opened, refused, dark_below = set[str](), set[str](), list[Piece]()
    for fault in faults:
        refusing = 0
        while len(faults) == 1 and refusing < LEVELS - 1 and chance.random() < RATES["protection"]["refuses"]["value"]:
            refusing += 1
        device, idle = cleared(fault, refusing)
        refused.update(each.name for each in idle)
        dark_below.append(device or made.pieces[0])
        if device:
            opened.add(device.name)
    passed = {piece.name for fault in faults for piece in fault.path}
    for name in made.devices:
        if name in refused:
            yield "TRIP", name, chance.random() < 0.5
        else:
            yield "TRIP", name, chance.random() < world.chance("TRIP", true=name in opened)
    for name in made.indicators:
        if chance.random() >= world.silent:
            yield "INDICATOR", name, chance.random() < world.chance("INDICATOR", true=name in passed)
    for customer, supply in made.customers.items():
        if chance.random() < 0.5:
            path = made.named(supply).path
            dark = customer == within or any(device in path for device in dark_below)
            yield "METER", customer, chance.random() < world.chance("METER", true=dark)


@dataclass
class Score:
    """How sure the answers were, and how often they were right."""

    said: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    best: list[tuple[float, bool]] = field(default_factory=list)
    """Of each incident, what was said of the first place and whether it was right."""

    def tenths(self, width: float = 0.1) -> list[tuple[float, float, int]]:
        """Mean said, share right, and count, per tenth."""
        return _binned(list(zip(self.said, self.right, strict=True)), width)

    def first(self) -> tuple[float, float]:
        """What was said of first places on the mean, and how many were right."""
        count = len(self.best)
        return sum(said for said, _ in self.best) / count, sum(right for _, right in self.best) / count

    def firsts(self, width: float = 0.1) -> list[tuple[float, float, int]]:
        """The same of first places alone."""
        return _binned(self.best, width)


def _binned(pairs: list[tuple[float, bool]], width: float) -> list[tuple[float, float, int]]:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for said, right in pairs:
        bins.setdefault(min(int(said / width), round(1 / width) - 1), []).append((said, right))
    return [
        (sum(said for said, _ in each) / len(each), sum(right for _, right in each) / len(each), len(each))
        for _, each in sorted(bins.items())
    ]


Answer = Callable[[tuple[Report, ...]], list[tuple[float, frozenset[str]]]]
"""Places with their probability, the most probable first."""


def score(made: Feeder, world: World, answer: Answer, count: int, seed: int) -> Score:
    """Ask about incidents of a world, and keep the score."""
    found = Score()
    for incident in incidents(made, world, count, seed):
        if not any(says for _, _, says in incident.reports):
            continue
        places = answer(incident.reports)
        hits = [not incident.faults.isdisjoint(names) for _, names in places]
        found.said += [said for said, _ in places]
        found.right += hits
        found.best.append((places[0][0], hits[0]))
    return found


TOO_SURE, TOO_UNSURE = 0.05, 0.07
"""By how much the first places may be wrong more often than was said of them, on the whole, and more often right."""


def main(count: int) -> int:
    """Print the reliability of each world; 1 if one is too sure, or too unsure."""
    from tests.services.location.test_calibration import asking  # the product, asked

    made, failed = feeder(), 0
    for name, world in WORLDS.items():
        found = score(made, world, asking(made), count, 1)
        said, right = found.first()
        failed += name in BOUND and not -TOO_UNSURE < said - right < TOO_SURE
        sys.stdout.write(f"{name}: of the first place said {said:.1%}, right {right:.1%} of {len(found.best):,}\n")
        for said, right, number in found.firsts():
            sys.stdout.write(f"    said {said:6.1%}   right {right:6.1%}   of {number}\n")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
