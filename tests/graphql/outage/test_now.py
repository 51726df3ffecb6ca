"""An event of the past over HTTP: asked of the grid at its loss, answered as of now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from graph_api.live.graph import LiveGraph
from tests.graphql.conftest import NOW, Api, client_of
from tests.nights import clock, night
from tests.services.outage.test_now import ACTS, KW
from tests.services.restoration.test_planning import TIE

QUESTION = """query Night($tripped: [ID!], $since: DateTime, $at: DateTime) {
  impact(equipment: ["L2"], tripped: $tripped, since: $since, at: $at) {
    since at
    operatedSince { switch { id } position at by source }
    deadBefore { thing { id } outOfService { id } cutOffBy { switch { id } at by source } }
    takenSince { customer { id } }
    summary {
      totalCount backCount lostKw customers { state count }
      atLoss { lostKw kwUnknown transformers feeders { id } stations { id } byLoadsFed { loadsFed count } }
    }
    customers { nodes { customer { id } before state loadsFed atLoss { state loadsFed } back restoredBy { id } } }
  }
}"""


@pytest.fixture
async def desk() -> AsyncIterator[Api]:
    model = night(TIE, *ACTS, **KW)
    async with client_of(LiveGraph(None, model, lambda: NOW)) as client:  # type: ignore[arg-type]
        yield Api(client)


async def test_a_feeder_that_tripped_is_its_head(desk: Api) -> None:
    by_head = await desk.data(QUESTION, tripped=["CB1"])
    for named in (["F1"], ["F1", "CB1"]):
        assert await desk.data(QUESTION, tripped=named) == by_head
    stuck = '{ impact(equipment: ["L2"], stuck: ["%s"]) { operatedBy { id } } }'
    assert await desk.ask(stuck % "F1") == await desk.ask(stuck % "CB1")


async def test_before_at_the_loss_and_now(desk: Api) -> None:
    found = (await desk.data(QUESTION, tripped=["CB1"]))["impact"]
    assert (found["since"], found["at"]) == (clock("11:50").isoformat(), NOW.isoformat())
    assert [(each["switch"]["id"], each["position"]) for each in found["operatedSince"]] == [
        ("LS1", "OPEN"),
        ("LS2", "OPEN"),
        ("CB1", "CLOSED"),
        ("LS9", "CLOSED"),
    ]
    assert found["operatedSince"][0] == {
        "switch": {"id": "LS1"},
        "position": "OPEN",
        "at": clock("12:00").isoformat(),
        "by": "王",
        "source": "电话",
    }
    summary = found["summary"]
    assert (summary["totalCount"], summary["backCount"], summary["lostKw"]) == (3, 2, 200)
    assert (summary["atLoss"]["lostKw"], summary["atLoss"]["feeders"]) == (600, [{"id": "F1"}])
    assert found["customers"]["nodes"] == [customer("C2"), customer("C1", "CB1"), customer("C3", "LS9")]
    assert found["deadBefore"] == found["takenSince"] == []


def customer(name: str, *by: str) -> dict[str, Any]:
    now = ("NORMAL", "ALL") if by else ("LOST", "NONE")
    return {
        "customer": {"id": name},
        "before": "NORMAL",
        "state": now[0],
        "loadsFed": now[1],
        "atLoss": {"state": "LOST", "loadsFed": "NONE"},
        "back": bool(by),
        "restoredBy": [{"id": switch} for switch in by],
    }


async def test_what_was_dead_before_is_told(desk: Api) -> None:
    asked = clock("12:30").isoformat()
    found = (await desk.data(QUESTION, since=asked, at=asked))["impact"]
    (dead,) = found["deadBefore"]
    assert (dead["thing"], dead["outOfService"]) == ({"id": "L2"}, [])
    assert [(each["switch"]["id"], each["by"]) for each in dead["cutOffBy"]] == [("LS1", "王")]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"since": NOW + timedelta(hours=1)}, "lies in the future"),
        ({"since": NOW - timedelta(days=401)}, "BAODIAN_POSITION_RETENTION_DAYS"),
        ({"since": clock("12:00"), "at": clock("11:00")}, "before the loss"),
        ({"since": NOW.replace(year=9999)}, "in the years"),
    ],
)
async def test_moments_that_cannot_be_asked(desk: Api, asked: dict[str, Any], words: str) -> None:
    given = {name: moment.isoformat() for name, moment in asked.items()}
    (error,) = (await desk.ask(QUESTION, **given))["errors"]
    assert error["extensions"]["code"] == "BAD_INPUT"
    assert words in error["message"]


async def test_a_location_is_asked_of_the_grid_at_the_loss(desk: Api) -> None:
    query = """query Where($since: DateTime, $at: DateTime) {
      locateFault(evidence: [{kind: TRIP, things: ["CB1"]}], since: $since, at: $at) { candidates { totalCount } }
    }"""
    asked = {"since": clock("11:49").isoformat()}
    assert (await desk.data(query, **asked))["locateFault"]["candidates"]["totalCount"] > 0
    assert await desk.code(query, since=asked["since"], at=clock("11:00").isoformat()) == "BAD_INPUT"
