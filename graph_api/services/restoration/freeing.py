"""Freeing (拆除安全措施): what made the place safe to work at is taken off once the work is ended, before any closing.

    EARTH L2, LOCK LS1, LOCK LS2   ──repair──▶   REMOVE_EARTH L2, UNLOCK LS1, UNLOCK LS2   ──▶   CLOSE LS1, ...

Nothing is closed with earths on (防止带接地线合闸). Who put them on takes them off, one place after the other.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator

from graph_api.services.restoration.building import Building
from graph_api.services.restoration.operations import Operation
from graph_api.services.restoration.wording import StepAction, StepPurpose
from schema.grid import Switch
from schema.vocabulary import SwitchPosition

GIVES_BACK = {StepAction.EARTH: StepAction.REMOVE_EARTH, StepAction.LOCK: StepAction.UNLOCK}


def freed(plan: Building) -> list[tuple[StepAction, Operation]]:
    """Earths off, then locks, each with the operation that put it on; but for those that customers take off later.

    Neither is recorded: whatever was done of a plan before it was asked again, they may be on.
    """
    on = [each for each in _put_on(plan) if not _comes_off_later(plan, each)]
    places = list(dict.fromkeys((each.doer, each.place) for each in on))
    on.sort(key=lambda each: (each.action is StepAction.LOCK, places.index((each.doer, each.place))))
    return [(GIVES_BACK[each.action], each) for each in on]


def freed_later(plan: Building) -> dict[int, list[Operation]]:
    """Locks by receiving point that are taken off once its own supply is closed again and its truck is away."""
    found: dict[int, list[Operation]] = {}
    for each in _put_on(plan):
        point = _point_of(plan, each)
        if point is not None and _comes_off_later(plan, each):
            found.setdefault(point, []).append(each)
    return found


def _put_on(plan: Building) -> Iterator[Operation]:
    """First earths, then locks, each thing once, those of plans that were left, too; a lock of what stays open for
    others' work stays on."""
    for action in GIVES_BACK:
        earlier = {target: each for (put_on, target), each in plan.left.items() if put_on is action}
        on = earlier
        for each in plan.operations:
            if each.action is action:
                on[each.target] = each
            elif each.action is GIVES_BACK[action]:
                on.pop(each.target, None)
        yield from (each for target, each in on.items() if target not in plan.case.for_work)


def _comes_off_later(plan: Building, lock: Operation) -> bool:
    """Whether it keeps a truck apart, or what stood open and may close itself (备自投) while the own supply is dead."""
    point = _point_of(plan, lock)
    if lock.action is not StepAction.LOCK or point is None:
        return False
    before = plan.case.before
    if isinstance(before.graph.entity(lock.target), Switch) and before.position(lock.target) is SwitchPosition.OPEN:
        return True
    return any(each.point == point for each in trucks_of(plan))


def trucks_of(plan: Building) -> Iterator[Operation]:
    """Where generators are connected, or have been by a plan before, each once; not those that a step takes away."""
    put_on = (*plan.left.values(), *plan.operations)
    found = {each.target: each for each in put_on if each.purpose is StepPurpose.CONNECT_GENERATOR}
    away = {each.target for each in plan.operations if each.purpose is StepPurpose.TAKE_GENERATOR_AWAY}
    yield from (each for target, each in found.items() if target not in away)


def _point_of(plan: Building, lock: Operation) -> int | None:
    """The receiving point that a lock is put on at; None in the grid."""
    customers = plan.case.before.customers
    if lock.point is not None or not customers.accounts.owns(lock.target):
        return lock.point
    points = customers.points_of(int(customers.accounts.owner[lock.target]))
    return next((each.index for each in points if lock.target in each.parts), None)
