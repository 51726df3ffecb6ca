"""Positions of the past: what the grid's switches were in at a moment, out of the reports.

    reports of K1   02:00 CLOSED ──── 03:12 OPEN ──── 04:40 CLOSED (now)
    positions_at(03:30) = [(K1, OPEN)]; positions_at(02:30) = [], as it is closed now too

What is built is that of the snapshot: only positions are of the past. A report counts by the time that it speaks of,
however late it was recorded. Before its first report a switch stood as in the normal diagram. Costs by the number of
reports that speak of a later time, not by that of all.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import numpy as np

from graph_api.readmodel.columns import NO_ENTITY, Bytes, Ints, Longs
from graph_api.readmodel.report_columns import POSITION_OF_CODE
from graph_api.readmodel.report_series import ReportSeries
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology import Assumption
from schema.grid import Switch
from schema.positions import PositionReport, microseconds, standing_report
from schema.registry import KINDS, SWITCHES
from schema.vocabulary import SwitchPosition

_NO_REPORT = 0
_IS_SWITCH = np.array([kind in SWITCHES for kind in KINDS] + [False] * (NO_ENTITY + 1 - len(KINDS)))
_MANY = 4
"""From so many later reports a switch on, all switches are gone through instead."""


def positions_at(graph: Snapshot, moment: datetime) -> tuple[Assumption, ...]:
    """Switches that stood otherwise at that moment than now, with the position they had, ascending by index."""
    series, at_us = graph.reports, microseconds(moment)
    if not series.count:
        return ()
    changed = series.added_after(at_us)
    numbers = _switched_after(series, at_us)
    if series.overlay_size:
        numbers, also = _without_added(series, numbers)
        changed |= also
    found = _of_columns(graph, series, numbers, at_us)
    for switch in changed:
        index = graph.number(switch)
        if index is not None and graph.kind(index) in SWITCHES:
            report = series.last_until(switch, at_us)
            thing = graph.get(Switch, index)
            position = thing.normal_position if report is None else report.position
            if position is not thing.current_position:
                found[index] = position
    return tuple(sorted(found.items()))


def all_reported(graph: Snapshot) -> Ints:
    """Indexes of everything that was ever reported on in the columns; -1 for what is no more."""
    series = graph.reports
    return _indexes(graph, series, np.arange(series.base.switch_count))


def position_report_at(graph: Snapshot, index: int, moment: datetime) -> PositionReport | None:
    """The report that tells a switch's position at that moment; None = none had been made: as in the normal diagram."""
    return graph.reports.last_until(graph.id(index), microseconds(moment))


def reports_between(graph: Snapshot, after: datetime, until: datetime) -> tuple[PositionReport, ...]:
    """All reports that speak of a time after `after` and not after `until`, in the order of these times.

    Of one time those that were recorded first come first, and openings before closings.
    """
    series, after_us, until_us = graph.reports, microseconds(after), microseconds(until)
    names = series.base.names
    changed = series.added_after(after_us) | {names[number] for number in _switched_after(series, after_us).tolist()}
    found = (each for switch in changed for each in series.of_switch(switch) if after_us < each.at_us <= until_us)
    return tuple(sorted(found, key=_told))


def opened_first(graph: Snapshot, moment: datetime, among: Iterable[int]) -> dict[int, SwitchPosition]:
    """Of these switches those that were reported closed of exactly that time, as they stood before: of one time what
    is opened comes first (先断后合)."""
    at_us, found = microseconds(moment), dict[int, SwitchPosition]()
    for index in among:
        id = graph.id(index)
        last, former = graph.reports.last_until(id, at_us), graph.reports.last_until(id, at_us - 1)
        if last is not None and last.at_us == at_us and last.position is SwitchPosition.CLOSED:
            normally = graph.get(Switch, index).normal_position
            found[index] = normally if former is None else former.position
    return {index: position for index, position in found.items() if position is not SwitchPosition.CLOSED}


def _told(report: PositionReport) -> tuple[int, int, bool, str, int]:
    closes = report.position is not SwitchPosition.OPEN
    return report.at_us, report.recorded_us, closes, report.switch, report.sequence


