"""Sound again (已修复): what was put on for what is repaired by now comes off before anything is closed there.

    EARTH L1, LOCK LS1, EARTH L8, LOCK LS8   ── L1 is repaired ──▶   REMOVE_EARTH L1, UNLOCK LS1, CLOSE LS1
                                                                     what lies on L8 and LS8 stays

Neither locks nor earths are recorded: those of the plan as it was when the repair was said may be on.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from graph_api.errors import InvalidInput
from graph_api.services.outage.failing import failing, worked_on
from graph_api.services.restoration.border import border_of
from graph_api.services.restoration.building import Building
from graph_api.services.restoration.case import Case
from graph_api.services.restoration.freeing import GIVES_BACK, freed
from graph_api.services.restoration.going_on import PutOn
from graph_api.services.restoration.groups import LAST
from graph_api.services.restoration.making_safe import cut_of
from graph_api.services.restoration.operations import Operation, doer_on_site, is_customers
from graph_api.services.restoration.play import Play
from graph_api.services.restoration.wording import StepAction, StepPurpose
from schema.customer import ReceivingPoint
from schema.grid import ACLineSegment, Switch
from schema.vocabulary import Construction, ResponsibilityRole

_KEPT = frozenset({*GIVES_BACK, StepAction.GENERATOR})


def take_off_first(plan: Building, put_on: PutOn) -> None:
    """Lines are walked along, earths and locks come off; every closing that it may concern waits for that. What comes
    off only once a customer's own supply is closed again is left for the return."""
    if not plan.case.event.repairs:
        return
    now = plan.case.play()
    plan.left = {key: each for key, each in put_on.items() if _may_be_on(now, each)}
    stays = {key for key, each in plan.left.items() if _is_needed(plan, each)}
    own = {id(each) for each in plan.operations}
    off = [(action, on) for action, on in freed(plan) if id(on) not in own and (on.action, on.target) not in stays]
    plan.left = {key: each for key, each in plan.left.items() if each not in [on for _, on in off]}
    first = [*_patrols(plan.case, now), *(_taken_off(action, on) for action, on in off)]
    for number, each in enumerate(first):
        each.needs = set(range(number)) if each.action is StepAction.UNLOCK else set()
    _put_before(plan, first)


def put_on_before(case: Case, planned: Callable[[Case], Building]) -> PutOn:
    """What the plan of the moment of the last repair had put on, or was to put on: locks, earths, generators."""
    if not case.event.repairs:
        return {}
    last = case.event.repairs[-1][1]
    before = tuple(each for each in case.event.repairs if each[1] < last)
    asked = replace(case.event, at=last, since=case.situation.since, repaired=None, sound=before)
    try:
        earlier = planned(Case.of(case.model, asked))
    except InvalidInput:
        return {}
    own = {(each.action, each.target): each for each in earlier.operations if each.action in _KEPT}
    return earlier.left | own


def _may_be_on(now: Play, on: Operation) -> bool:
    """Whether it can lie there still: no lock on what stands closed, no earth on what has voltage."""
    if on.action is StepAction.EARTH:
        return not now.live(on.target)
    is_switch = isinstance(now.before.graph.entity(on.target), Switch)
    return on.action is not StepAction.LOCK or not is_switch or not now.is_closed(on.target)


def _is_needed(plan: Building, on: Operation) -> bool:
    """Whether it makes the place of work safe at what is faulty still."""
    if on.action is StepAction.EARTH:
        return on.target in plan.case.worked_on
    again = any(each.action is on.action and each.target == on.target for each in plan.operations)
    return again or on.target in border_of(plan, cut_of(plan))


def _patrols(case: Case, now: Play) -> Iterator[Operation]:
    """Lines that were repaired and have no voltage yet are walked along."""
    model = case.before
    sound = worked_on(model, failing(model, (thing for thing, _ in case.event.repairs)))
    for at in sound:
        entity = model.graph.entity(at)
        if isinstance(entity, ACLineSegment) and at not in case.worked_on and not now.live(at):
            doer, means, place = doer_on_site(model, at)
            if not is_customers(model, at):
                is_cable = entity.construction is Construction.CABLE
                doer = ResponsibilityRole.CABLE_MAINTENANCE if is_cable else ResponsibilityRole.LINE_MAINTENANCE
            yield Operation(
                action=StepAction.PATROL, purpose=StepPurpose.BEFORE_ENERGISING, target=at, doer=doer, means=means,
                place=place, rank=LAST,
            )  # fmt: skip


def _taken_off(action: StepAction, on: Operation) -> Operation:
    return replace(on, action=action, purpose=StepPurpose.WORK_ENDED, needs=set(), later=False, opens=(), closes=())


def _put_before(plan: Building, first: list[Operation]) -> None:
    """Before every closing that it may concern; what customers do that waits for none of it they are called about at
    once."""
    free = _free_of(plan, first)
    kept = [number for number in range(len(plan.operations)) if number not in free]
    place = {number: new for new, number in enumerate([*free, *[-1] * len(first), *kept]) if number >= 0}
    for number, each in enumerate(plan.operations if first else ()):
        each.needs = {place[need] for need in each.needs}
        if number not in free and (each.closes or each.action in (StepAction.RELEASE, StepAction.TRANSFER)):
            each.needs |= {len(free) + at for at, off in enumerate(first) if _may_concern(plan, each, off)}
    for each in first:
        each.needs = {len(free) + need for need in each.needs}
    plan.operations[:] = [plan.operations[at] for at in free] + first + [plan.operations[at] for at in kept]


def _free_of(plan: Building, first: list[Operation]) -> list[int]:
    """Customers' operations that wait for nothing of it, nor for what does; ascending."""
    free = list[int]()
    for number, each in enumerate(plan.operations if first else ()):
        alone = each.point is not None and each.needs.issubset(free) and not each.later
        if alone and not any(_may_concern(plan, each, off) for off in first):
            free.append(number)
    return free


def _may_concern(plan: Building, each: Operation, off: Operation) -> bool:
    """Whether what an operation closes may be locked, or what it gives voltage walked along or earthed: a customer
    gives it to what is its own alone, and waits for nothing elsewhere."""
    model = plan.case.before
    if each.point is None or model.graph.get(ReceivingPoint, each.point).parallel_running:
        return True
    if off.action is StepAction.UNLOCK:
        return off.target in (each.target, *each.closes)
    customers = model.customers.accounts
    return int(customers.owner[off.target]) == int(customers.customer_of_point[each.point])
