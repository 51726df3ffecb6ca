"""What was switched is recorded as one act; a change-over opens the one, then closes the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from loaders.drawing import batch
from tests.graphql.city import NOW
from tests.graphql.conftest import Api, client_of

RECORD = """
mutation Record($input: RecordSwitchingInput!) { recordSwitching(input: $input) {
  switches { id currentPosition positionBy } supplies { id incomingSwitch { position by } }
  revision repeated userErrors { code path message }
} }
"""
GRID = """
F1 = CB1
F2 = CB2
G1 - B1 - CB1 - L1 - n1 - S1>C1 - SB1 - IB1 - SB3/ - IB2 - SB2 - n9
G2 - B2 - CB2 - L2 - n2 - S2>C1:standby - n9
IB1 - SB4 - LD1(80kW)
n1 - L3 - S3>C2
n1 - L4 - S4>C3
n2 - L5 - S5>C3:standby
"""
ASK = """
query Ask($id: ID!) { impact(equipment: [$id], cause: FAULTED, tripped: ["CB1"]) {
  customers { nodes { customer { id } atLoss { state loadsFed } state loadsFed awaitingTransfer { opens { id } } } }
} readiness(filter: {kinds: [BACK_FEED]}) { nodes { customer { id } thing { id } text(lang: EN) } } }
"""


STEPS = """
query Steps($id: ID!) { restoration(equipment: [$id]) { steps { action target { id } } }
readiness(filter: {kinds: [BACK_FEED]}) { nodes { customer { id } thing { id } text(lang: EN) } } }
"""


@pytest.fixture
def parallel() -> bool:
    """Whether C3's supplies may run parallel."""
    return False


@pytest.fixture
async def api(tmp_path: Path, parallel: bool) -> AsyncIterator[Api]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db")
    c3 = {"transfer": "MANUAL", "parallel_running": parallel}
    await store.apply(batch(GRID, **{"C1.1": {"transfer": "MANUAL"}, "C3.1": c3}))
    live = await LiveGraph.open(store)
    async with client_of(live) as client:
        yield Api(client)
    await live.close()


async def record(api: Api, **given: Any) -> dict[str, Any]:
    asked = {"by": "李建军", **given}
    found: dict[str, Any] = (await api.data(RECORD, input=asked))["recordSwitching"]
    return found


def moves(**positions: str) -> list[dict[str, str]]:
    return [{"switch": switch, "position": position} for switch, position in positions.items()]


async def test_a_change_over_is_one_act_and_feeds_nobody_else(api: Api) -> None:
    await record(api, operations=moves(CB1="OPEN"), at=(NOW - timedelta(minutes=9)).isoformat())
    before = (await api.data(ASK, id="L1"))["impact"]["customers"]["nodes"]
    assert [each["customer"]["id"] for each in before] == ["C2", "C1", "C3"]
    assert before[1]["awaitingTransfer"]["opens"] == [{"id": "SB1"}]
    made = await record(api, changeOver="C1.1", requestId="over-1")
    assert made["userErrors"] == []
    positions = {each["id"]: each["currentPosition"] for each in made["switches"]}
    assert positions == {"SB1": "OPEN", "SB3": "CLOSED"}
    assert (await record(api, changeOver="C1.1", requestId="over-1"))["repeated"]
    after = await api.data(ASK, id="L1")
    states = {each["customer"]["id"]: each for each in after["impact"]["customers"]["nodes"]}
    assert states["C1"]["loadsFed"] == "ALL"
    assert states["C1"]["atLoss"]["loadsFed"] == "NONE"
    assert states["C2"]["state"] == "LOST"  # nothing runs back through C1
    assert after["readiness"]["nodes"] == []
    assert "No change-over" in (await record(api, changeOver="C1.1"))["userErrors"][0]["message"]


