"""What plans do at customers: change-overs, trucks, and who locks and earths; drawn cases worked out by hand."""

from __future__ import annotations

import pytest

from graph_api.services.restoration.wording import StepAction, StillOutReason
from schema.batch import GraphBatch
from schema.customer import AccessPoint
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Construction, Importance, Interlock, Ownership, ResponsibilityRole, TransferMode
from tests.services.restoration.test_planning import REMOTE, TIE, Case, load, rated

WITH_ACCESS = """
    F1 = CB1
    G1 - CB1 - L1 - S1>C1
    G2 - CB2 - L8 - S8>C1:standby
    L1 - S2>C2 - SB2 - IB2 - LD2
"""


ACCESS = GraphBatch(
    entities=[AccessPoint(id="A2", name="接入箱")],
    relationships=[
        Relationship(kind=RelationshipKind.CONTAINED_IN, source="A2", target="C2.1"),
        Relationship(kind=RelationshipKind.ATTACHES_TO, source="A2", target="IB2"),
        Relationship(kind=RelationshipKind.CONTAINED_IN, source="LD2", target="C2.1"),
    ],
)


def test_a_customer_changes_over_by_hand_or_gets_a_generator() -> None:
    by_hand = {"C1.1": {"transfer": TransferMode.MANUAL, "load_kw": 80.0}, "LD2": {"kw": 30.0}}
    case = Case(WITH_ACCESS, ACCESS, C2={"importance": Importance.SECOND}, **by_hand)
    (plan,) = case.plans("L1")
    found = {case.graph.id(step.target): (step.order, step.action, step.doer, step.kw) for step in plan.steps}
    # the telephone call goes out first; the incoming switch is opened before the generator feeds the bus
    assert found["S8"] == (1, StepAction.TRANSFER, ResponsibilityRole.CUSTOMER_ELECTRICIAN, 80.0)
    assert found["A2"][1:] == (StepAction.GENERATOR, ResponsibilityRole.EMERGENCY_POWER, 30.0)
    opened = next(step for step in plan.steps if step.action is StepAction.OPEN)
    assert case.graph.id(opened.target) == "SB2"
    assert opened.order < found["A2"][0]
    assert not case.out(plan)
    (own,) = plan.accounts.on_own
    assert (case.graph.id(own.customer), own.step, own.until) == ("C2", found["A2"][0], None)


@pytest.mark.parametrize("releases", [True, False])
def test_a_truck_comes_after_the_incoming_switch_is_open_and_locked(releases: bool) -> None:
    # a release that should have opened is not relied on: SB2 is reported closed
    fields = {"LD2": {"kw": 30.0}, "C2.1": {"undervoltage_release": releases}}
    case = Case(WITH_ACCESS, ACCESS, C2={"importance": Importance.SECOND}, **fields)
    (plan,) = case.plans("L1")
    found = {f"{step.action.value} {case.graph.id(step.target)}": step for step in plan.steps}
    at_customer = [name for name in found if name.endswith((" SB2", " A2"))]
    assert at_customer == ["OPEN SB2", "LOCK SB2", "GENERATOR A2"]
    opened, locked, truck = map(found.__getitem__, at_customer)
    assert opened.end_min <= locked.start_min < locked.end_min <= truck.start_min
    assert {opened.doer, locked.doer} == {ResponsibilityRole.CUSTOMER_ELECTRICIAN}


def test_earthing_waits_for_the_last_lock_of_its_border_and_for_no_truck() -> None:
    case = Case(WITH_ACCESS, ACCESS, C2={"importance": Importance.SECOND}, LD2={"kw": 30.0})
    (plan,) = case.plans("L1")
    found = {f"{step.action.value} {case.graph.id(step.target)}": step for step in plan.steps}
    assert found["LOCK CB1"].end_min <= found["EARTH L1"].start_min < found["GENERATOR A2"].end_min
    assert found["LOCK SB2"].end_min <= found["EARTH L1"].start_min


