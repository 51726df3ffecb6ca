"""Dead before (事前已失电): what is asked about was out of service or without voltage before the event, and why.

    [G1] - CB1 - L1 - LS1/ - L2      LS1 opened at 08:00 for planned work: a fault on L2 hits nobody, as L2 was dead
"""  # fmt: skip

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.positions import standing_report_at
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing, Things
from graph_api.readmodel.topology import Topology
from graph_api.services.outage.event import Cause
from graph_api.services.outage.failing import failing
from graph_api.services.outage.situation import Situation
from graph_api.services.outage.unfed import has_no_source
from schema.grid import ConductingEquipment, Switch
from schema.positions import PositionReport
from schema.registry import FAULT_BREAKING, SWITCHES
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition

PLANNED: Final = re.compile(
    r"(?<!非)计划(?!外)|检修|工作票|有人工作|(?<!un)planned|maintenance|work permit", re.IGNORECASE
)
"""Words in the source of a report that say that a switch was opened for work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operated:
    """A switch that was brought into a position: since when, by whom, and by what means that is known."""

    switch: Thing
    position: SwitchPosition
    at: datetime | None
    by: str | None
    source: str | None

    @property
    def planned(self) -> bool:
        """Whether the report says that it was for work."""
        return PLANNED.search(self.source or "") is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadBefore:
    """A thing that was asked about, and was dead: itself out of service, or cut off by switches that stood open."""

    thing: Thing
    out_of_service: Things
    """What of it was out of service, or earthed."""
    cut_off_by: tuple[Operated, ...]
    """Switches that stood open though normally closed, on the way by which it is fed normally."""
    no_source: bool = False
    """Whether no source is recorded that any switches could join to it: then its being dead says nothing."""


def dead_before(found: Situation) -> tuple[DeadBefore, ...]:
    """The things asked about that had no voltage before, as far as positions are known; in their order."""
    dead = [thing for thing in found.event.things if _is_dead(found, thing)]
    if not dead:
        return ()
    opened = dict(_opened(found.before, found.positions_before))
    closed = found.before.topology.assuming([(index, SwitchPosition.CLOSED) for index in sorted(opened)])
    return tuple(
        DeadBefore(
            thing=thing,
            out_of_service=tuple(each for each in _places(found, thing) if not _in_service(found.before, each)),
            cut_off_by=tuple(
                standing(found.model.graph, each, found.since)
                for each in on_the_way(closed, _places(found, thing), opened)
            ),
            no_source=has_no_source(found.before, _places(found, thing)),
        )
        for thing in dead
    )


def may_have_tripped(model: ReadModel, dead: Iterable[DeadBefore]) -> Things:
    """Devices that cut these off and can break a fault, unless they were opened for work; ascending.

    If they tripped on what is asked about, whoever hangs on it is hit, and this answer does not count them.
    """
    kind = model.graph.kind
    cut_off = {each.switch for one in dead for each in one.cut_off_by if not each.planned}
    return tuple(sorted(each for each in cut_off if kind(each) in FAULT_BREAKING))


def operated(found: Situation, report: PositionReport) -> Operated | None:
    """A report as an act; None for one of a switch that is no more, or of a supply that stands for one."""
    index = found.model.graph.number(report.switch)
    drawn = index is not None and found.model.graph.kind(index) in SWITCHES
    return _told(index, report) if index is not None and drawn else None


def opened_for_work(graph: Snapshot, switch: int, moment: datetime) -> bool:
    """Whether a switch that stands open at a moment was opened for work, as its report or its own fields say."""
    report = standing_report_at(graph, switch, moment)
    source = graph.get(Switch, switch).position_source if report is None else report.source
    return PLANNED.search(source or "") is not None


def _is_dead(found: Situation, thing: int) -> bool:
    topology, graph = found.before.topology, found.before.graph
    places = _places(found, thing)
    if any(map(topology.may_be_energised, places)):
        return False
    # an open switch, or plant beside a live node, has voltage on it
    nodes = (
        node
        for each in places
        if _in_service(found.before, each)
        for node in graph.targets(each, RelationshipKind.CONNECTS)
    )
    return not any(map(topology.may_be_energised, nodes))


def _places(found: Situation, thing: int) -> Things:
    fails = failing(found.before, (thing,))
    return (*fails.equipment, *fails.heads) if found.event.cause is Cause.OPENED else fails.places


def _in_service(model: ReadModel, index: int) -> bool:
    entity = model.graph.entity(index)
    return not isinstance(entity, ConductingEquipment) or entity.in_service


def _opened(model: ReadModel, positions: dict[int, SwitchPosition]) -> Iterator[tuple[int, SwitchPosition]]:
    """Switches in service that stood open though normally closed."""
    graph = model.graph
    for kind in SWITCHES:
        for index in graph.of_kind(kind):
            switch = graph.get(Switch, index)
            position = positions.get(index, switch.current_position)
            normal = switch.normal_position is SwitchPosition.CLOSED
            if switch.in_service and normal and position is SwitchPosition.OPEN:
                yield index, position


def on_the_way(closed: Topology, places: Iterable[int], opened: Iterable[int]) -> list[int]:
    """Those of these switches on the way by which the places are fed where all of them are closed; ascending."""
    return sorted({above for index in places for above in closed.path_up(index)}.intersection(opened))


def standing(graph: Snapshot, switch: int, moment: datetime) -> Operated:
    """A switch that stands open at a moment, as the report says that first told so."""
    report = standing_report_at(graph, switch, moment)
    if report is None:
        return Operated(switch=switch, position=SwitchPosition.OPEN, at=None, by=None, source=None)
    return _told(switch, report)


def _told(switch: int, report: PositionReport) -> Operated:
    by, source = report.by or None, report.source or None
    return Operated(switch=switch, position=report.position, at=report.at, by=by, source=source)