async def test_what_would_feed_back_is_refused_with_its_switches(api: Api) -> None:
    await record(api, operations=moves(CB1="OPEN"))
    (error,) = (await record(api, operations=moves(SB3="CLOSED")))["userErrors"]
    assert error["code"] == "BACK_FEED"
    assert all(name in error["message"] for name in ("S1", "S2", "SB1", "SB3", "SB2"))
    assert (await api.data('{ node(id: "SB3") { ... on Switch { currentPosition } } }'))["node"] == {
        "currentPosition": "OPEN"
    }
    forced = await record(api, operations=moves(SB3="CLOSED"), evenIfBackFeed=True)
    assert forced["userErrors"] == []
    found = await api.data(ASK, id="L1")
    states = {each["customer"]["id"]: each["state"] for each in found["impact"]["customers"]["nodes"]}
    assert states["C2"] == "LOST"  # it was "all normal" when customers conducted
    (finding,) = found["readiness"]["nodes"]
    assert (finding["customer"]["id"], finding["thing"]["id"]) == ("C1", "C1.1")
    assert "SB3" in finding["text"]
    assert (await record(api, operations=moves(SB1="OPEN")))["userErrors"] == []  # the missing report
    assert (await api.data(ASK, id="L1"))["readiness"]["nodes"] == []


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({}, "BAD_INPUT", ["input", "operations"]),
        ({"operations": [{"switch": "CB1", "position": "OPEN"}], "changeOver": "C1.1"}, "BAD_INPUT", None),
        ({"changeOver": "C1"}, "BAD_INPUT", ["input", "changeOver"]),
        ({"changeOver": "C1.1"}, "BAD_INPUT", ["input", "changeOver"]),
        (
            {"operations": [{"switch": "no", "position": "OPEN"}]},
            "UNKNOWN_ENTITY",
            ["input", "operations", "0", "switch"],
        ),
        ({"operations": [{"switch": "L1", "position": "OPEN"}]}, "BAD_INPUT", ["input", "operations", "0", "switch"]),
        (
            {"operations": [{"switch": "CB1", "position": "OPEN"}] * 2},
            "BAD_INPUT",
            ["input", "operations", "1", "switch"],
        ),
        ({"operations": [{"switch": "CB1", "position": "OPEN"}] * 101}, "BAD_INPUT", ["input", "operations"]),
        (
            {"operations": [{"switch": "CB1", "position": "OPEN", "at": "2199-01-01T00:00:00Z"}]},
            "BAD_INPUT",
            ["input", "operations", "0", "at"],
        ),
        ({"operations": [{"switch": "CB1", "position": "OPEN"}], "by": " "}, "BAD_INPUT", ["input", "by"]),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_written(
    api: Api, given: dict[str, Any], code: str, path: list[str] | None
) -> None:
    made = await record(api, **given)
    assert (made["switches"], made["revision"]) == ([], None)
    error = made["userErrors"][0]
    assert error["code"] == code
    assert path is None or error["path"] == path


async def test_one_act_is_all_or_nothing_on_the_versions_expected(api: Api) -> None:
    made = await record(api, operations=moves(CB1="OPEN", CB2="OPEN"), expected=[{"id": "CB2", "version": "7"}])
    assert made["userErrors"][0]["code"] == "CONFLICT"
    late = await record(api, operations=[{"switch": "CB1", "position": "OPEN", "at": "2026-01-01T00:00:00Z"}])
    assert late["userErrors"] == []


SET = """
mutation Set($input: SetSwitchPositionInput!) { setSwitchPosition(input: $input) {
  switch { id } supply { id incomingSwitch { position at by source } } isNewest revision
  userErrors { code path message }
} }
"""
INCOMING = "query Ask($id: ID!) { node(id: $id) { ... on SupplySource { incomingSwitch { position at by source } } } }"


async def test_a_supply_that_stands_for_its_incoming_switch_is_set_and_shown(api: Api) -> None:
    normally = {"position": "CLOSED", "at": None, "by": None, "source": None}
    assert (await api.data(INCOMING, id="S4"))["node"]["incomingSwitch"] == normally
    assert (await api.data(INCOMING, id="S5"))["node"]["incomingSwitch"]["position"] == "OPEN"
    assert (await api.data(INCOMING, id="S1"))["node"]["incomingSwitch"] is None, "its bay is recorded"
    asked = {"switch": "S4", "position": "OPEN", "by": "王师傅", "source": "电话", "at": NOW.isoformat()}
    made = (await api.data(SET, input=asked))["setSwitchPosition"]
    assert (made["userErrors"], made["switch"], made["isNewest"]) == ([], None, True)
    assert made["supply"]["incomingSwitch"] | {"at": None} == {
        **{"position": "OPEN", "at": None, "by": "王师傅", "source": "电话"},
    }
    late = asked | {"position": "CLOSED", "at": (NOW - timedelta(minutes=5)).isoformat()}
    again = (await api.data(SET, input=late))["setSwitchPosition"]
    assert (again["isNewest"], again["supply"]["incomingSwitch"]["position"]) == (False, "OPEN")


