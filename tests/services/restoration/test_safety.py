"""What may be dangerous to people: the way back, planned work, what may still be live where somebody earths."""

from __future__ import annotations

from datetime import timedelta

import pytest

from graph_api.services.outage.dead_before import PLANNED
from graph_api.services.outage.impact import Cause
from graph_api.services.restoration.plan import RestorationPlan
from graph_api.services.restoration.wording import StepAction, StepPurpose, StillOutReason
from schema.batch import GraphBatch
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import SwitchPosition, TransferMode
from tests.events import impact_on
from tests.services.restoration.test_planning import NOW, REMOTE, TIE, Case

FOR_WORK = {
    "position": SwitchPosition.OPEN,
    "position_source": "计划检修 工作票0412 线路有人工作",
    "position_at": NOW - timedelta(hours=4),
}
SECTIONS = """
    F1 = CB1
    G1 - CB1 - L1 - DS1 - L2 - LS2 - L3 - CB9/ - L8 - CB2 - G2
    L1 - S1>C1
    L2 - S2>C2
    L3 - S3>C3
"""


def after(case: Case, plan: RestorationPlan) -> list[str]:
    return [f"{step.action.value} {case.graph.id(step.target)}" for step in case.switching(plan)]


def purposes(case: Case, plan: RestorationPlan) -> dict[str, StepPurpose]:
    return {case.graph.id(step.target): step.purpose for step in (*plan.steps, *plan.after_repair)}


def ends(case: Case, plan: RestorationPlan) -> list[str]:
    return [case.graph.id(at) for at in plan.feed_ends_at]


def test_on_the_way_back_a_disconnector_is_closed_while_all_is_dead() -> None:
    case = Case(SECTIONS)
    (plan,) = case.plans("L1")
    assert after(case, plan) == ["OPEN CB9", "CLOSE DS1", "CLOSE CB1"]


def test_a_breaker_is_opened_for_a_moment_to_close_a_disconnector() -> None:
    case = Case(SECTIONS)
    (plan,) = case.plans("L2")
    assert after(case, plan) == ["OPEN CB9", "CLOSE LS2", "OPEN CB1", "CLOSE DS1", "CLOSE CB1"]
    assert case.switching(plan)[2].purpose is StepPurpose.DEAD_FOR_DISCONNECTOR


def test_a_disconnector_tie_that_took_over_is_opened_dead() -> None:
    # CB3 feeds L9 again over the tie DS9, closed while both were dead: on the way back CB3 is opened first
    text = """
        G1 - CB1 - L1 - LS1 - L2 - DS9/ - L9 - CB3/ - L8 - CB2 - G2
        L1 - S1>C1
        L2 - S2>C2
    """
    case = Case(text, CB3={"normal_position": SwitchPosition.CLOSED, "position": SwitchPosition.OPEN})
    (plan,) = case.plans("L1")
    assert [each for each in case.steps(plan) if each.startswith("CLOSE")] == ["CLOSE DS9", "CLOSE CB3"]
    assert after(case, plan) == ["CLOSE CB1", "OPEN CB3", "OPEN DS9", "CLOSE LS1", "CLOSE CB3"]


def test_the_way_back_never_leads_away_from_the_normal_diagram() -> None:
    # CB2 stood open before, normally it is closed: once it has fed C8 again it stays closed
    text = "G1 - CB1 - L1 - LS1 - L2 - LS9 - L8 - CB2/ - G2\nL2 - S2>C2\nL1 - S1>C1"
    stood = {"normal_position": SwitchPosition.CLOSED, "position": SwitchPosition.OPEN}
    case = Case(text, CB2=stood, LS9={"normal_position": SwitchPosition.OPEN, "position": SwitchPosition.CLOSED})
    (plan,) = case.plans("L1")
    assert "CLOSE CB2" in case.steps(plan)
    # closing CB1 with CB2 and LS9 closed would join two supplies, as would LS1: all goes back to where it stood
    assert after(case, plan) == ["CLOSE CB1", "OPEN CB2", "CLOSE LS1"]
    cut = Case(text.replace("LS9", "LS9/"), CB2=stood)
    (plan,) = cut.plans("L1")
    assert "CLOSE CB2" in cut.steps(plan)
    assert after(cut, plan) == ["CLOSE CB1", "OPEN LS9", "CLOSE LS1"]


