"""Positions of the past against going through all reports one by one, however the snapshot came about."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graph_api.readmodel import snapshot_file as file
from graph_api.readmodel.positions import position_report_at, positions_at, standing_since
from graph_api.readmodel.report_series import ReportSeries
from graph_api.readmodel.snapshot import Snapshot
from schema.codec import encode
from schema.grid import Breaker, ConnectivityNode, Switch
from schema.positions import PositionReport, ReportKey, microseconds, moment_of
from schema.registry import EntityKind
from schema.vocabulary import SwitchPosition
from tests.readmodel.test_snapshot import Commit

OPEN, CLOSED, UNKNOWN = SwitchPosition.OPEN, SwitchPosition.CLOSED, SwitchPosition.UNKNOWN
NIGHT = datetime(2026, 11, 23, 3, tzinfo=UTC)
NAMES = [f"开关{number}" for number in range(9)]


def said(switch: str, minute: int, position: SwitchPosition, sequence: int = 0, by: str = "") -> PositionReport:
    at = microseconds(NIGHT + timedelta(minutes=minute))
    return PositionReport(switch, at, sequence, position, by, "SCADA", at)


def at(minute: float) -> datetime:
    return NIGHT + timedelta(minutes=minute)


@dataclass
class Oracle:
    """All reports in a plain dictionary."""

    switches: dict[str, Switch] = field(default_factory=dict)
    reports: dict[ReportKey, PositionReport] = field(default_factory=dict)

    def differing(self, moment: datetime) -> dict[str, SwitchPosition]:
        found = {}
        for name, switch in self.switches.items():
            until = [each for each in self.reports.values() if each.switch == name and each.at <= moment]
            last = max(until, key=lambda each: (each.at_us, each.sequence), default=None)
            there = any(each.switch == name and each.at > moment for each in self.reports.values())
            position = switch.normal_position if last is None else last.position
            if there and position is not switch.current_position:
                found[name] = position
        return found

    def check(self, graph: Snapshot) -> None:
        assert sorted(graph.reports) == sorted(self.reports.values())
        assert graph.reports.count == len(self.reports)
        for minute in (-1, 0, 0.5, *range(1, 12), 60):
            found = positions_at(graph, at(minute))
            assert {graph.id(index): position for index, position in found} == self.differing(at(minute))
            assert [index for index, _ in found] == sorted(index for index, _ in found)
        for name in self.switches:
            index = graph.number(name)
            assert index is not None
            assert standing_since(graph, index) == self.standing_since(name), name
        for name in self.switches:
            own = sorted(each for each in self.reports.values() if each.switch == name)
            assert graph.reports.of_switch(name) == own
            assert [graph.reports.last_until(name, each.at_us) for each in own[-1:]] == own[-1:]

    def standing_since(self, name: str) -> datetime | None:
        """Forwards: the start of the spell that goes on now."""
        switch, since, before = self.switches[name], None, None
        for each in sorted((each for each in self.reports.values() if each.switch == name), key=lambda each: each.key):
            since = since if each.position is before else each.at
            before = each.position
        return since if before is switch.current_position and since is not None else switch.position_at


def standing(name: str, reports: list[PositionReport], normal: SwitchPosition) -> Breaker:
    last = max(reports, key=lambda each: (each.at_us, each.sequence), default=None)
    if last is None:
        return Breaker(id=name, normal_position=normal)
    return Breaker(id=name, normal_position=normal, position=last.position, position_at=last.at)


@pytest.mark.parametrize("seed", range(25))
def test_the_past_is_what_the_reports_tell(seed: int, tmp_path: Path) -> None:
    chance, oracle = random.Random(seed), Oracle()
    normal = {name: chance.choice([OPEN, CLOSED]) for name in NAMES}
    for _ in range(chance.choice([0, 5, 60])):
        report = said(
            chance.choice(NAMES), chance.randrange(10), chance.choice(list(SwitchPosition)), chance.randrange(3)
        )
        oracle.reports[report.key] = report
    here = chance.sample(NAMES, 6)
    oracle.switches = {
        name: standing(name, [each for each in oracle.reports.values() if each.switch == name], normal[name])
        for name in here
    }
    graph = Snapshot.of([ConnectivityNode(id="n"), *oracle.switches.values()], reports=oracle.reports.values())
    oracle.check(graph)
    for step in range(30):
        graph = _step(chance, oracle, graph, normal, step + 2)
        if step % 3 == 0:
            oracle.check(graph)
        if step % 7 == 6:
            graph = graph.merged()
            assert graph.reports.overlay_size == 0
            oracle.check(graph)
        if step % 11 == 10:
            graph = file.write(graph, tmp_path / "s").graph
            oracle.check(file.read(tmp_path / "s").graph)


def _step(
    chance: random.Random, oracle: Oracle, graph: Snapshot, normal: dict[str, SwitchPosition], revision: int
) -> Snapshot:
    commit = Commit(revision=revision)
    known = sorted(oracle.reports)
    commit.delete_reports = chance.sample(known, min(len(known), chance.choice([0, 0, 3])))
    commit.delete_reports.append(ReportKey("nobody", 1, 0))
    for key in commit.delete_reports:
        oracle.reports.pop(key, None)
    name = chance.choice(NAMES)
    minute = chance.randrange(11)
    report = said(name, minute, chance.choice(list(SwitchPosition)), by=chance.choice(["", "王", "李"]))
    report = report._replace(sequence=chance.choice([0, graph.reports.next_sequence(name, report.at_us)]))
    commit.reports.append(report)
    oracle.reports[report.key] = report
    if chance.random() < 0.15:
        commit.delete_entities.append(name)
        oracle.switches.pop(name, None)
    for each in {name, *(key.switch for key in commit.delete_reports if key.switch in oracle.switches)}:
        if each == name and name in commit.delete_entities and chance.random() < 0.7:
            continue
        switch = standing(each, [one for one in oracle.reports.values() if one.switch == each], normal[each])
        oracle.switches[each] = switch
        commit.entities.append((each, EntityKind.BREAKER, revision, encode(switch)))
    return graph.advanced(commit)[0]


def test_the_later_recorded_of_two_reports_of_one_time_counts() -> None:
    reports = [said("K", 5, OPEN), said("K", 5, CLOSED, 1), said("K", 9, OPEN)]
    graph = Snapshot.of([Breaker(id="K", position=OPEN, position_at=at(9))], reports=reports)
    assert positions_at(graph, at(5)) == ((graph.index("K"), CLOSED),)
    assert positions_at(graph, at(9)) == ()
    assert position_report_at(graph, graph.index("K"), at(7)) == reports[1]
    assert position_report_at(graph, graph.index("K"), at(4)) is None
    assert graph.reports.next_sequence("K", reports[0].at_us) == 2
    assert graph.reports.next_sequence("K", reports[0].at_us + 1) == 0


def test_before_the_first_report_a_switch_stood_as_normal() -> None:
    tie = Breaker(id="T", normal_position=OPEN, position=CLOSED, position_at=at(5))
    graph = Snapshot.of([tie], reports=[said("T", 5, CLOSED)])
    assert positions_at(graph, at(4.9)) == ((0, OPEN),)
    assert positions_at(graph, at(5)) == ()


def test_a_switch_that_nobody_reported_is_as_it_stands() -> None:
    graph = Snapshot.of([Breaker(id="K", position=OPEN)], reports=[said("other", 5, CLOSED)])
    assert positions_at(graph, at(0)) == ()


def test_what_is_superseded_goes_and_every_later_moment_stays_as_it_was() -> None:
    chance = random.Random(7)
    reports = [
        said(chance.choice(NAMES), minute, chance.choice(list(SwitchPosition)), by=str(minute)) for minute in range(200)
    ]
    switches = [standing(name, [each for each in reports if each.switch == name], CLOSED) for name in NAMES]
    graph = Snapshot.of(switches, reports=reports)
    moments = [at(minute / 2) for minute in range(200, 420)]
    before = [positions_at(graph, moment) for moment in moments]
    gone: list[ReportKey] = []
    revision = 1
    while keys := graph.reports.superseded(microseconds(at(100)), most=7):
        assert len(keys) <= 7
        assert max(key.at_us for key in gone or keys[:1]) <= min(key.at_us for key in keys)
        revision += 1
        gone += keys
        graph, _ = graph.advanced(Commit(revision=revision, delete_reports=keys))
        if revision % 4 == 0:
            graph = graph.merged()
    assert [positions_at(graph, moment) for moment in moments] == before
    left = [each for each in graph.reports if each.at < at(100)]
    assert len(left) == len({each.switch for each in left}), "one of each switch tells how it stood from then on"
    assert graph.reports.count == 200 - len(gone)
    assert len(set(gone)) == len(gone)


def test_times_are_exact() -> None:
    moment = datetime(2026, 11, 23, 3, 4, 5, 678_901, tzinfo=UTC)
    assert moment_of(microseconds(moment)) == moment
    series = ReportSeries.of([PositionReport("K", microseconds(moment), 0, OPEN, "", "", 0)])
    assert series.last_until("K", microseconds(moment) - 1) is None
    assert series.last_until("K", microseconds(moment)) is not None