@pytest.mark.parametrize(("switch", "position", "field"), [("S1", "OPEN", "switch"), ("S4", "UNKNOWN", "position")])
async def test_of_a_supply_nothing_else_is_set(api: Api, switch: str, position: str, field: str) -> None:
    made = (await api.data(SET, input={"switch": switch, "position": position, "by": "王师傅"}))["setSwitchPosition"]
    assert [(each["code"], each["path"]) for each in made["userErrors"]] == [("BAD_INPUT", ["input", field])]


async def test_a_supply_is_not_set_closed_beside_another(api: Api) -> None:
    made = (await api.data(SET, input={"switch": "S5", "position": "CLOSED", "by": "王师傅"}))["setSwitchPosition"]
    assert [(each["code"], each["path"]) for each in made["userErrors"]] == [("BACK_FEED", ["input", "position"])]


async def test_a_single_report_that_would_feed_back_is_refused_as_well(api: Api) -> None:
    asked = {"switch": "SB3", "position": "CLOSED", "by": "王师傅"}
    (error,) = (await api.data(SET, input=asked))["setSwitchPosition"]["userErrors"]
    assert (error["code"], error["path"]) == ("BACK_FEED", ["input", "position"])
    stands = (await api.data(SET, input={**asked, "evenIfBackFeed": True}))["setSwitchPosition"]
    assert (stands["userErrors"], stands["switch"]) == ([], {"id": "SB3"})
    opened = (await api.data(SET, input={**asked, "switch": "SB1", "position": "OPEN"}))["setSwitchPosition"]
    assert opened["userErrors"] == []


NOW_OUT = """
query Out($id: ID!) { customersOut { nodes { customer { id } state loadsFed } }
  impact(equipment: [$id], cause: FAULTED, tripped: ["CB1"]) {
    operatedSince { switch { id } }
    customers { nodes { customer { id } back state loadsFed atLoss { loadsFed } awaitingTransfer { supplies { id } } } }
  }
  restoration(equipment: [$id], tripped: ["CB1"]) {
    steps { action target { id } opens { id } closes { id } }
    accounts { back { thing { id } step } }
  } }
"""


async def test_a_change_over_without_recorded_bays_is_one_supply_opened_and_the_other_closed(api: Api) -> None:
    (error,) = (await record(api, changeOver="C2.1"))["userErrors"]
    assert "No change-over" in error["message"]
    await record(api, operations=moves(CB1="OPEN"), at=(NOW - timedelta(minutes=9)).isoformat())
    before = await api.data(NOW_OUT, id="L1")
    (step,) = (each for each in before["restoration"]["steps"] if each["target"]["id"] == "S5")
    assert (step["action"], step["opens"], step["closes"]) == ("TRANSFER", [{"id": "S4"}], [{"id": "S5"}])
    assert {"customer": {"id": "C3"}, "state": "DEGRADED", "loadsFed": "NONE"} in before["customersOut"]["nodes"]
    made = await record(api, changeOver="C3.1")
    assert (made["userErrors"], made["switches"]) == ([], [])  # supplies are no switches
    stands = {each["id"]: each["incomingSwitch"]["position"] for each in made["supplies"]}
    assert stands == {"S4": "OPEN", "S5": "CLOSED"}
    assert made["revision"] is not None
    after = await api.data(NOW_OUT, id="L1")
    (c3,) = (each for each in after["impact"]["customers"]["nodes"] if each["customer"]["id"] == "C3")
    assert (c3["back"], c3["state"], c3["loadsFed"], c3["awaitingTransfer"]) == (True, "DEGRADED", "ALL", None)
    assert c3["atLoss"]["loadsFed"] == "NONE"
    assert {"customer": {"id": "C3"}, "state": "DEGRADED", "loadsFed": "ALL"} in after["customersOut"]["nodes"]
    assert {"thing": {"id": "C3"}, "step": 0} in after["restoration"]["accounts"]["back"]
    assert after["impact"]["operatedSince"] == []
    assert (await record(api, changeOver="C3.1"))["userErrors"][0]["code"] == "BAD_INPUT"
    # S4 is live again: C3 stays on S5 until somebody reports that it has changed back
    await record(api, operations=moves(CB1="CLOSED"))
    assert (await record(api, operations=moves(S5="OPEN", S4="CLOSED")))["userErrors"] == []
    await record(api, operations=moves(CB1="OPEN"))
    again = await api.data(NOW_OUT, id="L1")
    assert {"customer": {"id": "C3"}, "state": "DEGRADED", "loadsFed": "NONE"} in again["customersOut"]["nodes"]


