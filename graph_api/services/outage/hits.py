"""Hits (受影响): what an event does to one customer, at the loss and at a later moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from graph_api.readmodel.topology import Outage
from graph_api.services.outage.back import seen_by_customers
from graph_api.services.outage.changes import Hit, change_of
from graph_api.services.outage.course import Stage
from graph_api.services.outage.releases import held_before, opened_by_dips, released
from graph_api.services.outage.situation import Situation
from graph_api.services.outage.supply_state import GridState


@dataclass(frozen=True, slots=True)
class Moment:
    """The grid at one moment: what it lacks, compared with before, and what customers see of it."""

    outage: Outage
    grid_state: GridState


def moment_of_loss(found: Situation, lost: Outage) -> Moment:
    """What an event did."""
    dead = frozenset((*lost.zone.tolist(), *lost.tripped.tolist()))
    live = found.anywhere.seen(lost.live)
    return Moment(lost, GridState(live, dead, dict(found.positions_left), opened_by_dips(found)))


def hit_of(found: Situation, customer: int, at_loss: Moment, now: Moment, course: Iterable[Stage] | None = None) -> Hit:
    """What an event does to a customer, at the loss and now; `course` as far as it is known already."""
    model, points = found.before, found.before.customers.points_of(customer)
    held = frozenset[int]()
    if any(point.releases for point in points):
        held = held_before(found).intersection(supply.index for point in points for supply in point.supplies)
    unplaced = any(found.anywhere.knows(supply.index) for point in points for supply in point.supplies)
    then = GridState(found.live_before, held=held) if held or unplaced else None
    state = replace(at_loss.grid_state, held=at_loss.grid_state.held | held) if held else at_loss.grid_state
    lost = left = change_of(model, customer, state, then)
    if now is not at_loss:
        left = change_of(model, customer, replace(now.grid_state, held=released(found, points, state, course)), then)
    return Hit(lost, left, lost.unfed and not left.unfed)


def hit_then(then: Situation, customer: int, course: Iterable[Stage] | None = None) -> Hit:
    """The same of a situation at its moment."""
    return hit_of(then, customer, moment_of_loss(then, then.fault), Moment(then.now, seen_by_customers(then)), course)
