"""Rows about the store: loading a city, starting from the store and from the snapshot file, a switch that changes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from graph_api.live.graph import LiveGraph, load_graph
from graph_api.stores import open_store
from graph_api.stores.contract import Store
from loaders.source import Reading
from loaders.tabular import TabularSource
from schema.batch import GraphBatch
from schema.grid import LoadBreakSwitch
from schema.registry import EntityKind
from schema.vocabulary import SwitchPosition
from tests.bench.grid_rows import size_of
from tests.bench.report import Row

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def opened(file: Path) -> AsyncIterator[Store]:
    """The embedded store in a file."""
    store = open_store(f"sqlite:///{file}")
    try:
        yield store
    finally:
        await store.close()


async def ingest_rows(file: Path, tables: Path, target: float | None = None) -> list[Row]:
    """Read a folder of plain tables, validate, stage and commit: all that a load does."""
    reading = Reading(first_load=1)
    begin = time.perf_counter()
    async with opened(file) as store:
        await store.begin_load("bench")
        for batch in TabularSource.open(tables).batches(reading):
            await store.stage("bench", batch)
        staged = time.perf_counter()
        await store.commit_load("bench")
        seconds = time.perf_counter() - begin
        graph = await load_graph(store)
    report = reading.report
    assert report.closed
    assert report.taken == report.rows_read, report.rejects[:3]
    return [
        Row(
            what="ingest: tables read, validated, committed into SQLite", size=size_of(graph),
            value=report.rows_read / seconds, unit="rows/s", target=target, at_least=True,
            note=f"{report.rows_read:,} rows; reading and staging {report.rows_read / (staged - begin):,.0f}",
        )
    ]  # fmt: skip


def start_rows(
    file: Path,
    snapshot: Path,
    *,
    seconds: float | None = None,
    megabytes: float | None = None,
    sqlite_s: float | None,
    search_ms: float | None = None,
) -> list[Row]:
    """A process that starts from the store, then one that starts from the snapshot file of the same revision."""
    cold = _started(file, snapshot, remove=True)
    plain = _started(file, None, remove=False)
    warm = _started(file, snapshot, remove=False)
    assert plain["digest"] == warm["digest"] == cold["digest"]
    size = f"{warm['elements']:,} elements"
    return [
        Row(what="start from SQLite", size=size, value=plain["seconds"], unit="s", target=sqlite_s),
        Row(what="start from the snapshot file", size=size, value=warm["seconds"], unit="s", target=seconds),
        Row(
            what="peak memory of that process", size=size, value=warm["megabytes"], unit="MB", target=megabytes,
            note=f"from SQLite {plain['megabytes']:.0f}; snapshot file {snapshot.stat().st_size / 2**20:.0f}",
        ),
        Row(
            what="first search of that process", size=size, value=warm["search_ms"], unit="ms", target=search_ms,
            note=f"from SQLite {plain['search_ms']:.0f}",
        ),
    ]  # fmt: skip


def _started(file: Path, snapshot: Path | None, *, remove: bool) -> dict[str, float]:
    if remove and snapshot is not None:
        snapshot.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.bench.start", str(file), *([str(snapshot)] if snapshot else [])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


async def switch_rows(file: Path, count: int, target_ms: float | None = None) -> list[Row]:
    """A switch opens or closes: committed durably, and the next answer knows."""
    async with opened(file) as store:
        live = await LiveGraph.open(store)
        graph = live.pin().graph
        switches = list(graph.of_kind(EntityKind.LOAD_BREAK_SWITCH))[:: max(1, graph.size // 40_000)][:count]
        taken = []
        for number in range(count):
            index = switches[number % len(switches)]
            switch = live.pin().graph.get(LoadBreakSwitch, index)
            closed = switch.current_position is SwitchPosition.CLOSED
            position = SwitchPosition.OPEN if closed else SwitchPosition.CLOSED
            begin = time.perf_counter()
            await live.apply(GraphBatch(entities=[replace(switch, position=position)]))
            model = live.pin()
            model.topology.energised(index)
            taken.append((time.perf_counter() - begin) * 1000)
            assert model.graph.get(LoadBreakSwitch, index).current_position is position
        await live.close()
    p50, p99 = np.percentile(taken, [50, 99])
    return [
        Row(
            what="switch change, committed and visible", size=size_of(graph), value=float(p50), p99=float(p99),
            unit="ms", target=target_ms, note=f"{count} changes",
        )
    ]  # fmt: skip
