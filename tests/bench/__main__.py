"""Run the benchmarks: `python -m tests.bench --out bench-report [--sizes 100000,1000000] [--smoke-10m]`."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from graph_api.live.graph import LiveGraph
from tests.bench.api_rows import api_rows
from tests.bench.explore_rows import page_rows, path_rows
from tests.bench.figures import page
from tests.bench.format_rows import format_rows
from tests.bench.grid_rows import after_rows, build_rows, impact_rows, single_point_rows, sweep_rows, what_if_rows
from tests.bench.location_rows import location_rows, restoration_rows
from tests.bench.network import grid, write_city
from tests.bench.position_rows import position_rows
from tests.bench.push_rows import push_rows
from tests.bench.report import Row, machine, show, write
from tests.bench.store_rows import ingest_rows, opened, start_rows, switch_rows
from tests.bench.table_rows import list_rows

SIZES = (100_000, 1_000_000)
SMOKE = 10_000_000
BUSES = 100_000
WHAT_IF_RATIO = 1000
SECTIONS = 5_000
SWEEP_S, POINTS_MS = 5, 10
INGEST_PER_S = 20_000
HTTP_MS = 35
WITHIN_MS = 250


def most(size: int, at_100k: float, at_1m: float) -> float | None:
    """The target at a size; None where the design names none."""
    return {SIZES[0]: at_100k, SIZES[1]: at_1m}.get(size)


async def at_size(size: int, folder: Path, console: Console) -> list[Row]:
    """All rows of one size."""
    rows: list[Row] = []

    def add(fresh: Iterable[Row]) -> None:
        for row in fresh:
            rows.append(row)
            console.print(f"  {row.what}: {row.value:,.4g} {row.unit}", style="dim")

    file, snapshot = folder / f"{size}.db", folder / f"{size}.snapshot"
    large = size == SIZES[1]
    add(await ingest_rows(file, write_city(size, folder / str(size)), INGEST_PER_S if size in SIZES else None))
    if size <= SIZES[0]:
        add(await list_rows(size, folder / "lists", judged=size == SIZES[0]))
    add(
        start_rows(
            file,
            snapshot,
            seconds=1 if large else None,
            megabytes=600 if large else None,
            sqlite_s=8 if large else None,
            search_ms=most(size, 50, 150),
        )
    )
    add(await switch_rows(file, 30 if size > SIZES[0] else 100, most(size, 10, 80)))
    async with opened(file) as store:
        live = await LiveGraph.open(store, snapshot)
        model = live.pin()
        await live.close()
    if size <= SIZES[1]:
        add(api_rows(file, model, 100, HTTP_MS if size in SIZES else None))
    add(impact_rows(model, 1000, most(size, 0.3, 1.5)))
    if size <= SIZES[1]:
        add(position_rows(model, 200, most_times=2 if size in SIZES else None))
        add(build_rows(model.graph))
        add(single_point_rows(model.graph))
        add(sweep_rows(model, *((SWEEP_S, POINTS_MS) if size == SIZES[0] else (None, None))))
        add(after_rows(model.graph, 300))
        add(path_rows(model, 200, most(size, 4, 10)))
        add(page_rows(model, 200, 5 if size in SIZES else None))
        add(await push_rows(file, size, WITHIN_MS if size in SIZES else None))
    return rows


async def run(sizes: list[int], out: Path) -> list[Row]:
    """Every row, printed and written."""
    console = Console(stderr=True)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            console.print(f"{size:,} elements", style="bold")
            rows += await at_size(size, Path(folder), console)
        if max(sizes) <= SIZES[1]:
            rows += format_rows(Path(folder))
    if max(sizes) <= SIZES[1]:
        rows += list(what_if_rows(grid(min(BUSES, max(sizes))), 5, WHAT_IF_RATIO if max(sizes) >= BUSES else None))
    if max(sizes) <= SIZES[1]:
        rows += [*location_rows(SECTIONS, 20), *restoration_rows(SECTIONS, 200)]
    show(rows, Console(width=200))
    write(rows, out)
    console.print(f"written: {out}/bench-report.md and .json")
    return rows


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("bench-report"), help="folder of the report")
    parser.add_argument("--figures", type=Path, help="page for readers to write as well")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="elements, separated by commas")
    parser.add_argument("--smoke-10m", action="store_true", help="ten million elements instead")
    chosen = parser.parse_args()
    sizes = [SMOKE] if chosen.smoke_10m else [int(size) for size in chosen.sizes.split(",")]
    rows = asyncio.run(run(sizes, chosen.out))
    if chosen.figures:
        chosen.figures.write_text(page(rows, machine()), encoding="utf-8")


if __name__ == "__main__":
    main()
