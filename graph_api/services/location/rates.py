"""How much to believe each kind of report and how often equipment fails: data that a utility edits, with sources."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum, unique
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from schema.entity import Entity
from schema.grid import ACLineSegment, BusbarSection, ConductingEquipment, PowerTransformer, Switch
from schema.vocabulary import Construction, EvidenceKind, Ownership

_STRICT = ConfigDict(extra="forbid", frozen=True)
LEAST_HEARD = 1e-9
_Probability = Annotated[float, Field(gt=0, lt=1)]


class Reliability(BaseModel):
    """How often a kind of report says "yes": when it should, and when it should not."""

    model_config = _STRICT
    when_true: _Probability
    when_false: _Probability
    source: str

    def chance(self, *, positive: bool, expected: bool) -> float:
        """Probability of a report, given what it should be."""
        yes = self.when_true if expected else self.when_false
        return yes if positive else 1 - yes


@unique
class ReportingCondition(StrEnum):
    """上报状况: 本次各类信息出错的程度。 How far the reports of this night err more than usual."""

    USUAL = "USUAL"
    MISSING = "MISSING"
    FALSE_REPORTS = "FALSE_REPORTS"
    BOTH = "BOTH"


class Chance(BaseModel):
    """A probability and where it comes from."""

    model_config = _STRICT
    value: _Probability
    source: str


class Amount(BaseModel):
    """A positive number and where it comes from."""

    model_config = _STRICT
    value: Annotated[float, Field(gt=0)]
    source: str


class Failures(BaseModel):
    """Failures a year, per kilometre of line or per piece, and where the figure comes from."""

    model_config = _STRICT
    per_year: Annotated[float, Field(gt=0)]
    source: str


class Protection(BaseModel):
    """How protection misbehaves."""

    model_config = _STRICT
    refuses: Chance
    silent_trip: Chance
    position_half_life_h: Amount


class FailureTable(BaseModel):
    """Failures by what fails."""

    model_config = _STRICT
    OVERHEAD_LINE: Failures
    CABLE: Failures
    TRANSFORMER: Failures
    BUSBAR: Failures
    BREAKER: Failures
    SWITCH: Failures
    CUSTOMER: Failures
    INSIDE: Failures
    OTHER: Failures


class Condition(BaseModel):
    """How reports err in a condition: the odds that one that should say yes does not, and that one says it falsely,
    against what is usual."""

    model_config = _STRICT
    chance: _Probability
    missing_odds: Annotated[float, Field(gt=0)]
    false_odds: Annotated[float, Field(gt=0)]
    source: str

    def altered(self, held: Reliability) -> Reliability:
        """How much to believe a report in this condition."""
        if self.missing_odds == self.false_odds == 1:
            return held
        altered = {
            "when_true": 1 - self.missed(1 - held.when_true),
            "when_false": _of_odds(held.when_false, self.false_odds),
        }
        return held.model_copy(update=altered)

    def missed(self, chance: float) -> float:
        """Chance that something is missing, in this condition."""
        return _of_odds(chance, self.missing_odds)


def _of_odds(chance: float, factor: float) -> float:
    """A chance whose odds are so many times as high."""
    odds = chance / (1 - chance) * factor
    return odds / (1 + odds)


class Rates(BaseModel):
    """All figures that fault location weighs with."""

    model_config = _STRICT
    evidence: dict[EvidenceKind, Reliability]
    conditions: Annotated[dict[ReportingCondition, Condition], Field(min_length=1)]
    protection: Protection
    no_fault: Chance
    second_fault: Chance
    failures: FailureTable
    line_length_m: Amount

    @cached_property
    def written(self) -> str:
        """All of them in one line: what tells one table of rates from another."""
        return self.model_dump_json()

    def reliability_of(self, kind: EvidenceKind, stale: timedelta | None) -> Reliability:
        """How much to believe a report of a kind; a recorded position that was told before the loss: the less the
        longer before, as the channel may have been dead since."""
        held = self.evidence[kind]
        if stale is None:
            return held
        heard = 0.5 ** (stale / timedelta(hours=self.protection.position_half_life_h.value))
        told = (1 - self.protection.silent_trip.value) * max(heard, LEAST_HEARD)
        return held.model_copy(update={"when_true": max(told, held.when_false)})

    def failures_per_year(self, entity: Entity) -> float:
        """Expected failures a year of a piece of equipment."""
        table = self.failures
        if isinstance(entity, ACLineSegment):
            kind = table.CABLE if entity.construction is Construction.CABLE else table.OVERHEAD_LINE
            length = self.line_length_m.value if entity.length_m is None else entity.length_m
            # a line of no length still has two ends
            return kind.per_year * max(length, 1.0) / 1000
        if isinstance(entity, ConductingEquipment) and entity.ownership is Ownership.CUSTOMER:
            return table.CUSTOMER.per_year
        if isinstance(entity, PowerTransformer):
            return table.TRANSFORMER.per_year
        if isinstance(entity, BusbarSection):
            return table.BUSBAR.per_year
        if isinstance(entity, Switch):
            return (table.BREAKER if entity.breaks_fault else table.SWITCH).per_year
        return table.OTHER.per_year


EXPLAINING = frozenset({EvidenceKind.PLANNED, EvidenceKind.ARREARS})
"""Kinds that explain other reports away and speak of no fault."""
