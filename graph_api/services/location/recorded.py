"""Recorded positions (遥信位置): what the graph holds of breakers' positions is evidence by itself, with its source.

    CB1  03:12 OPEN (SCADA 跳闸)                  it tripped: the loss was at 03:12, and it was closed before
    CB2  02:50 CLOSED (SCADA)                     it did not trip, or nobody heard: the older, the less it says
    CB3  03:12 OPEN, 03:13 CLOSED (SCADA)         it tripped, closed again and held
    CB4  02:00 OPEN (工作票), CB5 OPEN (现场操作)   opened by somebody: says nothing of a fault
"""  # fmt: skip

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.columns import POSITION_CODES
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.positions import positions_at, standing_report_at
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology import Assumption, ShortCircuits, Topology
from graph_api.services.location.evidence import CLOCK_ERROR, OLDEST, Evidence, Sorted
from graph_api.services.outage.dead_before import PLANNED
from graph_api.services.outage.trips import moment_of
from schema.grid import Switch
from schema.positions import PositionReport, standing_report
from schema.registry import FAULT_BREAKING, KINDS, EntityKind
from schema.vocabulary import EvidenceKind, SwitchPosition

Ints = npt.NDArray[np.int32]
TRIPPED: Final = re.compile(r"(?<!未)跳闸|保护动作|\btrip", re.IGNORECASE)
"""Words in the source of a report that say that protection opened the switch."""
TELEMETRY: Final = re.compile(r"SCADA|遥信|自动化系统|调度自动化|配电自动化|telemetry|\b[ED]MS\b", re.IGNORECASE)
"""Words in the source of a report that say that the device reported by itself."""
OPERATED: Final = re.compile(r"遥控|操作|拉开|转供|remote control|switching|operated", re.IGNORECASE)
"""Words in the source of a report that say that somebody switched."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The grid that a fault is looked for in: as it was before the loss, and which recorded trips belong to it."""

    before: Topology
    loss: datetime
    positions: dict[int, SwitchPosition]
    """Positions before the loss, of switches that stand otherwise now."""
    trips: dict[int, PositionReport]
    """Devices that tripped by the reports of their positions."""


def ground_of(
    model: ReadModel, found: Sorted, at: datetime, since: datetime | None, assume: Sequence[Assumption]
) -> Ground:
    """The grid before the loss: `since`, else when the first device opened that tripped by report or record, else `at`.

    Without any report the latest recorded trip is asked about.
    """
    named = {device for each, device in found.devices if each.positive}
    trips = _recent_trips(model.graph, at, since)
    if trips:
        if not found.around:
            found.seeds.add(max(trips, key=lambda device: (trips[device].at_us, -device)))
        closed = model.topology.assuming([*((each, SwitchPosition.CLOSED) for each in {*trips, *named}), *assume])
        near = ShortCircuits(closed, sorted(found.around)).openers
        trips = {device: trips[device] for device in near if device in trips}
    loss = since or min(_opened_at(model, trips, named, at), default=at)
    positions = dict(positions_at(model.graph, loss))
    for device in sorted({*trips, *named}):
        entity = model.graph.entity(device)
        if isinstance(entity, Switch) and (device in positions or not _stands_closed(entity)):
            positions[device] = SwitchPosition.CLOSED
    positions.update(assume)
    return Ground(model.topology.assuming([*positions.items()]), loss, positions, trips)


def recorded_evidence(
    graph: Snapshot, openers: Iterable[int], found: Sorted, ground: Ground, at: datetime
) -> list[tuple[Evidence, int]]:
    """What recorded positions of these devices say. What was reported of a device as well counts once, if it agrees."""
    said: dict[int, set[bool]] = {}
    for each, device in found.devices:
        said.setdefault(device, set()).add(each.positive)
    return [
        (each, device)
        for device in openers
        for each in _evidence_of(graph, device, ground, at)
        if device not in said or (each.stale is None and said[device] != {each.positive})
    ]


