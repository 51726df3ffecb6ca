"""An incident in the demo city, asked in one request; its whole answer stands in expected_incident.txt."""

from __future__ import annotations

from pathlib import Path

from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from schema.batch import GraphBatch
from tests.graphql.city import NOW
from tests.graphql.conftest import Api, client_of
from tests.measured import MEASURED, as_text

EXPECTED = Path(__file__).with_name("expected_incident.txt")


async def test_the_answer_is_what_was_worked_out_by_hand(city: GraphBatch, tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/city.db")
    await store.begin_load("city")
    await store.stage("city", city)
    await store.commit_load("city")
    live = await LiveGraph.open(store)
    try:
        async with client_of(live) as client:
            answer = await Api(client).data(MEASURED, equipment=["LJ:SEG:1013:4"], at="2026-11-23T22:30:00+08:00")
    finally:
        await live.close()
    lines = EXPECTED.read_text(encoding="utf-8").splitlines(keepends=True)
    expected = "".join(line for line in lines if not line.startswith("#"))
    assert as_text(answer["impact"], NOW) == expected
