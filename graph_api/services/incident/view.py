"""An incident as it is shown (事件视图): its state at a moment, with the things behind its ids and what follows now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from graph_api.lazy import cached_property
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.positions import positions_at
from graph_api.readmodel.things import Thing, Things
from graph_api.services.incident.affected import impact_of
from graph_api.services.incident.checklists import ChecklistView, checklists_of
from graph_api.services.incident.clocks import Clock, clocks_of
from graph_api.services.incident.contents import Entry
from graph_api.services.incident.escalation import Waiting, waiting
from graph_api.services.incident.figures import Figures, figures_of
from graph_api.services.incident.gaps import Gap, gaps_of
from graph_api.services.incident.left import Left, left_open, left_then
from graph_api.services.incident.parts import AffectedView, CallView, ReportView, WorkOrderView, the_one
from graph_api.services.incident.reported import reported_out
from graph_api.services.incident.room import found, told
from graph_api.services.incident.state import IncidentState, entries_as_of, fold
from graph_api.services.incident.telling_people import EscalationView, NoticeView
from graph_api.services.outage.event import Cause
from graph_api.services.outage.impact import Impact
from schema.grid import Switch
from schema.incident_terms import IncidentLevel
from schema.registry import SWITCHES


@dataclass(frozen=True)
class IncidentView:
    """An incident at a moment."""

    model: ReadModel = field(repr=False)
    incident: Thing
    state: IncidentState
    at: datetime
    """The moment that it is shown of: what is left and who is affected is worked out of the grid then."""
    entries: Sequence[Entry] = field(default=(), repr=False)
    """What the state is worked out of."""
    as_known: bool = False
    """Whether it is shown as it was known: who is affected is what was kept then, as later reports were not known."""

    @property
    def is_open(self) -> bool:
        """Whether it is worked on."""
        return self.state.is_open

    @property
    def title(self) -> str:
        """What it is about."""
        return self.state.title

    @property
    def level(self) -> IncidentLevel | None:
        """Response level."""
        return self.state.level

    @property
    def cause(self) -> Cause:
        """What happened to the equipment."""
        return self.state.opened.cause

    @property
    def since(self) -> datetime:
        """Moment of loss."""
        return self.state.since

    @property
    def opened_at(self) -> datetime:
        """When it was opened."""
        return self.state.opened_at

    @property
    def opened_by(self) -> str:
        """Who opened it."""
        return self.state.opened_by

    @property
    def closed_at(self) -> datetime | None:
        """When it was closed."""
        return self.state.closed_at

    @property
    def closed_by(self) -> str | None:
        """Who closed it."""
        return self.state.closed_by

    @property
    def fault_at(self) -> datetime | None:
        """When the fault was found."""
        return self.state.fault_at

    @property
    def repaired_at(self) -> datetime | None:
        """From when on what was faulty is sound."""
        return self.state.repaired_at

    @property
    def no_fault(self) -> bool:
        """Whether it was found that there was none."""
        return self.state.fault == ()

    @property
    def commander(self) -> Thing | None:
        """Who leads it."""
        return the_one(self.model, self.state.commander)

    @property
    def workers(self) -> Things:
        """Who leads it, and who works on its orders."""
        orders = self.state.work_orders
        ids = (self.state.commander, *(each.team for each in orders), *(each.person for each in orders))
        return self._found(filter(None, ids))

    @property
    def unsigned(self) -> int | None:
        """Order of the hand-over that who leads it has not signed."""
        return self.state.unsigned

    @property
    def equipment(self) -> Things:
        """What it was opened on."""
        return self._found(self.state.equipment)

    @property
    def tripped(self) -> Things:
        """What tripped."""
        return self._found(self.state.tripped)

    @property
    def stuck(self) -> Things:
        """What failed to trip."""
        return self._found(self.state.stuck)

    @property
    def fault(self) -> Things:
        """What is faulty, as confirmed."""
        return self._found(self.state.fault or ())

    @property
    def sound(self) -> Things:
        """What of it is sound again."""
        return self.fault if self.state.repaired_at else self._found(id for id, _ in self.state.sound)

    @property
    def refused(self) -> Things:
        """Switches that cannot be operated."""
        return self._found(self.state.refused)

    @property
    def evidence(self) -> list[ReportView]:
        """Reports that count."""
        return [ReportView(self.model, each) for each in self.state.reports]

    @property
    def reported_out(self) -> Things:
        """Customers who call that they have no power, and whom it has not affected as far as is known."""
        return reported_out(self.model, self.state)

    @property
    def work_orders(self) -> list[WorkOrderView]:
        """Work orders, by number."""
        return [WorkOrderView(self.model, each) for each in self.state.work_orders]

    @property
    def calls(self) -> list[CallView]:
        """Calls, in the order in which they were made."""
        return [CallView(self.model, each) for each in self.state.calls]

    @property
    def recorded(self) -> AffectedView | None:
        """Who was affected when that last changed, as it was kept."""
        state = self.state
        if state.affected is None or state.affected_at is None:
            return None
        return AffectedView(self.model, state.affected, state.affected_at)

    @property
    def unacknowledged_since(self) -> datetime | None:
        """From when on it waits to be acknowledged."""
        return self.state.unacknowledged_since if self.is_open else None

    @property
    def acknowledged_at(self) -> datetime | None:
        """When somebody acknowledged it last."""
        return self.state.acknowledged_at

    @property
    def acknowledged_by(self) -> str | None:
        """Who said so."""
        return self.state.acknowledged_by

    @property
    def escalations(self) -> list[EscalationView]:
        """Whom it was escalated to, in order."""
        return [EscalationView(self.model, each) for each in self.state.escalations]

    @property
    def waiting(self) -> list[Waiting]:
        """Rules that tell somebody unless it is acknowledged before, the soonest first."""
        return waiting(self.model, self.state)

    @property
    def notices(self) -> list[NoticeView]:
        """Messages, in the order in which they were first sent."""
        return [NoticeView(self.model, each) for each in self.state.notices]

    @property
    def figures(self) -> Figures:
        """When what was reached, and how long whom it left without supply."""
        return figures_of(self.entries, self.state, self.at)

    @cached_property
    def gaps(self) -> list[Gap]:
        """From when until when it left whom without full supply."""
        return gaps_of(self.model, self.entries, self.state, self.at)

    @property
    def reason(self) -> str | None:
        """Why it was closed with something left open."""
        return self.state.reason

    @property
    def joined_into(self) -> Thing | None:
        """The incident that it is worked on in."""
        return the_one(self.model, self.state.joined_into)

    @property
    def split_from(self) -> Thing | None:
        """The incident that it was a part of until it was opened."""
        return the_one(self.model, self.state.opened.split_from)

    @property
    def entry_count(self) -> int:
        """Entries that the state is worked out of."""
        return self.state.entry_count

    @property
    def unread(self) -> tuple[int, ...]:
        """Orders of entries that cannot be read."""
        return self.state.unread

    @cached_property
    def impact(self) -> Impact | None:
        """Who is affected at that moment, worked out of the grid then. Raises InvalidInput."""
        return None if self.as_known else impact_of(self.model, self.state, self.at)

    @cached_property
    def clocks(self) -> list[Clock]:
        """Service clocks, the soonest due first."""
        return clocks_of(self.model, self.state, self.at)

    @cached_property
    def off_normal(self) -> Things:
        """What was operated for it, or tripped, and stands otherwise than in the normal diagram at that moment."""
        graph = self.model.graph
        otherwise = dict(positions_at(graph, self.at))
        named = [at for at in self._found((*self.state.operated, *self.state.tripped)) if graph.kind(at) in SWITCHES]
        switches = ((at, graph.get(Switch, at)) for at in named)
        return tuple(
            at for at, each in switches if otherwise.get(at, each.current_position) is not each.normal_position
        )

    @property
    def checklists(self) -> list[ChecklistView]:
        """Procedures that were started, in that order."""
        return checklists_of(self.model, self.state, self.at)

    @cached_property
    def left(self) -> list[Left]:
        """Why it is not over; once closed, what was left open then."""
        if self.is_open:
            return left_open(self.model, self.state, self.at, as_known=self.as_known)
        return [left_then(each) for each in self.state.left_then]

    def _found(self, ids: Iterable[str]) -> Things:
        return found(self.model.graph, ids)


def view_of(
    model: ReadModel, incident: int, now: datetime, at: datetime | None = None, known: datetime | None = None
) -> IncidentView | None:
    """An incident at a moment, as it was known at another; None before it was opened."""
    entries = entries_as_of(told(model, incident).entries, at, known)
    state = told(model, incident).state if at is None and known is None else fold(entries)
    if state is None:
        return None
    shown_of = at or known or state.closed_at or now
    return IncidentView(model, incident, state, shown_of, entries=entries, as_known=known is not None)