def standing_since(graph: Snapshot, index: int) -> datetime | None:
    """Since when a switch stands as it does now: the first report of this position after another one.

    A position that is confirmed again stands since it was reported first. None = nobody said since when.
    """
    switch, since = graph.get(Switch, index), None
    for report in reversed(graph.reports.of_switch(switch.id)):
        if report.position is not switch.current_position:
            break
        since = report.at
    return switch.position_at if since is None else since


def openings(graph: Snapshot, index: int, until: datetime) -> list[datetime]:
    """When a switch opened, as far as that was reported of times until then; the last time last.

    That it is open is often confirmed: the first report of OPEN after another position counts.
    """
    switch, found, was_open = graph.get(Switch, index), list[datetime](), False
    reports = graph.reports.of_switch(switch.id) or [each for each in [standing_report(switch)] if each is not None]
    for report in reports:
        if report.at_us > microseconds(until):
            break
        is_open = report.position is SwitchPosition.OPEN
        if is_open and not was_open:
            found.append(report.at)
        was_open = is_open
    return found


def standing_report_at(graph: Snapshot, index: int, moment: datetime) -> PositionReport | None:
    """The report that first told the position in which a switch stood at that moment; None = nobody said."""
    switch, found = graph.get(Switch, index), None
    reports = graph.reports.of_switch(switch.id) or [each for each in [standing_report(switch)] if each is not None]
    for report in reversed([each for each in reports if each.at_us <= microseconds(moment)]):
        if found is not None and report.position is not found.position:
            break
        found = report
    return found


def last_report(graph: Snapshot, index: int, until: datetime) -> PositionReport | None:
    """The last report of a switch that speaks of that time or one before; of a switch without a series what it says
    of itself."""
    until_us, id = microseconds(until), graph.id(index)
    if graph.reports.count_of(id) or graph.kind(index) not in SWITCHES:
        return graph.reports.last_until(id, until_us)
    own = standing_report(graph.get(Switch, index))
    return None if own is None or own.at_us > until_us else own


def _switched_after(series: ReportSeries, at_us: int) -> Longs:
    """Numbers of the switches with a report in the columns that speaks of a later time."""
    later = series.base.later(at_us)
    if len(later) > _MANY * series.base.switch_count:
        return np.arange(series.base.switch_count)
    return np.unique(series.base.numbers_of(later))


def _without_added(series: ReportSeries, numbers: Longs) -> tuple[Longs, set[str]]:
    """Those of the switches that the columns tell all of, and the ids of the others."""
    names = series.base.names
    added = {number: names[number] for number in numbers.tolist() if series.has_added(names[number])}
    return (numbers[~np.isin(numbers, list(added))], set(added.values())) if added else (numbers, set())


def _of_columns(graph: Snapshot, series: ReportSeries, numbers: Longs, at_us: int) -> dict[int, SwitchPosition]:
    """Differences of the switches that the columns tell all of."""
    base, rows = series.base, series.last_row_until(numbers, at_us)
    codes = np.full(len(rows), _NO_REPORT, np.uint8)
    codes[rows >= 0] = base.columns.position[rows[rows >= 0]]
    indexes = _indexes(graph, series, numbers)
    codes, indexes = codes[indexes >= 0], indexes[indexes >= 0]
    differs = _IS_SWITCH[graph.kind_codes()[indexes]] & (codes != graph.states_of(indexes) >> 1)
    return dict(_positions(graph, indexes[differs], codes[differs]))


def _indexes(graph: Snapshot, series: ReportSeries, numbers: Longs) -> Ints:
    """Snapshot index of each of these switches, -1 for one that is not there."""
    indexes = series.base.indexes(graph.number)[numbers]
    # an index holds in every later snapshot, but for what was not there then or was deleted and put again since
    lost = (indexes < 0) | (graph.kind_codes()[indexes] == NO_ENTITY)
    for place in np.flatnonzero(lost).tolist():
        index = graph.number(series.base.names[numbers[place]])
        indexes[place] = -1 if index is None else index
    return indexes


def _positions(graph: Snapshot, indexes: Ints, codes: Bytes) -> Iterator[tuple[int, SwitchPosition]]:
    for index, code in zip(indexes.tolist(), codes.tolist(), strict=True):
        if code != _NO_REPORT:
            yield index, POSITION_OF_CODE[code]
            continue
        switch = graph.get(Switch, index)
        if switch.normal_position is not switch.current_position:
            yield index, switch.normal_position
