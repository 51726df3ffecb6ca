"""What a benchmark found: rows with figures, targets and ratios; as a table, as Markdown and as JSON."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure. `target` is the most (or, with `at_least`, the least) that it should be; None = only measured."""

    what: str
    size: str
    """What it was measured on."""
    value: float
    unit: str
    p99: float | None = None
    """99th percentile, where `value` is the median."""
    target: float | None = None
    judged: str = "value"
    """Which of the two the target is about: value or p99."""
    at_least: bool = False
    peer: str = ""
    peer_value: float | None = None
    """The peer's figure in the same unit, on the same network, with the same answer."""
    ratio: float | None = None
    """How many times better than the peer."""
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None if there is none."""
        figure = self.p99 if self.judged == "p99" else self.value
        if self.target is None or figure is None:
            return None
        return figure >= self.target if self.at_least else figure <= self.target


def against(peer: str, ours: float, theirs: float) -> dict[str, Any]:
    """Fields of a row that compare two times."""
    return {"peer": peer, "peer_value": theirs, "ratio": theirs / ours}


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of one run."""
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000


def times(works: Iterable[Callable[[], object]]) -> tuple[float, float]:
    """Median and 99th percentile of one run of each, in milliseconds."""
    taken = [timed(work) for work in works]
    return float(np.percentile(taken, 50)), float(np.percentile(taken, 99))


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text("utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def figure(value: float | None) -> str:
    """A number with about three significant digits."""
    if value is None:
        return ""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def cells(row: Row) -> list[str]:
    """A row as text."""
    sign = ">=" if row.at_least else "<="
    wanted = f"{'p99 ' if row.judged == 'p99' else ''}{sign} {figure(row.target)}" if row.target is not None else ""
    verdict = {None: "", True: "yes", False: "NO"}[row.met]
    peer = f"{row.peer} {figure(row.peer_value)}".strip()
    ratio = f"{figure(row.ratio)} x" if row.ratio is not None else ""
    return [row.what, row.size, figure(row.value), figure(row.p99), row.unit, wanted, verdict, peer, ratio, row.note]


HEADS = ("what", "on", "figure", "p99", "unit", "target", "met", "peer", "ratio", "note")


def show(rows: Iterable[Row], console: Console) -> None:
    """Print the table."""
    table = Table(*HEADS, title="Benchmarks")
    for row in rows:
        table.add_row(*cells(row), style="bold red" if row.met is False else None)
    console.print(table)


def write(rows: list[Row], folder: Path) -> None:
    """Write bench-report.md and bench-report.json into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = machine()
    lines = [
        "# Benchmarks",
        "",
        " · ".join(f"{key} {value}" for key, value in facts.items()),
        "",
        "| " + " | ".join(HEADS) + " |",
        "|" + "---|" * len(HEADS),
        *("| " + " | ".join(cells(row)) + " |" for row in rows),
        "",
    ]
    (folder / "bench-report.md").write_text("\n".join(lines), encoding="utf-8")
    found = {"machine": facts, "rows": [{**asdict(row), "met": row.met} for row in rows]}
    (folder / "bench-report.json").write_text(json.dumps(found, indent=2, ensure_ascii=False), encoding="utf-8")
