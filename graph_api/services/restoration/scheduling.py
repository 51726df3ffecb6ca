"""Scheduling (时间安排): when each operation starts and ends, on parallel tracks, the most urgent first.

An operation starts when all that it needs is done and hands are free. What is opened to make the place safe to work at
comes after the grid has everybody back who can be, and takes hands after all others; no lock and no earth waits for
what lies elsewhere, nor anything for a truck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph_api.services.restoration.operations import Operation
from graph_api.services.restoration.wording import StepAction
from schema.durations import DURATIONS, Means


@dataclass(frozen=True, slots=True)
class Slot:
    """When an operation is done, in minutes from the start of the plan, the way there apart, and by which hands."""

    start: float
    end: float
    track: str


class _Hands:
    """Tracks of one kind of work: when each is free, and whether it has been out already."""

    def __init__(self) -> None:
        self._free: dict[str, float] = {}
        self._locking: set[str] = set()
        """Tracks that have put on a lock last: the next one there is put on in the same go."""
        self._standing: dict[str, int | None] = {}
        """Where each crew has worked last."""
        self._occupied: dict[int, float] = {}
        """Until when a crew works at each place: no other works there beside it."""

    def take(self, operation: Operation, ready: float) -> Slot:
        """The track that can be done first."""
        duration = DURATIONS[operation.means]
        name = f"{operation.doer.value}{' ' + operation.place if operation.place else ''}"
        tracks = [name] if duration.crews in (None, 1) else [f"{name} {n + 1}" for n in range(duration.crews or 1)]
        locks = operation.action is StepAction.LOCK
        if operation.site is not None:
            ready = max(ready, self._occupied.get(operation.site, 0.0))
        slots = [self._slot(operation, track, ready, locks=locks) for track in tracks]
        slot = min(slots, key=lambda each: (each.end, not self._is_there(operation, each.track), each.track))
        self._free[slot.track], self._standing[slot.track] = slot.end, operation.site
        if operation.site is not None:
            self._occupied[operation.site] = slot.end
        (self._locking.add if locks else self._locking.discard)(slot.track)
        return slot

    def _is_there(self, operation: Operation, track: str) -> bool:
        """Whether a crew stands where it has to be: that is no way to a next place."""
        return operation.site is not None and self._standing.get(track) == operation.site

    def _slot(self, operation: Operation, track: str, ready: float, *, locks: bool) -> Slot:
        means, duration = operation.means, DURATIONS[operation.means]
        if locks and track in self._locking and duration.lock_min is not None:
            start = max(self._free[track], ready)
            return Slot(start, start + duration.lock_min, track)
        used = track in self._free
        next_min = 0.0 if self._is_there(operation, track) else duration.next_min
        way = next_min if used else duration.travel_min
        free = self._free.get(track, 0.0)
        begin = max(free + way, ready)  # on the way, or called, while others work
        start = max(free, ready) if means is Means.BY_TELEPHONE else begin
        return Slot(start, begin + duration.work_min, track)


def scheduled(operations: Sequence[Operation], *, in_parallel: bool = True) -> list[Slot]:
    """The slot of each operation. They are given in an order in which they could be done one after the other."""
    hands, slots = _Hands(), list[Slot]()
    last = 0.0
    for operation in operations:
        ready = max((slots[need].end for need in operation.needs), default=0.0)
        if _waits(operation) or not in_parallel:
            ready = max(ready, last)
        slot = hands.take(operation, ready)
        if not in_parallel:
            slot = Slot(max(slot.start, last), slot.end, slot.track)
        slots.append(slot)
        if not (operation.later or operation.action is StepAction.GENERATOR) or not in_parallel:
            last = max(last, slot.end)
    return slots


def _waits(operation: Operation) -> bool:
    """Whether it waits until the grid has everybody back who can be; a lock and an earth wait for what parts them."""
    return operation.later and operation.action not in (StepAction.LOCK, StepAction.EARTH)


def in_time(operations: Sequence[Operation], slots: Sequence[Slot]) -> list[int]:
    """Numbers of operations by when they start; of those that start at once the most urgent first."""
    order = range(len(operations))
    return sorted(
        order,
        key=lambda n: (slots[n].start, operations[n].later, _is_urgent_call(operations[n]), operations[n].rank, n),
    )


def _is_urgent_call(operation: Operation) -> bool:
    """Sort key: a call that somebody waits for goes out first, and takes its time while others switch."""
    return operation.action is not StepAction.TRANSFER
