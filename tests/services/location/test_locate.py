"""Where the fault can be: drawn feeders, reports as they come in, and what the answer says about itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import log2

import pytest

from graph_api.errors import InvalidInput
from graph_api.rate_files import load_rates
from graph_api.readmodel.model import ReadModel
from graph_api.services.location import CheckHarm, CheckKind, Evidence, FaultLocation, LocationFinding, Reason, locate
from schema.batch import GraphBatch
from schema.customer import Customer
from schema.durations import Enquiry
from schema.grid import FaultIndicator
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Construction, EvidenceKind, Ownership, ResponsibilityRole
from tests.drawing import draw

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
FEEDER = """
    F1 = CB1
    G1 - B1 - CB1 - L1(1000m) - LS1 - L2(1000m) - LS2 - L3(1000m) - n9 - S1>C1
    n9 - FU1 - L4(500m) - S2>C2
    L3 - LS9/ - L8 - CB9 - G2
"""
WATCH = GraphBatch(
    entities=[FaultIndicator(id=f"FI{n}", name=f"指示器{n}") for n in (1, 2)],
    relationships=[Relationship(kind=RelationshipKind.MONITORS, source=f"FI{n}", target=f"LS{n}") for n in (1, 2)],
)


class Incident:
    """A drawn network and reports about it, as `TRIP CB1`, `-INDICATOR LS2` (says no)."""

    def __init__(self, text: str = FEEDER, *more: GraphBatch, **fields: dict[str, object]) -> None:
        self.model = ReadModel.build(draw(text, *(more or (WATCH,)), **fields))
        self.graph = self.model.graph

    def evidence(self, report: str, **extra: object) -> Evidence:
        kind, *things = report.lstrip("-").split()
        return Evidence(
            kind=EvidenceKind(kind),
            things=tuple(self.graph.index(thing) for thing in things),
            positive=not report.startswith("-"),
            key=report,
            **{"at": NOW, **extra},  # type: ignore[arg-type]
        )

    def locate(self, *reports: str | Evidence, **options: object) -> FaultLocation:
        given = [self.evidence(each) if isinstance(each, str) else each for each in reports]
        return locate(self.model, given, NOW, rates=load_rates(), **options)  # type: ignore[arg-type]

    def names(self, indexes: tuple[int, ...]) -> set[str]:
        return {self.graph.id(index) for index in indexes}

    def ranked(self, found: FaultLocation) -> list[set[str]]:
        return [{self.graph.id(i) for part in each.sections for i in part.equipment} for each in found.candidates]


def test_the_section_between_the_last_that_shows_and_the_first_that_does_not():
    incident = Incident()
    found = incident.locate("TRIP CB1", "INDICATOR FI1", "-INDICATOR FI2")
    best = found.candidates[0]
    assert incident.ranked(found)[0] == {"L2", "LS1"}
    assert best.probability > 0.8
    (section,) = best.sections
    assert incident.names(section.between) == {"LS1", "LS2"}
    assert (section.from_metres, section.to_metres, section.length_metres) == (1000, 2000, 1000)
    assert incident.names(best.opens) == {"CB1"}
    assert {each.key for each in best.evidence_for} == {"TRIP CB1", "INDICATOR FI1", "-INDICATOR FI2"}
    assert not best.evidence_against
    assert found.one_cause
    assert not found.contradicted
    total = sum(each.probability for each in found.candidates) + found.rest + found.no_fault
    assert total == pytest.approx(1 + found.multiple)


def test_contradicting_reports_are_shown_and_no_certainty_is_made_of_them():
    incident = Incident()
    found = incident.locate("TRIP CB1", "-INDICATOR FI1", "INDICATOR FI2")
    assert not found.one_cause
    assert [each.key for each in found.contradicted] == ["-INDICATOR FI1"]
    assert found.candidates[0].probability < 0.9
    assert {each.key for each in found.candidates[0].evidence_against} == {"-INDICATOR FI1"}


def test_places_that_nothing_separates_share_their_rank():
    incident = Incident()
    found = incident.locate("TRIP CB1")
    best = found.candidates[0]
    assert [incident.names(part.equipment) & {"L1", "L2", "L3"} for part in best.sections] == [{"L3"}, {"L1"}, {"L2"}]
    assert sum(part.probability for part in best.sections) == pytest.approx(best.probability)
    assert best.probability > 0.9


def test_a_blown_fuse_means_its_lateral():
    incident = Incident()
    found = incident.locate("FUSE FU1", "CALL C2")
    assert incident.ranked(found)[0] == {"L4", "S2"}
    assert found.candidates[0].probability > 0.9


def test_the_next_device_above_opens_where_the_nearest_refuses():
    incident = Incident()
    found = incident.locate("TRIP CB1", "CALL C1", "CALL C2", "PATROL L4", "CURRENT L4")
    best = found.candidates[0]
    assert incident.ranked(found)[0] == {"L4"}
    assert (best.refused_devices, incident.names(best.opens)) == (1, {"CB1"})


def test_a_call_alone_may_be_the_lateral_the_feeder_or_the_customer():
    incident = Incident()
    found = incident.locate("CALL C2")
    (inside,) = found.inside
    assert incident.graph.id(inside.customer) == "C2"
    assert inside.probability > 0.03
    assert found.no_fault < 0.01
    assert {"L4"} < incident.ranked(found)[1]


def test_a_call_while_the_neighbour_has_power_comes_from_the_lateral_or_the_customer():
    found = Incident().locate("CALL C2", "-CALL C1")
    assert Incident().ranked(found)[0] == {"L4", "S2"} or Incident().ranked(found)[0] >= {"L1"}
    assert found.one_cause


@pytest.mark.parametrize("kind", ["PLANNED", "ARREARS"])
def test_what_is_off_by_plan_or_for_arrears_explains_a_call_away(kind: str):
    incident = Incident()
    found = incident.locate("CALL C2", f"{kind} C2", "-CALL C1")
    assert [(each.evidence.key, each.reason) for each in found.set_aside] == [("CALL C2", Reason.EXPLAINED)]
    found = incident.locate("CALL C2", f"{kind} C2")
    assert (found.finding, found.candidates, found.no_fault) == (LocationFinding.EXPLAINED, (), 1.0)
    assert [each.reason for each in found.set_aside] == [Reason.EXPLAINED]


def test_a_planned_outage_of_a_line_explains_the_calls_of_all_that_it_feeds():
    found = Incident().locate("CALL C1", "CALL C2", "PLANNED L3")
    assert (found.finding, found.no_fault) == (LocationFinding.EXPLAINED, 1.0)
    found = Incident().locate("CALL C1", "CALL C2", "PLANNED L4")
    assert [each.evidence.key for each in found.set_aside] == ["CALL C2"]


@pytest.mark.parametrize(
    ("planned", "explained"), [("S1", True), ("SB1", True), ("IB1", True), ("LD2", True), ("S5", False), ("L8", False)]
)
def test_a_planned_outage_inside_a_customer_explains_its_call(planned: str, explained: bool):
    """LD1 hangs on S1 alone; S5 takes nothing over by itself, and feeds nobody while S1 is live."""
    text = FEEDER + "\nS1 - SB1 - IB1 - LD1\nIB1 - CT1 - LD2\nL8 - S5>C1:standby - SB5/ - IB1"
    found = Incident(text).locate("CALL C1", f"PLANNED {planned}")
    assert ([each.reason for each in found.set_aside] == [Reason.EXPLAINED]) is explained


def test_inside_the_customer():
    text = FEEDER + "\nS1 - IB1 - SB1 - CT1 - LD1"
    own = {"ownership": Ownership.CUSTOMER}
    incident = Incident(text, IB1=own, SB1=own, CT1=own, LD1=own)
    found = incident.locate("-CALL C2", "PATROL CT1")
    best = found.candidates[0]
    assert incident.ranked(found)[0] == {"CT1"}
    assert best.sections[0].ownership is Ownership.CUSTOMER


def test_two_faults_at_once():
    text = """
        F1 = CB1
        G1 - CB1 - n1 - FU1 - L1(900m) - S1>C1
        n1 - FU2 - L2(900m) - S2>C2
        n1 - L3(10m) - S3>C3
    """
    incident = Incident(text, GraphBatch())
    found = incident.locate("FUSE FU1", "FUSE FU2", "METER C1", "METER C2", "-METER C3", "-TRIP CB1")
    assert found.multiple > 0.9
    assert not found.one_cause
    assert {frozenset(each) for each in incident.ranked(found)[:2]} == {
        frozenset({"L1", "S1"}),
        frozenset({"L2", "S2"}),
    }
    assert not found.contradicted


def test_a_temporary_fault_leaves_supply_on():
    incident = Incident()
    held = incident.evidence("TRIP CB1", reclosed=True)
    found = incident.locate(held, "-METER C1", "INDICATOR FI1", "-INDICATOR FI2")
    assert found.temporary
    assert found.one_cause
    assert incident.ranked(found)[0] == {"L2", "LS1"}


def test_nothing_is_wrong():
    found = Incident().locate("-CALL C1", "-CALL C2", "-INDICATOR FI1")
    assert (found.finding, found.candidates, found.next_check) == (LocationFinding.NO_EVIDENCE, (), ())
    assert len(found.explained) == 3
    assert Incident().locate().finding is LocationFinding.NO_EVIDENCE


def test_direction_tells_the_side_of_a_ring():
    text = "F1 = CB1\nG1 - CB1 - n1 - L1(500m) - n2 - L2(500m) - n3 - L3(500m) - n1"
    incident = Incident(text, GraphBatch())
    towards = incident.evidence("INDICATOR L2", towards=incident.graph.index("n3"))
    found = incident.locate("TRIP CB1", towards)
    assert incident.ranked(found)[0] == {"L3"}
    foreign = incident.evidence("INDICATOR L2", towards=incident.graph.index("n1"))
    (aside,) = incident.locate("TRIP CB1", foreign).set_aside
    assert aside.reason is Reason.NOT_SUCH_A_THING
    assert "n2, n3" in aside.message


def test_a_tripped_device_that_is_recorded_as_open_was_closed_before():
    incident = Incident(FEEDER.replace("B1 - CB1 -", "B1 - CB1/ -"))
    found = incident.locate("TRIP CB1", "INDICATOR FI1", "-INDICATOR FI2")
    assert incident.ranked(found)[0] == {"L2", "LS1"}


def test_both_worlds_of_an_unknown_switch():
    text = """
        F1 = CB1
        F2 = CB2
        G1 - CB1 - L1(1000m) - LS1? - L2(1000m) - LS2? - L3(1000m) - CB2 - G2
        L2 - S1>C1
    """
    incident = Incident(text, GraphBatch())
    found = incident.locate("METER C1", "TRIP CB1")
    assert {incident.graph.id(i) for i in found.candidates[0].depends_on} >= {"LS1"}
    assert found.candidates[0].probability < 0.999


@pytest.mark.parametrize(
    ("reports", "reason"),
    [
        (["TRIP CB1", "TRIP CB1"], Reason.REPEATED),
        (["TRIP CB1", "-TRIP CB1"], Reason.SUPERSEDED),
        (["TRIP CB1", "TRIP L1"], Reason.NOT_SUCH_A_THING),
        (["TRIP CB1", "TRIP C1"], Reason.NOT_SUCH_A_THING),
        (["TRIP CB1", "INDICATOR L8"], None),
        (["TRIP CB1", "CALL F1"], None),
    ],
)
def test_reports_that_do_not_count_are_told(reports: list[str], reason: Reason | None):
    found = Incident().locate(*reports)
    assert [each.reason for each in found.set_aside] == ([reason] if reason else [])
    assert all(each.message for each in found.set_aside)


def test_times_that_cannot_be():
    incident = Incident()
    late = incident.evidence("INDICATOR FI1", at=NOW - timedelta(hours=30))
    early = incident.evidence("INDICATOR FI2", at=NOW + timedelta(hours=1))
    found = incident.locate("TRIP CB1", late, early)
    assert {each.reason for each in found.set_aside} == {Reason.TOO_OLD, Reason.FUTURE}
    newer = incident.evidence("-INDICATOR FI1", at=NOW - timedelta(minutes=1))
    older = incident.evidence("INDICATOR FI1", at=NOW - timedelta(minutes=9))
    for given in ((older, newer), (newer, older)):
        (aside,) = incident.locate(*given).set_aside
        assert (aside.reason, aside.evidence.key) == (Reason.SUPERSEDED, "INDICATOR FI1")


def test_what_was_dead_before_says_nothing():
    incident = Incident(FEEDER + "\nL8 - LS8/ - L7 - S7>C7")
    found = incident.locate("TRIP CB1", "CALL C7", "INDICATOR L7", "PATROL L7")
    assert [each.reason for each in found.set_aside] == [Reason.DEAD_BEFORE] * 3
    with pytest.raises(InvalidInput, match="without supply before"):
        incident.locate("CALL C7")


def test_questions_without_sense():
    incident = Incident()
    with pytest.raises(InvalidInput, match="names nothing"):
        incident.locate(Evidence(kind=EvidenceKind.CALL, things=()))
    with pytest.raises(InvalidInput, match="at most 1,000"):
        incident.locate(*["TRIP CB1"] * 1001)


OVERHEAD, CABLE = ({"construction": each} for each in (Construction.OVERHEAD, Construction.CABLE))
LINES = ("L1", "L2", "L3", "L4")


def checks(incident: Incident, found: FaultLocation, kind: CheckKind) -> list[str]:
    return [incident.graph.id(each.thing) for each in found.next_check if each.kind is kind]


def test_the_next_check_tells_most_for_what_it_costs():
    incident = Incident(FEEDER, WATCH, LS1={"remote_controlled": True}, L1=OVERHEAD, L3=OVERHEAD)
    found = incident.locate("TRIP CB1")
    order = [round(each.bits_per_minute, 4) for each in found.next_check]
    assert order == sorted(order, reverse=True)
    assert all(0.01 <= each.bits <= 1 and each.minutes > 0 for each in found.next_check)
    assert all(each.if_no < each.if_yes for each in found.next_check if each.kind is not CheckKind.OPEN_AND_TEST)
    remote = [each for each in found.next_check if each.remote and each.kind is CheckKind.OPEN_AND_TEST]
    assert [(incident.graph.id(each.thing), each.minutes, each.doer) for each in remote] == [
        ("LS1", 4, ResponsibilityRole.DISPATCHER)
    ]
    assert {each.harm for each in found.next_check if each.kind is CheckKind.OPEN_AND_TEST} == {
        CheckHarm.TRIAL_ON_FAULT
    }
    # what was read is not proposed again
    again = incident.locate("TRIP CB1", "INDICATOR FI1", "INDICATOR FI2")
    assert not checks(incident, again, CheckKind.READ_INDICATOR)


def test_no_trial_on_an_all_cable_feeder_nor_on_one_of_which_nobody_knows():
    for built in (CABLE, {}):
        incident = Incident(FEEDER, WATCH, **dict.fromkeys(LINES, built))
        assert not checks(incident, incident.locate("TRIP CB1"), CheckKind.OPEN_AND_TEST)
    # the trial behind a cable that leaves the station is one of the cable alone
    mixed = Incident(FEEDER, WATCH, L1=CABLE, L2=OVERHEAD, L3=OVERHEAD, L4=OVERHEAD)
    assert "LS1" not in checks(mixed, mixed.locate("TRIP CB1"), CheckKind.OPEN_AND_TEST)
    assert "LS2" in checks(mixed, mixed.locate("TRIP CB1"), CheckKind.OPEN_AND_TEST)


def test_nobody_who_has_power_is_switched_off_to_learn_something():
    incident = Incident(FEEDER, WATCH, **dict.fromkeys(LINES, OVERHEAD))
    # nothing is known to have tripped: the feeder may be on
    assert not checks(incident, incident.locate("CALL C1"), CheckKind.OPEN_AND_TEST)
    # it closed again and held
    held = incident.evidence("TRIP CB1", reclosed=True)
    assert not checks(incident, incident.locate(held, "INDICATOR FI1"), CheckKind.OPEN_AND_TEST)
    # the part behind LS2 has supply over the tie by now
    fed = Incident(FEEDER.replace("LS9/", "LS9").replace(" - LS2 - ", " - LS2/ - "), WATCH, L2=OVERHEAD, L1=OVERHEAD)
    assert "LS2" not in checks(fed, fed.locate("TRIP CB1"), CheckKind.OPEN_AND_TEST)


def test_a_breaker_of_which_nobody_heard_is_asked_for():
    incident = Incident(FEEDER, WATCH, CB1={"remote_controlled": True})
    found = incident.locate("CALL C1", "CALL C2")
    assert incident.graph.id(found.next_check[0].thing) == "CB1"
    first = found.next_check[0]
    assert (first.kind, first.enquiry, first.minutes) == (CheckKind.ASK_POSITION, Enquiry.READ_TELEMETRY, 1)
    assert first.doer is ResponsibilityRole.DISPATCHER
    assert first.if_yes > 0.95
    assert "CB1" not in checks(incident, incident.locate("TRIP CB1"), CheckKind.ASK_POSITION)
    doubted = incident.locate(incident.evidence("TRIP CB1", source="a"), incident.evidence("-TRIP CB1", source="b"))
    assert "CB1" in checks(incident, doubted, CheckKind.ASK_POSITION)


def test_bits_are_the_expected_loss_of_entropy():
    incident = Incident(FEEDER, WATCH)
    for each in incident.locate("CALL C1").next_check:
        side = each.probability * each.if_yes + (1 - each.probability) * each.if_no
        before = entropy(side)
        after = each.probability * entropy(each.if_yes) + (1 - each.probability) * entropy(each.if_no)
        assert each.bits == pytest.approx(before - after, abs=1e-6)


def entropy(p: float) -> float:
    return -sum(each * log2(each) for each in (p, 1 - p) if each > 0)


def test_a_customer_who_can_tell_the_lateral_from_the_feeder_is_asked():
    incident = Incident(FEEDER, GraphBatch())
    found = incident.locate("CALL C2")
    asked = [incident.graph.id(each.thing) for each in found.next_check if each.kind is CheckKind.ASK_CUSTOMER]
    assert asked == ["C1"]
    assert isinstance(incident.graph.entity(incident.graph.index("C1")), Customer)


def test_an_indicator_that_resets_with_voltage_shows_only_where_supply_was_lost():
    text = "F1 = CB1\nG1 - CB1 - L1(900m) - LS1 - L2(900m) - RC1 - L3(900m)"
    watch = GraphBatch(
        entities=[FaultIndicator(id="FI1", resets_with_voltage=True)],
        relationships=[Relationship(kind=RelationshipKind.MONITORS, source="FI1", target="LS1")],
    )
    incident = Incident(text, watch)
    # behind the recloser: the current passed LS1, but only the recloser tripped, so LS1 kept its voltage
    found = incident.locate("TRIP RC1", "-INDICATOR FI1", "-TRIP CB1")
    assert incident.ranked(found)[0] == {"L3"}
    assert found.one_cause
    found = incident.locate("TRIP CB1", "INDICATOR FI1", "-TRIP RC1")
    assert incident.ranked(found)[0] >= {"L2"}
    assert found.one_cause
    held = incident.evidence("TRIP CB1", reclosed=True)
    assert not incident.locate(held, "INDICATOR FI1").one_cause


def test_a_feeder_without_a_source_and_a_loop_without_a_breaker():
    with pytest.raises(InvalidInput, match="without supply before"):
        Incident("F1 = CB1\nCB1 - L1 - S1>C1", GraphBatch()).locate("CALL C1")
    loop = Incident("F1 = L1\nG1 - L1(100m) - n1 - L2(100m) - n2 - L3(100m) - n1\nn2 - S1>C1", GraphBatch())
    found = loop.locate("CALL C1")
    assert found.candidates[0].opens == ()
    assert found.one_cause
