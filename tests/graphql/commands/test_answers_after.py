"""Whatever a commit touches, every question is answered after it as one would on a model made anew."""

from __future__ import annotations

import json

import pytest

from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from tests.graphql.conftest import Api, client_of

QUESTIONS = """{
  openPoints { totalCount nodes { sides { spareKw } } }
  switchesOffNormal { totalCount }
  customersOut { totalCount nodes { customer { id } } }
  readiness { totalCount }
  supplyRisks { totalCount }
  contingencies { totalCount nodes { lostKw } }
  tieWorths { totalCount }
  customers { nodes { id supplyState loadsFed } }
  impact(equipment: ["FD1"]) { summary { totalCount lostKw } }
  restoration(equipment: ["L1"]) { kw steps { action target { id } } }
}"""
ASSIGN = """mutation($covers: [ID!]!) {
  upsertAssignment(input: {role: DISPATCHER, person: "P2", covers: $covers}) { userErrors { code } } }"""


@pytest.mark.parametrize("covered", ["L1", "B1", "F1", "SUB:1", "FD1", "R1", "C1", "M1", "n2"])
async def test_an_assignment_covers_something(live: LiveGraph, covered: str) -> None:
    async with client_of(live) as client:
        api = Api(client)
        assert "errors" not in await api.ask(QUESTIONS)
        assert (await api.data(ASSIGN, covers=[covered]))["upsertAssignment"] == {"userErrors": []}
        after = await api.ask(QUESTIONS)
    assert "errors" not in after, json.dumps(after["errors"])
    async with client_of(LiveGraph(None, ReadModel.build(live.pin().graph), lambda: None)) as anew:  # type: ignore[arg-type]
        assert await Api(anew).ask(QUESTIONS) == after
