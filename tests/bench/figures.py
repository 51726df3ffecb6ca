"""docs/figures.md: the rows of a benchmark as a page for readers; `make bench` writes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.bench.report import Row, figure

HEAD = """# Figures

Written by `make bench`. Each figure was measured on the grid named beside it; a peer was run on the same grid in the
same run and gave the same answers. `figure` is the median where a 99th percentile stands beside it. A target that was
missed is marked. Other work on the machine makes figures worse, never better.
"""
HEADS = ("what", "on", "figure", "p99", "target", "against a peer")


def page(rows: Iterable[Row], facts: Mapping[str, Any]) -> str:
    """The whole page; `facts` is what it was measured on."""
    measured_on = " · ".join(f"{key} {value}" for key, value in facts.items())
    table = ["| " + " | ".join(HEADS) + " |", "|" + "---|" * len(HEADS), *map(_line, rows)]
    return "\n".join([HEAD, f"Measured on: {measured_on}.", "", *table, ""])


def _line(row: Row) -> str:
    against = f"{row.peer}: {figure(row.peer_value)} {row.unit} ({figure(row.ratio)} x)" if row.peer else ""
    cells = (row.what, row.size, f"{figure(row.value)} {row.unit}", figure(row.p99), _target(row), against)
    return "| " + " | ".join(cells) + " |"


def _target(row: Row) -> str:
    if row.target is None:
        return ""
    judged = "p99 " if row.judged == "p99" else ""
    missed = " **missed**" if row.met is False else ""
    return f"{judged}{'≥' if row.at_least else '≤'} {figure(row.target)}{missed}"