def test_locks_and_earths_are_put_on_by_who_is_there() -> None:
    text = TIE + "CB1, B1, L1 @ SUB1"
    case = Case(text, CB1=REMOTE, LS1=REMOTE, LS2=REMOTE, LS9=REMOTE)
    (plan,) = case.plans("L2")
    doers = {f"{step.action.value} {case.graph.id(step.target)}": step.doer for step in plan.steps}
    assert doers["OPEN LS1"] is ResponsibilityRole.DISPATCHER
    assert doers["LOCK LS1"] is doers["EARTH L2"] is ResponsibilityRole.DISTRIBUTION_REPAIR
    (plan,) = case.plans("L1")
    doers = {f"{step.action.value} {case.graph.id(step.target)}": step.doer for step in plan.steps}
    assert doers["LOCK CB1"] is doers["EARTH L1"] is ResponsibilityRole.SUBSTATION_OPERATION
    own = Case(TIE, L2={"ownership": Ownership.CUSTOMER, "construction": Construction.CABLE})
    (plan,) = own.plans("L2")
    assert {step.doer for step in plan.steps if step.action is StepAction.EARTH} == {plan.after_repair[0].doer}
    assert plan.after_repair[0].doer is ResponsibilityRole.CUSTOMER_ELECTRICIAN
    for step in case.switching(plan):
        assert (step.target,) in (step.opens, step.closes)


def test_no_truck_stands_behind_a_live_supply() -> None:
    # LS2 sheds C2, which L8 cannot carry; it stays open, though C2 has parted itself for a truck, until the repair
    text = """
        F1 = CB1
        G1 - CB1 - L0 - LS1 - L1 - LS9/ - L8 - CB8 - G2
        L1 - S1>C1
        L1 - LS2 - L2 - S2>C2 - SB2 - IB2 - LD2
        L8 - S8>C8
    """
    fields = {"C1.1": load(100), "C8.1": load(0), "L8": rated(10), "LD2": {"kw": 100.0}}
    case = Case(text, ACCESS, C1={"importance": Importance.FIRST}, C2={"importance": Importance.SECOND}, **fields)
    plan, *_ = case.plans("L0")
    assert "GENERATOR A2" in case.steps(plan)
    steps = case.steps(plan)
    assert steps.index("OPEN LS2") < steps.index("CLOSE LS9")
    assert "LS2" in [case.graph.id(step.target) for step in plan.after_repair]


def test_switches_that_stand_open_are_locked_before_a_truck_comes_too() -> None:
    text = WITH_ACCESS + "G2 - CB5 - L5 - S5>C2:standby - SB5/ - IB2"
    case = Case(text, ACCESS, C2={"importance": Importance.SECOND}, LD2={"kw": 30.0})
    (plan,) = case.plans("L1", "L5")
    steps = case.steps(plan)
    assert steps.index("GENERATOR A2") > max(map(steps.index, ("OPEN SB2", "LOCK SB2", "LOCK SB5")))
    assert len(steps) == len(set(steps))


def test_a_change_over_without_interlock_is_warned_of() -> None:
    manual = {"transfer": TransferMode.MANUAL, "load_kw": 80.0, "interlock": Interlock.NONE}
    case = Case(WITH_ACCESS, **{"C1.1": manual})
    (plan,) = case.plans("L1")
    (step,) = [step for step in plan.steps if step.action is StepAction.TRANSFER]
    assert [case.graph.id(at) for at in step.without_interlock] == ["C1.1"]


def test_no_generator_on_what_is_faulty() -> None:
    case = Case(WITH_ACCESS, ACCESS, C2={"importance": Importance.SECOND}, LD2={"kw": 30.0})
    (plan,) = case.plans("IB2")
    assert not [step for step in plan.steps if step.action is StepAction.GENERATOR]
    assert case.out(plan) == {"C2": StillOutReason.FAULT_INSIDE}


