"""The board (值班台): what is worked on, what runs out next, whom nobody has reached; over all open incidents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from graph_api.lazy import cached_property
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing, Things
from graph_api.services.duty.on_duty import TeamOnDuty, teams_on_duty
from graph_api.services.incident.clocks import Clock
from graph_api.services.incident.contents import Affected
from graph_api.services.incident.harm import Due, Harm, harm_of
from graph_api.services.incident.order import IncidentFilter, ranked
from graph_api.services.incident.parts import AffectedCounts, CallView, WorkOrderView
from graph_api.services.incident.room import told
from graph_api.services.incident.view import IncidentView
from graph_api.services.outage.summary import ImportanceCount
from schema.incident_terms import CallOutcome, ClockState, IncidentLevel


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


_NOBODY = Affected(revision=0, digest="")


@dataclass(frozen=True)
class BoardLine(AffectedCounts):
    """An open incident in one line."""

    view: IncidentView = field(repr=False)
    harm: Harm
    affected: Affected
    """Who is affected, as it was kept last; nobody before that."""

    @property
    def incident(self) -> Thing:
        """The incident."""
        return self.view.incident

    @property
    def title(self) -> str:
        """What it is about."""
        return self.view.title

    @property
    def level(self) -> IncidentLevel | None:
        """Response level."""
        return self.view.level

    @property
    def since(self) -> datetime:
        """Moment of loss."""
        return self.view.since

    @property
    def commander(self) -> Thing | None:
        """Who leads it."""
        return self.view.commander

    @property
    def unacknowledged_since(self) -> datetime | None:
        """From when on it waits to be acknowledged."""
        return self.view.unacknowledged_since

    @property
    def unsigned(self) -> int | None:
        """Order of the hand-over that who leads it has not signed."""
        return self.view.unsigned

    @property
    def repaired_at(self) -> datetime | None:
        """From when on what was faulty is sound."""
        return self.view.repaired_at

    @property
    def affected_at(self) -> datetime | None:
        """When that was worked out; None = not yet."""
        return self.view.state.affected_at

    @property
    def out_count(self) -> int:
        """Customers whose loads the grid does not all feed."""
        return self.harm.out_count

    @property
    def back_count(self) -> int:
        """Customers that are fed again as before."""
        return self.harm.back_count

    @property
    def places(self) -> Things:
        """Feeders that it is about; stations where it is about none."""
        return self.harm.places

    @property
    def by_importance(self) -> tuple[ImportanceCount, ...]:
        """Customers that are out, the gravest class first."""
        return self.harm.by_importance

    @property
    def reported_count(self) -> int:
        """Customers and public areas that call, and nothing known here has taken them."""
        return self.harm.reported_count

    @cached_property
    def next_deadline(self) -> Due | None:
        """The next that has not passed."""
        return next(iter(self.harm.ahead(self.view.at)), None)

    @property
    def passed_count(self) -> int:
        """Customers out of which the most urgent load is past its deadline."""
        return len(self.harm.deadlines) - len(self.harm.ahead(self.view.at))

    @property
    def next_clock(self) -> Clock | None:
        """The clock that nobody has met, the soonest due first."""
        return next((each for each in self.view.clocks if each.ended_at is None), None)

    @property
    def overdue_count(self) -> int:
        """Clocks that nobody has met and whose limit is over."""
        late = ClockState.BREACHED
        return sum(each.ended_at is None and each.state is late for each in self.view.clocks)

    @property
    def open_orders(self) -> int:
        """Work orders that are not reported back."""
        return sum(each.is_open for each in self.view.state.work_orders)


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
    def lines(self) -> list[BoardLine]:
        """The same, each in one line."""
        return [
            BoardLine(each, harm_of(self.model, each.incident, each.state), each.state.affected or _NOBODY)
            for each in self._views
        ]

    @property
    def on_duty(self) -> tuple[TeamOnDuty, ...]:
        """Who works now, team by team."""
        return teams_on_duty(self.model, self.at)

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
