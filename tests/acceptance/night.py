"""The night of acceptance (验收之夜): what a client does and sees from the first call to the last load back.

    L1 faulted 02:13 ── CB1 trips: C2, C3 lost, hospital C1 on its other supply ── tie to F3: C3 back 02:45
    L5 faulted 03:05 ── CB2 trips: C1 loses both, C4 lost ── truck ── repaired, closed by 08:40 ── replayed at 03:10

Everything goes over HTTP; the clock is a file that the script writes. What is wrong raises AssertionError.
"""  # fmt: skip

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx

from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.commitment import EscalationRule, ServiceCommitment
from schema.customer import AccessPoint
from schema.incident_terms import WorkOrderState
from schema.people import Person, Team
from schema.record_terms import VehicleState, VehicleType
from schema.relationships import Relationship, RelationshipKind
from schema.vehicle import Vehicle
from schema.vocabulary import Importance

GRID = """
F1 = CB1
F2 = CB2
F3 = CB3
G1 - B1 - CB1 - L1 - n1 - LS1 - L2 - n2 - LS9/ - n3
G2 - B2 - CB2 - L5 - n5
G3 - B3 - CB3 - L7 - n3
n1 - S1>C1
n5 - S4>C1:standby
n1 - S2>C2
n2 - S3>C3
n5 - S5>C4
n3 - S6>C5
"""
FIELDS = {"C1": {"importance": Importance.SPECIAL, "name": "医院"}, "C2": {"importance": Importance.FIRST}}
DAY = "2026-11-23T"
CHINA = timezone(timedelta(hours=8))
RETRYABLE = ("STORE_UNAVAILABLE", "OUTCOME_UNKNOWN", "OVERLOADED", "STALE_REPLICA")
STATE = """query($at: DateTime, $known: DateTime) { incident(id: "I1") { stateAt(at: $at, known: $known) {
  isOpen equipment { id } fault { id } commander { id } unsigned acknowledgedBy
  workOrders { number task state vehicle { id } } escalations { rule { id } people { id } }
  recorded { totalCount outCount customers { nodes { customerId state loadsFed } } }
  figures { peakOut } left { kind } } } }"""
ENTRIES = '{ incident(id: "I1") { timeline(first: 500) { totalCount nodes { order entryType at text(lang: EN) } } } }'


def city() -> GraphBatch:
    """The grid, its people, limits, rules and a generator truck."""
    drawn, state, kind = batch(GRID, **FIELDS), WorkOrderState, RelationshipKind
    more = [
        Person(id="P1", name="严世丽"), Person(id="P2", name="王芳"), Person(id="P3", name="李建军"),
        Team(id="T1", name="抢修班"),
        ServiceCommitment(id="SITE", begins=state.DISPATCHED, ends=state.ARRIVED, limit_min=45, warn_min=10),
        EscalationRule(id="R5", name="5分钟", after_min=5), EscalationRule(id="R15", name="15分钟", after_min=15),
        Vehicle(id="V1", name="1号发电车", vehicle_type=VehicleType.GENERATOR_TRUCK, state=VehicleState.STANDBY),
        AccessPoint(id="AP1", name="医院应急接入点"),
    ]  # fmt: skip
    links = [
        Relationship(kind=kind.ESCALATES_TO, source="R5", target="P2"),
        Relationship(kind=kind.ESCALATES_TO, source="R15", target="P3"),
    ]
    return GraphBatch(entities=[*drawn.entities, *more], relationships=[*drawn.relationships, *links])


