"""A customer's bay that somebody opened alone since the loss: a truck may stand behind it, a lock be on it.

    G1 - CB1 - L1 - LS1 - L2 - S2>C2 - SB2 - IB2 - LD2      the fault is on L1; LS9 can feed L2 from the other side
                          L2 - LS9/ - L9 - CB9 - G9
"""  # fmt: skip

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.plan import PlanStep, RestorationPlan
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.wording import StepAction, StepPurpose, StillOutReason
from schema.batch import GraphBatch
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Importance, ResponsibilityRole, TransferMode
from tests.nights import clock, night
from tests.services.restoration.test_at_customers import ACCESS
from tests.services.restoration.test_planning import rated

GRID = """
    G1 - CB1 - L1 - LS1 - L2 - S2>C2 - SB2 - IB2 - LD2
    L2 - LS9/ - L9 - CB9 - G9
"""
TWO = GRID + "L9 - S3>C2:standby - SB3/ - IB2"
"""C2 has a second supply, from the other side."""
KNOWN: dict[str, dict[str, Any]] = {"LD2": {"kw": 30.0}, "C2": {"importance": Importance.SECOND}}
ON_L1 = ("11:50 CB1 OPEN", "11:55 LS1 OPEN")
NO_ACCESS = GraphBatch(relationships=[each for each in ACCESS.relationships if each.source == "LD2"])


def asked(model: ReadModel) -> RestorationPlan:
    index = model.graph.index
    event = Event(things=(index("L1"),), at=clock("12:30"), since=clock("11:50"), tripped=(index("CB1"),))
    return best_plan(model, event)


def fed(model: ReadModel, plan: RestorationPlan) -> dict[str, PlanStep]:
    """Steps that are no locks and earths, in order."""
    safe = StepPurpose.SAFE_TO_WORK
    return {
        f"{step.action.value} {model.graph.id(step.target)}": step for step in plan.steps if step.purpose is not safe
    }


def test_before_the_grid_is_closed_onto_it_the_truck_is_taken_away_and_the_lock_off() -> None:
    model = night(GRID, *ON_L1, "11:58 SB2 OPEN", more=ACCESS, **KNOWN)
    found = fed(model, asked(model))
    assert list(found) == ["CLOSE LS9", "GENERATOR A2", "UNLOCK SB2", "CLOSE SB2"]
    live, away, unlocked, closed = found.values()
    assert (away.purpose, away.doer) == (StepPurpose.TAKE_GENERATOR_AWAY, ResponsibilityRole.EMERGENCY_POWER)
    assert {unlocked.doer, closed.doer} == {ResponsibilityRole.CUSTOMER_ELECTRICIAN}
    assert live.end_min <= away.start_min
    assert away.end_min <= unlocked.start_min
    assert unlocked.end_min <= closed.start_min
    assert [model.graph.id(at) for at in closed.restored] == ["C2"]
    assert [each.step for each in asked(model).accounts.back] == [closed.order]


def test_a_truck_is_taken_away_once() -> None:
    """Nothing else feeds C2, so the plan sends a truck; L1 is sound before it is said to be there."""
    text = "G1 - CB1 - L1 - LS1 - L2 - S2>C2 - SB2 - IB2 - LD2"
    model = night(text, "11:50 CB1 OPEN", "11:58 SB2 OPEN", more=ACCESS, **KNOWN)
    index = model.graph.index
    event = Event(things=(index("L1"),), at=clock("12:25"), since=clock("11:50"), tripped=(index("CB1"),))
    sent = [each.purpose for each in best_plan(model, event).steps if each.action is StepAction.GENERATOR]
    assert sent == [StepPurpose.CONNECT_GENERATOR]
    plan = best_plan(model, replace(event, repaired=clock("12:20")))
    trucks = [each.purpose for each in (*plan.steps, *plan.after_repair) if each.action is StepAction.GENERATOR]
    assert trucks == [StepPurpose.TAKE_GENERATOR_AWAY]


def test_where_no_truck_can_stand_only_the_lock_is_taken_off() -> None:
    model = night(GRID, *ON_L1, "11:58 SB2 OPEN", more=NO_ACCESS, **KNOWN)
    assert list(fed(model, asked(model))) == ["CLOSE LS9", "UNLOCK SB2", "CLOSE SB2"]


