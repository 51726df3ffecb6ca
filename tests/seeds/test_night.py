"""A night in the demo city, every step recorded through the API as it is done; the numbers are the independent model's.

LJ:SEG:1021:4 is faulted and 1021 trips: 18 customers lose supply and 7 a part of it, 6,392 kW with 16 public areas
(2,655 households, 1,191 kW). The head gives supply back to 8 of the 18 and the tie to the other 10. Seven customers
stay unfed all the same: behind an under-voltage release nobody has closed their incoming switch.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schema.batch import GraphBatch
from tests.graphql.conftest import NOW, Api
from tests.seeds.test_incident import served

TRIP = ("LJ:CB:1021", "OPEN")
STEPS = [
    ("LJ:SW:1021:I4", "OPEN"),
    ("LJ:SW:1021:O3", "OPEN"),
    ("LJ:CB:1021", "CLOSED"),
    ("LJ:FU:1021:42", "OPEN"),
    ("LJ:FU:1021:43", "OPEN"),
    ("LJ:TIE:1011-1021", "CLOSED"),
]
LOSS = NOW - timedelta(minutes=30)
SET = """mutation Set($input: SetSwitchPositionInput!) {
  setSwitchPosition(input: $input) { isNewest userErrors { message } }
}"""
ASK = """query Night($tripped: [ID!]) {
  impact(equipment: ["LJ:SEG:1021:4"], tripped: $tripped) {
    since operatedBy { id } takenSince { customer { id } } mayHaveTripped { id }
    summary {
      totalCount backCount lostKw customers { state count } areas { count households kw }
      atLoss { lostKw customers { state count } areas { count households kw } }
    }
    customers(first: 50) { nodes { customer { id } back restoredBy { id } atLoss { state } } }
  }
}"""


async def record(api: Api, minute: int, switch: str, position: str) -> None:
    at = (LOSS + timedelta(minutes=minute)).isoformat()
    said = {"switch": switch, "position": position, "by": "值班员", "at": at, "requestId": f"night-{minute}"}
    answer = (await api.data(SET, input=said))["setSwitchPosition"]
    assert (answer["isNewest"], answer["userErrors"]) == (True, [])


@pytest.fixture
async def api(city: GraphBatch, tmp_path: Path) -> AsyncIterator[Api]:
    async with served(city, tmp_path) as api:
        yield api


def states(summary: dict[str, Any]) -> tuple[int, ...]:
    """LOST, DEGRADED, NORMAL."""
    count = {each["state"]: each["count"] for each in summary["customers"]}
    return count["LOST"], count["DEGRADED"], count["NORMAL"]


async def test_every_step_of_the_night_is_answered(api: Api) -> None:
    await record(api, 0, *TRIP)
    still = [6392.0] * 3 + [5127.0] * 3 + [2702.0]
    back = [0] * 3 + [5] * 3 + [14]
    left = [(18, 7, 0)] * 3 + [(10, 2, 13)] * 3 + [(0, 1, 24)]
    for minute in range(len(STEPS) + 1):
        if minute:
            await record(api, minute, *STEPS[minute - 1])
        impact = (await api.data(ASK, tripped=[TRIP[0]]))["impact"]
        summary = impact["summary"]
        assert datetime.fromisoformat(impact["since"]) == LOSS
        assert impact["operatedBy"] == [{"id": TRIP[0]}]
        assert (impact["takenSince"], impact["mayHaveTripped"]) == ([], [])
        at_loss = summary["atLoss"]
        assert (summary["totalCount"], at_loss["lostKw"], states(at_loss)) == (25, 6392.0, (18, 7, 0))
        assert at_loss["areas"] == {"count": 16, "households": 2655, "kw": 1191.0}
        assert (summary["backCount"], summary["lostKw"], states(summary)) == (back[minute], still[minute], left[minute])
    assert summary["areas"] == {"count": 2, "households": 437, "kw": 119.0}, "what the plan cuts off for want of room"
    by = [tuple(switch["id"] for switch in each["restoredBy"]) for each in impact["customers"]["nodes"] if each["back"]]
    assert (by.count(("LJ:CB:1021",)), by.count(("LJ:TIE:1011-1021",)), len(by)) == (5, 9, 14)
