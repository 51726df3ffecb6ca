"""Bayes' rule by brute force on a radial feeder: one hypothesis after the other, in plain Python.

Knows nothing of the product: the tree of `worlds`, the figures of the file, and the rule as docs/meanings.md has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod

from tests.services.location.worlds import LEVELS, RATES, Feeder, Piece, Report, cleared

Says = list[bool | None]
"""What each report should say; None = either."""


@dataclass(frozen=True)
class Position:
    """A recorded position: which device, whether it tripped, and hours that it was told before the loss (0 = after)."""

    device: str
    tripped: bool
    hours: float = 0.0


@dataclass(frozen=True)
class Belief:
    """What there is to believe."""

    places: dict[str, float]
    """That a fault is there, alone or with another."""
    none: float
    double: float
    inside: dict[str, float]
    conditions: dict[str, float]


def odds(chance: float, factor: float) -> float:
    held = chance / (1 - chance) * factor
    return held / (1 + held)


class Bayes:
    """All hypotheses about one feeder, its reports and recorded positions."""

    def __init__(self, made: Feeder, reports: Sequence[Report], positions: Sequence[Position] = ()) -> None:
        self.made, self.reports, self.positions = made, reports, positions
        self.inside = sorted({thing for kind, thing, says in reports if kind in ("METER", "CALL") and says})

    def belief(self) -> Belief:
        places: dict[str, float] = {}
        inside: dict[str, float] = {}
        conditions: dict[str, float] = {}
        none = double = 0.0
        total = sum(each["chance"] for each in RATES["conditions"].values())
        for name, condition in RATES["conditions"].items():
            held = condition["chance"] / total
            alone = {key: held * chance for key, chance in self._alone(condition)}
            both = {key: held * chance for key, chance in self._both(condition)}
            nothing = held * RATES["no_fault"]["value"] * self._chance(condition, self._silent())
            own = {customer: held * chance for customer, chance in self._within(condition)}
            conditions[name] = sum(alone.values()) + sum(both.values()) + nothing + sum(own.values())
            none, double = none + nothing, double + sum(both.values())
            for key, chance in alone.items():
                places[key] = places.get(key, 0.0) + chance
            for pair, chance in both.items():
                for key in pair:
                    places[key] = places.get(key, 0.0) + chance
            for customer, chance in own.items():
                inside[customer] = inside.get(customer, 0.0) + chance
        every = sum(conditions.values())
        return Belief(
            {key: chance / every for key, chance in places.items()},
            none / every,
            double / every,
            {key: chance / every for key, chance in inside.items()},
            {key: chance / every for key, chance in conditions.items()},
        )

    @property
    def _failures(self) -> float:
        return sum(piece.per_year for piece in self.made.pieces)

    @property
    def _first(self) -> float:
        """What turns failures a year into the chance of a place."""
        every = self._failures + len(self.inside) * RATES["failures"]["INSIDE"]["per_year"]
        return float((1 - RATES["no_fault"]["value"]) / every)

    def _alone(self, condition: dict[str, float]) -> Iterator[tuple[str, float]]:
        refuses = RATES["protection"]["refuses"]["value"]
        for piece in self.made.pieces:
            chance = 0.0
            for level in range(LEVELS):
                conduct = refuses**level * (1 - refuses if level < LEVELS - 1 else 1)
                chance += conduct * self._chance(condition, self._says(piece, level))
            yield piece.name, piece.per_year * self._first * chance

    def _both(self, condition: dict[str, float]) -> Iterator[tuple[tuple[str, str], float]]:
        second = RATES["second_fault"]["value"]
        for one, other in combinations(self.made.pieces, 2):
            if self._looks(one) == self._looks(other):
                continue  # nothing tells them from one fault
            says: Says = [bool(a or b) for a, b in zip(self._says(one, 0), self._says(other, 0), strict=True)]
            prior = 2 * second * self._first * one.per_year * other.per_year / self._failures
            yield (one.name, other.name), prior * self._chance(condition, says)

    def _within(self, condition: dict[str, float]) -> Iterator[tuple[str, float]]:
        for customer in self.inside:
            says: Says = [kind in ("METER", "CALL") and thing == customer for kind, thing, _ in self.reports]
            says += [False for _ in self.positions]
            yield customer, RATES["failures"]["INSIDE"]["per_year"] * self._first * self._chance(condition, says)

    def _looks(self, piece: Piece) -> tuple[object, ...]:
        device, _ = cleared(piece, 0)
        passed = [thing in {each.name for each in piece.path} for kind, thing, _ in self.reports if kind == "INDICATOR"]
        return (device.name if device else None, *passed)

    def _silent(self) -> Says:
        return [False] * (len(self.reports) + len(self.positions))

    def _says(self, piece: Piece, level: int) -> Says:
        device, idle = cleared(piece, level)
        refused = {each.name for each in idle}
        passed = {each.name for each in piece.path}
        found: Says = []
        for kind, thing, _ in self.reports:
            if kind == "TRIP":
                found.append(None if thing in refused else device is not None and thing == device.name)
            elif kind == "INDICATOR":
                found.append(thing in passed)
            else:
                below = self.made.named(self.made.customers[thing]).path
                found.append(device is None or device in below)
        found += [device is not None and each.device == device.name for each in self.positions]
        return found

    def _chance(self, condition: dict[str, float], says: Says) -> float:
        kinds = [kind for kind, _, _ in self.reports] + ["TRIP"] * len(self.positions)
        answers = [answer for _, _, answer in self.reports] + [each.tripped for each in self.positions]
        hours = [0.0] * len(self.reports) + [each.hours for each in self.positions]
        return prod(
            self._one(condition, kind, answer, should, age)
            for kind, answer, should, age in zip(kinds, answers, says, hours, strict=True)
        )

    def _one(self, condition: dict[str, float], kind: str, answer: bool, should: bool | None, age: float) -> float:
        if should is None:
            return 0.5
        held = RATES["evidence"][kind]
        yes = held["when_true"]
        if age:
            protection = RATES["protection"]
            yes = (1 - protection["silent_trip"]["value"]) * 0.5 ** (age / protection["position_half_life_h"]["value"])
        chance = (
            1 - odds(1 - yes, condition["missing_odds"])
            if should
            else odds(held["when_false"], condition["false_odds"])
        )
        return chance if answer else 1 - chance


def every_answer(things: Sequence[tuple[str, str]]) -> Iterator[tuple[Report, ...]]:
    """All that these things can report."""
    for answers in product((False, True), repeat=len(things)):
        yield tuple((kind, thing, says) for (kind, thing), says in zip(things, answers, strict=True))
