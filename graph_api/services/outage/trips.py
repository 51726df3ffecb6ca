"""Trips (跳闸) that the graph holds already: asked after them, a fault is asked of the grid as it was before.

[G1] - CB1/ - L1 - S1      CB1 stands open since it tripped on L1: nothing is live behind it, so a fault on L1 would
                           take nobody's supply now; with CB1 named as tripped it takes S1's
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from graph_api.errors import InvalidInput
from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.positions import standing_since
from graph_api.readmodel.topology import Assumption
from graph_api.services.outage.event import Event
from graph_api.services.outage.failing import failing
from schema.grid import Switch
from schema.registry import SWITCHES
from schema.vocabulary import SwitchPosition
from schema.words import say

BEFORE_TRIPS: Final = Derivation[tuple[Assumption, ...], ReadModel]("model before trips", most=2)


def before(model: ReadModel, event: Event) -> ReadModel:
    """The model as it was before the event. InvalidInput if a device that tripped is no switch that stands open."""
    for index in event.tripped:
        if not _stands_open(model, index):
            id = model.graph.id(index)
            raise InvalidInput(
                say("{id} does not stand open; name as tripped what has opened since the fault.", id=id), id=id
            )
    if not event.tripped:
        return model
    closed = tuple((index, SwitchPosition.CLOSED) for index in sorted(set(event.tripped)))
    return model.memo.recall(BEFORE_TRIPS, closed, lambda: model.assuming(closed))


def moment_of(model: ReadModel, tripped: Collection[int]) -> datetime | None:
    """When the first of these devices opened, as far as that was reported; who confirms it later changes nothing."""
    switches = (each for each in tripped if model.graph.kind(each) in SWITCHES)
    reported = (standing_since(model.graph, each) for each in switches)
    return min((at for at in reported if at is not None), default=None)


def refuse_others(model: ReadModel, event: Event, opens: Iterable[int]) -> None:
    """Raise InvalidInput if what tripped is not what the event opens."""
    others = sorted(set(event.tripped).difference(opens))
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


def may_have_tripped(model: ReadModel, things: Iterable[int]) -> tuple[int, ...]:
    """Devices that stand open though normally closed, and would feed these things, which have no supply now; ascending.

    If they tripped, whoever hangs on these things is hit, and an answer of now does not count them.
    """
    fails = failing(model, things)
    dead = [index for index in (*fails.equipment, *fails.heads) if not model.topology.energised(index)]
    if not dead:
        return ()
    graph = model.graph
    opened = {
        index
        for kind in SWITCHES
        for index in graph.of_kind(kind)
        if _stands_open(model, index) and graph.get(Switch, index).normal_position is SwitchPosition.CLOSED
    }
    closed = model.topology.assuming([(index, SwitchPosition.CLOSED) for index in sorted(opened)])
    return tuple(sorted({above for index in dead for above in closed.path_up(index)} & opened))


def _stands_open(model: ReadModel, index: int) -> bool:
    entity = model.graph.entity(index)
    return isinstance(entity, Switch) and entity.in_service and entity.current_position is SwitchPosition.OPEN
