"""The night of acceptance (验收之夜): what a client does and sees from the first call to the last load back.

    02:13 CB1 trips: C2, C3 out, hospital C1 on its other supply ── located, L1 ── LS9 refused ── LS8: C3 back 02:45
    03:05 CB2 trips: C1 loses both, C4 out ── generator truck ── L5 repaired 06:10 ── L1 08:40 ── replayed at 03:10

Everything goes over HTTP; the clock is a file that the script writes, and no entry carries a time of its own. What is
wrong raises AssertionError; what is expected was worked out by hand of the drawing in `city`.
"""  # fmt: skip

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.acceptance.desk import DAY, Desk

LOCATION = """{ incident(id: "I1") { stateAt { location { noFault rest
  candidates { totalCount nodes { rank probability sections { equipment { id } } } } } } } }"""
DOER = """{ incident(id: "I1") { stateAt { checklists { steps {
  step { id doer { first { person { id } number { value } } } } } } } } }"""
TRUCKS = """{ generatorTrucks(of: "C1") { neededKw loads { id }
  trucks { vehicle { id } fit distanceKm spareKw reasons { kind } } } }"""


def evening(desk: Desk) -> None:
    """02:13 to 03:15."""
    first_calls(desk)
    nobody_answers(desk)
    located_and_fed_again(desk)
    second_fault(desk)
    truck(desk)


def first_calls(desk: Desk) -> None:
    """A trip and a call: the factory and the housing are out, the hospital has changed over; its procedure is begun."""
    desk.at("02:13")
    desk.does("openIncident", id="I1", title="滨河一线跳闸", tripped=["CB1"], level="III", commander="P1")
    desk.until(lambda: desk.out() == {"C2", "C3"})
    kept = desk.state()["recorded"]
    assert (kept["totalCount"], kept["outCount"], kept["lostKw"]) == (3, 2, 300 + 500)
    assert {each["customerId"]: each["state"] for each in kept["customers"]["nodes"]}["C1"] == "DEGRADED"
    desk.does("addEvidence", incident="I1", kind="CALL", things=["C2"], source="95598")
    desk.at("02:15")
    desk.does("sendWorkOrder", incident="I1", task="巡线", team="T1")
    desk.does("startProcedure", incident="I1", customer="C1")
    ((one, two),) = [each["steps"] for each in desk.ask(DOER)["incident"]["stateAt"]["checklists"]]
    assert one["step"]["id"] == "DEG1"
    assert one["step"]["doer"]["first"]["person"] == two["step"]["doer"]["first"]["person"] == {"id": "P4"}


def nobody_answers(desk: Desk) -> None:
    """The rules of 5 and 15 minutes tell one person each; at 02:30 somebody takes it in hand. The step was in time."""
    for hour, rule in (("02:18", "R5"), ("02:28", "R15")):
        desk.at(hour)
        desk.until(lambda rule=rule: rule in {each["rule"]["id"] for each in desk.state()["escalations"]})  # type: ignore[misc]
        if rule == "R5":
            desk.does("completeStep", incident="I1", customer="C1", step="DEG1", by="周电工")
    desk.at("02:30")
    desk.does("acknowledgeIncident", incident="I1", person="P2")


def located_and_fed_again(desk: Desk) -> None:
    """One indicator has seen the current, the next one has not: between them. A tie that refuses is gone round."""
    desk.at("02:35")
    desk.does("addEvidence", incident="I1", kind="INDICATOR", things=["FI1"])
    desk.does("addEvidence", incident="I1", kind="INDICATOR", things=["FI2"], positive=False)
    found = desk.ask(LOCATION)["incident"]["stateAt"]["location"]
    places = found["candidates"]["nodes"]
    first = {thing["id"] for section in places[0]["sections"] for thing in section["equipment"]}
    assert "L1" in first, places[0]
    assert not first & {"L2", "S3", "L5"}
    assert places[0]["probability"] > 0.5
    assert abs(sum(each["probability"] for each in places) + found["rest"] + found["noFault"] - 1) < 0.01
    desk.at("02:40")
    desk.does("confirmFault", incident="I1", things=["L1"], note="电缆中间头击穿")
    planned = desk.switching()
    assert planned == [("OPEN", "LS1"), ("CLOSE", "LS9"), ("OPEN", "SB1")], planned  # from afar, then where crews work
    desk.does("refuseSwitching", incident="I1", switches=["LS9"], note="遥控失败")
    planned = desk.switching()
    assert {*planned} == {("OPEN", "LS1"), ("CLOSE", "LS8"), ("OPEN", "SB1")}, planned
    assert planned.index(("OPEN", "LS1")) < planned.index(("CLOSE", "LS8")), "cut out before it is fed"
    desk.at("02:45")
    desk.operates(("LS1", "OPEN"))
    desk.operates(("LS8", "CLOSED"))
    desk.operates(("SB1", "OPEN"))
    desk.until(lambda: desk.out() == {"C2"})
    for hour, count in (("02:51", 1), ("03:01", 2)):  # sent 02:15: due 03:00, warned from 02:50 on
        desk.at(hour)
        desk.until(lambda count=count: [kind for kind, _ in desk.entries()].count("CLOCK") == count)  # type: ignore[misc]
    desk.at("03:04")
    desk.does("updateWorkOrder", incident="I1", workOrder=1, state="ARRIVED")


