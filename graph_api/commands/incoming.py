"""Incoming switches that nobody drew (进线开关未建模): what is recorded of a supply that stands for its own."""

from __future__ import annotations

from collections.abc import Sequence

from graph_api.commands.checks import Checks
from graph_api.commands.reporting import Incoming, Positioned
from graph_api.errors import ErrorCode
from graph_api.readmodel.customers import Supply
from graph_api.readmodel.customers.incoming import incoming_report, is_its_own_switch
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology import Assumption
from graph_api.services.outage.back_feed import run_parallel
from graph_api.services.outage.taking_over import incoming_moved, taking_over
from schema.customer import SupplySource
from schema.entity import Entity
from schema.grid import Switch
from schema.registry import SWITCHES, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition
from schema.words import say

_CLOSED = SwitchPosition.CLOSED


def recordable(checks: Checks, before: str, id: str, position: SwitchPosition) -> int | None:
    """Index of a switch, or of a supply that stands for its incoming one; what is wrong is noted at the fields `switch`
    and `position`, `before` what leads to them."""
    graph = checks.graph
    index = checks.thing(f"{before}switch", id, say("the switch"))
    if index is None or graph.kind(index) in SWITCHES:
        return index
    if graph.kind(index) is not EntityKind.SUPPLY_SOURCE:
        remedy = say("Send a breaker, switch, disconnector or fuse, or a supply without a recorded incoming bay.")
        checks.refuse(
            f"{before}switch", say("{thing} is no switch. {remedy}", thing=checks.called(index), remedy=remedy)
        )
        return None
    if not is_its_own_switch(graph, index):
        checks.refuse(
            f"{before}switch",
            say("The incoming bay of {thing} is recorded; send that bay.", thing=checks.called(index)),
        )
        return None
    if position is SwitchPosition.UNKNOWN:
        checks.refuse(f"{before}position", say("Of a supply OPEN or CLOSED can be recorded."))
        return None
    return index


def positioned(graph: Snapshot, index: int) -> Positioned:
    """What a position is reported of, as it stands."""
    if graph.kind(index) in SWITCHES:
        return graph.get(Switch, index)
    report = incoming_report(graph, index)
    return Incoming(graph.get(SupplySource, index), None if report is None else report.at)


def entity_of(thing: Positioned) -> Entity:
    """The entity that is put with a report, so that nobody else writes its series meanwhile."""
    return thing.supply if isinstance(thing, Incoming) else thing


def incoming_changed_over(model: ReadModel, point: int) -> tuple[list[int], list[int]]:
    """Supplies opened, then closed, by the change-over that a receiving point without recorded bays awaits."""
    found = model.customers.point(point)
    live = [s for s in found.supplies if s.in_service and s.stands_for >= 0 and model.topology.energised(s.stands_for)]
    opens, closes = incoming_moved(found, [supply.index for supply in taking_over(found, live)], found.carrying({}))
    return [*opens], [*closes]


def refuse_parallel(model: ReadModel, checks: Checks, field: str, moved: Sequence[Assumption]) -> None:
    """Note at `field` what would be closed together and is not now (see `run_parallel`)."""
    graph, then = model.graph, dict(moved)
    points = {
        point
        for index, position in moved
        if position is _CLOSED and graph.kind(index) is EntityKind.SUPPLY_SOURCE
        for point in graph.sources(index, RelationshipKind.FED_BY)
    }
    for point in sorted(points):
        supplies = model.customers.point(point).supplies
        closed = {s.index for s in supplies if then.get(s.index, s.position) is _CLOSED}
        if run_parallel(model, point, closed) and not closed <= _closed_before(supplies):
            names = ", ".join(graph.id(index) for index in sorted(closed))
            checks.refuse(
                field,
                say(
                    "Back-feed (倒送电): {supplies} would be closed together. Report what was opened as well, or send "
                    "`evenIfBackFeed` if it really stands so.",
                    supplies=names,
                ),
                code=ErrorCode.BACK_FEED,
            )


def _closed_before(supplies: Sequence[Supply]) -> set[int]:
    return {supply.index for supply in supplies if supply.position is _CLOSED}
