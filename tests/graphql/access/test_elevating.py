"""Break-glass: more for a reason and a time, in the audit before it counts, and over by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schema.access import CHANGES, GRANTS, AccessRole, Act
from tests.graphql.access.conftest import MOBILE, MUTATIONS, NUMBERS, Door
from tests.graphql.access.test_audited import make_way, stand_in_the_way

ELEVATE = """mutation($reason: String! = "与客户失联", $minutes: Int! = 30) {
  elevate(input: {reason: $reason, minutes: $minutes}) { until userErrors { code path } } }"""
END = "mutation { endElevation { until userErrors { code } } }"
SWITCH = f"mutation {{ {MUTATIONS['setSwitchPosition']} {{ userErrors {{ code }} }} }}"
PLANNER = AccessRole.PLANNER


async def test_who_is_elevated_sees_and_may_more_until_the_time_is_over(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    key, other = await door.key(PLANNER), await door.key(PLANNER)
    assert MOBILE not in (await door.ask(key, NUMBERS)).text
    begun = (await door.ask(key, ELEVATE)).json()["data"]["elevate"]
    assert begun == {"until": (door.now + timedelta(minutes=30)).isoformat(), "userErrors": []}
    assert MOBILE in (await door.ask(key, NUMBERS)).text
    assert MOBILE not in (await door.ask(other, NUMBERS)).text, "nobody else"
    assert (await door.ask(key, SWITCH)).json()["data"]["setSwitchPosition"] == {"userErrors": []}
    viewer = (await door.ask(key, "{ viewer { elevatedFor } }")).json()["data"]["viewer"]
    assert viewer == {"elevatedFor": "与客户失联"}
    metrics = (await door.http.get("/metrics")).text
    assert "baodian_elevated 1.0" in metrics
    assert "baodian_elevations_total 1.0" in metrics
    lines = [(each.act, each.reason, each.roles) for each in (line.entry for line in door.audit.lines())]
    assert lines == [
        ("ELEVATE", "与客户失联", ("PLANNER",)),
        ("SEE", "与客户失联", ("PLANNER", "ELEVATED")),
        ("CHANGE", "与客户失联", ("PLANNER", "ELEVATED")),
    ]
    assert any(each.levelname == "WARNING" and "elevated" in each.getMessage() for each in caplog.records)
    door.now += timedelta(minutes=30)
    assert MOBILE not in (await door.ask(key, NUMBERS)).text
    assert (await door.ask(key, SWITCH)).json()["data"] == {"setSwitchPosition": None}
    assert "baodian_elevated 0.0" in (await door.http.get("/metrics")).text


async def test_it_can_be_ended_before(door: Door) -> None:
    key = await door.key(PLANNER)
    await door.ask(key, ELEVATE)
    assert (await door.ask(key, END)).json()["data"]["endElevation"] == {"until": None, "userErrors": []}
    assert MOBILE not in (await door.ask(key, NUMBERS)).text
    assert [line.entry.what for line in door.audit.lines()] == ["elevate 30 min", "endElevation"]


@pytest.mark.parametrize(
    ("given", "path"), [({"reason": " "}, "reason"), ({"minutes": 0}, "minutes"), ({"minutes": 61}, "minutes")]
)
async def test_without_a_reason_or_for_too_long_nothing_is_given(
    door: Door, given: dict[str, object], path: str
) -> None:
    key = await door.key(PLANNER)
    found = (await door.ask(key, ELEVATE, **given)).json()["data"]["elevate"]
    assert found == {"until": None, "userErrors": [{"code": "BAD_INPUT", "path": ["input", path]}]}
    assert MOBILE not in (await door.ask(key, NUMBERS)).text
    assert [*door.audit.lines()] == []


@pytest.mark.parametrize("role", list(AccessRole))
async def test_who_may_be_elevated(door: Door, role: AccessRole) -> None:
    body = (await door.ask(await door.key(role), ELEVATE)).json()
    assert (body["data"]["elevate"] is not None) == (Act.ELEVATE in GRANTS[role].acts)
    assert CHANGES["elevate"] is CHANGES["endElevation"] is Act.ELEVATE


async def test_what_cannot_be_audited_is_not_given(door: Door) -> None:
    key = await door.key(PLANNER)
    stand_in_the_way(door.audit)
    refused = (await door.ask(key, ELEVATE)).json()
    assert refused["data"] == {"elevate": None}
    make_way(door.audit)
    assert MOBILE not in (await door.ask(key, NUMBERS)).text