def second_fault(desk: Desk) -> None:
    """The hospital is hit by both: offered to be joined, and joined; its procedure is another one from then on."""
    desk.at("03:05")
    _, code = desk.try_to("openIncident", title="滨河二线跳闸", equipment=["L5"], tripped=["CB2"])
    assert code == "INCIDENT_OPEN", "the hospital is hit by both"
    desk.does("openIncident", id="I2", title="滨河二线跳闸", equipment=["L5"], tripped=["CB2"], evenIfOpen=True)
    desk.until(desk.is_kept)
    desk.does("confirmFault", incident="I2", things=["L5"])
    desk.does("joinIncident", incident="I1", other="I2", note="双电源失电")
    desk.does("acknowledgeIncident", incident="I1")
    desk.until(lambda: desk.out() == {"C1", "C2", "C4"})
    assert desk.state()["recorded"]["lostKw"] == 300 + 300 + 100
    desk.does("startProcedure", incident="I1", customer="C1")
    assert lists(desk) == [("DEG", False, ["DONE", None]), ("LOST", True, [None, None])], "what was done is kept"


def lists(desk: Desk, **given: Any) -> list[tuple[str, bool, list[str | None]]]:
    """The check lists: procedure, whether it runs, what became of its steps."""
    return [
        (each["procedure"]["id"], each["runs"], [step["outcome"] for step in each["steps"]])
        for each in desk.state(**given)["checklists"]
    ]


def truck(desk: Desk) -> None:
    """200 kW of theatres: one truck is too small, of the others the nearer one goes. 0.1 degrees north are 11.12 km."""
    desk.at("03:15")
    (here,) = desk.ask(TRUCKS)["generatorTrucks"]
    assert (here["neededKw"], [each["id"] for each in here["loads"]]) == (200, ["LD1", "LD2"])
    assert [
        (each["vehicle"]["id"], each["fit"], each["distanceKm"], each["spareKw"]) for each in here["trucks"]
    ] == [("V1", "FITS", 11.12, 200), ("V3", "FITS", 22.24, 200), ("V2", "UNFIT", 0, -100)]  # fmt: skip
    sent = {"incident": "I1", "task": "接入发电车", "team": "T2", "things": ["C1"]}
    assert desk.try_to("sendWorkOrder", **sent, vehicle="V2")[1] == "BAD_INPUT", "too small"
    desk.does("sendWorkOrder", **sent, vehicle="V1")
    (here,) = desk.ask(TRUCKS)["generatorTrucks"]
    taken = next(each for each in here["trucks"] if each["vehicle"]["id"] == "V1")
    assert [each["kind"] for each in taken["reasons"]] == ["AT_WORK"]
    desk.does("completeStep", incident="I1", customer="C1", step="LOST1", by="周电工")


def morning(desk: Desk) -> None:
    """From 03:45 on: the truck, the second fault repaired, hand-over at 08:00, all back 08:40, closed."""
    desk.at("03:45")
    desk.does("updateWorkOrder", incident="I1", workOrder=2, state="ARRIVED")
    desk.at("04:00")
    desk.does("updateWorkOrder", incident="I1", workOrder=2, state="TEMPORARILY_RESTORED")
    desk.does("completeStep", incident="I1", customer="C1", step="LOST2", by="周电工")
    desk.at("06:10")
    desk.does("recordRepair", incident="I1", things=["L5"])
    planned = desk.switching()
    assert planned == [("CLOSE", "CB2")], planned
    desk.operates(("CB2", "CLOSED"))
    desk.until(lambda: desk.out() == {"C2"})
    desk.at("08:00")
    desk.does("handOver", incident="I1", to="P2")
    assert desk.state()["unsigned"] is not None
    assert desk.try_to("signHandOver", incident="I1", person="P3")[1] == "BAD_INPUT", "it is not theirs to sign"
    desk.does("signHandOver", incident="I1", person="P2", by="王芳")
    desk.at("08:40")
    desk.does("recordRepair", incident="I1")
    assert desk.try_to("closeIncident", incident="I1")[1] == "WORK_LEFT"
    planned = desk.switching(), desk.switching("afterRepair")
    back = [("OPEN", "LS8"), ("CLOSE", "LS1"), ("TRANSFER", "SB1")]
    assert planned == ([("CLOSE", "CB1")], back), (planned, "F1 and F4 are never joined, nor the hospital's supplies")
    desk.operates(("CB1", "CLOSED"))
    desk.operates(("LS8", "OPEN"))
    desk.operates(("LS1", "CLOSED"))
    desk.operates(("SB2", "OPEN"), ("SB1", "CLOSED"))
    assert (desk.switching(), desk.switching("afterRepair")) == ([], []), "all stands as in the normal diagram"
    desk.until(lambda: not desk.out())
    for order in (1, 2):
        desk.does("updateWorkOrder", incident="I1", workOrder=order, state="REPORTED_BACK")
    assert desk.state()["left"] == [], "nothing is left"
    desk.does("closeIncident", incident="I1")
    desk.at("09:00")
    check(desk)


