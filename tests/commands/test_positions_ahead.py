"""Positions of a time that has not come yet, in files: none is taken, whatever the clock of their system says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph_api.commands.ingest import ingest
from graph_api.live.graph import load_graph
from graph_api.stores import open_store
from graph_api.stores.contract import Store
from loaders.cim import CimSource
from schema.batch import GraphBatch
from schema.grid import Breaker
from schema.positions import microseconds
from schema.vocabulary import SwitchPosition
from tests.commands.loading import GRID, source
from tests.loaders.cim_text import rdf


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/graph.db")
    yield opened
    await opened.close()


async def test_a_position_of_a_time_that_has_not_come_is_rejected(store: Store, tmp_path: Path):
    now = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
    rows = (
        "id,name,position,position_at,contained_in\n"
        "B1,开关一,OPEN,2026-05-01T09:00:00Z,S1\n"  # an hour ahead
        "B2,开关二,OPEN,2026-05-01T08:00:40Z,S1\n"  # its clock is ahead of ours
        "B3,开关三,OPEN,2026-05-01T07:00:00Z,S1\n"
    )
    outcome = await ingest(store, source(tmp_path, GRID | {"Breaker.csv": rows}), now=now)
    (reject,) = outcome.report.rejects
    assert (reject.row, reject.column, reject.value) == (2, "position_at", "2026-05-01T09:00:00+00:00")
    assert "it is 2026-05-01T08:00:00+00:00 here" in reject.reason
    graph = await load_graph(store)
    assert graph.find("B1") is None
    assert graph.get(Breaker, graph.index("B2")).position_at == now
    assert graph.get(Breaker, graph.index("B3")).position_at == datetime(2026, 5, 1, 7, 0, tzinfo=UTC)
    assert graph.reports.newest_us == microseconds(now)
    later = datetime(2026, 5, 1, 8, 0, 10, tzinfo=UTC)
    again = rows.replace("B2,开关二,OPEN,2026-05-01T08:00:40Z", "B2,开关二,CLOSED,2026-05-01T08:00:45Z")
    await ingest(store, source(tmp_path, GRID | {"Breaker.csv": again}), now=later)
    breaker = (await load_graph(store)).get(Breaker, graph.index("B2"))
    assert (breaker.position, breaker.position_at) == (SwitchPosition.CLOSED, later)


async def test_a_position_of_the_future_in_the_graph_is_in_no_files_way(store: Store, tmp_path: Path):
    """An older release took it."""
    now = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
    await ingest(store, source(tmp_path, GRID), now=now)
    graph = await load_graph(store)
    ahead = replace(
        graph.get(Breaker, graph.index("B1")), position=SwitchPosition.OPEN, position_at=now.replace(year=2027)
    )
    await store.apply(GraphBatch(entities=[ahead]))
    rows = "id,name,position,position_at,contained_in\nB1,开关一,CLOSED,2026-05-01T07:00:00Z,S1\n"
    await ingest(store, source(tmp_path, GRID | {"Breaker.csv": rows}), now=now, force=True)
    graph = await load_graph(store)
    assert graph.get(Breaker, graph.index("B1")).position is SwitchPosition.CLOSED


async def test_a_forecast_is_taken_as_of_its_load_and_yields_to_what_was_reported(store: Store, tmp_path: Path):
    now = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)

    def cim(made: str, position: str) -> CimSource:
        path = tmp_path / "grid.xml"
        head = f"FullModel m Model.created={made} Model.scenarioTime={made}"
        path.write_text(rdf(f"{head}\nSubstation S\nBreaker B1 EquipmentContainer=#S Switch.open={position}"), "utf-8")
        return CimSource([path], "gis")

    outcome = await ingest(store, cim("2030-01-02T09:00:00Z", "true"), now=now)
    (finding,) = [each for each in outcome.report.findings if each.value]
    assert (finding.file, finding.value) == ("grid.xml", "2030-01-02T09:00:00+00:00")
    assert "has not come yet" in finding.reason
    graph = await load_graph(store)
    assert graph.get(Breaker, graph.index("B1")).position is SwitchPosition.OPEN
    assert graph.reports.newest_us == microseconds(now)
    await ingest(store, cim("2026-05-01T07:59:00Z", "false"), now=now.replace(hour=9))
    outcome = await ingest(store, cim("2030-01-02T09:00:00Z", "true"), now=now.replace(hour=10))
    assert outcome.difference.kept_positions == 1
