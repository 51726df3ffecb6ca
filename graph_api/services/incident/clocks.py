"""Clocks (时限): how each work order stands against the service commitments that hold where it is done.

    reported 02:15 ───────────── due 03:00 (45 min, city) ── arrived 03:04: breached, though under the cap of 60 min

A clock runs from when the order reached the state that it begins with (what was never reported as received, from when
the incident was opened) until it reached the one that it ends with, or a later one. Each commitment is a clock of its
own: over a promise and over a cap are two facts.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing
from graph_api.services.incident.records import STATES, WorkOrder
from graph_api.services.incident.room import found
from graph_api.services.incident.state import IncidentState
from schema.commitment import ServiceCommitment
from schema.customer import Customer
from schema.grid import Area
from schema.incident_terms import ClockEvent, ClockState, CommitmentType, WorkOrderState
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import AreaClass

COMMITMENTS: Final = Derivation[None, tuple[tuple[int, ServiceCommitment], ...]]("service commitments", most=1)
_JUST_OVER = timedelta(microseconds=1)
"""What is done at its limit is kept in time."""
_MOST_CONTAINERS = 6
"""Steps up from a thing to an area that says its class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A commitment and a work order."""

    work_order: int
    """Number of the order in its incident."""
    commitment: Thing
    commitment_id: str
    commitment_type: CommitmentType | None
    began_at: datetime
    due_at: datetime
    warn_at: datetime | None
    ended_at: datetime | None
    """When it was kept, late or not; None = it is running."""
    at: datetime
    """The moment that it is shown of."""

    @property
    def state(self) -> ClockState:
        """How it stands."""
        if (self.ended_at or self.at) > self.due_at:
            return ClockState.BREACHED
        return ClockState.RUNNING if self.ended_at is None else ClockState.MET

    @property
    def warned(self) -> bool:
        """Whether it runs and is near its end."""
        return self.state is ClockState.RUNNING and self.warn_at is not None and self.at >= self.warn_at

    @property
    def remaining_seconds(self) -> float | None:
        """From the moment to the limit, negative once it is over; None for what has ended."""
        return None if self.ended_at is not None else round((self.due_at - self.at).total_seconds(), 1)

    @property
    def fires(self) -> tuple[tuple[ClockEvent, datetime], ...]:
        """What it tells by itself, and when: that the limit is near, while it can still be kept; that it was missed."""
        fires = list[tuple[ClockEvent, datetime]]()
        if self.warn_at is not None and self.state is ClockState.RUNNING:
            fires.append((ClockEvent.WARNED, self.warn_at))
        if self.ended_at is None or self.ended_at > self.due_at:
            fires.append((ClockEvent.BREACHED, self.due_at + _JUST_OVER))
        return tuple(fires)


def clocks_of(model: ReadModel, state: IncidentState, at: datetime) -> list[Clock]:
    """The clocks of an incident at a moment, the soonest due first."""
    clocks = [clock for order in state.work_orders for clock in _of_order(model, state, order, at)]
    return sorted(clocks, key=lambda each: (each.due_at, each.work_order, each.commitment_id))


def _of_order(model: ReadModel, state: IncidentState, order: WorkOrder, at: datetime) -> Iterator[Clock]:
    area = _area_class(model, found(model.graph, order.things or state.faulty))
    for index, commitment in _holding(model, area):
        began = _reached(order, commitment.begins, exactly=True)
        if began is None and commitment.begins is WorkOrderState.REPORTED:
            began = order.received_at or state.opened_at
        if began is None:
            continue
        due = began + timedelta(minutes=commitment.limit_min)
        warn = None if commitment.warn_min is None else due - timedelta(minutes=commitment.warn_min)
        yield Clock(
            work_order=order.number,
            commitment=index,
            commitment_id=commitment.id,
            commitment_type=commitment.commitment_type,
            began_at=began,
            due_at=due,
            warn_at=warn,
            ended_at=_reached(order, commitment.ends, exactly=False),
            at=at,
        )


def _reached(order: WorkOrder, state: WorkOrderState, *, exactly: bool) -> datetime | None:
    """When an order reached a state, or one behind it."""
    place = STATES.index(state)
    times = [when for each, when in order.times if each is state or (not exactly and STATES.index(each) > place)]
    return min(times, default=None)


def _holding(model: ReadModel, area: AreaClass | None) -> list[tuple[int, ServiceCommitment]]:
    """Commitments that hold in a class of area. Where that is not known, of those that differ by area the strictest:
    nothing is taken to be the comfortable case."""
    every = model.memo.recall(COMMITMENTS, None, lambda: _commitments(model.graph))
    if area is not None:
        return [each for each in every if each[1].area_class in (None, area)]
    strictest = dict[tuple[object, ...], tuple[int, ServiceCommitment]]()
    for index, each in sorted(every, key=lambda pair: pair[1].limit_min):
        by_area = each.area_class is not None
        strictest.setdefault((each.begins, each.ends, each.commitment_type, by_area or each.id), (index, each))
    return [*strictest.values()]


def _commitments(graph: Snapshot) -> tuple[tuple[int, ServiceCommitment], ...]:
    return tuple((index, graph.get(ServiceCommitment, index)) for index in graph.of_kind(EntityKind.SERVICE_COMMITMENT))


def _area_class(model: ReadModel, things: Iterable[int]) -> AreaClass | None:
    """Class of the first of these that says one: a customer itself, else the nearest area that a thing lies in."""
    graph = model.graph
    for thing in things:
        here, seen = [thing], set[int]()
        for _ in range(_MOST_CONTAINERS):
            for each in here:
                entity = graph.entity(each)
                if isinstance(entity, Customer | Area) and entity.area_class is not None:
                    return entity.area_class
            seen.update(here)
            here = [up for each in here for up in graph.targets(each, RelationshipKind.CONTAINED_IN) if up not in seen]
    return None