def test_what_a_release_has_opened_is_closed_without_more() -> None:
    releases = {"C2.1": {"undervoltage_release": True}}
    model = night(GRID, *ON_L1, more=ACCESS, **KNOWN, **releases)
    assert list(fed(model, asked(model))) == ["CLOSE LS9", "RELEASE SB2"]


def test_what_was_opened_for_work_stays_open() -> None:
    model = night(GRID, *ON_L1, "11:58 SB2 OPEN 计划检修", more=ACCESS, **KNOWN)
    found = asked(model)
    assert not {step for step in fed(model, found) if step.endswith("SB2")}
    assert "C2" not in {model.graph.id(each.thing) for each in found.accounts.back}


def test_nobody_changes_over_onto_a_truck() -> None:
    by_hand = {"C2.1": {"transfer": TransferMode.MANUAL}}
    links = [*ACCESS.relationships, *_transfers("C2.1", "SB2", "SB3")]
    more = GraphBatch(entities=list(ACCESS.entities), relationships=links)
    model = night(TWO, *ON_L1, "11:58 SB2 OPEN", more=more, **KNOWN, **by_hand)
    assert list(fed(model, asked(model)))[:3] == ["GENERATOR A2", "UNLOCK SB3", "TRANSFER SB3"]


def _transfers(point: str, *bays: str) -> list[Relationship]:
    return [Relationship(kind=RelationshipKind.TRANSFERS_BY, source=point, target=bay) for bay in bays]


def test_a_supply_that_stands_for_its_switch_is_unlocked_before_it_is_closed() -> None:
    text = "G1 - CB1 - L1 - LS1 - L2 - S2>C2\nL2 - LS9/ - L9 - CB9 - G9"
    model = night(text, *ON_L1, "11:58 S2 OPEN", **{"C2.1": {"load_kw": 30.0}})
    found = list(fed(model, asked(model)))
    assert found == ["CLOSE LS9", "UNLOCK S2", "CLOSE S2"]


@pytest.mark.parametrize("kw", [30.0, 300.0])
def test_a_release_is_not_closed_again_onto_what_cannot_carry_it(kw: float) -> None:
    # LS9 was closed already: 100 A at 10 kV carry 1,559 kW on L9, and C9 takes 1,500 of it
    fields = {**KNOWN, "LD2": {"kw": kw}, "C9.1": {"load_kw": 1500.0}, "L9": rated(100)}
    acts = (*ON_L1, "11:56 SB2 OPEN", "11:57 LS9 CLOSED")
    model = night(GRID + "L9 - S9>C9", *acts, more=NO_ACCESS, **fields)
    found = asked(model)
    assert ("CLOSE SB2" in fed(model, found)) is (kw < 59)
    reasons = {model.graph.id(each.thing): each.reason for each in found.accounts.still_out}
    assert reasons == ({} if kw < 59 else {"C2": StillOutReason.NO_CAPACITY})


@pytest.mark.parametrize("repaired", [None, "12:20"])
@pytest.mark.parametrize("tie", [(), ("12:05 LS9 CLOSED",)])
def test_what_the_plan_closes_is_not_unlocked_and_closed_once_more_after_the_repair(
    tie: tuple[str, ...], repaired: str | None
) -> None:
    model = night(GRID, *ON_L1, "11:58 SB2 OPEN", *tie, more=ACCESS, **KNOWN)
    index = model.graph.index
    sound = None if repaired is None else clock(repaired)
    event = Event(
        things=(index("L1"),), at=clock("12:30"), since=clock("11:50"), tripped=(index("CB1"),), repaired=sound
    )
    plan = best_plan(model, event)
    acts = [(step.action.value, model.graph.id(step.target)) for step in (*plan.steps, *plan.after_repair)]
    assert acts.count(("CLOSE", "SB2")) == acts.count(("UNLOCK", "SB2")) == 1
    assert acts.index(("UNLOCK", "SB2")) < acts.index(("CLOSE", "SB2"))
