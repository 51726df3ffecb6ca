"""Recorded positions as evidence: what breakers' own reports say of the place of a fault, and what they do not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from graph_api.rate_files import load_rates
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.location import Contradiction, ContradictionKind, FaultLocation, LocationFinding, Reason, locate
from loaders.drawing import batch
from schema.positions import PositionReport, microseconds
from schema.vocabulary import SwitchPosition
from tests.services.location.test_locate import FEEDER, NOW, Incident

OPEN, CLOSED = SwitchPosition.OPEN, SwitchPosition.CLOSED
REMOTE = {"remote_controlled": True}
TWO = """
    F1 = CB1
    G1 - B1 - CB1 - L1(1000m) - n1 - RC1 - L2(1000m) - S1>C1
    n1 - L3(1000m) - DS1 - L4(500m) - S2>C2
"""


class Recorded(Incident):
    """A drawn network whose switches have reported, as `CB1 -12 OPEN SCADA`: minutes from now, source or by@source."""

    def __init__(self, text: str, *told: str, **fields: dict[str, object]) -> None:
        reports = [self.report(each, place) for place, each in enumerate(told)]
        last = {each.switch: each for each in sorted(reports, key=lambda each: each.at_us)}
        for name, each in last.items():
            own = {"position": each.position, "position_at": each.at, "position_source": each.source}
            fields[name] = {**fields.get(name, {}), **own}
        made = batch(text, **fields)
        graph = Snapshot.of(made.entities, made.relationships, reports=reports)
        self.model, self.graph = ReadModel.build(graph), graph

    @staticmethod
    def report(text: str, place: int) -> PositionReport:
        switch, minutes, position, *source = text.split(maxsplit=3)
        by, _, means = (source[0] if source else "").rpartition("@")
        at = microseconds(NOW + timedelta(minutes=float(minutes)))
        return PositionReport(switch, at, place, SwitchPosition(position), by, means, at)

    def told(self, found: FaultLocation) -> dict[str, tuple[bool, bool]]:
        """Per device that is weighed as recorded, whether it tripped, and whether it closed again."""
        reports = (*found.explained, *found.contradicted)
        return {self.graph.id(each.things[0]): (each.positive, each.reclosed) for each in reports if each.recorded}


def first(incident: Incident, found: FaultLocation) -> set[str]:
    return {name for name in incident.ranked(found)[0] if name.startswith("L")}


def test_an_open_breaker_with_a_trip_recorded_tripped_and_names_its_source():
    incident = Recorded(TWO, "RC1 -12 OPEN SCADA 跳闸", RC1=REMOTE)
    found = incident.locate("CALL C1")
    assert incident.told(found) == {"RC1": (True, False)}
    (trip,) = [each for each in found.explained if each.recorded]
    assert (trip.source, trip.at) == ("SCADA 跳闸", NOW - timedelta(minutes=12))
    assert first(incident, found) == {"L2"}
    assert found.candidates[0].probability > 0.9


def test_a_recorded_trip_is_enough_to_ask():
    incident = Recorded(TWO, "RC1 -12 OPEN SCADA 跳闸", RC1=REMOTE)
    found = incident.locate()
    assert found.finding is LocationFinding.PLACES
    assert first(incident, found) == {"L2"}
    # the positions of a moment before it say nothing
    early = locate(incident.model, [], NOW - timedelta(minutes=20), rates=load_rates())
    assert early.finding is LocationFinding.NO_EVIDENCE


def test_what_was_switched_after_the_trip_is_undone():
    incident = Recorded(TWO, "CB1 -12 OPEN SCADA", "DS1 -5 OPEN 王工@现场操作", CB1=REMOTE)
    found = incident.locate("CALL C1", "CALL C2")
    assert not found.set_aside
    assert first(incident, found) == {"L1", "L3", "L4"}


def test_a_closed_breaker_that_reports_did_not_trip_the_less_the_longer_it_was_silent():
    def of_trunk(*told: str) -> float:
        incident = Recorded(TWO, *told, CB1=REMOTE, RC1=REMOTE)
        found = incident.locate("CALL C1", since=NOW - timedelta(minutes=10))
        places = [
            part.probability
            for each in found.candidates
            for part in each.sections
            if incident.names(part.equipment) & {"L1", "L3", "L4"}
        ]
        return sum(places)

    nothing = of_trunk()
    old, recent, since = (of_trunk(f"CB1 {minutes} CLOSED SCADA") for minutes in (-2880, -15, -1))
    assert nothing > old > recent > since
    assert since < 0.1 * nothing


def test_a_closed_breaker_of_which_nobody_hears_says_nothing():
    incident = Recorded(TWO, "CB1 -15 CLOSED 王工@现场汇报")
    assert incident.told(incident.locate("CALL C1")) == {}


def test_a_trip_that_closed_again_and_held():
    incident = Recorded(TWO, "RC1 -12 OPEN SCADA 跳闸", "RC1 -11 CLOSED SCADA 重合成功", RC1=REMOTE)
    found = incident.locate("-METER C1", "INDICATOR L2", since=NOW - timedelta(minutes=13))
    assert incident.told(found) == {"RC1": (True, True)}
    assert found.temporary
    assert first(incident, found) == {"L2"}


@pytest.mark.parametrize(
    "told",
    [
        "RC1 -60 OPEN 工作票 2026-05-01",
        "RC1 -60 OPEN 王工@现场操作",
        "RC1 -60 OPEN 值班员@遥控 SCADA",
        "RC1 -2000 OPEN SCADA 跳闸",
    ],
)
def test_what_somebody_opened_or_tripped_long_ago_is_no_trip(told: str):
    incident = Recorded(TWO, told, RC1=REMOTE)
    found = incident.locate("CALL C2")
    assert incident.told(found) == {}


def test_a_call_inside_a_recorded_planned_outage_is_explained_by_itself():
    incident = Recorded(TWO, "DS1 -240 OPEN 调度@计划检修 工作票 17")
    found = incident.locate("CALL C2")
    assert (found.finding, found.candidates) == (LocationFinding.EXPLAINED, ())
    (aside,) = found.set_aside
    assert aside.reason is Reason.EXPLAINED
    (work,) = aside.because
    assert (incident.graph.id(work.switch), work.by, work.source) == ("DS1", "调度", "计划检修 工作票 17")
    assert work.at == NOW - timedelta(minutes=240)
    assert "DS1" in aside.message
    # a call from elsewhere is weighed
    both = incident.locate("CALL C2", "CALL C1")
    assert both.finding is LocationFinding.PLACES
    assert [each.evidence.key for each in both.set_aside] == ["CALL C2"]


def test_a_call_behind_a_switch_open_for_no_stated_work_was_dead_before():
    incident = Recorded(TWO, "DS1 -240 OPEN 调度@现场操作")
    (aside,) = incident.locate("CALL C2", "CALL C1").set_aside
    assert aside.reason is Reason.DEAD_BEFORE
    assert [incident.graph.id(each.switch) for each in aside.because] == ["DS1"]


def pairs(found: FaultLocation) -> list[tuple[ContradictionKind, str, str]]:
    return [(each.kind, each.says.key, each.denies.key) for each in found.contradictions]


def test_a_report_and_a_position_that_differ_are_one_thing_with_two_sources():
    incident = Recorded(TWO, "CB1 -1 CLOSED SCADA", CB1=REMOTE)
    said = incident.evidence("TRIP CB1", source="变电站值班员", at=NOW - timedelta(minutes=4))
    found = incident.locate(said, "CALL C1", since=NOW - timedelta(minutes=5))
    (one,) = found.contradictions
    assert isinstance(one, Contradiction)
    assert one.kind is ContradictionKind.SAME_THING
    assert (one.says.source, one.denies.source, one.denies.recorded) == ("变电站值班员", "SCADA", True)
    assert (one.says.at, one.denies.at) == (NOW - timedelta(minutes=4), NOW - timedelta(minutes=1))
    # what agrees with the position is no second witness
    again = incident.locate("-TRIP CB1", "CALL C1", since=NOW - timedelta(minutes=5))
    assert incident.told(again) == {}


def test_two_sources_of_one_kind_are_both_weighed_of_one_source_the_newest_counts():
    incident = Incident()
    by_call = incident.evidence("CALL C2", source="95598")
    by_visit = incident.evidence("-CALL C2", source="客户经理")
    found = incident.locate(by_call, by_visit)
    assert pairs(found) == [(ContradictionKind.SAME_THING, "CALL C2", "-CALL C2")]
    assert not found.set_aside


def test_current_that_passes_the_second_has_passed_the_first():
    found = Incident().locate("TRIP CB1", "-INDICATOR FI1", "INDICATOR FI2")
    assert pairs(found) == [(ContradictionKind.NO_PLACE_FITS_BOTH, "INDICATOR FI2", "-INDICATOR FI1")]


def test_what_two_faults_or_one_customer_explain_is_no_contradiction():
    assert pairs(Incident(FEEDER).locate("CALL C2", "-CALL C1")) == []
    two = "F1 = CB1\nG1 - CB1 - n1 - FU1 - L1 - S1>C1\nn1 - FU2 - L2 - S2>C2"
    assert pairs(Recorded(two).locate("FUSE FU1", "FUSE FU2", "-TRIP CB1")) == []
