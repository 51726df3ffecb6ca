"""A night of an incident over HTTP: opened, worked on, closed; what is wrong is told at its field."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from graph_api.app.incident_keeper import IncidentKeeper
from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.commitment import ServiceCommitment
from schema.incident_terms import WorkOrderState
from schema.people import Person, Team
from tests.graphql.city import NOW
from tests.graphql.conftest import Api

GRID = """
F1 = CB1
F2 = CB2
G1 - B1 - CB1 - L1 - n1 - LS1 - L2 - n2 - LS9/ - B9 - CB2 - B2 - G2
n1 - S1>C1
n2 - S2>C2
"""
LOSS = NOW - timedelta(minutes=40)
STATE = """
query State($id: ID!, $at: DateTime, $known: DateTime) { incident(id: $id) {
  number name exercise
  timeline(at: $at, known: $known) { totalCount nodes { order entryType at recordedAt by text(lang: EN) note things } }
  stateAt(at: $at, known: $known) {
    isOpen title level since openedBy closedAt closedBy commander { id } equipment { id } tripped { id } fault { id }
    noFault evidence { entry evidenceKind things { id } positive at source }
    workOrders { number task state isOpen team { id } person { id } things { id } times { state at } }
    calls { entry person { id } outcome by } recorded { totalCount outCount backCount lostKw
      customers { totalCount nodes { customerId customer { id } state loadsFed back } } }
    impact { summary { totalCount backCount } } location { finding } restoration { steps { target { id } } }
    left { kind count text(lang: EN) } entryCount unread
  }
} }
"""


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[LiveGraph]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db", lambda: NOW)
    people = [Person(id="P1", name="严世丽"), Person(id="P2", name="王芳"), Team(id="T1", name="滨江抢修班")]
    drawn = batch(GRID)
    await store.apply(GraphBatch(entities=[*drawn.entities, *people], relationships=drawn.relationships))
    live = await LiveGraph.open(store)
    yield live
    await live.close()


async def do(api: Api, name: str, **given: Any) -> dict[str, Any]:
    """A change; what came of it."""
    kind = f"{name[0].upper()}{name[1:]}Input"
    asked = f"""mutation($input: {kind}!) {{ {name}(input: $input) {{
      incident {{ id number }} revision repeated userErrors {{ code path message }} }} }}"""
    found: dict[str, Any] = (await api.data(asked, input={"by": "严世丽", **given}))[name]
    return found


async def done(api: Api, name: str, **given: Any) -> None:
    found = await do(api, name, **given)
    assert found["userErrors"] == [], found


async def refused(api: Api, name: str, **given: Any) -> list[tuple[str, str]]:
    found = await do(api, name, **given)
    assert found["revision"] is None
    return [(each["code"], ".".join(each["path"][1:])) for each in found["userErrors"]]


async def state(api: Api, at: datetime | None = None, known: datetime | None = None) -> dict[str, Any]:
    given = {"at": at and at.isoformat(), "known": known and known.isoformat()}
    found: dict[str, Any] = (await api.data(STATE, id="I1", **given))["incident"]
    return found


async def tripped(api: Api, at: datetime = LOSS) -> None:
    await operate(api, ("CB1", "OPEN"), at=at)


async def operate(api: Api, *acts: tuple[str, str], at: datetime | None = None, incident: str | None = None) -> None:
    asked = "mutation($i: RecordSwitchingInput!) { recordSwitching(input: $i) { userErrors { code message } } }"
    operations = [{"switch": switch, "position": position} for switch, position in acts]
    given = {"operations": operations, "by": "严世丽", "at": at and at.isoformat(), "incident": incident}
    assert (await api.data(asked, i=given))["recordSwitching"]["userErrors"] == []


async def opened(api: Api, **given: Any) -> None:
    await tripped(api)
    what = {"id": "I1", "title": "F1跳闸", "equipment": ["L1"], "tripped": ["CB1"], **given}
    await done(api, "openIncident", **what)


async def test_a_night_from_the_trip_to_the_end(api: Api, live: LiveGraph) -> None:
    keeper = IncidentKeeper(live, lambda: NOW)
    await opened(api, level="IV", commander="P1")
    found = await state(api)
    assert (found["name"], found["number"]) == ("F1跳闸", f"{NOW.astimezone():%Y%m%d}-01")
    now = found["stateAt"]
    assert (now["isOpen"], now["level"], now["since"], now["commander"]) == (
        True, "IV", LOSS.isoformat(), {"id": "P1"},
    )  # fmt: skip
    assert [each["customerId"] for each in now["recorded"]["customers"]["nodes"]] == ["C1", "C2"]
    assert [(each["kind"], each["count"]) for each in now["left"]] == [("FAULT_NOT_CONFIRMED", 1), ("CUSTOMERS_OUT", 2)]

    await done(
        api, "addEvidence", incident="I1", kind="CALL", things=["C1"], at=(LOSS - timedelta(minutes=1)).isoformat()
    )
    await done(api, "sendWorkOrder", incident="I1", task="巡线", team="T1", things=["L1"])
    await done(api, "recordCall", incident="I1", person="P2", outcome="NO_ANSWER")
    await done(api, "confirmFault", incident="I1", things=["L1"], note="电缆中间头击穿")
    await operate(api, ("LS1", "OPEN"), ("LS9", "CLOSED"), incident="I1")
    assert await keeper.once(live.pin()) == 1
    assert await keeper.once(live.pin()) == 0, "nothing is another answer since"
    now = (await state(api))["stateAt"]
    assert [(each["customerId"], each["back"]) for each in now["recorded"]["customers"]["nodes"]] == [
        ("C1", False),
        ("C2", True),
    ]
    assert now["fault"] == [{"id": "L1"}]
    assert {each["kind"] for each in now["left"]} == {"CUSTOMERS_OUT", "NOT_REPAIRED", "WORK_ORDERS_OPEN"}
    assert now["location"]["finding"] == "PLACES"
    assert now["restoration"] is not None

    assert {code for code, _ in await refused(api, "closeIncident", incident="I1")} == {"WORK_LEFT"}
    await done(api, "recordRepair", incident="I1")
    assert {each["kind"] for each in (await state(api))["stateAt"]["left"]} == {"CUSTOMERS_OUT", "WORK_ORDERS_OPEN"}
    await operate(api, ("CB1", "CLOSED"), incident="I1")
    await done(api, "updateWorkOrder", incident="I1", workOrder=1, state="REPORTED_BACK")
    await done(api, "handOver", incident="I1", to="P2")
    await keeper.once(live.pin())
    assert (await state(api))["stateAt"]["left"] == []
    await done(api, "closeIncident", incident="I1")
    found = await state(api)
    assert (found["stateAt"]["isOpen"], found["stateAt"]["closedBy"], found["stateAt"]["commander"]) == (
        False, "严世丽", {"id": "P2"},
    )  # fmt: skip
    kinds = [each["entryType"] for each in sorted(found["timeline"]["nodes"], key=lambda each: each["order"])]
    assert kinds == [
        "OPENED", "AFFECTED", "EVIDENCE", "WORK_ORDER", "CALLED", "FAULT_CONFIRMED", "SWITCHED", "AFFECTED",
        "REPAIRED", "SWITCHED", "WORK_ORDER", "HANDED_OVER", "AFFECTED", "CLOSED",
    ]  # fmt: skip
    assert await refused(api, "addEvidence", incident="I1", kind="CALL", things=["C1"]) == [("BAD_INPUT", "incident")]
    await done(api, "addNote", incident="I1", note="回访完毕\n客户满意")
    await done(api, "reopenIncident", incident="I1", note="又有客户来电")
    assert (await state(api))["stateAt"]["isOpen"]


async def test_it_can_be_shown_as_it_was_and_as_it_was_known(api: Api) -> None:
    await opened(api, at=LOSS.isoformat())
    await done(api, "confirmFault", incident="I1", things=["L1"], at=(LOSS + timedelta(minutes=20)).isoformat())
    was = await state(api, at=LOSS + timedelta(minutes=10))
    assert (was["stateAt"]["fault"], was["stateAt"]["isOpen"]) == ([], True)
    assert was["timeline"]["totalCount"] == was["stateAt"]["entryCount"]
    later = await state(api, at=LOSS + timedelta(minutes=30))
    assert later["stateAt"]["fault"] == [{"id": "L1"}]
    assert (await state(api, at=LOSS - timedelta(minutes=1)))["stateAt"] is None
    assert (await state(api, known=LOSS))["stateAt"] is None, "it was recorded at NOW only"


async def test_the_same_twice_is_offered_to_be_one(api: Api) -> None:
    await opened(api)
    for given in (
        {"equipment": ["L1"]},
        {"tripped": ["CB1"]},
        {"equipment": ["S1"]},
        {"equipment": ["F1"]},
        {"equipment": ["L2"]},
    ):
        assert await refused(api, "openIncident", title="again", **given) == [("INCIDENT_OPEN", "equipment")]
    await done(api, "openIncident", title="演练", equipment=["L1"], exercise=True)
    await done(api, "openIncident", title="elsewhere", equipment=["B9"], cause="OPENED")
    await done(api, "openIncident", title="again", equipment=["L1"], evenIfOpen=True)
    found = (await api.data("{ incidents { totalCount nodes { name exercise } } }"))["incidents"]
    assert found["totalCount"] == 4
    real = (await api.data("{ incidents(filter: {exercise: false}) { nodes { name } } }"))["incidents"]["nodes"]
    assert {each["name"] for each in real} == {"F1跳闸", "elsewhere", "again"}


BOARD = """query($exercise: Boolean!) { board(exercise: $exercise) {
  incidents { name } clocks { incident { name } clock { workOrder dueAt state commitment { id } } }
  workOrders { incident { id } workOrder { number task state } }
  notReached { incident { id } call { person { id } outcome } } } }"""


async def test_the_board_shows_what_is_open_and_keeps_exercises_apart(api: Api, live: LiveGraph) -> None:
    limit = ServiceCommitment(
        id="SITE", begins=WorkOrderState.REPORTED, ends=WorkOrderState.ARRIVED, limit_min=45, warn_min=10
    )
    await live.store.apply(GraphBatch(entities=[limit]))
    await live.refresh()
    await opened(api, at=LOSS.isoformat())
    await done(api, "openIncident", id="X", title="演练", equipment=["L2"], exercise=True)
    await done(api, "sendWorkOrder", incident="I1", task="巡线", team="T1")
    await done(api, "recordCall", incident="I1", person="P2", outcome="NO_ANSWER")
    await done(api, "recordCall", incident="I1", person="P1", outcome="NO_ANSWER")
    await done(api, "recordCall", incident="I1", person="P1", outcome="REACHED")
    board = (await api.data(BOARD, exercise=False))["board"]
    assert board["incidents"] == [{"name": "F1跳闸"}]
    due = (LOSS + timedelta(minutes=45)).isoformat()
    (clock,) = board["clocks"]
    assert clock["clock"] == {"workOrder": 1, "dueAt": due, "state": "RUNNING", "commitment": {"id": "SITE"}}
    assert [each["workOrder"]["task"] for each in board["workOrders"]] == ["巡线"]
    assert [each["call"]["person"] for each in board["notReached"]] == [{"id": "P2"}]
    assert (await api.data(BOARD, exercise=True))["board"]["incidents"] == [{"name": "演练"}]
    await done(api, "updateWorkOrder", incident="I1", workOrder=1, state="ARRIVED")
    assert (await api.data(BOARD, exercise=False))["board"]["clocks"] == []


async def test_a_repeated_request_opens_one(api: Api) -> None:
    first = await do(api, "openIncident", title="不明", requestId="call-1")
    again = await do(api, "openIncident", title="不明", requestId="call-1")
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert first["incident"] == again["incident"]
    asked = "{ incidents { nodes { id stateAt { impact { at } location { finding } left { kind } } } } }"
    (found,) = (await api.data(asked))["incidents"]["nodes"]
    assert found["stateAt"] == {"impact": None, "location": None, "left": [{"kind": "FAULT_NOT_CONFIRMED"}]}


@pytest.mark.parametrize("title", ["2026.11.23 110kV滨江站全停", "10kV 1011、1012线跳闸", "110kV1011/1012线"])
async def test_a_title_may_name_days_and_lines(api: Api, title: str) -> None:
    assert (await do(api, "openIncident", title=title))["userErrors"] == []


async def test_a_title_that_is_corrected_is_the_name(api: Api) -> None:
    await opened(api)
    await done(api, "amendIncident", incident="I1", title=" 滨江变全停 ")
    now = await state(api)
    assert (now["name"], now["stateAt"]["title"]) == ("滨江变全停", "滨江变全停")
    found = await api.data('{ search(text: "滨江变全停") { nodes { entity { id } } } }')
    assert {"entity": {"id": "I1"}} in found["search"]["nodes"]
    await done(api, "addNote", incident="I1", note="x")
    assert (await state(api))["name"] == "滨江变全停"


WRONG: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    ("openIncident", {"title": " "}, [("BAD_INPUT", "title")]),
    *(
        ("openIncident", {"title": f"联系{each}"}, [("BAD_INPUT", "title")])
        for each in (
            "138.1234.5678",
            "①③⑧①②③④⑤⑥⑦⑧",
            "138，1234，5678",
            "138/1234/5678",
            "１３８ 1234 5678",
            "138_1234_5678",
        )
    ),
    ("openIncident", {"title": "x", "equipment": ["?"]}, [("UNKNOWN_ENTITY", "equipment.0")]),
    ("openIncident", {"title": "x", "commander": "T1"}, [("BAD_INPUT", "commander")]),
    ("openIncident", {"title": "x", "id": "L1"}, [("BAD_INPUT", "id")]),
    ("openIncident", {"title": "x", "tripped": ["C2"]}, [("BAD_INPUT", "tripped.0")]),
    ("openIncident", {"title": "x", "at": (NOW + timedelta(hours=1)).isoformat()}, [("BAD_INPUT", "at")]),
    ("addEvidence", {"incident": "?", "kind": "CALL", "things": ["C1"]}, [("UNKNOWN_ENTITY", "incident")]),
    ("addEvidence", {"incident": "C1", "kind": "CALL", "things": ["C1"]}, [("BAD_INPUT", "incident")]),
    ("addEvidence", {"incident": "I1", "kind": "CALL", "things": []}, [("BAD_INPUT", "things")]),
    ("withdrawEvidence", {"incident": "I1", "entry": 7}, [("BAD_INPUT", "entry")]),
    ("confirmFault", {"incident": "I1", "things": []}, [("BAD_INPUT", "note")]),
    ("recordRepair", {"incident": "I1"}, [("BAD_INPUT", "incident")]),
    ("sendWorkOrder", {"incident": "I1", "task": "t"}, [("BAD_INPUT", "team")]),
    ("sendWorkOrder", {"incident": "I1", "task": "t", "team": "P1"}, [("BAD_INPUT", "team")]),
    ("updateWorkOrder", {"incident": "I1", "workOrder": 1, "state": "CLOSED"}, [("BAD_INPUT", "workOrder")]),
    ("recordCall", {"incident": "I1", "person": "T1", "outcome": "REACHED"}, [("BAD_INPUT", "person")]),
    ("handOver", {"incident": "I1", "to": "T1"}, [("BAD_INPUT", "to")]),
    ("addNote", {"incident": "I1", "note": "a\u202eb"}, [("BAD_INPUT", "note")]),
    ("addNote", {"incident": "I1", "note": "x" * 2001}, [("BAD_INPUT", "note")]),
    ("addNote", {"incident": "I1", "note": "x", "by": " "}, [("BAD_INPUT", "by")]),
    ("addNote", {"incident": "I1", "note": "x", "at": (LOSS - timedelta(hours=25)).isoformat()}, [("BAD_INPUT", "at")]),
    ("reopenIncident", {"incident": "I1", "note": "x"}, [("BAD_INPUT", "incident")]),
    ("amendIncident", {"incident": "I1", "tripped": ["CB2"]}, [("BAD_INPUT", "equipment")]),
]


@pytest.mark.parametrize(("name", "given", "told"), WRONG, ids=[f"{at}-{each[0]}" for at, each in enumerate(WRONG)])
async def test_what_is_wrong_is_told_at_its_field(
    api: Api, name: str, given: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    await opened(api)
    assert await refused(api, name, **given) == told
    assert (await state(api))["timeline"]["totalCount"] == 2, "nothing was written"


async def test_a_work_order_does_not_go_back(api: Api) -> None:
    await opened(api)
    await done(
        api, "sendWorkOrder", incident="I1", task="巡线", person="P2", at=(LOSS + timedelta(minutes=9)).isoformat()
    )
    await done(api, "updateWorkOrder", incident="I1", workOrder=1, state="ARRIVED")
    assert await refused(api, "updateWorkOrder", incident="I1", workOrder=1, state="ACCEPTED") == [
        ("BAD_INPUT", "state")
    ]
    early = (LOSS + timedelta(minutes=5)).isoformat()
    assert await refused(api, "updateWorkOrder", incident="I1", workOrder=1, state="REPAIRED", at=early) == [
        ("BAD_INPUT", "at")
    ]


async def test_several_that_see_a_change_write_it_once(api: Api, live: LiveGraph) -> None:
    await opened(api)
    await operate(api, ("LS1", "OPEN"), ("LS9", "CLOSED"))
    others = [await LiveGraph.open(open_store(f"sqlite:///{live.store.address}", lambda: NOW)) for _ in range(3)]
    try:
        counts = [await IncidentKeeper(each, lambda: NOW).once(each.pin()) for each in others]
        assert sum(counts) == 1
    finally:
        for each in others:
            await each.close()
    await live.refresh()
    kinds = [each["entryType"] for each in (await state(api))["timeline"]["nodes"]]
    assert kinds.count("AFFECTED") == 2


async def test_a_correction_that_names_nothing_is_refused(api: Api) -> None:
    await opened(api)
    assert await refused(api, "amendIncident", incident="I1", note="x") == [("BAD_INPUT", "incident")]
    await done(api, "amendIncident", incident="I1", stuck=[])


@pytest.mark.parametrize(
    ("kind", "thing"),
    [
        ("CALL", "P1"),
        ("CALL", "T1"),
        ("CALL", "CB1"),
        ("METER", "P1"),
        ("TRIP", "L1"),
        ("FUSE", "CB1"),
        ("PATROL", "P1"),
    ],
)
async def test_what_cannot_report_a_thing_is_refused_at_once(api: Api, kind: str, thing: str) -> None:
    await opened(api)
    assert await refused(api, "addEvidence", incident="I1", kind=kind, things=[thing]) == [("BAD_INPUT", "things")]


async def test_a_trip_reported_before_the_loss_is_asked_for(api: Api) -> None:
    """Telemetry stamps the trip minutes before somebody says when the loss was; nobody named the breaker."""
    await tripped(api, LOSS - timedelta(minutes=3))
    await done(api, "openIncident", id="I1", title="F1失电", equipment=["L1"], since=LOSS.isoformat())
    assert "TRIPS_NOT_SAID" in {each["kind"] for each in (await state(api))["stateAt"]["left"]}
    early = (LOSS - timedelta(minutes=3)).isoformat()
    await done(api, "amendIncident", incident="I1", tripped=["CB1"], since=early)
    now = (await state(api))["stateAt"]
    assert "TRIPS_NOT_SAID" not in {each["kind"] for each in now["left"]}
    assert now["impact"]["summary"]["totalCount"] == 2


async def test_a_switch_opened_for_work_is_no_trip_that_was_forgotten(api: Api) -> None:
    asked = """mutation($at: DateTime!) { setSwitchPosition(input: {
      switch: "CB1", position: OPEN, by: "王", source: "计划检修", at: $at}) { userErrors { code } } }"""
    await api.data(asked, at=(LOSS - timedelta(hours=3)).isoformat())
    await done(api, "openIncident", id="I1", title="检修中发现缺陷", equipment=["L1"], since=LOSS.isoformat())
    assert "TRIPS_NOT_SAID" not in {each["kind"] for each in (await state(api))["stateAt"]["left"]}


async def test_the_newest_entries_come_with_a_change(api: Api) -> None:
    await opened(api)
    asked = """mutation { addNote(input: {incident: "I1", note: "到达", by: "x"}) {
      revision incident { newest(first: 2) { order version entryType } } } }"""
    found = (await api.data(asked))["addNote"]
    newest = found["incident"]["newest"]
    assert [(each["order"], each["entryType"]) for each in newest] == [(3, "NOTE"), (2, "AFFECTED")]
    assert [each["version"] == found["revision"] for each in newest] == [True, False]
