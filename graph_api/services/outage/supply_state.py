"""Supply state (供电状态) of receiving points and customers: what is live, what is fed, what waits, and until when.

Meanings: docs/meanings.md. Rules of what feeds what are here once, for before and after an event alike.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from graph_api.readmodel.customers import LoadFacts, Point, Supply
from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.feeding import Fed, Transfer, feed, urgency
from graph_api.services.outage.own_sources import OwnSource, bridge
from schema.vocabulary import LoadsFed, SupplyState, SwitchPosition

_WORST = (SupplyState.LOST, SupplyState.DEGRADED, SupplyState.NORMAL)


@dataclass(frozen=True, slots=True)
class GridState:
    """What is live and what conducts at customers, before or after an event.

    `live(index)` says it of grid equipment; `dead` are nodes and equipment that conduct nothing; `positions` are those
    of switches that are assumed otherwise than recorded.
    """

    live: Callable[[int], bool]
    dead: Collection[int] = frozenset()
    positions: Mapping[int, SwitchPosition] | None = None
    held: frozenset[int] = frozenset()
    """Supplies that are live and feed nothing: an under-voltage release has opened their incoming switch."""
    kept: frozenset[int] = frozenset()
    """Switches, and supplies that are their own, that were reported open since: nothing closes them by itself."""

    def supplies(self, supply: Supply) -> bool:
        """Whether a supply is live."""
        return supply.in_service and supply.stands_for >= 0 and self.live(supply.stands_for)

    def pattern(self, point: Point) -> tuple[bool, ...]:
        """Which of a point's supplies are live."""
        return tuple([self.supplies(supply) for supply in point.supplies])

    def touches(self, point: Point) -> bool:
        """Whether anything inside is dead or stands otherwise by itself: then its supplies do not say all."""
        return (
            not point.parts.isdisjoint(self.dead)
            or bool(self.positions and not point.parts.isdisjoint(self.positions))
            or bool(self.positions and not point.incoming.isdisjoint(self.positions))
            or bool(self.held and any(supply.index in self.held for supply in point.supplies))
            or bool(self.kept and not self.kept.isdisjoint(point.parts | point.incoming))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Endurance:
    """How long a critical load endures: seconds from the loss to harm, and what bridges it until then.

    `not_counted` are the other emergency sources that back it; `own_sources` says why they do not count.
    """

    load: int
    permitted_s: float
    seconds: float
    bridged_by: tuple[int, ...]
    not_counted: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointState:
    """A receiving point: its state, its supplies in service by whether they are live, and what its loads get from the
    grid."""

    point: Point
    state: SupplyState
    live: tuple[int, ...]
    lost: tuple[int, ...]
    loads_fed: LoadsFed
    fed: frozenset[int]
    shed: tuple[int, ...]
    transfer: Transfer | None
    on_emergency_source: bool
    share: float | None
    """Part that the grid feeds of what no load is recorded of; None = not known."""
    released: tuple[int, ...]
    """Supplies that are live and feed nothing until somebody closes the incoming switch that released."""

    @property
    def unfed(self) -> tuple[LoadFacts, ...]:
        """Loads that the grid does not feed."""
        return tuple(load for load in self.point.loads if load.index not in self.fed)

    @property
    def unfed_kw(self) -> float | None:
        """Power of the loads that the grid does not feed; None where it is not known."""
        if self.loads_fed is LoadsFed.ALL:
            return 0.0
        if self.point.loads:
            known = [load.kw for load in self.unfed if load.kw is not None]
            return sum(known) if known else None
        share, kw = self.share, self.point.load_kw
        return None if share is None or kw is None else kw * (1 - share)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerState:
    """A customer: the state of the worst receiving point, and all of them."""

    customer: int
    state: SupplyState
    loads_fed: LoadsFed
    points: tuple[PointState, ...]

    @property
    def live(self) -> tuple[int, ...]:
        """Supplies that are live."""
        return tuple(supply for point in self.points for supply in point.live)

    @property
    def on_emergency_source(self) -> bool:
        """Whether any load is carried by the customer's own sources."""
        return any(point.on_emergency_source for point in self.points)

    @property
    def awaiting_transfer(self) -> Transfer | None:
        """A transfer that somebody has to make by hand; the first of several points."""
        waits = (point.transfer for point in self.points if point.transfer and not point.transfer.automatic)
        return next(waits, None)

    @property
    def unfed_kw(self) -> float | None:
        """Power that the grid does not feed; None if that of any point is not known."""
        each = [point.unfed_kw for point in self.points]
        return None if any(kw is None for kw in each) else sum(kw for kw in each if kw is not None)


STANDING_STATES: Final = Derivation[int, CustomerState]("state of each customer by positions", most=200_000)


def standing_state(model: ReadModel, customer: int) -> CustomerState:
    """State of a customer by the positions of the model alone; what a release holds open is not seen."""
    return model.memo.recall(
        STANDING_STATES, customer, lambda: customer_state(model, customer, GridState(model.topology.energised))
    )


def customer_state(model: ReadModel, customer: int, grid_state: GridState) -> CustomerState:
    """State of a customer in a grid state. Without any receiving point it counts as LOST, with nothing fed."""
    points = tuple(point_state(point, grid_state) for point in model.customers.points_of(customer))
    states = {point.state for point in points}
    state = next((state for state in _WORST if state in states), SupplyState.LOST)
    return CustomerState(customer=customer, state=state, loads_fed=_together(points), points=points)


def point_state(point: Point, grid_state: GridState) -> PointState:
    """State of a receiving point in a grid state."""
    pattern = grid_state.pattern(point)
    if grid_state.touches(point):
        return _point_state(point, pattern, grid_state)
    known: PointState | None = point.answers.get(pattern)
    return known or point.answers.derive(pattern, lambda: _point_state(point, pattern, grid_state))


def _point_state(point: Point, pattern: tuple[bool, ...], grid_state: GridState) -> PointState:
    live = tuple(supply for supply, is_live in zip(point.supplies, pattern, strict=True) if is_live)
    lost = tuple(
        supply.index
        for supply, is_live in zip(point.supplies, pattern, strict=True)
        if supply.in_service and not is_live
    )
    feeding = [supply for supply in live if supply.index not in grid_state.held]
    fed = feed(point, feeding, grid_state.dead, grid_state.positions or {}, grid_state.kept)
    state = SupplyState.LOST if not live else SupplyState.DEGRADED if lost else SupplyState.NORMAL
    return PointState(
        point=point,
        state=state,
        live=tuple(supply.index for supply in live),
        lost=lost,
        loads_fed=fed.loads_fed,
        fed=fed.fed,
        shed=fed.shed,
        transfer=fed.transfer or _onto_released(point, live, fed, grid_state),
        on_emergency_source=_on_emergency(point, fed),
        share=fed.share,
        released=tuple(supply.index for supply in live if supply.index in grid_state.held),
    )


def _onto_released(point: Point, live: Sequence[Supply], fed: Fed, grid_state: GridState) -> Transfer | None:
    """The change-over by hand onto a supply that its release holds open: closing its incoming switch is part of it."""
    if fed.loads_fed is LoadsFed.ALL or grid_state.held.isdisjoint(supply.index for supply in live):
        return None
    whole = feed(point, live, grid_state.dead, grid_state.positions or {}, grid_state.kept)
    if whole.transfer is None:
        return None
    change = whole.transfer
    held = [s for s in live if s.index in grid_state.held and s.index in change.supplies]
    bays = [branch.index for s in held for branch in point.at_node.get(s.node, ()) if branch.is_switch]
    own = point.incoming.intersection(s.index for s in held)
    return replace(
        change,
        automatic=False,
        seconds=None,
        switches=tuple(dict.fromkeys((*bays, *change.switches))),
        supplies_closed=tuple(sorted(own.union(change.supplies_closed))),
        feeds=tuple(sorted(whole.fed.union(change.feeds) - fed.fed)),
    )


def endurances(before: PointState | None, after: PointState) -> list[Endurance]:
    """What the critical loads that an event leaves unfed endure, shortest first.

    A critical load has a permitted interruption. Deadline = loss + permitted interruption + what batteries bridge +
    what gensets carry that start in time; a load that was unfed before the event has no deadline from it. A load that
    an automatic transfer feeds again has one only if the transfer takes longer than it may be interrupted.
    """
    carried = _carried(after)
    found = []
    for load in _interrupted_loads(before, after):
        if load.permitted_s is None:
            continue
        held = bridge(load, after.point, carried)
        if load.index in after.fed and held.seconds > _transfer_seconds(after):
            continue
        found.append(
            Endurance(
                load=load.index,
                permitted_s=load.permitted_s,
                seconds=held.seconds,
                bridged_by=held.by,
                not_counted=tuple(each.source for each in held.verdicts if not each.counts),
            )
        )
    return sorted(found, key=lambda each: (each.seconds, each.load))


def own_sources(before: PointState | None, after: PointState) -> tuple[OwnSource, ...]:
    """What is to be said of each emergency source at each load that an event interrupts, by load."""
    carried = _carried(after)
    return tuple(
        verdict for load in _interrupted_loads(before, after) for verdict in bridge(load, after.point, carried).verdicts
    )


def limits_not_recorded(before: PointState | None, after: PointState) -> tuple[int, ...]:
    """Security loads that an event leaves unfed and of which nobody recorded how long they may be: urgent, as unknown
    is never taken as the comfortable case."""
    return tuple(
        load.index
        for load in _interrupted_loads(before, after)
        if load.security and load.permitted_s is None and load.index not in after.fed
    )


def _interrupted_loads(before: PointState | None, after: PointState) -> list[LoadFacts]:
    """Loads that were fed and are not, or only after a transfer that took over by itself."""
    return [
        load
        for load in after.point.loads
        if load.in_service
        and (before is None or load.index in before.fed)
        and (load.index not in after.fed or _interrupted(load, after))
    ]


def _together(points: Iterable[PointState]) -> LoadsFed:
    """ALL if all points have all, NONE if none has any, else SOME."""
    each = {point.loads_fed for point in points}
    if each == {LoadsFed.ALL}:
        return LoadsFed.ALL
    return LoadsFed.NONE if each <= {LoadsFed.NONE} else LoadsFed.SOME


def _on_emergency(point: Point, fed: Fed) -> bool:
    """Whether a source that starts by itself can carry anything that the grid does not feed."""
    if fed.loads_fed is LoadsFed.ALL:
        return False
    if not point.loads:
        return any(backup.automatic for backup in point.backups)
    unfed = [load for load in point.loads if load.index not in fed.fed]
    return any(
        backup.automatic and load.index in backup.loads and (backup.kw is None or (load.kw or 0.0) <= backup.kw)
        for backup in point.backups
        for load in unfed
    )


def _transfer_seconds(state: PointState) -> float:
    return state.transfer.seconds or 0.0 if state.transfer and state.transfer.automatic else 0.0


def _interrupted(load: LoadFacts, state: PointState) -> bool:
    return state.transfer is not None and state.transfer.automatic and load.index in state.transfer.feeds


def _carried(state: PointState) -> dict[int, frozenset[int]]:
    """Loads that each emergency source carries: of those it backs that need it, by urgency, as far as it has power."""
    waiting = set(state.transfer.feeds) if state.transfer else set()
    found = {}
    for backup in state.point.backups:
        backed = [
            load
            for load in state.point.loads
            if load.index in backup.loads and (load.index not in state.fed or load.index in waiting)
        ]
        left, carried = backup.kw, set()
        for load in sorted(backed, key=urgency):
            need = load.kw or 0.0
            if left is None or need <= left:
                carried.add(load.index)
                left = None if left is None else left - need
        found[backup.index] = frozenset(carried)
    return found
