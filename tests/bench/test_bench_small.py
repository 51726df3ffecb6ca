"""Every benchmark runs, and gives the same answers as the peers, on a city that is too small to time."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from tests.bench.__main__ import most
from tests.bench.api_rows import api_rows
from tests.bench.explore_rows import page_rows, path_rows
from tests.bench.format_rows import format_rows
from tests.bench.grid_rows import (
    after_rows,
    build_rows,
    impact_rows,
    installed,
    single_point_rows,
    sweep_rows,
    what_if_rows,
)
from tests.bench.location_rows import location_rows, restoration_rows
from tests.bench.network import grid, write_city
from tests.bench.position_rows import position_rows
from tests.bench.push_rows import push_rows
from tests.bench.report import HEADS, Row, against, show, write
from tests.bench.store_rows import ingest_rows, opened, start_rows, switch_rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture
async def model(folder: Path) -> ReadModel:
    file = folder / "city.db"
    if not file.exists():
        [row] = await ingest_rows(file, write_city(1, folder / "tables"))
        assert row.value > 0
    async with opened(file) as store:
        live = await LiveGraph.open(store)
        await live.close()
        return live.pin()


def test_build_and_impact(model):
    rows = [*build_rows(model.graph), *impact_rows(model, 3), *after_rows(model.graph, 3)]
    assert all(row.value > 0 for row in rows)


def test_positions_of_the_past(model):
    assert all(row.value > 0 for row in position_rows(model, 3, reports=5_000))


def test_the_sweep_and_all_single_points(model):
    assert all(row.value > 0 for row in sweep_rows(model))


def test_paths_as_networkx_and_pages(model):
    assert all(row.value > 0 for row in (*path_rows(model, 40, None), *page_rows(model, 20, None)))


def test_fault_location_finds_the_section():
    rows = [*location_rows(200, None), *restoration_rows(200, None)]
    assert all(row.value > 0 for row in rows)


def test_formats_of_others_are_read(tmp_path):
    assert all(row.value > 0 for row in format_rows(tmp_path, 30, 10))


def test_single_points_as_networkx_and_rustworkx(model):
    peers = {row.peer.split()[0] for row in single_point_rows(model.graph)}
    assert "networkx" in peers
    assert ("rustworkx" in peers) == installed("rustworkx")


def test_what_if_as_networkx_and_pandapower():
    if not installed("pandapower"):
        pytest.skip("pandapower is not installed; it comes with the [bench] extra")
    assert {row.peer.split()[0] for row in what_if_rows(grid(1), 3) if row.peer} == {
        "networkx",
        "pandapower",
        "pandapower,",
    }


def test_what_if_as_networkx_alone(monkeypatch):
    monkeypatch.setattr("tests.bench.grid_rows.installed", lambda _: False)
    assert [row.peer for row in what_if_rows(grid(1), 3)] == ["networkx"]


@pytest.mark.usefixtures("model")
async def test_starts_and_switch_changes(folder):
    starts = start_rows(folder / "city.db", folder / "city.snapshot", sqlite_s=None)
    assert [row.unit for row in starts] == ["s", "s", "MB", "ms"]
    [row] = await switch_rows(folder / "city.db", 3)
    assert row.unit == "ms"


def test_the_measured_question(model, folder):
    [row] = api_rows(folder / "city.db", model, 2)
    assert "fields" in row.note


async def test_changes_reach_subscribers(model, folder, tmp_path):  # noqa: ARG001  (the model made the file)
    shutil.copy(folder / "city.db", tmp_path / "city.db")
    [row] = await push_rows(tmp_path / "city.db", 1, None, most=20)
    assert row.unit == "ms"
    assert row.value > 0


def test_the_report_says_what_misses_its_target(tmp_path):
    rows = [
        Row(what="slow", size="1", value=2, unit="ms", target=1),
        Row(what="quick", size="1", value=2, p99=3, unit="ms", target=3, judged="p99", **against("other", 2, 8)),
        Row(what="many", size="1", value=1234, unit="rows/s", target=1000, at_least=True),
        Row(what="only measured", size="1", value=0.123456, unit="s"),
    ]  # fmt: skip
    write(rows, tmp_path)
    found = json.loads((tmp_path / "bench-report.json").read_text("utf-8"))
    assert [row["met"] for row in found["rows"]] == [False, True, True, None]
    text = (tmp_path / "bench-report.md").read_text("utf-8")
    assert "| " + " | ".join(HEADS) + " |" in text
    assert "| quick | 1 | 2 | 3 | ms | p99 <= 3 | yes | other 8 | 4 x |  |" in text
    assert "| 1,234 |" in text
    show(rows, Console(quiet=True))


def test_targets_are_those_of_the_design():
    assert [most(size, 10, 80) for size in (100_000, 1_000_000, 5)] == [10, 80, None]
