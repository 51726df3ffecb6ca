"""`baodian incident` on a store that nobody serves: opened, worked on, shown as it was, closed."""

from __future__ import annotations

import json
import re

import pytest

from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.customer import AccessPoint
from schema.people import Person, Team
from schema.record_terms import VehicleState, VehicleType
from schema.relationships import Relationship, RelationshipKind
from schema.vehicle import Vehicle
from tests.cli.conftest import Shell

GRID = """
F1 = CB1
F2 = CB2
G1 - B1 - CB1 - L1 - n1 - LS1 - L2 - n2 - LS9/ - B9 - CB2 - B2 - G2
n1 - S1>C1
n2 - S2>C2
"""


@pytest.fixture
def desk(shell: Shell) -> Shell:
    """A store with a little grid, a crew and somebody on the desk."""
    shell.fill(
        batch(GRID),
        GraphBatch(
            entities=[Person(id="P1", name="严世丽"), Person(id="P2", name="王芳"), Team(id="T1", name="滨江抢修班")]
        ),
    )
    return shell


def test_a_night_at_the_command_line(desk: Shell) -> None:
    assert "No incident is open." in desk("incident", "list").stdout
    opened = desk("incident", "open", "1021跳闸", "--equipment", "L1", "--tripped", "CB1", "--by", "严世丽", "--json")
    assert re.search(r'"number": "\d{8}-01"', opened.stdout)
    assert "1021跳闸" in desk("incident", "list").stdout
    added = desk(
        "incident", "add", "1", "call=C1", "--work", "巡线", "--team", "滨江抢修班", "--note", "全厂停电"
    ).stdout
    assert "\n  Reported: a customer says that there is no power, C1.\n" in added
    assert "\n  Work order 1: sent to a crew; 巡线, 滨江抢修班.\n" in added
    desk("incident", "add", "01", "--work-order", "1", "--state", "已到达")
    desk("incident", "add", "1021", "--called", "严世丽", "--outcome", "no_answer")
    desk("incident", "add", "1", "--fault", "L1", "--hand-over", "严世丽")
    assert "Cannot be operated: LS9." in desk("incident", "add", "1", "--cannot", "LS9", "--note", "拒动").stdout
    shown = desk("incident", "show", "1").stdout
    for text in (
        "Open, no level", "The fault is on L1.", "Led by 严世丽.", "Nobody has recorded that the fault is repaired.",
        "the crew is on site", "Reported: a customer says that there is no power, C1. 全厂停电", "nobody answered",
    ):  # fmt: skip
        assert text in shown, shown
    zh = desk("--lang", "zh", "incident", "show", "1").stdout
    for text in ("处置中，未定级", "故障确认在 L1。", "已到达", "报来：客户报修；C1。"):
        assert text in zh, zh
    assert "Not acknowledged since " in shown
    assert "\n  Acknowledged by 严世丽.\n" in desk("incident", "acknowledge", "1", "--person", "严世丽").stdout
    assert "Not acknowledged" not in desk("incident", "show", "1").stdout
    desk("incident", "switch", "1", "LS1=OPEN", "LS9=合")
    assert "Corrected: response level III." in desk("incident", "amend", "1", "--level", "iii").stdout
    assert "Corrected: response level from III to II." in desk("incident", "amend", "1", "--level", "ii").stdout
    assert "响应级别由 III 改为 II" in desk("--lang", "zh", "incident", "show", "1").stdout
    entry = re.search(r'"order": (\d+),\s+"entryType": "EVIDENCE"', desk("incident", "show", "1", "--json").stdout)
    assert entry is not None
    desk("incident", "withdraw", "1", entry[1], "--note", "客户误报")
    assert "LS9 closed" in desk("incident", "show", "1").stdout
    refused = desk("incident", "close", "1", code=2)
    assert "WORK_LEFT" in refused.stderr
    assert "Work orders that have not been reported back: 1." in refused.stderr
    desk("incident", "close", "1", "--reason", "并入夜间其他事件")
    assert "No incident is open." in desk("incident", "list").stdout
    assert "over" in desk("incident", "list", "--all").stdout
    desk("incident", "reopen", "1021", "又有客户来电")
    assert "Opened again." in desk("incident", "show", "1").stdout


def test_as_it_was_known(desk: Shell) -> None:
    desk("incident", "open", "1021跳闸", "--equipment", "L1")
    assert desk("incident", "replay", "1", "2020-01-01T00:00").stdout.endswith("It was not opened yet then.\n")
    before = desk("incident", "show", "1", "--known", "2020-01-01 00:00").stdout
    assert "It was not opened yet then." in before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["show", "1"], "There is no incident yet"),
        (["open", "x", "--equipment", "nothing"], "Nothing in the graph is called 'nothing'"),
        (["open", "x", "--tripped", "CB2", "--since", "2020-01-01 00:00"], "Positions are kept since"),
        (["open", "x", "--level", "V"], "IncidentLevel"),
    ],
)
def test_wrong_words_say_what_is_wrong(desk: Shell, words: list[str], told: str) -> None:
    found = desk("incident", *words, code=2)
    assert told in found.stderr


