"""The board (值班台): what is worked on, what runs out next, whom nobody has reached; over all open incidents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from graph_api.lazy import cached_property
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing, Things
from graph_api.services.incident.clocks import Clock
from graph_api.services.incident.order import IncidentFilter, ranked
from graph_api.services.incident.parts import CallView, WorkOrderView
from graph_api.services.incident.room import told
from graph_api.services.incident.view import IncidentView
from schema.incident_terms import CallOutcome


@dataclass(frozen=True)
class BoardClock:
    """A clock that runs, or was missed and is not done yet."""

    incident: Thing
    clock: Clock


@dataclass(frozen=True)
class BoardOrder:
    """A work order that a crew has not reported back."""

    incident: Thing
    work_order: WorkOrderView


@dataclass(frozen=True)
class BoardCall:
    """Somebody who was called and not reached since."""

    incident: Thing
    call: CallView


@dataclass(frozen=True)
class Board:
    """All open incidents at a moment."""

    model: ReadModel = field(repr=False)
    at: datetime
    exercise: bool
    """Whether it shows exercises; they and what is real are never on one board."""

    @property
    def revision(self) -> int:
        """Of the graph that it is true of."""
        return self.model.graph.revision

    @property
    def as_of(self) -> datetime:
        """When that revision was made."""
        return self.model.graph.changed_at

    @cached_property
    def incidents(self) -> Things:
        """Open ones, by harm."""
        chosen = IncidentFilter(is_open=True, exercise=self.exercise)
        return tuple(incident for _, incident in ranked(self.model, chosen))

    @cached_property
    def clocks(self) -> list[BoardClock]:
        """Clocks that nobody has met yet, the soonest due first."""
        found = [BoardClock(each.incident, clock) for each in self._views for clock in each.clocks]
        left = [each for each in found if each.clock.ended_at is None]
        return sorted(left, key=lambda each: (each.clock.due_at, each.incident, each.clock.work_order))

    @cached_property
    def work_orders(self) -> list[BoardOrder]:
        """Work orders that are not reported back, incident by incident."""
        return [BoardOrder(each.incident, order) for each in self._views for order in each.work_orders if order.is_open]

    @cached_property
    def not_reached(self) -> list[BoardCall]:
        """The last call of everybody whom nobody has reached, the latest first."""
        found = []
        for each in self._views:
            last = {call.call.person: call for call in each.calls}
            found += [
                BoardCall(each.incident, call) for call in last.values() if call.outcome is not CallOutcome.REACHED
            ]
        return sorted(found, key=lambda each: each.call.at, reverse=True)

    @cached_property
    def _views(self) -> list[IncidentView]:
        states = ((each, told(self.model, each).state) for each in self.incidents)
        return [IncidentView(self.model, each, state, self.at) for each, state in states if state is not None]