def is_trip(switch: Switch, report: PositionReport) -> bool:
    """Whether a report of an opening says that protection did it: in words, or as telemetry that nobody signed."""
    if report.position is not SwitchPosition.OPEN or PLANNED.search(report.source):
        return False
    words = f"{report.source} {report.by}"
    if TRIPPED.search(words):
        return True
    return not OPERATED.search(words) and _reports_itself(switch, report)


def open_switches(graph: Snapshot, kinds: Collection[EntityKind], positions: dict[int, SwitchPosition]) -> list[int]:
    """Switches of these kinds that stand open, as they do now but for these positions; ascending."""
    codes = np.array([code for code, kind in enumerate(KINDS) if kind in kinds], np.uint8)
    indexes = np.flatnonzero(np.isin(graph.kind_codes(), codes)).astype(np.int32)
    opened = set(indexes[graph.states_of(indexes) >> 1 == POSITION_CODES[SwitchPosition.OPEN]].tolist()).difference(
        positions
    )
    moved = (each for each, position in positions.items() if position is SwitchPosition.OPEN)
    return sorted(opened.union(each for each in moved if graph.kind(each) in kinds))


def _reports_itself(switch: Switch, report: PositionReport) -> bool:
    """Whether the position is telemetered: the source says so, or nobody signed it and the device can be reached."""
    if TELEMETRY.search(report.source):
        return True
    return bool(switch.remote_controlled) and not report.by


def _recent_trips(graph: Snapshot, at: datetime, since: datetime | None) -> dict[int, PositionReport]:
    """Devices that break a fault and stand open at a time since a trip that belongs to it."""
    after = at - OLDEST if since is None else since - CLOCK_ERROR
    trips: dict[int, PositionReport] = {}
    for index in open_switches(graph, FAULT_BREAKING, dict(positions_at(graph, at))):
        report = standing_report_at(graph, index, at)
        if report is not None and after < report.at <= at and is_trip(graph.get(Switch, index), report):
            trips[index] = report
    return trips


def _opened_at(model: ReadModel, trips: dict[int, PositionReport], named: set[int], at: datetime) -> Iterator[datetime]:
    yield from (report.at for report in trips.values())
    reported = moment_of(model, sorted(named), at)
    if reported is not None and reported > at - OLDEST:
        yield reported


def _stands_closed(switch: Switch) -> bool:
    return switch.current_position is SwitchPosition.CLOSED


def _evidence_of(graph: Snapshot, device: int, ground: Ground, at: datetime) -> Iterator[Evidence]:
    """What the record says of one device; nothing where it was not heard of."""
    switch = graph.get(Switch, device)
    tripped = ground.trips.get(device)
    if tripped is not None:
        yield _evidence(device, tripped, positive=True)
        return
    reports = _until(graph, switch, at)
    if not reports or reports[-1].position is not SwitchPosition.CLOSED or not _reports_itself(switch, reports[-1]):
        return
    last = reports[-1]
    opened = [each for each in reports if each.at >= ground.loss - CLOCK_ERROR and is_trip(switch, each)]
    if opened:
        yield _evidence(device, opened[-1], positive=True, reclosed=True)
        return
    stale = ground.loss - last.at if last.at < ground.loss else None
    yield Evidence(
        kind=EvidenceKind.TRIP,
        things=(device,),
        positive=False,
        at=last.at,
        key=switch.id,
        source=last.source,
        recorded=True,
        stale=stale,
    )


def _until(graph: Snapshot, switch: Switch, at: datetime) -> list[PositionReport]:
    reports = graph.reports.of_switch(switch.id) if graph.reports.count else []
    if not reports and switch.position_at is not None:
        own = standing_report(switch)
        reports = [] if own is None else [own]
    return [each for each in reports if each.at <= at]


def _evidence(device: int, report: PositionReport, *, positive: bool, reclosed: bool = False) -> Evidence:
    return Evidence(
        kind=EvidenceKind.TRIP,
        things=(device,),
        positive=positive,
        at=report.at,
        reclosed=reclosed,
        key=report.switch,
        source=report.source,
        recorded=True,
    )
