"""Ways back that are gone on with: after each recorded step the plan is asked again, and is no worse than its rest.

All of a plan is recorded, then the repair. Then each step of the plan of that moment is recorded, in its order. What
must hold after each, in plain words: no step is undone that the rest of the plan would not have undone as well, and
whoever lacks supply has it back no later than that plan said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from graph_api.readmodel.model import ReadModel
from graph_api.services.restoration.plan import PlanStep, RestorationPlan
from schema.vocabulary import SwitchPosition
from tests.judged.repaired import Night

_OPEN, _CLOSED = SwitchPosition.OPEN, SwitchPosition.CLOSED
Move = tuple[int, SwitchPosition]


def gone_on_with(model: ReadModel, thing: str, at: datetime) -> Iterator[str]:
    """What is wrong in the night after a fault."""
    night = Night.of(model, thing, at)
    if night is None:
        return
    for step in night.to_do():
        night.console.do(step)
    night.repair()
    plan = night.plan()
    promised, steps = _minutes(plan), _moving(plan)
    for number, step in enumerate(steps, 1):
        if refused := night.console.do(step):
            yield f"step {number} refused: {refused}"
            return
        done, rest = _moves(steps[:number]), set(_moves(steps[number:]))
        again = night.plan()
        name = model.graph.id
        for switch, position in _moves(_moving(again)):
            undoes = (switch, _CLOSED if position is _OPEN else _OPEN) in done
            if undoes and (switch, position) not in rest and _stands_last(done, switch, position):
                yield f"after step {number}: {name(switch)} is to be {position.value} again"
        minutes = _minutes(again)
        still = {who for each in steps[number:] for who in (*each.restored, *each.areas)} & minutes.keys()
        late = [who for who in still if minutes[who] > promised[who] + 0.1]
        yield from (f"after step {number}: {name(who)} {minutes[who]}, not {promised[who]}" for who in sorted(late))


def _stands_last(done: Sequence[Move], switch: int, position: SwitchPosition) -> bool:
    """Whether what was done of a switch last is the other way."""
    return next(stands for at, stands in reversed(done) if at == switch) is not position


def _moving(plan: RestorationPlan) -> list[PlanStep]:
    return [step for step in (*plan.steps, *plan.after_repair) if step.opens or step.closes]


def _moves(steps: Sequence[PlanStep]) -> list[Move]:
    return [
        move for step in steps for move in (*((at, _OPEN) for at in step.opens), *((at, _CLOSED) for at in step.closes))
    ]


def _minutes(plan: RestorationPlan) -> dict[int, float]:
    """When everybody is back for good, in minutes from when it was asked."""
    ends = max((step.end_min for step in plan.steps), default=0.0)
    timed = [(step, step.end_min) for step in plan.steps]
    timed += [(step, ends + step.end_min) for step in plan.after_repair]
    return {who: minute for step, minute in timed for who in (*step.restored, *step.areas)}
