"""What an incident's entries add up to (处置内容): work orders, reports that stand, calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph_api.services.incident.contents import EvidenceSaid, SplitOff
from schema.incident_terms import CallOutcome, WorkOrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder:
    """A work order as far as it has come."""

    number: int
    task: str
    state: WorkOrderState
    things: tuple[str, ...] = ()
    team: str | None = None
    person: str | None = None
    vehicle: str | None = None
    times: tuple[tuple[WorkOrderState, datetime], ...] = ()
    """When each state was reached, in that order."""
    received_at: datetime | None = None
    """When the incident was opened that it was sent for: from then on runs what was never recorded as received."""
    former: tuple[str, int] | None = None
    """The incident (id) that it came with, and its number there; None = it is of this one."""

    @property
    def is_open(self) -> bool:
        """Whether something is left to do: until the crew has reported back."""
        return self.state not in _DONE


_DONE = frozenset({WorkOrderState.REPORTED_BACK, WorkOrderState.CALLED_BACK, WorkOrderState.CLOSED})
STATES = tuple(WorkOrderState)
"""In the order in which a work order passes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report of the fault that stands."""

    entry: int
    things: tuple[str, ...]
    said: EvidenceSaid
    at: datetime
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that was made."""

    entry: int
    person: str
    contact: str | None
    outcome: CallOutcome
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A switch that was operated: by what entry of which times; its report has its own time."""

    switch: str
    at: datetime
    recorded_at: datetime


def own_again(said: SplitOff) -> dict[str, datetime | None]:
    """Fields of the state that what stays gets back of its own."""
    again = {"since": said.since, "unacknowledged_since": said.unacknowledged_since}
    waits = {"unacknowledged_since": None} if said.acknowledged else {}
    return {name: value for name, value in again.items() if value is not None} | waits