def check(desk: Desk) -> None:
    """Every number that appears, worked out by hand of the drawing."""
    ended = desk.state()
    assert (ended["isOpen"], ended["commander"], ended["unsigned"]) == (False, {"id": "P2"}, None)
    assert ended["fault"] == [{"id": "L1"}, {"id": "L5"}]
    assert [(each["number"], each["state"], each["vehicle"]) for each in ended["workOrders"]] == [
        (1, "REPORTED_BACK", None), (2, "REPORTED_BACK", {"id": "V1"}),
    ]  # fmt: skip
    assert {each["workOrder"]: each["state"] for each in ended["clocks"]} == {1: "BREACHED", 2: "MET"}
    assert ended["escalations"] == [
        {"rule": {"id": "R5"}, "people": [{"id": "P2"}]}, {"rule": {"id": "R15"}, "people": [{"id": "P3"}]},
    ]  # fmt: skip
    late = [[step["late"] for step in each["steps"]] for each in ended["checklists"]]
    assert late[1] == [True, False], "LOST1 was due 03:10, done 03:15; LOST2 due 04:05, done 04:00"
    entries = desk.entries()
    for each in (("ESCALATED", "02:18"), ("ESCALATED", "02:28"), ("CLOCK", "02:51"), ("CLOCK", "03:01")):
        assert entries.count(each) == 1, (each, entries)
    figures(ended)
    replayed(desk)


def figures(ended: Any) -> None:
    """Factory 02:13 to 08:40, housing 02:13 to 02:45, hospital and mall 03:05 to 06:10; nobody else, no other time."""
    factory, housing, both = 387 / 60, 32 / 60, 185 / 60
    said = ended["figures"]
    assert said["peakOut"] == 3
    assert said["customerHours"] == round(factory + housing + 2 * both, 2) == 13.15
    assert said["lostKwh"] == round(300 * factory + 500 * housing + (300 + 100) * both, 1) == 3435.0


def replayed(desk: Desk) -> None:
    """At 03:10: the truck was not sent, nothing of the second procedure done; before 03:05 one fault was known."""
    moment = f"{DAY}03:10:00+08:00"
    for given in ({"at": moment}, {"known": moment}, {"at": moment, "known": moment}):
        then = desk.state(**given)
        assert (then["isOpen"], then["commander"]) == (True, {"id": "P1"})
        assert [each["number"] for each in then["workOrders"]] == [1], "the truck was sent at 03:15"
        assert {each["customerId"]: each["state"] for each in then["recorded"]["customers"]["nodes"]}["C1"] == "LOST"
        assert then["recorded"]["lostKw"] == 700
        assert lists(desk, **given) == [("DEG", False, ["DONE", None]), ("LOST", True, [None, None])]
    before = desk.state(known=f"{DAY}03:04:30+08:00")
    assert [each["id"] for each in before["fault"]] == ["L1"], "the second fault was not known"
    assert (before["refused"], before["recorded"]["lostKw"]) == ([{"id": "LS9"}], 300)


def filed(desk: Desk, folder: Path) -> dict[str, Path]:
    """The report that is filed, by the command, as PDF, Word and JSON; the last says what the API says."""
    files = {suffix: folder / f"report{suffix}" for suffix in (".pdf", ".docx", ".json")}
    for file in files.values():
        desk.prints("incident", "report", "1", "--out", str(file))
    said = json.loads(files[".json"].read_text("utf-8"))
    assert len(said["timeline"]["nodes"]) == len(desk.entries())
    assert (said["stateAt"]["figures"]["customerHours"], said["stateAt"]["figures"]["lostKwh"]) == (13.15, 3435.0)
    return files