class Desk:
    """Somebody at a screen: asks, acts, and moves the clock."""

    def __init__(self, clock: Path) -> None:
        self._clock = clock
        self.address = ""

    def at(self, hour: str) -> None:
        """It is that time now, at the service, too."""
        file = self._clock.with_suffix(".new")
        file.write_text(f"{DAY}{hour}:00+08:00")
        file.replace(self._clock)

    def ask(self, query: str, **variables: Any) -> Any:
        """Data of an answer without errors."""
        sent = {"query": query, "variables": variables}
        answer = httpx.post(f"{self.address}/graphql", json=sent, timeout=60, trust_env=False).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def try_to(self, name: str, **given: Any) -> tuple[Any, str]:
        """What came of a change, and the code of what hindered it, "" for nothing."""
        kind = f"{name[0].upper()}{name[1:]}Input"
        shown = "revision repeated userErrors { code message }"
        query = f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {shown} }} }}"
        sent = {"query": query, "variables": {"input": {"by": "严世丽", **given}}}
        answer = httpx.post(f"{self.address}/graphql", json=sent, timeout=60, trust_env=False).json()
        if "errors" in answer:
            return None, str(answer["errors"][0]["extensions"]["code"])
        found = answer["data"][name]
        return found, next((str(each["code"]) for each in found["userErrors"]), "")

    def does(self, name: str, **given: Any) -> Any:
        """A change that is made, sent again by one id while the store is busy."""
        asked = {"requestId": f"{name}-{time.monotonic_ns()}", **given}
        found, code = self.try_to(name, **asked)
        for _ in range(60):
            if code not in RETRYABLE:
                break
            time.sleep(0.5)
            found, code = self.try_to(name, **asked)
        assert code == "", (name, given, found, code)
        return found

    def operates(self, *acts: tuple[str, str]) -> None:
        """Switches of the incident, as one act."""
        operations = [{"switch": switch, "position": position} for switch, position in acts]
        self.does("recordSwitching", incident="I1", operations=operations, source="现场")

    def state(self, **given: Any) -> Any:
        """The incident now, or as it was."""
        return self.ask(STATE, **given)["incident"]["stateAt"]

    def entries(self) -> list[tuple[str, str]]:
        """What the timeline says: type, and hour of the night."""
        found = self.ask(ENTRIES)["incident"]["timeline"]["nodes"]
        return [(each["entryType"], _hour(each["at"])) for each in found]

    def until(self, what: Callable[[], bool]) -> None:
        """Wait for what the service does by itself."""
        for _ in range(1200):
            if what():
                return
            time.sleep(0.05)
        raise AssertionError(self.entries())

    def is_out(self, *customers: str) -> bool:
        """Whether these, and nobody else, are told to be not fully fed by the grid."""
        kept = self.state()["recorded"]
        hits = [] if kept is None else kept["customers"]["nodes"]
        return {each["customerId"] for each in hits if each["loadsFed"] != "ALL"} == set(customers)


def _hour(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(CHINA):%H:%M}"


def evening(desk: Desk) -> None:
    """02:13 to 03:15: the trip, the calls, the tie, the second fault and the truck."""
    desk.at("02:13")
    desk.does("openIncident", id="I1", title="一线跳闸", equipment=["L1"], tripped=["CB1"], level="III", commander="P1")
    desk.until(lambda: desk.is_out("C2", "C3") or desk.is_out("C1", "C2", "C3"))
    desk.does("addEvidence", incident="I1", kind="CALL", things=["C2"], source="95598")
    desk.at("02:15")
    desk.does("sendWorkOrder", incident="I1", task="巡线", team="T1")
    for hour, rule in (("02:18", "R5"), ("02:28", "R15")):
        desk.at(hour)
        desk.until(lambda rule=rule: rule in {each["rule"]["id"] for each in desk.state()["escalations"]})  # type: ignore[misc]
    desk.at("02:30")
    desk.does("acknowledgeIncident", incident="I1", person="P2")
    desk.at("02:40")
    desk.does("confirmFault", incident="I1", things=["L1"])
    desk.at("02:45")
    desk.operates(("LS1", "OPEN"), ("LS9", "CLOSED"))
    desk.until(lambda: "C3" not in _out(desk))
    for hour, count in (("02:51", 1), ("03:01", 2)):
        desk.at(hour)
        desk.until(lambda count=count: [kind for kind, _ in desk.entries()].count("CLOCK") == count)  # type: ignore[misc]
    desk.at("03:04")
    desk.does("updateWorkOrder", incident="I1", workOrder=1, state="ARRIVED")
    desk.at("03:05")
    _, code = desk.try_to("openIncident", title="二线跳闸", equipment=["L5"], tripped=["CB2"])
    assert code == "INCIDENT_OPEN", "the hospital is hit by both"
    desk.does("openIncident", id="I2", title="二线跳闸", equipment=["L5"], tripped=["CB2"], evenIfOpen=True)
    desk.does("confirmFault", incident="I2", things=["L5"])
    desk.does("joinIncident", incident="I1", other="I2", note="双电源失电")
    desk.does("acknowledgeIncident", incident="I1")
    desk.until(lambda: desk.is_out("C1", "C2", "C4"))
    desk.at("03:15")
    desk.does("sendWorkOrder", incident="I1", task="接发电车", team="T1", vehicle="V1", things=["C1"], evenIfUnfit=True,
              note="容量未登记")  # fmt: skip


