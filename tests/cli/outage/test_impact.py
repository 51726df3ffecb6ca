"""Who is hit, as a coordinator asks in a terminal."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.customer import Customer, EmergencySource
from schema.grid import Feeder
from schema.people import Organisation
from schema.plan import EmergencyPlan, PlanVersion, Procedure, ProcedureStep
from schema.positions import PositionReport, microseconds
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import (
    EmergencySourceType,
    Importance,
    ResponsibilityRole,
    SupplyState,
    SwitchPosition,
    TransferMode,
)

CITY = """
    F1 = CB1
    F2 = CB2
    G1 - B1 - CB1 - L1 - n1 - L2 - S1>C1 - SB9 - IB1 - SB1 - LD1(80kW)
    n1 - L3 - S2>C2
    n1 - LS1/ - L4 - S3>C3
    B1 - CB2 - L5 - S4>C1:standby - SB2/ - IB1
    n1 - DS1? - L6 - S5>C4
"""


@pytest.fixture
def city(shell):
    names = {
        "F1": {"name": "10kV 滨江一线"},
        "C1": {"name": "市第一医院", "importance": Importance.FIRST},
        "C2": {"name": "滨江纺织"},
        "C1.1": {"transfer": TransferMode.MANUAL},
        "LD1": {"name": "手术室", "permitted_interruption_s": 900.0},
        "SB2": {"name": "联络柜"},
    }
    shell.fill(batch(CITY, **names), GraphBatch(entities=[Organisation(id="O1", name="市第一医院")]))
    return shell


def customers(answer):
    return {each["customer"]["id"]: each for each in listed(answer)}


def listed(answer):
    return answer["impact"]["customers"]["nodes"]


def test_most_urgent_customer_first_with_deadline_and_what_to_do(city):
    answer = city.json("impact", "滨江一线", "--opened", "--at", "2026-05-01T08:00:00+00:00")
    assert [each["customer"]["id"] for each in listed(answer)] == ["C1", "C4", "C2"]
    hospital = listed(answer)[0]
    assert (hospital["state"], hospital["loadsFed"]) == ("DEGRADED", "NONE")
    assert hospital["mostUrgent"]["deadline"] == "2026-05-01T08:15:00+00:00"
    assert hospital["mostUrgent"]["remainingSeconds"] == 900
    assert [each["id"] for each in hospital["awaitingTransfer"]["opens"]] == ["SB9"]
    assert hospital["awaitingTransfer"]["switches"][0]["id"] == "SB2"
    assert hospital["receivingPoints"][0]["lostSources"][0]["id"] == "S1"
    assert answer["impact"]["summary"]["customers"] == [
        {"state": "NORMAL", "count": 0},
        {"state": "DEGRADED", "count": 1},
        {"state": "LOST", "count": 2},
    ]
    assert [each["id"] for each in listed(answer)[1]["dependsOn"]] == ["DS1"]
    assert answer["impact"]["exact"] is True


def test_screen(city):
    shown = city("impact", "滨江一线", "--opened").stdout
    for word in (
        "taken out of service",
        "市第一医院",
        "15 min",
        "手术室",
        "联络柜",
        "滨江纺织",
        "lost 2",
        "depends on DS1",
    ):
        assert word in shown, word


def test_fault_says_what_trips(city):
    shown = city("impact", "L3").stdout
    assert "faulted" in shown
    assert "Trips: CB1" in shown
    assert {each["id"] for each in city.json("impact", "L3", "--faulted")["impact"]["operatedBy"]} == {"CB1"}


def test_a_breaker_of_unknown_position_may_have_tripped(shell):
    shell.fill(batch("G1 - B1 - CB1 - L1 - S1>C1\nB1 - CB2? - L1"))
    shown = shell("impact", "L1", "--faulted").stdout
    assert "Trips: CB1\n" in shown
    assert "May have tripped, position unknown: CB2\n" in shown


def test_what_is_left_may_hang_on_one_point(shell):
    shell.fill(batch("G1 - CB1 - n1 - L1 - S1>C1\nn1 - L2 - S2>C1\nn1 - L3 - S3>C1:standby"))
    assert listed(shell.json("impact", "L1", "--opened"))[0]["singlePoint"]["id"] == "CB1"
    assert "all supplies hang on one element: CB1" in shell("impact", "L1", "--opened").stdout


def test_several_at_once(city):
    assert customers(city.json("impact", "L2", "L5", "--opened"))["C1"]["state"] == "LOST"


@pytest.mark.parametrize("word", ["CLOSED", "closed", "合", "合闸", "合位", "合上", "闭合"])
def test_assumption(city, word):
    answer = city.json("impact", "L5", "--opened", "--assume", f"DS1={word}")
    assert customers(answer).keys() == {"C1"}


@pytest.mark.parametrize("word", ["OPEN", "Open", "分", "分闸", "分位", "拉开", "断开"])
def test_assumed_open(city, word):
    for sign in "=\uff1d":
        answer = city.json("impact", "L1", "--opened", "--assume", f"LS1{sign}{word}", "--assume", f"DS1={word}")
        assert customers(answer).keys() == {"C1", "C2"}


def test_nobody_is_hit(city):
    assert "No customer is affected" in city("impact", "L4", "--opened").stdout


def test_a_long_list_is_cut_visibly(city):
    shown = city("impact", "CB1", "--opened", "--limit", "1")
    assert "2 more are not shown" in shown.stderr


def test_a_customers_organisation_of_the_same_name_does_not_stand_in_the_way(city):
    assert city.json("impact", "市第一医院", "--opened")["impact"]["equipment"][0]["id"] == "C1"


@pytest.mark.parametrize("text", ["LS1", "LS1=HALF", "=OPEN", "LS1=开"])
def test_wrong_assumption(city, text):
    told = city("impact", "L1", "--assume", text, code=2).stderr
    assert "SWITCH=OPEN" in told
    assert "Taken for open: OPEN, 分, 分闸, 分位, 拉开, 断开; for closed: CLOSED, 合," in told
    told = city("impact", "L1", "--assume", text, "--lang", "zh", code=2).stderr
    assert "分位可写 OPEN、分、分闸、分位、拉开、断开；合位可写 CLOSED、合、" in told


@pytest.mark.parametrize(
    ("asked", "english", "chinese"),
    [
        (["L5", "--tripped", "LS1"], "name what failed to trip as --stuck,", "请将拒动设备列入 --stuck，"),
        (
            ["L2", "--opened", "--stuck", "CB1"],
            "leave `--stuck` out, or ask --faulted.",
            "去掉 `--stuck`，或按 --faulted",
        ),
    ],
)
def test_refusals_name_options_of_the_command_line(city, asked, english, chinese):
    assert english in city("impact", *asked, code=2).stderr
    assert chinese in city("impact", *asked, "--lang", "zh", code=2).stderr


def test_wrong_questions(city):
    city("impact", "L1", "--opened", "--faulted", code=2)
    city("impact", code=2)
    assert "nothing that can fail" in city("impact", "O1", code=2).stderr


def test_procedure_for_the_state(city):
    kinds = RelationshipKind
    city.fill(
        GraphBatch(
            entities=[
                EmergencyPlan(id="P1"),
                PlanVersion(id="P1.1", version=1, approved_on=date(2026, 1, 1)),
                Procedure(id="P1.L", name="失电处置", state=SupplyState.LOST),
                ProcedureStep(id="P1.L.2", order=2, text="合备用"),
                ProcedureStep(id="P1.L.1", order=1, text="报告", role=ResponsibilityRole.CUSTOMER_MANAGER),
            ],
            relationships=[
                Relationship(kind=kinds.PLAN_FOR, source="P1", target="C2"),
                Relationship(kind=kinds.HAS_VERSION, source="P1", target="P1.1"),
                Relationship(kind=kinds.HAS_PROCEDURE, source="P1.1", target="P1.L"),
                Relationship(kind=kinds.HAS_STEP, source="P1.L", target="P1.L.2"),
                Relationship(kind=kinds.HAS_STEP, source="P1.L", target="P1.L.1"),
            ],
        )
    )
    procedure = customers(city.json("impact", "L3", "--opened"))["C2"]["procedure"]
    assert [step["text"] for step in procedure["steps"]] == ["报告", "合备用"]
    assert procedure["steps"][0]["role"] == "CUSTOMER_MANAGER"


def test_after_the_trip_was_recorded(shell):
    shell.fill(batch("F1 = CB1\nG1 - B1 - CB1 - L1 - S1>C1", CB1={"position": SwitchPosition.OPEN}))
    asked = shell("impact", "L1")
    assert "ask again with --tripped CB1" in asked.stderr.replace("\n", " ")
    assert "No further customer" in asked.stdout
    assert shell.json("impact", "L1")["impact"]["mayHaveTripped"][0]["id"] == "CB1"
    again = shell("impact", "L1", "--tripped", "CB1")
    assert "C1" in again.stdout
    assert again.stderr == ""
    assert "--tripped CB1" in shell("resupply", "L1").stderr.replace("\n", " ")
    assert "C1" in shell("export", "call-sheet", "L1", "--tripped", "CB1").stdout
    warned = shell("export", "call-sheet", "L1").stdout
    assert "!! It has no supply already: CB1 stands open" in warned, "the printed sheet itself says who is missing"


def test_what_is_left_runs_from_the_recorded_trip(shell):
    tripped = datetime.now(UTC) - timedelta(minutes=10)
    drawn = "F1 = CB1\nG1 - B1 - CB1 - L1 - S1>C1 - IB1 - SB1 - LD1(80kW)"
    opened = {"position": SwitchPosition.OPEN, "position_at": tripped}
    shell.fill(batch(drawn, CB1=opened, LD1={"permitted_interruption_s": 300.0}))
    found = shell.json("impact", "L1", "--tripped", "CB1")["impact"]
    assert datetime.fromisoformat(found["since"]) == tripped < datetime.fromisoformat(found["at"])
    assert -400 < found["summary"]["mostUrgent"]["remainingSeconds"] < -290
    assert "over by 5 min" in shell("impact", "L1", "--tripped", "CB1").stdout


def test_a_plan_that_nobody_approved_is_said(city):
    city.fill(
        GraphBatch(
            entities=[EmergencyPlan(id="P1"), PlanVersion(id="P1.1", version=1)],
            relationships=[
                Relationship(kind=RelationshipKind.PLAN_FOR, source="P1", target="C2"),
                Relationship(kind=RelationshipKind.HAS_VERSION, source="P1", target="P1.1"),
            ],
        )
    )
    assert customers(city.json("impact", "L3", "--opened"))["C2"]["procedure"] is None
    assert "plan not approved" in city("impact", "L3", "--opened").stdout


def test_unknown_position_on_the_way(shell):
    shell.fill(batch("G1 - B1 - CB1 - L1 - S1>C1\nB1 - CB2 - DS1? - L1"), GraphBatch(entities=[Customer(id="C9")]))
    answer = shell.json("impact", "CB1", "--opened")
    assert listed(answer)[0]["dependsOn"][0]["id"] == "DS1"
    assert "depends on DS1" in shell("impact", "CB1", "--opened").stdout


def test_notes_say_what_was_before_what_transfers_and_what_runs(shell):
    drawn = batch(
        "G1 - B1 - CB1 - S1>C1 - SB9 - IB1 - SB1 - LD1(80kW)\nB1 - CB2 - S2>C1:standby - SB2/ - IB1\nB1 - CB3/ - S3>C1",
        **{
            "C1.1": {"transfer": TransferMode.AUTOMATIC, "transfer_seconds": 3.0},
            "LD1": {"permitted_interruption_s": 900.0},
        },
    )
    genset = EmergencySource(id="ES1", source_type=EmergencySourceType.GENSET, kw=100.0, start_seconds=10.0)
    backs = Relationship(kind=RelationshipKind.BACKS, source="ES1", target="LD1")
    shell.fill(drawn, GraphBatch(entities=[genset], relationships=[backs]))
    shown = shell("impact", "CB1", "--opened").stdout
    assert "before: degraded" in shown
    assert "automatic transfer 3 s" in shown
    unknown = shell("impact", "B1", "--opened").stdout
    assert "on its own source" in unknown
    assert "on its own source: LD1" not in unknown, "nobody knows how long"
    shell.fill(GraphBatch(entities=[replace(genset, endurance_minutes=60.0)]))
    assert "on its own source: LD1" in shell("impact", "B1", "--opened").stdout


def test_what_if_of_what_is_no_switch_names_it_and_the_head_of_a_feeder(shell):
    shell.fill(batch("F1 = CB1\nG1 - CB1 - L1 - S2>C2", F1={"name": "滨江一线"}, CB1={"name": "1021断路器"}))
    feeder = shell("whatif", "F1=OPEN", code=2).stderr
    assert "滨江一线 (F1) is a feeder and no switch" in feeder
    assert "the breaker at its head, 1021断路器 (CB1)." in feeder
    assert "L1 is no switch: a position can be assumed for switches only." in shell("whatif", "L1=OPEN", code=2).stderr
    shell.fill(GraphBatch(entities=[Feeder(id="F9")]))
    assert "F9 is no switch" in shell("whatif", "F9=OPEN", code=2).stderr  # nobody knows its head


def test_what_if_of_a_feeder_by_its_name_names_the_head_and_not_all_switches_that_are_called_after_it(shell):
    named = {"F1": {"name": "10kV滨江一线"}, "CB1": {"name": "滨江变1021断路器"}}
    named |= {each: {"name": f"10kV滨江一线{each}"} for each in ("LS1", "LS2")}
    shell.fill(batch("F1 = CB1\nG1 - CB1 - L1 - LS1 - L2 - LS2 - L3 - S2>C2", **named))
    said = shell("whatif", "滨江一线=OPEN", code=2).stderr
    assert "the breaker at its head, 滨江变1021断路器 (CB1)." in said
    assert "LS1" not in said
    assert shell.json("whatif", "10kV滨江一线LS1=OPEN")["impact"]["suppliesGained"] == 0


def test_what_if_switches_stood_otherwise(shell):
    shell.fill(batch("F1 = CB1\nG1 - CB1 - L1 - LS1 - L2 - S2>C2\nL1 - LS2/ - L3 - S3>C3"))
    text = shell("whatif", "LS1=OPEN", "LS2=CLOSED").stdout
    assert "LS1=OPEN" in text
    assert "C2" in text
    assert "1 supplies" in text
    found = shell.json("whatif", "LS1=OPEN")
    assert found["impact"]["suppliesGained"] == 0
    assert "no assumption" in shell("whatif", "LS1", code=2).stderr
    both = "LS1 is assumed OPEN and CLOSED"
    assert both in shell("whatif", "LS1=OPEN", "LS1=CLOSED", code=2).stderr
    assert both in shell("impact", "L1", "--assume", "LS1=OPEN", "--assume", "LS1=CLOSED", code=2).stderr
    assert shell.json("whatif", "LS1=OPEN", "LS1=OPEN")["impact"]["suppliesGained"] == 0


def test_a_dead_station_is_told_apart_from_feeders(shell):
    drawn = "F1 = CB1\nB1 @ SUB1\nG1 - B1 - CB1 - L1 - S1>C1 - IB1 - SB1 - LD1(80kW)"
    fields = {"LD1": {"name": "氧气站", "security": True}, "SUB1": {"name": "110kV滨江变"}}
    shell.fill(batch(drawn, F1={"name": "10kV滨江一线"}, **fields))
    shown = shell("impact", "B1").stdout
    assert "Substations without supply: 110kV滨江变" in shown
    assert "On feeders: 10kV滨江一线" in shown
    assert "urgent, limit not recorded: 氧气站" in shown.replace("\n", " ")
    assert "Substations" not in shell("impact", "L1").stdout


def test_a_feeder_without_a_breaker_does_not_say_what_trips(shell):
    shell.fill(batch("L1 @ F1\nEC1 @ F1\nG1 - L1 - EC1(40kW)\nG2 - CB2 - L2 - EC2(5kW)"))
    for asked in ("L1", "F1"):
        answer = shell("impact", asked)
        assert "what trips is not known" in answer.stderr.replace("\n", " ")
        assert "Trips:" not in answer.stdout
    assert "跳闸设备不明" in shell("--lang", "zh", "impact", "L1").stderr.replace("\n", "")
    assert "what trips" not in shell("impact", "L2").stderr


def test_who_is_no_customer_on_record_is_told_in_numbers(shell):
    areas = {"EC1": {"customer_count": 30}, "EC2": {"customer_count": 20}}
    shell.fill(batch("F1 = CB1\nG1 - B1 - CB1 - L1 - EC1(40kW)\nL1 - EC2(5kW)\nL1 - EC3(9kW)\nL1 - EC4", **areas))
    printed = shell("impact", "L1").stdout
    assert "Public areas dark: 2 (50 households, 45 kW)" in printed
    assert "2 loads, 9 kW dark" in printed
    assert "Lost load: 54 kW" in printed
    assert "None of them is a customer on record." in printed
    assert "No customer is affected" not in printed
    summary = shell.json("impact", "L1")["impact"]["summary"]
    assert summary["areas"] == {"count": 2, "households": 50, "kw": 45.0}
    assert summary["otherLoads"] == {"count": 2, "kw": 9.0}
    assert "停电台区：2 个（50 户，45 kW）" in shell("--lang", "zh", "impact", "L1").stdout
    assert "Public areas dark: 2" in shell("export", "call-sheet", "L1").stdout
    sweep = shell("risks", "--sweep").stdout
    assert "2 areas" in sweep
    assert "50 households" in sweep


def test_a_night_is_answered_as_of_now(shell):
    drawn = "F1 = CB1\nG1 - B1 - CB1 - L1 - LS1 - L2 - LS9/ - L8 - CB2 - B2 - G2\nL1 - S1>C1\nL2 - S2>C2"
    opened = {"position": SwitchPosition.OPEN, "position_at": datetime.now(UTC) - timedelta(minutes=10)}
    work = opened | {"position_by": "王"}
    at = microseconds(opened["position_at"])
    reports = [PositionReport(name, at, 0, SwitchPosition.OPEN, "王", "", at) for name in ("CB1", "LS1")]
    shell.fill(batch(drawn, CB1=opened, LS1=work, **{"C1.1": {"load_kw": 100.0}, "C2.1": {"load_kw": 200.0}}))
    shell.fill(GraphBatch(reports=reports))
    dead = shell("impact", "L2").stdout
    assert "L2 was dead before: CB1 stood open since" in dead.replace("\n", " ")
    assert "(王)" in dead
    asked = ("impact", "L1", "--tripped", "CB1", "--since", (datetime.now(UTC) - timedelta(minutes=20)).isoformat())
    assert shell.json(*asked)["impact"]["summary"]["totalCount"] == 2
