"""An incident in the demo city, asked in one request; its whole answer stands in expected_incident.txt."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from schema.batch import GraphBatch
from tests.graphql.conftest import Api, client_of
from tests.measured import MEASURED, as_text
from tests.seeds.counted import KINDS, counted

EXPECTED = Path(__file__).with_name("expected_incident.txt")


ASKED = "2026-11-23T22:30:00+08:00"
COUNTS = Path(__file__).with_name("measured_counts.json")


@asynccontextmanager
async def served(city: GraphBatch, folder: Path) -> AsyncIterator[Api]:
    """The demo city in a store, live, behind the API."""
    store = open_store(f"sqlite:///{folder}/city.db")
    await store.begin_load("city")
    await store.stage("city", city)
    await store.commit_load("city")
    live = await LiveGraph.open(store)
    try:
        async with client_of(live) as client:
            yield Api(client)
    finally:
        await live.close()


async def incident(api: Api) -> dict[str, Any]:
    data = await api.data(MEASURED, equipment=["LJ:SEG:1013:4"], at=ASKED)
    impact: dict[str, Any] = data["impact"]
    return impact


async def test_the_answer_is_what_was_worked_out_by_hand(city: GraphBatch, tmp_path: Path) -> None:
    async with served(city, tmp_path) as api:
        impact = await incident(api)
    lines = EXPECTED.read_text(encoding="utf-8").splitlines(keepends=True)
    expected = "".join(line for line in lines if not line.startswith("#"))
    assert as_text(impact, datetime.fromisoformat(ASKED)) == expected


async def test_what_the_answer_costs_is_what_is_checked_in(city: GraphBatch, tmp_path: Path) -> None:
    async with served(city, tmp_path) as api:
        with counted() as first:
            answer = await incident(api)
        with counted() as again:
            assert await incident(api) == answer
    held = json.loads(COUNTS.read_text(encoding="utf-8"))
    assert {"asked first": dict(first), "asked again": dict(again)} == held, "fewer is better: then write the new ones"
    assert first["store calls"] == 0
    assert all(first[kind] for kind in KINDS if kind != "store calls"), "a counted function has another name now"