@pytest.mark.parametrize(
    ("operations", "code", "path", "words"),
    [
        ({"S1": "OPEN"}, "BAD_INPUT", ["operations", "0", "switch"], "send that bay"),
        ({"L1": "OPEN"}, "BAD_INPUT", ["operations", "0", "switch"], "is no switch"),
        ({"S4": "UNKNOWN"}, "BAD_INPUT", ["operations", "0", "position"], "OPEN or CLOSED"),
        ({"S5": "CLOSED"}, "BACK_FEED", ["operations"], "S4, S5"),
    ],
)
async def test_of_a_supply_only_what_stands_for_its_incoming_switch_is_recorded(
    api: Api, operations: dict[str, str], code: str, path: list[str], words: str
) -> None:
    (error,) = (await record(api, operations=moves(**operations)))["userErrors"]
    assert (error["code"], error["path"]) == (code, ["input", *path])
    assert words in error["message"]
    if code == "BACK_FEED":
        assert (await record(api, operations=moves(**operations), evenIfBackFeed=True))["userErrors"] == []


async def test_a_main_supply_is_not_closed_again_while_the_standby_carries(api: Api) -> None:
    assert (await record(api, operations=moves(S4="OPEN", S5="CLOSED")))["userErrors"] == []
    (error,) = (await record(api, operations=moves(S4="CLOSED")))["userErrors"]
    assert (error["code"], error["path"]) == ("BACK_FEED", ["input", "operations"])
    assert (await record(api, operations=moves(S4="CLOSED", S5="OPEN")))["userErrors"] == []


async def test_an_earth_waits_until_a_supply_that_is_closed_beside_another_is_open(api: Api) -> None:
    await record(api, operations=moves(S5="CLOSED"), evenIfBackFeed=True)
    found = await api.data(STEPS, id="L4")
    (finding,) = found["readiness"]["nodes"]
    assert (finding["customer"]["id"], finding["thing"]["id"]) == ("C3", "C3.1")
    assert "S4" in finding["text"]
    steps = [(each["action"], each["target"]["id"]) for each in found["restoration"]["steps"]]
    assert steps.index(("OPEN", "S4")) < steps.index(("LOCK", "S4")) < steps.index(("EARTH", "L4"))


@pytest.mark.parametrize("parallel", [True])
async def test_supplies_that_may_run_parallel_are_closed_together(api: Api) -> None:
    assert (await record(api, operations=moves(S5="CLOSED")))["userErrors"] == []


@pytest.mark.parametrize(("opened", "one", "other"), [(("SB1",), "SB1", "SB3"), (("S4",), "S4", "S5")])
async def test_of_two_who_close_at_once_what_would_join_supplies_one_is_refused(
    api: Api, opened: tuple[str, ...], one: str, other: str
) -> None:
    await record(api, operations=moves(**dict.fromkeys(opened, "OPEN")))
    both = await asyncio.gather(*(record(api, operations=moves(**{each: "CLOSED"})) for each in (one, other)))
    codes = sorted([error["code"] for error in made["userErrors"]] for made in both)
    assert codes == [[], ["BACK_FEED"]]


def timed(*moves: tuple[str, str, int]) -> list[dict[str, str]]:
    """Operations so many seconds ago."""
    return [
        {"switch": switch, "position": position, "at": (NOW - timedelta(seconds=ago)).isoformat()}
        for switch, position, ago in moves
    ]


async def test_within_one_act_the_times_say_what_was_opened_first(api: Api) -> None:
    (error,) = (await record(api, operations=timed(("SB3", "CLOSED", 20), ("SB1", "OPEN", 10))))["userErrors"]
    assert (error["code"], error["path"]) == ("BACK_FEED", ["input", "operations"])
    assert "earlier time" in error["message"]
    assert (await record(api, operations=timed(("SB3", "CLOSED", 10), ("SB1", "OPEN", 20))))["userErrors"] == []


async def test_a_late_report_may_not_make_a_back_feed_in_the_past(api: Api) -> None:
    over = timed(("SB1", "OPEN", 600), ("SB3", "CLOSED", 590))
    assert (await record(api, operations=over))["userErrors"] == []
    late = {"switch": "SB1", "position": "CLOSED", "by": "李建军", "at": over[1]["at"]}
    back = timed(("SB3", "OPEN", 60), ("SB1", "CLOSED", 50))
    assert (await record(api, operations=back))["userErrors"] == []
    (error,) = (await api.data(SET, input=late))["setSwitchPosition"]["userErrors"]
    assert (error["code"], error["path"]) == ("BACK_FEED", ["input", "position"])
    (error,) = (await record(api, operations=timed(("SB1", "CLOSED", 300))))["userErrors"]
    assert error["code"] == "BACK_FEED"
    assert (await record(api, operations=timed(("SB1", "CLOSED", 300)), evenIfBackFeed=True))["userErrors"] == []


