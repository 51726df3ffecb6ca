"""Position reports are kept to their term, through commits that every process follows; nothing later is lost."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graph_api.live import position_retention
from graph_api.live.graph import LiveGraph
from graph_api.live.position_retention import NeededSince, PositionRetention, nothing_open
from graph_api.readmodel.positions import positions_at
from graph_api.readmodel.snapshot import Snapshot
from graph_api.stores import open_store
from graph_api.stores.contract import Store
from schema.batch import GraphBatch
from schema.grid import Breaker
from schema.positions import PositionReport, microseconds
from schema.vocabulary import SwitchPosition

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
DAYS = 30
SWITCHES = ["K1", "K2", "K3"]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    made = open_store(f"sqlite:///{tmp_path}/city.db")
    chance = random.Random(5)
    reports = {}
    for hours in range(0, 24 * 3 * DAYS, 7):
        at = microseconds(NOON - timedelta(hours=hours))
        report = PositionReport(chance.choice(SWITCHES), at, 0, chance.choice(list(SwitchPosition)), "王", "SCADA", at)
        reports.setdefault(report.switch, []).append(report)
    switches = [
        Breaker(id=switch, position=some[0].position, position_at=some[0].at) for switch, some in reports.items()
    ]
    await made.apply(GraphBatch(entities=[*switches], reports=[one for some in reports.values() for one in some]))
    yield made
    await made.close()


def retention(live: LiveGraph, needed_since: NeededSince = nothing_open) -> PositionRetention:
    async def catch_up() -> Snapshot:
        return (await live.refresh()).graph

    return PositionRetention(catch_up, live.apply, lambda: NOON, timedelta(days=DAYS), needed_since)


def told(live: LiveGraph, begin: datetime) -> list[object]:
    """What the reports tell of every third hour since then."""
    graph = live.pin().graph
    hours = range(0, int((NOON - begin) / timedelta(hours=1)), 3)
    return [positions_at(graph, begin + timedelta(hours=each)) for each in hours]


async def test_what_is_past_its_term_goes_in_small_commits(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(position_retention, "PIECE", 40)
    live = await LiveGraph.open(store, follows=False)
    begin = NOON - timedelta(days=DAYS)
    before, count = told(live, begin), live.pin().graph.reports.count
    deleted = await retention(live).once()
    assert deleted > 40
    assert told(live, begin) == before
    left = [one.switch for one in live.pin().graph.reports if one.at < begin]
    assert sorted(left) == SWITCHES, "the last of each switch tells how it stood then"
    assert live.pin().graph.reports.count == count - deleted
    assert await retention(live).once() == 0
    anew = await LiveGraph.open(store, follows=False)
    assert sorted(anew.pin().graph.reports) == sorted(live.pin().graph.reports)


async def test_what_an_open_event_was_worked_from_stays(store: Store) -> None:
    live = await LiveGraph.open(store, follows=False)
    begin = NOON - timedelta(days=2 * DAYS)
    before = told(live, begin)
    assert await retention(live, lambda: begin).once() > 0
    assert told(live, begin) == before
    assert await retention(live).once() > 0
    assert told(live, begin) != before


async def test_two_processes_do_it_once(store: Store, tmp_path: Path) -> None:
    other_store = open_store(f"sqlite:///{tmp_path}/city.db")
    one, other = await LiveGraph.open(store, follows=False), await LiveGraph.open(other_store, follows=False)
    stale = other.pin().graph

    async def as_it_was() -> Snapshot:
        return stale if other.pin().graph is stale else (await other.refresh()).graph

    assert await retention(one).once() > 0
    late = PositionRetention(as_it_was, other.apply, lambda: NOON, timedelta(days=DAYS))
    await late.once()
    assert await store.revision() == 2
    await other_store.close()


async def test_the_snapshot_file_holds_the_reports(store: Store, tmp_path: Path) -> None:
    first = await LiveGraph.open(store, tmp_path / "snapshot")
    at = microseconds(NOON)
    await first.apply(GraphBatch(reports=[PositionReport("K1", at, 9, SwitchPosition.OPEN, "李", "", at)]))
    held = sorted(first.pin().graph.reports)
    await first.close()
    await store.close()
    again = await LiveGraph.open(store, tmp_path / "snapshot", follows=False)
    assert not again.status().reachable
    assert sorted(again.pin().graph.reports) == held
