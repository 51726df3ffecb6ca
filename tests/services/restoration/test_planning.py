"""Restoration plans: drawn cases worked out by hand. tests/judged holds them against the independent checker."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.impact import Cause
from graph_api.services.outage.situation import situation_of
from graph_api.services.restoration.growing import Objective
from graph_api.services.restoration.plan import PlanStep, RestorationPlan
from graph_api.services.restoration.play import Play, Unsafe
from graph_api.services.restoration.wording import StepAction, StepPurpose, StillOutReason
from schema.batch import GraphBatch
from schema.grid import Switch
from schema.vocabulary import Importance, LoadsFed, Ownership, ResponsibilityRole, TransferMode
from tests.drawing import draw
from tests.events import event, impact_on, plans_for

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
TIE = """
    F1 = CB1
    F2 = CB2
    G1 - B1 - CB1 - L1 - LS1 - L2 - LS2 - L3 - LS9/ - L8 - CB2 - B2 - G2
    L1 - S1>C1
    L2 - S2>C2
    L3 - S3>C3
    L8 - S8>C8
"""


def load(kw: float) -> dict[str, object]:
    return {"load_kw": kw}


_BEFORE_CLOSING = frozenset({StepAction.PATROL, StepAction.REMOVE_EARTH, StepAction.UNLOCK})


class Case:
    def __init__(self, text: str, *more: GraphBatch, **fields: dict[str, object]) -> None:
        self.model = ReadModel.build(draw(text, *more, **fields))
        self.graph = self.model.graph

    def plans(self, *things: str, **options: list[str]) -> list[RestorationPlan]:
        named = {name: [self.graph.index(each) for each in those] for name, those in options.items()}
        return plans_for(self.model, [self.graph.index(each) for each in things], NOW, **named)  # type: ignore[arg-type]

    @staticmethod
    def switching(plan: RestorationPlan) -> list[PlanStep]:
        """Steps after the repair once the line is walked along, and earths and locks are off."""
        return [step for step in plan.after_repair if step.action not in _BEFORE_CLOSING]

    def steps(self, plan: RestorationPlan) -> list[str]:
        return [f"{step.action.value} {self.graph.id(step.target)}" for step in plan.steps]

    def out(self, plan: RestorationPlan) -> dict[str, StillOutReason]:
        return {self.graph.id(each.thing): each.reason for each in plan.still_out}


def rated(amperes: float) -> dict[str, object]:
    return {"rated_current_a": amperes, "nominal_kv": 10}


REMOTE: dict[str, object] = {"remote_controlled": True}


def test_the_fault_is_cut_out_and_the_rest_is_fed_from_both_sides() -> None:
    case = Case(TIE, **{"C1.1": load(100), "C2.1": load(200), "C3.1": load(300)})
    (plan,) = case.plans("L2")
    assert set(case.steps(plan)) == {
        *("OPEN LS1", "OPEN LS2", "CLOSE CB1", "CLOSE LS9"),
        *("LOCK LS1", "LOCK LS2", "EARTH L2"),
    }
    steps = case.steps(plan)
    assert steps.index("OPEN LS1") < steps.index("CLOSE CB1")
    assert steps.index("OPEN LS2") < steps.index("CLOSE LS9")
    back = {case.graph.id(customer): step.kw for step in plan.steps for customer in step.restored}
    assert back == {"C1": 100, "C3": 300}
    assert (plan.operations, plan.kw, plan.restored_count) == (4, 400, 2)
    assert case.out(plan) == {"C2": StillOutReason.CUT_OUT}
    assert [case.graph.id(at) for at in plan.bounded_by] == ["LS1", "LS2"]
    assert plan.operated_by == plan.bounded_by


def test_who_operates_what_by_place_ownership_voltage_and_remote_control() -> None:
    text = TIE + "CB1, B1 @ SUB1"
    fields = {"LS1": REMOTE, "LS2": {"ownership": Ownership.CUSTOMER}, "LS9": REMOTE}
    case = Case(text, **fields)
    (plan,) = case.plans("L2")
    doers = {case.graph.id(step.target): step.doer for step in plan.steps if step.opens or step.closes}
    assert doers["LS1"] is ResponsibilityRole.DISPATCHER
    assert doers["LS2"] is ResponsibilityRole.CUSTOMER_ELECTRICIAN
    assert doers["CB1"] is ResponsibilityRole.SUBSTATION_OPERATION
    high = Case(text, **fields, CB1={**REMOTE, "nominal_kv": 110.0})
    (plan,) = high.plans("L2")
    moved = [step for step in plan.steps if step.opens or step.closes]
    by = {high.graph.id(step.target): (step.doer, step.end_min - step.start_min) for step in moved}
    assert by["CB1"] == (ResponsibilityRole.SUBSTATION_OPERATION, 2.0)
    assert by["LS1"] == (ResponsibilityRole.DISPATCHER, 2.0)


def test_a_dead_end_is_not_visited() -> None:
    # behind LS3 lies nothing but a load: opening it feeds nobody, and nothing can come from there
    case = Case(TIE + "L2 - LS3 - L4 - S4>C4")
    (plan,) = case.plans("L2")
    assert "OPEN LS3" not in case.steps(plan)
    assert case.out(plan) == {"C2": StillOutReason.CUT_OUT, "C4": StillOutReason.CUT_OUT}


def test_a_supply_that_cannot_carry_it_is_not_asked_to() -> None:
    # 10 A at 10 kV and a power factor of 0.9 carry 156 kW
    case = Case(TIE, **{"C3.1": load(300), "C8.1": load(50), "L8": rated(10)})
    (plan,) = case.plans("L2")
    assert "CLOSE LS9" not in case.steps(plan)
    assert case.out(plan)["C3"] is StillOutReason.NO_CAPACITY
    enough = Case(TIE, **{"C3.1": load(100), "C8.1": load(50), "L8": rated(10)})
    assert "CLOSE LS9" in enough.steps(enough.plans("L2")[0])


def test_the_most_urgent_part_first_where_not_all_can_be_carried() -> None:
    text = TIE + "L3 - LS3 - L4 - S4>C4"
    fields = {"C3.1": load(100), "C4.1": load(100), "C8.1": load(0), "L8": rated(10)}
    case = Case(text, C4={"importance": Importance.FIRST}, **fields)
    plans = {plan.objective: plan for plan in case.plans("L2")}
    first = plans[Objective.MOST_IMPORTANT]
    # the tie leads over L3 to L4: only the nearer part can be carried
    assert case.out(first).keys() == {"C2", "C4"}
    assert case.steps(first).index("OPEN LS3") < case.steps(first).index("CLOSE LS9")
    purposes = {case.graph.id(step.target): step.purpose for step in first.steps}
    assert (purposes["LS3"], purposes["LS9"]) == (StepPurpose.SECTION, StepPurpose.RESUPPLY)
    assert case.out(first)["C4"] is StillOutReason.NO_CAPACITY
    assert "CLOSE LS9" not in case.steps(plans[Objective.FEWEST_OPERATIONS])


def test_a_bus_is_parted_at_its_own_bays_where_not_all_can_be_carried() -> None:
    # L1 has no load: CB1 parts the bus, not the pole switch LS1
    text = """
        F1 = CB1
        F2 = CB2
        G1 - CB0 - B1 - CB1 - L1 - LS1 - L2 - LS9/ - L8 - CB2 - G2
        L2 - S2>C2
        L2 - LS3 - L3 - S3>C3
        L8 - S8>C8
    """
    fields = {"C2.1": load(100), "C3.1": load(100), "C8.1": load(0), "L8": rated(10)}
    case = Case(text, C2={"importance": Importance.FIRST}, **fields)
    plan, *_ = case.plans("B1")
    opened = [each for each in case.steps(plan) if each.startswith("OPEN")]
    assert set(opened) == {"OPEN CB1", "OPEN LS3"}
    assert {case.graph.id(at) for at in plan.bounded_by} == {"CB0", "CB1"}


def test_a_disconnector_is_never_closed_onto_voltage() -> None:
    # DS9 has voltage from G2: it is the only tie, and cannot take load
    case = Case(TIE.replace("LS9/", "DS9/"))
    (plan,) = case.plans("L2")
    assert "CLOSE DS9" not in case.steps(plan)
    assert case.out(plan)["C3"] is StillOutReason.DISCONNECTOR_TIE
    # a dead end then: nothing usable lies behind LS2
    assert "OPEN LS2" not in case.steps(plan)


@pytest.mark.parametrize("ties", ["DS9/ - L5 - DS5/", "LS9/ - L5 - DS5/"])
def test_a_disconnector_beyond_a_section_that_was_dead_before_is_named_as_the_reason(ties: str) -> None:
    case = Case(TIE.replace("LS9/", ties))
    (plan,) = case.plans("L2")
    assert case.out(plan)["C3"] is StillOutReason.DISCONNECTOR_TIE


def test_a_disconnector_is_closed_dead_and_energised_by_the_next_switch() -> None:
    text = """
        F1 = CB1
        G1 - CB1 - L1 - LS1 - L2 - S2>C2
        L2 - DS5/ - L5 - LS9/ - L8 - CB2 - G2
    """  # L5 is a dead section between two open switches
    case = Case(text)
    (plan,) = case.plans("L1")
    steps = case.steps(plan)
    assert [each for each in steps if each.startswith(("OPEN", "CLOSE"))] == ["OPEN LS1", "CLOSE DS5", "CLOSE LS9"]
    assert plan.restored_count == 1


def test_the_grid_is_never_fed_through_a_customer() -> None:
    text = """
        F1 = CB1
        G1 - CB1 - L1 - LS1 - L2 - S2>C2 - SB1/ - IB1
        G2 - CB2 - L8 - S8>C2:standby - SB2 - IB1
        L2 - S3>C3
    """
    case = Case(text)
    for plan in case.plans("L1"):
        assert not [step for step in plan.steps if step.action is StepAction.CLOSE]
        assert "C3" in case.out(plan)


def test_after_an_undervoltage_release_somebody_has_to_close() -> None:
    case = Case(TIE, **{"C3.1": {"load_kw": 300.0, "undervoltage_release": True}})
    (plan,) = case.plans("L2")
    release = next(step for step in plan.steps if step.action is StepAction.RELEASE)
    tie = next(step for step in plan.steps if case.graph.id(step.target) == "LS9")
    assert tie.restored == ()
    assert [case.graph.id(each) for each in release.restored] == ["C3"]
    assert release.start_min >= tie.end_min


def test_two_stages_the_remote_switches_feed_what_they_can_the_field_the_rest() -> None:
    # LS1 and LS2 stand nearest to L3, LS2 on site: the remote LS0 gives C1 back in minutes, LS1 then C2
    text = """
        F1 = CB1
        G1 - CB1 - L1 - LS0 - L2 - LS1 - L3 - S3>C3
        L1 - S1>C1
        L2 - S2>C2
    """
    case = Case(text, CB1=REMOTE, LS0=REMOTE)
    (plan,) = case.plans("L3")
    assert [each for each in case.steps(plan) if not each.startswith(("LOCK", "EARTH"))] == [
        "OPEN LS0",
        "CLOSE CB1",
        "OPEN LS1",
        "CLOSE LS0",
    ]
    back = {case.graph.id(each.thing): (each.step, each.minute) for each in plan.accounts.back}
    assert back == {"C1": (2, 4.0), "C2": (4, 32.0)}


def test_everybody_is_in_exactly_one_account() -> None:
    text = TIE + "L1 - EC1(40kW)\nL2 - EC2(50kW)\nG2 - CB3 - L9 - S9>C1:standby"
    case = Case(text, **{"C1.1": {"transfer": TransferMode.AUTOMATIC, "load_kw": 10.0}})
    (plan,) = case.plans("L2")
    names = case.graph.id
    assert [names(each) for each in plan.accounts.was_not_out] == ["C1"]
    assert {names(each.thing) for each in plan.accounts.back} == {"C3", "EC1"}
    assert {names(each.thing) for each in plan.accounts.still_out} == {"C2", "EC2"}
    assert plan.accounts.on_own == ()


def test_a_switch_that_nobody_can_operate_makes_the_cut_larger() -> None:
    case = Case(TIE)
    (plan,) = case.plans("L2", fixed=["LS2"])
    assert "OPEN LS2" not in case.steps(plan)
    assert {"C2", "C3"} <= case.out(plan).keys()


def test_a_source_that_nothing_parts_from_the_fault() -> None:
    case = Case("G1 - L1 - L2 - S1>C1\nL2 - EC1(20kW)")
    (plan,) = case.plans("L2")
    assert [case.graph.id(at) for at in plan.feed_ends_at] == ["G1"]
    assert case.out(plan) == {"C1": StillOutReason.CUT_OUT, "EC1": StillOutReason.CUT_OUT}


def test_a_source_without_breaker_is_parted_dead_and_feeds_again_by_itself() -> None:
    case = Case("G1 - L1 - S1>C1\nL1 - LS1 - L2 - S2>C2", LS1=REMOTE)
    (plan,) = case.plans("L2")
    assert case.steps(plan) == ["OPEN LS1", "LOCK LS1", "EARTH L2"]
    assert [case.graph.id(at) for at in plan.steps[0].restored] == ["C1"]
    assert case.out(plan) == {"C2": StillOutReason.CUT_OUT}


def test_a_feeder_as_a_whole_is_a_fault_behind_its_head() -> None:
    case = Case(TIE)
    (plan,) = case.plans("F1")
    assert "CLOSE CB1" not in case.steps(plan)
    assert case.out(plan) == {"C1": StillOutReason.CUT_OUT}


def test_own_sources_are_parted_from_the_cut_out_line_before_anybody_works_there() -> None:
    text = TIE + "L8 - S9>C2:standby"
    case = Case(text, **{"C2.1": {"transfer": TransferMode.MANUAL, "load_kw": 10.0}})
    (plan,) = case.plans("L2")
    lock = next(step for step in plan.steps if step.action is StepAction.LOCK and case.graph.id(step.target) == "S2")
    assert lock.doer is ResponsibilityRole.CUSTOMER_ELECTRICIAN
    earth = next(step for step in plan.steps if step.action is StepAction.EARTH)
    assert lock.end_min <= earth.start_min


def test_isolated_is_what_the_first_plan_leaves() -> None:
    case = Case(TIE)
    things = [case.graph.index("L2")]
    impact = impact_on(case.model, things, NOW, cause=Cause.ISOLATED)
    assert {case.graph.id(customer) for _, customer in impact.customers()} == {"C2"}
    assert {case.graph.id(each) for each in impact.operated_by} == {"LS1", "LS2"}
    (hit,) = [impact.affected(customer) for _, customer in impact.customers()]
    assert hit.loads_fed is LoadsFed.NONE


def test_back_to_normal_feeds_what_was_repaired_before_it_opens_what_took_over() -> None:
    case = Case(TIE)
    (plan,) = case.plans("L2")
    after = [f"{step.action.value} {case.graph.id(step.target)}" for step in case.switching(plan)]
    assert after == ["CLOSE LS1", "OPEN LS9", "CLOSE LS2"]


def test_a_play_refuses_what_is_unsafe() -> None:
    case = Case(TIE.replace("CB2 -", "DS2 -") + "L1 - LS5/ - L8")
    at = case.graph.index
    play = Play(situation_of(case.model, event([at("L2")])), ())
    with pytest.raises(Unsafe, match="feed what is cut out"):
        play.operate(closes=[at("CB1")])
    with pytest.raises(Unsafe, match="may not be opened"):
        play.operate(opens=[at("DS2")])
    play.operate(opens=[at("LS1")])
    play.operate(closes=[at("CB1")])
    with pytest.raises(Unsafe, match="join two live"):
        play.operate(closes=[at("LS5")])
    with pytest.raises(Unsafe, match="take supply from"):
        play.operate(opens=[at("CB1")])
    assert isinstance(case.graph.entity(at("DS2")), Switch)
