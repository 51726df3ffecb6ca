"""Changes (变化): what an event does to one customer, worked out once per pattern of live supplies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Things
from graph_api.services.outage.situation import World
from graph_api.services.outage.supply_state import (
    CustomerState,
    Endurance,
    GridState,
    PointState,
    customer_state,
    endurances,
    limits_not_recorded,
    standing_state,
)
from schema.vocabulary import LoadsFed

_FED = (LoadsFed.NONE, LoadsFed.SOME, LoadsFed.ALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointChange:
    """A receiving point before and after, with what its critical loads endure, shortest first."""

    before: PointState
    after: PointState
    endurances: tuple[Endurance, ...]
    limits_not_recorded: Things
    """Security loads among what it leaves unfed whose permitted interruption nobody recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChange:
    """What an event does to a customer, whenever it happens: it is worked out once per pattern of live supplies."""

    customer: int
    before: CustomerState
    after: CustomerState
    points: tuple[PointChange, ...]
    shortest: Endurance | None
    """Of all critical loads."""
    newly_unfed_kw: float | None
    """Power in kW that the event leaves unfed; None if that of any point is not known."""
    urgent_unknown: Things
    """Security loads left unfed without a recorded limit: urgent, though nobody knows until when."""
    changed: bool
    """Whether the event makes any difference to the customer."""
    unfed: bool
    """Whether a load that was fed before is not."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What an event does to a customer: at the loss, and what is left of it now."""

    at_loss: CustomerChange
    now: CustomerChange
    back: bool
    """Whether all loads are fed again that the event took, in every world that unknown positions allow."""
    depends_on: Things = ()
    """Switches of unknown position that decide this; it is the worst that they allow."""
    world: World = ()
    """Positions of unknown switches that `now` is of; () where none is unknown, or not every world was tried."""


Pattern = tuple[tuple[bool, ...], ...]
CHANGES: Final = Derivation[tuple[int, Pattern, Pattern | None], CustomerChange](
    "changes of customers by which supplies of each receiving point are live", most=200_000
)


def change_of(
    model: ReadModel, customer: int, grid_state: GridState, before: GridState | None = None
) -> CustomerChange:
    """What a state of the grid does to a customer, compared with the state before; None = that of the model."""
    points = model.customers.points_of(customer)
    if any(map(grid_state.touches, points)) or (before is not None and any(map(before.touches, points))):
        return _worked_out(model, customer, grid_state, before)
    # which supplies are live says all, whatever took the others: worked out once a revision
    then = None if before is None else tuple(map(before.pattern, points))
    key = customer, tuple(map(grid_state.pattern, points)), then
    return model.memo.recall(CHANGES, key, lambda: _worked_out(model, customer, grid_state, before))


def _worked_out(model: ReadModel, customer: int, grid_state: GridState, given: GridState | None) -> CustomerChange:
    before = standing_state(model, customer) if given is None else customer_state(model, customer, given)
    after = customer_state(model, customer, grid_state)
    points = tuple(
        PointChange(
            before=one,
            after=other,
            endurances=tuple(endurances(one, other)),
            limits_not_recorded=limits_not_recorded(one, other),
        )
        for one, other in zip(before.points, after.points, strict=True)
    )
    every = [each for point in points for each in point.endurances]
    return CustomerChange(
        customer=customer,
        before=before,
        after=after,
        points=points,
        shortest=min(every, key=lambda each: (each.seconds, each.load), default=None),
        newly_unfed_kw=_newly_unfed_kw(points),
        urgent_unknown=tuple(load for point in points for load in point.limits_not_recorded),
        changed=any(map(_differs, points)),
        unfed=any(map(_lacks, points)),
    )


def _differs(point: PointChange) -> bool:
    before, after = point.before, point.after
    return (before.live, before.fed, before.loads_fed) != (after.live, after.fed, after.loads_fed)


def _lacks(point: PointChange) -> bool:
    before, after = point.before, point.after
    return bool(before.fed - after.fed) or _FED.index(after.loads_fed) < _FED.index(before.loads_fed)


def _newly_unfed_kw(points: Iterable[PointChange]) -> float | None:
    """Power in kW that the event leaves unfed; None if that of any point is not known."""
    total = 0.0
    for point in points:
        after, before = point.after.unfed_kw, point.before.unfed_kw
        if after is None or before is None:
            return None
        total += max(after - before, 0.0)
    return total