def test_a_disconnector_under_a_source_without_breaker_waits_until_that_is_off() -> None:
    case = Case("G1 - DS1 - L1 - S1>C1")
    (plan,) = case.plans("L1")
    assert after(case, plan) == ["CLOSE DS1"]
    assert case.switching(plan)[0].purpose is StepPurpose.WITH_SOURCE_OFF


def test_what_stands_open_for_work_is_never_closed() -> None:
    case = Case(SECTIONS.replace("CB9/", "CB9"), CB9=FOR_WORK | {"normal_position": SwitchPosition.OPEN})
    (plan,) = case.plans("L1")
    assert not any(each.startswith("CLOSE") for each in case.steps(plan))
    assert "LOCK CB9" in case.steps(plan)
    assert case.out(plan) == {
        "C1": StillOutReason.CUT_OUT,
        "C2": StillOutReason.OPEN_FOR_WORK,
        "C3": StillOutReason.OPEN_FOR_WORK,
    }
    assert after(case, plan) == ["CLOSE CB1"]


def test_a_line_on_which_people_work_is_no_way_for_supply() -> None:
    # L9 was opened at CB3 for work: it is not energised over the tie LS8 either, to feed C2 beyond LS9
    text = """
        G1 - CB1 - L1 - LS1 - L2 - LS9/ - L9 - LS8/ - L8 - CB2 - G2
        L9 - CB3 - G3
        L1 - S1>C1
        L2 - S2>C2
    """
    case = Case(text, CB3=FOR_WORK)
    (plan,) = case.plans("L1")
    assert case.out(plan)["C2"] is StillOutReason.OPEN_FOR_WORK
    # nobody said why it was opened: an earlier fault may lie there
    unsaid = Case(text, CB3=FOR_WORK | {"position_source": "遥信"})
    assert unsaid.out(unsaid.plans("L1")[0])["C2"] is StillOutReason.OPEN_FOR_WORK
    free = Case(text, CB3={"position": SwitchPosition.OPEN, "normal_position": SwitchPosition.OPEN})
    assert "C2" not in free.out(free.plans("L1")[0])


def test_what_an_earlier_fault_opened_is_not_closed_onto_it() -> None:
    # L9 was faulty before: CB3 tripped on it and LS9 was opened; now L1 fails, and C2 could be had over L9 alone
    text = """
        G1 - CB1 - L1 - LS1 - L2 - LS9 - L9 - CB3 - G3
        L1 - S1>C1
        L2 - S2>C2
    """
    stood = FOR_WORK | {"position_source": "现场汇报"}
    case = Case(text, CB3=stood, LS9=stood)
    (plan,) = case.plans("L1")
    assert not [each for each in case.steps(plan) if each.startswith("CLOSE")]
    assert case.out(plan)["C2"] is StillOutReason.OPEN_FOR_WORK


@pytest.mark.parametrize(
    ("source", "planned"),
    [("计划工作", True), ("线路有人工作", True), ("Planned outage", True), ("非计划停运", False), ("unplanned", False)],
)
def test_words_that_say_that_a_switch_was_opened_for_work(source: str, *, planned: bool) -> None:
    assert (PLANNED.search(source) is not None) is planned


def test_nothing_is_earthed_while_a_customer_may_feed_it() -> None:
    # both incoming bays stand closed: L1 is live from L2 through the customer once CB1 has tripped
    text = """
        G1 - CB1 - L1 - S1>C1 - IB1 - SB1 - n1
        G2 - CB2 - L2 - S2>C1:standby - IB2 - SB2 - n1
        n1 - LD1(80kW)
    """
    case = Case(text, **{"C1.1": {"transfer": TransferMode.MANUAL, "undervoltage_release": True}})
    (plan,) = case.plans("L1")
    steps = case.steps(plan)
    assert steps.index("OPEN SB1") < steps.index("LOCK SB1") < steps.index("EARTH L1")