def test_what_is_not_said_is_asked_for(desk: Shell) -> None:
    desk("incident", "open", "one", "--equipment", "L1")
    desk("incident", "open", "other", "--equipment", "L2", "--even-if-open")
    assert "names several incidents" in desk("incident", "show", "o", code=2).stderr
    assert "No incident is called 'zzz'" in desk("incident", "show", "zzz", code=2).stderr
    assert "Say what happened" in desk("incident", "add", "one", code=2).stderr
    assert "one of: REPORTED 已受理" in desk("incident", "add", "one", "--work-order", "1", code=2).stderr


def test_a_truck_for_a_customer(desk: Shell) -> None:
    fits = {"nominal_kv": 0.4, "kw": 400, "cable_m": 50, "connector": "快速接头", "state": VehicleState.STANDBY}
    kind = VehicleType.GENERATOR_TRUCK
    desk.fill(
        batch("n1 - S3>C3 - IB1 - LD1(80kW)"),
        GraphBatch(
            entities=[
                AccessPoint(id="AP1", name="接入箱", nominal_kv=0.4, cable_m=30, connector="快速接头"),
                Vehicle(id="V1", name="1号发电车", vehicle_type=kind, **fits),
                Vehicle(id="V2", name="2号发电车", vehicle_type=kind, **{**fits, "kw": 50, "state": None}),
            ],
            relationships=[
                Relationship(kind=RelationshipKind.ATTACHES_TO, source="AP1", target="IB1"),
                Relationship(kind=RelationshipKind.CONTAINED_IN, source="AP1", target="C3.1"),
            ],
        ),
    )
    shown = desk("incident", "trucks", "C3").stdout
    for text in ("接入箱: 0.4 kV, 80 kW, 30 m, 快速接头", "fits and is free", "it has 50 kW, 80 kW are needed"):
        assert text in shown, shown
    assert "No access point is recorded" in desk("incident", "trucks", "C1").stderr
    (found,) = desk.json("incident", "trucks", "AP1", "--kw", "60")
    assert [each["fit"] for each in found["trucks"]] == ["FITS", "UNFIT"]
    desk("incident", "open", "1021跳闸", "--equipment", "L1", "--by", "严世丽")
    order = ("incident", "add", "1", "--work", "接入发电车", "--team", "滨江抢修班", "--to", "C3", "--vehicle")
    assert "it has 50 kW, 80 kW are needed" in desk(*order, "2号发电车", code=2).stderr
    assert "接入发电车, C3, 滨江抢修班, 1号发电车" in desk(*order, "1号发电车").stdout
    assert re.search(r"滨江抢修班,\s+1号发电车", desk("incident", "show", "1").stdout)
    sent = desk(*order, "2号发电车", "--even-if-unfit", "--note", "只带应急照明").stdout
    assert "Work order 2: sent to a crew" in sent


def test_two_incidents_are_joined(desk: Shell) -> None:
    desk("incident", "open", "1021跳闸", "--equipment", "L1", "--by", "严世丽")
    desk("incident", "open", "客户报修", "--equipment", "C2", "--even-if-open", "--by", "严世丽")
    desk("incident", "add", "2", "--work", "查户内", "--person", "王芳")
    assert "Joined into this: 客户报修." in desk("incident", "join", "1", "2", "--same-fault").stdout
    assert "Joined into 1021跳闸" in desk("incident", "show", "2").stdout
    assert re.search(r"1 \(\d{8}-02: 1\)", desk("incident", "show", "1").stdout), "which number it had there"
    assert "客户报修" not in desk("incident", "list").stdout


def test_a_part_of_an_incident_becomes_its_own(desk: Shell) -> None:
    desk("incident", "open", "两处", "--equipment", "L1", "--equipment", "C2", "--by", "严世丽")
    desk("incident", "add", "1", "call=C1", "--work", "巡线", "--team", "滨江抢修班")
    report = next(
        each for each in json.loads(desk("incident", "show", "1", "--json").stdout)["timeline"]["nodes"]
        if each["entryType"] == "EVIDENCE"
    )  # fmt: skip
    part = ("--equipment", "C2", "--evidence", str(report["order"]), "--work-order", "1")
    assert "Split off from 两处: 客户侧." in desk("incident", "split", "1", "客户侧", *part, "--by", "严世丽").stdout
    assert "with it work orders 1" in desk("incident", "show", "1").stdout
    assert "巡线" in desk("incident", "show", "2").stdout
    assert "It has no 7" in desk("incident", "split", "1", "x", "--work-order", "7", code=2).stderr


def test_without_a_service_a_change_keeps_the_timeline(desk: Shell) -> None:
    desk("incident", "open", "1021跳闸", "--equipment", "L1", "--tripped", "CB1", "--by", "严世丽")
    assert "Affected: 2 customers, 2 not fully fed, 0 back" in desk("incident", "show", "1").stdout
    desk("incident", "switch", "1", "LS1=OPEN", "LS9=CLOSED")
    shown = desk("incident", "show", "1").stdout
    assert "Affected: 2 customers, 1 not fully fed, 1 back" in shown.split("Timeline")[0], shown
    before = shown.count("Affected: ")
    desk("incident", "add", "1", "--note", "已巡至3号杆")
    assert desk("incident", "show", "1").stdout.count("Affected: ") == before, "nothing is another answer since"


def test_a_drill_is_begun(desk: Shell) -> None:
    assert "演练 馈线跳闸" in desk("incident", "drill", "feeder_trip", "F1", "--by", "严世丽").stdout
    assert "It takes: FEEDER" in desk("incident", "drill", "feeder_trip", "C1", code=2).stderr