def _out(desk: Desk) -> set[str]:
    return {each["customerId"] for each in desk.state()["recorded"]["customers"]["nodes"] if each["loadsFed"] != "ALL"}


def morning(desk: Desk) -> None:
    """From 03:45 on: repairs, hand-over at 08:00, all back 08:40, closed; replayed as it was."""
    desk.at("03:45")
    desk.does("updateWorkOrder", incident="I1", workOrder=2, state="ARRIVED")
    desk.at("08:00")
    desk.does("handOver", incident="I1", to="P2")
    assert desk.state()["unsigned"] is not None
    desk.does("signHandOver", incident="I1", person="P2", by="王芳")
    desk.at("08:30")
    desk.does("recordRepair", incident="I1")
    desk.operates(("LS9", "OPEN"), ("LS1", "CLOSED"), ("CB1", "CLOSED"), ("CB2", "CLOSED"))
    desk.at("08:40")
    desk.until(lambda: not _out(desk))
    for order in (1, 2):
        desk.does("updateWorkOrder", incident="I1", workOrder=order, state="REPORTED_BACK")
    assert desk.state()["left"] == [], "nothing is left"
    desk.does("closeIncident", incident="I1")
    check(desk)


def check(desk: Desk) -> None:
    """Every number that appears, worked out by hand of the drawing."""
    ended = desk.state()
    assert (ended["isOpen"], ended["commander"], ended["unsigned"]) == (False, {"id": "P2"}, None)
    assert (ended["fault"], ended["figures"]["peakOut"]) == ([{"id": "L1"}, {"id": "L5"}], 3)
    assert [(each["number"], each["state"], each["vehicle"]) for each in ended["workOrders"]] == [
        (1, "REPORTED_BACK", None), (2, "REPORTED_BACK", {"id": "V1"}),
    ]  # fmt: skip
    assert ended["escalations"] == [
        {"rule": {"id": "R5"}, "people": [{"id": "P2"}]}, {"rule": {"id": "R15"}, "people": [{"id": "P3"}]},
    ]  # fmt: skip
    entries = desk.entries()
    for each in (("ESCALATED", "02:18"), ("ESCALATED", "02:28"), ("CLOCK", "02:51"), ("CLOCK", "03:01")):
        assert entries.count(each) == 1, (each, entries)
    moment = f"{DAY}03:10:00+08:00"
    for given in ({"at": moment}, {"known": moment}, {"at": moment, "known": moment}):
        then = desk.state(**given)
        assert then["isOpen"]
        assert [each["number"] for each in then["workOrders"]] == [1], "the truck was sent at 03:15"
        assert {each["customerId"]: each["state"] for each in then["recorded"]["customers"]["nodes"]}["C1"] == "LOST"
        assert then["commander"] == {"id": "P1"}
    before = desk.state(known=f"{DAY}03:04:30+08:00")
    assert [each["id"] for each in before["fault"]] == ["L1"], "the second fault was not known"