def test_a_closed_bypass_is_opened_too_after_the_breaker() -> None:
    text = """
        n0 - CB1 - n1
        G1 - n0 - DS1 - n1 - L1 - S1>C1
        n0 - CB2 - L2 - S2>C2
    """
    for fields in ({}, {"CB1": REMOTE, "CB2": REMOTE}):
        case = Case(text, **fields)
        (plan,) = case.plans("L1")
        steps = case.steps(plan)
        assert steps.index("OPEN CB1") < steps.index("OPEN DS1") < steps.index("EARTH L1")
        assert ends(case, plan) == []


def test_what_nothing_can_part_from_a_source_is_named_and_not_earthed() -> None:
    text = "n0 - CB1 - n1\nG1 - n0 - DS1 - n1 - L1 - S1>C1"
    case = Case(text)
    (plan,) = case.plans("L1", fixed=["DS1"])
    assert ends(case, plan) == ["G1"]
    assert not any(each.startswith("EARTH") for each in case.steps(plan))


def test_a_switch_of_unknown_position_is_made_sure_of_before_anybody_earths() -> None:
    case = Case("G1 - CB1? - L1 - S1>C1\nL1 - LS1 - L2 - S2>C2")
    (plan,) = case.plans("L1")
    assert case.steps(plan) == ["OPEN CB1", "LOCK CB1", "EARTH L1"]
    assert purposes(case, plan)["CB1"] is StepPurpose.BACK_TO_NORMAL
    assert plan.steps[0].purpose is StepPurpose.CONFIRM_OPEN
    assert plan.operated_by == plan.bounded_by
    assert after(case, plan) == ["CLOSE CB1"]


def test_an_unknown_disconnector_with_voltage_cannot_be_made_sure_of() -> None:
    case = Case("G1 - DS1? - L1 - S1>C1")
    (plan,) = case.plans("L1")
    assert case.steps(plan) == []
    assert ends(case, plan) == ["G1"]


def test_cut_out_and_faulted_mean_the_same_where_positions_are_unknown() -> None:
    case = Case("G1 - CB1? - L1 - S1>C1\nL1 - LS1? - L2 - S2>C2\nL2 - LS9/ - L8 - CB8 - G8")
    things = [case.graph.index("L1")]
    hit = {cause: impact_on(case.model, things, NOW, cause=cause) for cause in (Cause.FAULTED, Cause.ISOLATED)}
    names = {cause: {case.graph.id(at) for _, at in found.customers()} for cause, found in hit.items()}
    assert names == {Cause.FAULTED: {"C1", "C2"}, Cause.ISOLATED: {"C1"}}
    (plan,) = case.plans("L1")
    assert case.out(plan) == {"C1": StillOutReason.CUT_OUT}
    assert {case.graph.id(each.thing) for each in plan.accounts.back} == {"C2"}


def test_an_area_that_only_unknown_switches_feed_is_accounted_for() -> None:
    case = Case("G1 - CB1? - L1 - LS1? - L2 - FU1? - EC1(7kW)\nL2 - LS9? - L8 - CB2? - G2")
    (plan,) = case.plans("L1")
    assert [(case.graph.id(each.thing), each.step) for each in plan.accounts.back] == [("EC1", 4)]
    assert set(case.steps(plan)[:4]) == {"OPEN LS1", "CLOSE FU1", "CLOSE LS9", "CLOSE CB2"}
    assert case.steps(plan)[3] == "CLOSE CB2"


def test_who_had_no_supply_before_is_told_so() -> None:
    # C1 is fed from L1 by hand, which was dead before: losing L2 leaves it as it was, without anything
    text = "G1 - CB1/ - L1 - S1>C1\nG2 - CB2 - L2 - S2>C1:standby"
    case = Case(text, **{"C1.1": {"transfer": TransferMode.MANUAL, "load_kw": 10.0}})
    (plan,) = case.plans("L2")
    assert case.out(plan) == {"C1": StillOutReason.OUT_BEFORE}
    assert plan.accounts.was_not_out == ()


