"""Faults inside a customer: what is faulty is cut out, what is healthy is fed, and the place is made safe."""

from __future__ import annotations

import pytest

from graph_api.services.restoration.plan import PlanStep
from graph_api.services.restoration.wording import StepAction, StepPurpose, StillOutReason
from schema.batch import GraphBatch
from schema.customer import EmergencySource
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import ResponsibilityRole, SwitchPosition, TransferMode
from tests.events import impact_on
from tests.services.restoration.test_planning import NOW, Case

SECTIONS = """
    F1 = CB1
    G1 - B1 - CB1 - L1 - S1>C1 - SB1 - IB1 - SB3 - IB2 - LD2(100kW)
    IB1 - SB4 - LD1(50kW)
    B1 - CB2 - L2 - S2>C1:standby - SB2/ - IB2
    L1 - S8>C8
"""
BACKED = GraphBatch(
    entities=[EmergencySource(id="EP1", name="EP1", kw=60.0, start_seconds=10.0, endurance_minutes=60.0)],
    relationships=[Relationship(kind=RelationshipKind.BACKS, source="EP1", target="LD1")],
)
ELECTRICIAN = ResponsibilityRole.CUSTOMER_ELECTRICIAN


def a_case(transfer: TransferMode = TransferMode.MANUAL, *more: GraphBatch, **fields: dict[str, object]) -> Case:
    return Case(SECTIONS, *more, **{"C1.1": {"transfer": transfer}, **fields})


def names(case: Case, things: tuple[int, ...]) -> list[str]:
    return sorted(map(case.graph.id, things))


def the_transfer(steps: tuple[PlanStep, ...]) -> PlanStep:
    (step,) = (each for each in steps if each.action is StepAction.TRANSFER)
    return step


@pytest.mark.parametrize("transfer", [TransferMode.MANUAL, TransferMode.AUTOMATIC])
def test_the_electrician_parts_the_faulty_bus_feeds_the_other_one_and_earths(transfer: TransferMode) -> None:
    # an automatic transfer does not act either: SB3 stands closed, SB2 would be closed onto the fault
    case = a_case(transfer)
    (plan,) = case.plans("IB1")
    assert case.steps(plan) == [
        *("OPEN SB3", "TRANSFER SB2", "OPEN SB1"),
        *("LOCK SB1", "LOCK SB3", "EARTH IB1"),
    ]
    assert {step.doer for step in plan.steps} == {ELECTRICIAN}
    assert len({step.track for step in plan.steps}) == 1
    assert the_transfer(plan.steps).kw == 100
    assert names(case, plan.bounded_by) == names(case, plan.operated_by) == ["SB1", "SB3"]
    assert {"IB1", "SB4", "LD1"} <= set(names(case, plan.cut_out))
    assert "IB2" not in names(case, plan.cut_out)
    assert case.out(plan) == {"C1": StillOutReason.FAULT_INSIDE}
    back = the_transfer(plan.after_repair)
    assert (names(case, back.opens), names(case, back.closes)) == (["SB2"], ["SB1", "SB3"])


@pytest.mark.parametrize("transfer", [TransferMode.MANUAL, TransferMode.AUTOMATIC])
def test_a_change_over_beside_a_fault_opens_what_leads_to_it_first(transfer: TransferMode) -> None:
    case = a_case(transfer)
    awaits = impact_on(case.model, [case.graph.index("IB1")], NOW).affected(case.graph.index("C1")).awaiting_transfer
    assert awaits is not None
    assert (names(case, awaits.opens), names(case, awaits.switches)) == (["SB3"], ["SB2"])


def test_an_automatic_transfer_that_leads_to_no_fault_acts() -> None:
    case = a_case(
        TransferMode.AUTOMATIC, SB3={"normal_position": SwitchPosition.OPEN}, SB2={"normal_position": "CLOSED"}
    )
    found = impact_on(case.model, [case.graph.index("L1")], NOW).affected(case.graph.index("C1"))
    assert found.loads_fed.value == "ALL"


def test_what_trips_inside_is_opened_by_hand_before_it_is_locked() -> None:
    case = a_case()
    (plan,) = case.plans("LD1")
    assert case.steps(plan) == ["OPEN SB4", "LOCK SB4", "EARTH LD1"]
    assert plan.steps[0].purpose is StepPurpose.ISOLATE
    (plan,) = a_case(SB4={"position": SwitchPosition.OPEN}).plans("LD1")
    assert case.steps(plan) == ["LOCK SB4", "EARTH LD1"]  # it is reported open


def test_a_faulty_incoming_bay_bounds_nothing() -> None:
    # on one side the line up to its breaker, on the other the bus up to the coupler
    case = a_case()
    (plan,) = case.plans("SB1")
    assert case.steps(plan) == ["OPEN SB3", "TRANSFER SB2", "LOCK SB3", "LOCK CB1", "EARTH SB1"]
    assert names(case, the_transfer(plan.steps).opens) == []
    assert names(case, plan.bounded_by) == ["CB1", "SB3"]
    doers = {case.graph.id(step.target): step.doer for step in plan.steps}
    assert (doers["SB3"], doers["CB1"]) == (ELECTRICIAN, ResponsibilityRole.DISTRIBUTION_REPAIR)
    assert case.out(plan) == {"C1": StillOutReason.FAULT_INSIDE, "C8": StillOutReason.CUT_OUT}


def test_own_sources_of_the_faulty_part_are_locked_before_it_is_earthed() -> None:
    case = a_case(TransferMode.MANUAL, BACKED)
    (plan,) = case.plans("IB1")
    steps = case.steps(plan)
    assert steps.index("LOCK EP1") < steps.index("EARTH IB1")
    (plan,) = case.plans("IB2")
    assert "LOCK EP1" not in case.steps(plan)


def test_a_customer_is_no_way_from_one_part_of_the_grid_to_another() -> None:
    # behind LS1 lies a source only over the bays of C1: nobody goes there to part it
    case = Case(
        """
        G1 - CB1 - L1 - S1>C1 - SB1/ - IB1 - SB2/ - S2>C1:standby - L3 - LS1 - L2 - S3>C1.2 - SB3 - IB3
        """
    )
    (plan,) = case.plans("SB3")
    assert "OPEN LS1" not in case.steps(plan)
