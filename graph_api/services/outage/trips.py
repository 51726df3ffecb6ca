"""Trips (跳闸) that the graph holds already: asked after them, a fault is asked of the grid as it was before.

[G1] - CB1/ - L1 - S1      CB1 stands open since it tripped on L1: nothing is live behind it, so a fault on L1 would
                           take nobody's supply now; with CB1 named as tripped it takes S1's
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.positions import openings
from graph_api.services.outage.event import Event
from schema.grid import Switch
from schema.registry import FAULT_BREAKING, SWITCHES
from schema.vocabulary import SwitchPosition
from schema.words import say

MOST_EARLIER: Final = 8
"""Earlier openings that are tried as the moment of loss."""


def losses_of(model: ReadModel, event: Event) -> list[datetime]:
    """The moment of loss: as the event says, else when the first of what tripped opened last, else that of the answer.

    Who opens a device again later, or closes it to try and it trips again, must not make the question another one:
    behind the moment come those at which the devices opened before, the latest first, to be taken where they could not
    have tripped at it. InvalidInput if a device that tripped is no switch that has opened.
    """
    for index in event.tripped:
        if not has_opened(model, index, event.at):
            id = model.graph.id(index)
            raise InvalidInput(
                say("{id} does not stand open; name as tripped what has opened since the fault.", id=id), id=id
            )
    if event.since is not None:
        return [event.since]
    moment = moment_of(model, event.tripped, event.at)
    if moment is None:
        return [event.at]
    switches = [each for each in event.tripped if model.graph.kind(each) in SWITCHES]
    earlier = {at for each in switches for at in openings(model.graph, each, event.at) if at < moment}
    return [moment, *sorted(earlier, reverse=True)[:MOST_EARLIER]]


def moment_of(model: ReadModel, tripped: Collection[int], at: datetime) -> datetime | None:
    """When the first of these devices opened last, as was reported of a time until `at`; None if nobody said.

    Who confirms later that it is open changes nothing.
    """
    switches = (each for each in tripped if model.graph.kind(each) in SWITCHES)
    reported = (openings(model.graph, each, at) for each in switches)
    return min((moments[-1] for moments in reported if moments), default=None)


def later_trips(model: ReadModel, event: Event, since: datetime) -> frozenset[int]:
    """Of several faults at once, what tripped after the moment of loss: on a later one, in a grid switched since."""
    if len(event.things) < 2:
        return frozenset()
    switches = (each for each in event.tripped if model.graph.kind(each) in SWITCHES)
    return frozenset(each for each in switches if any(at > since for at in openings(model.graph, each, event.at)))


def refuse_others(
    model: ReadModel,
    event: Event,
    opens: Iterable[int],
    *,
    later: Collection[int] = (),
    undecided: bool = False,
) -> None:
    """Raise InvalidInput if what tripped had voltage before, and is not what the event opens.

    `model` is of before the event. What had no voltage cannot have tripped on it, and contradicts nothing; nor does
    what tripped `later`. `undecided` = there are switches of unknown position: what can break a fault may trip in one
    of the worlds.
    """
    others = sorted(each for each in set(event.tripped).difference(opens, later) if model.topology.energised(each))
    if undecided:
        others = [each for each in others if model.graph.kind(each) not in FAULT_BREAKING]
    if others:
        names = ", ".join(map(model.graph.id, others))
        raise InvalidInput(
            say(
                "This would not open {names}, which is named as tripped: name what failed to trip as "
                "stuck, or look for the fault elsewhere.",
                names=names,
            ),
            ids=[model.graph.id(index) for index in others],
        )


def refuse_idle(model: ReadModel, event: Event, zone: npt.NDArray[np.int32], asked: Collection[int]) -> None:
    """Raise InvalidInput for what is named as stuck and is not asked to operate: a mistyped id would go unseen.

    `zone` is that of the fault, which goes on behind what is stuck; `asked` are those of which an automatic transfer
    asks it.
    """
    inside = set(zone.tolist())
    named = set(event.stuck).difference(asked)
    idle = sorted(at for at in named if at not in inside or model.graph.kind(at) not in FAULT_BREAKING)
    if idle:
        names = ", ".join(map(model.graph.id, idle))
        raise InvalidInput(
            say(
                "The fault does not ask {names} to open, which is named as stuck: a device that breaks a fault and "
                "lies next to it, or behind another that is stuck, or what an automatic transfer of the grid would "
                "operate. Leave it out, or name the right one.",
                names=names,
            ),
            argument="stuck",
            ids=[model.graph.id(index) for index in idle],
        )


def has_opened(model: ReadModel, index: int, at: datetime) -> bool:
    """Whether a device stands open, or was reported open of a time until then: only so it can have tripped."""
    return stands_open(model, index) or (model.graph.kind(index) in SWITCHES and bool(openings(model.graph, index, at)))


def stands_open(model: ReadModel, index: int) -> bool:
    """Whether a device stands open now, as far as is known."""
    entity = model.graph.entity(index)
    return isinstance(entity, Switch) and entity.in_service and entity.current_position is SwitchPosition.OPEN