def test_who_had_no_supply_before_and_is_fed_by_a_step_is_back_by_it() -> None:
    # C1 was dark before; CB1 is closed for C2, and L1 with it
    text = "G1 - CB1/ - L1 - S1>C1\nL1 - LS9/ - L3\nG2 - CB2 - L2 - LS2 - L3 - S2>C1:standby\nL3 - S3>C2"
    case = Case(text, **{"C1.1": {"transfer": TransferMode.MANUAL, "load_kw": 10.0}})
    (plan,) = case.plans("L2")
    closed = next(step.order for step in plan.steps if case.graph.id(step.target) == "CB1")
    assert {(case.graph.id(each.thing), each.step) for each in plan.accounts.back} == {("C1", closed), ("C2", closed)}
    assert plan.accounts.was_not_out == ()


def test_every_open_device_with_a_source_behind_is_locked() -> None:
    case = Case(TIE)
    (plan,) = case.plans("L3")
    locked = {case.graph.id(each.target): each for each in plan.steps if each.action is StepAction.LOCK}
    assert locked.keys() == {"LS2", "LS9"}
    earth = plan.steps[-1]
    assert earth.action is StepAction.EARTH
    assert all(each.end_min <= earth.start_min for each in locked.values())


def test_a_fault_of_a_supply_is_one_of_the_grid() -> None:
    case = Case("G1 - CB1 - L1 - S1>C1")
    (plan,) = case.plans("S1")
    assert case.out(plan) == {"C1": StillOutReason.CUT_OUT}
    assert "EARTH S1" in case.steps(plan)


def test_what_trips_only_if_an_unknown_switch_is_closed_may_stand_closed() -> None:
    # if DS1 is open, CB1 has not tripped: it is looked at and opened, DS1 then while it is dead
    case = Case("G1 - CB1 - L0 - DS1? - L1 - S1>C1")
    (plan,) = case.plans("L1")
    assert case.steps(plan) == ["OPEN CB1", "OPEN DS1", "LOCK DS1", "EARTH L1"]
    assert {step.purpose for step in plan.steps[:2]} == {StepPurpose.CONFIRM_OPEN}
    assert after(case, plan) == ["CLOSE DS1", "CLOSE CB1"]
    known = Case("G1 - CB1 - L0 - LS1 - L1 - S1>C1")
    assert "OPEN CB1" not in known.steps(known.plans("L1")[0])


WIRED = """
    G1 - CB1 - L1 - S1>C1 - SB1 - IB1 - LD1(80kW)
    G2 - CB2 - L2 - S2>C1:standby - SB2/ - IB1
"""


@pytest.mark.parametrize("releases", [True, False])
def test_what_a_release_or_transfer_should_have_opened_is_opened_before_it_is_locked(releases: bool) -> None:
    # SB1 is reported closed: a release or an automatic transfer holds it open, by what nobody has seen
    how = {"undervoltage_release": releases, "transfer": TransferMode.NONE if releases else TransferMode.AUTOMATIC}
    case = Case(WIRED, **{"C1.1": how})
    (plan,) = case.plans("L1")
    steps = [each for each in case.steps(plan) if each.endswith(("SB1", "L1"))]
    assert steps == ["OPEN SB1", "LOCK SB1", "EARTH L1"]
    opened, locked, earth = (step for step in plan.steps if case.graph.id(step.target) in {"SB1", "L1"})
    assert opened.end_min <= locked.start_min < locked.end_min <= earth.start_min


def test_what_is_reported_open_or_a_step_has_opened_is_locked_alone() -> None:
    case = Case(WIRED, **{"C1.1": {"undervoltage_release": True}, "SB1": {"position": SwitchPosition.OPEN}})
    (plan,) = case.plans("L1")
    assert [each for each in case.steps(plan) if each.endswith("SB1")] == ["LOCK SB1"]
    by_hand = Case(WIRED, **{"C1.1": {"transfer": TransferMode.MANUAL}})
    (plan,) = by_hand.plans("L1")
    (transfer,) = (step for step in plan.steps if step.action is StepAction.TRANSFER)
    assert [by_hand.graph.id(at) for at in transfer.opens] == ["SB1"]
    assert [each for each in by_hand.steps(plan) if each.endswith("SB1")] == ["LOCK SB1"]