def test_after_the_repair_customers_are_put_back_as_they_were() -> None:
    by_hand = {"C1.1": {"transfer": TransferMode.MANUAL, "load_kw": 80.0}, "LD2": {"kw": 30.0}}
    case = Case(WITH_ACCESS, ACCESS, C2={"importance": Importance.SECOND}, **by_hand)
    (plan,) = case.plans("L1")
    back = [
        (step.action, case.graph.id(step.target), names(case, step.opens), names(case, step.closes), step.doer)
        for step in case.switching(plan)
    ]
    electrician, crew = ResponsibilityRole.CUSTOMER_ELECTRICIAN, ResponsibilityRole.EMERGENCY_POWER
    assert back[0][:2] == (StepAction.CLOSE, "CB1")
    assert sorted(back[1:]) == sorted(
        [
            (StepAction.TRANSFER, "S1", ["S8"], ["S1"], electrician),
            (StepAction.GENERATOR, "A2", [], [], crew),
            (StepAction.CLOSE, "SB2", [], ["SB2"], electrician),
        ]
    )
    away = next(step for step in plan.after_repair if step.action is StepAction.GENERATOR)
    closed = next(step for step in plan.after_repair if case.graph.id(step.target) == "SB2")
    assert away.order < closed.order


def test_a_release_that_waits_for_the_repair_is_closed_again_after_it() -> None:
    case = Case(WITH_ACCESS, **{"C2.1": {"undervoltage_release": True}})
    (plan,) = case.plans("L1")
    at_c2 = [(step.action, names(case, step.closes)) for step in plan.after_repair if step.action is StepAction.RELEASE]
    assert at_c2 == [(StepAction.RELEASE, ["SB2"])]


def test_what_dips_on_the_way_back_is_named_and_what_releases_on_it_is_closed_again() -> None:
    case = Case(TIE, **{"C3.1": {"undervoltage_release": True, "load_kw": 10.0}, "C2.1": {"load_kw": 20.0}})
    (plan,) = case.plans("L2")
    back = [
        (f"{step.action.value} {case.graph.id(step.target)}", names(case, step.interrupted), names(case, step.restored))
        for step in case.switching(plan)
    ]
    assert back == [
        ("CLOSE LS1", [], ["C2"]),
        ("OPEN LS9", ["C3"], []),  # C3 hung on the tie
        ("CLOSE LS2", [], []),  # C3 has voltage, and its release stands open
        ("RELEASE S3", [], ["C3"]),
    ]
    assert [step.kw for step in case.switching(plan)] == [20, 0, 0, 10]


def test_an_area_that_dips_on_the_way_back_is_fed_again_at_once() -> None:
    case = Case(TIE + "L3 - EC3(50kW)")
    (plan,) = case.plans("L2")
    _, opened, closed = case.switching(plan)
    assert (names(case, opened.interrupted_areas), names(case, closed.areas), closed.kw) == (["EC3"], ["EC3"], 50)


def test_who_changes_over_by_itself_on_the_way_back_is_changed_back() -> None:
    text = TIE + "L3 - S4>C4 - SB4 - IB4 - LD4(30kW)\nL8 - S9>C4:standby - SB9/ - IB4"
    case = Case(text, **{"C4.1": {"transfer": TransferMode.AUTOMATIC}})
    (plan,) = case.plans("L2")
    (back,) = [step for step in plan.after_repair if step.action is StepAction.TRANSFER]
    assert (names(case, back.opens), names(case, back.closes)) == (["SB9"], ["SB4"])
    # first opened, then closed: C4 has nothing for as long as a call to operate takes (2 min)
    assert (names(case, back.interrupted), back.interrupted_min, back.restored) == (["C4"], 2.0, ())


def names(case: Case, things: tuple[int, ...]) -> list[str]:
    return [case.graph.id(each) for each in things]


def test_all_locks_of_a_station_are_put_on_in_one_go() -> None:
    text = """
        G1 - CB1 - B1 - CB2 - L2 - S2>C2
        B1 - CB3 - L3 - CB9 - G9
        B1 - CB4 - L4 - CB8 - G8
        B1, CB1, CB2, CB3, CB4 @ SUB1
    """
    case = Case(text, CB1=REMOTE, CB3=REMOTE, CB4=REMOTE)
    (plan,) = case.plans("B1")
    locks = [step for step in plan.steps if step.action is StepAction.LOCK]
    assert [(step.start_min, step.end_min) for step in locks] == [(20, 23), (23, 24), (24, 25)]
    earth = plan.steps[-1]
    assert (earth.action, earth.start_min) == (StepAction.EARTH, 25)