@pytest.mark.parametrize("parallel", [False, True])
async def test_times_count_between_supplies_that_stand_for_their_switches_as_well(api: Api, parallel: bool) -> None:
    joined = timed(("S5", "CLOSED", 20), ("S4", "OPEN", 10))
    errors = (await record(api, operations=joined))["userErrors"]
    assert [(each["code"], each["path"]) for each in errors] == [("BACK_FEED", ["input", "operations"])] * (
        not parallel
    )
    if not parallel:
        assert "earlier time" in errors[0]["message"]
        assert "S4, S5" in errors[0]["message"]
        assert (await record(api, operations=joined[::-1]))["userErrors"] != []  # the order of sending says nothing
        right = timed(("S5", "CLOSED", 10), ("S4", "OPEN", 20))
        assert (await record(api, operations=right))["userErrors"] == []


async def test_a_late_report_of_a_supply_may_not_make_a_back_feed_in_the_past(api: Api) -> None:
    """S4 was opened ten minutes ago; that S5 was closed is reported later: after that it may have been, not before."""
    assert (await record(api, operations=timed(("S4", "OPEN", 600))))["userErrors"] == []
    (error,) = (await record(api, operations=timed(("S5", "CLOSED", 610))))["userErrors"]
    assert error["code"] == "BACK_FEED"
    assert (await record(api, operations=timed(("S5", "CLOSED", 590))))["userErrors"] == []
    assert (await record(api, operations=timed(("S5", "OPEN", 300), ("S4", "CLOSED", 290))))["userErrors"] == []
    # S5 open until 590 s ago, closed until 300 s ago: closed from 280 s on it would stand beside S4
    (error,) = (await record(api, operations=timed(("S5", "CLOSED", 280))))["userErrors"]
    assert error["code"] == "BACK_FEED"


@pytest.mark.parametrize(("standby", "main"), [("S5", "S4"), ("SB3", "SB1")])
async def test_what_a_late_report_joins_at_a_later_time_is_seen(api: Api, standby: str, main: str) -> None:
    """The main one was opened 600 s ago and closed 300 s ago: a standby closed 450 s ago stood beside it from then."""
    there = timed((main, "OPEN", 600), (main, "CLOSED", 300))
    for each in there:
        assert (await record(api, operations=[each]))["userErrors"] == []
    (error,) = (await record(api, operations=timed((standby, "CLOSED", 450))))["userErrors"]
    assert error["code"] == "BACK_FEED"
    assert (await record(api, operations=timed((standby, "CLOSED", 450)), evenIfBackFeed=True))["userErrors"] == []


async def test_what_is_older_than_the_reports_that_are_kept_is_refused(api: Api) -> None:
    (error,) = (await record(api, operations=timed(("CB1", "OPEN", 401 * 86_400))))["userErrors"]
    assert (error["code"], error["path"]) == ("BAD_INPUT", ["input", "operations", "0", "at"])
    old = {"switch": "CB1", "position": "OPEN", "by": "李建军", "at": "2010-01-01T00:00:00Z"}
    (error,) = (await api.data(SET, input=old))["setSwitchPosition"]["userErrors"]
    assert (error["code"], error["path"]) == ("BAD_INPUT", ["input", "at"])


async def test_what_may_have_tripped_can_be_named_as_tripped(api: Api) -> None:
    asked = """{ impact(equipment: ["L1"], assume: [{switch: "CB1", position: OPEN}]) { mayHaveTripped { id } } }"""
    assert (await api.data(asked))["impact"]["mayHaveTripped"] == []  # it would be refused: nobody reported it open
    await record(api, operations=moves(CB1="OPEN"))
    found = await api.data('{ impact(equipment: ["L1"]) { mayHaveTripped { id } } }')
    assert found["impact"]["mayHaveTripped"] == [{"id": "CB1"}]


async def test_only_switches_can_be_named_as_fixed(api: Api) -> None:
    asked = '{ restoration(equipment: ["L1"], fixed: ["L2"]) { operations } }'
    assert await api.code(asked) == "BAD_INPUT"