def test_what_an_automatic_transfer_of_the_grid_has_opened_is_opened_before_it_is_locked() -> None:
    pair = Relationship(kind=RelationshipKind.AUTO_CLOSES, source="CB1", target="CB9")
    text = "G1 - CB8 - L1 - CB1 - B1 - CB9/ - B2 - CB2 - G2\nB1 - CB3 - L3 - S1>C1"
    case = Case(text, GraphBatch(relationships=[pair]), CB1={"auto_transfer_s": 3.0})
    (plan,) = case.plans("L1")
    steps = case.steps(plan)
    assert steps.index("OPEN CB1") < steps.index("LOCK CB1") < steps.index("EARTH L1")
    assert "OPEN CB8" not in steps


def test_accounts_are_true_in_every_world_of_an_unknown_switch() -> None:
    # LS2 closed: C1 changes over by itself; open: it is out until LS2 is closed, so somebody looks
    text = "G1 - CB1 - L1 - S1>C1\nG2 - CB2 - L2 - LS2? - L3 - S2>C1:standby"
    case = Case(text, **{"C1.1": {"transfer": TransferMode.AUTOMATIC}})
    (plan,) = case.plans("L1")
    assert plan.accounts.was_not_out == ()
    assert case.out(plan) == {"C1": StillOutReason.POSITION_UNKNOWN}


def test_who_is_back_in_the_only_world_that_took_it_is_back_at_that_step() -> None:
    # LS1 closed: EC1 fell with the source, and comes back with it once LS2 parts the fault; open: it was out before
    text = "G1 - L1 - LS1? - L2 - LS2 - L3\nL2 - EC1(20kW)"
    case = Case(text, EC1={"customer_count": 30})
    (plan,) = case.plans("L3")
    (back,) = plan.accounts.back
    assert [(each.order, case.graph.id(each.target)) for each in plan.steps if each.areas] == [(back.step, "LS2")]


def test_own_sources_behind_an_unknown_switch_are_taken_to_have_voltage() -> None:
    # DS1 open: S2 may be fed from elsewhere, and back through C1 onto the fault
    text = "G1 - CB1 - L1 - S1>C1\nL1 - DS1? - L2 - S2>C1:standby"
    case = Case(text, **{"C1.1": {"transfer": TransferMode.NONE}})
    (plan,) = case.plans("L1")
    assert "LOCK S1" in case.steps(plan)


@pytest.mark.parametrize(
    "how", [{"undervoltage_release": True, "transfer": TransferMode.NONE}, {"transfer": "AUTOMATIC"}]
)
def test_a_supply_without_recorded_bay_is_opened_before_it_is_locked_too(how: dict[str, object]) -> None:
    case = Case("G1 - CB1 - L1 - S1>C1\nG2 - CB2 - L2 - S2>C1:standby", **{"C1.1": {"load_kw": 5.0, **how}})
    (plan,) = case.plans("L1")
    assert [each for each in case.steps(plan) if each.endswith(("S1", "L1"))] == ["OPEN S1", "LOCK S1", "EARTH L1"]
    assert "CLOSE S1" in after(case, plan) or "TRANSFER S1" in after(case, plan)
    (plan,) = case.plans("L2")
    assert [each for each in case.steps(plan) if each.endswith("S2")] == ["LOCK S2"]


def test_a_faulty_bay_is_not_what_keeps_a_supply_apart() -> None:
    # SB1 itself is faulty and stands closed: nothing is locked by it, but what lies around it on either side
    case = Case(WIRED, **{"C1.1": {"transfer": TransferMode.MANUAL}})
    (plan,) = case.plans("SB1")
    assert case.steps(plan) == ["LOCK SB2", "LOCK CB1", "EARTH SB1"]
    assert [case.graph.id(at) for at in plan.bounded_by] == ["CB1", "SB2"]
