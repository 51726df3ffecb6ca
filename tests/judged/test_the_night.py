"""The acceptance night of issue 11: 1021 trips, the school changes over by telephone, the plan is done step by step.

Every act is recorded through the API. After each of them impact, plan and lists are held against the independent
model, and the numbers of the night against what it said when they were written down.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from graph_api.live.graph import LiveGraph
from graph_api.services.outage.event import Event
from graph_api.stores import open_store
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.relationships import Relationship
from seeds import generator
from tests.graphql.city import NOW
from tests.graphql.conftest import Api, client_of
from tests.judged.impact import judged
from tests.judged.parts import with_power_factor
from tests.truth.from_schema import net_of
from tests.truth.net import Net
from tests.truth.nights import lists_of, with_reports

FAULT, TRIPPED, SCHOOL = "LJ:SEG:1021:4", "LJ:CB:1021", "LJ:RP:C4"
SINCE = NOW - timedelta(hours=2)
RECORD = """
mutation Record($input: RecordSwitchingInput!) {
  recordSwitching(input: $input) { revision switches { id currentPosition } userErrors { message } }
}
"""
ASK = """
query Ask($things: [ID!]!, $tripped: [ID!]!, $since: DateTime!, $at: DateTime!) {
  impact(equipment: $things, tripped: $tripped, since: $since, at: $at) {
    summary { totalCount backCount lostKw areas { count } atLoss { lostKw areas { count } } }
  }
  restoration(equipment: $things, tripped: $tripped, since: $since, at: $at) {
    steps { order action target { id } opens { id } closes { id } restored { id } }
    afterRepair { order action opens { id } closes { id } }
    accounts { back { thing { id } step } wasNotOut { id } onOwn { customer { id } } stillOut { thing { id } reason } }
  }
  customersOut(first: 500) { nodes { customer { id } state loadsFed } }
  switchesOffNormal(first: 500) { nodes { switch { id } position } }
}
"""


class Night:
    """The API, the live graph behind it, and the model's own network, to which the same is reported."""

    def __init__(self, api: Api, live: LiveGraph, net: Net) -> None:
        self.api, self.live, self.net, self.at = api, live, net, SINCE

    async def record(self, opens: tuple[str, ...] = (), closes: tuple[str, ...] = (), **given: Any) -> None:
        """One act, a minute after the one before."""
        moves = [(each, "OPEN") for each in opens] + [(each, "CLOSED") for each in closes]
        asked = {"by": "值班调度员", "at": self.at.isoformat(), **given}
        if "changeOver" not in given:
            asked["operations"] = [{"switch": switch, "position": position} for switch, position in moves]
        made = (await self.api.data(RECORD, input=asked))["recordSwitching"]
        assert made["userErrors"] == []
        if "changeOver" in given:
            stands = {each["id"]: each["currentPosition"] for each in made["switches"]}
            opens = tuple(sorted(each for each, position in stands.items() if position == "OPEN"))
            closes = tuple(sorted(each for each, position in stands.items() if position == "CLOSED"))
        self.net = with_reports(self.net, opens, closes, self.at.timestamp())
        self.at += timedelta(minutes=1)

    async def ask(self) -> dict[str, Any]:
        """All answers of now; each is as the model says."""
        said: dict[str, Any] = await self.api.data(
            ASK, things=[FAULT], tripped=[TRIPPED], since=SINCE.isoformat(), at=self.at.isoformat()
        )
        model = self.live.pin()
        index = model.graph.index
        event = Event(things=(index(FAULT),), tripped=(index(TRIPPED),), since=SINCE, at=self.at)
        assert [str(each) for each in judged(model, self.net, event)] == []
        right = lists_of(self.net, self.at.timestamp())
        out = {each["customer"]["id"]: (each["state"], each["loadsFed"]) for each in said["customersOut"]["nodes"]}
        assert out == dict(right.out)
        off = {each["switch"]["id"]: each["position"] for each in said["switchesOffNormal"]["nodes"]}
        assert off == {switch: position.value for switch, position in right.off_normal.items()}
        self.accounts_close(said)
        return said

    @staticmethod
    def accounts_close(said: dict[str, Any]) -> None:
        """Everybody whom the event hit is in exactly one account, whatever was done since."""
        accounts = said["restoration"]["accounts"]
        told = [each["thing"]["id"] for each in (*accounts["back"], *accounts["stillOut"])]
        told += [each["id"] for each in accounts["wasNotOut"]] + [e["customer"]["id"] for e in accounts["onOwn"]]
        assert len(told) == len(set(told)) == HIT + AREAS


MOST = 10_000
"""Records of one commit while the city is written."""
HIT, AREAS = 25, 16
NIGHT = [
    (1, 16, 6292),  # the school is on its second supply: 100 kW
    *[(1, 16, 6292)] * 2,
    (5, 11, 5025),  # the tie feeds what lies behind the fault
    (6, 11, 3725),  # C2 has changed over
    (6, 11, 3725),
    (7, 11, 3629),  # released customers close again, one by one
    (11, 5, 2654),  # 1021 is closed again as far as the cut
    (12, 5, 2204),
    (13, 5, 1913),
    (14, 5, 1738),
    *[(15, 5, 1567)] * 3,
    *[(16, 3, 1277)] * 4,  # the field has narrowed the cut
    (18, 0, 860),
]
"""Customers back, areas still dark and kW still unfed after each act, as the model says and as sums of loads give."""


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[Night]:
    entities: list[Entity] = []
    links: list[Relationship] = []
    store = open_store(f"sqlite:///{tmp_path}/city.db", lambda: NOW)
    for batch in generator.batches(today=NOW.date()):
        entities += batch.entities
        links += batch.relationships
    for start in range(0, len(entities), MOST):
        await store.apply(GraphBatch(entities=entities[start : start + MOST]))
    for start in range(0, len(links), MOST):
        await store.apply(GraphBatch(relationships=links[start : start + MOST]))
    live = await LiveGraph.open(store)
    async with client_of(live) as client:
        yield Night(Api(client), live, with_power_factor(net_of(entities, links)))
    await live.close()


def numbers(said: dict[str, Any]) -> tuple[int, int, int]:
    summary = said["impact"]["summary"]
    assert summary["totalCount"] == HIT
    assert (summary["atLoss"]["areas"]["count"], round(summary["atLoss"]["lostKw"])) == (AREAS, 6392)
    return summary["backCount"], summary["areas"]["count"], round(summary["lostKw"])


LEFT = "{ customersOut(first: 500) { nodes { customer { id } } } switchesOffNormal { totalCount } }"


@pytest.mark.slow
async def test_the_night_of_1021(night: Night) -> None:
    before = await night.api.data(LEFT)
    await night.record(opens=(TRIPPED,))
    assert numbers(await night.ask()) == (0, 16, 6392)
    await night.record(changeOver=SCHOOL)
    said = await night.ask()
    found = [numbers(said)]
    plan = said["restoration"]
    for step in plan["steps"]:
        opens, closes = (tuple(each["id"] for each in step[way]) for way in ("opens", "closes"))
        if opens or closes:
            await night.record(opens, closes)
            found.append(numbers(await night.ask()))
    assert found == NIGHT
    for step in plan["afterRepair"]:
        opens, closes = (tuple(each["id"] for each in step[way]) for way in ("opens", "closes"))
        if opens or closes:
            await night.record(opens, closes)
    left = await night.api.data(LEFT)
    assert left == before
