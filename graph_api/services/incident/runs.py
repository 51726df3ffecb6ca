"""Procedures that run in an incident (已启动的处置程序), and what became of their steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from schema.incident_terms import StepOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaking:
    """What became of a step."""

    outcome: StepOutcome
    at: datetime
    by: str
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A procedure that was started for a customer."""

    customer: str
    procedure: str
    started_at: datetime
    started_by: str
    steps: dict[str, StepTaking] = field(default_factory=dict)
    """By id of the step; what was said last."""
