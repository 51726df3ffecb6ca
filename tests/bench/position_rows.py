"""Rows about switch positions of the past: ten million reports beside a network, asked as an event is asked."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import numpy as np

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.positions import positions_at
from graph_api.readmodel.report_columns import columns_of
from graph_api.readmodel.report_series import ReportSeries
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.outage.impact import Cause
from schema.positions import microseconds
from schema.registry import CONDUCTING, SWITCHES
from tests.bench.grid_rows import size_of
from tests.bench.network import NOW
from tests.bench.report import Row, timed
from tests.events import impact_on

REPORTS = 10_000_000
DAYS = 400
SPANS = {"2 hours": timedelta(hours=2), "30 days": timedelta(days=30), "400 days": timedelta(days=DAYS)}
_US_PER_DAY = 86_400_000_000


def with_reports(graph: Snapshot, count: int) -> Snapshot:
    """The graph after that many reports of the last 400 days, the last one of each switch as it stands."""
    dice = np.random.default_rng(1)
    switches = [index for kind in sorted(SWITCHES) for index in graph.of_kind(kind)]
    each = count // len(switches)
    at = microseconds(NOW) - dice.integers(1, DAYS * _US_PER_DAY, (len(switches), each))
    at.sort(axis=1)
    position = dice.choice(np.array([1, 2], np.uint8), (len(switches), each), p=[0.98, 0.02])
    position[:, -1] = graph.states()[switches] >> 1
    spoken = dice.integers(0, 2, at.size)
    rows = [at.ravel(), np.zeros(at.size), position.ravel(), spoken, spoken, at.ravel()]
    names = [graph.id(index) for index in switches]
    columns = columns_of(names, np.full(len(switches), each), rows, ["SCADA", "现场汇报"])
    return Snapshot(
        graph.base,
        revision=graph.revision,
        changed_at=graph.changed_at,
        store_uuid=graph.store_uuid,
        reports=ReportSeries.of_columns(columns),
    )


def position_rows(
    model: ReadModel, count: int, reports: int = REPORTS, most_times: float | None = None
) -> Iterator[Row]:
    """Positions at a moment, and impact on the grid of that moment against impact on the grid of now."""
    model = replace(model, graph=with_reports(model.graph.merged(), reports))
    graph, chance = model.graph, random.Random(1)
    positions_at(graph, NOW - SPANS["400 days"])
    size = f"{size_of(graph)}, {graph.reports.count:,} reports"
    for name, span in SPANS.items():
        moments = [NOW - span + timedelta(seconds=chance.random()) for _ in range(count)]
        taken = [timed(partial(positions_at, graph, moment)) for moment in moments]
        p50, p99 = np.percentile(taken, [50, 99])
        yield Row(
            what=f"switch positions {name} ago", size=size, value=float(p50), p99=float(p99), unit="ms",
            note=f"{len(positions_at(graph, moments[0])):,} switches stood otherwise",
        )  # fmt: skip
    then = NOW - SPANS["2 hours"]
    assumed = model.assuming(positions_at(graph, then))
    making = np.median([timed(lambda: model.assuming(positions_at(graph, then))) for _ in range(min(count, 9))])
    equipment = [index for kind in sorted(CONDUCTING) for index in graph.of_kind(kind)]
    things = [chance.sample(equipment, 1) for _ in range(count)]
    now_ms, then_ms = (float(np.median([_asked(each, one) for one in things])) for each in (model, assumed))
    yield Row(
        what="impact on the positions of 2 hours ago against now", size=size, value=then_ms / now_ms, unit="x",
        target=most_times, note=f"{then_ms:.3g} against {now_ms:.3g} ms, any of {len(equipment):,}, {count} times; "
        f"the grid of that moment once a revision: {making:.3g} ms",
    )  # fmt: skip


def _asked(model: ReadModel, things: list[int]) -> float:
    def ask() -> object:
        return impact_on(model, things, NOW, cause=Cause.FAULTED).summary

    ask()
    return timed(ask)
