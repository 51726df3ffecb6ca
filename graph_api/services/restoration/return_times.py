"""Times of the way back (恢复操作时间): when each step after the repair is done, in minutes from the repair on.

Lines are walked along and earths come off at once, locks when all earths are off. The grid is switched one step after
the other, as each was proved only so; who operates is on the way meanwhile. Customers go back side by side; whom a
release keeps open closes as soon as its own supply has voltage for good.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from graph_api.readmodel.model import ReadModel
from graph_api.services.restoration.operations import (
    Doer,
    Operation,
    doer_of_switch,
    doer_on_site,
    is_customers,
    site_of,
)
from graph_api.services.restoration.plan import PlanStep
from graph_api.services.restoration.scheduling import Slot, scheduled
from graph_api.services.restoration.wording import StepAction, StepPurpose
from schema.durations import Means

_FREES = frozenset({StepAction.PATROL, StepAction.REMOVE_EARTH})
_SWITCHES = frozenset({StepAction.OPEN, StepAction.CLOSE})


def with_times(model: ReadModel, steps: Sequence[PlanStep], waits: Mapping[int, int]) -> tuple[PlanStep, ...]:
    """The steps with their times; `waits` has the last step of the grid that one of a customer waits for, if not for
    all. Putting re-closing in service again takes no time of its own."""
    timed = [place for place, step in enumerate(steps) if step.action is not StepAction.RECLOSING_ON]
    number = {place: new for new, place in enumerate(timed)}
    needs = {
        place: {number[at] for at in _needs(model, steps, place, waits.get(place, len(steps))) if at in number}
        for place in timed
    }
    slots = dict(zip(timed, scheduled([_operation(model, steps[at], needs[at]) for at in timed]), strict=True))
    slots |= _opened_last(model, steps, slots)
    found = list[PlanStep]()
    for place, step in enumerate(steps):
        slot = slots.get(place)
        last = max((each.end_min for each in found), default=0.0)
        found.append(
            replace(step, start_min=last, end_min=last)
            if slot is None
            else replace(step, start_min=slot.start, end_min=slot.end, track=slot.track)
        )
    return tuple(found)


def _opened_last(model: ReadModel, steps: Sequence[PlanStep], slots: Mapping[int, Slot]) -> dict[int, Slot]:
    """Openings that leave somebody without voltage, right before the next operation: nobody is off while a crew is
    still on the way."""
    moves = [at for at in slots if steps[at].action in _SWITCHES and not is_customers(model, steps[at].target)]
    found = dict[int, Slot]()
    for at, following in pairwise(moves):
        step, slot, then = steps[at], slots[at], slots[following]
        if step.action is StepAction.OPEN and (step.interrupted or step.interrupted_areas) and then.start > slot.end:
            found[at] = Slot(then.start - (slot.end - slot.start), then.start, slot.track)
    return found


def _needs(model: ReadModel, steps: Sequence[PlanStep], place: int, last: int) -> Iterator[int]:
    """Places of the steps that must be done before one; of the grid's those up to `last`."""
    step = steps[place]
    if step.action in _FREES:
        return
    if step.purpose is StepPurpose.WORK_ENDED:
        yield from (at for at in range(place) if steps[at].action is StepAction.REMOVE_EARTH)
        return
    owner = model.customers.accounts.owner
    own = is_customers(model, step.target) and not _is_of_the_grid(model, step)
    for at in range(place):
        if (
            not own
            or (_is_of_the_grid(model, steps[at]) and at <= last)
            or int(owner[steps[at].target]) == int(owner[step.target])
        ):
            yield at


def _is_of_the_grid(model: ReadModel, step: PlanStep) -> bool:
    """Whether it is no step of a customer's own return."""
    freeing = step.action in _FREES or step.purpose is StepPurpose.WORK_ENDED
    return freeing or not model.customers.accounts.owns(step.target)


def _operation(model: ReadModel, step: PlanStep, needs: set[int]) -> Operation:
    _, means, place = _hands(model, step)
    return Operation(
        action=step.action,
        purpose=step.purpose,
        target=step.target,
        doer=step.doer,
        means=means,
        place=place,
        rank=0,
        needs=needs,
        site=site_of(model, step.target) if means is Means.ON_SITE else None,
    )


def _hands(model: ReadModel, step: PlanStep) -> Doer:
    grid = step.action in _SWITCHES and not model.customers.accounts.owns(step.target)
    return doer_of_switch(model, step.target) if grid else doer_on_site(model, step.target)
