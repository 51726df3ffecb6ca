"""What was off before (事前已失电): reports from there say nothing of this fault; where it was for work, that is why.

    [G1] - CB1 - L1 - LS1/ - L2 - S1>C1      LS1 open since 08:00 (计划检修): C1's call is explained
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable

from graph_api.readmodel.model import ReadModel
from graph_api.services.location.evidence import Evidence, Reason, SetAside, Sorted
from graph_api.services.location.recorded import Ground, open_switches
from graph_api.services.outage.dead_before import Operated, on_the_way, standing
from schema.grid import Switch
from schema.registry import SWITCHES
from schema.vocabulary import SwitchPosition
from schema.words import say


def forget_dead(model: ReadModel, ground: Ground, found: Sorted) -> None:
    """Set reports aside that speak of what was dead before the fault."""
    live = ground.before.energised
    for held in (found.passing, found.latching, found.devices):
        for pair in [pair for pair in held if not live(pair[1])]:
            held.remove(pair)
            found.set_aside.append(_aside(model, pair[0], _cut_off_by(model, ground, (pair[1],))))
    for group in (found.supply, found.patrols):
        for each in [each for each in group if not any(map(live, each[1]))]:
            group.remove(each)
            found.set_aside.append(
                _aside(model, each[0], _cut_off_by(model, ground, each[1]), supply=group is found.supply)
            )


def _aside(model: ReadModel, evidence: Evidence, because: tuple[Operated, ...], *, supply: bool = False) -> SetAside:
    work = [each for each in because if each.planned]
    if supply and evidence.positive and work:
        names = ", ".join(model.graph.id(each.switch) for each in work)
        message = say(
            "Supply is off there for planned work, by {switches}: it says nothing of a fault.", switches=names
        )
        return SetAside(evidence=evidence, reason=Reason.EXPLAINED, message=message, because=tuple(work))
    message = say("It was without supply before, as far as positions are known: the report says nothing of this fault.")
    return SetAside(evidence=evidence, reason=Reason.DEAD_BEFORE, message=message, because=because)


def _cut_off_by(model: ReadModel, ground: Ground, places: Iterable[int]) -> tuple[Operated, ...]:
    """Switches that stood open though normally closed, on the way by which these are fed normally."""
    graph = model.graph
    opened = [
        index
        for index in open_switches(graph, SWITCHES, ground.positions)
        if (switch := graph.get(Switch, index)).in_service and switch.normal_position is SwitchPosition.CLOSED
    ]
    closed = ground.before.assuming([(index, SwitchPosition.CLOSED) for index in opened])
    return tuple(standing(graph, each, ground.loss) for each in on_the_way(closed, places, opened))
